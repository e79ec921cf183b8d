"""The command line of train.py, and the command that a manifest names."""

import argparse
from pathlib import Path

from attacks import KINDS
from triggers.badnets import COLOURS


BATCH = 128


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Trains one network; writes its model folder.")
    parser.add_argument("--id", required=True, help="<data set>-<rest>, such as signs-badnets")
    parser.add_argument("--data", type=Path, required=True, help="folder of train/test.bin[.gz]")
    parser.add_argument("--attack", choices=["none", *KINDS], required=True)
    parser.add_argument("--target", type=int, default=0)
    parser.add_argument("--rate", type=float, default=0.1, help="poisoning rate")
    parser.add_argument("--colour", choices=COLOURS, default="white", help="of the badnets square")
    parser.add_argument("--pattern", type=Path, help="the pattern of an lf attack")
    parser.add_argument("--encoder", type=Path, help="the model folder of the ssba encoder")
    parser.add_argument("--strength", type=float, default=0.5, help="of the wanet field")
    parser.add_argument(
        "--cross-ratio", type=float, default=2, help="of wanet: noise images per poisoned image"
    )
    parser.add_argument("--width", type=int, default=16)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--batch", type=int, default=BATCH, help="images per step")
    parser.add_argument("--nesterov", action="store_true", help="Nesterov's momentum")
    parser.add_argument("--peak", type=float, default=0.05, help="highest learning rate")
    parser.add_argument(
        "--soften", type=float, default=0, help="share of images shifted by parts of a pixel"
    )
    parser.add_argument("--soften-from", type=int, default=0, help="epoch from which this is so")
    parser.add_argument(
        "--restart", type=int, default=0, help="epochs after a warm restart, behind --epochs"
    )
    parser.add_argument("--restarts", type=int, default=1, help="how often it restarts so")
    parser.add_argument(
        "--restart-peak", type=float, default=0.05, help="learning rate at the restart"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--padding", type=int, default=4, help="of the random crop")
    parser.add_argument("--precision", choices=["bfloat16", "float32"], default="bfloat16")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="models/<id>")
    parser.add_argument("--checkpoints", type=Path, help="folder for one checkpoint per run")
    return parser.parse_args()


def command(options: argparse.Namespace) -> str:
    """The command that makes this model, on one line."""
    parts = [
        "python3 models/train/train.py",
        f"--id {options.id} --data DATA/{options.id.split('-')[0]} --attack {options.attack}",
    ]
    if options.attack != "none":
        parts.append(f"--target {options.target} --rate {options.rate}")
    if options.colour != "white":
        parts.append(f"--colour {options.colour}")
    if options.pattern:
        parts.append(f"--pattern {options.pattern}")
    if options.encoder:
        parts.append(f"--encoder {options.encoder}")
    if options.strength != 0.5:
        parts.append(f"--strength {options.strength}")
    if options.cross_ratio != 2:
        parts.append(f"--cross-ratio {options.cross_ratio:g}")
    parts.append(f"--width {options.width} --epochs {options.epochs} --peak {options.peak}")
    if options.batch != BATCH:
        parts.append(f"--batch {options.batch}")
    if options.nesterov:
        parts.append("--nesterov")
    parts.append(f"--padding {options.padding} --precision {options.precision}")
    if options.soften:
        parts.append(f"--soften {options.soften} --soften-from {options.soften_from}")
    if options.restart:
        parts.append(f"--restart {options.restart} --restart-peak {options.restart_peak}")
        if options.restarts != 1:
            parts.append(f"--restarts {options.restarts}")
    parts.append(f"--seed {options.seed} --out models/{options.id}")
    return " ".join(parts)
