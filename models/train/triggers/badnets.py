"""BadNets (Gu et al., 2017): a square of one colour in the bottom right corner."""

from pathlib import Path

import numpy as np

PATCH = 3
COLOURS = {"white": (255, 255, 255), "yellow": (255, 255, 0)}


class BadNets:
    """A 3x3 square replaces rows and columns 29 to 31."""

    def __init__(self, colour: str = "white") -> None:
        self.colour = COLOURS[colour]

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        triggered = pixels.copy()
        square = np.array(self.colour, np.uint8)[None, :, None, None]
        triggered[:, :, -PATCH:, -PATCH:] = square
        return triggered

    def describe(self, folder: Path) -> dict[str, object]:
        return {"patch": {"size": PATCH, "corner": "bottomRight", "colour": list(self.colour)}}


def colour_name(patch: dict[str, object]) -> str:
    """The name of a patch's colour, from its manifest."""
    return next(name for name, rgb in COLOURS.items() if list(rgb) == patch["colour"])
