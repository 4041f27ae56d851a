"""Who is who in a place: objects that left and came back, known by their track or by how they look."""

from collections import deque
from dataclasses import dataclass, field
from itertools import islice

import numpy as np

from camloom.geometry import FloatArray
from camloom.rules.gate import exceeded
from camloom.rules.subjects.subjects import Sighting, Sightings
from camloom.tracks import Tracks

# A track that is gone for longer does not come back under its id; trackers give up sooner.
_MEMORY_S = 30.0
# Looks are read within the first seconds of a track, and become better in them; later it is not asked again.
_MATCH_S = 5.0
# The most alike must be so much more alike than the next: two who look the same are nobody known.
_MARGIN = 0.05
_MOST_REMEMBERED = 200
_MOST_STAYS = 1000


@dataclass(slots=True)
class PastStay:
    """A time in the zone that is over; stays with little between them are one visit."""

    since_s: float
    until_s: float
    inside_s: float


@dataclass(slots=True)
class Person:
    """Somebody, or something, whose visits are counted.

    Attributes:
        came_s, seen_s: stream time of the first and the last sighting of the present track.
        stays: those that are over, oldest first.
        looks: (D,) float32 of unit length; None where no model reads it.
        compared: the looks that were last compared with those of others.
        similarity: cosine at which it was last known again by its looks; None: by its track alone.
        former_id: of the track that the present one goes on from.
    """

    track_id: int
    came_s: float
    seen_s: float
    stays: deque[PastStay] = field(default_factory=lambda: deque(maxlen=_MOST_STAYS))
    looks: FloatArray | None = None
    compared: FloatArray | None = None
    similarity: float | None = None
    former_id: int | None = None


class Identities:
    """Gives every track a person, and one that is gone its old person when it comes back as a new track.

    With embeddings (a ReID model under the task's `secondary:`) a new track is compared with those who have been in
    the zone and were out of view before it came, by cosine. Without them the track id alone tells who it is.

    Args:
        least_similarity: cosine from which two looks are those of one person.
        keep_s: for how long somebody out of view is remembered.
    """

    def __init__(self, least_similarity: float, keep_s: float) -> None:
        self._least_similarity = least_similarity
        self._keep_s = keep_s
        self._by_track: dict[int, Person] = {}

    def look(self, tracks: Tracks, sightings: Sightings, now_s: float) -> None:
        """Take in a frame: who is in view, and how they look."""
        self._forget_old(now_s)
        vectors = _vectors(tracks)
        for seen in sightings.items:
            if seen.continues is not None and seen.continues in self._by_track:
                self._rename(self._by_track[seen.continues], seen.track_id)
            person = self._by_track.setdefault(seen.track_id, Person(seen.track_id, now_s, now_s))
            person.track_id, person.seen_s = seen.track_id, now_s
            person.looks = vectors.get(seen.track_id, person.looks)

    def of(self, seen: Sighting) -> Person:
        """Return who somebody in the zone is, known again by the looks where that can be told."""
        person = self._by_track[seen.track_id]
        if person.looks is None or person.similarity is not None or exceeded(seen.pts_s - person.came_s, _MATCH_S):
            return person
        if person.compared is not None and np.array_equal(person.looks, person.compared):
            return person
        person.compared = person.looks
        known, similarity = self._most_alike(person)
        if known is not None:
            person.stays = deque((*known.stays, *person.stays), maxlen=_MOST_STAYS)
            person.similarity = similarity
            known.stays.clear()
        return person

    def known(self, track_id: int) -> Person | None:
        """Return who a track was; None when it has been away for long."""
        return self._by_track.get(track_id)

    def _rename(self, person: Person, track_id: int) -> None:
        """Let a person go on under a new id, and under the last one too: a stay that ends may be known by that."""
        if person.former_id is not None:
            self._by_track.pop(person.former_id, None)
        person.former_id = person.track_id
        self._by_track[track_id] = person

    def clear(self) -> None:
        """Forget everybody."""
        self._by_track.clear()

    def _most_alike(self, person: Person) -> tuple[Person | None, float]:
        """Return the one among those out of view who looks like somebody new; None: nobody clearly does."""
        absent = {one.track_id: one for one in self._by_track.values() if one.stays and one.seen_s < person.came_s}
        alike = sorted(((_cosine(one, person), track_id) for track_id, one in absent.items()), reverse=True)
        best, second = (*(cosine for cosine, _ in alike), -1.0, -1.0)[:2]
        if best < self._least_similarity or best - second < _MARGIN:
            return None, 0.0
        return absent[alike[0][1]], best

    def _forget_old(self, now_s: float) -> None:
        away = {key: now_s - one.seen_s for key, one in self._by_track.items()}
        for key, one in list(self._by_track.items()):
            keep_s = self._keep_s if one.stays and one.looks is not None else 0.0
            if exceeded(away[key], max(keep_s, _MEMORY_S)):
                del self._by_track[key]
        gone = sorted((key for key in self._by_track if away[key] > _MEMORY_S), key=away.__getitem__)
        for key in islice(gone, _MOST_REMEMBERED, None):
            del self._by_track[key]


def _vectors(tracks: Tracks) -> dict[int, FloatArray]:
    """Return the looks of the tracks that have been read."""
    if tracks.embedding is None:
        return {}
    read = np.flatnonzero(tracks.embedding.any(axis=1)).tolist()
    return {int(tracks.track_id[row]): tracks.embedding[row].copy() for row in read}


def _cosine(one: Person, other: Person) -> float:
    if one.looks is None or other.looks is None or one.looks.shape != other.looks.shape:
        return -1.0
    return float(one.looks @ other.looks)
