"""Models on crops: when to read which track, and what is known of each."""

import logging
import math
from dataclasses import replace
from typing import Any

import numpy as np

from camloom.config import SecondaryConfig
from camloom.detections import CropReading
from camloom.errors import CamloomError
from camloom.frame import Frame
from camloom.geometry import BoolArray, FloatArray, box_area
from camloom.inference.crops import CropReader
from camloom.inference.readings import TrackReadings
from camloom.redaction import unexpected
from camloom.tracks import Tracks

# A crop is clearly better when its quality is this many times the best so far: about a quarter larger, or surer.
_BETTER = 1.25
_MOST_COVERED = 0.5
_CUT_OFF = 0.5
_EDGE_PX = 2.0
# A track not seen for this long is gone; trackers give up on lost ids sooner.
_MEMORY_S = 10.0
# A model that failed is asked again after this long: a device may come back, and each try may cost a time-out.
_REST_S = 60.0
_log = logging.getLogger(__name__)


class Secondary:
    """Reads the tracks of one stream with one model of crops, and keeps what was read with the track.

    A track is read when its first good crop comes, again when a clearly better one comes, when `refresh_s` is over
    or when its points no longer fit its box, and never more than `per_frame` of them on one frame: first those never
    read, then the most overdue. A crop is good if it is as high as the task asks and not more than half covered, see
    `crop_quality`.

    A model that fails never ends the stream, whose alarms do not hang on it: tracks go on with what is known of
    them, and after a minute of the stream the model is asked again.

    Args:
        config: what the task says.
        reader: the model, shared by all streams.

    Attributes:
        failure: what the model or its device said when it failed; empty while it works.
    """

    def __init__(self, config: SecondaryConfig, reader: CropReader) -> None:
        self._config = config
        self._reader = reader
        self._known: dict[int, TrackReadings] = {}
        self._fresh: dict[int, CropReading] = {}
        self._resume_pts_s = -math.inf
        self.failure = ""

    @property
    def model_name(self) -> str:
        """The model, as the task names it."""
        return self._config.model

    def update(self, tracks: Tracks, frame: Frame) -> Tracks:
        """Read the crops most in need and return the tracks with all that is known of them."""
        self._fresh.clear()
        if not len(tracks):
            return tracks
        if frame.pts_s >= self._resume_pts_s:
            self._read_due(tracks, frame)
        self._keep_up(tracks, frame.pts_s)
        return self._with_readings(tracks)

    def reset(self) -> None:
        """Forget everything read (a break in the stream), and ask a model that failed again: clocks may start anew."""
        self._known.clear()
        self._resume_pts_s = -math.inf

    def _read_due(self, tracks: Tracks, frame: Frame) -> None:
        """Read the crops most in need; a model that fails is left alone for a while."""
        try:
            for row, quality in self._due(tracks, frame):
                self._read(tracks, row, quality, frame)
                self.failure = ""
        except Exception as error:  # noqa: BLE001  # a stranger's model may raise anything; the stream goes on
            _log.debug("a model of crops failed", exc_info=True)
            self.failure = str(error) if isinstance(error, CamloomError) else unexpected(error)
            self._resume_pts_s = frame.pts_s + _REST_S

    def _due(self, tracks: Tracks, frame: Frame) -> list[tuple[int, float]]:
        """Return row and quality of the crops to read now, the most in need first."""
        quality = crop_quality(tracks, frame.width, frame.height)
        good = np.flatnonzero((quality > 0) & self._is_readable(tracks))
        rows = zip(good.tolist(), tracks.track_id[good].tolist(), quality[good].tolist(), strict=True)
        needs = [
            (self._need(track_id, worth, tracks.xyxy[row], frame.pts_s), worth, row) for row, track_id, worth in rows
        ]
        due = sorted((one for one in needs if one[0] >= 1), reverse=True)
        return [(row, worth) for _, worth, row in due[: self._config.per_frame]]

    def _is_readable(self, tracks: Tracks) -> BoolArray:
        readable = tracks.xyxy[:, 3] - tracks.xyxy[:, 1] >= self._config.min_height_px
        if self._config.classes:
            wanted = [index for index, name in enumerate(tracks.class_names) if name in self._config.classes]
            readable &= np.isin(tracks.class_id, wanted)
        if needed := self._reader.points_needed:
            readable &= _has_points(tracks, needed)
        return np.asarray(readable)

    def _need(self, track_id: int, quality: float, xyxy: FloatArray, pts_s: float) -> float:
        """Return how much a track needs to be read: from 1 on it does, infinitely if it never was."""
        known = self._known.get(track_id)
        if known is None or known.is_bent(xyxy):
            return math.inf
        better = quality / (known.best_quality * _BETTER)
        refresh_s = self._config.refresh_s
        return better if refresh_s is None else max(better, (pts_s - known.read_pts_s) / refresh_s)

    def _read(self, tracks: Tracks, row: int, quality: float, frame: Frame) -> None:
        xyxy = tracks.xyxy[row]
        keypoints = None if tracks.keypoints is None else tracks.keypoints[row]
        reading = self._reader.read(frame.buffer, xyxy, self._config.padding, keypoints)
        known = self._known.setdefault(int(tracks.track_id[row]), TrackReadings())
        known.add(reading, xyxy, quality, frame.pts_s)
        model = self._reader.model.card.version_name
        self._fresh[int(tracks.track_id[row])] = CropReading(model, reading.embedding, reading.sharpness)

    def _keep_up(self, tracks: Tracks, pts_s: float) -> None:
        """Note who is there, and forget who has been away for long."""
        for track_id in tracks.track_id.tolist():
            if known := self._known.get(track_id):
                known.seen_pts_s = pts_s
        for track_id in [key for key, known in self._known.items() if pts_s - known.seen_pts_s > _MEMORY_S]:
            del self._known[track_id]

    def _with_readings(self, tracks: Tracks) -> Tracks:
        known = [self._known.get(track_id) for track_id in tracks.track_id.tolist()]
        if not any(known):
            return tracks
        changes: dict[str, Any] = {}
        if any(one and one.attributes for one in known):
            before = tracks.attributes or ((),) * len(tracks)
            pairs = zip(before, known, strict=True)
            changes["attributes"] = tuple(said + (one.attributes if one else ()) for said, one in pairs)
        if self._fresh:
            changes["fresh"] = self._with_fresh(tracks)
        vectors = {row: one.embedding for row, one in enumerate(known) if one}
        points = {row: one.keypoints(tracks.xyxy[row]) for row, one in enumerate(known) if one}
        changes["embedding"] = _filled(tracks.embedding, vectors, len(tracks))
        changes["keypoints"] = _filled(tracks.keypoints, points, len(tracks))
        return replace(tracks, **changes)

    def _with_fresh(self, tracks: Tracks) -> tuple[tuple[CropReading, ...], ...]:
        before = tracks.fresh or ((),) * len(tracks)
        now = (self._fresh.get(track_id) for track_id in tracks.track_id.tolist())
        return tuple(said + ((one,) if one else ()) for said, one in zip(before, now, strict=True))


