"""Times gradients of fine-tuning in PyTorch, the competitor of `npm run bench -- --only fine-tune-wasm`.

Cross-entropy of batches of random images in train mode, forward and backward, without the update of the
weights. Starts and warms up once, then takes its batches for each line of its input and prints one line
of JSON.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import torch
from torch.nn import functional as F

sys.path.append(str(Path(__file__).resolve().parents[2] / "models" / "train"))
from network import PreActResNet  # noqa: E402


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--batches", type=int, default=2)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(1)
    model = PreActResNet(args.width, 10, (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)).train()
    model = model.to(memory_format=torch.channels_last)
    x = torch.rand(args.batch, 3, 32, 32).contiguous(memory_format=torch.channels_last)
    y = torch.arange(args.batch) % 10

    def step() -> None:
        model.zero_grad()
        F.cross_entropy(model(x), y).backward()

    step()
    for _ in sys.stdin:
        begin = time.perf_counter()
        for _ in range(args.batches):
            step()
        print(json.dumps({"seconds": time.perf_counter() - begin}), flush=True)


if __name__ == "__main__":
    main()
