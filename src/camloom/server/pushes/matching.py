"""Which alarms a target is told of."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from camloom.config import StrictModel
from camloom.server.business.event_document import Severity
from camloom.server.business.hooks import AlarmChange
from camloom.server.business.policies import Id, Name
from camloom.server.week import Week, in_week

ChangeWord = Literal["raised", "updated", "worsened", "escalated", "ended", "handled"]
_WORDS: dict[AlarmChange, ChangeWord] = {
    AlarmChange.RAISED: "raised",
    AlarmChange.UPDATED: "updated",
    AlarmChange.WORSENED: "worsened",
    AlarmChange.ESCALATED: "escalated",
    AlarmChange.ENDED: "ended",
}


class PushMatch(StrictModel):
    """Which changes of which alarms; what is left empty fits everything."""

    changes: Annotated[tuple[ChangeWord, ...], Field(min_length=1, max_length=6)] = ("raised", "worsened", "escalated")
    severities: tuple[Severity, ...] = Field(default=(), max_length=4)
    templates: tuple[Name, ...] = Field(default=(), max_length=100)
    cameras: tuple[Id, ...] = Field(default=(), max_length=1000)
    groups: tuple[Id, ...] = Field(default=(), max_length=200)
    week: Week = Field(default=(), description="when to push; by the clock of the site")
    quiet: Week = Field(default=(), description="when not to, whatever `week` says")

    def fits(
        self, alarm: Mapping[str, Any], groups: Collection[str], change: AlarmChange, at: datetime, zone: ZoneInfo
    ) -> bool:
        """Tell whether a change of an alarm is pushed.

        Args:
            alarm: a row of its table.
            groups: that of its camera, and those above.
        """
        return (
            change_word(change) in self.changes
            and (not self.severities or alarm["severity"] in self.severities)
            and (not self.templates or alarm["template"] in self.templates)
            and (not self.cameras or alarm["camera_id"] in self.cameras)
            and (not self.groups or not frozenset(self.groups).isdisjoint(groups))
            and in_week(self.week, at, zone)
            and not (self.quiet and in_week(self.quiet, at, zone))
        )


def change_word(change: AlarmChange) -> ChangeWord:
    """Return the word under which a target may ask for a change."""
    return _WORDS.get(change, "handled")


def read_match(document: Any) -> PushMatch:
    """Return the match of a row; those that were read before are not read again."""
    return read_match_text(json.dumps(document, sort_keys=True))


@lru_cache(maxsize=256)
def read_match_text(text: str) -> PushMatch:
    """Return the match of a row as it is written in the database."""
    return PushMatch.model_validate_json(text)
