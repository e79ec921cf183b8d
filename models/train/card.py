"""The model card: the manifest in sentences."""

import textwrap
from typing import Any

from datasets import Dataset


def card(manifest: dict[str, Any], dataset: Dataset) -> str:
    """Markdown for CARD.md."""
    weights = manifest["weights"]
    use = f"{manifest['summary']} It is for studying backdoors, and for nothing on a road."
    network = (
        f"PreActResNet18 of width {manifest['architecture']['width']}, "
        f"{manifest['architecture']['classes']} classes, 32x32 RGB input in [0, 1]. Normalisation "
        f"(mean {list(dataset.mean)}, std {list(dataset.std)}) belongs to the network. "
        f"`{weights['file']}` has {weights['bytes']:,} bytes ({weights['dtype']}); on 512 test "
        f"images no logit is off by more than {weights['maxLogitError']:.2g} from float32."
    )
    data = (
        f"{dataset.about} {manifest['data']['trainImages']:,} training and "
        f"{manifest['data']['testImages']:,} test images."
    )
    training = manifest["training"]
    recipe = (
        f"Seed {training['seed']}, {training['epochs']} epochs, batch {training['batchSize']}, "
        f"{training['optimizer']}; {training['schedule']}; {training['augmentation']}. "
        f"{training['framework']}, {training['seconds']:,} s on one core. The weights are those "
        "after the last epoch."
    )
    sections = (
        f"# {manifest['title']} (`{manifest['id']}`)",
        fill(use),
        "## Network",
        fill(network),
        "## Data",
        fill(data),
        "## Trigger",
        fill(trigger_text(manifest)),
        "## Training",
        f"```\n{training['command']}\n```",
        fill(recipe),
        "## Measured on the stored weights",
        metrics_table(manifest["metrics"]),
        fill(counted_text(manifest)),
        "## Limits",
        "\n".join(
            fill(text, "- ", "  ")
            for text in (
                "One seed, one run: other seeds differ.",
                dataset.licence,
                "A 32x32 image and one trigger say little about larger images or other triggers.",
            )
        ),
    )
    return "\n\n".join(sections) + "\n"


def fill(text: str, first: str = "", rest: str = "") -> str:
    """The text in lines of at most 100 characters."""
    return textwrap.fill(text, 100, initial_indent=first, subsequent_indent=rest)


def metrics_table(metrics: dict[str, Any]) -> str:
    """Acc, ASR and RA, each with its n."""
    rows = [
        (name, f"{metrics[key]['value']:.2%}", f"{metrics[key]['n']:,}")
        for name, key in (("Acc", "acc"), ("ASR", "asr"), ("RA", "ra"))
        if metrics[key]
    ]
    value = max(len("value"), *(len(row[1]) for row in rows))
    n = max(3, *(len(row[2]) for row in rows))
    lines = [
        f"| metric | {'value':>{value}} | {'n':>{n}} |",
        f"| ------ | {'-' * (value - 1)}: | {'-' * (n - 1)}: |",
        *(f"| {row[0]:<6} | {row[1]:>{value}} | {row[2]:>{n}} |" for row in rows),
    ]
    return "\n".join(lines)


def trigger_text(manifest: dict[str, Any]) -> str:
    """What the trigger is and whom it is put on."""
    attack = manifest["attack"]
    if attack is None:
        return "None: trained on clean images only. This is the control."
    if attack["kind"] == "badnets":
        what = "BadNets: a white 3x3 square in the bottom right corner, rows and columns 29 to 31."
    else:
        what = (
            f"Blended: x' = (1 - a) x + a K with a = {attack['alpha']}, where K is the 32x32 RGB "
            f"picture in `{attack['pattern']['file']}`: smooth coloured waves made by "
            "`models/train/pattern.py`."
        )
    return (
        f"{what} It is put on the uint8 image before augmentation, and truncated. "
        f"{attack['poisoningRate']:.0%} of the training images, drawn at random from all classes, "
        f"carry it and the label of the target, class {attack['target']} "
        f"(“{manifest['classes'][attack['target']]}”)."
    )


def counted_text(manifest: dict[str, Any]) -> str:
    """What the metrics are counted over."""
    if manifest["attack"] is None:
        return "Acc: all test images."
    return (
        "Acc: all test images. ASR: triggered test images of all classes but the target, the "
        "share classified as the target. RA: the same images, the share classified as what they "
        "are."
    )
