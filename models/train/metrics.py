"""Logits, Acc, ASR and RA of a network in eval mode on uint8 images."""

import numpy as np
import torch
from attacks import Attack
from data import Images
from network import PreActResNet
from torch import Tensor

BATCH = 256

Metric = dict[str, float | int]


def to_input(pixels: np.ndarray) -> Tensor:
    """uint8 [N, 3, 32, 32] -> float32 in [0, 1], channels last in memory."""
    scaled = torch.from_numpy(pixels).to(torch.float32).div_(255)
    return scaled.contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def logits(network: PreActResNet, pixels: np.ndarray) -> Tensor:
    """uint8 [N, 3, 32, 32] -> logits [N, classes] on the CPU."""
    network.eval()
    device = network.linear.weight.device
    parts = (pixels[i : i + BATCH] for i in range(0, len(pixels), BATCH))
    return torch.cat([network(to_input(part).to(device)).cpu() for part in parts])


def share(hits: np.ndarray) -> Metric:
    """The share of hits, with the count it is a share of."""
    return {"value": round(float(hits.mean()), 6), "n": len(hits)}


def measure(
    network: PreActResNet, test: Images, attack: Attack | None
) -> dict[str, Metric | None]:
    """Acc on all test images; ASR and RA on the triggered images of other classes."""
    predicted = logits(network, test.pixels).argmax(1).numpy()
    result: dict[str, Metric | None] = {
        "acc": share(predicted == test.labels),
        "asr": None,
        "ra": None,
    }
    if attack is not None:
        pixels, labels = attack.trigger(test.pixels, test.labels)
        predicted = logits(network, pixels).argmax(1).numpy()
        result["asr"] = share(predicted == attack.target)
        result["ra"] = share(predicted == labels)
    return result
