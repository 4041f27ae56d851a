"""Two readers of a counting camera, Camloom's pipeline and cv2.VideoCapture, and the age of what they see."""

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from pydantic import BaseModel

from camloom.bench import counter
from camloom.config import HealthConfig
from camloom.detections import Detections
from camloom.errors import CamloomError
from camloom.event import Event
from camloom.frame import Frame, ImageArray
from camloom.inference.base import LoadedModel, Session, Tensors
from camloom.inference.card import InputSpec, ModelCard
from camloom.inference.pool import InferencePool
from camloom.inference.preprocess import Letterbox
from camloom.packets import StreamInfo
from camloom.pipeline import Pipeline, Settings
from camloom.plugins import load
from camloom.runner.stream import Assembly, StreamRun
from camloom.sources.base import Source
from camloom.sources.live.reconnect import ReconnectingSource
from camloom.sources.live.states import StateBoard
from camloom.sources.media import MediaConfig, MediaSource
from camloom.sources.reading.load import LoadGovernor
from camloom.sources.reading.machine import IdleCpu
from camloom.tracks import Tracks

_WARM_UP_S = 3.0


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who takes the frames.

    Attributes:
        model_s: how long the model takes for a frame.
        rule_s: how long the rule takes, after it has seen the frame.
        workers: of the model.
    """

    name: str
    model_s: float = 0.0
    rule_s: float = 0.0
    workers: int = 1


@dataclass(slots=True)
class Ages:
    """Ages of the frames that a reader saw in its window.

    Attributes:
        own_ms: what of each age is the consumer's own time (a model that runs before the rule).
        seen: (time of the sight in s from the start of the window, age in ms).
        unreadable: pictures whose number could not be read.
    """

    reader: str
    consumer: str
    own_ms: float = 0.0
    seen: list[tuple[float, float]] = field(default_factory=list)
    unreadable: int = 0

    def percentile_ms(self, share: float) -> float:
        """Return the age that this share, 0 to 100, of the frames does not exceed; nan without any."""
        return float(np.percentile([age for _, age in self.seen], share)) if self.seen else math.nan

    @property
    def growth_ms_per_s(self) -> float:
        """By how much the age grows; a reader that accumulates grows without end."""
        if len(self.seen) < 3:
            return math.nan
        at_s, ages_ms = np.array(self.seen).T
        return float(np.polyfit(at_s, ages_ms, 1)[0])

    def document(self) -> dict[str, Any]:
        """Return the figures as plain data."""
        return {
            "reader": self.reader,
            "consumer": self.consumer,
            "frames": len(self.seen),
            "age_p50_ms": self.percentile_ms(50),
            "age_p99_ms": self.percentile_ms(99),
            "own_ms": self.own_ms,
            "growth_ms_per_s": self.growth_ms_per_s,
            "unreadable": self.unreadable,
        }


class Observer:
    """Notes the age of each picture that is shown to it, from a moment on.

    Args:
        pushed_s: when the camera pushed each number last, monotonic s.
        begin_s: monotonic s; what comes before is warm-up.
    """

    def __init__(self, ages: Ages, pushed_s: Mapping[int, float], begin_s: float) -> None:
        self._ages = ages
        self._pushed_s = pushed_s
        self._begin_s = begin_s

    def look(self, luma: npt.NDArray[np.uint8], now_s: float) -> None:
        """Read the number of a picture, (360, 640) uint8, that was seen at a monotonic time."""
        if now_s < self._begin_s:
            return
        number = counter.read(luma)
        pushed_s = None if number is None else self._pushed_s.get(number)
        if pushed_s is None:
            self._ages.unreadable += 1
        else:
            self._ages.seen.append((now_s - self._begin_s, (now_s - pushed_s) * 1000))


class _NoConfig(BaseModel):
    """The observing rule has no settings."""


class _ObservingRule:
    """A rule that looks at the age of what it gets, then takes its time."""

    Config = _NoConfig
    holding = False

    def __init__(self, observer: Observer, takes_s: float) -> None:
        self._observer = observer
        self._takes_s = takes_s

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """Note the age of a frame."""
        del tracks
        now_s = time.monotonic()
        self._observer.look(frame.buffer.luma(counter.WIDTH_PX, counter.HEIGHT_PX), now_s)
        time.sleep(self._takes_s)
        return []

    def finish(self, frame: Frame) -> list[Event]:
        """Nothing is ever open."""
        del frame
        return []


class _SlowModel:
    """A model on a device that takes its time and finds nothing: compiled form, session and family in one."""

    description = "waits"
    output_shapes: Mapping[str, tuple[int, ...]] = {"nothing": (0,)}

    def __init__(self, takes_s: float) -> None:
        self._takes_s = takes_s

    def session(self) -> Session:
        return self

    def run(self, canvas: ImageArray) -> Tensors:
        del canvas
        time.sleep(self._takes_s)
        return {"nothing": np.zeros(0, np.float32)}

    def check(self, output_shapes: Mapping[str, tuple[int, ...]]) -> None:
        """Any outputs will do."""

    def decode(self, outputs: Tensors, letterbox: Letterbox, min_confidence: float) -> Detections:
        del outputs, letterbox, min_confidence
        return Detections.empty(("nothing",))


def _loaded(takes_s: float) -> LoadedModel:
    card = ModelCard(
        name="waits",
        family="nanodet",
        class_names=("nothing",),
        input=InputSpec(width=320, height=320),
        licence="Apache-2.0",
        files={"any": "none"},
    )
    model = _SlowModel(takes_s)
    return LoadedModel(card, model, model, "none")


def watch_with_camloom(url: str, consumer: Consumer, pushed_s: Mapping[int, float], seconds: float) -> Ages:
    """Run the pipeline of Camloom on a camera and note the age of what its rule sees.

    Raises:
        CamloomError: the stream cannot be read.
    """
    ages = Ages("camloom", consumer.name, consumer.model_s * 1000)
    observer = Observer(ages, pushed_s, time.monotonic() + _WARM_UP_S)
    model = _loaded(consumer.model_s)
    source = ReconnectingSource(partial(MediaSource, MediaConfig(url=url)), StateBoard())
    pool = InferencePool(model.compiled, consumer.workers)

    def assemble(info: StreamInfo) -> Assembly:
        pipeline = _pipeline(source, model, _ObservingRule(observer, consumer.rule_s))
        pipeline.open(info)
        return Assembly(pipeline, pool, ())

    try:
        _run_for(StreamRun("camera", source, assemble, open_event_sinks=tuple, credits=2), _WARM_UP_S + seconds)
    finally:
        pool.close()
    return ages


def _pipeline(source: Source, model: LoadedModel, rule: _ObservingRule) -> Pipeline:
    tracker = load("trackers", "bytetrack")
    return Pipeline(
        "camera",
        source,
        model,
        tracker(tracker.Config(), trusted=0.5),
        {"age": rule},
        settings=Settings(health=HealthConfig()),
        governor=LoadGovernor(idle_share=IdleCpu()),
    )


def _run_for(stream: StreamRun, seconds: float) -> None:
    stream.start()
    ended = stream.join(seconds)
    stream.stop()
    stream.join()
    if ended or stream.report.errors or stream.report.breaks:
        raise CamloomError(f"the stream broke: {'; '.join(stream.report.errors) or 'the camera closed it'}")


def watch_with_cv2(url: str, consumer: Consumer, pushed_s: Mapping[int, float], seconds: float) -> Ages:
    """Read a camera with cv2.VideoCapture as most programs do, and note the age of each frame it gives.

    Raises:
        CamloomError: the stream cannot be read.
    """
    ages = Ages("cv2.VideoCapture", consumer.name)
    begin_s = time.monotonic() + _WARM_UP_S
    observer = Observer(ages, pushed_s, begin_s)
    capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG)
    try:
        while (now_s := time.monotonic()) < begin_s + seconds:
            got, picture = capture.read()
            if not got:
                raise CamloomError("cv2.VideoCapture cannot read the camera")
            now_s = time.monotonic()
            observer.look(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8), now_s)
            time.sleep(consumer.model_s + consumer.rule_s)
    finally:
        capture.release()
    return ages
