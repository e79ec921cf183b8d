"""PreActResNet18 for 32x32 images, at any width.

The pre-activation residual network of He et al. (2016) in the shape that backdoor studies use:
a bare 3x3 stem, four stages of two blocks, mean pooling, one linear layer; no batch norm after
the stem and none before the pooling. Width 64 is the usual PreActResNet18, width 16 has a
sixteenth of its weights. Attribute names fix the state_dict names.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

BLOCKS = (2, 2, 2, 2)


class Block(nn.Module):
    """relu(bn1) -> conv1 -> relu(bn2) -> conv2, plus the shortcut.

    The shortcut is the block's input itself, or, where the shape changes, a bare 1x1
    convolution of relu(bn1(input)).
    """

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.shortcut: nn.Module | None = None
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride=stride, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        """[N, inputs, H, W] -> [N, outputs, H / stride, W / stride]."""
        active = F.relu(self.bn1(x))
        residual = x if self.shortcut is None else self.shortcut(active)
        return self.conv2(F.relu(self.bn2(self.conv1(active)))) + residual


class PreActResNet(nn.Module):
    """Images in [0, 1] to logits. Input normalisation is part of the network."""

    def __init__(
        self, width: int, classes: int, mean: Sequence[float], std: Sequence[float]
    ) -> None:
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean).view(1, 3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(std).view(1, 3, 1, 1), persistent=False)
        self.conv1 = nn.Conv2d(3, width, 3, padding=1, bias=False)
        channels = width
        for stage, blocks in enumerate(BLOCKS):
            outputs = width * 2**stage
            layer = nn.Sequential()
            for block in range(blocks):
                stride = 2 if stage > 0 and block == 0 else 1
                layer.append(Block(channels, outputs, stride))
                channels = outputs
            setattr(self, f"layer{stage + 1}", layer)
        self.linear = nn.Linear(channels, classes)

    def forward(self, x: Tensor) -> Tensor:
        """[N, 3, 32, 32] float in [0, 1] -> [N, classes] logits."""
        x = self.conv1((x - self.mean) / self.std)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.linear(x.mean(dim=(2, 3)))
