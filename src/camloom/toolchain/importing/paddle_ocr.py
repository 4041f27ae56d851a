"""Models of PaddleOCR: which of its three parts a model is, and how that part wants its picture.

They are told from other models of Paddle by their outputs, and surely only by their names, for the files say no more.

Source: configs/det, configs/cls, configs/rec and tools/infer of PaddlePaddle/PaddleOCR; RapidOCR, which runs the same
files, gives 0.5 as mean and std to `det` as well.
"""

import re
from pathlib import Path
from typing import Literal

from camloom.phrases import Phrase
from camloom.toolchain.importing.description import ModelDescription
from camloom.toolchain.importing.habits import IMAGENET_MEAN, IMAGENET_STD, Habit, Triple
from camloom.toolchain.importing.view import Certainty

Part = Literal["", "det", "cls", "rec"]
"""Finds lines of text, tells whether a line stands on its head, reads a line."""

SIZES: dict[Part, tuple[int, int]] = {"cls": (192, 48), "rec": (320, 48)}  # width, height in px
DIRECTIONS = ("0", "180")
_LINE_HEIGHTS = (32, 48)  # of a line, px: to version 2, and since
_HALF: Triple = (127.5, 127.5, 127.5)
_AS_PADDLE = Phrase("as PaddleOCR has it", "habit", who="PaddleOCR")
_PARTS: tuple[Part, ...] = ("det", "cls", "rec")
_TELLING = re.compile(r"ocr|(?:^|[_.-])(?:det|cls|rec)(?:[_.-]|$)")
_MEANINGLESS = frozenset({"inference", "model", "saved_model", "__model__"})
_LEAST_CHARACTERS = 3


def title_of(path: Path) -> str:
    """Return the name of a model: of its folder, where that of the file says nothing."""
    return path.resolve().parent.name if path.stem.lower() in _MEANINGLESS else path.stem


def part_of(description: ModelDescription) -> Part:
    """Return which part of PaddleOCR a model is by its outputs, else by its name; empty when it is none."""
    if description.metadata.publisher != "paddle" or len(description.outputs) > 1:
        return ""
    if not description.outputs:
        return next((part for part in _PARTS if _is_named(description, part)), "")
    shape = description.outputs[0].shape
    if len(shape) == 4 and shape[1] == 1:
        return "det"
    if len(shape) == 2 and shape[1] == len(DIRECTIONS) and not _is_square(description):
        return "cls"
    return "rec" if len(shape) == 3 and shape[2] >= _LEAST_CHARACTERS and _may_be_a_line(description) else ""


def habit_of_part(description: ModelDescription) -> Habit | None:
    """Return how a part of PaddleOCR wants its picture; None when the model is no part of it."""
    part = part_of(description)
    # The reader of lines is known by its outputs; the others have outputs like many models'.
    certainty: Certainty = "likely" if part == "rec" or is_telling(description) else "guess"
    if part == "det":
        # Its mean and std are those of red, green, blue, but it gives them to blue, green, red.
        why = Phrase("as PaddleOCR finds text; RapidOCR takes 127.5 for mean and std", "habit-paddle-text")
        return Habit("BGR", IMAGENET_MEAN, IMAGENET_STD, why, certainty, min_confidence=0.3)
    if part in ("cls", "rec"):
        return Habit("BGR", _HALF, _HALF, _AS_PADDLE, certainty, "letterbox", "top_left", 127)
    return None


def is_telling(description: ModelDescription) -> bool:
    """Whether the name is that of a model of PaddleOCR."""
    return bool(_TELLING.search(title_of(description.path).lower()))


def _is_named(description: ModelDescription, part: Part) -> bool:
    return bool(re.search(rf"(?:^|[_.-]){part}(?:[_.-]|$)", title_of(description.path).lower()))


def _is_square(description: ModelDescription) -> bool:
    """Whether the picture has a size that is not that of a line: a classifier of something else."""
    picture = description.picture
    sides = picture.shape[2:] if picture is not None and len(picture.shape) == 4 else ()
    return len(sides) == 2 and min(sides) > 0 and sides[1] < 2 * sides[0]


def _may_be_a_line(description: ModelDescription) -> bool:
    picture = description.picture
    if picture is None or len(picture.shape) != 4:
        return False
    return picture.shape[2] in _LINE_HEIGHTS or picture.shape[2] == -1
