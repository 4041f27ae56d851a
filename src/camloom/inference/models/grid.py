"""The cells of an anchor-free head: one level per stride, all levels in one table."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Self

import numpy as np

from camloom.geometry import FloatArray
from camloom.inference.card import InputSpec


@dataclass(frozen=True, slots=True)
class Grid:
    """Where each cell of a head lies; row by row, level after level.

    Attributes:
        xy: (N, 2) float32, column and row of the cell within its level.
        stride: (N, 1) float32, px of the canvas per cell of its level.
        level_sizes: number of cells of each level.
    """

    xy: FloatArray
    stride: FloatArray
    level_sizes: tuple[int, ...]

    @classmethod
    def of(cls, spec: InputSpec, strides: Iterable[int]) -> Self:
        """Lay out the cells for a canvas; a level that does not divide it is rounded up."""
        corners, steps = [], []
        for stride in strides:
            y, x = np.mgrid[: ceil(spec.height / stride), : ceil(spec.width / stride)]
            corners.append(np.stack((x.ravel(), y.ravel()), axis=1))
            steps.append(np.full((x.size, 1), stride))
        xy, stride_of = np.concatenate(corners), np.concatenate(steps)
        return cls(xy.astype(np.float32), stride_of.astype(np.float32), tuple(len(level) for level in steps))
