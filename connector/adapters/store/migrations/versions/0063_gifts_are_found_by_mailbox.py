"""Gifts are found by the mailbox that they go to, for whichever Campaign or none."""

from alembic import op

revision = "0063"
down_revision = "0062"
branch_labels = None
depends_on = None

_BY_CAMPAIGN = ["org_id", "campaign_id", "mailbox"]


def upgrade() -> None:
    """One index in place of the other: few gifts go to one mailbox, whatever Campaign they are for."""
    op.create_index(op.f("ix_gift_org_id_mailbox"), "gift", ["org_id", "mailbox"])
    op.drop_index(op.f("ix_gift_org_id_campaign_id_mailbox"), "gift")


def downgrade() -> None:
    """The other way round."""
    op.create_index(op.f("ix_gift_org_id_campaign_id_mailbox"), "gift", _BY_CAMPAIGN)
    op.drop_index(op.f("ix_gift_org_id_mailbox"), "gift")