def crop_quality(tracks: Tracks, width: int, height: int) -> FloatArray:
    """Say how much a crop of each track is worth to a reader: (N,), px.

    It is the side of a square as large as the box, times the confidence, times the share that no box of the
    same class stands in front of (0 where less than half is free), and half of that where the edge of the
    picture cuts the object off.
    """
    xyxy = tracks.xyxy
    free = 1 - _covered_share(tracks)
    end = np.array([width - _EDGE_PX, height - _EDGE_PX], np.float32)
    is_cut = (xyxy[:, :2] < _EDGE_PX).any(axis=1) | (xyxy[:, 2:] > end).any(axis=1)
    quality = np.sqrt(box_area(xyxy)) * tracks.confidence * np.where(free >= _MOST_COVERED, free, 0)
    return np.asarray(quality * np.where(is_cut, _CUT_OFF, 1), np.float32)


def _covered_share(tracks: Tracks) -> FloatArray:
    """Return the largest share of each box that one nearer box of its class covers: (N,), 0..1.

    Of two boxes the one whose foot is lower in the picture is taken for the nearer.
    """
    xyxy, class_id = tracks.xyxy, tracks.class_id
    top_left = np.maximum(xyxy[:, None, :2], xyxy[None, :, :2])
    bottom_right = np.minimum(xyxy[:, None, 2:], xyxy[None, :, 2:])
    sides = np.maximum(bottom_right - top_left, 0)
    nearer = (xyxy[None, :, 3] > xyxy[:, None, 3]) & (class_id[None, :] == class_id[:, None])
    covered = (sides[..., 0] * sides[..., 1] * nearer).max(axis=1, initial=0)
    return np.asarray(covered / np.maximum(box_area(xyxy), 1e-6), np.float32)


def _has_points(tracks: Tracks, needed: int) -> BoolArray:
    points = tracks.keypoints
    if points is None or points.shape[1] != needed:
        return np.zeros(len(tracks), np.bool_)
    return np.asarray((points[:, :, 2] > 0).all(axis=1))


def _filled(before: FloatArray | None, rows: dict[int, FloatArray | None], count: int) -> FloatArray | None:
    """Return a column with some rows set; a column of another width gives way."""
    given = {row: values for row, values in rows.items() if values is not None}
    if not given:
        return before
    shape = next(iter(given.values())).shape
    column = np.zeros((count, *shape), np.float32)
    if before is not None and before.shape[1:] == shape:
        column[:] = before
    for row, values in given.items():
        column[row] = values if values.shape == shape else 0
    return column
