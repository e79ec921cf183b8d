"""Golden values of one small network per family, made with PyTorch.

Run with `python3 test/golden/networks/make_networks.py`; PyTorch is needed, nothing else. Writes beside itself
input.safetensors (images, a perturbed copy of the first two, labels) and, per family, weights,
logits, convolution outputs, input gradients, logits after pruning, and five steps of fine-tuning
from the pruned weights with the pruned maps held at zero. All in float32. A ReLU or a max pool at a
tie is decided by rounding alone, so seeds are tried until float64 trains to the same weights.
"""

import copy
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parents[2] / "models/train"))
import safetensors  # noqa: E402

MEAN, STD = (0.5, 0.4, 0.3), (0.2, 0.25, 0.3)
CLASSES, BATCH, STEPS = 5, 6, 5
EVERY = 5
"""Outputs and gradients are stored at every fifth row and column."""


def conv(inputs: int, outputs: int, stride: int = 1, bias: bool = False) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, 3, stride=stride, padding=1, bias=bias)


class PreActBlock(nn.Module):
    """relu(bn1) -> conv1 -> relu(bn2) -> conv2, plus the shortcut, which runs first."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, outputs, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv(outputs, outputs)
        if stride > 1:
            self.shortcut = nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False))

    def forward(self, x: Tensor) -> Tensor:
        active = F.relu(self.bn1(x))
        side = self.shortcut(active) if hasattr(self, "shortcut") else x
        return self.conv2(F.relu(self.bn2(self.conv1(active)))) + side


class PlainBlock(nn.Module):
    """Post-activation basic block; the shortcut runs last."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1, self.bn1 = conv(inputs, outputs, stride), nn.BatchNorm2d(outputs)
        self.conv2, self.bn2 = conv(outputs, outputs), nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride > 1:
            side = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
            self.shortcut = nn.Sequential(side, nn.BatchNorm2d(outputs))

    def forward(self, x: Tensor) -> Tensor:
        out = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(out + self.shortcut(x))


