"""Classifiers: one of several names for the whole crop."""

from collections.abc import Mapping

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Attribute
from camloom.errors import ModelError
from camloom.inference.base import Reading, Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.outputs import read_options
from camloom.inference.models.values import Scores, probabilities, squeezed, take_values, values_of
from camloom.inference.preprocess import Letterbox


class Options(StrictModel):
    """Settings of a classifier card.

    Attributes:
        attribute: what the card's class names are values of, such as `colour`.
        scores: what the output holds: probabilities, logits, or `auto` (told from the values).
        first_class: place of the first name; 1 where place 0 is the background.
        output: name of the output; empty: the first of that size.
    """

    attribute: str = Field(default="class", min_length=1, max_length=64)
    scores: Scores = "auto"
    first_class: int = Field(default=0, ge=0, le=1)
    output: str = ""


class Classifier:
    """Classifiers with one score per class name; the best becomes an attribute.

    A best name below the card's `min_confidence` is not said at all.
    """

    def __init__(self, card: ModelCard) -> None:
        if len(card.class_names) < 2:
            raise ModelError(f"model card '{card.name}': a classifier needs at least two class_names", "Mend the card")
        self._card = card
        self._options = read_options(card, Options)

    @property
    def says(self) -> Mapping[str, tuple[str, ...]]:
        """The attribute and its values."""
        return {self._options.attribute: self._card.class_names}

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless an output has a score per class name."""
        self._name(output_shapes)

    def read(self, outputs: Tensors, letterbox: Letterbox) -> Reading:  # noqa: ARG002  # the seam's
        """Turn the scores of one crop into an attribute, or into nothing where none is sure enough."""
        shapes = {name: tensor.shape for name, tensor in outputs.items()}
        scores = probabilities(values_of(outputs, self._name(shapes)), self._options.scores)
        scores = scores[self._options.first_class :]
        if not np.isfinite(scores).all():
            return Reading()
        best = int(scores.argmax())
        confidence = min(float(scores[best]), 1.0)
        if confidence < self._card.min_confidence:
            return Reading()
        said = Attribute(self._options.attribute, self._card.class_names[best], confidence, self._card.name)
        return Reading(attributes=(said,))

    def _name(self, output_shapes: Mapping[str, tuple[int, ...]]) -> str:
        count = len(self._card.class_names) + self._options.first_class
        return take_values(squeezed(output_shapes), count, self._options.output, card=self._card, what="class")
