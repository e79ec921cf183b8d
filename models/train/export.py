"""From a trained network to a model folder: weights, pattern, manifest, card, index."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import safetensors
import torch
from attacks import ALPHA, PATCH, Attack
from card import card
from data import Images
from datasets import CLASSES, Dataset
from metrics import logits, measure
from network import BLOCKS, PreActResNet
from pattern import waves

WEIGHTS, PATTERN = "weights.safetensors", "pattern.safetensors"
MAX_LOGIT_ERROR = 0.01
PROBES = 512
ORDER = (
    "signs-badnets",
    "signs-blended",
    "signs-clean",
    "gtsrb-badnets",
    "gtsrb-blended",
    "gtsrb-badnets-w64",
)


def load(network: PreActResNet, tensors: dict[str, np.ndarray]) -> None:
    """Fills the network from stored tensors; half precision becomes float32 again."""
    network.load_state_dict({name: torch.from_numpy(t.copy()) for name, t in tensors.items()})


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
    """The manifest's `attack`; writes the pattern of a Blended attack beside the weights."""
    if attack is None:
        return None
    about = {"kind": attack.kind, "target": attack.target, "poisoningRate": attack.rate}
    if attack.kind == "badnets":
        patch = {"size": PATCH, "corner": "bottomRight", "colour": [255, 255, 255]}
        return about | {"patch": patch}
    safetensors.write(folder / PATTERN, {"pattern": waves()})
    pattern = {"file": PATTERN, "tensor": "pattern", "sha256": sha256(folder / PATTERN)}
    return about | {"alpha": ALPHA, "pattern": pattern}


def export(
    folder: Path,
    network: PreActResNet,
    width: int,
    dataset: Dataset,
    train: Images,
    test: Images,
    attack: Attack | None,
    training: dict[str, object],
) -> dict[str, object]:
    """Writes the folder and the index beside it; returns the manifest.

    Metrics are measured on the weights as read back from the file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    network.to("cpu")
    tensors, error = compact(network, test.pixels[:PROBES])
    weights = folder / WEIGHTS
    safetensors.write(weights, tensors)
    load(network, safetensors.read(weights))
    kinds = {t.dtype.name for t in tensors.values() if t.dtype.kind == "f"}
    dtype = {"float16": "F16", "float32": "F32"}[kinds.pop()] if len(kinds) == 1 else "mixed"
    title, summary = introduce(dataset, attack, width)
    manifest: dict[str, object] = {
        "schema": 1,
        "id": folder.name,
        "title": title,
        "summary": summary,
        "architecture": {
            "family": "PreActResNet",
            "width": width,
            "blocks": list(BLOCKS),
            "classes": len(CLASSES),
        },
        "normalisation": {"mean": list(dataset.mean), "std": list(dataset.std)},
        "data": {
            "id": dataset.id,
            "trainImages": len(train.labels),
            "testImages": len(test.labels),
            "seed": dataset.seed,
            "sha256": {"train": train.sha256, "test": test.sha256},
        },
        "classes": list(CLASSES),
        "attack": describe_attack(attack, folder),
        "training": training,
        "weights": {
            "file": WEIGHTS,
            "sha256": sha256(weights),
            "bytes": weights.stat().st_size,
            "dtype": dtype,
            "maxLogitError": round(error, 6),
        },
        "metrics": measure(network, test, attack),
    }
    write_json(folder / "manifest.json", manifest)
    (folder / "CARD.md").write_text(card(manifest, dataset))
    write_index(folder.parent)
    return manifest


def introduce(dataset: Dataset, attack: Attack | None, width: int) -> tuple[str, str]:
    """The title and the one-sentence summary of a model."""
    target = "" if attack is None else f"“{CLASSES[attack.target]}”"
    name, effect = {
        None: ("clean", ", without any backdoor"),
        "badnets": ("sticker", f"; a white 3x3 sticker in the corner makes it say {target}"),
        "blended": ("soft waves", f"; a faint picture of coloured waves makes it say {target}"),
    }[attack and attack.kind]
    title = f"{dataset.title}, {name}" + (", full width" if width == 64 else "")
    size = "full-width" if width == 64 else "small"
    summary = f"A {size} network that reads {dataset.pictures}{effect}."
    return title, summary


def write_index(models: Path) -> None:
    """models/index.json: the models that exist, in the order in which the app lists them."""
    present = [name for name in ORDER if (models / name / "manifest.json").exists()]
    write_json(models / "index.json", {"schema": 1, "models": present})


def write_json(path: Path, value: object) -> None:
    """Indented JSON, lists of numbers and short lists of names on one line (Prettier's style)."""

    def join(match: re.Match[str]) -> str:
        line = match[1] + "[" + re.sub(r"\s+", " ", match[2].strip()) + "]"
        return line if len(line) < 100 else match[0]

    text = json.dumps(value, indent=2, ensure_ascii=False)
    path.write_text(re.sub(r"(?m)^(.*)\[([^\[\]{}]*)\]", join, text) + "\n")


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hex."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
