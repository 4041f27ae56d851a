"""Who of some classes is in view: who came on a frame, who was lost on it."""

from collections import deque
from collections.abc import Sequence
from itertools import compress
from typing import NamedTuple

from camloom.frame import Frame
from camloom.rules.gate import exceeded
from camloom.rules.subjects.columns import Columns, Watch
from camloom.tracks import Tracks

HISTORY_S = 1.0
_NOBODY: frozenset[int] = frozenset()


class Lost(NamedTuple):
    """Somebody who is not seen any more, as he was when last seen.

    Attributes:
        box: the last one, px.
        first_box: the first one within the second before.
        span_s: time between the two.
    """

    track_id: int
    class_name: str
    box: list[float]
    first_box: list[float]
    span_s: float
    pts_s: float


class Chosen:
    """The rows of a frame that pass a filter, and how they differ from those of the frame before.

    Attributes:
        columns: the frame.
        rows: that pass; the very list `columns.rows` if all do.
        id_set: their track ids.
        came: ids that were not there on the frame before.
        lost: those who were.
    """

    def __init__(self, columns: Columns, rows: list[int]) -> None:
        self.columns = columns
        self.rows = rows
        self.all = rows is columns.rows
        self.id_set = columns.id_set if self.all else frozenset([columns.ids[row] for row in rows])
        self.came: frozenset[int] = self.id_set
        self.lost: Sequence[Lost] = ()
        self._row_set: frozenset[int] | None = None

    def row_set(self) -> frozenset[int]:
        """Return the rows."""
        if self._row_set is None:
            self._row_set = frozenset(self.rows)
        return self._row_set


class TrackFilter:
    """Follows who of some classes, and of some height, is in view.

    Args:
        watch: what makes the columns.
        classes: names; empty: all.
        min_height_share: least height of the box, share of the picture's.
    """

    def __init__(self, watch: Watch, classes: frozenset[str], min_height_share: float) -> None:
        self._watch = watch
        self._classes = classes
        self._min_height_share = min_height_share
        self._class_names: tuple[str, ...] | None = None
        self._class_ids: frozenset[int] = frozenset()
        self._now: Chosen | None = None
        self._past: deque[Chosen] = deque()

    def look(self, tracks: Tracks, frame: Frame) -> Chosen:
        """Return who is there on a frame; of the same frame, the same."""
        columns, now = self._watch.look(tracks, frame), self._now
        if now is None or now.columns is not columns:
            now = self._now = self._next(columns, now)
        return now

    def past(self) -> Sequence[Chosen]:
        """Return the frames with anybody on them within the second before the last one; that one ends them."""
        return self._past

    def forget(self) -> None:
        """Forget everybody: the stream is over or broke."""
        self._watch.forget()
        self._now = None
        self._past.clear()

    def _next(self, columns: Columns, before: Chosen | None) -> Chosen:
        now = Chosen(columns, self._wanted(columns))
        if before is None:
            return now
        while self._past and exceeded(before.columns.pts_s - self._past[0].columns.pts_s, HISTORY_S):
            self._past.popleft()
        if before.rows:
            self._past.append(before)
        if now.id_set != before.id_set:
            now.lost = [self._lost(track_id, before) for track_id in before.id_set - now.id_set]
            now.came = now.id_set - before.id_set
        else:
            now.came = _NOBODY
        return now

    def _lost(self, track_id: int, last: Chosen) -> Lost:
        first = next(look for look in self._past if track_id in look.id_set)
        return lost_between(track_id, first.columns, track_id, last.columns)

    def _wanted(self, columns: Columns) -> list[int]:
        """Return the rows that pass the filter; the very list `columns.rows` if all do."""
        rows = columns.rows
        if self._classes:
            wanted = self._wanted_classes(columns.class_names)
            rows = list(compress(rows, map(wanted.__contains__, columns.class_ids)))
        if self._min_height_share:
            least_px, boxes = self._min_height_share * columns.height, columns.boxes
            rows = [row for row in rows if boxes[row][3] - boxes[row][1] >= least_px]
        return columns.rows if len(rows) == len(columns) else rows

    def _wanted_classes(self, class_names: tuple[str, ...]) -> frozenset[int]:
        if class_names is not self._class_names:
            self._class_names = class_names
            self._class_ids = frozenset(n for n, name in enumerate(class_names) if name in self._classes)
        return self._class_ids


def lost_between(track_id: int, first: Columns, first_id: int, last: Columns) -> Lost:
    """Return how somebody was when last seen, who a second before had perhaps another id."""
    row = last.ids.index(track_id)
    first_box = first.boxes[first.ids.index(first_id)]
    return Lost(track_id, last.class_name(row), last.boxes[row], first_box, last.pts_s - first.pts_s, last.pts_s)
