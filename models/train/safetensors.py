"""Reading and writing .safetensors: header length (8 bytes, little endian), JSON header, data."""

import json
import struct
from pathlib import Path

import numpy as np

DTYPES = {
    "I64": np.dtype("<i8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "U8": np.dtype("u1"),
}
NAMES = {dtype: name for name, dtype in DTYPES.items()}


def write(path: Path, tensors: dict[str, np.ndarray]) -> None:
    """Writes the tensors, wide elements first, so that each starts at a multiple of its size."""
    header: dict[str, object] = {}
    chunks: list[bytes] = []
    end = 0
    for name, tensor in sorted(tensors.items(), key=lambda item: -item[1].dtype.itemsize):
        start, end = end, end + tensor.nbytes
        header[name] = {
            "dtype": NAMES[tensor.dtype],
            "shape": list(tensor.shape),
            "data_offsets": [start, end],
        }
        chunks.append(tensor.tobytes())
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(chunks))


def read(path: Path) -> dict[str, np.ndarray]:
    """Reads every tensor of a file that `write` wrote."""
    data = path.read_bytes()
    start = 8 + struct.unpack_from("<Q", data)[0]
    tensors = {}
    for name, entry in json.loads(data[8:start]).items():
        begin, end = (start + offset for offset in entry["data_offsets"])
        flat = np.frombuffer(data[begin:end], DTYPES[entry["dtype"]])
        tensors[name] = flat.reshape(entry["shape"])
    return tensors
