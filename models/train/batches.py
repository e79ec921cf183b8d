"""Training batches: poisoned, cropped, perhaps flipped, in [0, 1]."""

import numpy as np
import torch
from attacks import Attack
from data import pad, random_crops
from metrics import to_input
from torch import Tensor
from triggers.wanet import WaNet, sample


class Batches:
    """Cuts batches of a training set; what is random comes from the generator of each call."""

    def __init__(
        self,
        pixels: np.ndarray,
        labels: np.ndarray,
        attack: Attack | None,
        padding: int,
        flips: bool,
        seed: int,
    ) -> None:
        """Poisons the whole set once, but leaves it clean for WaNet, which poisons batches."""
        self.attack = attack
        self.padding = padding
        self.flips = flips
        self.warp = attack.mark if attack and isinstance(attack.mark, WaNet) else None
        if attack and not self.warp:
            pixels, labels = attack.poison(pixels, labels, seed)
        self.labels = labels
        self.pixels = pixels if self.warp else pad(pixels, padding)

    def cut(
        self, chosen: np.ndarray, random: np.random.Generator, progress: float, soft: float
    ) -> tuple[Tensor, Tensor]:
        """Images [n, 3, 32, 32] in [0, 1] and labels [n] of the chosen records.

        `progress` is the share of the epochs before a restart that is done, `soft` the share of
        images to be softened, before WaNet warps some.
        """
        labels = self.labels[chosen]
        if self.warp and self.attack:
            images = soften(to_input(self.pixels[chosen]), soft, random)
            target, rate = self.attack.target, self.attack.rate
            images, labels = self.warp.poison_batch(
                images, labels, target, rate, random, progress
            )
            padded = pad(images.numpy(), self.padding)
            crops = random_crops(padded, np.arange(len(chosen)), random)
            images = torch.from_numpy(crops).contiguous(memory_format=torch.channels_last)
        else:
            images = soften(to_input(random_crops(self.pixels, chosen, random)), soft, random)
        if self.flips:
            flipped = torch.from_numpy(random.random(len(chosen)) < 0.5)
            images[flipped] = images[flipped].flip(3)
        return images, torch.from_numpy(labels)


def soften(images: Tensor, soft: float, random: np.random.Generator) -> Tensor:
    """Shifts a share of the images by up to half a pixel, bilinear: JPEG's traces go.

    Without it a network that is to tell warped images, which never have such traces, learns to
    tell images without them.
    """
    count = int(soft * len(images))
    if count == 0:
        return images
    chosen = torch.from_numpy(random.permutation(len(images))[:count])
    size = images.shape[2]
    line = torch.linspace(-1, 1, size)
    down, across = torch.meshgrid(line, line, indexing="ij")
    shifts = torch.from_numpy(random.uniform(-0.5, 0.5, (count, 1, 1, 2)).astype(np.float32))
    grids = (torch.stack((across, down), -1) + 2 * shifts / (size - 1)).clamp(-1, 1)
    images = images.clone()
    images[chosen] = sample(images[chosen], grids)
    return images
