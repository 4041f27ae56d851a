"""Landmarks: a fixed number of points of one crop."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.geometry import FloatArray
from camloom.inference.base import Reading, Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.outputs import read_options
from camloom.inference.models.values import take_values, values_of
from camloom.inference.preprocess import Letterbox


class Options(StrictModel):
    """Settings of a landmark card.

    Attributes:
        points: how many; empty: as many as the card has `keypoint_names`, else 5.
        columns: 2 for x, y; 3 for x, y, confidence.
        unit: of x and y: shares of the input (`share`) or its px.
        output: name of the output; empty: the first of that size.
    """

    points: int | None = Field(default=None, ge=1, le=1000)
    columns: Literal[2, 3] = 2
    unit: Literal["share", "px"] = "share"
    output: str = ""


class Landmarks:
    """Regressed points, x, y by turns, such as landmarks-regression-retail-0009 of the Open Model Zoo.

    Models that do not say how sure they are of a point get confidence 1; a point that is not finite gets 0.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)
        self._points = self._options.points or len(card.keypoint_names) or 5
        size = (card.input.width, card.input.height) if self._options.unit == "share" else (1, 1)
        self._scale = np.asarray(size, np.float32)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless an output has the coordinates of all points."""
        self._name(output_shapes)

    def read(self, outputs: Tensors, letterbox: Letterbox) -> Reading:
        """Turn the output for one crop into points, (K, 3): px of what the letterbox was filled from, confidence."""
        name = self._name({name: tensor.shape for name, tensor in outputs.items()})
        table = values_of(outputs, name).reshape(self._points, self._options.columns)
        xy = np.clip(table[:, :2], -1e6, 1e6) * self._scale
        finite = np.isfinite(table).all(axis=1)
        keypoints = np.zeros((self._points, 3), np.float32)
        keypoints[:, :2] = letterbox.to_source(np.nan_to_num(np.hstack((xy, xy))))[:, :2]
        keypoints[:, 2] = self._confidence(table)
        keypoints[~finite] = 0
        return Reading(keypoints=keypoints)

    def _confidence(self, table: FloatArray) -> FloatArray:
        if self._options.columns == 2:
            return np.ones(len(table), np.float32)
        return np.clip(table[:, 2], 0, 1)

    def _name(self, output_shapes: Mapping[str, tuple[int, ...]]) -> str:
        flat: dict[str, tuple[int, ...]] = {name: (_size(shape),) for name, shape in output_shapes.items()}
        count = self._points * self._options.columns
        return take_values(flat, count, self._options.output, card=self._card, what="landmark")


def _size(shape: tuple[int, ...]) -> int:
    """Return how many values there are for one crop; -1 where that is known only at run time."""
    own = shape[1:] if shape[:1] in ((1,), (-1,)) else shape
    return -1 if any(size < 0 for size in own) else int(np.prod(own, dtype=np.int64))
