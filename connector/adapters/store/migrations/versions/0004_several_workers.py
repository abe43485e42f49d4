"""What several workers share: leases and budgets of API calls."""

import sqlalchemy as sa
from alembic import op

from connector.adapters.store import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "api_budget",
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("calls", sa.Float(), nullable=False),
        sa.Column("filled_at", columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_api_budget")),
    )
    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("renewed_at", columns.Moment(timezone=True), nullable=False),
        sa.Column("until", columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )


def downgrade() -> None:
    """Drop the tables."""
    op.drop_table("lease")
    op.drop_table("api_budget")
