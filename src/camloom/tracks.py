"""Objects with an identity. A type of its own, so that a rule can demand it."""

from dataclasses import dataclass, field
from typing import Self

import numpy as np
import numpy.typing as npt

from camloom.detections import Detections, IntArray

TimeArray = npt.NDArray[np.float64]


def _no_ids() -> IntArray:
    return np.zeros(0, np.int64)


def _no_times() -> TimeArray:
    return np.zeros(0, np.float64)


@dataclass(frozen=True, slots=True)
class Tracks(Detections):
    """Detections confirmed on this frame, each with an identity.

    Attributes:
        track_id: (N,) int64, unique per stream and never used again.
        first_pts_s: (N,) float64, seconds on the stream clock when the object was first seen.
    """

    track_id: IntArray = field(default_factory=_no_ids)
    first_pts_s: TimeArray = field(default_factory=_no_times)

    @classmethod
    def of(cls, detections: Detections, track_id: IntArray, first_pts_s: TimeArray) -> Self:
        """Give identities to detections, row by row."""
        columns = {name: getattr(detections, name) for name in Detections.columns()}
        return cls(
            **columns,
            class_names=detections.class_names,
            track_id=track_id,
            first_pts_s=first_pts_s,
        )
