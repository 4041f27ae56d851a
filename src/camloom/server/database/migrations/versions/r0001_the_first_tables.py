"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Bring a database from the revision before to this one."""
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("name_key", sa.String(length=64), nullable=False),
        sa.Column("password_hash", sa.String(length=255), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("all_groups", sa.Boolean(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name_key", name=op.f("uq_account_name_key")),
    )
    op.create_table(
        "alarm",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("incident_id", sa.String(length=64), nullable=False),
        sa.Column("camera_id", sa.String(length=26), nullable=False),
        sa.Column("camera_name", sa.String(length=128), nullable=False),
        sa.Column("camera_group_id", sa.String(length=26), nullable=True),
        sa.Column("host_id", sa.String(length=26), nullable=False),
        sa.Column("task_id", sa.String(length=26), nullable=False),
        sa.Column("rule_id", sa.String(length=128), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("name", sa.JSON(), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("stage", sa.String(length=64), nullable=False),
        sa.Column("zone", sa.String(length=128), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("handling", sa.String(length=16), nullable=False),
        sa.Column("verdict", sa.String(length=8), nullable=True),
        sa.Column("assignee_id", sa.String(length=26), nullable=True),
        sa.Column("handled_at", sa.BigInteger(), nullable=True),
        sa.Column("policy_id", sa.String(length=26), nullable=True),
        sa.Column("quiet", sa.Boolean(), nullable=False),
        sa.Column("quiet_reason", sa.String(length=16), nullable=False),
        sa.Column("merged_into", sa.String(length=26), nullable=True),
        sa.Column("escalated_at", sa.BigInteger(), nullable=True),
        sa.Column("happened", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("change", sa.BigInteger(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.Column("event", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
        sa.UniqueConstraint("host_id", "task_id", "incident_id", name=op.f("uq_alarm_host_id")),
    )
    with op.batch_alter_table("alarm", schema=None) as batch_op:
        batch_op.create_index("ix_alarm_began", ["began_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_alarm_change"), ["change"], unique=False)
        batch_op.create_index(batch_op.f("ix_alarm_due_at"), ["due_at"], unique=False)
        batch_op.create_index("ix_alarm_like", ["camera_id", "template", "began_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_alarm_merged_into"), ["merged_into"], unique=False)
        batch_op.create_index(
            "ix_alarm_shown_began",
            ["began_at", "id"],
            unique=False,
            sqlite_where=sa.text("quiet = 0 AND merged_into IS NULL"),
            postgresql_where=sa.text("NOT quiet AND merged_into IS NULL"),
        )
        batch_op.create_index(
            "ix_alarm_shown_camera",
            ["camera_id", "began_at", "id"],
            unique=False,
            sqlite_where=sa.text("quiet = 0 AND merged_into IS NULL"),
            postgresql_where=sa.text("NOT quiet AND merged_into IS NULL"),
        )
        batch_op.create_index(
            "ix_alarm_shown_group",
            ["camera_group_id", "began_at", "id"],
            unique=False,
            sqlite_where=sa.text("quiet = 0 AND merged_into IS NULL"),
            postgresql_where=sa.text("NOT quiet AND merged_into IS NULL"),
        )
        batch_op.create_index(
            "ix_alarm_shown_handling",
            ["handling", "began_at", "id"],
            unique=False,
            sqlite_where=sa.text("quiet = 0 AND merged_into IS NULL"),
            postgresql_where=sa.text("NOT quiet AND merged_into IS NULL"),
        )
        batch_op.create_index(
            "ix_alarm_shown_severity",
            ["severity", "began_at", "id"],
            unique=False,
            sqlite_where=sa.text("quiet = 0 AND merged_into IS NULL"),
            postgresql_where=sa.text("NOT quiet AND merged_into IS NULL"),
        )
        batch_op.create_index(
            "ix_alarm_shown_template",
            ["template", "began_at", "id"],
            unique=False,
            sqlite_where=sa.text("quiet = 0 AND merged_into IS NULL"),
            postgresql_where=sa.text("NOT quiet AND merged_into IS NULL"),
        )
        batch_op.create_index(
            "ix_alarm_shown_verdict",
            ["verdict", "began_at", "id"],
            unique=False,
            sqlite_where=sa.text("quiet = 0 AND merged_into IS NULL"),
            postgresql_where=sa.text("NOT quiet AND merged_into IS NULL"),
        )

    op.create_table(
        "alarm_hour",
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("camera_id", sa.String(length=26), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        sa.Column("alarms", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("at", "camera_id", "template", "severity", name=op.f("pk_alarm_hour")),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=True),
        sa.Column("account_name", sa.String(length=64), nullable=False),
        sa.Column("action", sa.String(length=64), nullable=False),
        sa.Column("object_kind", sa.String(length=32), nullable=False),
        sa.Column("object_id", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_at"), ["at"], unique=False)

    op.create_table(
        "camera_group",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("parent_id", sa.String(length=26), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["camera_group.id"], name=op.f("fk_camera_group_parent_id"), ondelete="RESTRICT"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_group")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "flow_hour",
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("camera_id", sa.String(length=26), nullable=False),
        sa.Column("rule_id", sa.String(length=128), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("at", "camera_id", "rule_id", "direction", name=op.f("pk_flow_hour")),
    )
    op.create_table(
        "host",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("reported", sa.JSON(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_host")),
    )
    op.create_table(
        "message_aside",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("host_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_message_aside")),
        sa.UniqueConstraint("host_id", "seq", name=op.f("uq_message_aside_host_id")),
    )
    with op.batch_alter_table("message_aside", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_message_aside_at"), ["at"], unique=False)

    op.create_table(
        "policy",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("match", sa.JSON(), nullable=False),
        sa.Column("effect", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
    )
    op.create_table(
        "push_target",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("match", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.Column("failing_since", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("last_ok_at", sa.BigInteger(), nullable=True),
        sa.Column("lost", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_target")),
    )
    op.create_table(
        "report_schedule",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_schedule")),
    )
    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "site_map",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("media_key", sa.String(length=255), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_map")),
    )
    op.create_table(
        "account_group",
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("camera_group_id", sa.String(length=26), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_account_group_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["camera_group_id"], ["camera_group.id"], name=op.f("fk_account_group_camera_group_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", "camera_group_id", name=op.f("pk_account_group")),
    )
    op.create_table(
        "alarm_event",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("alarm_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("phase", sa.String(length=16), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_alarm_event_alarm_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_event")),
    )
    with op.batch_alter_table("alarm_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alarm_event_alarm_id"), ["alarm_id"], unique=False)

    op.create_table(
        "alarm_note",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("alarm_id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=True),
        sa.Column("account_name", sa.String(length=64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("action", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_alarm_note_alarm_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm_note")),
    )
    with op.batch_alter_table("alarm_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_alarm_note_alarm_id"), ["alarm_id"], unique=False)

    op.create_table(
        "api_key",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("key_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_api_key_account_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_key")),
        sa.UniqueConstraint("key_hash", name=op.f("uq_api_key_key_hash")),
    )
    with op.batch_alter_table("api_key", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_key_account_id"), ["account_id"], unique=False)

    op.create_table(
        "camera",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("host_id", sa.String(length=26), nullable=False),
        sa.Column("camera_group_id", sa.String(length=26), nullable=True),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("place", sa.String(length=256), nullable=False),
        sa.Column("site_map_id", sa.String(length=26), nullable=True),
        sa.Column("map_x", sa.Float(), nullable=True),
        sa.Column("map_y", sa.Float(), nullable=True),
        sa.Column("source", sa.JSON(), nullable=False),
        sa.Column("main_source", sa.JSON(), nullable=True),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("condition", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=True),
        sa.Column("stream", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["camera_group_id"], ["camera_group.id"], name=op.f("fk_camera_camera_group_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_camera_host_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["site_map_id"], ["site_map.id"], name=op.f("fk_camera_site_map_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera")),
    )
    with op.batch_alter_table("camera", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_camera_camera_group_id"), ["camera_group_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_camera_host_id"), ["host_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_camera_site_map_id"), ["site_map_id"], unique=False)

    op.create_table(
        "host_minute",
        sa.Column("host_id", sa.String(length=26), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("load", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["host_id"], ["host.id"], name=op.f("fk_host_minute_host_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("host_id", "at", name=op.f("pk_host_minute")),
    )
    op.create_table(
        "login_session",
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=26), nullable=False),
        sa.Column("csrf", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("agent", sa.String(length=256), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_login_session_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_login_session")),
    )
    with op.batch_alter_table("login_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_login_session_account_id"), ["account_id"], unique=False)

    op.create_table(
        "media",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("alarm_id", sa.String(length=26), nullable=True),
        sa.Column("event_id", sa.String(length=26), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("source_path", sa.Text(), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["alarm_id"], ["alarm.id"], name=op.f("fk_media_alarm_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_media")),
        sa.UniqueConstraint("event_id", "kind", name=op.f("uq_media_event_id")),
    )
    with op.batch_alter_table("media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_media_alarm_id"), ["alarm_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_media_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_media_event_id"), ["event_id"], unique=False)
        batch_op.create_index(
            "ix_media_lying",
            ["created_at"],
            unique=False,
            sqlite_where=sa.text("source_path <> ''"),
            postgresql_where=sa.text("source_path <> ''"),
        )
        batch_op.create_index("ix_media_state", ["state", "created_at"], unique=False)

    op.create_table(
        "push_delivery",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("push_target_id", sa.String(length=26), nullable=False),
        sa.Column("key", sa.String(length=128), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("alarm_id", sa.String(length=26), nullable=True),
        sa.Column("camera_group_id", sa.String(length=26), nullable=True),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("refusals", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["push_target_id"], ["push_target.id"], name=op.f("fk_push_delivery_push_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_push_delivery")),
        sa.UniqueConstraint("push_target_id", "key", name=op.f("uq_push_delivery_push_target_id")),
    )
    with op.batch_alter_table("push_delivery", schema=None) as batch_op:
        batch_op.create_index("ix_push_delivery_log", ["push_target_id", "seq"], unique=False)
        batch_op.create_index("ix_push_delivery_next", ["push_target_id", "state", "seq"], unique=False)
        batch_op.create_index(batch_op.f("ix_push_delivery_push_target_id"), ["push_target_id"], unique=False)

    op.create_table(
        "viid_subscription",
        sa.Column("push_target_id", sa.String(length=26), nullable=False),
        sa.Column("subscribe_id", sa.String(length=64), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["push_target_id"],
            ["push_target.id"],
            name=op.f("fk_viid_subscription_push_target_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("push_target_id", "subscribe_id", name=op.f("pk_viid_subscription")),
    )

    op.create_table(
        "camera_state",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("camera_id", sa.String(length=26), nullable=False),
        sa.Column("task_id", sa.String(length=26), nullable=True),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("condition", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=64), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["camera_id"], ["camera.id"], name=op.f("fk_camera_state_camera_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_camera_state")),
    )
    with op.batch_alter_table("camera_state", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_camera_state_camera_id"), ["camera_id"], unique=False)
        batch_op.create_index("ix_camera_state_when", ["camera_id", "at"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", sa.String(length=26), nullable=False),
        sa.Column("camera_id", sa.String(length=26), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("schedule", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["camera_id"], ["camera.id"], name=op.f("fk_task_camera_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_task_camera_id"), ["camera_id"], unique=False)
