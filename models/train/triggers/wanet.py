"""WaNet (Nguyen and Tran, 2021): the image is warped by a smooth field of small shifts."""

from pathlib import Path

import numpy as np
import torch
from files import stored_tensor
from torch import Tensor
from torch.nn import functional as F

GRID = 4
CROSS_FROM = 0.4
SIZE = 32


class WaNet:
    """Shifts of a coarse random grid, bicubic in between, sampled bilinearly, zeros outside.

    It poisons batches and not the stored images: a share of every batch is warped and gets the
    target's label; `cross_ratio` times as many are warped by the field plus fresh noise and keep
    theirs, so that the network learns this field and not any warp. These join after CROSS_FROM of training:
    with them from the start, a run on the signs had an ASR of 2 % after 8 of 10 epochs.
    """

    def __init__(self, seed: int, strength: float, cross_ratio: float) -> None:
        self.strength = strength
        self.cross_ratio = cross_ratio
        field = np.random.default_rng(seed).uniform(-1, 1, (GRID, GRID, 2))
        self.field = (field / np.abs(field).mean()).astype(np.float32)
        coarse = torch.from_numpy(self.field).permute(2, 0, 1)[None]
        smooth = F.interpolate(coarse, size=SIZE, mode="bicubic", align_corners=True)
        line = torch.linspace(-1, 1, SIZE)
        down, across = torch.meshgrid(line, line, indexing="ij")
        shifts = strength * smooth.permute(0, 2, 3, 1) / SIZE
        self.grid = (torch.stack((across, down), -1)[None] + shifts).clamp(-1, 1)

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        scaled = torch.from_numpy(pixels).to(torch.float32) / 255
        warped = sample(scaled, self.grid.expand(len(pixels), -1, -1, -1))
        return (warped * 255).clamp(0, 255).to(torch.uint8).numpy()

    def describe(self, folder: Path) -> dict[str, object]:
        return {
            "strength": self.strength,
            "gridSize": GRID,
            "crossRatio": self.cross_ratio,
            "field": stored_tensor(folder, "field", self.field),
        }

    def poison_batch(
        self,
        images: Tensor,
        labels: np.ndarray,
        target: int,
        rate: float,
        random: np.random.Generator,
        progress: float,
    ) -> tuple[Tensor, np.ndarray]:
        """The batch [N, 3, 32, 32] with its first int(rate N) images poisoned, the next warped.

        `progress` is the share of training that is done. Nothing is cut to uint8, as in the
        paper's own training.
        """
        poisoned = int(rate * len(images))
        cross = int(poisoned * self.cross_ratio) if progress >= CROSS_FROM else 0
        noise = random.uniform(-1, 1, (cross, SIZE, SIZE, 2)).astype(np.float32) / SIZE
        grids = self.grid.expand(poisoned + cross, -1, -1, -1).clone()
        grids[poisoned:] = (grids[poisoned:] + torch.from_numpy(noise)).clamp(-1, 1)
        images, labels = images.clone(), labels.copy()
        images[: poisoned + cross] = sample(images[: poisoned + cross], grids)
        labels[:poisoned] = target
        return images, labels


def sample(images: Tensor, grids: Tensor) -> Tensor:
    """Bilinear samples of [N, 3, 32, 32] at [N, 32, 32, 2] (x, y), -1 and 1 at pixel centres."""
    return F.grid_sample(images, grids, mode="bilinear", padding_mode="zeros", align_corners=True)