class ResNet(nn.Module):
    """Both residual networks: with the stem's batch norm (post-activation) or without (before)."""

    def __init__(self, block: Callable[[int, int, int], nn.Module], width: int, stem: bool) -> None:
        super().__init__()
        self.conv1 = conv(3, width)
        if stem:
            self.bn1 = nn.BatchNorm2d(width)
        self.layer1 = nn.Sequential(block(width, width, 1))
        self.layer2 = nn.Sequential(block(width, 2 * width, 2), block(2 * width, 2 * width, 1))
        self.linear = nn.Linear(2 * width, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv1(x)
        x = F.relu(self.bn1(x)) if hasattr(self, "bn1") else x
        return self.linear(self.layer2(self.layer1(x)).mean(dim=(2, 3)))


class WideBlock(nn.Module):
    """As PreActBlock, but a shortcut where the channels change, which runs last."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inputs), conv(inputs, outputs, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(outputs), conv(outputs, outputs)
        if inputs != outputs:
            self.convShortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        active = F.relu(self.bn1(x))
        main = self.conv2(F.relu(self.bn2(self.conv1(active))))
        return main + (self.convShortcut(active) if hasattr(self, "convShortcut") else x)


class WideStage(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int, depth: int) -> None:
        super().__init__()
        first = WideBlock(inputs, outputs, stride)
        self.layer = nn.Sequential(first, *(WideBlock(outputs, outputs, 1) for _ in range(depth - 1)))

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(x)


class WideResNet(nn.Module):
    def __init__(self, stem: int, width: int, depths: tuple[int, int, int]) -> None:
        super().__init__()
        self.conv1 = conv(3, stem)
        self.block1 = WideStage(stem, width, 1, depths[0])
        self.block2 = WideStage(width, 2 * width, 2, depths[1])
        self.block3 = WideStage(2 * width, 4 * width, 2, depths[2])
        self.bn1, self.fc = nn.BatchNorm2d(4 * width), nn.Linear(4 * width, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        x = self.block3(self.block2(self.block1(self.conv1(x))))
        return self.fc(F.relu(self.bn1(x)).mean(dim=(2, 3)))


class VggBn(nn.Module):
    def __init__(self, stages: list[list[int]], hidden: int) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        channels = 3
        for widths in stages:
            for width in widths:
                layers += [conv(channels, width, bias=True), nn.BatchNorm2d(width), nn.ReLU()]
                channels = width
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Sequential(
            nn.Identity(), nn.Linear(channels, hidden), nn.ReLU(), nn.Linear(hidden, CLASSES)
        )

    def forward(self, x: Tensor) -> Tensor:
        return self.classifier(self.features(x).mean(dim=(2, 3)))


NETWORKS: dict[str, Callable[[], nn.Module]] = {
    "preActResNet": lambda: ResNet(PreActBlock, 4, stem=False),
    "resNet": lambda: ResNet(PlainBlock, 4, stem=True),
    "wideResNet": lambda: WideResNet(2, 3, (1, 2, 1)),
    "wideResNetPlain": lambda: WideResNet(3, 3, (1, 1, 1)),
    "vggBn": lambda: VggBn([[4], [6, 5], [8], [8]], 7),
}
"""The plain WideResNet has no shortcut in its first block, as WRN-d-1."""


class Tapped:
    """The convolutions in execution order and their last outputs."""

    def __init__(self, net: nn.Module) -> None:
        self.outputs: dict[str, Tensor] = {}
        self.modules = {n: m for n, m in net.named_modules() if isinstance(m, nn.Conv2d)}
        for name, module in self.modules.items():
            module.register_forward_hook(lambda _m, _i, out, name=name: self.note(name, out))

    def note(self, name: str, out: Tensor) -> None:
        self.outputs[name] = out

    def of(self, net: nn.Module, x: Tensor) -> dict[str, Tensor]:
        self.outputs = {}
        net(normalised(x))
        return self.outputs


def normalised(x: Tensor) -> Tensor:
    return (x - torch.tensor(MEAN).view(1, 3, 1, 1)) / torch.tensor(STD).view(1, 3, 1, 1)


def randomise(net: nn.Module, generator: torch.Generator) -> None:
    """Statistics and scales as after some training: nothing at its initial 0 or 1."""
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            draw = [torch.rand(module.num_features, generator=generator) for _ in range(4)]
            module.weight.data = (0.5 + draw[0]) * torch.where(draw[3] < 0.2, -1.0, 1.0)
            module.bias.data = 0.6 * draw[1] - 0.3
            module.running_mean = draw[2] - 0.5
            module.running_var = 0.5 + draw[3]


def state(net: nn.Module) -> dict[str, np.ndarray]:
    named = net.state_dict().items()
    return {n: t.numpy().copy() for n, t in named if not n.endswith("num_batches_tracked")}


def own_norm(net: nn.Module, name: str) -> str | None:
    """The batch norm that is a convolution's only reader, from the names alone."""
    modules = dict(net.named_modules())
    prefix, _, last = name.rpartition(".")
    if last == "conv1" and prefix.startswith(("layer", "block")):
        after = "bn1" if isinstance(modules[prefix], PlainBlock) else "bn2"
        return f"{prefix}.{after}"
    if isinstance(net, VggBn) or (last == "0" and isinstance(modules[prefix.rpartition(".")[0]], PlainBlock)):
        return f"{prefix}.{int(last) + 1}"
    if last == "conv2" and isinstance(modules[prefix], PlainBlock):
        return f"{prefix}.bn2"
    if name == "conv1" and hasattr(net, "layer1") and hasattr(net, "bn1"):
        return "bn1"
    if name == "conv1" and isinstance(net, WideResNet) and hasattr(net.block1.layer[0], "convShortcut"):
        return "block1.layer.0.bn1"
    return None


def zero(net: nn.Module, pruned: list[tuple[str, int]]) -> None:
    """The pruned maps' filters and biases, and the gamma and beta of their own batch norm."""
    modules = dict(net.named_modules())
    with torch.no_grad():
        for name, channel in pruned:
            parts = [modules[name]]
            norm = own_norm(net, name)
            if norm is not None:
                parts.append(modules[norm])
            for part in parts:
                part.weight[channel] = 0
                if part.bias is not None:
                    part.bias[channel] = 0


def golden(
    build: Callable[[], nn.Module], x: Tensor, x0: Tensor, y: Tensor, seed: int
) -> dict[str, np.ndarray] | None:
    """Everything stored of one network, or None where rounding decides."""
    torch.manual_seed(seed)
    net = build()
    randomise(net, torch.Generator().manual_seed(seed))
    net.eval()
    out = {f"state.{n}": t for n, t in state(net).items()}
    tapped = Tapped(net)
    with torch.no_grad():
        clean = {n: f.clone() for n, f in tapped.of(net, x[:2]).items()}
        out["logits"] = net(normalised(x)).numpy()
    for order, (name, f) in enumerate(clean.items()):
        out[f"tap.{name}"] = f[:, :, ::EVERY, ::EVERY].contiguous().numpy()
        channel = (3 * order + 1) % f.shape[1]
        z = x0.clone().requires_grad_()
        change = f[:, channel] - tapped.of(net, z)[name][:, channel]
        (gradient,) = torch.autograd.grad(change.square().sum(), z)
        out[f"gradient.{name}.{channel}"] = gradient[:, :, ::EVERY, ::EVERY].contiguous().numpy()
        out[f"gradientSize.{name}"] = gradient.double().square().sum(dim=(2, 3)).float().numpy()
    offsets, count = {}, 0
    for name, f in clean.items():
        offsets[name], count = count, count + f.shape[1]
    pruned = [(n, (5 * i + 2) % f.shape[1]) for i, (n, f) in enumerate(clean.items()) if i % 3 != 1]
    out["pruned"] = np.array([offsets[n] + c for n, c in pruned], dtype=np.int64)
    zero(net, pruned)
    with torch.no_grad():
        out["logits.pruned"] = net(normalised(x)).numpy()
    exact = copy.deepcopy(net).double()
    out["losses"] = np.array(fine_tune(net, pruned, x, y), dtype=np.float32)
    fine_tune(exact, pruned, x.double(), y)
    wanted = state(exact)
    if max(np.abs(t - wanted[n]).max() for n, t in state(net).items()) > 1e-6:
        return None
    out |= {f"final.{n}": t for n, t in state(net).items()}
    net.eval()
    with torch.no_grad():
        out["logits.tuned"] = net(normalised(x)).numpy()
    return out


def fine_tune(net: nn.Module, pruned: list[tuple[str, int]], x: Tensor, y: Tensor) -> list[float]:
    net.train()
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01, momentum=0.9, weight_decay=5e-4)
    losses = []
    for step in range(STEPS):
        indices = [(step + i) % len(x) for i in range(BATCH)]
        loss = F.cross_entropy(net(normalised(x[indices])), y[indices])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        zero(net, pruned)
        losses.append(loss.item())
    return losses


def main() -> None:
    draw = np.random.default_rng(5)
    coarse = draw.integers(0, 256, (8, 8, 8, 3))
    images = coarse.repeat(4, axis=1).repeat(4, axis=2) + draw.integers(-40, 41, (8, 32, 32, 3))
    images = images.clip(0, 255).astype(np.uint8)
    moved = images[:2] + draw.integers(-13, 14, (2, 32, 32, 3))
    labels = draw.integers(0, CLASSES, 8)
    start = moved.clip(0, 255).astype(np.uint8)
    named = {"images": images, "start": start, "labels": labels}
    safetensors.write(HERE / "input.safetensors", named)
    x, x0 = (torch.from_numpy(a).permute(0, 3, 1, 2).float() / 255 for a in (images, start))
    for name, build in NETWORKS.items():
        tried = (golden(build, x, x0, torch.from_numpy(labels), seed) for seed in range(1, 100))
        values = next(values for values in tried if values is not None)
        safetensors.write(HERE / f"{name}.safetensors", values)
        print(name, values["losses"])


if __name__ == "__main__":
    main()
