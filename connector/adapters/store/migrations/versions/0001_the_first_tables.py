"""The first tables."""

import sqlalchemy as sa
from alembic import op

from connector.adapters.store import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "api_usage",
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("allocation", sa.Integer(), nullable=False),
        sa.Column("read_at", columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_api_usage")),
    )
    op.create_table(
        "campaign_link",
        sa.Column("link_id", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("campaign_id", sa.String(length=18), nullable=False),
        sa.Column("campaign_name", sa.Text(), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("gift_campaign_id", sa.String(length=100), nullable=False),
        sa.Column("gift_campaign_name", sa.Text(), nullable=False),
        sa.Column("value_minor_units", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_campaign_link")),
        sa.UniqueConstraint("org_id", "campaign_id", name=op.f("uq_campaign_link_org_id_campaign_id")),
    )
    op.create_table(
        "gift",
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("source_key", sa.String(length=200), nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("gift_campaign_id", sa.String(length=100), nullable=False),
        sa.Column("campaign_id", sa.String(length=18), nullable=False),
        sa.Column("campaign_member_id", sa.String(length=18), nullable=False),
        sa.Column("contact_id", sa.String(length=18), nullable=False),
        sa.Column("lead_id", sa.String(length=18), nullable=False),
        sa.Column("sender_user_id", sa.String(length=18), nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("match_key", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("value_minor_units", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("planned_at", columns.Moment(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("job_id", sa.String(length=100), nullable=False),
        sa.Column("owner", sa.String(length=100), nullable=False),
        sa.Column("lease_until", columns.Moment(timezone=True), nullable=True),
        sa.Column("next_attempt_at", columns.Moment(timezone=True), nullable=True),
        sa.Column("intent_at", columns.Moment(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.Column("provider_gift_id", sa.String(length=100), nullable=True),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("stages", sa.JSON(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("details_at", columns.Moment(timezone=True), nullable=True),
        sa.Column("heard_at", columns.Moment(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("written_version", sa.Integer(), nullable=False),
        sa.Column("dirty_since", columns.Moment(timezone=True), nullable=True),
        sa.Column("write_attempts", sa.Integer(), nullable=False),
        sa.Column("next_write_at", columns.Moment(timezone=True), nullable=True),
        sa.Column("salesforce_id", sa.String(length=18), nullable=False),
        sa.Column("sync_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_gift")),
        sa.UniqueConstraint(
            "account_id", "provider_gift_id", name=op.f("uq_gift_account_id_provider_gift_id")
        ),
        sa.UniqueConstraint("org_id", "source", "source_key", name=op.f("uq_gift_org_id_source_source_key")),
    )
    with op.batch_alter_table("gift", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_gift_account_id_gift_campaign_id_match_key"),
            ["account_id", "gift_campaign_id", "match_key"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_gift_job_id"), ["job_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gift_org_id_contact_id"), ["org_id", "contact_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_gift_org_id_dirty_since"), ["org_id", "dirty_since"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_gift_org_id_lead_id"), ["org_id", "lead_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_gift_state_next_attempt_at"), ["state", "next_attempt_at"], unique=False
        )

    op.create_table(
        "gift_event",
        sa.Column("event_number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("gift_key", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=150), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("occurred_at", columns.Moment(timezone=True), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("applied", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("event_number", name=op.f("pk_gift_event")),
        sa.UniqueConstraint("gift_key", "event_id", name=op.f("uq_gift_event_gift_key_event_id")),
    )
    op.create_table(
        "inbox",
        sa.Column("message_id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("event_id", sa.String(length=100), nullable=False),
        sa.Column("headers", sa.JSON(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("received_at", columns.Moment(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("provider_gift_id", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("message_id", name=op.f("pk_inbox")),
        sa.UniqueConstraint("account_id", "event_id", name=op.f("uq_inbox_account_id_event_id")),
    )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_inbox_account_id_provider_gift_id"),
            ["account_id", "provider_gift_id"],
            unique=False,
        )
        batch_op.create_index(batch_op.f("ix_inbox_outcome"), ["outcome"], unique=False)

    op.create_table(
        "job_outbox",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("job_id", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_job_outbox")),
        sa.UniqueConstraint("job_id", name=op.f("uq_job_outbox_job_id")),
    )
    op.create_table(
        "org_connection",
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("instance_url", sa.Text(), nullable=False),
        sa.Column("login_url", sa.Text(), nullable=False),
        sa.Column("consumer_key", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("private_key_pem", columns.EncryptedText(), nullable=False),
        sa.Column("user_id", sa.String(length=18), nullable=False),
        sa.Column("api_version", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_org_connection")),
    )
    op.create_table(
        "provider_account",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("provider", sa.String(length=40), nullable=False),
        sa.Column("base_url", sa.Text(), nullable=False),
        sa.Column("token", columns.EncryptedText(), nullable=False),
        sa.Column("webhook_secret", columns.EncryptedText(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_provider_account")),
    )
    op.create_table(
        "sync_run",
        sa.Column("run_id", sa.String(length=36), nullable=False),
        sa.Column("link_id", sa.String(length=36), nullable=False),
        sa.Column("started_at", columns.Moment(timezone=True), nullable=False),
        sa.Column("finished_at", columns.Moment(timezone=True), nullable=True),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.Column("planned", sa.Integer(), nullable=False),
        sa.Column("skips", sa.JSON(), nullable=False),
        sa.Column("api_calls", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_sync_run")),
    )
    with op.batch_alter_table("sync_run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_sync_run_link_id_started_at"), ["link_id", "started_at"], unique=False
        )

    op.create_table(
        "timeline_entry",
        sa.Column("key", sa.String(length=36), nullable=False),
        sa.Column("gift_key", sa.String(length=36), nullable=False),
        sa.Column("milestone", sa.String(length=40), nullable=False),
        sa.Column("happened_at", columns.Moment(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("task_id", sa.String(length=18), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_timeline_entry")),
        sa.UniqueConstraint("gift_key", "milestone", name=op.f("uq_timeline_entry_gift_key_milestone")),
    )
    op.create_table(
        "worker_heartbeat",
        sa.Column("worker_id", sa.String(length=100), nullable=False),
        sa.Column("beat_at", columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_worker_heartbeat")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("worker_heartbeat")
    op.drop_table("timeline_entry")
    with op.batch_alter_table("sync_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_sync_run_link_id_started_at"))

    op.drop_table("sync_run")
    op.drop_table("provider_account")
    op.drop_table("org_connection")
    op.drop_table("job_outbox")
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbox_outcome"))
        batch_op.drop_index(batch_op.f("ix_inbox_account_id_provider_gift_id"))

    op.drop_table("inbox")
    op.drop_table("gift_event")
    with op.batch_alter_table("gift", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gift_state_next_attempt_at"))
        batch_op.drop_index(batch_op.f("ix_gift_org_id_lead_id"))
        batch_op.drop_index(batch_op.f("ix_gift_org_id_dirty_since"))
        batch_op.drop_index(batch_op.f("ix_gift_org_id_contact_id"))
        batch_op.drop_index(batch_op.f("ix_gift_job_id"))
        batch_op.drop_index(batch_op.f("ix_gift_account_id_gift_campaign_id_match_key"))

    op.drop_table("gift")
    op.drop_table("campaign_link")
    op.drop_table("api_usage")
