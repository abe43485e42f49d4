"""What looking at each org found last."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0051"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "org_finding",
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=100), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "code", "subject", name=op.f("pk_org_finding")),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("org_finding")
