"""Boxes as YOLO-like models write them: centre and size, in px of the canvas or as shares of it."""

from typing import Literal

import numpy as np

from camloom.geometry import FloatArray
from camloom.inference.card import InputSpec

Units = Literal["auto", "px", "share"]
"""Of a model's coordinates: px of the canvas, shares of it, or whichever their size tells."""

_LARGEST_SHARE = 2.0  # a share may lie a little outside the canvas, and no canvas is 2 px wide
_SAMPLE = 64


def canvas_scale(units: Units, places: FloatArray, spec: InputSpec) -> FloatArray:
    """Return what turns coordinates x, y, x, y (or x, y, w, h) into px of the canvas, (4,).

    Args:
        units: as the card says.
        places: coordinates from all over the canvas, of sure and unsure boxes alike. `auto` takes them for shares
            if none is above 2: the unsure ones lie everywhere, so that one box in a corner decides nothing.
        spec: size of the canvas.
    """
    if units == "px" or (units == "auto" and not _are_shares(places)):
        return np.ones(4, np.float32)
    return np.asarray([spec.width, spec.height] * 2, np.float32)


def last_places(centres: FloatArray) -> FloatArray:
    """Return the centres of the last rows of a table, (N, 2): cells at the far end of the coarsest grid."""
    return centres[-_SAMPLE:]


def corners(cxcywh: FloatArray, scale: FloatArray) -> FloatArray:
    """Turn centres and sizes, times `scale` (4,), into corners: (N, 4) cx, cy, w, h -> (N, 4) x1, y1, x2, y2."""
    with np.errstate(over="ignore", invalid="ignore"):  # a hostile size gives NaN: the box is dropped later
        scaled = cxcywh * scale
        half = scaled[:, 2:] * np.float32(0.5)
        return np.concatenate((scaled[:, :2] - half, scaled[:, :2] + half), axis=1)


def _are_shares(places: FloatArray) -> bool:
    with np.errstate(invalid="ignore"):
        return bool(np.fmax.reduce(places, axis=None, initial=0.0) <= _LARGEST_SHARE)
