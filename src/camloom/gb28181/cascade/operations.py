"""What other processes may ask of the side that registers at other platforms, through the control socket.

`cascade.alarm` with {"event": ..., "channel": ...} hands over an event document; the answer is {"outcome", "again"},
and `again` says that it was not taken and that the same may be asked later. `cascade.status` tells how things are.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import Field

from camloom.config import StrictModel
from camloom.errors import ConfigError
from camloom.gb28181.cascade.service import AGAIN, Cascade
from camloom.gb28181.control.server import Operation, Question


class AlarmQuestion(StrictModel):
    """An event for the platforms above."""

    event: dict[str, Any]
    channel: str = Field(default="", max_length=128, description="empty: the one that the event's source belongs to")


class CascadePart:
    """All platforms above, as one part of a service."""

    def __init__(self, cascades: Sequence[Cascade]) -> None:
        self._cascades = list(cascades)

    @property
    def operations(self) -> dict[str, Operation]:
        """By name."""
        return {"cascade.alarm": self._alarm, "cascade.status": self._status}

    async def start(self) -> None:
        """Begin to register.

        Raises:
            ConfigError: a port cannot be had.
        """
        for cascade in self._cascades:
            try:
                await cascade.start()
            except OSError as error:
                raise ConfigError(f"cannot listen: {error.strerror}", "Set `host` and `port` of the cascade") from None

    async def close(self) -> None:
        """Say goodbye everywhere."""
        for cascade in self._cascades:
            await cascade.close()

    async def _alarm(self, question: Question) -> dict[str, Any]:
        asked = AlarmQuestion.model_validate(question.given)
        try:
            found = [await one.deliver(asked.event, asked.channel) for one in self._cascades]
        except (ValueError, OverflowError) as error:  # a time beyond all calendars is one too
            raise ConfigError(f"this is no event: {error}") from None
        open_ones = [outcome for outcome in found if outcome in AGAIN]
        known = [outcome for outcome in found if outcome != "unknown channel"]
        outcome = (open_ones or known or ["unknown channel"])[0]
        return {"outcome": outcome, "again": bool(open_ones)}

    async def _status(self, question: Question) -> list[dict[str, Any]]:
        del question
        return [one.status() for one in self._cascades]
