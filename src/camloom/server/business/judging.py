"""Policies at work on the alarms that are kept: what `policies.decide` says is carried out here."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select

from camloom.server.business.event_document import Severity
from camloom.server.business.hooks import AlarmChange
from camloom.server.business.incidents import facts_of, rises
from camloom.server.business.ledger import Ledger, Row, is_shown
from camloom.server.business.policies import Decision, Facts, Like, Policy, Quiet, decide, first_match, worse
from camloom.server.business.policy_store import policies_at_work
from camloom.server.database.tables import alarm
from camloom.server.week import site_zone

_MAX_LIKE = 500
_LIKE = (
    select(alarm.c.id, alarm.c.began_at, alarm.c.quiet_reason, alarm.c.merged_into, alarm.c.handling)
    .where(alarm.c.camera_id == bindparam("camera"), alarm.c.template == bindparam("kind"))
    .where(alarm.c.quiet.in_((False, True)))  # what is between in the index
    .where(alarm.c.began_at.between(bindparam("first"), bindparam("last")), alarm.c.id != bindparam("own"))
    .order_by(alarm.c.began_at.desc(), alarm.c.id.desc())
    .limit(_MAX_LIKE)
)


class Judge:
    """Decides about alarms inside one transaction, by the policies as they are at its beginning.

    Args:
        ledger: by which everything is written.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._policies: Sequence[Policy] = policies_at_work(ledger.connection)
        self._zone: ZoneInfo = site_zone(ledger.connection)

    def open(self, values: Row) -> Row:
        """Write a new alarm the way the policies want it."""
        draft = {**values, "received_at": self._ledger.now}
        facts = facts_of(draft, self._ledger.now)
        policy = first_match(self._policies, facts, self._zone)
        decision = decide(policy, facts, self._others(policy, draft, facts))
        row = self._ledger.open({**values, **self._fate(policy, decision)})
        return self._settle(row, decision, AlarmChange.RAISED)

    def keep_quiet(self, values: Row, reason: Quiet, severity: Severity) -> Row:
        """Write a new alarm about which no policy is asked."""
        told = {"severity": severity, "quiet": True, "quiet_reason": str(reason), "count": values["happened"]}
        return self._ledger.open({**values, **told})

    def reconsider(self, row: Row) -> Row:
        """Decide again about an alarm that is quiet; one that people see is never taken from them."""
        facts = facts_of(row, self._ledger.now)
        policy = first_match(self._policies, facts, self._zone)
        decision = decide(policy, facts, self._others(policy, row, facts))
        fate = self._fate(policy, decision)
        if all(row[name] == value for name, value in fate.items()):
            return row
        return self._settle(self._ledger.change(row, fate), decision, AlarmChange.RAISED)

    def worsen(self, row: Row) -> Row:
        """Bring the severity of an alarm up to its worst event, and that of the one that it is part of."""
        facts = facts_of(row, self._ledger.now)
        policy = first_match(self._policies, facts, self._zone)
        wanted = (policy.effect.severity if policy else None) or facts.severity
        if row["quiet"]:
            return self.reconsider(row)
        if rises(row["severity"], wanted):
            row = self._ledger.change(row, {"severity": wanted})
            self._ledger.tell(row, AlarmChange.WORSENED)
        if row["merged_into"] is not None:
            self._join(row["merged_into"], row["severity"], 0)
        return row

    def more(self, row: Row, added: int) -> Row:
        """Count those who joined an alarm, also in the one that it is part of."""
        row = self._ledger.change(row, {"count": row["count"] + added})
        if row["merged_into"] is not None:
            self._join(row["merged_into"], row["severity"], added)
        return row

    def escalate(self, row: Row) -> Row:
        """Make an alarm louder that nobody has acknowledged."""
        policy = next((one for one in self._policies if one.id == row["policy_id"]), None)
        escalation = policy.effect.escalate if policy else None
        if escalation is None or row["handling"] != "new" or row["escalated_at"] is not None:
            return self._ledger.change(row, {"due_at": None})
        severity = worse(row["severity"], escalation.severity or row["severity"])
        told = {"due_at": None, "escalated_at": self._ledger.now, "severity": severity}
        row = self._ledger.change(row, told)
        self._ledger.note(row, "escalate", "", None, "")
        self._ledger.tell(row, AlarmChange.ESCALATED, escalation.targets)
        return row

    def _fate(self, policy: Policy | None, decision: Decision) -> Row:
        """Return the columns that say what was decided."""
        due_s = decision.again_s
        if decision.shown and policy is not None and policy.effect.escalate is not None:
            due_s = policy.effect.escalate.after_s
        return {
            "severity": decision.severity,
            "policy_id": decision.policy_id,
            "quiet": decision.quiet is not Quiet.NO,
            "quiet_reason": str(decision.quiet),
            "merged_into": decision.into,
            "due_at": None if due_s is None else self._ledger.now + timedelta(seconds=due_s),
        }

    def _settle(self, row: Row, decision: Decision, change: AlarmChange) -> Row:
        """Carry out what a decision means for others."""
        if decision.into is not None:
            self._join(decision.into, row["severity"], row["count"])
        for other_id in decision.gathers:
            row = self._gather(row, other_id)
        self._ledger.tell(row, change)
        return row

    def _join(self, alarm_id: str, severity: Severity, added: int) -> None:
        """Add to an alarm what has become part of it."""
        row = self._ledger.find(alarm_id)
        if row is None:
            return
        change = AlarmChange.WORSENED if rises(row["severity"], severity) else AlarmChange.UPDATED
        told = {"count": row["count"] + added, "severity": worse(row["severity"], severity)}
        self._ledger.tell(self._ledger.change(row, told), change)

    def _gather(self, row: Row, other_id: str) -> Row:
        """Make an alarm that was quiet so far part of one that is shown."""
        other = self._ledger.find(other_id)
        if other is None or is_shown(other):
            return row
        told = {"quiet": False, "quiet_reason": "", "merged_into": row["id"], "due_at": None}
        self._ledger.change(other, told)
        return self._ledger.change(row, {"count": row["count"] + other["count"]})

    def _others(self, policy: Policy | None, row: Mapping[str, Any], facts: Facts) -> list[Like]:
        """Return what else there is of its camera and template; of a camera that nobody knows there is nothing."""
        reach = policy.effect.reach if policy is not None else timedelta()
        if not reach or not facts.camera_id:
            return []
        wanted = {
            "camera": facts.camera_id,
            "kind": facts.kind,
            "first": facts.at - reach,
            "last": facts.at + reach,
            "own": row.get("id", ""),
        }
        return [
            Like(one.id, one.began_at, Quiet(one.quiet_reason), one.merged_into is not None, one.handling == "closed")
            for one in self._ledger.connection.execute(_LIKE, wanted)
        ]
