"""How a place looks: a vector that light changes little, and what the light is like.

Our own features and no network's: docs/decisions/0010-states-from-pixel-features.md says why, with the figures.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from camloom.frame import FrameBuffer, ImageArray, PixelBox, aligned_box
from camloom.geometry import FloatArray

FEATURES = "look-1"
"""Name of these features; a model made with others cannot be used."""

CROP_PX = 128
FEATURE_COUNT = 640
LIGHT = ("brightness", "contrast", "colour")

_SIDE_PX = 64
_CELLS = 8
_CELL_PX = _SIDE_PX // _CELLS
_BINS = 6
_LEAST_STD = 4.0
_COLOUR_SCALE = 10.0
_LEAST_CROP_PX = 8

Vertices = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Look:
    """How a place looks.

    Attributes:
        vector: (640,) float32: outlines, shading and colours of 8 x 8 cells, relative to the whole place.
        light: (3,) float32: brightness, contrast and colour of the whole, octaves.
    """

    vector: FloatArray
    light: FloatArray


def zone_box(vertices: Vertices, width: int, height: int) -> PixelBox:
    """Return the part of a picture that a zone lies in, px; it is at least 8 px on each side."""
    corners = np.asarray(vertices, np.float64) * (width, height)
    low, high = corners.min(axis=0), corners.max(axis=0)
    high = np.maximum(high, low + _LEAST_CROP_PX)
    return aligned_box((float(low[0]), float(low[1]), float(high[0]), float(high[1])), width, height)


def zone_crop(buffer: FrameBuffer, vertices: Vertices) -> ImageArray:
    """Return the picture of a zone, (128, 128, 3) uint8 BGR; what lies beside the polygon has its mean colour.

    Args:
        buffer: the whole picture.
        vertices: of the zone, 0..1 of the picture.
    """
    crop = np.empty((CROP_PX, CROP_PX, 3), np.uint8)
    x0, y0, x1, y1 = box = zone_box(vertices, buffer.width, buffer.height)
    buffer.crop_into(crop, box)
    corners = np.asarray(vertices, np.float64) * (buffer.width, buffer.height)
    placed = (corners - (x0, y0)) / (x1 - x0, y1 - y0) * (CROP_PX - 1)
    outside = np.ones((CROP_PX, CROP_PX), np.uint8)
    cv2.fillPoly(outside, [np.rint(placed).astype(np.int32)], (0,))
    if 0 < int(outside.sum()) < outside.size:
        crop[outside > 0] = crop[outside == 0].mean(axis=0)
    return crop


def look_of(crop: ImageArray) -> Look:
    """Return how the picture of a place looks.

    Outlines are histograms of gradients (N. Dalal and B. Triggs, Histograms of oriented gradients for human
    detection, CVPR 2005) of the brightness after CLAHE, so that a shadow over a part changes them little.

    Args:
        crop: (H, W, 3) uint8 BGR.
    """
    small = np.asarray(cv2.resize(crop, (_SIDE_PX, _SIDE_PX), interpolation=cv2.INTER_AREA), np.uint8)
    grey = cv2.cvtColor(small, cv2.COLOR_BGR2GRAY)
    lab = cv2.cvtColor(small.astype(np.float32) / np.float32(255), cv2.COLOR_BGR2LAB)
    even = cv2.createCLAHE(2.0, (2, 2)).apply(grey).astype(np.float32)
    even = (even - even.mean()) / (even.std() + _LEAST_STD)
    colours = (lab[..., 1:] - lab[..., 1:].mean(axis=(0, 1))) / _COLOUR_SCALE
    columns = [_outlines(even), _per_cell(even).mean(axis=1)[:, None], _per_cell(even).std(axis=1)[:, None]]
    columns += [_per_cell(colours[..., channel]).mean(axis=1)[:, None] for channel in (0, 1)]
    chroma = float(np.hypot(lab[..., 1], lab[..., 2]).mean())
    light = np.log2(np.array((grey.mean(), grey.std(), chroma), np.float32) + 1)
    return Look(np.concatenate(columns, axis=1).astype(np.float32).ravel(), np.asarray(light, np.float32))


def _per_cell(plane: FloatArray) -> FloatArray:
    """Return the px of each cell: (64, 64) -> (64, 64)."""
    cells = plane.reshape(_CELLS, _CELL_PX, _CELLS, _CELL_PX).transpose(0, 2, 1, 3)
    return cells.reshape(_CELLS * _CELLS, _CELL_PX * _CELL_PX)


def _outlines(plane: FloatArray) -> FloatArray:
    """Return the share of each direction in the outlines of each cell, (64, 6)."""
    across, down = (cv2.Sobel(plane, cv2.CV_32F, *order) for order in ((1, 0), (0, 1)))
    strength = np.hypot(across, down).astype(np.float32)
    turn = np.minimum(np.mod(np.arctan2(down, across), np.pi) * (_BINS / np.pi), _BINS - 1e-3).astype(np.int64)
    cells = _per_cell(strength)
    index = _per_cell(turn.astype(np.float32)).astype(np.int64) + _BINS * np.arange(len(cells))[:, None]
    sums = np.bincount(index.ravel(), cells.ravel(), _BINS * len(cells)).reshape(len(cells), _BINS)
    return np.sqrt(sums / (float(strength.mean()) * _CELL_PX**2 + 1e-3)).astype(np.float32)
