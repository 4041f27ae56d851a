"""The one place where alarms are written: numbers their changes, keeps the sums by day, tells the outbox."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

from sqlalchemy import BigInteger, Connection, bindparam, insert, select, update

from camloom.server.business.hooks import AlarmChange, Outbox
from camloom.server.business.sums import add_line, steps, sums_zones
from camloom.server.database import new_id
from camloom.server.database.tables import alarm, alarm_note, alarm_words, counter
from camloom.server.database.upsert import insert_new

Row = dict[str, Any]
_COUNTER = "alarm"
_FIND = select(alarm).where(alarm.c.id == bindparam("of"))
_INSERT = insert(alarm)
_CHANGE = update(alarm).where(alarm.c.id == bindparam("of"))
_WORDS = select(alarm_words.c.id).where(alarm_words.c.digest == bindparam("of"))
_DRAW = (
    update(counter)
    .where(counter.c.name == _COUNTER)
    .values(value=counter.c.value + bindparam("step", type_=BigInteger))
    .returning(counter.c.value)
)


class Ledger:
    """Writes alarms inside one transaction. As long as it lasts, nobody else writes any.

    Args:
        connection: of a transaction that writes.
        now: time of all that is written.
        outbox: hears of each change of an alarm that people see.
        aged_from: since when what comes now is here, to those who remove what is old; default: now.
    """

    def __init__(
        self, connection: Connection, now: datetime, outbox: Outbox, aged_from: datetime | None = None
    ) -> None:
        self.connection = connection
        self.now = now
        self.aged_from = aged_from or now
        self._outbox = outbox
        # The row is locked from here on: decisions see what others decided.
        if connection.execute(_DRAW, {"step": 0}).first() is None:
            insert_new(connection, counter, {"name": _COUNTER, "value": 0})
            self._draw(0)
        self._zones = sums_zones(connection)
        self._words: dict[str, int] = {}

    def find(self, alarm_id: str) -> Row | None:
        """Return an alarm."""
        row = self.connection.execute(_FIND, {"of": alarm_id}).mappings().first()
        return None if row is None else dict(row)

    def open(self, values: Mapping[str, Any]) -> Row:
        """Write a new alarm and return it; the id, the times of writing and the number of the change are given here."""
        times = {"received_at": self.now, "updated_at": self.now, "aged_from": self.aged_from}
        row: Row = {**_UNTOUCHED, **values, **times, "id": new_id(), "change": self._draw(1)}
        row["words_id"] = self._words_of(row)
        self.connection.execute(_INSERT, row)
        self._sum(None, row)
        return row

    def change(self, row: Row, values: Mapping[str, Any]) -> Row:
        """Write what is new of an alarm and return it as it is then."""
        told = {**values, "updated_at": self.now, "change": self._draw(1)}
        if "name" in values and _searched(new := {**row, **values}) != _searched(row):
            told["words_id"] = self._words_of(new)
        self.connection.execute(_CHANGE, {**told, "of": row["id"]})
        after = {**row, **told}
        self._sum(row, after)
        return after

    def tell(self, row: Row, change: AlarmChange, targets: tuple[str, ...] = ()) -> None:
        """Hand a change to the outbox; of what people do not see, nobody is told."""
        if is_shown(row):
            self._outbox(self.connection, row, change, targets)

    def note(self, row: Row, action: str, text: str, account_id: str | None, account_name: str) -> None:
        """Write down what somebody did with an alarm."""
        values = {
            "id": new_id(),
            "alarm_id": row["id"],
            "account_id": account_id,
            "account_name": account_name,
            "at": self.now,
            "action": action,
            "text": text,
        }
        self.connection.execute(insert(alarm_note).values(**values))

    def _words_of(self, row: Row) -> int:
        """Return the id of what a search finds an alarm by."""
        told = {"camera_id": row["camera_id"], "template": row["template"], "text": _searched(row)}
        digest = blake2b("\0".join(told.values()).encode(), digest_size=16).hexdigest()
        if digest not in self._words:
            found = self.connection.execute(_WORDS, {"of": digest}).scalar()
            if found is None:
                insert_new(self.connection, alarm_words, {**told, "digest": digest})
                found = self.connection.execute(_WORDS, {"of": digest}).scalar_one()
            self._words[digest] = int(found)
        return self._words[digest]

    def _draw(self, step: int) -> int:
        return int(self.connection.execute(_DRAW, {"step": step}).scalar_one())

    def _sum(self, before: Row | None, after: Row) -> None:
        """Keep the sums what a count over the alarms that people see would say."""
        old, new = (row if row is not None and is_shown(row) else None for row in (before, after))
        for step in steps(old, new, self._zones):
            add_line(self.connection, step)


def is_shown(row: Mapping[str, Any]) -> bool:
    """Tell whether people see an alarm as one of its own."""
    return not row["quiet"] and row["merged_into"] is None


def hour_of(moment: datetime) -> datetime:
    """Return the beginning of the hour."""
    return moment.replace(minute=0, second=0, microsecond=0)


_UNTOUCHED: Row = {
    "ended_at": None,
    "handling": "new",
    "verdict": None,
    "assignee_id": None,
    "handled_at": None,
    "policy_id": None,
    "quiet": False,
    "quiet_reason": "",
    "merged_into": None,
    "escalated_at": None,
    "due_at": None,
}


def _searched(row: Row) -> str:
    """Return the words of an alarm; databases agree on small letters of every script only where we make them."""
    words = (*row["name"].values(), row["camera_name"], row["zone"], row["template"], row["rule_id"], row["stage"])
    return " ".join(word for word in words if word).casefold()
