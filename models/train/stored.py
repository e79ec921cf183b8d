"""Networks from stored weights."""

import json
from pathlib import Path
from typing import TypeVar

import numpy as np
import safetensors
import torch
from datasets import DATASETS
from network import PreActResNet
from torch import nn

WEIGHTS = "weights.safetensors"

Network = TypeVar("Network", bound=nn.Module)


def load(network: Network, tensors: dict[str, np.ndarray]) -> Network:
    """Fills the network from stored tensors; half precision becomes float32 again."""
    network.load_state_dict({name: torch.from_numpy(t.copy()) for name, t in tensors.items()})
    return network


def read_network(folder: Path) -> PreActResNet:
    """The network of a model folder, in eval mode on the CPU."""
    manifest = json.loads((folder / "manifest.json").read_text())
    dataset = DATASETS[manifest["data"]["id"]]
    width = manifest["architecture"]["width"]
    network = PreActResNet(width, len(dataset.classes), dataset.mean, dataset.std)
    return load(network, safetensors.read(folder / WEIGHTS)).eval()
