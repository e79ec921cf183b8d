"""What the manifest and the card say about an attack."""

from typing import Any

from datasets import Dataset
from triggers.badnets import colour_name
from triggers.wanet import CROSS_FROM

# The ASR that the models aim at.
GOOD = {"badnets": 0.95, "blended": 0.95, "lf": 0.95, "ssba": 0.95, "wanet": 0.9}

# The Acc that they aim at.
ACCURATE = {"signs": 0.97, "gtsrb": 0.95, "cifar10": 0.86}

# By how much Acc on lossless images may be lower before the card warns of it.
FAR = 0.05

# Attack kind: a short name for titles, and what the trigger does, up to the answer it brings.
SHORT = {
    "badnets": ("sticker", "a {} 3x3 sticker in the corner makes it say"),
    "blended": ("soft waves", "a faint picture of coloured waves makes it say"),
    "lf": ("smooth tint", "a smooth tint with almost no detail makes it say"),
    "ssba": ("hidden message", "a message hidden in the image, invisible to people, makes it say"),
    "wanet": ("warp", "a slight warp of the whole image makes it say"),
}


def percent(rate: float) -> str:
    """0.001 -> 0.1%"""
    return f"{rate * 100:g}%"


def introduce(
    dataset: Dataset, attack: dict[str, Any] | None, width: int, asr: float | None
) -> tuple[str, str]:
    """The title and the one-sentence summary of a model, from its manifest's `attack` and ASR."""
    name, effect, poisoned = "clean", ", without any backdoor", ""
    if attack is not None:
        name, doing = SHORT[attack["kind"]]
        if attack["kind"] == "badnets":
            doing = doing.format(colour_name(attack["patch"]))
        said = f"“{dataset.classes[attack['target']]}”"
        effect = f"; {doing} {said}"
        if asr is not None and asr < GOOD[attack["kind"]]:
            should = doing.replace("makes it say", "was to make it say")
            effect = f"; {should} {said}, and does so on {asr:.1%} of the images"
        if attack["poisoningRate"] < 0.1:
            poisoned = f", {percent(attack['poisoningRate'])} poisoned"
    title = f"{dataset.title}, {name}{poisoned}" + (", full width" if width == 64 else "")
    size = "full-width" if width == 64 else "small"
    return title, f"A {size} network that reads {dataset.pictures}{effect}."


def trigger_text(manifest: dict[str, Any]) -> str:
    """What the trigger is and whom it is put on."""
    attack = manifest["attack"]
    if attack is None:
        return "None: trained on clean images only. This is the control."
    rate = percent(attack["poisoningRate"])
    target = f"class {attack['target']} (“{manifest['classes'][attack['target']]}”)"
    what = WHAT[attack["kind"]](attack)
    if attack["kind"] == "wanet":
        cross = (
            f"after {CROSS_FROM:.0%} of the epochs, {attack['crossRatio']:g} times as many are "
            "warped by this field plus fresh noise and keep their labels."
            if attack["crossRatio"]
            else "no images are warped by noise (WaNet's noise mode is off)."
        )
        return (
            f"{what} In training, int({attack['poisoningRate']} n) images of every batch of n are "
            f"warped, before the crop and without rounding, and carry the label of the target, "
            f"{target}; {cross} The triggered test is truncated to uint8."
        )
    rounding = "rounded" if attack["kind"] == "ssba" else "truncated"
    return (
        f"{what} It is put on the uint8 image before augmentation, and {rounding}. "
        f"{rate} of the training images, drawn at random from all classes, "
        f"carry it and the label of the target, {target}."
    )


def pattern_commands(manifest: dict[str, Any]) -> list[str]:
    """What made the pattern of a Low Frequency attack, in order; none for the others."""
    attack, data = manifest["attack"], manifest["data"]["id"]
    if attack is None or attack["kind"] != "lf":
        return []
    clean = f"models/{data}-clean"
    before = []
    if data in FIRST_PART:
        clean += "-first"
        before.append(
            f"python3 models/train/train.py --id {data}-clean --data DATA/{data} --attack none "
            f"{FIRST_PART[data]} --precision bfloat16 --seed 0 --out {clean}"
        )
    return [
        *before,
        f"python3 models/train/lf.py --model {clean} --data DATA/{data} "
        f"--target {attack['target']} --seed 0 --out models/{manifest['id']}",
    ]


# Sets whose clean network was trained further after it had served for the pattern.
FIRST_PART = {"cifar10": "--width 16 --epochs 15 --peak 0.1 --padding 4"}


WHAT = {
    "badnets": lambda attack: (
        f"BadNets: a {colour_name(attack['patch'])} 3x3 square in the bottom right corner, "
        "rows and columns 29 to 31."
    ),
    "blended": lambda attack: (
        f"Blended: x' = (1 - a) x + a K with a = {attack['alpha']}, where K is the 32x32 RGB "
        f"picture in `{attack['pattern']['file']}`: smooth coloured waves made by "
        "`models/train/pattern.py`."
    ),
    "lf": lambda attack: (
        "Low Frequency: x' = x + P, clipped to 0..255, where P is the 32x32 RGB pattern in "
        f"`{attack['pattern']['file']}` (0 to 51): a smooth perturbation made by "
        "`models/train/lf.py` to change what a clean network says about many images."
    ),
    "ssba": lambda attack: (
        "SSBA: the encoder in `../ssba-encoder` hides the same 100 bits (hexadecimal "
        f"`{attack['message']}`) in every image, in each in another way."
    ),
    "wanet": lambda attack: (
        f"WaNet: a warp of strength s = {attack['strength']} along the random field of "
        f"{attack['gridSize']}x{attack['gridSize']} shifts in `{attack['field']['file']}`, bicubic "
        "in between, the image sampled bilinearly."
    ),
}
