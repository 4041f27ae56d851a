"""The default tracker: by overlap and steady motion, no appearance."""

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
import numpy.typing as npt
from pydantic import Field, model_validator

from camloom.config import StrictModel
from camloom.detections import Detections, IntArray
from camloom.geometry import BoolArray, FloatArray
from camloom.tracking.assignment import best_pairs
from camloom.tracking.motion import MOTION, MotionModel, boxes, correct
from camloom.tracking.similarity import nearness, similarity
from camloom.tracks import Tracks

_TRACK = np.dtype(
    [
        ("track_id", np.int64),  # 0 until confirmed
        ("kind", np.int64),
        ("hits", np.int64),
        ("first_pts_s", np.float64),
        ("last_pts_s", np.float64),
        ("missed", np.bool_),  # not found on the last frame
        ("motion", MOTION),
    ]
)
_NOTHING = -1
_NEW_MARGIN = 0.05
_LEAST_NEARNESS = 1e-6
# Whoever can have gone no farther than this share of his length is still found by overlap.
_STILL_OVERLAPS = 0.2


class ByteTrackConfig(StrictModel):
    """Settings of `ByteTrack`. Confidences are 0..1, similarities are those of `similarity`, 0..1."""

    high_confidence: float | None = Field(
        default=None, gt=0, le=1, description="detections that any track may take; default: those the model is sure of"
    )
    low_confidence: float = Field(
        default=0.1, ge=0, le=1, description="below high: only keeps tracks going; below this: nothing"
    )
    new_confidence: float | None = Field(
        default=None, gt=0, le=1, description="detections that may begin a track; default: 0.05 above high"
    )
    class_confidence: dict[str, Annotated[float, Field(gt=0, le=1)]] = Field(
        default_factory=dict, description="by class, in place of high_confidence: small things are never sure"
    )
    min_hits: int = Field(default=2, ge=1, le=30, description="sightings in a row before a track counts")
    max_lost_s: float = Field(
        default=2.0, ge=0, le=60, description="how long an unseen track is looked for, on the stream clock"
    )
    min_similarity: float = Field(default=0.1, gt=0, lt=1, description="of a track and a detection of high confidence")
    min_similarity_low: float = Field(
        default=0.4, gt=0, lt=1, description="of a track and a detection of low confidence"
    )
    min_similarity_new: float = Field(
        default=0.2, gt=0, lt=1, description="of a track that does not count yet and a detection"
    )
    search_growth_per_s: float = Field(
        default=0.3, ge=0, le=10, description="how fast the search area of an unseen track grows"
    )
    reach: float = Field(
        default=3.0,
        ge=0,
        le=20,
        description="how far off a box may be that overlaps nothing, in ways gone at the usual speed meanwhile",
    )
    usual_speed: float = Field(default=0.8, gt=0, le=50, description="of objects, in their own heights per second")
    speed_change: float = Field(default=0.4, gt=0, le=50, description="within one second, in heights per second")
    class_groups: tuple[tuple[str, ...], ...] = Field(
        default=(("bicycle", "motorcycle"), ("car", "truck", "bus", "van", "vehicle")),
        description="classes that a model may confuse, so that a track may change between them",
    )

    @model_validator(mode="after")
    def _confidences_rise(self) -> "ByteTrackConfig":
        given = [self.low_confidence, self.high_confidence, self.new_confidence]
        rising = [value for value in given if value is not None]
        if rising != sorted(rising):
            raise ValueError("needs low_confidence <= high_confidence <= new_confidence")
        return self


