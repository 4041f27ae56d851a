"""The outbox: what is to be pushed is written down in the transaction that changes the alarm."""

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, RowMapping, Text, cast, insert, select

from camloom.server.access.accounts import groups_above
from camloom.server.business.hooks import AlarmChange
from camloom.server.clock import Clock
from camloom.server.database import new_id
from camloom.server.database.tables import push_delivery, push_target
from camloom.server.lived import certain_until
from camloom.server.pushes.matching import read_match_text
from camloom.server.pushes.message import body_of
from camloom.server.week import site_zone

# As text: it is asked for with every change of an alarm, and each was read before.
_TARGETS = select(push_target.c.id, cast(push_target.c.match, Text).label("match")).where(push_target.c.enabled)
_ANY = ZoneInfo("UTC")


class PushOutbox:
    """Writes one delivery for each target that wants to hear of a change."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def __call__(
        self,
        connection: Connection,
        alarm: Mapping[str, Any],
        change: AlarmChange,
        targets: tuple[str, ...] = (),
    ) -> None:
        """Take a change; see `camloom.server.business.hooks.Outbox`."""
        rows = connection.execute(_TARGETS).mappings().all()
        if targets:
            told = [row["id"] for row in rows if row["id"] in targets]
        else:
            told = self._who(connection, rows, alarm, change)
        if told:
            self._write(connection, told, alarm, change)

    def _who(
        self, connection: Connection, rows: Sequence[RowMapping], alarm: Mapping[str, Any], change: AlarmChange
    ) -> list[str]:
        matches = [(row["id"], read_match_text(row["match"])) for row in rows]
        # It is asked for with every change of an alarm: only where some target has a week.
        timed = any(match.week or match.quiet for _, match in matches)
        at, zone = self._clock(), site_zone(connection) if timed else _ANY
        grouped = any(match.groups for _, match in matches)
        groups = groups_above(connection, alarm["camera_group_id"]) if grouped else frozenset()
        return [target_id for target_id, match in matches if match.fits(alarm, groups, change, at, zone)]

    def _write(self, connection: Connection, targets: list[str], alarm: Mapping[str, Any], change: AlarmChange) -> None:
        now = self._clock()
        common = {
            "key": f"{alarm['id']}:{change.value}:{alarm['change']}",
            "seq": alarm["change"],
            "alarm_id": alarm["id"],
            "camera_group_id": alarm["camera_group_id"],
            "body": body_of(alarm, change, now),
            "created_at": now,
            # Made while the clock was years behind, it would be given up as soon as that is set right.
            "aged_from": max(now, certain_until(connection) or now),
            "due_at": now,
            "attempts": 0,
            "refusals": 0,
            "state": "waiting",
            "last_error": "",
        }
        rows = [{**common, "id": new_id(), "push_target_id": target} for target in targets]
        connection.execute(insert(push_delivery), rows)
