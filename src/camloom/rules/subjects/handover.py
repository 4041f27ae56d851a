"""Which new id continues a lost one."""

import math
from collections import deque
from dataclasses import dataclass

from camloom.rules.gate import exceeded
from camloom.rules.subjects.chosen import HISTORY_S, Chosen, Lost, TrackFilter, lost_between
from camloom.rules.subjects.columns import Columns

# An id that comes back within this time is known, not new; trackers give up on lost ids sooner.
_MEMORY_S = 10.0
# A new id continues a lost one if it appears within this many body heights of where that one would be by
# now; the farther, the longer ago. Boxes shrink and jump by about that when somebody passes behind a post.
_REACH = 0.3
_REACH_PER_S = 0.3
_HEIGHT_RATIO = 0.6
_LEAST_SPAN_S = 0.25


@dataclass(frozen=True, slots=True)
class _Renamed:
    """One object that had an id until some time, and another since then."""

    old_id: int
    new_id: int
    at_s: float


class Handover:
    """Lets new ids continue lost ones.

    Args:
        tracks: who comes and is lost.
        gap_s: whoever is lost for longer is not continued.
    """

    def __init__(self, tracks: TrackFilter, gap_s: float) -> None:
        self._tracks = tracks
        self._gap_s = gap_s
        self._memory_s = max(_MEMORY_S, gap_s)
        self._lost: dict[int, Lost] = {}
        self._renamed: deque[_Renamed] = deque()
        self._chosen: Chosen | None = None
        self._found: dict[int, int] = {}

    def update(self, chosen: Chosen) -> dict[int, int]:
        """Take in a frame; return, for the row of each new id that continues a lost one, the lost id."""
        if chosen is not self._chosen:
            self._chosen, self._found = chosen, self._changed(chosen) if chosen.came or chosen.lost else {}
        return self._found

    def forget(self) -> None:
        """Forget everybody."""
        self._chosen, self._found = None, {}
        self._lost.clear()
        self._renamed.clear()

    def _changed(self, chosen: Chosen) -> dict[int, int]:
        for one in chosen.lost:
            self._lost[one.track_id] = self._with_past(one) if self._renamed else one
        if self._lost:
            self._forget_old(chosen.columns.pts_s)
        fresh = [track_id for track_id in chosen.came if self._lost.pop(track_id, None) is None]
        return self._match(fresh, chosen.columns) if fresh and self._lost else {}

    def _match(self, fresh: list[int], frame: Columns) -> dict[int, int]:
        """Let each new id continue the lost one that it fits best, one to one."""
        now_s = frame.pts_s
        lost = [one for one in self._lost.values() if not exceeded(now_s - one.pts_s, self._gap_s)]
        rows = sorted(frame.ids.index(track_id) for track_id in fresh)
        pairs = [(_misfit(one, frame, row), row, one.track_id) for row in rows for one in lost]
        found: dict[int, int] = {}
        taken: set[int] = set()
        for misfit, row, old_id in sorted(pairs, key=lambda pair: pair[0]):
            if misfit <= 1.0 and row not in found and old_id not in taken:
                found[row] = old_id
                taken.add(old_id)
                del self._lost[old_id]
                self._renamed.append(_Renamed(old_id, frame.ids[row], now_s))
        return found

    def _with_past(self, one: Lost) -> Lost:
        """Return somebody with the past that he had under another id."""
        if not any(one.track_id in (renamed.old_id, renamed.new_id) for renamed in self._renamed):
            return one
        past = self._tracks.past()
        for look in past:
            for first_id in self._ids_at(look.columns.pts_s, one.track_id) & look.id_set:
                return lost_between(one.track_id, look.columns, first_id, past[-1].columns)
        return one

    def _ids_at(self, pts_s: float, track_id: int) -> set[int]:
        """Return under which ids somebody may have been seen at a time before."""
        ids = {track_id}
        for renamed in reversed(self._renamed):
            if renamed.at_s > pts_s:
                ids.discard(renamed.old_id)
                if renamed.new_id in ids:
                    ids.add(renamed.old_id)
        return ids

    def _forget_old(self, now_s: float) -> None:
        """Forget those lost for too long; they stand in the order in which they were lost."""
        horizon_s = now_s - self._memory_s
        while self._lost and (oldest := next(iter(self._lost.values()))).pts_s < horizon_s:
            del self._lost[oldest.track_id]
        while self._renamed and self._renamed[0].at_s < now_s - 2 * HISTORY_S:
            self._renamed.popleft()


def _misfit(old: Lost, frame: Columns, row: int) -> float:
    """Return how far a new object is from where a lost one would be by now, as a share of the reach."""
    box, last = frame.boxes[row], old.box
    low, high = sorted((last[3] - last[1], box[3] - box[1]))
    if old.class_name != frame.class_name(row) or low < _HEIGHT_RATIO * high:
        return math.inf
    lost_s = frame.pts_s - old.pts_s
    step_x, step_y = _foot_velocity(old)
    (old_x, old_y), (new_x, new_y) = _foot_px(last), _foot_px(box)
    off_px = math.hypot(old_x + step_x * lost_s - new_x, old_y + step_y * lost_s - new_y)
    return off_px / max(high * (_REACH + _REACH_PER_S * lost_s), 1e-9)


def _foot_velocity(old: Lost) -> tuple[float, float]:
    """Return px per s; 0 where the time is too short to tell."""
    if old.span_s < _LEAST_SPAN_S:
        return 0.0, 0.0
    (x0, y0), (x1, y1) = _foot_px(old.first_box), _foot_px(old.box)
    return (x1 - x0) / old.span_s, (y1 - y0) / old.span_s


def _foot_px(box: list[float]) -> tuple[float, float]:
    return (box[0] + box[2]) / 2, box[3]
