"""Times one FRG sweep in PyTorch, the competitor of `npm run bench`.

`released`: the loop of the method's released code, written from its description: a hook on the
convolution, one feature map at a time, and for each step a forward pass of the clean images, one of
the perturbed images, a backward pass; then a forward pass that ranks the map.
`batched`: what one would write for speed: all of a convolution's maps in batches, both forward
passes shared, convolutions channels-last, TF32 allowed on a GPU.

Weights are random: the work does not depend on them. Starts and warms up once, then makes a sweep for
each line of its input, which may hold another `every`, and prints one line of JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional as F

sys.path.append(str(Path(__file__).resolve().parents[2] / "models" / "train"))
from network import PreActResNet  # noqa: E402

EPS = 0.06
ALPHA = 0.02
# Samples take whole blocks of neighbouring maps, so that a loop that works in batches has its own.
BLOCK = 16
# One block is enough to warm up a processor.
WARM_EVERY = 60


def in_sample(index: int, every: int) -> bool:
    """From the middle of each stretch: the first block, the stem, is the cheapest of all."""
    return index // BLOCK % every == every // 2


def convolutions(model: nn.Module, x: Tensor) -> list[nn.Conv2d]:
    """All convolutions in the order in which they run."""
    found: list[nn.Conv2d] = []
    hooks = [
        module.register_forward_hook(lambda conv, _in, _out: found.append(conv))
        for module in model.modules()
        if isinstance(module, nn.Conv2d)
    ]
    with torch.no_grad():
        model(x[:1])
    for hook in hooks:
        hook.remove()
    return found


class Tap:
    """Keeps a convolution's output while it is in use."""

    def __init__(self, conv: nn.Conv2d) -> None:
        self.value = torch.empty(0)
        self.hook = conv.register_forward_hook(self.take)

    def take(self, _module: nn.Module, _inputs: tuple[Tensor, ...], output: Tensor) -> None:
        self.value = output

    def remove(self) -> None:
        self.hook.remove()


def step(x: Tensor, x0: Tensor, z: Tensor, gradient: Tensor, steps: int) -> Tensor:
    """One step: from the start without projection, else projected into the ball around x."""
    if steps == 1:
        return (x0 + EPS * gradient.sign()).clamp(0, 1)
    return (x + (z + ALPHA * gradient.sign() - x).clamp(-EPS, EPS)).clamp(0, 1)


def now(device: torch.device) -> float:
    """Seconds, when the device has done what it was told."""
    if device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter()


def released(
    model: nn.Module, x: Tensor, y: Tensor, x0: Tensor, steps: int, every: int
) -> tuple[int, float]:
    """Returns the number of maps done, and the seconds of what they share: nothing."""
    done = 0
    index = 0
    for conv in convolutions(model, x):
        tap = Tap(conv)
        for channel in range(conv.out_channels):
            index += 1
            if not in_sample(index - 1, every):
                continue
            z = x0.clone()
            for _ in range(steps):
                z = z.detach().requires_grad_()
                model(x)
                clean = tap.value[:, channel].detach()
                model(z)
                loss = F.mse_loss(tap.value[:, channel], clean)
                (gradient,) = torch.autograd.grad(loss, z)
                z = step(x, x0, z.detach(), gradient, steps)
            with torch.no_grad():
                (model(z).argmax(1) == y).float().mean().item()
            done += 1
        tap.remove()
    return done, 0.0


def chunks(channels: list[int], size: int) -> Iterator[list[int]]:
    for begin in range(0, len(channels), size):
        yield channels[begin : begin + size]


def batched(
    model: nn.Module, x: Tensor, y: Tensor, x0: Tensor, steps: int, every: int, batch: int
) -> tuple[int, float]:
    """Maps of one convolution side by side in the batch.

    Returns the number of maps done, and the seconds of the passes that a convolution's maps share,
    which are made of every convolution, whether or not the sample has maps of it.
    """
    done = 0
    index = 0
    shared = 0.0
    n = len(x)
    for conv in convolutions(model, x):
        tap = Tap(conv)
        begin = now(x.device)
        with torch.no_grad():
            model(x)
            clean = tap.value
        shared += now(x.device) - begin
        channels = [c for c in range(conv.out_channels) if in_sample(index + c, every)]
        index += conv.out_channels
        for group in chunks(channels, max(1, batch // n)):
            k = len(group)
            repeated = x.repeat(k, 1, 1, 1)
            start = x0.repeat(k, 1, 1, 1)
            z = start
            for _ in range(steps):
                z = z.detach().requires_grad_()
                model(z)
                values = tap.value.view(k, n, *tap.value.shape[1:])
                loss = sum(
                    ((values[i, :, c] - clean[:, c]) ** 2).sum() for i, c in enumerate(group)
                )
                (gradient,) = torch.autograd.grad(loss, z)
                z = step(repeated, start, z.detach(), gradient, steps)
            with torch.no_grad():
                (model(z).argmax(1) == y.repeat(k)).view(k, n).float().mean(1).tolist()
            done += k
        tap.remove()
    return done, shared


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--loop", choices=("released", "batched"), default="released")
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--images", type=int, default=32)
    parser.add_argument("--steps", type=int, default=1)
    parser.add_argument("--every", type=int, default=1, help=f"only every k-th block of {BLOCK} maps")
    parser.add_argument("--batch", type=int, default=512, help="images per pass of `batched`")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="cpu")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    device = torch.device(args.device)
    model = PreActResNet(args.width, 10, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)).to(device).eval()
    x = torch.rand(args.images, 3, 32, 32, device=device)
    if args.loop == "batched":
        torch.backends.cuda.matmul.allow_tf32 = True
        torch.backends.cudnn.allow_tf32 = True
        torch.backends.cudnn.benchmark = True
        model = model.to(memory_format=torch.channels_last)
        x = x.contiguous(memory_format=torch.channels_last)
    else:
        torch.backends.cudnn.allow_tf32 = False
    y = torch.randint(10, (args.images,), device=device)
    x0 = (x + ALPHA * (torch.rand_like(x) * 2 - 1).sign()).clamp(0, 1)
    loop: Callable[[int], tuple[int, float]] = (
        (lambda every: released(model, x, y, x0, args.steps, every))
        if args.loop == "released"
        else (lambda every: batched(model, x, y, x0, args.steps, every, args.batch))
    )
    # Warms up; on a GPU with all shapes, for which the fastest algorithm is searched.
    loop(args.every if device.type == "cuda" else WARM_EVERY)
    name = torch.cuda.get_device_name() if device.type == "cuda" else "cpu"
    for line in sys.stdin:
        every = int(line) if line.strip() else args.every
        begin = now(device)
        maps, shared = loop(every)
        seconds = now(device) - begin
        result = {
            **{"seconds": seconds, "shared": shared, "maps": maps},
            **{"torch": torch.__version__, "device": name},
        }
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
