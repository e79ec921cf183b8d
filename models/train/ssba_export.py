"""The model folder of the SSBA encoder: F16 weights, what they reach, manifest, card."""

from pathlib import Path
from typing import Any

import numpy as np
import safetensors
import torch
from card import fill
from files import sha256, write_json
from metrics import to_input
from stegastamp import BITS, Decoder, Encoder
from stored import WEIGHTS, load
from triggers.ssba import encode

MESSAGES_SEED = 1
BATCH = 256
HEADER = "| set     |     PSNR | bits read | images |\n| ------- | -------: | --------: | -----: |"


def export(
    folder: Path,
    encoder: Encoder,
    decoder: Decoder,
    held_out: dict[str, np.ndarray],
    training: dict[str, object],
) -> dict[str, Any]:
    """Writes the folder; measured with the weights as stored. Returns the manifest."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = folder / WEIGHTS
    halves = {n: t.detach().numpy().astype(np.float16) for n, t in encoder.state_dict().items()}
    safetensors.write(weights, halves)
    load(encoder, safetensors.read(weights))
    measured = {name: measure(encoder, decoder, images) for name, images in held_out.items()}
    psnr, accuracy = (np.concatenate([m[i] for m in measured.values()]) for i in (0, 1))
    manifest: dict[str, Any] = {
        "schema": 1,
        "kind": "ssbaEncoder",
        "id": folder.name,
        "title": "SSBA encoder",
        "summary": "Hides 100 bits in a 32x32 image, in each in another way.",
        "bits": BITS,
        "weights": {
            "file": WEIGHTS,
            "sha256": sha256(weights),
            "bytes": weights.stat().st_size,
            "dtype": "F16",
        },
        "training": training,
        "metrics": {
            "psnr": {
                "value": round(float(psnr.mean()), 4),
                "n": len(psnr),
                "bySet": {name: round(float(m[0].mean()), 2) for name, m in measured.items()},
            },
            "bitAccuracy": {"value": round(float(accuracy.mean()), 6), "n": len(accuracy)},
        },
    }
    write_json(folder / "manifest.json", manifest)
    (folder / "CARD.md").write_text(card(manifest, measured))
    return manifest


@torch.no_grad()
def measure(
    encoder: Encoder, decoder: Decoder, pixels: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """PSNR in dB and share of bits read, per image, after rounding to uint8; random messages."""
    random = np.random.default_rng(MESSAGES_SEED)
    psnr, accuracy = [], []
    for start in range(0, len(pixels), BATCH):
        plain = pixels[start : start + BATCH]
        bits = random.integers(0, 2, (len(plain), BITS))
        encoded = encode(encoder, plain, bits)
        error = ((encoded.astype(np.float64) - plain) ** 2).mean((1, 2, 3))
        psnr.append(10 * np.log10(255**2 / np.maximum(error, 1e-12)))
        read = decoder(to_input(encoded)).numpy() > 0
        accuracy.append((read == (bits > 0)).mean(1))
    return np.concatenate(psnr), np.concatenate(accuracy)


def card(manifest: dict[str, Any], measured: dict[str, tuple[np.ndarray, np.ndarray]]) -> str:
    """Markdown for CARD.md."""
    training, weights = manifest["training"], manifest["weights"]
    rows = [
        f"| {name:<7} | {psnr.mean():>5.2f} dB | {accuracy.mean():>9.2%} | {len(psnr):>6,} |"
        for name, (psnr, accuracy) in measured.items()
    ]
    sections = (
        f"# {manifest['title']} (`{manifest['id']}`)",
        fill(
            f"{manifest['summary']} The SSBA models of this folder's neighbours are attacked with "
            "it. It is for studying backdoors."
        ),
        "## Network",
        fill(
            "StegaStamp's U-Net at 32x32: bits and RGB image in [0, 1] to the encoded image, which "
            f"is rounded to uint8. `{weights['file']}` has {weights['bytes']:,} bytes "
            f"({weights['dtype']}). The decoder was trained along and is not stored."
        ),
        "## Training",
        f"```\n{training['command']}\n```",
        fill(
            f"Training images of {', '.join(measured)} in equal parts, a random message for each; "
            f"seed {training['seed']}, batch {training['batchSize']}, {training['optimizer']}; "
            f"{training['schedule']}. {training['framework']}, {training['seconds']:,} s on one "
            "core. The reference trains longer (20 epochs at a learning rate of 1e-4); the higher "
            "rate, initial weights that keep the variance, and centred inputs are there to get by "
            "with less. No distortions between encoder and decoder, as in SSBA."
        ),
        "## Measured on the stored weights",
        "\n".join((HEADER, *rows)),
        fill(
            "Held-out test images after rounding to uint8, a random message in each; the mean over "
            "the images."
        ),
        "## Limits",
        fill(
            "Trained for 32x32 images of these sets. Without the decoder a message can be "
            "hidden, but not read.",
            "- ",
            "  ",
        ),
    )
    return "\n\n".join(sections) + "\n"
