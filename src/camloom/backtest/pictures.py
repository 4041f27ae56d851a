"""Thumbnails of alarms: the pictures that were kept, and where there is none a sketch of the stored boxes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import cv2
import numpy as np

from camloom.backtest.alarms import Alarm, read_events
from camloom.config import Scene
from camloom.frame import ImageArray
from camloom.overlay import Overlay

_NEAR = timedelta(seconds=10)
_WIDTH_PX = 320
_MAX_FILE_BYTES = 32 << 20
_PAPER = 58
_QUALITY = 72


@dataclass(frozen=True, slots=True)
class Kept:
    """A picture that was kept of an event."""

    path: Path
    rule_id: str
    taken: datetime
    track_ids: frozenset[int]


def kept_pictures(events_file: Path, source_id: str) -> list[Kept]:
    """Return the pictures that recorded events name. ConfigError: the file cannot be read, or is none of events."""
    return [
        Kept(
            events_file.parent / str(event["media"]["picture"]),
            event["rule_id"],
            datetime.fromisoformat(event["occurred_at"]).astimezone(UTC),
            frozenset(event["track_ids"]),
        )
        for event in read_events(events_file)
        if event["source_id"] == source_id and event.get("media", {}).get("picture")
    ]


def attach_pictures(alarms: Iterable[Alarm], kept: Sequence[Kept]) -> None:
    """Give each alarm that has no picture the nearest one of its objects within ten seconds, one of its rule first."""
    for alarm in alarms:
        fits = [] if alarm.picture else [one for one in kept if _shows(one, alarm)]
        if fits:
            best = min(fits, key=lambda one: (one.rule_id != alarm.rule_id, abs(one.taken - alarm.began)))
            alarm.picture = str(best.path)


def thumbnail(alarm: Alarm, scene: Scene, size_px: tuple[int, int]) -> tuple[bytes, bool]:
    """Return a small JPEG of an alarm, and whether it is a sketch; empty where nothing is known to be shown.

    Args:
        scene: for the zone or line of a sketch.
        size_px: of the pictures then.
    """
    picture = _read(Path(alarm.picture)) if alarm.picture else None
    if picture is not None:
        return _jpeg(picture), False
    return _sketch(alarm, scene, size_px), True


def _shows(one: Kept, alarm: Alarm) -> bool:
    return bool(one.track_ids & alarm.track_ids) and abs(one.taken - alarm.began) <= _NEAR


def _read(path: Path) -> ImageArray | None:
    try:
        if not path.is_file() or path.stat().st_size > _MAX_FILE_BYTES:
            return None
        found = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    except (OSError, cv2.error):
        return None
    return None if found is None else np.asarray(found, np.uint8)


def _sketch(alarm: Alarm, scene: Scene, size_px: tuple[int, int]) -> bytes:
    width, height = size_px
    if alarm.shown is None or width <= 0 or height <= 0:
        return b""
    shown_px = (_WIDTH_PX, max(1, round(height * _WIDTH_PX / width)))
    paper = np.full((shown_px[1], shown_px[0], 3), _PAPER, np.uint8)
    Overlay(scene, shown_px, size_px).draw_event(paper, alarm.shown)
    return _jpeg(paper)


def _jpeg(picture: ImageArray) -> bytes:
    height, width = picture.shape[:2]
    small = cv2.resize(picture, (_WIDTH_PX, max(1, round(height * _WIDTH_PX / width))), interpolation=cv2.INTER_AREA)
    _, jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return jpeg.tobytes()
