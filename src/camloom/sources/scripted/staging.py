"""Where everybody is at a time, in px, and how much of him is to be seen."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from camloom.geometry import FloatArray
from camloom.sources.scripted.figure import figure
from camloom.sources.scripted.script import Actor, SceneScript, Waypoint

Box = tuple[float, float, float, float]
PERSON = "person"
_LAYERS = ("ground", "scene", "front")


@dataclass(frozen=True, slots=True)
class Pose:
    """An actor at a time.

    Attributes:
        number: of the actor in its script, from 0.
        xyxy: the whole box, px; it may lie outside of the picture.
        joints: (17, 2) px of a person; None for all others.
        hidden: share of the box that others, occluders and the edge of the picture hide.
    """

    number: int
    actor: Actor
    xyxy: Box
    joints: FloatArray | None
    hidden: float = 0.0


def staging(script: SceneScript, pts_s: float) -> list[Pose]:
    """Return everybody who is there at a time, the farthest first."""
    there = [
        pose for number, actor in enumerate(script.actors) if (pose := _pose(script, number, actor, pts_s)) is not None
    ]
    there.sort(key=lambda pose: (_LAYERS.index(pose.actor.layer), pose.xyxy[3]))
    covers = [_scaled(one.box, script) for one in script.occluders if one.during[0] <= pts_s < one.during[1]]
    return [
        replace(pose, hidden=_hidden(script, pose.xyxy, [*_before(there, row), *covers]))
        for row, pose in enumerate(there)
    ]


def place(path: Sequence[Waypoint], height: float, pts_s: float) -> tuple[float, float, float] | None:
    """Return x, y of the feet and the height at a time, shares of the picture; None: not there."""
    index = bisect_right(path, pts_s, key=lambda point: point.at)
    if index == 0 or (index == len(path) and len(path) > 1 and pts_s > path[-1].at):
        return None
    old = path[index - 1]
    if index == len(path):
        return old.x, old.y, old.height or height
    new = path[index]
    share = (pts_s - old.at) / (new.at - old.at)
    tall, later = old.height or height, new.height or height
    return old.x + share * (new.x - old.x), old.y + share * (new.y - old.y), tall + share * (later - tall)


def _pose(script: SceneScript, number: int, actor: Actor, pts_s: float) -> Pose | None:
    where = place(actor.path, actor.height, pts_s)
    if where is None:
        return None
    x_px, y_px, tall_px = where[0] * script.width, where[1] * script.height, where[2] * script.height
    if actor.label != PERSON:
        wide_px = tall_px * actor.width
        return Pose(number, actor, (x_px - wide_px / 2, y_px - tall_px, x_px + wide_px / 2, y_px), None)
    body = figure(actor.poses, pts_s)
    wide, high = body.size
    wide_px = tall_px * (wide or actor.width)
    joints = np.column_stack((x_px + body.joints[:, 0] * tall_px, y_px - body.joints[:, 1] * tall_px))
    box = (x_px - wide_px / 2, y_px - high * tall_px, x_px + wide_px / 2, y_px)
    return Pose(number, actor, box, joints.astype(np.float32))


def _before(there: Sequence[Pose], row: int) -> list[Box]:
    return [other.xyxy for other in there[row + 1 :] if other.actor.layer == "scene"]


def _scaled(box: Box, script: SceneScript) -> Box:
    return box[0] * script.width, box[1] * script.height, box[2] * script.width, box[3] * script.height


def _hidden(script: SceneScript, box: Box, covers: Sequence[Box]) -> float:
    """Return the share of a box that is hidden; covers that lie on each other count twice, up to the whole."""
    area = max((box[2] - box[0]) * (box[3] - box[1]), 1e-9)
    inside = _overlap(box, (0, 0, script.width, script.height))
    return min(1.0, 1 - inside / area + sum(_overlap(box, cover) for cover in covers) / area)


def _overlap(a: Box, b: Box) -> float:
    wide, high = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return max(wide, 0.0) * max(high, 0.0)
