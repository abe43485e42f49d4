"""The audit log."""

import sqlalchemy as sa
from alembic import op

from connector.adapters.store import columns

revision = "0040"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "audit_entry",
        sa.Column("row_number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("at", columns.Moment(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("row_number", name=op.f("pk_audit_entry")),
        sa.UniqueConstraint("org_id", "number", name=op.f("uq_audit_entry_org_id_number")),
    )


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("audit_entry")
