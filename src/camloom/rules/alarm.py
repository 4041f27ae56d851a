"""A rule that came from a template: its events say which alarm they belong to."""

from dataclasses import replace
from typing import Any

from pydantic import BaseModel

from camloom.config import AlarmLabel
from camloom.event import Event
from camloom.frame import Frame
from camloom.rules.base import Rule, peek_of
from camloom.tracks import Tracks


class AlarmRule:
    """Passes everything to a rule, and puts the alarm's name, severity and stage on its events.

    Args:
        rule: the rule that does the work; `rule` afterwards.
        label: what its template says.
    """

    def __init__(self, rule: Rule, label: AlarmLabel) -> None:
        self.rule = rule
        self._marks: dict[str, Any] = {
            "template": label.template,
            "name": label.name,
            "severity": label.severity,
            "stage": label.stage,
        }

    @property
    def Config(self) -> type[BaseModel]:  # noqa: N802  # the name that the seam has for it
        """See `Rule`."""
        return self.rule.Config

    def update(self, tracks: Tracks, frame: Frame) -> list[Event]:
        """See `Rule`."""
        return [replace(event, **self._marks) for event in self.rule.update(tracks, frame)]

    def finish(self, frame: Frame) -> list[Event]:
        """See `Rule`."""
        return [replace(event, **self._marks) for event in self.rule.finish(frame)]

    @property
    def peek_s(self) -> float:
        """See `Rule`."""
        return peek_of(self.rule)

    @property
    def holding(self) -> bool:
        """See `Rule`."""
        return self.rule.holding
