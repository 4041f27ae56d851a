"""Where boxes will be: constant-velocity Kalman filters of many boxes at once.

Centre x, centre y, width and height of a box have independent noise, so its filter of eight states falls
apart into four filters of two (a value and its rate of change). Those have a closed form: nothing is
inverted, and a step over all boxes is a dozen numpy operations. Noise grows with the time that has passed
(white-noise acceleration: Bar-Shalom, Li, Kirubarajan, Estimation with Applications to Tracking and
Navigation, 2001, section 6.2.2), so that gaps between frames may differ, and with the height of the box
(Wojke et al., Simple Online and Realtime Tracking with a Deep Association Metric, 2017).
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from camloom.geometry import FloatArray

MOTION = np.dtype(
    [
        ("value", np.float64, 4),  # centre x, centre y, width, height; px
        ("rate", np.float64, 4),  # px/s
        ("value_variance", np.float64, 4),
        ("covariance", np.float64, 4),
        ("rate_variance", np.float64, 4),
    ]
)
"""The filters of one box; an array of it holds those of N boxes."""

MotionArray = npt.NDArray[np.void]
_MEASUREMENT_NOISE = 0.15
_SIZE_CHANGE = 0.05
_SMALLEST_SIDE_PX = 1.0


@dataclass(frozen=True, slots=True)
class MotionModel:
    """How boxes move. Lengths are shares of the height of the box.

    Args:
        speed: usual speed when first seen, per s.
        speed_change: standard deviation of the change of speed within one second, per s.
    """

    speed: float
    speed_change: float
    _change: npt.NDArray[np.float64] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        change = np.array([self.speed_change, self.speed_change, _SIZE_CHANGE, _SIZE_CHANGE])
        object.__setattr__(self, "_change", change)

    def start(self, xyxy: FloatArray) -> MotionArray:
        """Return the filters of boxes seen for the first time: (N, 4) px -> (N,)."""
        motion = np.zeros(len(xyxy), MOTION)
        motion["value"] = _centre_size(xyxy)
        height = motion["value"][:, 3:]
        motion["value_variance"] = (_MEASUREMENT_NOISE * height) ** 2
        motion["rate_variance"] = (np.array([self.speed, self.speed, _SIZE_CHANGE, _SIZE_CHANGE]) * height) ** 2
        return motion

    def predict(self, motion: MotionArray, seconds: float) -> None:
        """Move all boxes on by some time, in place."""
        value, rate = motion["value"], motion["rate"]
        noise = (self._change * value[:, 3:]) ** 2
        value += seconds * rate
        np.maximum(value[:, 2:], _SMALLEST_SIDE_PX, out=value[:, 2:])
        motion["value_variance"] += seconds * (
            2 * motion["covariance"] + seconds * motion["rate_variance"] + seconds**2 / 3 * noise
        )
        motion["covariance"] += seconds * (motion["rate_variance"] + seconds / 2 * noise)
        motion["rate_variance"] += seconds * noise


def correct(motion: MotionArray, rows: npt.NDArray[Any], xyxy: FloatArray) -> None:
    """Pull some boxes to where they were seen, in place: rows (K,), (K, 4) px."""
    seen = motion[rows]
    measured = _centre_size(xyxy)
    variance, covariance = seen["value_variance"], seen["covariance"]
    total = variance + (_MEASUREMENT_NOISE * measured[:, 3:]) ** 2
    gain, rate_gain = variance / total, covariance / total
    miss = measured - seen["value"]
    seen["value"] += gain * miss
    seen["rate"] += rate_gain * miss
    seen["rate_variance"] -= rate_gain * covariance
    seen["covariance"] *= 1 - gain
    seen["value_variance"] *= 1 - gain
    motion[rows] = seen


def boxes(motion: MotionArray) -> FloatArray:
    """Return the boxes as corners: (N,) -> (N, 4) px."""
    centre, half = motion["value"][:, :2], motion["value"][:, 2:] / 2
    return np.concatenate((centre - half, centre + half), axis=1, dtype=np.float32)


def _centre_size(xyxy: FloatArray) -> npt.NDArray[np.float64]:
    low, high = xyxy[:, :2], xyxy[:, 2:]
    return np.concatenate(((low + high) / 2, high - low), axis=1, dtype=np.float64)
