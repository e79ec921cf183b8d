"""CIFAR-10 from a tar of JPEG files, as train.bin and test.bin in the binary layout.

The tar holds train/<class>/<n>.jpg and test/<class>/<n>.jpg. It is sorted by class, so the
images are shuffled; the order is drawn from a fixed seed.
"""

import argparse
import io
import tarfile
from pathlib import Path

import numpy as np
from data import RECORD
from datasets import CIFAR10
from PIL import Image

SEED = 0


def record(name: str, data: bytes) -> bytes:
    """One record of a member: label byte, R, G and B plane."""
    pixels = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    if pixels.shape != (32, 32, 3):
        raise ValueError(f"{name}: {pixels.shape}, expected (32, 32, 3)")
    return bytes([CIFAR10.index(name.split("/")[1])]) + pixels.transpose(2, 0, 1).tobytes()


def main() -> None:
    """Decodes and writes both splits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tar", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder for train.bin, test.bin")
    options = parser.parse_args()
    splits: dict[str, list[bytes]] = {"train": [], "test": []}
    with tarfile.open(options.tar) as tar:
        for member in sorted(tar.getmembers(), key=lambda member: member.name):
            file = tar.extractfile(member)
            if file is not None:
                splits[member.name.split("/")[0]].append(record(member.name, file.read()))
    options.out.mkdir(parents=True, exist_ok=True)
    for split, records in splits.items():
        order = np.random.default_rng(SEED).permutation(len(records))
        data = b"".join(records[i] for i in order)
        (options.out / f"{split}.bin").write_bytes(data)
        print(split, len(data) // RECORD, "images")


if __name__ == "__main__":
    main()
