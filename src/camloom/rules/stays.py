"""Who is in a zone, and since when."""

from dataclasses import dataclass

from camloom.geometry import Zone
from camloom.rules.gate import exceeded
from camloom.rules.incident import Incident
from camloom.rules.subjects import Sighting, Sightings


@dataclass(slots=True)
class Stay:
    """An object's time in a zone, short absences included.

    Attributes:
        since_s: stream time at which it came in.
        seen: where it was last seen inside.
        incident: the open incident about this stay, if any.
    """

    since_s: float
    seen: Sighting
    incident: Incident | None = None

    @property
    def dwell_s(self) -> float:
        """Time from its first to its last sighting inside."""
        return self.seen.pts_s - self.since_s


class Stays:
    """Keeps the stays in one zone, by track.

    Args:
        zone: where.
        gap_s: an object outside or unseen for no longer than this was never away.
    """

    def __init__(self, zone: Zone, gap_s: float) -> None:
        self._zone = zone
        self.gap_s = gap_s
        self._by_track: dict[int, Stay] = {}

    def __len__(self) -> int:
        return len(self._by_track)

    def open(self) -> list[Stay]:
        """Return the stays of all who are in, those within their gap included."""
        return list(self._by_track.values())

    def update(self, sightings: Sightings) -> list[Stay]:
        """Take in a frame; return the stays of those seen inside on it."""
        if not sightings.items:
            return []
        inside = self._zone.contains(sightings.points_norm).tolist()
        here = zip(sightings.items, inside, strict=True)
        return [stay for seen, is_inside in here if (stay := self._see(seen, is_inside)) is not None]

    def expire(self, now_s: float) -> list[Stay]:
        """Forget and return the stays of those who have been away for longer than the gap."""
        gone = [key for key, stay in self._by_track.items() if exceeded(now_s - stay.seen.pts_s, self.gap_s)]
        return [self._by_track.pop(key) for key in gone]

    def clear(self) -> None:
        """Forget everybody."""
        self._by_track.clear()

    def _see(self, seen: Sighting, is_inside: bool) -> Stay | None:
        if seen.continues is not None and seen.continues in self._by_track:
            self._by_track[seen.track_id] = self._by_track.pop(seen.continues)
        if not is_inside:
            return None
        stay = self._by_track.get(seen.track_id)
        if stay is None:
            stay = self._by_track[seen.track_id] = Stay(seen.pts_s, seen)
        stay.seen = seen
        return stay
