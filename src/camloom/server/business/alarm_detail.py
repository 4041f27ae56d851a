"""Everything about one alarm."""

from typing import Any

from sqlalchemy import Connection, Table, func, select

from camloom.server.business.alarm_list import shown_media, summary_of
from camloom.server.business.alarm_models import AlarmDetail, AlarmEvent, AlarmMedia, AlarmNote
from camloom.server.business.ledger import Row
from camloom.server.database.tables import account, alarm, alarm_event, alarm_note, media, policy

_MAX_ROWS = 500


def detail_of(connection: Connection, row: Row) -> AlarmDetail:
    """Return all that is known of an alarm."""
    summary = summary_of(row, shown_media(connection, [row]))
    why = row["event"].get("why")
    return AlarmDetail(
        **summary.model_dump(),
        why=[gate for gate in why if isinstance(gate, dict)] if isinstance(why, list) else [],
        event=row["event"],
        events=[AlarmEvent.model_validate(one) for one in _of(connection, alarm_event, "at", row["id"])],
        media=[AlarmMedia.model_validate(one) for one in _of(connection, media, "created_at", row["id"])],
        notes=[AlarmNote.model_validate(one) for one in _of(connection, alarm_note, "at", row["id"])],
        merged=_merged(connection, row["id"]),
        policy=connection.execute(select(policy.c.name).where(policy.c.id == row["policy_id"])).scalar(),
        assignee=connection.execute(select(account.c.name).where(account.c.id == row["assignee_id"])).scalar(),
    )


def _of(connection: Connection, table: Table, when: str, alarm_id: str) -> list[dict[str, Any]]:
    """Return the rows of an alarm, oldest first; of many, the newest."""
    wanted = select(table).where(table.c.alarm_id == alarm_id)
    wanted = wanted.order_by(table.c[when].desc(), table.c.id.desc()).limit(_MAX_ROWS)
    return [dict(row) for row in connection.execute(wanted).mappings()][::-1]


def _merged(connection: Connection, alarm_id: str) -> int:
    wanted = select(func.count()).select_from(alarm).where(alarm.c.merged_into == alarm_id)
    return int(connection.execute(wanted).scalar_one())
