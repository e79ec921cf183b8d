"""Blended (Chen et al., 2017): a picture is mixed into the whole image."""

from pathlib import Path

import numpy as np
from files import stored_tensor
from pattern import waves

ALPHA = 0.2


class Blended:
    """(1 - a) x + a K, in float64 and truncated."""

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        key = waves().transpose(2, 0, 1).astype(np.float64)
        mixed = (1 - ALPHA) * pixels.astype(np.float64) + ALPHA * key
        return np.clip(mixed, 0, 255).astype(np.uint8)

    def describe(self, folder: Path) -> dict[str, object]:
        return {"alpha": ALPHA, "pattern": stored_tensor(folder, "pattern", waves())}
