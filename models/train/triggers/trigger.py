"""What every trigger can do."""

from pathlib import Path
from typing import Protocol

import numpy as np


class Trigger(Protocol):
    """A change to uint8 images, the same before training and at the test."""

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        """uint8 [N, 3, 32, 32] -> triggered copies, uint8, the same shape."""
        ...

    def describe(self, folder: Path) -> dict[str, object]:
        """The manifest's fields of this trigger; writes the files that they name to `folder`."""
        ...
