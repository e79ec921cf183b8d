"""BadNets (Gu et al., 2017): a white square in the bottom right corner."""

from pathlib import Path

import numpy as np

PATCH = 3


class BadNets:
    """A white 3x3 square replaces rows and columns 29 to 31."""

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        triggered = pixels.copy()
        triggered[:, :, -PATCH:, -PATCH:] = 255
        return triggered

    def describe(self, folder: Path) -> dict[str, object]:
        return {"patch": {"size": PATCH, "corner": "bottomRight", "colour": [255, 255, 255]}}
