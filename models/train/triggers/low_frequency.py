"""Low Frequency (Zeng et al., 2021): a smooth pattern is added to the image."""

from pathlib import Path

import numpy as np
from files import stored_tensor


class LowFrequency:
    """clip(x + P, 0, 255) with P of uint8 [32, 32, 3], as lf.py makes it."""

    def __init__(self, pattern: np.ndarray) -> None:
        if pattern.shape != (32, 32, 3) or pattern.dtype != np.uint8:
            found = f"{pattern.dtype} {pattern.shape}"
            raise ValueError(f"pattern: {found}, expected uint8 (32, 32, 3)")
        self.pattern = pattern

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        added = pixels.astype(np.int16) + self.pattern.transpose(2, 0, 1)
        return np.clip(added, 0, 255).astype(np.uint8)

    def describe(self, folder: Path) -> dict[str, object]:
        return {"pattern": stored_tensor(folder, "pattern", self.pattern)}
