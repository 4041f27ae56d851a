"""Finds a track in the stored past, and who was there at a moment."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from camloom.backtest.store import History, StoredFrame
from camloom.config import Scene
from camloom.errors import ConfigError
from camloom.geometry import anchor_points

_HOUR = timedelta(hours=1)
# Analysed frames may be this far apart.
_AROUND = timedelta(seconds=2)
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Life:
    """When a track was there.

    Attributes:
        run: of the engine; track ids begin anew with each.
        first, last: when it was first and last seen; aware UTC.
    """

    track_id: int
    run: str
    first: datetime
    last: datetime

    @property
    def lasts_s(self) -> float:
        """Seconds from its first to its last sighting."""
        return (self.last - self.first).total_seconds()


@dataclass(frozen=True, slots=True)
class Present:
    """An object that was there at a moment; its box in px of the picture, and the zones that it stood in."""

    track_id: int
    class_name: str
    confidence: float
    xyxy: tuple[float, float, float, float]
    zones: tuple[str, ...]


def present_at(history: History, moment: datetime, scene: Scene | None = None) -> tuple[datetime, list[Present]]:
    """Return who is on the stored frame nearest to a moment, and when that was.

    Raises:
        ConfigError: no frame is stored within two seconds of it.
    """
    frames = list(history.frames(moment - _AROUND, moment + _AROUND))
    if not frames:
        raise ConfigError(
            f"the history of '{history.source_id}' has no frame at {moment.isoformat()}",
            "`camloom backtest` without `--against` shows what span it has",
        )
    stored = min(frames, key=lambda one: abs(one.frame.captured_at - moment))
    return stored.frame.captured_at, _present(stored, scene or Scene())


def find_life(history: History, track_id: int, at: datetime | None = None) -> Life:
    """Return the life of a track: the newest of that id, or the one that is there at a moment.

    Raises:
        ConfigError: there is none.
    """
    seen = _seen_near(history, track_id, at) if at else _newest(history, track_id)
    if seen is None:
        raise _not_seen(history, track_id, at)
    run, moment = seen
    first = _reach(history, track_id, run, moment, back=True)
    last = _reach(history, track_id, run, moment, back=False)
    return Life(track_id, run, first, last)


def _seen_near(history: History, track_id: int, at: datetime) -> tuple[str, datetime] | None:
    found = list(history.sightings(track_id, at - _AROUND, at + _AROUND))
    return min(found, key=lambda one: abs(one[1] - at), default=None)


def _newest(history: History, track_id: int) -> tuple[str, datetime] | None:
    for hour in reversed(history.hours()):
        found = list(history.sightings(track_id, hour, hour + _HOUR))
        if found:
            return max(found, key=lambda one: one[1])
    return None


def _reach(history: History, track_id: int, run: str, moment: datetime, *, back: bool) -> datetime:
    """Return the first or the last sighting, hour by hour away from a known one until an hour has none."""
    hours = history.hours()
    ahead = [hour for hour in hours if (hour <= moment if back else hour + _HOUR > moment)]
    for hour in reversed(ahead) if back else ahead:
        found = [seen for own, seen in history.sightings(track_id, hour, hour + _HOUR) if own == run]
        if not found:
            break
        moment = min(moment, *found) if back else max(moment, *found)
    return moment


def _present(stored: StoredFrame, scene: Scene) -> list[Present]:
    tracks, size = stored.tracks, np.array((stored.frame.width, stored.frame.height), np.float32)
    inside = {
        zone.name: zone.contains((anchor_points(tracks.xyxy, zone.anchor) / size).astype(np.float32)).tolist()
        for zone in scene.zones.values()
    }
    rows = zip(tracks.track_id.tolist(), tracks.confidence.tolist(), tracks.xyxy.tolist(), strict=True)
    return [
        Present(
            track_id,
            tracks.name_of(row),
            confidence,
            (box[0], box[1], box[2], box[3]),
            tuple(name for name, is_in in inside.items() if is_in[row]),
        )
        for row, (track_id, confidence, box) in enumerate(rows)
    ]


def _not_seen(history: History, track_id: int, at: datetime | None) -> ConfigError:
    if at is None:
        hint = "`--at TIME` lists the tracks there. A thing that no track shows was not detected, or its class not kept"
        return ConfigError(f"the history of '{history.source_id}' has never seen track {track_id}", hint)
    ids = [str(one.track_id) for one in present_at(history, at)[1]]
    more = " ..." if len(ids) > _SHOWN else ""
    return ConfigError(
        f"track {track_id} is not there at {at.isoformat()}", f"These are: {', '.join(ids[:_SHOWN]) or 'none'}{more}"
    )
