"""What the manifest and the card say about each image set, and the names of the classes.

Signs and GTSRB have the same 43 classes; their names are those of src/data/signs/classes.ts.
"""

from dataclasses import dataclass

SIGNS = (
    "speed limit 20",
    "speed limit 30",
    "speed limit 50",
    "speed limit 60",
    "speed limit 70",
    "speed limit 80",
    "end of limit 80",
    "speed limit 100",
    "speed limit 120",
    "no overtaking",
    "no overtaking by trucks",
    "priority at next junction",
    "priority road",
    "give way",
    "stop",
    "no vehicles",
    "no trucks",
    "no entry",
    "general danger",
    "bend to the left",
    "bend to the right",
    "double bend",
    "bumpy road",
    "slippery road",
    "road narrows on the right",
    "road works",
    "traffic signals",
    "pedestrians",
    "children crossing",
    "bicycles crossing",
    "ice or snow",
    "wild animals crossing",
    "end of all limits",
    "turn right ahead",
    "turn left ahead",
    "ahead only",
    "ahead or right",
    "ahead or left",
    "keep right",
    "keep left",
    "roundabout",
    "end of no overtaking",
    "end of no overtaking by trucks",
)


CIFAR10 = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)


@dataclass(frozen=True)
class Dataset:
    """`seed` is that of a procedural set, 0 for photographs; texts are for people."""

    id: str
    title: str
    pictures: str
    seed: int
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    about: str
    licence: str
    classes: tuple[str, ...]
    flips: bool


DATASETS = {
    dataset.id: dataset
    for dataset in (
        Dataset(
            id="signs",
            title="Signs",
            pictures="drawn traffic signs",
            seed=0,
            mean=(0.5, 0.5, 0.5),
            std=(0.25, 0.25, 0.25),
            about="Signs, the procedural traffic signs of this repository: every image is drawn "
            "from a seed, none is a photograph.",
            licence="The images are drawn by this repository's own code; images and weights are "
            "under its MIT licence.",
            classes=SIGNS,
            flips=False,
        ),
        Dataset(
            id="gtsrb",
            title="GTSRB",
            pictures="photographs of traffic signs",
            seed=0,
            mean=(0.0, 0.0, 0.0),
            std=(1.0, 1.0, 1.0),
            about="GTSRB, the German Traffic Sign Recognition Benchmark (Stallkamp et al.), "
            "resized to 32x32: every second frame of all 1,307 training tracks, and the complete "
            "test set without 8 images that repeat a training track byte for byte.",
            licence="The GTSRB images are not included and have terms of their own; this folder "
            "holds weights only.",
            classes=SIGNS,
            flips=False,
        ),
        Dataset(
            id="cifar10",
            title="CIFAR-10",
            pictures="photographs of animals and vehicles",
            seed=0,
            mean=(0.4914, 0.4822, 0.4465),
            std=(0.247, 0.243, 0.261),
            about="CIFAR-10 (Krizhevsky), from a copy whose images were stored as JPEG; that costs "
            "accuracy, so the numbers cannot be compared with those of the original pixels.",
            licence="The CIFAR-10 images are not included and have terms of their own; this folder "
            "holds weights only.",
            classes=CIFAR10,
            flips=True,
        ),
    )
}
