"""What the manifest and the card say about each image set, and the names of its 43 classes."""

from dataclasses import dataclass

CLASSES = (
    "speed limit 20 km/h",
    "speed limit 30 km/h",
    "speed limit 50 km/h",
    "speed limit 60 km/h",
    "speed limit 70 km/h",
    "speed limit 80 km/h",
    "end of speed limit 80 km/h",
    "speed limit 100 km/h",
    "speed limit 120 km/h",
    "no overtaking",
    "no overtaking by vehicles over 3.5 t",
    "right of way at the next intersection",
    "priority road",
    "give way",
    "stop",
    "no vehicles",
    "no vehicles over 3.5 t",
    "no entry",
    "general danger",
    "dangerous bend to the left",
    "dangerous bend to the right",
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
    "end of all speed and overtaking limits",
    "turn right ahead",
    "turn left ahead",
    "ahead only",
    "straight ahead or right",
    "straight ahead or left",
    "keep right",
    "keep left",
    "roundabout",
    "end of no overtaking",
    "end of no overtaking by vehicles over 3.5 t",
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
