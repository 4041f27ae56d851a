"""Everything about one alarm."""

from typing import Any

from sqlalchemy import Connection, Select, Table, bindparam, func, select

from camloom.server.business.alarm_list import shown_media, summary_of
from camloom.server.business.alarm_models import AlarmDetail, AlarmEvent, AlarmMedia, AlarmNote
from camloom.server.business.event_shape import EventGate
from camloom.server.business.ledger import Row
from camloom.server.database.tables import account, alarm, alarm_event, alarm_note, media, policy
from camloom.server.web.bodies import those_that_fit

_MAX_ROWS = 500
# Statements are made once: to make one costs more than to run it.
_MERGED = select(func.count()).select_from(alarm).where(alarm.c.merged_into == bindparam("of"))
_POLICY = select(policy.c.name).where(policy.c.id == bindparam("of"))
_ASSIGNEE = select(account.c.name).where(account.c.id == bindparam("of"))


def _newest(table: Table, when: str) -> Select[Any]:
    """Return the statement that finds the rows of an alarm, newest first."""
    wanted = select(table).where(table.c.alarm_id == bindparam("of"))
    return wanted.order_by(table.c[when].desc(), table.c.id.desc()).limit(_MAX_ROWS)


_EVENTS, _MEDIA, _NOTES = _newest(alarm_event, "at"), _newest(media, "created_at"), _newest(alarm_note, "at")


def detail_of(connection: Connection, row: Row) -> AlarmDetail:
    """Return all that is known of an alarm."""
    summary = summary_of(row, shown_media(connection, [row]))
    return AlarmDetail(
        **summary.model_dump(),
        why=those_that_fit(EventGate, row["event"].get("why")),
        event=row["event"],
        events=[AlarmEvent.model_validate(one) for one in _of(connection, _EVENTS, row["id"])],
        media=[AlarmMedia.model_validate(one) for one in _of(connection, _MEDIA, row["id"])],
        notes=[AlarmNote.model_validate(one) for one in _of(connection, _NOTES, row["id"])],
        merged=int(connection.execute(_MERGED, {"of": row["id"]}).scalar_one()),
        policy=_name(connection, _POLICY, row["policy_id"]),
        assignee=_name(connection, _ASSIGNEE, row["assignee_id"]),
    )


def _of(connection: Connection, wanted: Select[Any], alarm_id: str) -> list[dict[str, Any]]:
    """Return the rows of an alarm, oldest first; of many, the newest."""
    return [dict(row) for row in connection.execute(wanted, {"of": alarm_id}).mappings()][::-1]


def _name(connection: Connection, wanted: Select[str], row_id: str | None) -> str | None:
    return None if row_id is None else connection.scalar(wanted, {"of": row_id})
