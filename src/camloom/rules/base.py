"""The seam of rules: tracks in, events out. One instance per stream."""

import math
from typing import Protocol

from pydantic import BaseModel

from camloom.event import Event
from camloom.frame import Frame
from camloom.tracks import Tracks


class Rule(Protocol):
    """Watches tracks on the stream clock. `__init__(config, scene)`.

    Its `Config` has at least `id: str`; a field `zone`, `line` or `second_line` names a place of the scene. A method
    `misfit(scene) -> str` of it may say why the zone does not do, in words that follow its name: the task is refused.
    An attribute `gate`, a `RuleGate`, lets the rule be armed and disarmed while it runs. A rule that looks at the
    picture itself says `needs_pixels = True`, and `peek_s` if a stream in which nothing moves must be shown to it all
    the same, every so many seconds. `watches_camera = True`: it also sees frames that are not `usable`.
    """

    @property
    def Config(self) -> type[BaseModel]:  # noqa: N802  # a class in every implementation
        """The settings; a class attribute."""

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """Return what happened on this frame; `frame.pts_s` is the only clock."""

    def finish(self, frame: Frame) -> list[Event]:
        """Return the `end` of everything still open: the stream is over or broke; then forget all."""

    @property
    def holding(self) -> bool:
        """Whether it waits for something of an object in view (a dwell that runs, an open alarm)."""


def watches_camera(rule: Rule) -> bool:
    """Tell whether a rule is about the camera itself and must see pictures that are not worth analysing."""
    return bool(getattr(rule, "watches_camera", False))


def peek_of(rule: Rule) -> float:
    """Return after how many seconds a sleeping stream must be woken for a rule; inf: never."""
    return float(getattr(rule, "peek_s", math.inf))
