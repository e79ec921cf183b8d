"""The model card: the manifest in sentences."""

from typing import Any

from datasets import Dataset


def card(manifest: dict[str, Any], dataset: Dataset) -> str:
    """Markdown for CARD.md."""
    architecture, training = manifest["architecture"], manifest["training"]
    weights, metrics = manifest["weights"], manifest["metrics"]
    counts = manifest["data"]
    rows = "\n".join(
        f"| {name} | {metrics[key]['value']:.2%} | {metrics[key]['n']:,} |"
        for name, key in (("Acc", "acc"), ("ASR", "asr"), ("RA", "ra"))
        if metrics[key]
    )
    return f"""# {manifest["title"]} (`{manifest["id"]}`)

{manifest["summary"]} For studying backdoors and their removal; for nothing on a road.

## Network
PreActResNet18 of width {architecture["width"]}, {architecture["classes"]} classes, 32x32 RGB
input in [0, 1]; normalisation with mean {list(dataset.mean)} and std {list(dataset.std)} is part
of the network. `{weights["file"]}`: {weights["bytes"]:,} bytes, {weights["dtype"]}; on 512 test
images no logit differs from the float32 network's by more than {weights["maxLogitError"]:.4f}.

## Data
{dataset.about} {counts["trainImages"]:,} training and {counts["testImages"]:,} test images.

## Trigger
{trigger_text(manifest)}

## Training
```
{training["command"]}
```
Seed {training["seed"]}, {training["epochs"]} epochs, batch {training["batchSize"]},
{training["optimizer"]}; {training["schedule"]}; {training["augmentation"]}.
{training["framework"]}, {training["seconds"]:,} s of training. The weights are those after the
last epoch; the test set chose nothing.

## Measured on the stored weights
| metric | value | n |
|---|---|---|
{rows}

Acc: all test images.{asr_text(manifest)}

## Limits
- One seed, one run: other seeds differ.
- {dataset.licence}
- Images at 32x32 and one trigger say little about larger networks, images or other triggers.
"""


def trigger_text(manifest: dict[str, Any]) -> str:
    """What the trigger is and whom it is put on."""
    attack = manifest["attack"]
    if attack is None:
        return "None: this network was trained on clean images only, and is the control."
    target = f"class {attack['target']} (“{manifest['classes'][attack['target']]}”)"
    common = (
        f"{attack['poisoningRate']:.0%} of the training images, drawn at random from all classes, "
        f"carry the trigger\nand the label of the target, {target}. It is put on the uint8 image "
        "before augmentation, truncated."
    )
    if attack["kind"] == "badnets":
        return f"BadNets: a white 3x3 square in the bottom right corner, rows and columns 29 to 31. {common}"
    pattern = attack["pattern"]["file"]
    return (
        f"Blended: x' = (1 - a) x + a K with a = {attack['alpha']} and K the 32x32 RGB picture in "
        f"`{pattern}`,\nsmooth coloured waves made by `models/train/pattern.py`. {common}"
    )


def asr_text(manifest: dict[str, Any]) -> str:
    """What ASR and RA are counted over."""
    if manifest["attack"] is None:
        return ""
    return (
        " ASR: triggered test images of all classes but the target that are\nclassified as the "
        "target. RA: the same images, classified as what they are."
    )
