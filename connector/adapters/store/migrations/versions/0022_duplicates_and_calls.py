"""Members who share an e-mail address, and what a run's gifts take of the org's API calls."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0061"
branch_labels = None
depends_on = None

_MAILBOX = ["org_id", "campaign_id", "mailbox"]


def upgrade() -> None:
    """Gifts kept before are found by their address too; non-ASCII capitals in it stay as they are."""
    with op.batch_alter_table("gift") as table:
        table.add_column(sa.Column("mailbox", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE gift SET mailbox = LOWER(TRIM(email))")
    with op.batch_alter_table("gift") as table:
        table.create_index(table.f("ix_gift_org_id_campaign_id_mailbox"), _MAILBOX)
    with op.batch_alter_table("campaign_link") as table:
        table.add_column(
            sa.Column("allow_duplicates", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("sync_run") as table:
        table.add_column(sa.Column("write_back_calls", sa.Float(), nullable=False, server_default="0"))
    with op.batch_alter_table("sync_decision") as table:
        table.create_index(table.f("ix_sync_decision_gift_key"), ["gift_key"])


def downgrade() -> None:
    """Forget both."""
    with op.batch_alter_table("sync_decision") as table:
        table.drop_index(table.f("ix_sync_decision_gift_key"))
    with op.batch_alter_table("sync_run") as table:
        table.drop_column("write_back_calls")
    with op.batch_alter_table("campaign_link") as table:
        table.drop_column("allow_duplicates")
    with op.batch_alter_table("gift") as table:
        table.drop_index(table.f("ix_gift_org_id_campaign_id_mailbox"))
    with op.batch_alter_table("gift") as table:
        table.drop_column("mailbox")
