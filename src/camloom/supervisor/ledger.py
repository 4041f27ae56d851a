"""The alarms that are open, so that none stays open for ever when the process that knew of them dies.

A worker that dies cannot tell the end of its alarms, and its successor knows nothing of them: it begins with empty
rules, and raises a new alarm if there still is a reason. So the end of the old one is told for it. The book is on the
disk too: if everything dies at once, the next run tells the ends.
"""

import json
import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ConfigDict, TypeAdapter, ValidationError
from ulid import ULID

from camloom.event import Change, Event, Phase
from camloom.sinks.paths import write_durably

OPEN_ALARMS = "open-alarms.json"
_MAX_OPEN = 10_000
_EVENTS: TypeAdapter[list[Event]] = TypeAdapter(list[Event], config=ConfigDict(ser_json_inf_nan="constants"))
_logger = logging.getLogger(__name__)


class Ledger:
    """The open alarms of one stream.

    Args:
        out: the folder of its task; what an earlier run left open there is open now.
    """

    def __init__(self, out: Path) -> None:
        self._path = out / OPEN_ALARMS
        self._is_stored = True
        self._open: dict[str, Event] = {event.incident_id: event for event in self._stored()}

    def __len__(self) -> int:
        return len(self._open)

    def take(self, event: Event) -> None:
        """Take in what a rule said; `store` writes it down."""
        if event.phase is Phase.START or (event.phase is Phase.UPDATE and event.incident_id in self._open):
            is_new = event.incident_id not in self._open
            self._open[event.incident_id] = event
            while len(self._open) > _MAX_OPEN:
                del self._open[next(iter(self._open))]
            self._is_stored &= not is_new
        elif event.phase is Phase.END and self._open.pop(event.incident_id, None) is not None:
            self._is_stored = False

    def end_all(self, detail: str) -> list[Event]:
        """Return the ends of all that is open; it stays open until `take` is given them.

        Args:
            detail: why they end.
        """
        now = datetime.now(UTC)
        return [_end_of(event, detail, now) for event in self._open.values()]

    def store(self) -> None:
        """Write down what is open if that has changed; without a disk the run goes on."""
        if self._is_stored:
            return
        self._is_stored = True
        with suppress(OSError):
            if not self._open:
                self._path.unlink(missing_ok=True)
                return
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_durably(self._path, _EVENTS.dump_json(list(self._open.values())))

    def _stored(self) -> Iterable[Event]:
        try:
            return _EVENTS.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return ()
        except (OSError, ValidationError, json.JSONDecodeError) as error:
            _logger.warning("%s cannot be read: %s", self._path, type(error).__name__)
            return ()


def _end_of(event: Event, detail: str, now: datetime) -> Event:
    return replace(
        event,
        id=str(ULID()),
        phase=Phase.END,
        occurred_at=now,
        detail=detail,
        media={},
        ongoing=0,
        change=Change.NONE,
    )
