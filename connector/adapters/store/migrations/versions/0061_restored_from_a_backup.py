"""A database knows that it was restored, and how old it is."""

import sqlalchemy as sa
from alembic import op

from connector.adapters.store import columns

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "restoration",
        sa.Column("restored_at", columns.Moment(timezone=True), nullable=False),
        sa.Column("backup_made_at", columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("restored_at", name=op.f("pk_restoration")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("restoration")
