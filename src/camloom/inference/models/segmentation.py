"""Semantic segmentation: a class for every place of the picture, cut into connected regions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Literal

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import Field

from camloom.config import StrictModel
from camloom.detections import Detections, IntArray
from camloom.errors import ModelError
from camloom.geometry import BoolArray, FloatArray
from camloom.inference.base import Tensors
from camloom.inference.card import ModelCard
from camloom.inference.models.outputs import read_options, shapes_of, take
from camloom.inference.preprocess import Letterbox

_LONGEST_SIDE = 320  # of the map that is cut into regions: bounds their cost and the size of masks
_MAX_REGIONS = 100
_NOTHING = -1


class Options(StrictModel):
    """Settings of a segmentation card.

    Attributes:
        output: scores with the channels first, (C, h, w), or last, (h, w, C), or a map of class numbers, (h, w).
        scores: what the channels hold: logits (softmax over the channels; sigmoid where there is one) or
            probabilities. A single channel says where the card's only class is.
        first_class: channel or number of the card's first name; 1 where 0 is the background.
        ignore: names of the card that are ground, not objects, such as road and sky.
        min_area: least area of a region, as a share of the picture.
    """

    output: Literal["channels_first", "channels_last", "class_map"] = "channels_first"
    scores: Literal["logits", "probabilities"] = "logits"
    first_class: int = Field(default=1, ge=0, le=1)
    ignore: tuple[str, ...] = ()
    min_area: float = Field(default=0.001, ge=0, lt=1)


@dataclass(frozen=True, slots=True)
class _Region:
    """One connected region: class, area in cells, box in cells x1, y1, x2, y2, and its number in the map of parts."""

    class_id: int
    area: int
    box: tuple[int, int, int, int]
    confidence: float
    part: int
    parts: npt.NDArray[np.int32]

    def mask(self) -> BoolArray:
        """Return where it is."""
        return np.asarray(self.parts == self.part)


class Segmentation:
    """A class map becomes one detection, with box and mask, for every connected region of a class.

    Rules, trackers and drawings work on objects with a box; a region that holds together is the nearest that a
    class map has to an object. Two people who touch are one region: where people are to be counted, a detector is
    the right model. Regions are 8-connected (K. Wu et al., Two strategies to speed up connected component labeling
    algorithms, 2005, as in OpenCV). The confidence of a region is the mean of its cells; a class map gives 1.

    Masks cover the whole source frame, and nothing of the padding, in the model's own coarse cells: at most 320 on
    the longer side. Cell (row, column) of a mask (H, W) covers frame height / H by frame width / W px.
    """

    def __init__(self, card: ModelCard) -> None:
        self._card = card
        self._options = read_options(card, Options)
        names = card.class_names
        self._single = len(names) == 1 and self._options.first_class == 0
        self._channels = len(names) + self._options.first_class
        unknown = set(self._options.ignore) - set(names)
        if unknown:
            text = f"model card '{card.name}': options.ignore: no class is called {min(unknown)}"
            raise ModelError(text, "Mend the card")
        self._objects = [i for i, name in enumerate(names) if name not in self._options.ignore]

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Raise ModelError unless there is a map of scores for every class, or of class numbers."""
        self._name(output_shapes)

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        """Turn the outputs for one canvas into regions with masks, boxes in px of the source frame."""
        labels, confidence = self._cells(outputs[self._name(shapes_of(outputs))], letterbox)
        found = (region for region in self._regions(labels, confidence) if region.confidence >= min_confidence)
        largest = sorted(found, key=lambda region: -region.area)[:_MAX_REGIONS]
        cell = np.asarray([letterbox.source_width, letterbox.source_height] * 2, np.float32)
        cell /= np.asarray([*labels.shape[::-1]] * 2, np.float32)
        return Detections(
            xyxy=np.asarray([region.box for region in largest], np.float32).reshape(-1, 4) * cell,
            confidence=np.asarray([region.confidence for region in largest], np.float32),
            class_id=np.asarray([region.class_id for region in largest], np.int64),
            class_names=self._card.class_names,
            masks=np.asarray([region.mask() for region in largest], np.bool_).reshape(-1, *labels.shape),
        )

    def _name(self, output_shapes: Mapping[str, tuple[int, ...]]) -> str:
        sizes = {
            "channels_first": (self._channels, -1, -1),
            "channels_last": (-1, -1, self._channels),
            "class_map": (-1, -1),
        }
        return take(dict(output_shapes), *sizes[self._options.output], card=self._card, what="class map")

    def _cells(self, output: npt.NDArray[np.generic], letterbox: Letterbox) -> tuple[IntArray, FloatArray]:
        """Return class and confidence of the cells that the picture covers, thinned to a bounded size: (h, w) each."""
        if self._options.output == "class_map":
            numbers = np.asarray(_picture_part(output.reshape(output.shape[-2:]), letterbox), dtype=np.float32)
            numbers = numbers - np.float32(self._options.first_class)
            known = (numbers >= 0) & (numbers < len(self._card.class_names))  # before the cast: NaN fails here
            return np.where(known, numbers, np.float32(_NOTHING)).astype(np.int64), np.ones(numbers.shape, np.float32)
        maps = output.reshape(output.shape[-3:])
        maps = maps.transpose(2, 0, 1) if self._options.output == "channels_last" else maps
        return self._best(np.asarray(_picture_part(maps, letterbox), dtype=np.float32))

    def _best(self, scores: FloatArray) -> tuple[IntArray, FloatArray]:
        """Return the best class of each cell and its probability: (C, h, w) -> (h, w), (h, w)."""
        logits = self._options.scores == "logits"
        with np.errstate(over="ignore", invalid="ignore"):  # a hostile score gives NaN: the cell holds nothing
            if self._single:
                confidence = 1 / (1 + np.exp(-scores[0])) if logits else scores[0]
                labels = np.where(confidence >= np.float32(0.5), 0, _NOTHING)
            else:
                labels = scores.argmax(axis=0) - self._options.first_class
                top = scores.max(axis=0)
                confidence = 1 / np.exp(scores - top).sum(axis=0) if logits else top
        sound = np.isfinite(confidence)
        return np.where(sound, labels, _NOTHING), np.where(sound, np.clip(confidence, 0, 1), 0).astype(np.float32)

    def _regions(self, labels: IntArray, confidence: FloatArray) -> Iterator[_Region]:
        least = max(1, ceil(self._options.min_area * labels.size))
        for class_id in self._objects:
            place = labels == class_id
            if np.count_nonzero(place) < least:
                continue
            _, parts, stats, _ = cv2.connectedComponentsWithStats(place.astype(np.uint8), connectivity=8)
            totals = np.bincount(parts.ravel(), weights=confidence.ravel(), minlength=len(stats))
            areas = stats[:, cv2.CC_STAT_AREA]
            large = 1 + np.argsort(-areas[1:], kind="stable")[:_MAX_REGIONS]  # 0 is all that is not of this class
            for part in large[areas[large] >= least].tolist():
                x, y, width, height, area = stats[part].tolist()
                box = (x, y, x + width, y + height)
                yield _Region(class_id, area, box, float(totals[part] / area), part, parts)


def _picture_part(maps: npt.NDArray[np.generic], letterbox: Letterbox) -> npt.NDArray[np.generic]:
    """Return the cells that the picture covers, at most 320 on the longer side: (..., h, w) -> (..., h', w')."""
    height, width = maps.shape[-2:]
    top, bottom = _span(letterbox.y, letterbox.height, letterbox.canvas_height, height)
    left, right = _span(letterbox.x, letterbox.width, letterbox.canvas_width, width)
    step = ceil(max(bottom - top, right - left) / _LONGEST_SIDE)
    first = step // 2  # the middle of what each kept cell stands for
    rows, columns = slice(min(top + first, bottom - 1), bottom, step), slice(min(left + first, right - 1), right, step)
    return maps[..., rows, columns]


def _span(start_px: int, length_px: int, canvas_px: int, cells: int) -> tuple[int, int]:
    """Return the first cell that the picture covers and the one after the last; at least one."""
    first = min(round(start_px * cells / canvas_px), cells - 1)
    return first, max(first + 1, min(round((start_px + length_px) * cells / canvas_px), cells))
