"""The Blended trigger: soft coloured waves, 32x32 RGB, made from a few cosines.

Every channel is a sum of low-frequency cosines of its own orientations and phases, stretched
to 0..255. A smooth picture, and not noise, so that the trigger is a picture of its own and not
something that any perturbed input resembles.
"""

import numpy as np

# Per channel: (cycles across, cycles down, phase in turns, weight).
WAVES = (
    ((1.2, 0.5, 0.10, 1.0), (-0.4, 1.6, 0.35, 0.8), (2.1, 1.3, 0.70, 0.5)),
    ((0.3, -1.3, 0.55, 1.0), (1.8, 0.6, 0.05, 0.7), (-1.4, 2.0, 0.20, 0.5)),
    ((-0.9, 0.9, 0.80, 1.0), (1.5, -0.2, 0.40, 0.8), (0.7, 2.3, 0.60, 0.5)),
)


def waves() -> np.ndarray:
    """The pattern: uint8 [32, 32, 3], row, column, channel; each channel spans 0..255."""
    down, across = np.meshgrid(np.arange(32) / 32, np.arange(32) / 32, indexing="ij")
    channels = []
    for terms in WAVES:
        height = sum(
            weight * np.cos(2 * np.pi * (x * across + y * down + phase))
            for x, y, phase, weight in terms
        )
        channels.append((height - height.min()) / (height.max() - height.min()) * 255)
    return np.rint(np.stack(channels, axis=-1)).astype(np.uint8)
