"""What was read in the crops of one track: several readings become one opinion."""

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

import numpy as np

from camloom.detections import Attribute, Vote
from camloom.geometry import FloatArray
from camloom.inference.base import Reading

_REMEMBERED = 9  # readings that have a say; what an object is may change, so old ones go
# A box this many times wider or narrower for its height shows another pose: who fell has not the joints of who stood.
_BENT = 1.5


def _no_readings() -> deque[Reading]:
    return deque(maxlen=_REMEMBERED)


@dataclass(slots=True)
class TrackReadings:
    """Everything read of one track so far.

    Attributes:
        best_quality: of the best crop read.
        read_pts_s: stream time of the last reading.
        seen_pts_s: stream time when the track was last there.
        attributes: what the readings agree on, see `vote`.
        embedding: (D,) float32 of unit length: the mean direction of the readings.
        points: (K, 3) float32: x and y of the last reading as shares of the box, confidence.
        points_aspect: width over height of that box.
    """

    best_quality: float = 0.0
    read_pts_s: float = 0.0
    seen_pts_s: float = 0.0
    attributes: tuple[Attribute, ...] = ()
    embedding: FloatArray | None = None
    points: FloatArray | None = None
    points_aspect: float = 1.0
    _readings: deque[Reading] = field(default_factory=_no_readings)

    def add(self, reading: Reading, xyxy: FloatArray, quality: float, pts_s: float) -> None:
        """Take in one more reading of the object in the box `xyxy`, (4,) px."""
        height_px = float(xyxy[3] - xyxy[1])
        said = tuple(replace(one, votes=(Vote(one.value, one.confidence, height_px),)) for one in reading.attributes)
        self._readings.append(replace(reading, attributes=said))
        self.best_quality = max(self.best_quality, quality)
        self.read_pts_s = self.seen_pts_s = pts_s
        self.attributes = vote(one.attributes for one in self._readings)
        self.embedding = mean_direction([one.embedding for one in self._readings if one.embedding is not None])
        if reading.keypoints is not None:
            self.points = _shares(reading.keypoints, xyxy)
            self.points_aspect = _aspect(xyxy)
        elif self.is_bent(xyxy):
            self.points = None

    def keypoints(self, xyxy: FloatArray) -> FloatArray | None:
        """Return the points moved along with the box, (K, 3): px, confidence; None if it has another shape by now."""
        if self.points is None or self.is_bent(xyxy):
            return None
        placed = self.points.copy()
        placed[:, :2] = placed[:, :2] * (xyxy[2:] - xyxy[:2]) + xyxy[:2]
        placed[placed[:, 2] == 0] = 0
        return placed

    def is_bent(self, xyxy: FloatArray) -> bool:
        """Tell whether a box, (4,) px, has so other a shape than when the points were read that they do not hold."""
        ratio = _aspect(xyxy) / self.points_aspect
        return self.points is not None and not 1 / _BENT <= ratio <= _BENT


def vote(readings: Iterable[Sequence[Attribute]]) -> tuple[Attribute, ...]:
    """Let several readings of one object agree.

    Each reading votes with its confidence. The winner's confidence is the median of those that said so, times
    its share of the votes: a value that flips from crop to crop is not sure, however sure each reading was.
    """
    said: dict[str, list[Attribute]] = {}
    for attributes in readings:
        for one in attributes:
            said.setdefault(one.name, []).append(one)
    return tuple(_winner(votes) for votes in said.values())


def _winner(votes: Sequence[Attribute]) -> Attribute:
    weights: dict[str, float] = {}
    for one in votes:
        weights[one.value] = weights.get(one.value, 0.0) + one.confidence
    value = max(weights, key=lambda each: weights[each])
    share = weights[value] / max(sum(weights.values()), 1e-9)
    agreeing = median(one.confidence for one in votes if one.value == value)
    each = tuple(vote for one in votes for vote in one.votes)
    return replace(votes[-1], value=value, confidence=agreeing * share, votes=each)


def mean_direction(vectors: Sequence[FloatArray]) -> FloatArray | None:
    """Return the mean of unit vectors at unit length, (D,); None if there are none or they cancel out."""
    if not vectors:
        return None
    total = np.sum(vectors, axis=0)
    length = float(np.linalg.norm(total))
    return (total / length).astype(np.float32) if length > 1e-6 else None


def _aspect(xyxy: FloatArray) -> float:
    """Return the width of a box, (4,), over its height."""
    return float((xyxy[2] - xyxy[0]) / max(xyxy[3] - xyxy[1], 1e-3)) or 1e-3


def _shares(keypoints: FloatArray, xyxy: FloatArray) -> FloatArray:
    shares = np.asarray(keypoints, np.float32).copy()
    shares[:, :2] = (shares[:, :2] - xyxy[:2]) / np.maximum(xyxy[2:] - xyxy[:2], 1e-3)
    return shares
