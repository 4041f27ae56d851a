"""Alarms of templates as tests play them."""

from typing import Any

from pydantic import BaseModel

from camloom.config import TaskConfig, parse_task
from camloom.event import Event
from camloom.frame import Frame
from camloom.inference.card import InputSpec, ModelCard
from camloom.rules.base import Rule
from camloom.tracks import Tracks

ZONES: list[dict[str, Any]] = [{"name": "lawn", "vertices": [[0.3, 0.4], [0.7, 0.4], [0.7, 0.8], [0.3, 0.8]]}]
LINES: list[dict[str, Any]] = [{"name": "gate", "start": [0.5, 0.3], "end": [0.5, 0.9]}]


class Together:
    """Several rules played as one."""

    def __init__(self, rules: list[Rule]) -> None:
        self.rules = rules

    @property
    def Config(self) -> type[BaseModel]:  # noqa: N802
        return self.rules[0].Config

    @property
    def holding(self) -> bool:
        return any(rule.holding for rule in self.rules)

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        return [event for rule in self.rules for event in rule.update(tracks, frame)]

    def finish(self, frame: Frame) -> list[Event]:
        return [event for rule in self.rules for event in rule.finish(frame)]


def card(*class_names: str) -> ModelCard:
    return ModelCard(
        name="eyes",
        family="nanodet",
        class_names=class_names,
        input=InputSpec(width=64, height=64),
        licence="Apache-2.0",
        files={"any": "none"},
    )


def task(*alarms: dict[str, Any], **more: Any) -> TaskConfig:
    return parse_task({"source": "a.mp4", "zones": ZONES, "lines": LINES, "alarms": list(alarms), **more})
