"""What the events of one incident say together, in whatever order they came. Pure functions over rows."""

from datetime import datetime
from typing import Any

from camloom.server.business.event_document import SEVERITIES, EventDocument, Severity, kept_event
from camloom.server.business.ledger import Row
from camloom.server.business.policies import Facts

_CONDITIONS = {
    "offline": {"zh": "摄像机离线", "en": "Camera offline"},
    "degraded": {"zh": "画面异常", "en": "Picture degraded"},
    "disabled": {"zh": "摄像机已停用", "en": "Camera disabled"},
}


def ends(event: EventDocument) -> bool:
    """Tell whether an incident is over with an event."""
    if event.condition:
        return event.condition == "online"
    return event.phase in ("end", "instant")


def opened(event: EventDocument) -> Row:
    """Return what an alarm has from its first event."""
    return {
        **_told_by(event),
        "rule_id": event.rule_id,
        "template": event.kind,
        "began_at": event.occurred_at,
        "ended_at": event.occurred_at if ends(event) else None,
        "happened": max(event.count, 1),
    }


def folded(row: Row, best: EventDocument, event: EventDocument) -> Row:
    """Return what changes when one more event of an incident has come; the same for every order of them.

    Args:
        row: of the alarm.
        best: its event that tells most so far.
        event: that has come.
    """
    changed: Row = {}
    if event.occurred_at < row["began_at"]:
        changed["began_at"] = event.occurred_at
    if ends(event) and (row["ended_at"] is None or event.occurred_at > row["ended_at"]):
        changed["ended_at"] = event.occurred_at
    if event.count > row["happened"]:
        changed["happened"] = event.count
    if _telling(event) > _telling(best):
        changed |= _told_by(event)
        if best.weight != event.weight:
            changed["rule_id"] = event.rule_id
    return changed


def best_of(row: Row) -> EventDocument:
    """Return the event that tells most of an alarm."""
    return kept_event(row["event"])


def facts_of(row: Row, now: datetime) -> Facts:
    """Return what policies ask of an alarm.

    How long one lasts that is not over is told by the clock here alone: that of its host may be off.
    """
    best = best_of(row)
    over = row["ended_at"] is not None
    lasted = (row["ended_at"] - row["began_at"]) if over else (now - row["received_at"])
    return Facts(
        kind=row["template"],
        type=best.type,
        severity=best.weight,
        camera_id=row["camera_id"],
        group_id=row["camera_group_id"],
        at=row["began_at"],
        lasted_s=max(lasted.total_seconds(), 0.0),
        over=over,
    )


def rises(before: Severity, after: Severity) -> bool:
    """Tell whether the second is worse."""
    return SEVERITIES.index(after) > SEVERITIES.index(before)


def _telling(event: EventDocument) -> tuple[Any, ...]:
    """Return how much an event tells: the worst, with objects, the newest."""
    return SEVERITIES.index(event.weight), bool(event.objects), event.occurred_at, event.id


def _told_by(event: EventDocument) -> Row:
    name: dict[str, str] = dict(event.name) or _CONDITIONS.get(event.condition, {})
    return {"name": name, "stage": event.stage, "zone": event.zone, "event": event.raw}
