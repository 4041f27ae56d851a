"""Attributes: labels that are there or not, and choices among values, of one crop."""

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np
from pydantic import Field, model_validator

from camloom.config import StrictModel
from camloom.detections import Attribute
from camloom.geometry import FloatArray
from camloom.inference.base import Reading, Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.outputs import read_options
from camloom.inference.models.values import Scores, probabilities, sigmoids, squeezed, take_values, values_of
from camloom.inference.preprocess import Letterbox

YES, NO = "yes", "no"


class Label(StrictModel):
    """Something an object has or has not.

    Attributes:
        name: such as `has_hat`; its value is `yes` or `no`.
        threshold: probability from which on it is `yes`.
    """

    name: str = Field(min_length=1, max_length=64)
    threshold: float = Field(default=0.5, gt=0, lt=1)


class Head(StrictModel):
    """A choice of one value among several.

    Attributes:
        attribute: such as `colour`.
        values: in the order of the output.
        scores: what the output holds: probabilities, logits, or `auto` (told from the values).
        output: name of the output; empty: the first of that size.
    """

    attribute: str = Field(min_length=1, max_length=64)
    values: tuple[str, ...] = Field(min_length=2, max_length=10_000)
    scores: Scores = "auto"
    output: str = ""


class Options(StrictModel):
    """Settings of an attribute card.

    Attributes:
        labels: the yes-or-no labels, in the order of their output.
        label_scores: what that output holds.
        labels_output: name of that output; empty: the first of that size.
        heads: the choices; each has an output of its own.
    """

    labels: tuple[Label, ...] = Field(default=(), max_length=1000)
    label_scores: Literal["probabilities", "logits"] = "probabilities"
    labels_output: str = ""
    heads: tuple[Head, ...] = Field(default=(), max_length=100)

    @model_validator(mode="after")
    def _says_something(self) -> "Options":
        names = [*(label.name for label in self.labels), *(head.attribute for head in self.heads)]
        if not names:
            raise ValueError("labels or heads are needed")
        if len(set(names)) < len(names):
            raise ValueError("two labels or heads have one name")
        return self


class Attributes:
    """Multi-label models: an output of independent labels, outputs of one choice each, or both.

    Such are person-attributes-recognition-crossroad-0230 (eight labels) and
    vehicle-attributes-recognition-barrier-0039 (heads for colour and type) of the Open Model Zoo.
    The confidence of a `no` is the probability that the label is not there. Of a head, a best value below
    the card's `min_confidence` is not said.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)

    @property
    def says(self) -> Mapping[str, tuple[str, ...]]:
        """All attributes and their values."""
        labels = {label.name: (YES, NO) for label in self._options.labels}
        return labels | {head.attribute: head.values for head in self._options.heads}

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there is an output for the labels and one for each head."""
        self._names(output_shapes)

    def read(self, outputs: Tensors, letterbox: Letterbox) -> Reading:  # noqa: ARG002  # the seam's
        """Turn the outputs for one crop into attributes."""
        labels, heads = self._names({name: tensor.shape for name, tensor in outputs.items()})
        said = list(self._labels(values_of(outputs, labels))) if labels else []
        for head, name in zip(self._options.heads, heads, strict=True):
            said += self._choice(head, probabilities(values_of(outputs, name), head.scores))
        return Reading(attributes=tuple(said))

    def _names(self, output_shapes: Mapping[str, tuple[int, ...]]) -> tuple[str, list[str]]:
        left, options = squeezed(output_shapes), self._options
        named = [head for head in options.heads if head.output]
        taken = {head.attribute: self._head_output(left, head) for head in named}
        count, labels = len(options.labels), ""
        if count:
            labels = take_values(left, count, options.labels_output, card=self._card, what="label")
        for head in options.heads:
            if not head.output:
                taken[head.attribute] = self._head_output(left, head)
        return labels, [taken[head.attribute] for head in options.heads]

    def _head_output(self, left: dict[str, tuple[int, ...]], head: Head) -> str:
        return take_values(left, len(head.values), head.output, card=self._card, what=head.attribute)

    def _labels(self, values: FloatArray) -> Iterator[Attribute]:
        scores = sigmoids(values) if self._options.label_scores == "logits" else values
        for label, score in zip(self._options.labels, scores.tolist(), strict=True):
            if 0 <= score <= 1:  # not so for NaN
                is_there = score >= label.threshold
                confidence = score if is_there else 1 - score
                yield Attribute(label.name, YES if is_there else NO, confidence, self._card.name)

    def _choice(self, head: Head, scores: FloatArray) -> list[Attribute]:
        if not np.isfinite(scores).all():
            return []
        best = int(scores.argmax())
        confidence = min(float(scores[best]), 1.0)
        if confidence < self._card.min_confidence:
            return []
        return [Attribute(head.attribute, head.values[best], confidence, self._card.name)]
