"""Training batches: poisoned, cropped, perhaps flipped, in [0, 1]."""

import numpy as np
import torch
from attacks import Attack
from data import pad, random_crops
from metrics import to_input
from torch import Tensor
from triggers.wanet import WaNet


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
        self, chosen: np.ndarray, random: np.random.Generator, progress: float
    ) -> tuple[Tensor, Tensor]:
        """Images [n, 3, 32, 32] in [0, 1] and labels [n] of the chosen records.

        `progress` is the share of training that is done.
        """
        labels = self.labels[chosen]
        if self.warp and self.attack:
            images = to_input(self.pixels[chosen])
            target, rate = self.attack.target, self.attack.rate
            images, labels = self.warp.poison_batch(
                images, labels, target, rate, random, progress
            )
            padded = pad(images.numpy(), self.padding)
            crops = random_crops(padded, np.arange(len(chosen)), random)
            images = torch.from_numpy(crops).contiguous(memory_format=torch.channels_last)
        else:
            images = to_input(random_crops(self.pixels, chosen, random))
        if self.flips:
            flipped = torch.from_numpy(random.random(len(chosen)) < 0.5)
            images[flipped] = images[flipped].flip(3)
        return images, torch.from_numpy(labels)
