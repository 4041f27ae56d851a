"""Asks one rule about one track, with whatever settings."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from camloom import plugins
from camloom.backtest.store import StoredFrame
from camloom.config import Scene
from camloom.event import Event
from camloom.rules.base import Rule


@dataclass(slots=True)
class Trial:
    """The stored frames around a track, and a rule to play them to.

    Args:
        rule_type: name of the plug-in.
        frames: of one run of the engine, with the tracks that the task keeps.
        about: the ids under which the object goes.

    Attributes:
        replays: how often the frames were played.
    """

    rule_type: str
    scene: Scene
    frames: Sequence[StoredFrame]
    about: frozenset[int]
    replays: int = field(default=0)

    def fires(self, config: BaseModel | None) -> Event | None:
        """Return the first event about the track with these settings; None: the rule keeps silent about it."""
        if config is None:
            return None
        self.replays += 1
        rule: Rule = plugins.load("rules", self.rule_type)(config, self.scene)
        for place, stored in enumerate(self.frames):
            if place and stored.frame.discont:
                rule.finish(stored.frame)
            for event in rule.update(stored.tracks, stored.frame):
                if self.about & set(event.track_ids):
                    return event
        return next((one for one in rule.finish(self.frames[-1].frame) if self.about & set(one.track_ids)), None)
