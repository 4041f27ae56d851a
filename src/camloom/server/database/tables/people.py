"""Who may do what, and what was done."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, LargeBinary, String, Table, UniqueConstraint

from camloom.server.database.kinds import Moment
from camloom.server.database.tables.base import ID, metadata, row_id, row_of

account = Table(
    "account",
    metadata,
    row_id(),
    Column("name", String(64), nullable=False),
    Column("name_key", String(64), nullable=False, unique=True),  # case-folded: nobody may look like somebody else
    Column("password_hash", String(255), nullable=False),  # empty: it has none, an identity provider lets it in
    Column("role", String(16), nullable=False),
    Column("all_groups", Boolean, nullable=False),  # sees every camera; else those of its groups
    Column("language", String(8), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    # Who it is at an identity provider; names and mail addresses there change hands, these two do not.
    Column("issuer", String(255), nullable=True),
    Column("subject", String(255), nullable=True),
    UniqueConstraint("issuer", "subject"),
)

camera_group = Table(
    "camera_group",
    metadata,
    row_id(),
    Column("name", String(128), nullable=False),
    Column("parent_id", ID, ForeignKey("camera_group.id", ondelete="RESTRICT"), nullable=True),
)

account_group = Table(
    "account_group",
    metadata,
    Column("account_id", ID, ForeignKey("account.id", ondelete="CASCADE"), primary_key=True),
    Column("camera_group_id", ID, ForeignKey("camera_group.id", ondelete="CASCADE"), primary_key=True),
)

login_session = Table(
    "login_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    row_of("account"),
    Column("csrf", String(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("address", String(64), nullable=False),
    Column("agent", String(256), nullable=False),
    Column("id_token", LargeBinary, nullable=True),  # sealed: what an identity provider began it with
)

api_key = Table(
    "api_key",
    metadata,
    row_id(),
    row_of("account"),
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
    row_id(),
    Column("at", Moment, nullable=False),
    Column("account_id", ID, nullable=True),
    Column("account_name", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("object_kind", String(32), nullable=False),
    Column("object_id", String(64), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("address", String(64), nullable=False),
    # Each filter of the list, newest first.
    Index("ix_audit_at", "at", "id"),
    *(Index(f"ix_audit_{name}", name, "at", "id") for name in ("account_id", "action", "object_kind", "object_id")),
)

setting = Table("setting", metadata, Column("key", String(64), primary_key=True), Column("value", JSON, nullable=False))
