"""The database keeps the head of the oldest program that it still serves."""

import sqlalchemy as sa
from alembic import op

revision = "0060"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table; the upgrade itself fills it."""
    op.create_table(
        "schema_floor",
        sa.Column("oldest_head", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("oldest_head", name=op.f("pk_schema_floor")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("schema_floor")
