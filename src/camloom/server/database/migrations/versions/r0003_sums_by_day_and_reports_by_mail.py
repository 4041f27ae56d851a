"""sums by day, and reports by mail."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_WAITS_S = (15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 86_400, 604_800)
_SUMS = (
    *("alarms", "judged_true", "judged_false"),
    *(f"wait_{bound_s}" for bound_s in _WAITS_S),
    *(f"hour_{hour:02}" for hour in range(24)),
)


def upgrade() -> None:
    """Bring a database from the revision before to this one; the server sums up the alarms when it starts."""
    op.drop_table("alarm_hour")
    op.create_table(
        "alarm_day",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("camera_id", sa.String(length=26), nullable=False),
        sa.Column("camera_group_id", sa.String(length=26), nullable=False),
        sa.Column("template", sa.String(length=64), nullable=False),
        sa.Column("severity", sa.String(length=16), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in _SUMS),
        sa.PrimaryKeyConstraint(
            "day", "camera_id", "camera_group_id", "template", "severity", name=op.f("pk_alarm_day")
        ),
        sqlite_with_rowid=False,
    )
    # Nothing has made any before.
    op.execute(sa.text("delete from report_schedule"))
    with op.batch_alter_table("report_schedule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("account_id", sa.String(length=26), nullable=False))
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False))
        batch_op.add_column(sa.Column("last_ok_at", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("last_error", sa.Text(), nullable=False))
        batch_op.create_index(op.f("ix_report_schedule_account_id"), ["account_id"])
        batch_op.create_index(op.f("ix_report_schedule_next_at"), ["next_at"])
        batch_op.create_foreign_key(
            op.f("fk_report_schedule_account_id"), "account", ["account_id"], ["id"], ondelete="CASCADE"
        )
