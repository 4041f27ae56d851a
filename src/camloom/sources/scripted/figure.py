"""How a person holds himself: the 17 joints of COCO for each pose, and the change from one to the next."""

from dataclasses import dataclass

import numpy as np

from camloom.geometry import FloatArray
from camloom.sources.scripted.script import Pose, PoseChange

# Nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles, left before right. Facing the camera: his left is
# on the right of the picture. x from the middle of the feet, y up from the ground, both in heights of his body.
_UPRIGHT = (
    (0, 0.93), (0.02, 0.95), (-0.02, 0.95), (0.04, 0.94), (-0.04, 0.94),
    (0.11, 0.82), (-0.11, 0.82), (0.14, 0.66), (-0.14, 0.66), (0.15, 0.51), (-0.15, 0.51),
    (0.07, 0.52), (-0.07, 0.52), (0.08, 0.28), (-0.08, 0.28), (0.08, 0.04), (-0.08, 0.04),
)  # fmt: skip
_RIGHT_ELBOW, _RIGHT_WRIST, _LEFT_ELBOW, _LEFT_WRIST = 8, 10, 7, 9
_SITTING_DROP = 0.25
_KNEES_AND_ANKLES = slice(13, 17)


@dataclass(frozen=True, slots=True)
class Figure:
    """A person in a pose.

    Attributes:
        joints: (17, 2) float32: x from the middle of the feet, y up from the ground, in heights of his body.
        size: width and height of his box in heights of his body; None: as wide as the actor is.
    """

    joints: FloatArray
    size: tuple[float | None, float]


def figure(changes: tuple[PoseChange, ...], pts_s: float) -> Figure:
    """Return how somebody holds himself at a time; he stands before the first change."""
    before, now, share = "standing", "standing", 1.0
    for change in changes:
        if change.at <= pts_s:
            before, now = now, change.pose
            share = min(1.0, (pts_s - change.at) / change.over) if change.over > 0 else 1.0
    old, new = _POSES[before], _POSES[now]
    if share >= 1.0 or before == now:
        return new
    width = None if old.size[0] == new.size[0] else _between(old.size[0] or 0.4, new.size[0] or 0.4, share)
    joints = old.joints + np.float32(share) * (new.joints - old.joints)
    return Figure(joints, (width, _between(old.size[1], new.size[1], share)))


def _between(old: float, new: float, share: float) -> float:
    return old + share * (new - old)


def _with(**moved: tuple[float, float]) -> FloatArray:
    joints = np.array(_UPRIGHT, np.float32)
    index = {"left_elbow": _LEFT_ELBOW, "left_wrist": _LEFT_WRIST, "elbow": _RIGHT_ELBOW, "wrist": _RIGHT_WRIST}
    for name, place in moved.items():
        joints[index[name]] = place
    return joints


def _sitting() -> FloatArray:
    joints = _with()
    joints[:13, 1] -= _SITTING_DROP
    joints[_KNEES_AND_ANKLES] = ((0.1, 0.26), (-0.1, 0.26), (0.1, 0.04), (-0.1, 0.04))
    return joints


def _lying() -> FloatArray:
    """On his side along the picture: what was height is now length."""
    upright = np.array(_UPRIGHT, np.float32)
    return np.column_stack((upright[:, 1] - np.float32(0.5), np.float32(0.12) + upright[:, 0] * np.float32(0.6)))


_POSES: dict[Pose | str, Figure] = {
    "standing": Figure(_with(), (None, 1.0)),
    "sitting": Figure(_sitting(), (None, 1.0 - _SITTING_DROP)),
    "lying": Figure(_lying(), (1.0, 0.3)),
    "arms_up": Figure(
        _with(elbow=(-0.14, 0.98), wrist=(-0.12, 1.14), left_elbow=(0.14, 0.98), left_wrist=(0.12, 1.14)), (None, 1.16)
    ),
    "hand_to_ear": Figure(_with(elbow=(-0.17, 0.75), wrist=(-0.06, 0.93)), (None, 1.0)),
    "hand_to_mouth": Figure(_with(elbow=(-0.15, 0.74), wrist=(-0.02, 0.9)), (None, 1.0)),
}