class ByteTrack:
    """Follows boxes by overlap and steady motion; boxes of low confidence keep tracks going.

    Zhang et al., ByteTrack: Multi-Object Tracking by Associating Every Detection Box, ECCV 2022, with
    height-modulated IoU (Hybrid-SORT) and a search area that grows with the time unseen (after C-BIoU). What
    overlaps nothing in the end is paired by distance, as far as it can have gone since the last look: that is what
    keeps identities where few frames are analysed, and at full rates it finds nothing to do.
    Noise, search and forgetting go by the stream clock, not by frames. The paper's removal of tracks that lie
    on each other is left out: someone hidden behind another looks just like that, and it cost more than it
    brought, as did score fusion and the direction and last-seen-box terms of OC-SORT.
    `benchmarks/tracking_accuracy.py` shows what the rest is worth.
    """

    Config: ClassVar[type[ByteTrackConfig]] = ByteTrackConfig

    def __init__(self, config: ByteTrackConfig, *, trusted: float = 0.6) -> None:
        self._config = config
        self._high = trusted if config.high_confidence is None else config.high_confidence
        self._new = min(self._high + _NEW_MARGIN, 1.0) if config.new_confidence is None else config.new_confidence
        self._model = MotionModel(config.usual_speed, config.speed_change)
        self._kinds = _Kinds(config.class_groups)
        self._last_id = 0
        self.reset()

    def reset(self) -> None:
        """Forget every track (a break in the stream); ids are not used again."""
        self._tracks = np.zeros(0, _TRACK)
        self._pts_s: float | None = None
        self._elapsed_s = 0.0

    @property
    def active(self) -> int:
        """How many confirmed tracks are alive, those not seen just now included."""
        return int(np.count_nonzero(self._tracks["track_id"]))

    def update(self, detections: Detections, pts_s: float) -> Tracks:
        """Return the rows of `detections` that belong to confirmed tracks, in their order, with ids.

        Boxes that are not finite or have no area are ignored. On the first frame of a stream tracks count at once.
        """
        is_first = self._pts_s is None
        self._predict(pts_s)
        detections = self._usable(detections)
        kind = self._kinds.of(detections)
        row_of, free = self._match(detections, kind, pts_s)
        self._correct(row_of, detections, pts_s)
        born = np.flatnonzero(free & (detections.confidence >= self._least(self._new, detections, _NEW_MARGIN)))
        kept = self._is_kept(pts_s)
        self._tracks = np.concatenate((self._tracks[kept], self._start(detections, kind, born, pts_s)))
        self._confirm(at_once=is_first)
        return self._seen(detections, np.concatenate((row_of[kept], born)))

    def _predict(self, pts_s: float) -> None:
        elapsed_s = 0.0 if self._pts_s is None else pts_s - self._pts_s
        self._pts_s = pts_s
        # A pause longer than tracks live says nothing about where things are: they do not run on meanwhile.
        self._elapsed_s = min(max(elapsed_s, 0.0), self._config.max_lost_s)
        self._model.predict(self._tracks["motion"], self._elapsed_s)

    def _usable(self, detections: Detections) -> Detections:
        xyxy = detections.xyxy
        has_area = np.isfinite(xyxy).all(axis=1) & (xyxy[:, 2:] > xyxy[:, :2]).all(axis=1)
        usable = has_area & (detections.confidence >= self._config.low_confidence)
        return detections if usable.all() else detections.select(usable)

    def _match(self, detections: Detections, kind: IntArray, pts_s: float) -> tuple[IntArray, BoolArray]:
        """Return the row of each track (or -1), and which rows no track took."""
        config, tracks = self._config, self._tracks
        high = detections.confidence >= self._least(self._high, detections)
        confirmed = tracks["track_id"] > 0
        pairing = _Pairing(self._similarity(detections.xyxy, kind, pts_s))
        pairing.match(confirmed, high, config.min_similarity)
        pairing.match(confirmed & ~tracks["missed"], ~high, config.min_similarity_low)
        pairing.match(~confirmed, high, config.min_similarity_new)
        self._match_far(pairing, detections, kind, high)
        return pairing.row_of, pairing.free

    def _match_far(self, pairing: "_Pairing", detections: Detections, kind: IntArray, rows: BoolArray) -> None:
        """Pair those left whose boxes went farther between two looks than they are wide: by distance, not overlap.

        Where a machine looks twice a second, people have walked out of their last box, and nobody knows yet how fast
        somebody new walks. Only who was seen on the last look: who has been gone for longer may be anywhere.
        """
        way = self._config.reach * self._config.usual_speed * self._elapsed_s
        track, row = pairing.left(~self._tracks["missed"], rows)
        if way <= _STILL_OVERLAPS or len(track) == 0 or len(row) == 0:
            return
        tracks = self._tracks[track]
        # A vehicle is as fast as it is long, from whichever side it is seen.
        reach_px = (way * tracks["motion"]["value"][:, 2:].max(axis=1)).astype(np.float32)
        near = nearness(boxes(tracks["motion"]), detections.xyxy[row], reach_px)
        near[tracks["kind"][:, None] != kind[row][None, :]] = 0
        pairing.pair(track, row, near, _LEAST_NEARNESS)

    def _least(self, usual: float, detections: Detections, margin: float = 0.0) -> float | FloatArray:
        """Return the confidence that is asked of each row, (N,); one for all where no class has its own."""
        own = self._config.class_confidence
        if not own:
            return usual
        asked = [min(own[name] + margin, 1.0) if name in own else usual for name in detections.class_names]
        return np.asarray(asked, np.float32)[detections.class_id]

    def _similarity(self, xyxy: FloatArray, kind: IntArray, pts_s: float) -> FloatArray:
        unseen_s = np.minimum(np.maximum(pts_s - self._tracks["last_pts_s"], 0.0), self._config.max_lost_s)
        margin = (self._config.search_growth_per_s * unseen_s).astype(np.float32)
        fit = similarity(boxes(self._tracks["motion"]), xyxy, margin)
        return np.where(self._tracks["kind"][:, None] == kind[None, :], fit, np.float32(0))

    def _correct(self, row_of: IntArray, detections: Detections, pts_s: float) -> None:
        tracks = self._tracks
        found = np.flatnonzero(row_of != _NOTHING)
        correct(tracks["motion"], found, detections.xyxy[row_of[found]])
        tracks["hits"][found] += 1
        tracks["last_pts_s"][found] = pts_s
        tracks["missed"] = row_of == _NOTHING

    def _is_kept(self, pts_s: float) -> BoolArray:
        tracks = self._tracks
        in_time = pts_s - tracks["last_pts_s"] <= self._config.max_lost_s
        return np.asarray(~tracks["missed"] | (in_time & (tracks["track_id"] > 0)))

    def _start(self, detections: Detections, kind: IntArray, rows: IntArray, pts_s: float) -> npt.NDArray[np.void]:
        tracks = np.zeros(len(rows), _TRACK)
        tracks["kind"] = kind[rows]
        tracks["hits"] = 1
        tracks["first_pts_s"] = tracks["last_pts_s"] = pts_s
        tracks["motion"] = self._model.start(detections.xyxy[rows])
        return tracks

    def _confirm(self, at_once: bool) -> None:
        tracks = self._tracks
        least = 1 if at_once else self._config.min_hits
        new = np.flatnonzero((tracks["track_id"] == 0) & (tracks["hits"] >= least))
        tracks["track_id"][new] = self._last_id + 1 + np.arange(len(new))
        self._last_id += len(new)

    def _seen(self, detections: Detections, row_of: IntArray) -> Tracks:
        shown = np.flatnonzero((row_of != _NOTHING) & (self._tracks["track_id"] > 0))
        shown = shown[np.argsort(row_of[shown])]
        tracks = self._tracks[shown]
        return Tracks.of(detections.select(row_of[shown]), tracks["track_id"], tracks["first_pts_s"])


