"""The rule about faces: who is it, compared with a gallery of known people."""

import zlib
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field, model_validator

from camloom.config import Scene
from camloom.detections import Attribute
from camloom.errors import ConfigError
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.geometry import Anchor
from camloom.rules.gate import RuleGate, exceeded, reached
from camloom.rules.incident import Incident, Reporter
from camloom.rules.subjects import Sighting, Subjects, TrackRuleConfig
from camloom.rules.votes import FaceQuality, Verdict, Vote, Votes, votes_of
from camloom.taught.gallery import Gallery, gallery_file
from camloom.taught.gallery_source import GallerySource
from camloom.taught.sealed import unavailable
from camloom.tracks import Tracks

UNKNOWN = "unknown"
"""The value of the attribute `person` of somebody whom the gallery does not hold."""


class MatchTrigger(StrEnum):
    """Whom the rule is about."""

    KNOWN = "known"
    UNKNOWN = "unknown"


class MatchConfig(TrackRuleConfig):
    """A rule about faces."""

    zone: str | None = Field(default=None, min_length=1, description="name of a zone of the task; none: everywhere")
    gallery: Path | None = Field(default=None, description="file of known people; default: that of `camloom faces`")
    on: MatchTrigger = Field(default=MatchTrigger.KNOWN, description="known: people of the gallery; unknown: strangers")
    people: tuple[str, ...] = Field(default=(), description="known: only these people; empty: everybody in the gallery")
    threshold: float | None = Field(
        default=None, gt=0, lt=1, description="least cosine with a picture of a person; default: the gallery's"
    )
    votes: int = Field(default=3, ge=1, le=20, description="frames that must agree")
    of: int = Field(default=5, ge=1, le=20, description="the last good frames of a face that are asked")
    min_width_px: float = Field(default=48, ge=8, le=2000, description="least width of the face between the ears, px")
    max_angle_deg: float = Field(
        default=35, gt=0, le=90, description="most angle between where it looks and the camera, degrees"
    )
    min_sharpness: float = Field(
        default=0.3, ge=0, lt=1, description="least sharpness of the face, 0 (blurred) to 1; 0: not asked"
    )
    liveness: bool = Field(default=False, description="ask a model of crops whether it is a living face")
    liveness_attribute: str = Field(default="liveness", min_length=1, description="liveness: what that model calls it")
    liveness_value: str = Field(default="live", min_length=1, description="liveness: its value for a living face")
    min_liveness: float = Field(default=0.5, gt=0, le=1, description="liveness: least confidence of it")

    @model_validator(mode="after")
    def _makes_sense(self) -> "MatchConfig":
        if self.votes > self.of:
            raise ValueError(f"`votes` is {self.votes} of the last {self.of}: give `of: {self.votes}` or more")
        if self.people and self.on is MatchTrigger.UNKNOWN:
            raise ValueError("`people` has no effect with `on: unknown`; it goes with `on: known`")
        return self


@dataclass(slots=True)
class _Face:
    """A track of a face, what its frames said, and the incident about it."""

    seen: Sighting
    votes: Votes
    incident: Incident | None = None
    name: str = field(default="")


