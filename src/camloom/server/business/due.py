"""What becomes of alarms by the passing of time alone."""

from datetime import timedelta

from sqlalchemy import select

from camloom.server.business.hooks import Outbox
from camloom.server.business.judging import Judge
from camloom.server.business.ledger import Ledger
from camloom.server.clock import Clock
from camloom.server.database import Database
from camloom.server.database.tables import alarm

_BATCH = 200
_LATEST = timedelta(days=1, hours=1)


def look_again(database: Database, clock: Clock, outbox: Outbox) -> int:
    """Show what has lasted long enough, escalate what nobody has acknowledged; return how many were looked at."""
    now = clock()
    # Nothing is due so late: the clock was set back.
    is_due = (alarm.c.due_at <= now) | (alarm.c.due_at > now + _LATEST)
    due = select(alarm).where(is_due).order_by(alarm.c.due_at, alarm.c.id).limit(_BATCH)
    with database.read() as connection:
        if connection.execute(due).first() is None:
            return 0
    with database.write() as connection:
        ledger = Ledger(connection, now, outbox)
        judge = Judge(ledger)
        rows = [dict(row) for row in connection.execute(due).mappings()]
        for row in rows:
            if row["quiet"]:
                judge.reconsider(ledger.change(row, {"due_at": None}))
            else:
                judge.escalate(row)
    return len(rows)
