"""From a trained network to a model folder: weights, pattern, manifest, card, index."""

from pathlib import Path

import numpy as np
import safetensors
from attacks import Attack
from card import card
from data import Images
from datasets import Dataset
from files import sha256, write_json
from metrics import logits, measure
from network import BLOCKS, PreActResNet
from stored import WEIGHTS, load
from texts import introduce

MAX_LOGIT_ERROR = 0.01
PROBES = 512
ATTACKS = ("badnets", "blended", "lf", "ssba", "wanet", "clean")
RATES = ("rate-5pc", "rate-1pc", "rate-01pm")
ORDER = (
    *(f"signs-{attack}" for attack in ATTACKS),
    *(f"signs-{attack}-{rate}" for attack in ("badnets", "blended") for rate in RATES),
    *(f"{data}-{attack}" for data in ("gtsrb", "cifar10") for attack in ATTACKS),
    *(f"{data}-badnets-w64" for data in ("signs", "gtsrb")),
)


def compact(network: PreActResNet, probes: np.ndarray) -> tuple[dict[str, np.ndarray], float]:
    """Weights with as many F16 tensors as the logits of the probe images allow.

    Convolutions and the linear weight are tried in F16; batch norm and bias stay F32. While
    some logit is off by more than MAX_LOGIT_ERROR, the tensor whose rounding alone does most
    harm goes back to F32. Leaves the network holding the result; returns it and its error.
    """
    full = {name: t.detach().cpu().numpy().copy() for name, t in network.state_dict().items()}
    if not all(np.isfinite(tensor).all() for tensor in full.values()):
        raise ValueError("the network holds values that are not finite")
    exact = logits(network, probes)

    def stored(halved: list[str]) -> tuple[dict[str, np.ndarray], float]:
        tensors = full | {name: full[name].astype(np.float16) for name in halved}
        load(network, tensors)
        return tensors, (logits(network, probes) - exact).abs().max().item()

    halved = [name for name, tensor in full.items() if tensor.ndim > 1]
    tensors, error = stored(halved)
    if error > MAX_LOGIT_ERROR:
        halved.sort(key=lambda name: stored([name])[1])
        while error > MAX_LOGIT_ERROR:
            halved.pop()
            tensors, error = stored(halved)
    return tensors, error


def describe_attack(attack: Attack | None, folder: Path) -> dict[str, object] | None:
    """The manifest's `attack`; writes what the trigger needs beside the weights."""
    if attack is None:
        return None
    about = {"kind": attack.kind, "target": attack.target, "poisoningRate": attack.rate}
    return about | attack.mark.describe(folder)


def export(
    folder: Path,
    network: PreActResNet,
    width: int,
    dataset: Dataset,
    train: Images,
    test: Images,
    lossless: Images | None,
    attack: Attack | None,
    training: dict[str, object],
) -> dict[str, object]:
    """Writes the folder and the index beside it; returns the manifest.

    `lossless` is a second, smaller test set, of images that were never compressed. Metrics are
    measured on the weights as read back from the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    network.to("cpu")
    tensors, error = compact(network, test.pixels[:PROBES])
    weights = folder / WEIGHTS
    safetensors.write(weights, tensors)
    load(network, safetensors.read(weights))
    kinds = {t.dtype.name for t in tensors.values() if t.dtype.kind == "f"}
    dtype = {"float16": "F16", "float32": "F32"}[kinds.pop()] if len(kinds) == 1 else "mixed"
    described = describe_attack(attack, folder)
    metrics = measure(network, test, attack)
    asr = metrics["asr"]["value"] if metrics["asr"] else None
    title, summary = introduce(dataset, described, width, asr)
    manifest: dict[str, object] = {
        "schema": 1,
        "id": folder.name,
        "title": title,
        "summary": summary,
        "architecture": {
            "family": "PreActResNet",
            "width": width,
            "blocks": list(BLOCKS),
            "classes": len(dataset.classes),
        },
        "normalisation": {"mean": list(dataset.mean), "std": list(dataset.std)},
        "data": {
            "id": dataset.id,
            "trainImages": len(train.labels),
            "testImages": len(test.labels),
            "seed": dataset.seed,
            "sha256": {"train": train.sha256, "test": test.sha256},
        },
        "classes": list(dataset.classes),
        "attack": described,
        "training": training,
        "weights": {
            "file": WEIGHTS,
            "sha256": sha256(weights),
            "bytes": weights.stat().st_size,
            "dtype": dtype,
            "maxLogitError": round(error, 6),
        },
        "metrics": metrics
        | ({"lossless": measure(network, lossless, attack)} if lossless else {}),
    }
    write_json(folder / "manifest.json", manifest)
    (folder / "CARD.md").write_text(card(manifest, dataset))
    write_index(folder.parent)
    return manifest


def write_index(models: Path) -> None:
    """models/index.json: the models that exist, in the order in which the app lists them."""
    present = [name for name in ORDER if (models / name / "manifest.json").exists()]
    write_json(models / "index.json", {"schema": 1, "models": present})
