"""People with joints: how they stand, lie, sit, bend, and hold their hands."""

import numpy as np

from camloom.geometry import FloatArray

# Shares of the box of somebody who stands and faces the camera, in the order of COCO.
_STANDING = (
    (0.50, 0.08), (0.54, 0.06), (0.46, 0.06), (0.58, 0.07), (0.42, 0.07),
    (0.72, 0.20), (0.28, 0.20), (0.80, 0.35), (0.20, 0.35), (0.82, 0.50), (0.18, 0.50),
    (0.64, 0.52), (0.36, 0.52), (0.64, 0.75), (0.36, 0.75), (0.64, 0.96), (0.36, 0.96),
)  # fmt: skip


def standing(**moved: tuple[float, float]) -> FloatArray:
    """Return joints, (17, 2) shares of the box; `elbow` and `wrist` are those of his left arm, on the right side."""
    joints = np.array(_STANDING, np.float32)
    for name, place in moved.items():
        joints[{"elbow": 7, "wrist": 9, "right_elbow": 8, "right_wrist": 10}[name]] = place
    return joints


def lying() -> FloatArray:
    """Return the joints of somebody who lies across, head on the left."""
    return np.ascontiguousarray(standing()[:, ::-1])


def bending() -> FloatArray:
    """Return the joints of somebody who bends over: the trunk level, the legs upright."""
    joints = standing()
    joints[:7], joints[7:11] = (0.15, 0.2), (0.2, 0.7)
    joints[[5, 6]] = ((0.2, 0.12), (0.2, 0.2))
    joints[[11, 12]] = ((0.8, 0.1), (0.8, 0.16))
    joints[13:] = ((0.8, 0.5), (0.82, 0.5), (0.8, 0.96), (0.82, 0.96))
    return joints


def sitting() -> FloatArray:
    """Return the joints of somebody who sits on the ground: the trunk upright, the legs level."""
    joints = standing()
    joints[:, 0] *= 0.4
    joints[:, 1] = np.minimum(joints[:, 1] * 1.7, 0.88)
    joints[13:] = ((0.6, 0.9), (0.62, 0.92), (0.95, 0.93), (0.97, 0.95))
    return joints


def at_ear() -> FloatArray:
    """Return the joints of somebody with the left hand at the ear."""
    return standing(elbow=(0.85, 0.25), wrist=(0.66, 0.11))


def at_mouth() -> FloatArray:
    """Return the joints of somebody with the left hand at the mouth."""
    return standing(elbow=(0.72, 0.30), wrist=(0.56, 0.165))


def arms_up() -> FloatArray:
    """Return the joints of somebody with both hands above the head."""
    return standing(wrist=(0.7, 0.0), right_wrist=(0.3, 0.0))
