"""The rule about an attribute that models of crops read: enough readings agree."""

from collections.abc import Iterable, Set
from statistics import median
from typing import ClassVar

from pydantic import BaseModel, Field

from camloom.config import Scene, Wants
from camloom.detections import Attribute, Vote
from camloom.event import Gate
from camloom.frame import Frame
from camloom.rules.conditions.conditions import ConditionConfig, Finding
from camloom.rules.conditions.judge import JudgedRule
from camloom.rules.subjects.subjects import Sighting
from camloom.tracks import Tracks

_MEMORY_S = 10.0


class AttributeConfig(ConditionConfig):
    """A rule about an attribute."""

    attribute: str = Field(pattern=r"^[^=]*[^=\s][^=]*=.*\S.*$", description="name and value, such as helmet=no")
    min_time_s: float = Field(default=0.0, ge=0, le=3600, description="least time for which it holds")
    min_readings: int = Field(
        default=3, ge=1, le=9, description="least readings of large enough crops; others: unknown"
    )
    min_height_px: float = Field(default=40.0, ge=0, le=10000, description="least height of the object in such a crop")
    min_share: float = Field(default=0.6, gt=0, le=1, description="least share of their votes for the value")


class AttributeRule(JudgedRule):
    """Objects of which models of crops say an attribute, by vote over the track.

    Each reading of a large enough crop votes with its confidence; the last nine count. With fewer than
    `min_readings` the attribute is unknown, and what is unknown is not told. The value is the time for which it
    held in s.
    """

    Config: ClassVar[type[BaseModel]] = AttributeConfig

    def __init__(self, config: AttributeConfig, scene: Scene) -> None:
        super().__init__(config, scene, "attribute.found", Readings(config))

    @staticmethod
    def wants(config: AttributeConfig) -> Wants:
        """Return what the models of the task must say for it."""
        return Wants(attributes=(config.attribute,))


class Readings:
    """Whose readings say the value.

    What was found holds until readings say otherwise: a tracker that gives an object a new id has its reading begun
    anew.
    """

    def __init__(self, config: AttributeConfig) -> None:
        self._config = config
        self._found: dict[int, tuple[float, tuple[Gate, ...]]] = {}
        self._name, _, self._value = config.attribute.partition("=")

    def findings(self, people: list[Sighting], inside: Set[int], tracks: Tracks, frame: Frame) -> Iterable[Finding]:
        """See `Judge`."""
        del tracks
        self._found = {key: one for key, one in self._found.items() if frame.pts_s - one[0] <= _MEMORY_S}
        judged = [(seen, self._judge(seen)) for seen in people]
        return [Finding(seen, why) for seen, why in judged if why and seen.track_id in inside]

    def forget(self) -> None:
        """See `Judge`."""
        self._found.clear()

    def _judge(self, seen: Sighting) -> tuple[Gate, ...]:
        """Return what shows that the attribute has the value, now or the last time that enough was read."""
        if seen.continues in self._found:
            self._found[seen.track_id] = self._found.pop(seen.continues)
        gates = self._measure(seen)
        if gates and gates[0].margin >= 0:
            why = gates if all(gate.margin >= 0 for gate in gates) else ()
        else:
            why = self._found.get(seen.track_id, (0.0, ()))[1]
        if why:
            self._found[seen.track_id] = seen.pts_s, why
        else:
            self._found.pop(seen.track_id, None)
        return why

    def _measure(self, seen: Sighting) -> tuple[Gate, ...]:
        """Return how many readings there are, which share is for the value, and how large they are; empty: none."""
        config = self._config
        votes = [
            vote
            for attribute in seen.attributes
            if attribute.name == self._name
            for vote in _votes_of(attribute, seen)
            if vote.height_px >= config.min_height_px
        ]
        total = sum(vote.confidence for vote in votes)
        if not votes or total <= 0:
            return ()
        return (
            Gate("readings", len(votes), config.min_readings),
            Gate(
                "share", sum(vote.confidence for vote in votes if vote.value == self._value) / total, config.min_share
            ),
            Gate("height", median(vote.height_px for vote in votes), config.min_height_px, "px"),
        )


def _votes_of(attribute: Attribute, seen: Sighting) -> tuple[Vote, ...]:
    """Return the single readings; a model that looks at the whole picture says its own anew on each frame."""
    return attribute.votes or (Vote(attribute.value, attribute.confidence, seen.height_px),)
