"""SSBA (Li et al., 2021): an encoder hides one message in every image, in each in another way."""

from pathlib import Path

import numpy as np
import safetensors
import torch
from files import sha256
from stegastamp import BITS, Encoder
from stored import WEIGHTS, load

BATCH = 256


class Ssba:
    """The images as the encoder draws them anew with 100 bits drawn from the seed, rounded."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.encoder = load(Encoder(), safetensors.read(folder / WEIGHTS)).eval()
        self.bits = np.random.default_rng(seed).integers(0, 2, BITS)

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        parts = (pixels[i : i + BATCH] for i in range(0, len(pixels), BATCH))
        return np.concatenate([encode(self.encoder, part, self.bits) for part in parts])

    def describe(self, folder: Path) -> dict[str, object]:
        encoder = {"model": self.folder.name, "sha256": sha256(self.folder / WEIGHTS)}
        return {"message": hexadecimal(self.bits), "encoder": encoder}


@torch.no_grad()
def encode(encoder: Encoder, pixels: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """uint8 [N, 3, 32, 32] with bits [100], or [N, 100] -> encoded, rounded to uint8."""
    images = torch.from_numpy(pixels).to(torch.float32).div_(255)
    images = images.contiguous(memory_format=torch.channels_last)
    messages = torch.from_numpy(bits).to(torch.float32).expand(len(pixels), BITS)
    return encoder(images, messages).mul_(255).add_(0.5).clamp_(0, 255).to(torch.uint8).numpy()


def hexadecimal(bits: np.ndarray) -> str:
    """100 bits as 25 digits, the most significant bit first."""
    return f"{int(''.join(str(bit) for bit in bits), 2):025x}"
