"""What one form sent to several people."""

import sqlalchemy as sa
from alembic import op

from connector.adapters.store import columns

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "send_batch",
        sa.Column("batch_id", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("user_id", sa.String(length=18), nullable=False),
        sa.Column("made_at", columns.Moment(timezone=True), nullable=False),
        sa.Column("gift_keys", sa.JSON(), nullable=False),
        sa.Column("skipped", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name=op.f("pk_send_batch")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("send_batch")
