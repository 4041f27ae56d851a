"""Scripted scenes played to rules: what would they say of it, without a camera, a model or a clock on the wall?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import cv2
import numpy as np

from camloom.config import TaskConfig, parse_task
from camloom.event import Event
from camloom.frame import Frame, ImageArray, PixelBox, aligned_box
from camloom.inference.card import InputSpec, ModelCard
from camloom.rules.base import Rule
from camloom.runner.build import build_rules
from camloom.sources.scripted.draw import Painter
from camloom.sources.scripted.script import SceneScript
from camloom.sources.scripted.seen import detections, tracks
from camloom.tracking.bytetrack import ByteTrack
from camloom.tracks import Tracks

BEGAN = datetime(2026, 3, 4, 12, tzinfo=UTC)  # a Wednesday at noon
SOURCE = "scene"


class PaintedBuffer:
    """A picture of a scene, painted when somebody asks for it."""

    pix_fmt = "bgr24"

    def __init__(self, painter: Painter, script: SceneScript, index: int) -> None:
        self.width, self.height = script.width, script.height
        self._painter, self._index = painter, index
        self._picture: ImageArray | None = None

    def to_bgr(self) -> ImageArray:
        """See `FrameBuffer`."""
        if self._picture is None:
            self._picture = self._painter.picture(self._index)
        return self._picture

    def resize_into(self, target: ImageArray) -> None:
        """See `FrameBuffer`."""
        cv2.resize(self.to_bgr(), (target.shape[1], target.shape[0]), target, interpolation=cv2.INTER_AREA)

    def crop_into(self, target: ImageArray, box_px: PixelBox) -> None:
        """See `FrameBuffer`."""
        x0, y0, x1, y1 = aligned_box(box_px, self.width, self.height)
        cv2.resize(self.to_bgr()[y0:y1, x0:x1], (target.shape[1], target.shape[0]), target)

    def luma(self, width: int, height: int) -> ImageArray:
        """See `FrameBuffer`."""
        grey = cv2.cvtColor(self.to_bgr(), cv2.COLOR_BGR2GRAY)
        return np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


@dataclass(frozen=True, slots=True)
class Seen:
    """A frame of a scene, and who was tracked on it."""

    frame: Frame
    tracks: Tracks


@dataclass(frozen=True, slots=True)
class Watcher:
    """How a scene is watched.

    Args:
        tracker: "script": identities as the script has them; "bytetrack": the real tracker on the script's boxes.
        began: when the scene begins; schedules ask for it.
    """

    tracker: str = "script"
    began: datetime = field(default=BEGAN)

    def watch(self, script: SceneScript) -> Iterator[Seen]:
        """Yield every frame of a scene with its tracks."""
        painter, real = Painter(script), ByteTrack(ByteTrack.Config(), trusted=0.5)
        for index in range(script.frames):
            pts_s = index / script.fps
            taken = self.began + timedelta(seconds=pts_s)
            frame = Frame(SOURCE, index, pts_s, taken, 0.0, False, PaintedBuffer(painter, script, index))
            if self.tracker == "script":
                yield Seen(frame, tracks(script, index))
            else:
                yield Seen(frame, real.update(detections(script, index), pts_s))


def scene_card(script: SceneScript) -> ModelCard:
    """Return the card of a model that would find just what a scene has."""
    return ModelCard(
        name="scripted",
        family="nanodet",
        task="pose",
        class_names=script.class_names,
        input=InputSpec(width=64, height=64),
        licence="Apache-2.0",
        files={"any": "none"},
    )


def reader_cards(script: SceneScript) -> list[ModelCard]:
    """Return the cards of models that would read just the attributes of a scene."""
    return [
        ModelCard(
            name=f"scripted-{name}",
            family="classifier",
            task="classification",
            class_names=values,
            input=InputSpec(width=64, height=64),
            options={"attribute": name},
            licence="Apache-2.0",
            files={"any": "none"},
        )
        for name, values in script.readable.items()
    ]


def rules_for(script: SceneScript, document: dict[str, Any]) -> list[Rule]:
    """Return the rules of a task about a scene.

    Args:
        document: a task without a source: zones, lines, rules, alarms.

    Raises:
        ConfigError: the task is wrong.
    """
    task: TaskConfig = parse_task({"source": "synthetic:", **document})
    return build_rules(task, scene_card(script), reader_cards(script))


def play(script: SceneScript, rules: Sequence[Rule], watcher: Watcher | None = None) -> list[Event]:
    """Return what rules say of a scene, from its first frame to the end of the stream."""
    events: list[Event] = []
    seen: Seen | None = None
    for seen in (watcher or Watcher()).watch(script):
        events += [event for rule in rules for event in rule.update(seen.tracks, seen.frame)]
    if seen is not None:
        events += [event for rule in rules for event in rule.finish(seen.frame)]
    return events
