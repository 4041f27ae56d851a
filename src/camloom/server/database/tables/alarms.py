"""Alarms: what was seen, what was done about it, its pictures, its sums."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from camloom.server.database.kinds import Moment
from camloom.server.database.standing import STANDING
from camloom.server.database.tables.base import ID, metadata, row_id, row_of

policy = Table(
    "policy",
    metadata,
    row_id(),
    Column("position", Integer, nullable=False),
    Column("name", String(128), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("match", JSON, nullable=False),
    Column("effect", JSON, nullable=False),
)

# Drawn inside the transaction that changes an alarm, so changes are numbered in the order in which they are kept.
counter = Table(
    "counter",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
)


def _some(name: str, columns: tuple[str, ...], sqlite: str, postgresql: str = "") -> Index:
    """Return an index of some rows only."""
    return Index(name, *columns, sqlite_where=text(sqlite), postgresql_where=text(postgresql or sqlite))


def _listed(name: str, *columns: str) -> Index:
    """Return an index of the alarms that are lists' own (not part of another one), newest first within its columns."""
    return _some(f"ix_alarm_{name}", (*columns, "began_at", "id"), "merged_into IS NULL")


# What a search looks at, once for all alarms that say the same: of a million these are some thousand.
alarm_words = Table(
    "alarm_words",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("camera_id", ID, nullable=False),
    Column("template", String(64), nullable=False),
    Column("text", Text, nullable=False),  # in small letters
    Column("digest", String(32), nullable=False, unique=True),  # of all three
)

