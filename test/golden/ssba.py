"""Makes ssba.safetensors: what PyTorch's layers do with the encoder's weights of ssbaWeights.ts.

Usage: python3 test/golden/ssba.py
"""

import sys
from pathlib import Path

import numpy as np
import torch

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "models" / "train"))

from safetensors import write  # noqa: E402
from stegastamp import BITS, Encoder  # noqa: E402


def scatter(start: int, count: int) -> np.ndarray:
    """Numbers in [-1, 1) that look random: the finaliser of MurmurHash3 of start, start + 1, ..."""
    z = np.arange(start, start + count, dtype=np.uint32)
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        z ^= z >> np.uint32(shift)
        z *= np.uint32(factor)
    z ^= z >> np.uint32(16)
    return z.astype(np.float64) / 2**31 - 1


def main() -> None:
    encoder = Encoder()
    state, start = {}, 1
    for name, tensor in encoder.state_dict().items():
        fan_in = tensor[0].numel() if tensor.dim() > 1 else 100
        values = scatter(start, tensor.numel()) * np.sqrt(6 / fan_in)
        state[name] = torch.from_numpy(values.astype(np.float32)).reshape(tensor.shape)
        start += tensor.numel()
    encoder.load_state_dict(state)
    images = np.floor((scatter(7, 2 * 3072) + 1) * 128).astype(np.uint8).reshape(2, 32, 32, 3)
    bits = (scatter(3, BITS) > 0).astype(np.float32)
    planes = torch.from_numpy(images).permute(0, 3, 1, 2).to(torch.float32) / 255
    with torch.no_grad():
        out = encoder(planes, torch.from_numpy(bits).expand(2, -1)).permute(0, 2, 3, 1)
    print("from", out.min().item(), "to", out.max().item(), "deviation", out.std().item())
    write(
        HERE / "ssba.safetensors",
        {"images": images, "bits": bits, "out": np.ascontiguousarray(out.numpy())},
    )


if __name__ == "__main__":
    main()
