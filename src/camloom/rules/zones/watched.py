"""The frame of a rule about who is in one zone; what is made of it, its watch says."""

from collections.abc import Callable

from camloom.config import Scene
from camloom.event import Event
from camloom.frame import Frame
from camloom.rules.gate import RuleGate
from camloom.rules.subjects.shared import subjects_of
from camloom.rules.subjects.subjects import TrackRuleConfig
from camloom.rules.zones.stays import Stays
from camloom.rules.zones.visits import Watch
from camloom.tracks import Tracks


class WatchedZone:
    """Follows who is in a zone, and shows them to a watch.

    Args:
        config: the subjects, and the gate.
        zone: its name.
        gap_s: whoever is away for no longer than this has stayed.
        watch: makes the watch.

    Raises:
        ConfigError: the zone is not drawn.
    """

    def __init__(
        self, config: TrackRuleConfig, zone: str, gap_s: float, watch: Callable[[RuleGate, Stays], Watch], scene: Scene
    ) -> None:
        place = scene.zone(zone)
        self.gate = RuleGate(config.gate)
        self._subjects = subjects_of(scene, config, place.anchor)
        self._stays = Stays(place, gap_s)
        self._watch = watch(self.gate, self._stays)

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        sightings = self._subjects.observe(tracks, frame)
        for seen in sightings.continuing:
            if seen.continues is not None:
                self.gate.inherit(seen.continues, seen.track_id)
        present = self._stays.update(sightings)
        return self._watch.update(present, self._stays.expire(frame.pts_s), frame)

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`."""
        events = self._watch.finish(frame)
        self._stays.clear()
        self._subjects.forget()
        self.gate.forget()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: somebody is in the zone, or was within the gap."""
        return len(self._stays) > 0
