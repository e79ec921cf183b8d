"""Reading the image sets, and random crops of them.

The sets are stored as CIFAR-10's binary version stores its images: 3,073-byte records, a label
byte, then the R, the G and the B plane of a 32x32 image, row by row. Files may be gzipped.
"""

import gzip
import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

RECORD = 1 + 3 * 32 * 32

GTSRB_TEST_SHA256 = "28f211948e297cd179a399e84c9ef92801e74cdac22c24745e937b0e9d7f1bdb"
# Records of the GTSRB test set that repeat images of one training track byte for byte.
GTSRB_TEST_DUPLICATES = (666, 2291, 3546, 3594, 4548, 9384, 9575, 11906)


@dataclass(frozen=True)
class Images:
    """uint8 images [N, 3, 32, 32], int64 labels [N], and the SHA-256 of the whole file."""

    pixels: np.ndarray
    labels: np.ndarray
    sha256: str


def has(folder: Path, split: str) -> bool:
    """Whether a folder has this split."""
    return any((folder / f"{split}.bin{ending}").exists() for ending in ("", ".gz"))


def read(folder: Path, split: str) -> Images:
    """Reads `train`, `test` or `lossless`; GTSRB's duplicated test records are left out."""
    plain, packed = folder / f"{split}.bin", folder / f"{split}.bin.gz"
    data = plain.read_bytes() if plain.exists() else gzip.decompress(packed.read_bytes())
    if len(data) == 0 or len(data) % RECORD != 0:
        raise ValueError(f"{split}: {len(data)} bytes is no whole number of {RECORD}-byte records")
    sha256 = hashlib.sha256(data).hexdigest()
    records = np.frombuffer(data, np.uint8).reshape(-1, RECORD)
    if sha256 == GTSRB_TEST_SHA256:
        records = np.delete(records, GTSRB_TEST_DUPLICATES, axis=0)
    pixels = records[:, 1:].reshape(-1, 3, 32, 32).copy()
    return Images(pixels, records[:, 0].astype(np.int64), sha256)


def pad(pixels: np.ndarray, padding: int) -> np.ndarray:
    """A black border: [N, 3, 32, 32] -> [N, 3, 32 + 2 padding, 32 + 2 padding]."""
    return np.pad(pixels, ((0, 0), (0, 0), (padding, padding), (padding, padding)))


def random_crops(
    padded: np.ndarray, chosen: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """One 32x32 crop at a random offset of each chosen image: uint8 [len(chosen), 3, 32, 32]."""
    span = np.arange(32)
    offsets = random.integers(0, padded.shape[-1] - 32 + 1, size=(2, len(chosen)))
    rows = (offsets[0][:, None] + span)[:, None, :, None]
    columns = (offsets[1][:, None] + span)[:, None, None, :]
    return padded[chosen[:, None, None, None], np.arange(3)[None, :, None, None], rows, columns]