alarm = Table(
    "alarm",
    metadata,
    row_id(),
    Column("incident_id", String(64), nullable=False),
    # Copies, without foreign keys: an alarm outlives its camera, and filters need no join.
    Column("camera_id", ID, nullable=False),
    Column("camera_name", String(128), nullable=False),
    Column("camera_group_id", ID, nullable=True),
    Column("host_id", ID, nullable=False),
    Column("task_id", ID, nullable=False),
    Column("rule_id", String(128), nullable=False),
    Column("template", String(64), nullable=False),
    Column("name", JSON, nullable=False),
    Column("severity", String(16), nullable=False),
    Column("stage", String(64), nullable=False),
    Column("zone", String(128), nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("ended_at", Moment, nullable=True),
    Column("updated_at", Moment, nullable=False),
    Column("received_at", Moment, nullable=False),
    Column("aged_from", Moment, nullable=False),  # received, but not before time that had certainly gone by
    Column("count", Integer, nullable=False),  # incidents merged into it, or those who joined
    Column("handling", String(16), nullable=False),  # new, acknowledged, closed
    Column("verdict", String(8), nullable=True),  # true, false
    Column("assignee_id", ID, nullable=True),
    Column("handled_at", Moment, nullable=True),
    Column("policy_id", ID, nullable=True),
    Column("quiet", Boolean, nullable=False),  # kept, but shown and pushed to nobody
    Column("quiet_reason", String(16), nullable=False),  # policy, cooldown, rare, short, unknown; empty: it is not
    Column("merged_into", ID, nullable=True),
    Column("escalated_at", Moment, nullable=True),
    Column("happened", Integer, nullable=False),  # how many joined its own incident; `count` has the merged ones too
    Column("due_at", Moment, nullable=True),  # when to look whether it has lasted, or is to be escalated
    Column("change", BigInteger, nullable=False, index=True),  # number of its last change, see `counter`
    Column("words_id", Integer, nullable=False),
    Column("standing", SmallInteger, Computed(STANDING, persisted=True), nullable=False),
    Column("event", JSON, nullable=False),  # the newest that tells most
    UniqueConstraint("host_id", "task_id", "incident_id"),
    _some("ix_alarm_due", ("due_at",), "due_at IS NOT NULL"),
    # Every filter of the list, and every two of them, begin an index: see `business/alarm_lanes.py`.
    Index("ix_alarm_began", "began_at", "id"),
    Index("ix_alarm_like", "camera_id", "template", "quiet", "began_at", "id"),
    # With all rows in it, this one would seem to be the best for "part of no other", which nearly all are.
    _some("ix_alarm_merged", ("merged_into", "began_at", "id"), "merged_into IS NOT NULL"),
    # In these three, what else may be asked for is checked without a look at the alarm.
    _some(
        "ix_alarm_assignee",
        ("assignee_id", "quiet", "began_at", "id", "standing", "camera_id", "camera_group_id", "template", "words_id"),
        "assignee_id IS NOT NULL AND merged_into IS NULL",
    ),
    _some(
        "ix_alarm_words", ("words_id", "quiet", "began_at", "id", "standing", "camera_group_id"), "merged_into IS NULL"
    ),
    _some("ix_alarm_camera", ("camera_id", "quiet", "began_at", "id", "camera_group_id"), "merged_into IS NULL"),
    # With what the strip of a day counts.
    _some(
        "ix_alarm_quiet",
        ("quiet", "began_at", "id", "camera_id", "camera_group_id", "severity"),
        "merged_into IS NULL",
    ),
    _listed("standing", "standing"),
    _listed("camera_standing", "camera_id", "standing"),
    _listed("group", "camera_group_id", "quiet"),
    _listed("group_standing", "camera_group_id", "standing"),
    _listed("group_template", "camera_group_id", "template", "quiet"),
    _listed("template", "template", "quiet"),
    _listed("template_standing", "template", "standing"),
)

alarm_event = Table(
    "alarm_event",
    metadata,
    row_id(),  # of the event: whoever gets it twice takes it once
    row_of("alarm", index=False),
    Column("at", Moment, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("document", JSON, nullable=False),
    Index("ix_alarm_event_alarm", "alarm_id", "at", "id"),
)

alarm_note = Table(
    "alarm_note",
    metadata,
    row_id(),
    row_of("alarm", index=False),
    Column("account_id", ID, nullable=True),
    Column("account_name", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("action", String(32), nullable=False),  # note, acknowledge, true, false, assign, close, escalate
    Column("text", Text, nullable=False),
    Index("ix_alarm_note_alarm", "alarm_id", "at", "id"),
)

media = Table(
    "media",
    metadata,
    row_id(),
    row_of("alarm", null=True, index=False),  # it may come before its event
    Column("event_id", ID, nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # pending, waiting, there, missing, expired
    Column("source_path", Text, nullable=False),  # where it still lies on its host
    Column("key", String(255), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    UniqueConstraint("event_id", "kind"),
    Index("ix_media_alarm", "alarm_id", "created_at", "id"),
    Index("ix_media_state", "state", "created_at", "id", "size_bytes"),  # with the size: all of them are summed up
    _some("ix_media_lying", ("created_at",), "source_path <> ''"),
)

message_aside = Table(
    "message_aside",
    metadata,
    row_id(),
    Column("host_id", String(64), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", Moment, nullable=False, index=True),
    Column("error", Text, nullable=False),
    Column("message", Text, nullable=False),
    UniqueConstraint("host_id", "seq"),
)

HOURS = tuple(f"hour_{hour:02}" for hour in range(24))
"""Columns of `alarm_day`: alarms by the hour of the wall clock at which they began."""
WAITS_S = (15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 86_400, 604_800)
WAITS = tuple(f"wait_{bound_s}" for bound_s in WAITS_S)
"""Columns of `alarm_day`: alarms by the time until somebody handled them, at most so many seconds (the last: any)."""


def _sums(name: str, keys: tuple[Column[Any], ...], numbers: tuple[str, ...], *more: Index) -> Table:
    """Return a table of sums: its key, and numbers that are added up."""
    columns = (*keys, *(Column(number, Integer, nullable=False) for number in numbers))
    return Table(name, metadata, *columns, *more, sqlite_with_rowid=False)


def _day(name: str) -> Column[Any]:
    return Column(name, Date, primary_key=True)  # of the wall clock, see `business/sums.py`


def _kind() -> tuple[Column[Any], ...]:
    """Return what alarms are told apart by beside day and camera."""
    return (
        Column("camera_group_id", ID, primary_key=True),  # empty: none
        Column("template", String(64), primary_key=True),
        Column("severity", String(16), primary_key=True),
    )


def _camera() -> Column[Any]:
    return Column("camera_id", ID, primary_key=True)


_COUNTED = ("alarms", "judged_true", "judged_false", *WAITS)

# One row for whatever a camera had on a day; the other two are sums of it, for long reports.
alarm_day = _sums(
    "alarm_day",
    (_day("day"), _camera(), *_kind()),
    (*_COUNTED, *HOURS),
    Index("ix_alarm_day_camera", "camera_id", "day"),
)
alarm_month = _sums("alarm_month", (_day("month"), _camera(), *_kind()), _COUNTED)  # the month's first day
alarm_group_day = _sums("alarm_group_day", (_day("day"), *_kind()), ("alarms", *HOURS))

# Sums of `flow_hour` by the day of the wall clock, see `business/flow_days.py`.
flow_day = Table(
    "flow_day",
    metadata,
    Column("day", Date, primary_key=True),
    Column("direction", String(16), primary_key=True),  # here: the sums of days come in this order
    Column("camera_id", ID, primary_key=True),
    Column("rule_id", String(128), primary_key=True),
    Column("passed", Integer, nullable=False),
    sqlite_with_rowid=False,
)

# Sums of `flow_day` by month.
flow_month = Table(
    "flow_month",
    metadata,
    Column("month", Date, primary_key=True),  # its first day
    Column("camera_id", ID, primary_key=True),
    Column("rule_id", String(128), primary_key=True),
    Column("direction", String(16), primary_key=True),
    Column("passed", Integer, nullable=False),
    sqlite_with_rowid=False,
)

flow_hour = Table(
    "flow_hour",
    metadata,
    Column("at", Moment, primary_key=True),
    Column("camera_id", ID, primary_key=True),
    Column("rule_id", String(128), primary_key=True),
    Column("direction", String(16), primary_key=True),
    Column("passed", Integer, nullable=False),
)
