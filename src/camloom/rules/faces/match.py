"""The rule about faces: who is it, compared with a gallery of known people."""

import zlib
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import ClassVar

from pydantic import BaseModel, Field, model_validator

from camloom.config import Scene, Wants
from camloom.detections import Attribute
from camloom.errors import ConfigError
from camloom.event import Event, Gate
from camloom.frame import Frame
from camloom.geometry import Anchor
from camloom.rules.faces.votes import FaceQuality, Verdict, Votes, votes_of
from camloom.rules.gate import RuleGate, exceeded
from camloom.rules.incident import Incident, Reporter
from camloom.rules.subjects.subjects import Sighting, Subjects, TrackRuleConfig
from camloom.taught.gallery import gallery_file, read_gallery
from camloom.taught.gallery_source import GallerySource
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
    liveness: str | None = Field(
        default=None,
        pattern=r"^[^=]+=[^=]+$",
        description="attribute=value that a model of crops must say of a living face, such as liveness=live",
    )
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
    """A track of a face and what its frames said.

    Attributes:
        name, since_s: what they agree on, and since when; None: on nothing yet.
        verdict: that the incident began with.
    """

    seen: Sighting
    votes: Votes
    name: str = ""
    since_s: float | None = None
    incident: Incident | None = None
    verdict: Verdict | None = None


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

    @staticmethod
    def wants(config: MatchConfig) -> Wants:
        """Return what the models of the task must do."""
        return Wants(abilities=("face", "embedding"), attributes=(config.liveness,) if config.liveness else ())

    @staticmethod
    def check_taught(config: MatchConfig, models: frozenset[str]) -> None:
        """Check that the gallery can be opened and fits.

        Args:
            config: of the rule.
            models: that give the task's objects embeddings, `name@version`.

        Raises:
            ConfigError: there is no gallery, not those asked for in it, or it was made with another model.
            PluginError: galleries cannot be opened on this machine.
        """
        path = config.gallery or gallery_file()
        gallery = read_gallery(path)
        if gallery.model not in models:
            raise ConfigError(
                f"the gallery {path} was made with model {gallery.model}, but this task reads faces with "
                f"{' and '.join(sorted(models)) or 'none'}",
                "Name that model under `secondary:`, or begin a gallery with the other one: "
                "camloom faces add NAME PICTURE --gallery FILE",
            )
        missing = sorted(set(config.people) - set(gallery.people))
        if missing or (not gallery.people and config.on is MatchTrigger.KNOWN):
            who = f"no '{missing[0]}'" if missing else "nobody"
            raise ConfigError(f"there is {who} in the gallery {path}", "Add them: camloom faces add NAME PICTURE")

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
        threshold = self._config.threshold or gallery.threshold
        for vote in votes_of(fresh, tracks.keypoints[row], gallery, self._quality, threshold):
            face.votes.add(vote)

    def _judge(self, face: _Face, frame: Frame) -> list[Event]:
        verdict = face.votes.verdict()
        if verdict is None:
            return []
        if verdict.name != face.name or face.since_s is None:
            ended = self._end(face, frame)  # another name for one track: it went over to somebody else
            face.name, face.since_s = verdict.name, frame.pts_s
        else:
            ended = []
        if face.incident is not None or not self._is_asked_for(verdict):
            return ended
        return ended + self._start(face, verdict, frame)

    def _is_asked_for(self, verdict: Verdict) -> bool:
        if self._config.on is MatchTrigger.UNKNOWN:
            return verdict.name == ""
        return verdict.name != "" and (not self._config.people or verdict.name in self._config.people)

    def _start(self, face: _Face, verdict: Verdict, frame: Frame) -> list[Event]:
        if face.name and (lost := self._lost(face.name, frame.pts_s)) is not None:
            face.incident, lost.incident = lost.incident, None
            return []
        live, held_s = self._live(face.seen), frame.pts_s - (face.since_s or 0.0)
        gates = self.gate.check(frame, _key(face), held_s)
        if live is None or gates is None:
            return []
        face.verdict = verdict
        why = (*verdict.why(self._quality), *live, *gates)
        face.incident, event = self._reporter.start(frame, [_named(face)], verdict.cosine, why)
        self.gate.spoke(_key(face), frame.pts_s)
        return [event]

    def _lost(self, name: str, now_s: float) -> _Face | None:
        """Return the face of the same person under an id that is not seen now: the incident goes on."""
        return next(
            (one for one in self._faces.values() if one.incident and one.name == name and one.seen.pts_s < now_s), None
        )

    def _live(self, seen: Sighting) -> tuple[Gate, ...] | None:
        """Return the gate of a living face, nothing if that is not asked, None if it is not one."""
        if self._config.liveness is None:
            return ()
        name, _, value = self._config.liveness.partition("=")
        sure = max((one.confidence for one in seen.attributes if (one.name, one.value) == (name, value)), default=0.0)
        least = self._config.min_liveness
        return (Gate("liveness", sure, least),) if sure >= least else None

    def _expire(self, frame: Frame) -> list[Event]:
        gap_s = self._config.gap_s
        gone = [key for key, face in self._faces.items() if exceeded(frame.pts_s - face.seen.pts_s, gap_s)]
        return [event for key in gone for event in self._end(self._faces.pop(key), frame)]

    def _end(self, face: _Face, frame: Frame) -> list[Event]:
        incident, face.incident = face.incident, None
        if incident is None:
            return []
        self.gate.spoke(_key(face), face.seen.pts_s)
        cosine = face.verdict.cosine if face.verdict else 0.0
        return [self._reporter.end(incident, frame, [_named(face)], cosine)]


def _named(face: _Face) -> Sighting:
    """Return where a face was last seen, with who it is."""
    like = min(max(face.verdict.cosine if face.verdict else 0.0, 0.0), 1.0)
    said = Attribute("person", face.name or UNKNOWN, like if face.name else 1 - like, "gallery")
    return replace(face.seen, attributes=(*face.seen.attributes, said))


def _key(face: _Face) -> int:
    """Return whom a cooldown is about: a known person whatever the track (numbers below 0), or the track."""
    return -1 - zlib.crc32(face.name.encode()) if face.name else face.seen.track_id
