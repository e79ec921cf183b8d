"""Trains the encoder of the SSBA attack, with its decoder, and writes models/ssba-encoder.

After StegaStamp: first the message alone counts; once the decoder reads it, the likeness of the
encoded image to the plain one counts more and more. Interrupted with --checkpoints, the same
command goes on.
"""

import argparse
import math
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from data import read
from metrics import to_input
from ssba_export import export
from stegastamp import BITS, Decoder, Encoder
from torch import nn
from torch.nn import functional as F

BATCH = 32
PEAK = 5e-4
WARM_UP = 200
READABLE = 0.9
SMOOTHING = 0.98
WAIT, RAMP, WEIGHT = 200, 1500, 10.0
HELD_OUT = 1000
REPORT, SAVE = 100, 500


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the sets' folders")
    parser.add_argument("--sets", nargs="+", default=["signs", "gtsrb", "cifar10"])
    parser.add_argument("--steps", type=int, default=9000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="models/ssba-encoder")
    parser.add_argument("--checkpoints", type=Path, help="folder for the checkpoint")
    return parser.parse_args()


def command(options: argparse.Namespace) -> str:
    """The command that makes this encoder, on one line."""
    return (
        f"python3 models/train/ssba.py --data DATA --sets {' '.join(options.sets)} "
        f"--steps {options.steps} --seed {options.seed} --out models/{options.out.name}"
    )


def prepare(encoder: Encoder, decoder: Decoder) -> None:
    """Initial weights that keep the message's variance over all layers, and centred inputs.

    Meant to let the message through 20 layers from the start; how much of the quick start is
    theirs and how much that of the learning rate was not measured apart.
    """
    for module in (*encoder.modules(), *decoder.modules()):
        if isinstance(module, (nn.Conv2d, nn.Linear)) and module.bias is not None:
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
            nn.init.zeros_(module.bias)
    nn.init.xavier_normal_(encoder.output.weight)
    nn.init.xavier_normal_(decoder.bits.weight)
    with torch.no_grad():
        encoder.secret_dense.bias.sub_(encoder.secret_dense.weight.sum(1) / 2)
        decoder.convs[0].bias.sub_(decoder.convs[0].weight.sum((1, 2, 3)) / 2)


def learning_rate(step: int, steps: int) -> float:
    """Linear to PEAK over WARM_UP steps, then a half cosine to 0."""
    if step < WARM_UP:
        return PEAK * (step + 1) / WARM_UP
    return PEAK * 0.5 * (1 + math.cos(math.pi * (step - WARM_UP) / (steps - WARM_UP)))


class Training:
    """Networks, optimizer, and where training stands."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.encoder, self.decoder = Encoder(), Decoder()
        prepare(self.encoder, self.decoder)
        for network in (self.encoder, self.decoder):
            network.to(memory_format=torch.channels_last)
        parameters = (*self.encoder.parameters(), *self.decoder.parameters())
        self.optimizer = torch.optim.Adam(parameters, lr=PEAK)
        self.step_count = 0
        self.seconds = 0.0
        self.accuracy = 0.5
        self.error = 0.0
        self.readable_since: int | None = None

    def weight(self) -> float:
        """Of the image's squared error: 0 until the message is readable, then a ramp to WEIGHT."""
        if self.readable_since is None:
            return 0.0
        done = (self.step_count - self.readable_since - WAIT) / RAMP
        return WEIGHT * min(max(done, 0.0), 1.0)

    def step(self, pixels: Sequence[np.ndarray]) -> None:
        """One batch, spread evenly over the sets; drawn from seed and step alone."""
        random = np.random.default_rng((self.options.seed, self.step_count))
        counts = np.bincount(np.arange(BATCH) % len(pixels), minlength=len(pixels))
        chosen = [p[random.integers(0, len(p), n)] for p, n in zip(pixels, counts, strict=True)]
        images = to_input(np.concatenate(chosen))
        bits = torch.from_numpy(random.integers(0, 2, (BATCH, BITS))).to(torch.float32)
        for group in self.optimizer.param_groups:
            group["lr"] = learning_rate(self.step_count, self.options.steps)
        with torch.autocast("cpu", torch.bfloat16):
            encoded = self.encoder(images, bits)
            found = self.decoder(encoded)
        error = F.mse_loss(encoded.float(), images)
        loss = self.weight() * error
        loss = loss + F.binary_cross_entropy_with_logits(found.float(), bits)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.step_count += 1
        accuracy = ((found > 0) == (bits > 0.5)).float().mean().item()
        self.accuracy += (1 - SMOOTHING) * (accuracy - self.accuracy)
        self.error += (1 - SMOOTHING) * (error.item() - self.error)
        if self.readable_since is None and self.accuracy > READABLE:
            self.readable_since = self.step_count

    def state(self) -> dict[str, object]:
        """Everything that going on needs."""
        plain = ("step_count", "seconds", "accuracy", "error", "readable_since")
        return {
            "of": command(self.options),
            "encoder": self.encoder.state_dict(),
            "decoder": self.decoder.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "plain": {name: getattr(self, name) for name in plain},
        }

    def resume(self, file: Path) -> None:
        """Goes on from the file if the same command wrote it."""
        saved = torch.load(file) if file.exists() else None
        if saved and saved["of"] == command(self.options):
            self.encoder.load_state_dict(saved["encoder"])
            self.decoder.load_state_dict(saved["decoder"])
            self.optimizer.load_state_dict(saved["optimizer"])
            for name, value in saved["plain"].items():
                setattr(self, name, value)


def main() -> None:
    """Trains, reports every REPORT steps, measures on held-out images, exports."""
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    pixels = [read(options.data / name, "train").pixels for name in options.sets]
    training = Training(options)
    checkpoint = options.checkpoints and options.checkpoints / f"{options.out.name}.pt"
    if checkpoint:
        training.resume(checkpoint)
    while training.step_count < options.steps:
        start = time.monotonic()
        training.step(pixels)
        training.seconds += time.monotonic() - start
        if training.step_count % REPORT == 0:
            print(
                f"step {training.step_count}/{options.steps} bits {training.accuracy:.4f}",
                f"psnr {-10 * math.log10(training.error):.2f} weight {training.weight():.2f}",
                f"{training.seconds:.0f} s",
                flush=True,
            )
        if checkpoint and training.step_count % SAVE == 0:
            partial = checkpoint.with_suffix(".partial")
            torch.save(training.state(), partial)
            partial.replace(checkpoint)
    held_out = {name: read(options.data / name, "test").pixels for name in options.sets}
    about = {
        "command": command(options),
        "framework": f"PyTorch {torch.__version__}, bfloat16 forward passes",
        "seed": options.seed,
        "epochs": round(options.steps * BATCH / sum(len(p) for p in pixels)),
        "batchSize": BATCH,
        "optimizer": "Adam",
        "schedule": f"{options.steps:,} steps; learning rate linear to {PEAK} over {WARM_UP} "
        "steps, then cosine to 0; loss: binary cross-entropy of the bits plus w times the mean "
        f"squared error of the image, w = 0 until the running bit accuracy passed {READABLE} "
        f"(step {training.readable_since}) and {WAIT} steps more, then linear to {WEIGHT:g} "
        f"over {RAMP:,} steps",
        "augmentation": "none",
        "seconds": round(training.seconds),
    }
    first = {name: images[:HELD_OUT] for name, images in held_out.items()}
    manifest = export(options.out, training.encoder, training.decoder, first, about)
    print(manifest["id"], manifest["metrics"], manifest["weights"], flush=True)


if __name__ == "__main__":
    main()
