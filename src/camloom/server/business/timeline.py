"""The strip of a day: how many alarms each camera had in each ten minutes, and how much moved there."""

from datetime import datetime, timedelta
from typing import Any, Literal

from pydantic import Field
from sqlalchemy import BigInteger, Connection, func, select, text, type_coerce

from camloom.server.access import Principal
from camloom.server.business.event_document import SEVERITIES, Severity
from camloom.server.business.motion import BUCKET, motion_of
from camloom.server.business.reports.names import Names
from camloom.server.database import Moment
from camloom.server.database.tables import alarm
from camloom.server.web import Answer

BUCKET_S = 600
_BUCKETS = 144
_MAX_ROWS = 200_000
_Worst = Severity | Literal[""]


class TimelineStrip(Answer):
    """One camera.

    Attributes:
        alarms: how many began in each piece of the time.
        severity: the worst of them; empty where there is none.
        motion: in each piece, the share of the time in which something moved; null where no pictures came.
    """

    camera_id: str
    camera_name: str
    alarms: list[int] = Field(default_factory=lambda: [0] * _BUCKETS)
    severity: list[_Worst] = Field(default_factory=lambda: list[_Worst]([""] * _BUCKETS))
    motion: list[float | None] = Field(default_factory=lambda: list[float | None]([None] * _BUCKETS))


class Timeline(Answer):
    """24 hours of all cameras that had an alarm, or pictures.

    Attributes:
        bucket_s: length of a piece of the time, in seconds.
    """

    since: datetime
    bucket_s: int
    cameras: list[TimelineStrip]


def timeline_of(connection: Connection, principal: Principal, since: datetime, cameras: list[str]) -> Timeline:
    """Return the 24 hours from a moment on."""
    strips: dict[str, TimelineStrip] = {}
    for moved in motion_of(connection, principal, since, since + _BUCKETS * BUCKET, cameras):
        strip = _strip(strips, moved.camera_id, moved.camera_name)
        strip.motion[(moved.at - since) // BUCKET] = round(moved.share, 2)
    counts = _counts(connection, principal, since, cameras)
    names = Names(connection, principal).cameras(sorted({row.camera_id for row in counts}))
    for row in counts:
        strip = _strip(strips, row.camera_id, names[row.camera_id])
        strip.alarms[row.bucket] += row.alarms
        strip.severity[row.bucket] = _worse(strip.severity[row.bucket], row.severity)
    ordered = sorted(strips.values(), key=lambda strip: (strip.camera_name, strip.camera_id))
    return Timeline(since=since, bucket_s=BUCKET_S, cameras=ordered)


def _strip(strips: dict[str, TimelineStrip], camera_id: str, name: str) -> TimelineStrip:
    return strips.setdefault(camera_id, TimelineStrip(camera_id=camera_id, camera_name=name))


def _counts(connection: Connection, principal: Principal, since: datetime, cameras: list[str]) -> list[Any]:
    start_us = Moment().process_bind_param(since, connection.dialect)
    bucket = (type_coerce(alarm.c.began_at, BigInteger) - start_us) // (BUCKET_S * 1_000_000)
    # All of it stands in the index: nobody looks at the alarms themselves.
    wanted = select(alarm.c.camera_id, alarm.c.severity, bucket.label("bucket"), func.count().label("alarms"))
    wanted = wanted.where(
        ~alarm.c.quiet,
        alarm.c.merged_into.is_(None),
        alarm.c.began_at >= since,
        alarm.c.began_at < since + timedelta(seconds=BUCKET_S * _BUCKETS),
        principal.scope(alarm.c.camera_group_id),
    )
    if cameras:
        wanted = wanted.where(alarm.c.camera_id.in_(cameras))
    grouped = wanted.group_by(alarm.c.camera_id, alarm.c.severity, text("bucket")).limit(_MAX_ROWS)
    return list(connection.execute(grouped))


def _worse(one: _Worst, other: Severity) -> _Worst:
    ranks: tuple[_Worst, ...] = ("", *SEVERITIES)
    return max(one, other, key=ranks.index)
