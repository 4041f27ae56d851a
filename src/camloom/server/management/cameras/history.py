"""How a camera was over the last hours."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

from sqlalchemy import Connection, select

from camloom.server.database.tables import camera_state
from camloom.server.management.cameras.documents import CameraHistory, ConditionSpan

_SHOWN = 200
_MOST = 20_000
_LEAST_H = 0.25
_GOOD, _FAIR = 0.99, 0.9
_GOOD_BREAKS_H, _FAIR_BREAKS_H = 0.25, 2.0

_State = tuple[datetime, str, str, str]


def history_of(connection: Connection, camera_id: str, hours: int, now: datetime) -> CameraHistory:
    """Return how a camera was in the last hours."""
    since = now - timedelta(hours=hours)
    states = _states(connection, camera_id, since)
    spans = [
        ConditionSpan(condition=condition, reason=reason, detail=detail, began_at=max(at, since), ended_at=until[0])
        for (at, condition, reason, detail), until in pairwise([*states, (now, "", "", "")])
    ]
    shares = _shares(spans, since, now)
    breaks = sum(one.condition == "online" and other.condition == "offline" for one, other in pairwise(spans))
    return CameraHistory(
        since=since,
        until=now,
        shares=shares,
        quality=quality_of(shares, breaks, hours),
        breaks=breaks,
        spans=spans[: -_SHOWN - 1 : -1],
        more=len(spans) > _SHOWN,
    )


def quality_of(shares: dict[str, float], breaks: int, hours: float) -> Literal["good", "fair", "poor", "unknown"]:
    """Return a grade of a connection: how much of the time that it was meant to run it did, and how often it broke."""
    meant = sum(share for condition, share in shares.items() if condition not in ("unknown", "stopped"))
    if meant * hours < _LEAST_H:
        return "unknown"  # the first minutes of a camera, which connects, say nothing
    well, often = shares.get("online", 0.0) / meant, breaks / hours
    if well >= _GOOD and often <= _GOOD_BREAKS_H:
        return "good"
    return "fair" if well >= _FAIR and often <= _FAIR_BREAKS_H else "poor"


def _states(connection: Connection, camera_id: str, since: datetime) -> Sequence[_State]:
    """Return the states since a moment, oldest first, and before them the one that held then."""
    columns = camera_state.c.at, camera_state.c.condition, camera_state.c.reason, camera_state.c.detail
    # Those with a task are what each single stream said; the others are of the camera.
    mine = select(*columns).where(camera_state.c.camera_id == camera_id, camera_state.c.task_id.is_(None))
    newest_first = camera_state.c.at.desc(), camera_state.c.id.desc()
    before = connection.execute(mine.where(camera_state.c.at <= since).order_by(*newest_first).limit(1)).all()
    after = mine.where(camera_state.c.at > since).order_by(*newest_first).limit(_MOST)
    return [*before, *reversed(connection.execute(after).all())]


def _shares(spans: Sequence[ConditionSpan], since: datetime, until: datetime) -> dict[str, float]:
    whole = (until - since).total_seconds()
    seconds: dict[str, float] = {}
    for span in spans:
        lasted = max(0.0, (span.ended_at - span.began_at).total_seconds())
        seconds[span.condition] = seconds.get(span.condition, 0.0) + lasted
    unknown = whole - sum(seconds.values())
    shares = {condition: lasted / whole for condition, lasted in seconds.items()}
    return shares | ({"unknown": unknown / whole} if unknown > 0.5 else {})
