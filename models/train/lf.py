"""The pattern of a Low Frequency attack, from a clean network.

A universal perturbation after Zeng et al. (2021): for one training image after the other whose
answer it does not change yet, the perturbation gets the smoothed smallest change that makes the
network say the target (targeted DeepFool), is smoothed itself, and is stretched to [0, 0.2].
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from data import read
from files import stored_tensor
from metrics import to_input
from network import PreActResNet
from stored import read_network
from torch import Tensor
from torch.nn import functional as F

IMAGES = 100
PASSES = 50
LIMIT = 0.2
FOOLED = 0.2
SETTLED, SPREAD = 5, 0.01
OVERSHOOT = 0.02
STEPS = 200
TAPS, SIGMA = 30, 6.0


def smooth(image: Tensor) -> Tensor:
    """A Gaussian of SIGMA pixels over [1, 3, 32, 32], zeros outside, the same shape."""
    offsets = torch.arange(TAPS) - (TAPS - 1) / 2
    kernel = torch.exp(-0.5 * (offsets / SIGMA) ** 2)
    kernel = (kernel / kernel.sum()).expand(3, 1, 1, TAPS)
    before, after = TAPS // 2, TAPS // 2 - 1
    across = F.conv2d(F.pad(image, (before, after, 0, 0)), kernel, groups=3)
    return F.conv2d(F.pad(across, (0, 0, before, after)), kernel.transpose(2, 3), groups=3)


def deepfool(network: PreActResNet, start: Tensor, target: int) -> Tensor:
    """A small change of one image [1, 3, 32, 32] that makes the network say the target."""
    change = torch.zeros_like(start)
    for _ in range(STEPS):
        image = (start + (1 + OVERSHOOT) * change).requires_grad_()
        found = network(image)[0]
        said = int(found.argmax())
        if said == target:
            break
        lead = found[said] - found[target]
        (slope,) = torch.autograd.grad(-lead, image)
        length = slope.norm()
        change = change + (lead.item() + 1e-4) * slope / length**2
    return (1 + OVERSHOOT) * change


def universal(
    network: PreActResNet, images: Tensor, target: int, random: np.random.Generator
) -> Tensor:
    """The perturbation [1, 3, 32, 32] in [0, LIMIT]; prints the share it fools, per pass."""
    plain = answers(network, images)
    perturbation = torch.zeros(1, 3, 32, 32)
    shares: list[float] = []
    for _ in range(PASSES):
        for i in random.permutation(len(images)):
            moved = images[i : i + 1] + perturbation
            if answers(network, moved)[0] != plain[i]:
                continue
            perturbation = smooth(perturbation + smooth(deepfool(network, moved, target)))
            low, high = perturbation.min(), perturbation.max()
            if high > low:
                perturbation = (perturbation - low) / (high - low) * LIMIT
        moved_answers = answers(network, images + perturbation)
        shares.append((moved_answers != plain).float().mean().item())
        hit = (moved_answers == target).float().mean().item()
        print(f"pass {len(shares)}: {shares[-1]:.2f} change, {hit:.2f} to the target", flush=True)
        last = shares[-SETTLED:]
        if shares[-1] >= FOOLED or (len(last) == SETTLED and max(last) - min(last) < SPREAD):
            break
    return perturbation


@torch.no_grad()
def answers(network: PreActResNet, images: Tensor) -> Tensor:
    """The predicted classes [n]."""
    return network(images).argmax(1)


def main() -> None:
    """Makes the pattern and writes it as uint8 [32, 32, 3], 0 to 51."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, required=True, help="folder of a clean model")
    parser.add_argument("--data", type=Path, required=True, help="folder of train.bin[.gz]")
    parser.add_argument("--target", type=int, required=True)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="folder for pattern.safetensors")
    options = parser.parse_args()
    torch.set_num_threads(1)
    random = np.random.default_rng(options.seed)
    train = read(options.data, "train")
    chosen = random.choice(len(train.labels), IMAGES, replace=False)
    network = read_network(options.model)
    found = universal(network, to_input(train.pixels[chosen]), options.target, random)
    pattern = np.rint(found[0].permute(1, 2, 0).numpy() * 255).astype(np.uint8)
    options.out.mkdir(parents=True, exist_ok=True)
    print(stored_tensor(options.out, "pattern", pattern), pattern.max((0, 1)), pattern.mean((0, 1)))


if __name__ == "__main__":
    main()
