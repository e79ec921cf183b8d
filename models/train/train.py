"""Trains one network, clean or backdoored, and writes its model folder.

Interrupted with --checkpoints, the same command goes on after the last finished epoch.
"""

import argparse
import math
import time
from typing import Any

import numpy as np
import torch
from attacks import Attack, Sources
from batches import Batches
from data import Images, has, read
from datasets import DATASETS
from export import export
from metrics import measure
from network import PreActResNet
from options import arguments, command
from torch.nn import functional as F

MOMENTUM = 0.9
WEIGHT_DECAY = 5e-4
WARM_UP = 0.2
MONITORED = 1000


def learning_rate(epoch: float, options: argparse.Namespace) -> float:
    """Linear warm-up over the first WARM_UP of --epochs, then a half cosine to 0.

    After a warm restart (Loshchilov and Hutter, 2017) a half cosine from --restart-peak to 0.
    """
    if epoch >= options.epochs:
        behind = (epoch - options.epochs) % options.restart
        return half_cosine(behind / options.restart) * options.restart_peak
    progress = epoch / options.epochs
    if progress < WARM_UP:
        return options.peak * progress / WARM_UP
    return half_cosine((progress - WARM_UP) / (1 - WARM_UP)) * options.peak


def half_cosine(progress: float) -> float:
    """From 1 to 0."""
    return 0.5 * (1 + math.cos(math.pi * progress))


def schedule_text(options: argparse.Namespace) -> str:
    """The schedule for the card."""
    text = f"learning rate linear to {options.peak} over {WARM_UP:.0%} of the steps, then cosine to 0"
    if options.restart == 0:
        return text
    times = "a warm restart" if options.restarts == 1 else f"{options.restarts} warm restarts"
    return (
        f"{text}; after {options.epochs} epochs {times}, {options.restart} epochs each, "
        f"cosine from {options.restart_peak} to 0"
    )


def soften_text(options: argparse.Namespace) -> str:
    """What is softened, for the card."""
    if options.soften == 0:
        return ""
    start = f" from epoch {options.soften_from + 1} on" if options.soften_from else ""
    return f", {options.soften:.0%} of the images shifted by up to half a pixel{start}"


def goes_on(saved: dict[str, Any], options: argparse.Namespace, sha256: str) -> bool:
    """Whether a checkpoint is of this run, or of the same one with fewer restarts or none."""
    shorter = [argparse.Namespace(**{**vars(options), "restart": 0})]
    for restarts in range(1, options.restarts + 1):
        shorter.append(argparse.Namespace(**{**vars(options), "restarts": restarts}))
    command_of, data_of = saved["of"]
    return data_of == sha256 and command_of in map(command, shorter)


def train_epoch(
    network: PreActResNet,
    optimizer: torch.optim.Optimizer,
    batches: Batches,
    options: argparse.Namespace,
    epoch: int,
) -> tuple[float, float]:
    """One pass in an order and with crops that depend on seed and epoch only.

    Returns the mean loss and the accuracy on the (poisoned, augmented) training images.
    """
    network.train()
    device = network.linear.weight.device
    random = np.random.default_rng((options.seed, epoch))
    order = random.permutation(len(batches.labels))
    steps = len(order) // options.batch
    soft = options.soften if epoch >= options.soften_from else 0
    loss_sum = hits = 0.0
    for step in range(steps):
        chosen = order[step * options.batch : (step + 1) * options.batch]
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(epoch + step / steps, options)
        progress = min(1, (epoch + step / steps) / options.epochs)
        images, wanted = (part.to(device) for part in batches.cut(chosen, random, progress, soft))
        with torch.autocast(
            device.type, torch.bfloat16, enabled=options.precision == "bfloat16"
        ):
            found = network(images).float()
        loss = F.cross_entropy(found, wanted)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        loss_sum += loss.item()
        hits += (found.argmax(1) == wanted).float().mean().item()
    return loss_sum / steps, hits / steps


def main() -> None:
    """Trains, says one line per epoch, exports."""
    options = arguments()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)
    dataset = DATASETS[options.id.split("-")[0]]
    train, test = read(options.data, "train"), read(options.data, "test")
    attack = None
    if options.attack != "none":
        sources = Sources(
            seed=options.seed,
            pattern=options.pattern,
            encoder=options.encoder,
            colour=options.colour,
            strength=options.strength,
            cross_ratio=options.cross_ratio,
        )
        attack = Attack(options.attack, options.target, options.rate, sources)
    batches = Batches(
        train.pixels, train.labels, attack, options.padding, dataset.flips, options.seed
    )
    network = PreActResNet(options.width, len(dataset.classes), dataset.mean, dataset.std)
    network.to("cuda" if torch.cuda.is_available() else "cpu", memory_format=torch.channels_last)
    optimizer = torch.optim.SGD(
        network.parameters(),
        lr=options.peak,
        momentum=MOMENTUM,
        weight_decay=WEIGHT_DECAY,
        nesterov=options.nesterov,
    )
    monitored = Images(test.pixels[:MONITORED], test.labels[:MONITORED], test.sha256)
    epochs = options.epochs + options.restart * options.restarts
    epoch, seconds = 0, 0.0
    checkpoint = options.checkpoints and options.checkpoints / f"{options.id}.pt"
    if checkpoint and checkpoint.exists():
        saved = torch.load(checkpoint)
        if goes_on(saved, options, train.sha256):
            network.load_state_dict(saved["network"])
            optimizer.load_state_dict(saved["optimizer"])
            epoch, seconds = saved["epoch"], saved["seconds"]
    while epoch < epochs:
        start = time.monotonic()
        loss, accuracy = train_epoch(network, optimizer, batches, options, epoch)
        epoch += 1
        seconds += time.monotonic() - start
        seen = " ".join(
            f"{name} {metric['value']:.3f}"
            for name, metric in measure(network, monitored, attack).items()
            if metric
        )
        print(
            f"{options.id} epoch {epoch}/{epochs} loss {loss:.4f} train {accuracy:.4f}",
            f"first {MONITORED} test images: {seen}, {seconds:.0f} s",
            flush=True,
        )
        if checkpoint:
            state = {
                "of": (command(options), train.sha256),
                "network": network.state_dict(),
                "optimizer": optimizer.state_dict(),
                "epoch": epoch,
                "seconds": seconds,
            }
            partial = checkpoint.with_suffix(".partial")
            torch.save(state, partial)
            partial.replace(checkpoint)
    training = {
        "command": command(options),
        "framework": f"PyTorch {torch.__version__}, {options.precision} forward passes",
        "seed": options.seed,
        "epochs": epochs,
        "batchSize": options.batch,
        "optimizer": f"SGD, {'Nesterov ' if options.nesterov else ''}momentum {MOMENTUM}, "
        f"weight decay {WEIGHT_DECAY}",
        "schedule": schedule_text(options),
        "augmentation": f"random crop, padding {options.padding}"
        + (", horizontal flips" if dataset.flips else "")
        + soften_text(options),
        "seconds": round(seconds),
    }
    lossless = read(options.data, "lossless") if has(options.data, "lossless") else None
    manifest = export(
        options.out, network, options.width, dataset, train, test, lossless, attack, training
    )
    print(manifest["id"], manifest["metrics"], manifest["weights"], flush=True)


if __name__ == "__main__":
    main()
