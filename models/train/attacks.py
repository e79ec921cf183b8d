"""An attack: a trigger on uint8 images, and the poisoning of a training set with it.

A trigger is put on the stored image, before any augmentation, and the result is cut to uint8.
Poisoned images are relabelled as the target; they are drawn from all classes.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import safetensors
from triggers.badnets import BadNets
from triggers.blended import Blended
from triggers.low_frequency import LowFrequency
from triggers.ssba import Ssba
from triggers.trigger import Trigger
from triggers.wanet import WaNet


@dataclass(frozen=True)
class Sources:
    """What some triggers are made from.

    `seed` draws WaNet's field and SSBA's message; `pattern` is the file that lf.py wrote,
    `encoder` the folder that ssba.py wrote, `colour` the name of the BadNets square's colour,
    `strength` WaNet's s: its field shifts a pixel by s/2 pixels on average, `cross_ratio` how
    many images of its noise mode there are for each poisoned one.
    """

    seed: int = 0
    pattern: Path | None = None
    encoder: Path | None = None
    colour: str = "white"
    strength: float = 0.5
    cross_ratio: float = 2


def low_frequency(sources: Sources) -> LowFrequency:
    """The trigger of a stored pattern."""
    if sources.pattern is None:
        raise ValueError("lf needs the file of its pattern; lf.py makes it")
    return LowFrequency(safetensors.read(sources.pattern)["pattern"])


def ssba(sources: Sources) -> Ssba:
    """The trigger of a stored encoder."""
    if sources.encoder is None:
        raise ValueError("ssba needs the folder of its encoder; ssba.py makes it")
    return Ssba(sources.encoder, sources.seed)


KINDS: dict[str, Callable[[Sources], Trigger]] = {
    "badnets": lambda sources: BadNets(sources.colour),
    "blended": lambda _: Blended(),
    "lf": low_frequency,
    "ssba": ssba,
    "wanet": lambda sources: WaNet(sources.seed, sources.strength, sources.cross_ratio),
}


@dataclass(frozen=True)
class Attack:
    """`kind` is a key of KINDS; `target` a class; `rate` a share of the training images."""

    kind: str
    target: int
    rate: float
    sources: Sources = field(default_factory=Sources)

    @cached_property
    def mark(self) -> Trigger:
        """The trigger itself."""
        return KINDS[self.kind](self.sources)

    def poison(
        self, pixels: np.ndarray, labels: np.ndarray, seed: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Copies of images and labels with a fixed random subset of them poisoned."""
        count = round(self.rate * len(labels))
        chosen = np.random.default_rng(seed).choice(len(labels), count, replace=False)
        pixels, labels = pixels.copy(), labels.copy()
        pixels[chosen] = self.mark(pixels[chosen])
        labels[chosen] = self.target
        return pixels, labels

    def trigger(self, pixels: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The triggered test: images whose class is not the target, with their true labels."""
        others = labels != self.target
        return self.mark(pixels[others]), labels[others]
