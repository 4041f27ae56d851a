"""The rule about one thing near another: a phone at the ear, a cigarette at the mouth, a knife in a hand."""

import math
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from typing import ClassVar, Literal

from pydantic import BaseModel, Field, model_validator

from camloom.config import Scene, Wants
from camloom.event import Gate
from camloom.frame import Frame
from camloom.geometry import Anchor
from camloom.rules.conditions.conditions import ConditionConfig, Finding, Spells
from camloom.rules.conditions.judge import JudgedRule
from camloom.rules.people.body import Body, Box, Point, bodies_of, distance_px
from camloom.rules.people.postures import shows
from camloom.rules.subjects.subjects import Sighting, Subjects, TrackRuleConfig
from camloom.tracks import Tracks

Part = Literal["box", "head", "mouth", "torso", "hand"]
Gesture = Literal["none", "hand_to_ear", "hand_to_mouth"]
# Smoke drifts.
_HINT_NEAR = 2.0  # head heights


class RelationConfig(ConditionConfig):
    """A rule about one thing near another."""

    label_fields: ClassVar[tuple[str, ...]] = ("classes", "things", "hints")

    classes: tuple[str, ...] = Field(default=("person",), min_length=1, description="whom it is about")
    things: tuple[str, ...] = Field(default=(), description="classes of the things near them")
    part: Part = Field(default="box", description="what of them it is near: box, head, mouth, torso or hand")
    near: float = Field(
        default=0.6, ge=0, le=20, description="how near at most: head heights; for `part: box` body heights"
    )
    min_overlap: float = Field(
        default=0.0, ge=0, le=1, description="least share of the thing's box that lies in theirs"
    )
    gesture: Gesture = Field(default="none", description="a gesture that will do as well: hand_to_ear, hand_to_mouth")
    hints: tuple[str, ...] = Field(default=(), description="classes of what goes with the gesture, such as smoke")
    hint_needed: bool = Field(default=False, description="on: the gesture counts only with a hint near the head")
    gesture_times: int = Field(default=1, ge=1, le=20, description="the gesture counts from this many times on")
    gesture_s: float = Field(default=30.0, gt=0, le=600, description="span in which it must happen that often")

    @model_validator(mode="after")
    def _sees_something(self) -> "RelationConfig":
        if not self.things and self.gesture == "none":
            raise ValueError("give `things`, classes that are near them, or a `gesture`")
        if self.gesture == "none" and (self.hint_needed or self.gesture_times > 1):
            raise ValueError("`hint_needed` and `gesture_times` are about a `gesture`: give one")
        if bool(self.hints) is not self.hint_needed:
            raise ValueError("`hints` and `hint_needed: true` go together")
        return self


class RelationRule(JudgedRule):
    """Things of some classes near objects of others, for a while.

    Parts of a person come from the joints where a pose model gives them, else from the box of an upright person. A
    thing belongs to whom it is nearest to. The value is the time for which it held in s.
    """

    Config: ClassVar[type[BaseModel]] = RelationConfig

    def __init__(self, config: RelationConfig, scene: Scene) -> None:
        super().__init__(config, scene, "relation.near", Relations(config))

    @staticmethod
    def wants(config: RelationConfig) -> Wants:
        """Return what the models of the task must do for it."""
        by_joints = not config.things or config.part == "hand"
        return Wants(abilities=("pose",) if by_joints else ())


@dataclass(slots=True)
class _Gestures:
    """When somebody made the gesture, and when a hint was near."""

    made: Spells
    hinted_s: float = -math.inf


