"""Masks as a mix of prototypes: what YOLOv5-seg, YOLOv8-seg and their kin put out beside their boxes."""

import numpy as np

from camloom.errors import ModelError
from camloom.geometry import BoolArray, FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.outputs import take
from camloom.inference.preprocess import Letterbox


class Prototypes:
    """Finds and mixes the prototypes: (M, h, w), or (h, w, M) as TFLite writes them.

    Source: D. Bolya et al., YOLACT: Real-time Instance Segmentation, ICCV 2019. A mask is where the sum of the
    prototypes, weighted with the coefficients of a box, is positive, inside that box.

    Masks keep the prototypes' resolution and lose the padding: each is (H, W) bool over the whole frame, for
    a canvas of 640 x 640 px and a picture of 16:9 that is 90 x 160. A larger one would only be smoother.
    """

    def __init__(self, card: ModelCard, coefficients: int) -> None:
        self._card = card
        self._coefficients = coefficients

    def find(self, left: dict[str, tuple[int, ...]]) -> str:
        """Remove and return their name. ModelError when there are none, or more of them than px of the canvas."""
        count = self._coefficients
        try:
            size, name = _taken(left, (count, -1, -1), self._card)
            height, width = size[-2:]
        except ModelError:
            size, name = _taken(left, (-1, -1, count), self._card)
            height, width = size[-3:-1]
        spec = self._card.input
        if not (0 != height <= spec.height and 0 != width <= spec.width):
            raise ModelError(
                f"the masks of card '{self._card.name}' are {width}x{height}, which does not go with its input",
                "Mend the card's input",
            )
        return name

    def masks(
        self, outputs: Tensors, name: str, coefficients: FloatArray, xyxy: FloatArray, place: Letterbox
    ) -> BoolArray:
        """Mix the masks of N boxes: coefficients (N, M), boxes (N, 4) sane, px of the canvas -> (N, H, W)."""
        picture, first_cell, cell_px = self._of_picture(outputs, name, place)
        height, width = picture.shape[1:]
        masks = np.zeros((len(xyxy), height, width), np.bool_)
        limit = np.asarray([width, height])
        begin = np.clip(np.floor(xyxy[:, :2] / cell_px) - first_cell, 0, limit).astype(int).tolist()
        end = np.clip(np.ceil(xyxy[:, 2:] / cell_px) - first_cell, 0, limit).astype(int).tolist()
        with np.errstate(over="ignore", invalid="ignore"):  # NaN is not above 0: no mask there
            for row, ((x1, y1), (x2, y2)) in enumerate(zip(begin, end, strict=True)):
                mixed = np.tensordot(coefficients[row], picture[:, y1:y2, x1:x2], axes=1)
                masks[row, y1:y2, x1:x2] = mixed > 0
        return masks

    def _of_picture(self, outputs: Tensors, name: str, place: Letterbox) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return the prototypes of the picture alone, its first cell x, y, and the size of a cell in px."""
        planes = self._planes(np.asarray(outputs[name], dtype=np.float32))
        height, width = planes.shape[1:]
        cell_px = np.asarray([place.canvas_width / width, place.canvas_height / height], np.float32)
        left, right = _cells(place.x, place.width, float(cell_px[0]), width)
        top, bottom = _cells(place.y, place.height, float(cell_px[1]), height)
        return planes[:, top:bottom, left:right], np.asarray([left, top], np.float32), cell_px

    def _planes(self, tensor: FloatArray) -> FloatArray:
        first, middle, last = tensor.shape[-3:]
        cube = tensor.reshape(first, middle, last)
        return cube if first == self._coefficients else cube.transpose(2, 0, 1)


def _taken(
    left: dict[str, tuple[int, ...]], shape: tuple[int, int, int], card: ModelCard
) -> tuple[tuple[int, ...], str]:
    before = dict(left)
    name = take(left, *shape, card=card, what="mask prototype")
    return before[name], name


def _cells(start_px: int, length_px: int, cell_px: float, count: int) -> tuple[int, int]:
    """Return the cells that a stretch of the canvas covers, at least one."""
    first = min(round(start_px / cell_px), count - 1)
    return first, min(max(round((start_px + length_px) / cell_px), first + 1), count)
