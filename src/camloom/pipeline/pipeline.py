"""The way of a frame through one stream, in seven steps.

    1 source   yields packets                       sources/media.py
    2 decoder  turns packets into frames            sources/reading/decode.py
    3 sampler  lets through those worth analysing   sources/reading/ingest.py (load, idle, damage), health.py
    4 model    letterboxes, infers, decodes boxes   inference/
    5 tracker  gives identities                     tracking/
    5b crops   are read by more models, if any      inference/secondary.py
    6 rules    watch the tracks, raise events       rules/
    7 sinks    deliver                              sinks/

`Pipeline.run` takes all of them on the calling thread. The runner takes the same steps for many streams:
1 to 3 on a thread per stream, 4 to 6 on the workers of the model, 7 on a thread per sink.
"""

import math
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from camloom.detections import Detections
from camloom.errors import ConfigError
from camloom.event import Event, FrameResult
from camloom.frame import Frame, ImageArray
from camloom.health import PictureHealth
from camloom.inference.base import LoadedModel, Tensors
from camloom.inference.preprocess import Letterbox
from camloom.inference.secondary import Secondary
from camloom.packets import PacketRing, StreamInfo
from camloom.pipeline.news import News
from camloom.pipeline.settings import Settings
from camloom.pipeline.times import StageTimes
from camloom.rules.alarm import gates_of
from camloom.rules.base import Rule, peek_of, watches_camera
from camloom.sources.base import Source
from camloom.sources.reading.ingest import Ingest, IngestCounts
from camloom.sources.reading.load import LoadGovernor
from camloom.tracking.base import Tracker
from camloom.tracks import Tracks

EDITED = "edited"
"""The reason of an end that came because somebody edited the rule."""


