"""What is kept. Times are `Moment`; ids are ULIDs; what only the console reads in one piece is JSON."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Computed,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from camloom.server.database.kinds import Moment
from camloom.server.database.standing import STANDING

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)
_Id = String(26)


def _id() -> Column[str]:
    return Column("id", _Id, primary_key=True)


def _of(table: str, *, null: bool = False, gone: str = "CASCADE") -> Column[str]:
    return Column(f"{table}_id", _Id, ForeignKey(f"{table}.id", ondelete=gone), nullable=null, index=True)


# --- who may do what ---------------------------------------------------------------------------------------------

account = Table(
    "account",
    metadata,
    _id(),
    Column("name", String(64), nullable=False),
    Column("name_key", String(64), nullable=False, unique=True),  # case-folded: nobody may look like somebody else
    Column("password_hash", String(255), nullable=False),
    Column("role", String(16), nullable=False),
    Column("all_groups", Boolean, nullable=False),  # sees every camera; else those of its groups
    Column("language", String(8), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
)

camera_group = Table(
    "camera_group",
    metadata,
    _id(),
    Column("name", String(128), nullable=False),
    Column("parent_id", _Id, ForeignKey("camera_group.id", ondelete="RESTRICT"), nullable=True),
)

account_group = Table(
    "account_group",
    metadata,
    Column("account_id", _Id, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("camera_group_id", _Id, ForeignKey("camera_group.id", ondelete="CASCADE"), primary_key=True),
)

login_session = Table(
    "login_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    _of("account"),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(256), nullable=False),
)

api_key = Table(
    "api_key",
    metadata,
    _id(),
    _of("account"),
    Column("name", String(128), nullable=False),
    Column("key_hash", String(64), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=True),
    Column("used_at", Moment, nullable=True),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", Moment, nullable=False, index=True),
    Column("account_id", _Id, nullable=True),
    Column("account_name", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object_kind", String(32), nullable=False),
    Column("object_id", String(64), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("address", String(64), nullable=False),
)

setting = Table("setting", metadata, Column("key", String(64), primary_key=True), Column("value", JSON, nullable=False))

# --- hosts, cameras, tasks ---------------------------------------------------------------------------------------

host = Table(
    "host",
    metadata,
    _id(),
    Column("name", String(128), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=True),
    Column("revision", Integer, nullable=False),  # of what it is to do
    Column("ordered", String(64), nullable=False, server_default=""),  # fingerprint of that, to see when it changes
    Column("reported", JSON, nullable=True),
)

host_minute = Table(
    "host_minute",
    metadata,
    Column("host_id", _Id, ForeignKey("host.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("load", JSON, nullable=False),
)

site_map = Table(
    "site_map",
    metadata,
    _id(),
    Column("name", String(128), nullable=False),
    Column("media_key", String(255), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
)

upload = Table(
    "upload",
    metadata,
    _id(),
    Column("name", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
)

camera = Table(
    "camera",
    metadata,
    _id(),
    _of("host"),
    _of("camera_group", null=True, gone="SET NULL"),
    Column("name", String(128), nullable=False),
    Column("place", String(256), nullable=False),
    _of("site_map", null=True, gone="SET NULL"),
    Column("map_x", Float, nullable=True),
    Column("map_y", Float, nullable=True),
    Column("source", JSON, nullable=False),  # without user and password
    Column("main_source", JSON, nullable=True),
    Column("secret", LargeBinary, nullable=True),  # sealed: users and passwords of both
    Column("enabled", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("condition", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("since", Moment, nullable=True),
    Column("stream", JSON, nullable=False),  # what the probe found
)

camera_state = Table(
    "camera_state",
    metadata,
    _id(),
    _of("camera"),
    Column("task_id", _Id, nullable=True),
    Column("at", Moment, nullable=False),
    Column("condition", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_camera_state_when", "camera_id", "at"),
)

task = Table(
    "task",
    metadata,
    _id(),
    _of("camera"),
    Column("name", String(128), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("document", JSON, nullable=False),  # model, zones, lines, alarms, rules ...: without source and sinks
    Column("schedule", JSON, nullable=True),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)

# --- alarms ------------------------------------------------------------------------------------------------------

policy = Table(
    "policy",
    metadata,
    _id(),
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
    Column("camera_id", _Id, nullable=False),
    Column("template", String(64), nullable=False),
    Column("text", Text, nullable=False),  # in small letters
    Column("digest", String(32), nullable=False, unique=True),  # of all three
)

alarm = Table(
    "alarm",
    metadata,
    _id(),
    Column("incident_id", String(64), nullable=False),
    # Copies, without foreign keys: an alarm outlives its camera, and filters need no join.
    Column("camera_id", _Id, nullable=False),
    Column("camera_name", String(128), nullable=False),
    Column("camera_group_id", _Id, nullable=True),
    Column("host_id", _Id, nullable=False),
    Column("task_id", _Id, nullable=False),
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
    Column("count", Integer, nullable=False),  # incidents merged into it, or those who joined
    Column("handling", String(16), nullable=False),  # new, acknowledged, closed
    Column("verdict", String(8), nullable=True),  # true, false
    Column("assignee_id", _Id, nullable=True),
    Column("handled_at", Moment, nullable=True),
    Column("policy_id", _Id, nullable=True),
    Column("quiet", Boolean, nullable=False),  # kept, but shown and pushed to nobody
    Column("quiet_reason", String(16), nullable=False),  # policy, cooldown, rare, short, unknown; empty: it is not
    Column("merged_into", _Id, nullable=True),
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
    _listed("quiet", "quiet"),
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
    _id(),  # of the event: whoever gets it twice takes it once
    _of("alarm"),
    Column("at", Moment, nullable=False),
    Column("phase", String(16), nullable=False),
    Column("document", JSON, nullable=False),
)

alarm_note = Table(
    "alarm_note",
    metadata,
    _id(),
    _of("alarm"),
    Column("account_id", _Id, nullable=True),
    Column("account_name", String(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("action", String(32), nullable=False),  # note, acknowledge, true, false, assign, close, escalate
    Column("text", Text, nullable=False),
)

media = Table(
    "media",
    metadata,
    _id(),
    _of("alarm", null=True),  # it may come before its event
    Column("event_id", _Id, nullable=False, index=True),
    Column("kind", String(32), nullable=False),
    Column("state", String(16), nullable=False),  # pending, waiting, there, missing, expired
    Column("source_path", Text, nullable=False),  # where it still lies on its host
    Column("key", String(255), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False, index=True),
    UniqueConstraint("event_id", "kind"),
    Index("ix_media_state", "state", "created_at"),
    _some("ix_media_lying", ("created_at",), "source_path <> ''"),
)

message_aside = Table(
    "message_aside",
    metadata,
    _id(),
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

# One row for whatever a camera had on a day: a year of a million alarms is read in one go.
alarm_day = Table(
    "alarm_day",
    metadata,
    Column("day", Date, primary_key=True),  # of the wall clock, see `business/sums.py`
    Column("camera_id", _Id, primary_key=True),
    Column("camera_group_id", _Id, primary_key=True),  # empty: none
    Column("template", String(64), primary_key=True),
    Column("severity", String(16), primary_key=True),
    *(Column(name, Integer, nullable=False) for name in ("alarms", "judged_true", "judged_false", *WAITS, *HOURS)),
    sqlite_with_rowid=False,
)

flow_hour = Table(
    "flow_hour",
    metadata,
    Column("at", Moment, primary_key=True),
    Column("camera_id", _Id, primary_key=True),
    Column("rule_id", String(128), primary_key=True),
    Column("direction", String(16), primary_key=True),
    Column("passed", Integer, nullable=False),
)

# --- pushes and reports ------------------------------------------------------------------------------------------

push_target = Table(
    "push_target",
    metadata,
    _id(),
    Column("kind", String(32), nullable=False),
    Column("name", String(128), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("secret", LargeBinary, nullable=True),
    Column("language", String(8), nullable=False),
    Column("match", JSON, nullable=False),  # which alarms: severity, groups, templates, quiet hours
    Column("changed_at", Moment, nullable=False),
    Column("failing_since", Moment, nullable=True),
    Column("last_error", Text, nullable=False),
    Column("last_ok_at", Moment, nullable=True),
    Column("lost", Integer, nullable=False),  # deliveries that were given up: too old, or too many waited
)

push_delivery = Table(
    "push_delivery",
    metadata,
    _id(),
    _of("push_target"),
    Column("key", String(128), nullable=False),  # idempotency: the same for every attempt
    Column("seq", BigInteger, nullable=False),  # number of the alarm's change: the order of a target
    Column("alarm_id", _Id, nullable=True),
    Column("camera_group_id", _Id, nullable=True),  # who may know of it
    Column("body", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("refusals", Integer, nullable=False),  # how often its receiver said that it never takes it
    Column("state", String(16), nullable=False),  # waiting, delivered, refused, lost
    Column("delivered_at", Moment, nullable=True),
    Column("last_error", Text, nullable=False),
    UniqueConstraint("push_target_id", "key"),
    Index("ix_push_delivery_next", "push_target_id", "state", "seq"),
    Index("ix_push_delivery_log", "push_target_id", "seq"),
)

# What a GA/T 1400 platform above has asked for.
viid_subscription = Table(
    "viid_subscription",
    metadata,
    Column("push_target_id", _Id, ForeignKey("push_target.id", ondelete="CASCADE"), primary_key=True),
    Column("subscribe_id", String(64), primary_key=True),
    Column("document", JSON, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

report_schedule = Table(
    "report_schedule",
    metadata,
    _id(),
    Column("name", String(128), nullable=False),
    Column("enabled", Boolean, nullable=False),
    _of("account"),  # whose cameras it is about
    Column("settings", JSON, nullable=False),
    Column("next_at", Moment, nullable=True, index=True),
    Column("attempts", Integer, nullable=False),  # that failed since it was last sent
    Column("last_ok_at", Moment, nullable=True),
    Column("last_error", Text, nullable=False),
)
