"""What people do with alarms."""

from collections.abc import Sequence

from sqlalchemy import select

from camloom.server.access import Principal
from camloom.server.access.accounts import groups_of
from camloom.server.access.audit import record
from camloom.server.business.alarm_list import find_alarm
from camloom.server.business.alarm_models import AlarmAction
from camloom.server.business.hooks import AlarmChange
from camloom.server.business.ledger import Ledger, Row
from camloom.server.database.tables import account
from camloom.server.web import RefusedError

_CHANGES = {
    "acknowledge": AlarmChange.ACKNOWLEDGED,
    "true": AlarmChange.JUDGED,
    "false": AlarmChange.JUDGED,
    "close": AlarmChange.CLOSED,
    "reopen": AlarmChange.REOPENED,
    "assign": AlarmChange.ASSIGNED,
    "note": AlarmChange.NOTED,
}


def handle(ledger: Ledger, principal: Principal, ids: Sequence[str], action: AlarmAction) -> list[Row]:
    """Do something with alarms and return them as they are then; those that the caller may not know of are left out.

    Doing the same again changes nothing and is written down once.

    Raises:
        RefusedError: it cannot be done with any alarm.
    """
    _check(action)
    done: list[Row] = []
    for alarm_id in dict.fromkeys(ids):
        row = find_alarm(ledger.connection, principal, alarm_id)
        if row is not None:
            done.append(_handle(ledger, principal, row, action))
    return done


def _handle(ledger: Ledger, principal: Principal, row: Row, action: AlarmAction) -> Row:
    if action.assignee_id is not None:
        _check_assignee(ledger, action.assignee_id, row["camera_group_id"])
    wanted = _wanted(row, action)
    news = {name: value for name, value in wanted.items() if row[name] != value}
    if not news and not action.text:
        return row
    if news and row["handled_at"] is None and action.action != "assign":
        news["handled_at"] = ledger.now
    row = ledger.change(row, news)
    ledger.note(row, action.action, action.text, principal.account_id, principal.name)
    record(ledger.connection, principal, f"alarm.{action.action}", "alarm", row["id"], {}, at=ledger.now)
    ledger.tell(row, _CHANGES[action.action])
    return row


def _wanted(row: Row, action: AlarmAction) -> Row:
    """Return the columns as the action wants them."""
    seen = "acknowledged" if row["handling"] == "new" else row["handling"]
    match action.action:
        case "acknowledge":
            return {"handling": seen}
        case "true" | "false":
            return {"handling": seen, "verdict": action.action}
        case "close":
            return {"handling": "closed"}
        case "reopen":
            return {"handling": "new", "verdict": None, "handled_at": None}
        case "assign":
            return {"assignee_id": action.assignee_id}
        case _:
            return {}


def _check(action: AlarmAction) -> None:
    if action.action == "note" and not action.text.strip():
        raise RefusedError(422, "empty-note", "a note needs a text")
    if action.action != "assign" and action.assignee_id is not None:
        raise RefusedError(422, "no-assignee", "only 'assign' takes an assignee")


def _check_assignee(ledger: Ledger, account_id: str, group_id: str | None) -> None:
    """Refuse to give an alarm to somebody who is not there or may not know of it."""
    found = select(account.c.all_groups).where(account.c.id == account_id, account.c.active)
    sees_all = ledger.connection.execute(found).scalar()
    if sees_all is None:
        raise RefusedError(422, "no-assignee", "there is no such account, or it is not active")
    if not sees_all and group_id not in groups_of(ledger.connection, account_id):
        raise RefusedError(422, "no-assignee", "this account may not see the alarm")
