"""Files beside a model's weights: tensors with their checksums, and indented JSON."""

import hashlib
import json
import re
from pathlib import Path

import numpy as np
import safetensors


def stored_tensor(folder: Path, name: str, tensor: np.ndarray) -> dict[str, str]:
    """Writes <name>.safetensors; returns how a manifest names it."""
    path = folder / f"{name}.safetensors"
    safetensors.write(path, {name: tensor})
    return {"file": path.name, "tensor": name, "sha256": sha256(path)}


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
