"""How far a linear classifier gets on raw pixels: a check that an image set needs a network.

Softmax regression on standardised pixels, trained with Adam and a little weight decay. Prints
the test accuracy after every few epochs; the last one, and the largest of all, count.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from data import read
from torch import nn
from torch.nn import functional as F

BATCH = 256


def main() -> None:
    """Trains and says what it reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of train/test.bin[.gz]")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--decay", type=float, default=1e-3)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(options.seed)
    random = np.random.default_rng(options.seed)
    train, test = read(options.data, "train"), read(options.data, "test")
    x, test_x = (torch.from_numpy(s.pixels.reshape(len(s.labels), -1) / 255) for s in (train, test))
    mean, std = x.mean(0), x.std(0) + 1e-3
    x, test_x = ((x - mean) / std).float(), ((test_x - mean) / std).float()
    y, test_y = torch.from_numpy(train.labels), torch.from_numpy(test.labels)
    linear = nn.Linear(x.shape[1], int(y.max()) + 1)
    nn.init.zeros_(linear.weight)
    optimizer = torch.optim.AdamW(linear.parameters(), lr=3e-4, weight_decay=options.decay)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, options.epochs)
    reached = []
    for epoch in range(1, options.epochs + 1):
        order = torch.from_numpy(random.permutation(len(y)))
        for chosen in order.split(BATCH):
            loss = F.cross_entropy(linear(x[chosen]), y[chosen])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        schedule.step()
        with torch.no_grad():
            accuracy, test_accuracy = (
                (linear(inputs).argmax(1) == labels).float().mean().item()
                for inputs, labels in ((x, y), (test_x, test_y))
            )
        reached.append(test_accuracy)
        if epoch % 5 == 0 or epoch == options.epochs:
            print(f"epoch {epoch} train {accuracy:.4f} test {test_accuracy:.4f}", flush=True)
    print(f"linear on raw pixels: test {reached[-1]:.4f}, largest of all epochs {max(reached):.4f}")


if __name__ == "__main__":
    main()
