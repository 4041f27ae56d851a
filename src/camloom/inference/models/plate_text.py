"""Licence plates: a line of characters read by CTC."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from pydantic import Field, field_validator

from camloom.config import StrictModel
from camloom.detections import Attribute, IntArray
from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.base import Reading, Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.outputs import read_options
from camloom.inference.models.values import Scores, probabilities, squeezed
from camloom.inference.preprocess import Letterbox

_MOST_STEPS = 1024


class Options(StrictModel):
    """Settings of a plate card.

    Attributes:
        alphabet: the characters in the order of the model, as one text or a list; the blank is not among them.
        blank: number of the blank; empty: the one after the last character.
        attribute: what the text is the value of.
        min_length: shorter texts are not said.
        scores: what a table of scores holds.
        end: number that ends a row of finished character numbers.
        output: name of the output; empty: the first that fits.
        align: `plate`: crops are rectified by their four corners first; the objects need keypoints.
    """

    alphabet: tuple[str, ...] = Field(min_length=2, max_length=20_000)
    blank: int | None = Field(default=None, ge=0)
    attribute: str = Field(default="plate", min_length=1, max_length=64)
    min_length: int = Field(default=4, ge=1, le=64)
    scores: Scores = "auto"
    end: int = -1
    output: str = ""
    align: Literal["", "plate"] = ""

    @field_validator("alphabet", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return tuple(value) if isinstance(value, str) else value


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the text is: a table of scores, steps along one axis, or a row of finished character numbers."""

    name: str
    is_table: bool
    classes_first: bool = False


class PlateText:
    """Readers of one line of text: the best character of each step, repeats joined, blanks dropped.

    Source: A. Graves et al., Connectionist Temporal Classification, ICML 2006, best-path decoding. Two layouts,
    told apart by their shapes: a table of scores (classes, steps) or (steps, classes), as of LPRNet
    (S. Zherzdev, A. Gruzdev, arXiv:1806.10447); or a row of character numbers which the model has decoded itself
    (license-plate-recognition-barrier-0007 of the Open Model Zoo). CTC reads `11` only where a blank lies between:
    LPRNet often leaves it out and so drops repeated characters.

    The confidence is that of the least sure character; a decoded row has none, it counts as 1. A text less sure
    than the card's `min_confidence` is not said.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)
        self.alignment = self._options.align
        count = len(self._options.alphabet)
        self._blank = count if self._options.blank is None else self._options.blank
        if self._blank > count:
            raise ModelError(f"model card '{card.name}': options.blank: {self._blank} is beyond the alphabet")
        self._characters = list(self._options.alphabet)
        self._characters.insert(self._blank, "")

    @property
    def says(self) -> Mapping[str, tuple[str, ...]]:
        """The attribute; its value may be any text."""
        return {self._options.attribute: ()}

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless an output has a score per character and step, or a row of numbers."""
        self._layout(output_shapes)

    def read(self, outputs: Tensors, letterbox: Letterbox) -> Reading:  # noqa: ARG002  # the seam's
        """Turn the output for one crop into its text."""
        layout = self._layout({name: tensor.shape for name, tensor in outputs.items()})
        values = np.asarray(outputs[layout.name], np.float32)
        text, confidence = self._of_table(values, layout) if layout.is_table else (self._of_row(values), 1.0)
        if len(text) < self._options.min_length or confidence < self._card.min_confidence:
            return Reading()
        said = Attribute(self._options.attribute, text, confidence, self._card.name)
        return Reading(attributes=(said,))

    def _of_table(self, values: FloatArray, layout: _Layout) -> tuple[str, float]:
        count = len(self._characters)
        scores = values.reshape(count, -1).T if layout.classes_first else values.reshape(-1, count)
        if not np.isfinite(scores).all():
            return "", 0.0
        return best_path(probabilities(scores[:_MOST_STEPS], self._options.scores), self._characters, self._blank)

    def _of_row(self, values: FloatArray) -> str:
        row = values.reshape(-1)[:_MOST_STEPS]
        known = (row >= 0) & (row < len(self._characters))
        stop = np.flatnonzero(~known | (row == self._options.end))
        return "".join(self._characters[int(number)] for number in (row[: stop[0]] if len(stop) else row))

    def _layout(self, output_shapes: Mapping[str, tuple[int, ...]]) -> _Layout:
        count, wanted = len(self._characters), self._options.output
        there = {name: shape for name, shape in squeezed(output_shapes).items() if wanted in ("", name)}
        found = [_table_layout(name, shape, count) or _row_layout(name, shape) for name, shape in there.items()]
        fitting = sorted((layout for layout in found if layout), key=lambda layout: not layout.is_table)
        if fitting:
            return fitting[0]
        listed = ", ".join(f"{name} {'x'.join(map(str, shape))}" for name, shape in output_shapes.items()) or "none"
        raise ModelError(
            f"the model does not fit its card '{self._card.name}': no output has {count} scores a step, "
            f"nor a row of character numbers (there is {listed})",
            "Check options.alphabet in the card: one entry per character, the blank left out",
        )


def _table_layout(name: str, shape: tuple[int, ...], count: int) -> _Layout | None:
    if len(shape) > 1 and shape[-2] == count:
        return _Layout(name, is_table=True, classes_first=True)
    # Three sizes may be (steps, batch of one, classes) too.
    steps_first = shape[-1:] == (count,) and (len(shape) == 3 or (len(shape) > 1 and shape[-2] > 1))
    return _Layout(name, is_table=True) if steps_first else None


def _row_layout(name: str, shape: tuple[int, ...]) -> _Layout | None:
    return _Layout(name, is_table=False) if all(size in (1, -1) for size in shape[:-1]) else None


def best_path(scores: FloatArray, characters: list[str], blank: int) -> tuple[str, float]:
    """Read a text off a table of probabilities.

    Args:
        scores: (steps, classes).
        characters: one per class; the blank's is not used.
        blank: class of the blank.

    Returns:
        The text, and the probability of its least sure character (0 for an empty text).
    """
    if not len(scores):
        return "", 0.0
    best: IntArray = scores.argmax(axis=1)
    sure = scores.max(axis=1)
    starts = np.flatnonzero(np.concatenate(([True], best[1:] != best[:-1])))
    runs = [(int(best[start]), float(run.max())) for start, run in zip(starts, np.split(sure, starts[1:]), strict=True)]
    kept = [(number, confidence) for number, confidence in runs if number != blank]
    text = "".join(characters[number] for number, _ in kept)
    return text, min((min(confidence, 1.0) for _, confidence in kept), default=0.0)
