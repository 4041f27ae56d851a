"""The rule about poses: somebody lies, has a hand at the ear or the mouth, or holds the arms up."""

from collections.abc import Iterable, Set
from typing import ClassVar

from pydantic import BaseModel, Field, model_validator

from camloom.config import Scene, Wants
from camloom.event import Gate
from camloom.frame import Frame
from camloom.rules.conditions.conditions import ConditionConfig, Finding, Spells
from camloom.rules.conditions.judge import JudgedRule
from camloom.rules.people.body import bodies_of
from camloom.rules.people.postures import Posture, shows
from camloom.rules.subjects.subjects import Sighting
from camloom.tracks import Tracks


class PoseConfig(ConditionConfig):
    """A rule about poses."""

    posture: Posture = Field(default="lying", description="lying, hand_to_ear, hand_to_mouth or arms_up")
    times: int = Field(
        default=1, ge=1, le=20, description="how often, with pauses longer than gap_s, within `within_s`"
    )

    @model_validator(mode="after")
    def _times_have_a_span(self) -> "PoseConfig":
        if self.times > 1 and self.within_s is None:
            raise ValueError(f"`times: {self.times}` needs `within_s`, the span in which it happens that often")
        return self


class PoseRule(JudgedRule):
    """Somebody shows a posture for a while, or time and again.

    Needs the 17 keypoints of COCO of each person: of the task's model, or of a pose model under `secondary`. The
    value is the time for which it held in s.
    """

    Config: ClassVar[type[BaseModel]] = PoseConfig

    def __init__(self, config: PoseConfig, scene: Scene) -> None:
        super().__init__(config, scene, f"pose.{config.posture}", Poses(config))

    @staticmethod
    def wants(config: PoseConfig) -> Wants:
        """Return what the models of the task must do for it."""
        del config
        return Wants(abilities=("pose",))


class Poses:
    """Who shows the posture."""

    def __init__(self, config: PoseConfig) -> None:
        self._config = config
        self._spells: dict[int, Spells] = {}

    def findings(self, people: list[Sighting], inside: Set[int], tracks: Tracks, frame: Frame) -> Iterable[Finding]:
        """See `Judge`."""
        if tracks.keypoints is None:
            return []
        self._forget_old(frame.pts_s)
        bodies = bodies_of(tracks, frame)
        here = [seen for seen in people if seen.track_id in inside]
        shown = [(seen, shows(self._config.posture, bodies[seen.track_id])) for seen in here]
        return [found for seen, gate in shown if gate is not None and (found := self._find(seen, gate)) is not None]

    def forget(self) -> None:
        """See `Judge`."""
        self._spells.clear()

    def _find(self, seen: Sighting, gate: Gate) -> Finding | None:
        config = self._config
        if config.times == 1:
            return Finding(seen, (gate,))
        if seen.continues in self._spells:
            self._spells[seen.track_id] = self._spells.pop(seen.continues)
        spells = self._spells.setdefault(seen.track_id, Spells(config.gap_s, config.within_s))
        spells.see(seen.pts_s)
        count = spells.count(seen.pts_s)
        return Finding(seen, (gate, Gate("times", count, config.times))) if count >= config.times else None

    def _forget_old(self, now_s: float) -> None:
        horizon_s = now_s - (self._config.within_s or 0.0) - self._config.gap_s
        self._spells = {key: spells for key, spells in self._spells.items() if spells.last_s >= horizon_s}
