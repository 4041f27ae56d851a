"""What is known of the pictures and clips of events, before they are here."""

import re
from collections.abc import Iterable
from typing import Any

from sqlalchemy import bindparam, select, update

from camloom.errors import ServerError
from camloom.exchange import MediaMessage
from camloom.server.business.event_document import clean_text
from camloom.server.business.ledger import Ledger
from camloom.server.database import new_id
from camloom.server.database.tables import alarm_event, media
from camloom.server.database.upsert import insert_new

_ALARM = select(alarm_event.c.alarm_id).where(alarm_event.c.id == bindparam("of"))
_COME = (
    update(media)
    .where(media.c.event_id == bindparam("of"), media.c.kind == bindparam("what"))
    .where(media.c.state.in_(("pending", "missing")))
    .values(state=bindparam("to"), source_path=bindparam("at"))
)
_KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")
_EVENT_ID = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")


def media_kind(kind: str) -> str:
    """Return a kind of media that is one.

    Raises:
        ServerError: it is none.
    """
    if not _KIND.fullmatch(kind):
        raise ServerError("an event has media of a kind that cannot be")
    return kind


def expect_media(ledger: Ledger, event_id: str, kinds: Iterable[str]) -> None:
    """Write down that there will be pictures or clips of an event."""
    alarm_id = _alarm_of(ledger, event_id) if (expected := list(kinds)) else None
    for kind in expected:
        _write(ledger, event_id, alarm_id, kind, "pending", "")


def note_media(ledger: Ledger, message: MediaMessage) -> None:
    """Write down where a picture or clip lies, or that it will never come.

    Raises:
        ServerError: it cannot be one of an event.
    """
    if not _EVENT_ID.fullmatch(message.event_id):
        raise ServerError("a picture or clip is of an event that cannot be")
    kind = media_kind(message.media_kind)
    path = "" if message.path is None else clean_text(str(message.path))
    state = "waiting" if path else "missing"
    # Nearly all are expected: their events came first.
    if ledger.connection.execute(_COME, {"of": message.event_id, "what": kind, "to": state, "at": path}).rowcount:
        return
    _write(ledger, message.event_id, _alarm_of(ledger, message.event_id), kind, state, path)


def _alarm_of(ledger: Ledger, event_id: str) -> str | None:
    found: str | None = ledger.connection.execute(_ALARM, {"of": event_id}).scalar()
    return found


def _write(ledger: Ledger, event_id: str, alarm_id: str | None, kind: str, state: str, path: str) -> None:
    values: dict[str, Any] = {
        "id": new_id(),
        "alarm_id": alarm_id,
        "event_id": event_id,
        "kind": kind,
        "state": state,
        "source_path": path,
        "key": "",
        "sha256": "",
        "size_bytes": 0,
        "created_at": ledger.aged_from,
    }
    insert_new(ledger.connection, media, values)
