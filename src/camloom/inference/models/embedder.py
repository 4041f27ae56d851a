"""Embedders: a vector per crop; those of one person or face point in the same direction."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.errors import ModelError
from camloom.geometry import FloatArray
from camloom.inference.base import Reading, Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.outputs import read_options
from camloom.inference.models.values import squeezed, take_values, values_of
from camloom.inference.preprocess import Letterbox

_LEAST_SIZE = 2
_MOST_SIZE = 8192
_LEAST_LENGTH = 1e-6  # a vector this short has no direction


class Options(StrictModel):
    """Settings of an embedder card.

    Attributes:
        size: values of the vector; empty: whatever the model has.
        output: name of the output; empty: the first of that size.
        align: `face`: crops are turned onto the five-point template of ArcFace first; the objects need keypoints.
        match_threshold: least cosine at which two vectors are taken for one person; what the publisher or a
            measurement says.
    """

    size: int | None = Field(default=None, ge=_LEAST_SIZE, le=_MOST_SIZE)
    output: str = ""
    align: Literal["", "face"] = ""
    match_threshold: float | None = Field(default=None, gt=0, lt=1)


class Embedder:
    """Models for re-identification and face recognition: an appearance as a vector of unit length.

    The likeness of two objects is the cosine, which is the dot product of their vectors. Such are OSNet
    (K. Zhou et al., Omni-Scale Feature Learning for Person Re-Identification, ICCV 2019) and MobileFaceNet
    (S. Chen et al., arXiv:1804.07573).
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)
        self.alignment = self._options.align

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there is an output with one vector."""
        shape = output_shapes[self._name(output_shapes)]
        size = int(np.prod([each for each in shape if each > 0]))
        is_known = all(each > 0 for each in shape[1:] or shape)
        if is_known and not _LEAST_SIZE <= size <= _MOST_SIZE:
            raise ModelError(
                f"the model does not fit its card '{self._card.name}': its vector has {size} values",
                f"An embedding has {_LEAST_SIZE} to {_MOST_SIZE}",
            )

    def read(self, outputs: Tensors, letterbox: Letterbox) -> Reading:  # noqa: ARG002  # the seam's
        """Return the vector of one crop at unit length; nothing if the model put out no direction."""
        shapes = {name: tensor.shape for name, tensor in outputs.items()}
        vector = values_of(outputs, self._name(shapes))
        if not _LEAST_SIZE <= len(vector) <= _MOST_SIZE:
            raise ModelError(f"model '{self._card.name}' put out a vector of {len(vector)} values")
        return Reading(embedding=unit(vector))

    def _name(self, output_shapes: Mapping[str, tuple[int, ...]]) -> str:
        size = self._options.size or -1
        return take_values(squeezed(output_shapes), size, self._options.output, card=self._card, what="embedding")


def unit(vector: FloatArray) -> FloatArray | None:
    """Return a vector at unit length, (D,) float32; None where it has no direction or is not finite."""
    length = float(np.linalg.norm(vector.astype(np.float64)))
    if not _LEAST_LENGTH < length < np.inf:
        return None
    return (vector / length).astype(np.float32)