class MatchRule:
    """A face is that of a known person, or of nobody known.

    Each time that a model of crops has read a face which is large, frontal and sharp enough, that frame votes: for
    the person whose picture is most like it, if the cosine reaches the threshold, else for a stranger. When `votes`
    of the last `of` agree, the incident starts; it ends when the face is gone for `gap_s`, or turns out to be
    somebody else's. Faces from the side, small and blurred ones do not vote. The value is the median cosine of the
    votes that agree.

    It needs a model of faces with five points and an embedder under `secondary`, see docs/rules-faces.md. Of a
    stored past neither is kept.
    """

    needs_pixels: ClassVar = True
    Config: ClassVar[type[BaseModel]] = MatchConfig

    def __init__(self, config: MatchConfig, scene: Scene) -> None:
        self.gate = RuleGate(config.gate)
        self._config = config
        self._zone = scene.zone(config.zone) if config.zone else None
        self._subjects = Subjects(config, self._zone.anchor if self._zone else Anchor.CENTER)
        self._source = GallerySource(config.gallery or gallery_file())
        self._quality = FaceQuality(config.min_width_px, config.max_angle_deg, config.min_sharpness)
        kind = "face.matched" if config.on is MatchTrigger.KNOWN else "face.unknown"
        self._reporter = Reporter(config.id, kind, config.zone or "", "cosine")
        self._faces: dict[int, _Face] = {}

    @classmethod
    def unavailable(cls) -> str:
        """Say why it cannot run on this machine; empty when it can."""
        return unavailable()

    def check_embeddings(self, models: frozenset[str]) -> None:
        """Check that the gallery can be opened and fits.

        Args:
            models: that give the task's objects embeddings, `name@version`.

        Raises:
            ConfigError: there is no gallery, nobody in it, or it was made with another model.
        """
        path, gallery = self._source.path, self._source.read()
        if gallery.model not in models:
            task_has = f"this task reads faces with {' and '.join(sorted(models))}" if models else "this task has none"
            raise ConfigError(
                f"rule '{self._config.id}': the gallery {path} was made with model {gallery.model}, {task_has}",
                "Name that model under `secondary:`, or make a gallery with the other one: "
                "camloom faces add NAME PICTURE --gallery FILE",
            )
        wanted = set(self._config.people) - set(gallery.people)
        if wanted or (not gallery.people and self._config.on is MatchTrigger.KNOWN):
            who = f"no '{min(wanted)}'" if wanted else "nobody"
            raise ConfigError(
                f"rule '{self._config.id}': there is {who} in the gallery {path}", "Add: camloom faces add NAME PICTURE"
            )

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        rows = {track_id: row for row, track_id in enumerate(tracks.track_id.tolist())}
        events = []
        for seen in self._inside(tracks, frame):
            face = self._face(seen)
            self._vote(face, tracks, rows[seen.track_id], frame.pts_s)
            events += self._judge(face, frame)
        return self._expire(frame) + events

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`."""
        events = [event for face in self._faces.values() for event in self._end(face, frame)]
        self._faces.clear()
        self._subjects.forget()
        self.gate.forget()
        return events

    @property
    def holding(self) -> bool:
        """See `Rule`: a face is in view."""
        return len(self._faces) > 0

    def _inside(self, tracks: Tracks, frame: Frame) -> list[Sighting]:
        sightings = self._subjects.observe(tracks, frame)
        if self._zone is None or not sightings.items:
            return sightings.items
        inside = self._zone.contains(sightings.points_norm).tolist()
        return [seen for seen, is_inside in zip(sightings.items, inside, strict=True) if is_inside]

    def _face(self, seen: Sighting) -> _Face:
        if seen.continues is not None and seen.continues in self._faces:
            self._faces[seen.track_id] = self._faces.pop(seen.continues)
        face = self._faces.get(seen.track_id)
        if face is None:
            face = self._faces[seen.track_id] = _Face(seen, Votes(self._config.votes, self._config.of))
        face.seen = seen
        return face

    def _vote(self, face: _Face, tracks: Tracks, row: int, now_s: float) -> None:
        fresh = tracks.fresh[row] if tracks.fresh else ()
        if not fresh or tracks.keypoints is None:
            return
        gallery = self._source.current(now_s)
        threshold = self._threshold(gallery)
        for vote in votes_of(fresh, tracks.keypoints[row], gallery, self._quality, threshold):
            face.votes.add(vote)

    def _threshold(self, gallery: Gallery) -> float:
        return self._config.threshold or gallery.threshold

    def _judge(self, face: _Face, frame: Frame) -> list[Event]:
        verdict = face.votes.verdict()
        if verdict is None or (face.incident is not None and verdict.name == face.name):
            return []
        ended = self._end(face, frame)  # another name for one track: it was handed on to somebody else
        if not self._is_asked_for(verdict):
            return ended
        return ended + self._start(face, verdict, frame)

    def _is_asked_for(self, verdict: Verdict) -> bool:
        if self._config.on is MatchTrigger.UNKNOWN:
            return verdict.name == ""
        return verdict.name != "" and (not self._config.people or verdict.name in self._config.people)

    def _start(self, face: _Face, verdict: Verdict, frame: Frame) -> list[Event]:
        if verdict.name and (lost := self._lost(verdict.name, frame.pts_s)):
            face.incident, face.name, lost.incident = lost.incident, verdict.name, None
            return []
        live = self._live(face.seen)
        gates = self.gate.check(frame, _key(verdict.name, face), frame.pts_s - face.votes.agreed_since_s(frame.pts_s))
        if live is None or gates is None:
            return []
        face.name = verdict.name
        why = (*verdict.why(self._quality), *live, *gates)
        face.incident, event = self._reporter.start(frame, [self._named(face, verdict)], verdict.cosine, why)
        self.gate.spoke(_key(verdict.name, face), frame.pts_s)
        return [event]

    def _live(self, seen: Sighting) -> tuple[Gate, ...] | None:
        """Return the gate of a living face, nothing if that is not asked, None if it is not one."""
        config = self._config
        if not config.liveness:
            return ()
        for one in seen.attributes:
            if (one.name, one.value) == (config.liveness_attribute, config.liveness_value):
                is_sure = one.confidence >= config.min_liveness
                return (Gate("liveness", one.confidence, config.min_liveness),) if is_sure else None
        return None
