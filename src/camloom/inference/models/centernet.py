"""CenterNet: peaks of a heat map, already gathered into a table of boxes."""

from collections.abc import Mapping

import numpy as np
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Detections
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.boxes import Units, canvas_scale
from camloom.inference.models.outputs import Candidates, known_rows, read_options, rows, shapes_of, take
from camloom.inference.preprocess import Letterbox

_BOX = 4
_SCORE = 4
_CLASS = 5
_COLUMNS = 6


class Options(StrictModel):
    """Settings of a CenterNet card.

    Attributes:
        first_class: number that the model gives to the first name.
        units: of the boxes.
        stride: px of the canvas per cell, for models that leave their boxes in cells of the heat map.
    """

    first_class: int = Field(default=0, ge=0)
    units: Units = "auto"
    stride: int = Field(default=1, ge=1, le=32)


class CenterNet:
    """CenterNet with its decoding inside: rows of x1, y1, x2, y2, score, class, the best peaks first.

    The search for peaks stands in for NMS, yet one object may have two peaks: boxes of one class that cover each
    other are thinned out as the card's `nms_iou` says.

    Source: X. Zhou et al., Objects as Points, arXiv:1904.07850.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there is a table of peaks."""
        self._table(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into detections in px of the source frame."""
        table = rows(outputs, self._table(shapes_of(outputs)), _COLUMNS)
        scale = canvas_scale(self._options.units, table[:, :_BOX], self._card.input) * np.float32(self._options.stride)
        first_class = self._options.first_class
        keep, class_id = known_rows(self._card, table[:, _CLASS], table[:, _SCORE], first_class, min_confidence)
        with np.errstate(over="ignore", invalid="ignore"):  # an absurd box is dropped as not sane
            found = Candidates(table[keep, :_BOX] * scale, table[keep, _SCORE], class_id)
        return found.sane().suppressed(self._card.nms_iou).detections(self._card, letterbox)

    def _table(self, output_shapes: Mapping[str, tuple[int, ...]]) -> str:
        return take(dict(output_shapes), -1, _COLUMNS, card=self._card, what="CenterNet")
