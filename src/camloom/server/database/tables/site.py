"""Hosts, cameras, tasks."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from camloom.server.database.kinds import Moment
from camloom.server.database.tables.base import ID, metadata, row_id, row_of

host = Table(
    "host",
    metadata,
    row_id(),
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
    Column("host_id", ID, ForeignKey("host.id", ondelete="CASCADE"), primary_key=True),
    Column("at", Moment, primary_key=True),
    Column("load", JSON, nullable=False),
)

site_map = Table(
    "site_map",
    metadata,
    row_id(),
    Column("name", String(128), nullable=False),
    Column("media_key", String(255), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
)

upload = Table(
    "upload",
    metadata,
    row_id(),
    Column("name", String(128), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
)

# A model file that is looked at before it is kept; the file itself is handed over to the host under the same id.
model_draft = Table(
    "model_draft",
    metadata,
    row_id(),
    row_of("host"),
    Column("name", String(128), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("created_at", Moment, nullable=False),
)

camera = Table(
    "camera",
    metadata,
    row_id(),
    row_of("host"),
    row_of("camera_group", null=True, gone="SET NULL"),
    Column("name", String(128), nullable=False),
    Column("place", String(256), nullable=False),
    row_of("site_map", null=True, gone="SET NULL"),
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
    row_id(),
    row_of("camera", index=False),
    Column("task_id", ID, nullable=True),
    Column("at", Moment, nullable=False),
    Column("condition", String(16), nullable=False),
    Column("reason", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Index("ix_camera_state_when", "camera_id", "at", "id"),
)

# Ten minutes of a camera, a bit for ten seconds: whatever is told twice, or by several tasks, adds nothing.
camera_motion = Table(
    "camera_motion",
    metadata,
    Column("at", Moment, primary_key=True),
    Column("camera_id", ID, ForeignKey("camera.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("watched", BigInteger, nullable=False),  # pictures came
    Column("moved", BigInteger, nullable=False),  # an object moved
)

task = Table(
    "task",
    metadata,
    row_id(),
    row_of("camera"),
    Column("name", String(128), nullable=False),
    Column("enabled", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("document", JSON, nullable=False),  # model, zones, lines, alarms, rules ...: without source and sinks
    Column("schedule", JSON, nullable=True),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