class Relations:
    """Whom a thing is near to, or who makes the gesture."""

    def __init__(self, config: RelationConfig) -> None:
        self._config = config
        self._gestures: dict[int, _Gestures] = {}
        wanted = tuple(dict.fromkeys((*config.things, *config.hints)))
        self._things = Subjects(TrackRuleConfig(id=config.id, classes=wanted or ("",)), Anchor.CENTER)

    def findings(self, people: list[Sighting], inside: Set[int], tracks: Tracks, frame: Frame) -> Iterable[Finding]:
        """See `Judge`."""
        config = self._config
        self._forget_old(frame.pts_s)
        things = self._things.observe(tracks, frame).items
        bodies = bodies_of(tracks, frame)
        nearest = self._nearest([thing for thing in things if thing.class_name in config.things], people, bodies)
        hints = [thing for thing in things if thing.class_name in config.hints]
        found = []
        for seen in people:
            self._follow(seen)
            gestures = self._gesture(seen, bodies[seen.track_id], hints)
            if seen.track_id in inside and (one := nearest.get(seen.track_id)) is not None:
                found.append(one)
            elif seen.track_id in inside and gestures:
                found.append(Finding(seen, gestures))
        return found

    def forget(self) -> None:
        """See `Judge`."""
        self._things.forget()
        self._gestures.clear()

    def _nearest(
        self, things: list[Sighting], people: list[Sighting], bodies: Mapping[int, Body]
    ) -> dict[int, Finding]:
        """Return for each person the nearest of the things that belong to him and are near enough."""
        best: dict[int, tuple[float, Finding]] = {}
        for thing in things:
            ways = [
                (self._distance(thing.xyxy, seen.xyxy, bodies[seen.track_id]), seen)
                for seen in people
                if seen.track_id != thing.track_id
            ]
            if not ways:
                continue
            distance, seen = min(ways, key=lambda way: way[0])
            why = self._why(thing, seen, distance)
            if all(gate.margin >= 0 for gate in why) and distance < best.get(seen.track_id, (math.inf, None))[0]:
                best[seen.track_id] = distance, Finding(seen, why, (thing,))
        return {key: finding for key, (_, finding) in best.items()}

    def _why(self, thing: Sighting, seen: Sighting, distance: float) -> tuple[Gate, ...]:
        config = self._config
        unit = "body heights" if config.part == "box" else "head heights"
        near = Gate("within_near", config.near - distance, 0.0, unit)
        if not config.min_overlap:
            return (near,)
        return near, Gate("min_overlap", _overlap(thing.xyxy, seen.xyxy), config.min_overlap, "of the thing")

    def _distance(self, thing: Box, whom: Box, body: Body) -> float:
        if self._config.part == "box":
            return _gap_px(thing, whom) / max(whom[3] - whom[1], 1.0)
        ways = [distance_px(thing, place) for place in self._places(body)]
        return min(ways, default=math.inf) / body.head_height_px

    def _places(self, body: Body) -> list[Point]:
        part = self._config.part
        if part == "hand":
            return body.hands
        return [body.mouth if part == "mouth" else body.torso if part == "torso" else body.head]

    def _gesture(self, seen: Sighting, body: Body, hints: list[Sighting]) -> tuple[Gate, ...]:
        """Take in whether somebody makes the gesture; return what shows it, if it counts."""
        config = self._config
        if config.gesture == "none":
            return ()
        shown = shows(config.gesture, body)
        kept = self._gestures.setdefault(seen.track_id, _Gestures(Spells(config.gap_s, config.gesture_s)))
        ways = [distance_px(hint.xyxy, body.head) / body.head_height_px for hint in hints]
        if min(ways, default=math.inf) <= _HINT_NEAR:
            kept.hinted_s = seen.pts_s
        if shown is None:
            return ()
        kept.made.see(seen.pts_s)
        times = Gate("times", kept.made.count(seen.pts_s), config.gesture_times)
        since_s = seen.pts_s - kept.hinted_s
        hinted = (Gate("hint_within", config.gesture_s - since_s, 0.0, "s"),) if config.hint_needed else ()
        why = (shown, times, *hinted)
        return why if all(gate.margin >= 0 for gate in why) else ()

    def _follow(self, seen: Sighting) -> None:
        if seen.continues in self._gestures:
            self._gestures[seen.track_id] = self._gestures.pop(seen.continues)

    def _forget_old(self, now_s: float) -> None:
        horizon_s = now_s - self._config.gesture_s
        self._gestures = {
            key: one for key, one in self._gestures.items() if max(one.made.last_s, one.hinted_s) >= horizon_s
        }


def _gap_px(a: Box, b: Box) -> float:
    """Return how far apart two boxes are; 0 where they touch."""
    across = max(a[0] - b[2], b[0] - a[2], 0.0)
    return math.hypot(across, max(a[1] - b[3], b[1] - a[3], 0.0))


def _overlap(thing: Box, whom: Box) -> float:
    """Return the share of the first box that lies in the second."""
    across = min(thing[2], whom[2]) - max(thing[0], whom[0])
    down = min(thing[3], whom[3]) - max(thing[1], whom[1])
    area = (thing[2] - thing[0]) * (thing[3] - thing[1])
    return max(across, 0.0) * max(down, 0.0) / max(area, 1e-6)