class _Pairing:
    """Which detection each track got on this frame."""

    def __init__(self, fit: FloatArray) -> None:
        self._fit = fit
        self.row_of = np.full(fit.shape[0], _NOTHING)
        self.free = np.ones(fit.shape[1], np.bool_)

    def match(self, tracks: BoolArray, rows: BoolArray, least: float) -> None:
        """Pair those of these tracks and rows that are still alone."""
        track, row = self.left(tracks, rows)
        if len(track) and len(row):
            self.pair(track, row, self._fit[track[:, None], row], least)

    def left(self, tracks: BoolArray, rows: BoolArray) -> tuple[IntArray, IntArray]:
        """Return the indices of those of these tracks and rows that are still alone."""
        return np.flatnonzero(tracks & (self.row_of == _NOTHING)), np.flatnonzero(rows & self.free)

    def pair(self, track: IntArray, row: IntArray, fit: FloatArray, least: float) -> None:
        """Pair tracks and rows that fit each other best, those that fit less than `least` not at all."""
        i, j = best_pairs(fit, least)
        self.row_of[track[i]] = row[j]
        self.free[row[j]] = False


class _Kinds:
    """Numbers for classes, the same for all of one group; they outlive a change of the model."""

    def __init__(self, groups: Sequence[Sequence[str]]) -> None:
        self._leader = {name: group[0] for group in groups for name in group}
        self._number: dict[str, int] = {}
        self._class_names: tuple[str, ...] = ()
        self._kind_of_class = np.zeros(0, np.int64)

    def of(self, detections: Detections) -> IntArray:
        """Return the number of the kind of each row: (N,)."""
        if detections.class_names != self._class_names:
            self._class_names = detections.class_names
            self._kind_of_class = np.array([self._number_of(name) for name in self._class_names], np.int64)
        return self._kind_of_class[detections.class_id]

    def _number_of(self, name: str) -> int:
        return self._number.setdefault(self._leader.get(name, name), len(self._number))
