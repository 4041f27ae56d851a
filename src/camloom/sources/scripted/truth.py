"""When exactly somebody of a script crosses a line or is in a zone, from the straight pieces of the paths."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from camloom.geometry import Anchor, Line, Zone
from camloom.sources.scripted.script import Actor, SceneScript

_SHARE_UP = {Anchor.BOTTOM_CENTER: 0.0, Anchor.CENTER: 0.5, Anchor.TOP_CENTER: 1.0}
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Visit:
    """A stay in a zone: from when to when, s; one that lasts to the end of the scene ends there."""

    actor: int
    enter_s: float
    leave_s: float


@dataclass(frozen=True, slots=True)
class Crossing:
    """The way over a line; direction as events give it: `A->B` or `B->A`."""

    actor: int
    at_s: float
    direction: str


@dataclass(frozen=True, slots=True)
class _Piece:
    start_s: float
    end_s: float
    start: Point
    end: Point

    def at(self, share: float) -> Point:
        (x0, y0), (x1, y1) = self.start, self.end
        return x0 + share * (x1 - x0), y0 + share * (y1 - y0)

    def time(self, share: float) -> float:
        return self.start_s + share * (self.end_s - self.start_s)


def visits(script: SceneScript, zone: Zone) -> list[Visit]:
    """Return every stay in a zone, by its anchor, in the order of their beginning."""
    found = [visit for number, actor in enumerate(script.actors) for visit in _visits(script, number, actor, zone)]
    return sorted(found, key=lambda visit: (visit.enter_s, visit.actor))


def crossings(script: SceneScript, line: Line) -> list[Crossing]:
    """Return every crossing of a line, by its anchor, in the order of time."""
    found = [
        Crossing(number, piece.time(share), direction)
        for number, actor in enumerate(script.actors)
        for piece in _pieces(script, actor, line.anchor)
        for share, direction in _over(piece, line)
    ]
    return sorted(found, key=lambda crossing: (crossing.at_s, crossing.actor))


def _visits(script: SceneScript, number: int, actor: Actor, zone: Zone) -> Iterator[Visit]:
    inside_since: float | None = None
    end_s = 0.0
    for piece in _pieces(script, actor, zone.anchor):
        cuts = sorted({0.0, 1.0, *_cuts(piece, zone)})
        for low, high in pairwise(cuts):
            if _contains(zone, piece.at((low + high) / 2)):
                inside_since = piece.time(low) if inside_since is None else inside_since
            elif inside_since is not None:
                yield Visit(number, inside_since, piece.time(low))
                inside_since = None
        end_s = piece.end_s
    if inside_since is not None:
        yield Visit(number, inside_since, end_s)


def _pieces(script: SceneScript, actor: Actor, anchor: Anchor) -> Iterator[_Piece]:
    """Yield the straight pieces of an anchor's way; somebody with one waypoint stays there to the end."""
    up = _SHARE_UP[anchor]
    points = [(one.at, (one.x, one.y - up * (one.height or actor.height))) for one in actor.path]
    if len(points) == 1:
        points.append((max(script.seconds, points[0][0] + 1e-9), points[0][1]))
    for (start_s, start), (end_s, end) in pairwise(points):
        yield _Piece(start_s, end_s, start, end)


def _cuts(piece: _Piece, zone: Zone) -> Iterator[float]:
    corners = zone.vertices_norm
    for a, b in zip(corners, (*corners[1:], corners[0]), strict=True):
        if (cut := _cut(piece, a, b)) is not None:
            yield cut


def _over(piece: _Piece, line: Line) -> Iterator[tuple[float, str]]:
    share = _cut(piece, line.start_norm, line.end_norm)
    if share is None:
        return
    before, after = line.side(np.array((piece.start, piece.end), np.float32)).tolist()
    if (before > 0) != (after > 0):
        yield share, "A->B" if before > 0 else "B->A"


def _cut(piece: _Piece, a: Point, b: Point) -> float | None:
    """Return where on a piece (0..1) it cuts the segment from a to b; None if it does not."""
    (px, py), (qx, qy) = piece.start, piece.end
    rx, ry, sx, sy = qx - px, qy - py, b[0] - a[0], b[1] - a[1]
    across = rx * sy - ry * sx
    if abs(across) < 1e-12:
        return None
    t = ((a[0] - px) * sy - (a[1] - py) * sx) / across
    u = ((a[0] - px) * ry - (a[1] - py) * rx) / across
    return t if 0 <= t < 1 and 0 <= u <= 1 else None


def _contains(zone: Zone, point: Point) -> bool:
    return bool(zone.contains(np.array([point], np.float32))[0])
