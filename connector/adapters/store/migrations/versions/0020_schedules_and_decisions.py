"""GiftSync: schedules, what was decided on each member, and how runs came and ended."""

import sqlalchemy as sa
from alembic import op

from connector.adapters.store import columns

revision = "0020"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Runs of before were done, by command or by the daily time."""
    with op.batch_alter_table("sync_run") as table:
        table.add_column(sa.Column("org_id", sa.String(length=18), nullable=False, server_default=""))
        table.add_column(sa.Column("state", sa.String(length=10), nullable=False, server_default="done"))
        table.add_column(sa.Column("dry_run", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("full", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("trigger", sa.String(length=10), nullable=False, server_default="command"))
        table.add_column(sa.Column("requested_by", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("slot", sa.String(length=40), nullable=False, server_default=""))
        table.add_column(sa.Column("error", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("next_attempt_at", columns.Moment(timezone=True), nullable=True))
        table.create_index(op.f("ix_sync_run_state_next_attempt_at"), ["state", "next_attempt_at"])
    op.execute(
        "UPDATE sync_run SET org_id = COALESCE((SELECT org_id FROM campaign_link"
        " WHERE campaign_link.link_id = sync_run.link_id), '')"
    )
    op.create_table(
        "sync_decision",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("member_id", sa.String(length=18), nullable=False),
        sa.Column("person_id", sa.String(length=18), nullable=False),
        sa.Column("reason", sa.String(length=30), nullable=False),
        sa.Column("gift_key", sa.String(length=36), nullable=False),
        sa.Column("look_alike", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "member_id", name=op.f("pk_sync_decision")),
    )
    op.create_index(op.f("ix_sync_decision_run_id_reason"), "sync_decision", ["run_id", "reason"])
    op.create_index(op.f("ix_sync_decision_run_id_look_alike"), "sync_decision", ["run_id", "look_alike"])
    op.create_table(
        "sync_schedule",
        sa.Column("link_id", sa.String(length=36), nullable=False),
        sa.Column("cadence", sa.String(length=10), nullable=False),
        sa.Column("at", sa.String(length=5), nullable=False),
        sa.Column("time_zone", sa.String(length=64), nullable=False),
        sa.Column("counted_until", columns.Moment(timezone=True), nullable=False),
        sa.Column("last_slot", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_sync_schedule")),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("sync_schedule")
    op.drop_index(op.f("ix_sync_decision_run_id_look_alike"), "sync_decision")
    op.drop_index(op.f("ix_sync_decision_run_id_reason"), "sync_decision")
    op.drop_table("sync_decision")
    with op.batch_alter_table("sync_run") as table:
        table.drop_index(op.f("ix_sync_run_state_next_attempt_at"))
        for name in (
            "next_attempt_at",
            "attempts",
            "error",
            "slot",
            "requested_by",
            "trigger",
            "full",
            "dry_run",
            "state",
            "org_id",
        ):
            table.drop_column(name)
