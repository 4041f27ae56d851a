"""A scene whose rules share what they see."""

from collections.abc import Sequence

from camloom.config import Scene
from camloom.geometry import Anchor, Line, Zone
from camloom.rules.subjects.chosen import TrackFilter
from camloom.rules.subjects.columns import Shown, Watch
from camloom.rules.subjects.handover import Handover
from camloom.rules.subjects.rows import Places, Viewpoint
from camloom.rules.subjects.subjects import Sources, Subjects, TrackRuleConfig


class SharedScene(Scene):
    """The scene of one stream, of which each rule is shown every frame, and the tracks of it as they came.

    Rules with the same filter and anchor get the same subjects, so that these are worked out once a frame.
    """

    def __init__(self, zones: tuple[Zone, ...] = (), lines: tuple[Line, ...] = ()) -> None:
        super().__init__(zones, lines)
        self._watch = Watch()
        self._filters: dict[tuple[frozenset[str], float], TrackFilter] = {}
        self._places = Places()
        self._viewpoints: dict[Anchor, Viewpoint] = {}
        self._handovers: dict[tuple[TrackFilter, float], Handover] = {}
        self._subjects: dict[tuple[TrackFilter, float, float, Anchor], Subjects] = {}

    @classmethod
    def of(cls, scene: Scene) -> "SharedScene":
        """Return the same scene, shared."""
        return cls(tuple(scene.zones.values()), tuple(scene.lines.values()))

    def expect(self, shown: Sequence[Shown]) -> None:
        """Work out frames that will be shown next, all at once: cheaper, where they are known before."""
        self._watch.expect(shown)

    def subjects(self, config: TrackRuleConfig, anchor: Anchor) -> Subjects:
        """Return the subjects of all rules with such a filter."""
        track_filter = self._filter(frozenset(config.classes), config.min_height_share)
        same = track_filter, config.gap_s, config.min_confidence, anchor
        if same not in self._subjects:
            handover = self._handovers.setdefault((track_filter, config.gap_s), Handover(track_filter, config.gap_s))
            viewpoint = self._viewpoint(anchor)
            self._subjects[same] = Subjects(config, anchor, Sources(track_filter, handover, viewpoint))
        return self._subjects[same]

    def _filter(self, classes: frozenset[str], min_height_share: float) -> TrackFilter:
        same = classes, min_height_share
        return self._filters.setdefault(same, TrackFilter(self._watch, classes, min_height_share))

    def _viewpoint(self, anchor: Anchor) -> Viewpoint:
        if anchor not in self._viewpoints:
            self._viewpoints[anchor] = Viewpoint(anchor, self._places)
        return self._viewpoints[anchor]


def subjects_of(scene: Scene, config: TrackRuleConfig, anchor: Anchor) -> Subjects:
    """Return the subjects of a rule: shared where its scene is, else its own.

    A rule that takes them shows them every frame, and all tracks of it.
    """
    return scene.subjects(config, anchor) if isinstance(scene, SharedScene) else Subjects(config, anchor)
