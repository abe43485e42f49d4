"""How many gifts of an org are in which state and stage is counted in an index, without the rows."""

from alembic import op

revision = "0062"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index(op.f("ix_gift_org_id_state_stage"), "gift", ["org_id", "state", "stage"])


def downgrade() -> None:
    """Drop the index."""
    op.drop_index(op.f("ix_gift_org_id_state_stage"), "gift")
