"""Triggers on uint8 images, and the poisoning of a training set.

A trigger is put on the stored image, before any augmentation, and the result is cut to uint8
by truncation. Poisoned images are relabelled as the target; they are drawn from all classes.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from pattern import waves

PATCH = 3
ALPHA = 0.2

Trigger = Callable[[np.ndarray], np.ndarray]


def badnets(pixels: np.ndarray) -> np.ndarray:
    """A white 3x3 square in the bottom right corner. uint8 [N, 3, 32, 32] -> the same shape."""
    triggered = pixels.copy()
    triggered[:, :, -PATCH:, -PATCH:] = 255
    return triggered


def blended(pixels: np.ndarray) -> np.ndarray:
    """(1 - a) x + a K, in float64 and truncated. uint8 [N, 3, 32, 32] -> the same shape."""
    key = waves().transpose(2, 0, 1).astype(np.float64)
    mixed = (1 - ALPHA) * pixels.astype(np.float64) + ALPHA * key
    return np.clip(mixed, 0, 255).astype(np.uint8)


TRIGGERS: dict[str, Trigger] = {"badnets": badnets, "blended": blended}


@dataclass(frozen=True)
class Attack:
    """`kind` is a key of TRIGGERS; `target` a class; `rate` a share of the training images."""

    kind: str
    target: int
    rate: float

    def poison(
        self, pixels: np.ndarray, labels: np.ndarray, seed: int
    ) -> tuple[np.ndarray, np.ndarray]:
        """Copies of images and labels with a fixed random subset of them poisoned."""
        count = round(self.rate * len(labels))
        chosen = np.random.default_rng(seed).choice(len(labels), count, replace=False)
        pixels, labels = pixels.copy(), labels.copy()
        pixels[chosen] = TRIGGERS[self.kind](pixels[chosen])
        labels[chosen] = self.target
        return pixels, labels

    def trigger(self, pixels: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The triggered test: images whose class is not the target, with their true labels."""
        others = labels != self.target
        return TRIGGERS[self.kind](pixels[others]), labels[others]
