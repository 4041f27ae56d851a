"""Asks one rule about one track, with whatever settings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import BaseModel

from camloom import plugins
from camloom.backtest.store import StoredFrame
from camloom.config import Scene
from camloom.event import Event, Phase
from camloom.rules.base import Rule


@dataclass(slots=True)
class Trial:
    """The stored frames around a track, and a rule to play them to.

    Args:
        rule_type: name of the plug-in.
        frames: of one run of the engine, with the tracks that the task keeps.
        about: the ids under which the object goes.
        since: only what happens from here on counts, or is still open then; None: all.

    Attributes:
        replays: how often the frames were played.
    """

    rule_type: str
    scene: Scene
    frames: Sequence[StoredFrame]
    about: frozenset[int]
    since: datetime | None = None
    replays: int = field(default=0)

    def fires(self, config: BaseModel | None) -> Event | None:
        """Return the first event about the track with these settings; None: the rule keeps silent about it."""
        if config is None:
            return None
        self.replays += 1
        rule: Rule = plugins.load("rules", self.rule_type)(config, self.scene)
        earlier: dict[str, Event] = {}
        for place, stored in enumerate(self.frames):
            if place and stored.frame.discont:
                rule.finish(stored.frame)
            said = rule.update(stored.tracks, stored.frame)
            if self.since is not None and stored.frame.captured_at < self.since:
                self._remember(said, earlier)
                continue
            if earlier:
                return next(iter(earlier.values()))
            if (found := self._first(said)) is not None:
                return found
        return self._first(rule.finish(self.frames[-1].frame))

    def _first(self, said: Sequence[Event]) -> Event | None:
        return next((event for event in said if self.about & set(event.track_ids)), None)

    def _remember(self, said: Sequence[Event], open_now: dict[str, Event]) -> None:
        """Keep what has begun about the track and not ended yet."""
        for event in said:
            if event.phase is Phase.END:
                open_now.pop(event.incident_id, None)
            elif event.phase is Phase.START and self.about & set(event.track_ids):
                open_now[event.incident_id] = event