class Pipeline:
    """One stream from packets to events.

    Args:
        source_id: names the stream in every event.
        source: where packets come from.
        model: finds objects.
        tracker: gives them identities; an instance of its own.
        rules: raise events; instances of their own; by id, so that they can be armed and disarmed.
        secondary: models that read the crops of tracks; instances of their own.
        governor: shared by all live streams of a runner; None never leaves anything out.
        plan_media: names the files that sinks will make for an event, by kind.

    Attributes:
        on_fault: told which fault of the picture begins (reason, line) or is over (reason, empty line).
        failures: what each model of crops said that failed, by name; the stream went on without its readings.
    """

    def __init__(
        self,
        source_id: str,
        source: Source,
        model: LoadedModel,
        tracker: Tracker,
        rules: Sequence[Rule] | Mapping[str, Rule] = (),
        *,
        secondary: Sequence[Secondary] = (),
        settings: Settings | None = None,
        governor: LoadGovernor | None = None,
        plan_media: Callable[[Event, StreamInfo], dict[str, str]] | None = None,
    ) -> None:
        self.source_id = source_id
        self.settings = settings or Settings()
        self.times = StageTimes()
        self.ring = PacketRing(self.settings.ring_s)
        self.info: StreamInfo | None = None
        self._source = source
        self._model = model
        self._tracker = tracker
        self._by_id = dict(rules) if isinstance(rules, Mapping) else {}
        self._rules = tuple(rules.values() if isinstance(rules, Mapping) else rules)
        self._secondary = tuple(secondary)
        self._governor = governor
        self._health = PictureHealth(self.settings.health, self._fault) if self.settings.health else None
        self._last_tracks = _no_tracks(Detections.empty(model.card.class_names))
        self._paused = False
        self._plan_media = plan_media
        self._ingest: Ingest | None = None
        self._letterbox: Letterbox | None = None
        self._last_frame: Frame | None = None
        self._edit: dict[str, Rule] | None = None
        self._edit_lock = threading.Lock()
        self._news = News()
        self.failures: dict[str, str] = {}
        self.on_fault: Callable[[str, str], None] = lambda _reason, _line: None

    def run(self) -> Iterator[FrameResult]:
        """Take every frame through all steps on the calling thread, as fast as it goes."""
        session = self._model.compiled.session()
        canvas = None
        self.open()
        try:
            for frame in self.frames():
                canvas = self.prepare(frame, canvas)
                with self.times.measure("infer"):
                    outputs = session.run(canvas)
                yield self.follow(frame, self.detect(frame, outputs))
            yield from self.finish()
        finally:
            self.close()

    def open(self, info: StreamInfo | None = None) -> StreamInfo:
        """Connect. SourceError when that fails.

        Args:
            info: what the source said, if it is open already.
        """
        self.info = info or self._source.open()
        self._ingest = Ingest(
            self.source_id,
            self._source,
            self.info,
            self.ring,
            analysis_fps=self.settings.analysis_fps,
            idle=self.settings.idle == "on" or (self.settings.idle == "auto" and self.info.live),
            holding=self.holding,
            peek_s=min((peek_of(rule) for rule in self._rules), default=math.inf),
            governor=self._governor if self.info.live else None,
        )
        return self.info

    def frames(self) -> Iterator[Frame]:
        """Steps 1 to 3: yield the frames to analyse."""
        assert self._ingest is not None, "open() comes first"
        frames = self._ingest.frames()
        while True:
            with self.times.measure("decode"):
                frame = next(frames, None)
            if frame is None:
                return
            seen = self._health.see(frame, self._last_tracks) if self._health else frame
            if seen is not None:
                yield seen

    def prepare(self, frame: Frame, canvas: ImageArray | None = None) -> ImageArray:
        """Step 4a: put the picture on a canvas for the model; `canvas` is used again if it fits."""
        with self.times.measure("convert"):
            letterbox = self._letterbox_for(frame)
            if canvas is None:
                canvas = letterbox.new_canvas()
            letterbox.fill(canvas, frame.buffer)
            return canvas

    def detect(self, frame: Frame, outputs: Tensors) -> Detections:
        """Step 4b: turn the model's outputs for a frame into detections, weak ones included."""
        with self.times.measure("post"):
            minimum = self._model.card.low_confidence
            found = self._model.family.decode(outputs, self._letterbox_for(frame), minimum)
            return _only(found, self.settings.classes)

    def follow(self, frame: Frame, detections: Detections) -> FrameResult:
        """Steps 5 and 6: give identities, read crops, ask the rules. Frames must come in order."""
        ended = [*self._take_edit(frame), *(self._break(frame) if frame.discont else ())]
        self._last_frame = frame
        if not frame.usable:
            return self._pause(frame, ended)
        self._paused = False
        with self.times.measure("track"):
            tracks = self._tracker.update(detections, frame.pts_s)
        if self._secondary:
            tracks = self._read_crops(tracks, frame)
        self._last_tracks = tracks
        with self.times.measure("rules"):
            events = [event for rule in self._rules for event in rule.update(tracks, frame)]
        found = detections.select(detections.confidence >= self._model.card.min_confidence)
        return self._result(frame, found, tracks, [*ended, *self._news.told(frame), *events])

    def replace_rules(self, rules: Mapping[str, Rule], kept: Collection[str] = ()) -> None:
        """Go on with other rules from the next frame on; any thread. The tracker knows what it knew.

        What is open of a rule that is no more, or is another one now, ends with the reason `edited`.

        Args:
            rules: all of them, by id.
            kept: ids of those that have not changed: what they know stays.
        """
        with self._edit_lock:
            before = self._by_id if self._edit is None else self._edit
            self._edit = {name: before.get(name, rule) if name in kept else rule for name, rule in rules.items()}

    def announce(self, event_type: str, detail: str) -> None:
        """Let the next result carry an event about the system itself; any thread."""
        self._news.announce(event_type, detail)

    def finish(self) -> list[FrameResult]:
        """Return a last result with the end of everything still open, if anything is."""
        frame = self._last_frame
        events = [*self._take_edit(frame), *self._break(frame)] if frame is not None else []
        if frame is None or not events:
            return []
        nothing = Detections.empty(self._model.card.class_names)
        return [self._result(frame, nothing, _no_tracks(nothing), events)]

    def holding(self) -> bool:
        """Whether a rule waits for something. A parked car alone keeps nobody awake."""
        return any(rule.holding for rule in self._rules) or (self._health is not None and self._health.holding)

    def arm(self, rule_id: str, armed: bool = True) -> None:
        """Let a rule or an alarm speak, or not; any thread. What is open goes on to its end.

        Raises:
            ConfigError: there is none of that id, or it has no gate.
        """
        if rule_id not in self._by_id:
            raise ConfigError(f"'{self.source_id}' has no rule or alarm '{rule_id}'", f"It has {_listed(self._by_id)}")
        gates = gates_of(self._by_id[rule_id])
        if not gates:
            raise ConfigError(f"the rule '{rule_id}' has no gate, it always speaks", "Take it out of the task")
        for gate in gates:
            gate.armed = armed

    def stop(self) -> None:
        """End `frames` soon; any thread."""
        self._source.stop()

    def close(self) -> None:
        """Free the source."""
        self._source.close()

    @property
    def catching_up(self) -> bool:
        """Whether the current frame is one that must not be dropped (a stream that just woke)."""
        return self._ingest is not None and self._ingest.catching_up

    @property
    def damaged(self) -> bool:
        """Whether many pictures come damaged."""
        return self._ingest is not None and self._ingest.damaged

    @property
    def counts(self) -> IngestCounts:
        """What became of the packets."""
        return self._ingest.counts if self._ingest else IngestCounts()

    def _take_edit(self, frame: Frame) -> list[Event]:
        """Swap the rules if others are to be asked from now on; return the ends of what was open of the old ones."""
        with self._edit_lock:
            edit, self._edit = self._edit, None
            if edit is None:
                return []
            old, self._by_id, self._rules = self._rules, edit, tuple(edit.values())
        if self._ingest is not None:
            self._ingest.peek_every(min((peek_of(rule) for rule in self._rules), default=math.inf))
        gone = [rule for rule in old if not any(rule is one for one in self._rules)]
        return [replace(event, reason=EDITED) for rule in gone for event in rule.finish(frame)]

    def _read_crops(self, tracks: Tracks, frame: Frame) -> Tracks:
        with self.times.measure("crops"):
            for secondary in self._secondary:
                worked = not secondary.failure
                tracks = secondary.update(tracks, frame)
                if worked and secondary.failure:
                    self._note_failure(secondary)
        return tracks

    def _fault(self, reason: str, line: str) -> None:
        self.on_fault(reason, line)

    def _note_failure(self, secondary: Secondary) -> None:
        """Say once that a model of crops has failed; the stream goes on without it."""
        line = f"model '{secondary.model_name}' reads no crops for now: {secondary.failure}"
        self.failures.setdefault(secondary.model_name, line)
        self.announce("model.failed", line)

    def _pause(self, frame: Frame, ended: list[Event]) -> FrameResult:
        """Let only the rules about the camera itself see this frame; for the others all is over until it is well."""
        if not self._paused:
            self._paused = True
            ended = [*ended, *self._break(frame, [rule for rule in self._rules if not watches_camera(rule)])]
        nothing = Detections.empty(self._model.card.class_names)
        self._last_tracks = tracks = _no_tracks(nothing)
        with self.times.measure("rules"):
            events = [event for rule in self._rules if watches_camera(rule) for event in rule.update(tracks, frame)]
        return self._result(frame, nothing, tracks, [*ended, *self._news.told(frame), *events])

    def _break(self, frame: Frame, rules: Sequence[Rule] | None = None) -> list[Event]:
        self._tracker.reset()
        for secondary in self._secondary:
            secondary.reset()
        return [event for rule in (self._rules if rules is None else rules) for event in rule.finish(frame)]

    def _result(self, frame: Frame, found: Detections, tracks: Tracks, events: list[Event]) -> FrameResult:
        if self._plan_media is not None and self.info is not None:
            events = [replace(event, media=self._plan_media(event, self.info)) for event in events]
        return FrameResult(frame, found, tracks, tuple(events), time.monotonic() - frame.ready_s)

    def _letterbox_for(self, frame: Frame) -> Letterbox:
        current = self._letterbox
        size = (frame.width, frame.height)
        if current is None or (current.source_width, current.source_height) != size:
            current = self._letterbox = Letterbox.fit(self._model.card.input, *size)
        return current


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"


def _only(detections: Detections, classes: tuple[str, ...]) -> Detections:
    if not classes:
        return detections
    wanted = [index for index, name in enumerate(detections.class_names) if name in classes]
    return detections.select(np.isin(detections.class_id, wanted))


def _no_tracks(nothing: Detections) -> Tracks:
    return Tracks.of(nothing, np.zeros(0, np.int64), np.zeros(0, np.float64))
