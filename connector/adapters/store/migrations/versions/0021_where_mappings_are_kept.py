"""Where the field mapping of an org is kept."""

import sqlalchemy as sa
from alembic import op

from connector.adapters.store import columns

revision = "0021"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "mapping_source",
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("read_at", columns.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_mapping_source")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("mapping_source")
