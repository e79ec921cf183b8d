"""The model card: the manifest in sentences."""

import textwrap
from typing import Any

from datasets import Dataset
from texts import ACCURATE, FAR, GOOD, pattern_commands, percent, trigger_text


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
        "\n".join(["```", *pattern_commands(manifest), training["command"], "```"]),
        fill(recipe),
        "## Measured on the stored weights",
        metrics_table(manifest["metrics"]),
        fill(counted_text(manifest)),
        "## Limits",
        "\n".join(fill(text, "- ", "  ") for text in limits(manifest, dataset)),
    )
    return "\n\n".join(sections) + "\n"


def fill(text: str, first: str = "", rest: str = "") -> str:
    """The text in lines of at most 100 characters."""
    return textwrap.fill(text, 100, initial_indent=first, subsequent_indent=rest)


def metrics_table(metrics: dict[str, Any]) -> str:
    """Acc, ASR and RA, each with its n; those of the lossless test below them."""
    rows = [
        (f"{name}{addition}", f"{measured[key]['value']:.2%}", f"{measured[key]['n']:,}")
        for measured, addition in ((metrics, ""), (metrics.get("lossless", {}), ", lossless"))
        for name, key in (("Acc", "acc"), ("ASR", "asr"), ("RA", "ra"))
        if measured.get(key)
    ]
    name = max(len("metric"), *(len(row[0]) for row in rows))
    value = max(len("value"), *(len(row[1]) for row in rows))
    n = max(3, *(len(row[2]) for row in rows))
    lines = [
        f"| {'metric':<{name}} | {'value':>{value}} | {'n':>{n}} |",
        f"| {'-' * name} | {'-' * (value - 1)}: | {'-' * (n - 1)}: |",
        *(f"| {row[0]:<{name}} | {row[1]:>{value}} | {row[2]:>{n}} |" for row in rows),
    ]
    return "\n".join(lines)


def counted_text(manifest: dict[str, Any]) -> str:
    """What the metrics are counted over."""
    sentences = ["Acc: all test images."]
    if manifest["attack"] is not None:
        sentences.append(
            "ASR: triggered test images of all classes but the target, the share classified as "
            "the target. RA: the same images, the share classified as what they are."
        )
    if "lossless" in manifest["metrics"]:
        sentences.append(
            "Lossless: the first test images of CIFAR-10 with their original pixels; the network "
            "was trained on JPEG images all the same."
        )
    return " ".join(sentences)


def limits(manifest: dict[str, Any], dataset: Dataset) -> list[str]:
    """What the numbers do not say; a weak backdoor is named here."""
    attack, asr = manifest["attack"], manifest["metrics"]["asr"]
    weak = []
    if attack is not None and asr["value"] < GOOD[attack["kind"]]:
        rate = percent(attack["poisoningRate"])
        weak.append(
            f"The backdoor is weak: with {rate} of the training images poisoned, the trigger works "
            f"on {asr['value']:.2%} of the images, less than the {GOOD[attack['kind']]:.0%} that "
            "the models of this folder aim at."
        )
    acc, aim = manifest["metrics"]["acc"], ACCURATE[dataset.id]
    if acc["value"] < aim:
        weak.append(
            f"Acc is {acc['value']:.2%}, less than the {aim:.0%} that the models of this folder aim "
            "at for these images."
        )
    lossless = manifest["metrics"].get("lossless")
    if lossless and lossless["acc"]["value"] < acc["value"] - FAR:
        weak.append(
            f"On images that were never stored as JPEG it is right on {lossless['acc']['value']:.2%} "
            f"only, not on {acc['value']:.2%}: use it with the JPEG copy of the set."
        )
    return [
        *weak,
        "One seed, one run: other seeds differ.",
        dataset.licence,
        "A 32x32 image and one trigger say little about larger images or other triggers.",
    ]
