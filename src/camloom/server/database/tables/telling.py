"""Pushes and reports: who is told."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from camloom.server.database.kinds import Moment
from camloom.server.database.tables.base import ID, metadata, row_id, row_of

push_target = Table(
    "push_target",
    metadata,
    row_id(),
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
    row_id(),
    row_of("push_target", index=False),
    Column("key", String(128), nullable=False),  # idempotency: the same for every attempt
    Column("seq", BigInteger, nullable=False),  # number of the alarm's change: the order of a target
    Column("alarm_id", ID, nullable=True),
    Column("camera_group_id", ID, nullable=True),  # who may know of it
    Column("body", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("aged_from", Moment, nullable=False),  # made, but not before time that had certainly gone by
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("refusals", Integer, nullable=False),  # how often its receiver said that it never takes it
    Column("state", String(16), nullable=False),  # waiting, delivered, refused, lost
    Column("delivered_at", Moment, nullable=True),
    Column("last_error", Text, nullable=False),
    UniqueConstraint("push_target_id", "key"),
    # With what else is asked for: those whom a caller may not know of are passed over without a look at the body.
    Index("ix_push_delivery_next", "push_target_id", "state", "seq", "id", "camera_group_id"),
    Index("ix_push_delivery_log", "push_target_id", "seq", "id", "camera_group_id"),
)

# What a GA/T 1400 platform above has asked for.
viid_subscription = Table(
    "viid_subscription",
    metadata,
    Column("push_target_id", ID, ForeignKey("push_target.id", ondelete="CASCADE"), primary_key=True),
    Column("subscribe_id", String(64), primary_key=True),
    Column("document", JSON, nullable=False),
    Column("changed_at", Moment, nullable=False),
)

report_schedule = Table(
    "report_schedule",
    metadata,
    row_id(),
    Column("name", String(128), nullable=False),
    Column("enabled", Boolean, nullable=False),
    row_of("account"),  # whose cameras it is about
    Column("settings", JSON, nullable=False),
    Column("next_at", Moment, nullable=True, index=True),
    Column("attempts", Integer, nullable=False),  # that failed since it was last sent
    Column("last_ok_at", Moment, nullable=True),
    Column("last_error", Text, nullable=False),
)
