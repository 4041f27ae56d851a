"""Messages that cannot be understood are kept beside the others, so that they block nobody and are not lost."""

from datetime import datetime

from sqlalchemy import Connection

from camloom.exchange import Delivery
from camloom.server.access.audit import record
from camloom.server.business.event_document import clean_text
from camloom.server.database import new_id
from camloom.server.database.tables import message_aside
from camloom.server.database.upsert import insert_new

_MAX_CHARS = 20_000


def put_aside(connection: Connection, delivery: Delivery, error: str, at: datetime) -> None:
    """Keep a message that cannot be understood; the same again changes nothing."""
    host_id = clean_text(delivery.host_id)[:64]
    values = {
        "id": new_id(),
        "host_id": host_id,
        "seq": delivery.seq,
        "at": at,
        "error": clean_text(error),
        "message": clean_text(delivery.message.model_dump_json())[:_MAX_CHARS],
    }
    if insert_new(connection, message_aside, values):
        detail = {"seq": delivery.seq, "error": values["error"]}
        record(connection, None, "message.aside", "host", host_id, detail, at=at)
