"""What a pose shows: lying, a hand at the ear or the mouth, arms above the shoulders."""

import math
from collections.abc import Callable, Mapping
from typing import Literal

from camloom.event import Gate
from camloom.rules.people.body import NOSE, SHOULDERS, WRISTS, Body, Point

Posture = Literal["lying", "hand_to_ear", "hand_to_mouth", "arms_up"]
LYING_TILT_DEG = 50.0
_REACH = 0.6  # of a hand to the ear or the mouth, head heights


def lying(body: Body) -> Gate | None:
    """Trunk and legs are nearer to level than to upright."""
    tilt = body.tilt_deg
    return None if tilt is None else Gate("tilt", tilt, LYING_TILT_DEG, "deg")


def hand_to_ear(body: Body) -> Gate | None:
    """A hand is at an ear, and nearer to it than to the mouth."""
    near = _nearest(body, body.ears)
    if near is None or near > (_nearest(body, [body.mouth]) or 0.0):
        return None
    return Gate("hand_within_reach", _REACH - near, 0.0, "head heights")


def hand_to_mouth(body: Body) -> Gate | None:
    """A hand is at the mouth, and nearer to it than to an ear."""
    if body.point(NOSE) is None:
        return None
    near = _nearest(body, [body.mouth])
    ears = _nearest(body, body.ears)
    if near is None or (ears is not None and near > ears):
        return None
    return Gate("hand_within_reach", _REACH - near, 0.0, "head heights")


def arms_up(body: Body) -> Gate | None:
    """Both wrists are above the shoulders; the gate says how far the lower one is."""
    shoulders = body.middle(*SHOULDERS)
    wrists = [body.point(index) for index in WRISTS]
    seen = [wrist[1] for wrist in wrists if wrist]
    if shoulders is None or len(seen) < len(WRISTS):
        return None
    return Gate("wrists_above_shoulders", (shoulders[1] - max(seen)) / body.head_height_px, 0.0, "head heights")


POSTURES: Mapping[str, Callable[[Body], Gate | None]] = {
    "lying": lying,
    "hand_to_ear": hand_to_ear,
    "hand_to_mouth": hand_to_mouth,
    "arms_up": arms_up,
}
"""What each measures: a gate with a negative margin does not hold; None where the points for it are not seen."""


def shows(posture: Posture, body: Body) -> Gate | None:
    """Return the gate that a posture passes; None if the body does not show it."""
    gate = POSTURES[posture](body)
    return gate if gate is not None and gate.margin >= 0 else None


def _nearest(body: Body, places: list[Point]) -> float | None:
    """Return how far the nearest hand is from the nearest place, head heights."""
    ways = [math.dist(hand, place) for hand in body.hands for place in places]
    return min(ways) / body.head_height_px if ways else None
