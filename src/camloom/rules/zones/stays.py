"""Who is in a zone, and since when."""

import math
from dataclasses import dataclass

from camloom.geometry import Zone
from camloom.rules.gate import exceeded, reached
from camloom.rules.incident import Incident
from camloom.rules.subjects.sightings import Sighting, Sightings


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
        # Nobody was last seen before this; most often everybody was seen on the last frame.
        self._oldest_s = -math.inf

    def __len__(self) -> int:
        return len(self._by_track)

    def open(self) -> list[Stay]:
        """Return the stays of all who are in, those within their gap included."""
        return list(self._by_track.values())

    def lasting(self, least_s: float) -> list[Stay]:
        """Return the open stays that last for some time already."""
        return [stay for stay in self._by_track.values() if reached(stay.seen.pts_s - stay.since_s, least_s)]

    def update(self, sightings: Sightings) -> list[Stay]:
        """Take in a frame; return the stays of those seen inside on it."""
        inside = sightings.inside(self._zone)
        if sightings.continuing and self._by_track:
            return self._hand_over(sightings, {seen.track_id for seen in inside})
        return [self._see(seen) for seen in inside]

    def expire(self, now_s: float) -> list[Stay]:
        """Forget and return the stays of those who have been away for longer than the gap."""
        if not self._by_track or not exceeded(now_s - self._oldest_s, self.gap_s):
            return []
        horizon_s = now_s - self.gap_s
        late = [(key, stay.seen.pts_s) for key, stay in self._by_track.items() if stay.seen.pts_s < horizon_s]
        gone = [key for key, seen_s in late if exceeded(now_s - seen_s, self.gap_s)]
        stays = [self._by_track.pop(key) for key in gone]
        self._oldest_s = min((stay.seen.pts_s for stay in self._by_track.values()), default=now_s)
        return stays

    def clear(self) -> None:
        """Forget everybody."""
        self._by_track.clear()
        self._oldest_s = -math.inf

    def _see(self, seen: Sighting) -> Stay:
        stay = self._by_track.get(seen.track_id)
        if stay is None:
            stay = self._by_track[seen.track_id] = Stay(seen.pts_s, seen)
        stay.seen = seen
        return stay

    def _hand_over(self, sightings: Sightings, inside: set[int]) -> list[Stay]:
        """Let stays go on under new ids, and see those inside, in the order of the tracks."""
        stays = []
        for seen in sightings.items:
            if seen.continues is not None and seen.continues in self._by_track:
                self._by_track[seen.track_id] = self._by_track.pop(seen.continues)
            if seen.track_id in inside:
                stays.append(self._see(seen))
        return stays
