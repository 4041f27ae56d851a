"""Shared by the families for crops: outputs that hold a few values for the one crop, whatever their shape."""

from collections.abc import Mapping
from typing import Literal

import numpy as np

from camloom.geometry import FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.outputs import take

Scores = Literal["auto", "probabilities", "logits"]
"""What the model's scores are; `auto`: probabilities if they are between 0 and 1 and add up to 1."""

_SUM_TOLERANCE = 0.02  # what half precision and INT8 leave of a sum of 1


def squeezed(output_shapes: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int, ...]]:
    """Return the shapes without the ones at their end: OpenVINO's (1, 7, 1, 1) is (1, 7) elsewhere."""
    return {name: _squeezed(shape) for name, shape in output_shapes.items()}


def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    while len(shape) > 1 and shape[-1] == 1:
        shape = shape[:-1]
    return shape


def take_values(shapes: dict[str, tuple[int, ...]], count: int, name: str, *, card: ModelCard, what: str) -> str:
    """Remove and return the output that holds `count` values: the one of that name, or without a name the first.

    Args:
        shapes: as `squeezed` returns them.
        count: how many values; -1 for any number.
        name: of the output; empty: found by its size.

    Raises:
        ModelError: there is none; the text lists those there are.
    """
    if not name:
        return take(shapes, count, card=card, what=what)
    found = {name: shapes[name]} if name in shapes else {}
    taken = take(found, count, card=card, what=f"{what} ('{name}')")
    del shapes[taken]
    return taken


def values_of(outputs: Tensors, name: str) -> FloatArray:
    """Return all values of an output, (N,) float32."""
    return np.asarray(outputs[name], dtype=np.float32).reshape(-1)


def probabilities(values: FloatArray, scores: Scores = "auto") -> FloatArray:
    """Return scores of which one is true as probabilities: (..., C) -> (..., C), each row adds up to 1."""
    if scores == "auto":
        in_range = bool(((values >= 0) & (values <= 1)).all())
        is_sum = in_range and bool((np.abs(values.sum(axis=-1) - 1) <= _SUM_TOLERANCE).all())
        scores = "probabilities" if is_sum else "logits"
    if scores == "probabilities":
        return values
    with np.errstate(over="ignore", invalid="ignore"):  # infinities become NaN, which the caller drops
        powers = np.exp(values - values.max(axis=-1, keepdims=True))
        return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)


def sigmoids(values: FloatArray) -> FloatArray:
    """Return logits of which each is true or not as probabilities: (N,) -> (N,)."""
    with np.errstate(over="ignore"):
        return np.asarray(np.reciprocal(1 + np.exp(-values)), np.float32)
