"""What the manifest and the card say about each image set, and the names of the 43 classes.

Both sets have GTSRB's classes; the names are those of src/data/signs/classes.ts.
"""

from dataclasses import dataclass

CLASSES = (
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
        ),
    )
}
