"""Direct send, budgets, field mappings, watermarks, the state of provider accounts."""

import sqlalchemy as sa
from alembic import op

from connector.adapters.store import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns."""
    op.create_table(
        "account_circuit",
        sa.Column("account_id", sa.String(length=36), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("closed_until", columns.Moment(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_account_circuit")),
    )
    op.create_table(
        "field_mapping",
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("sobject", sa.String(length=80), nullable=False),
        sa.Column("attribute", sa.String(length=40), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "sobject", "attribute", name=op.f("pk_field_mapping")),
    )
    op.create_table(
        "gift_budget",
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("scope", sa.String(length=36), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("limit_minor_units", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "scope", name=op.f("pk_gift_budget")),
    )
    op.create_table(
        "sync_watermark",
        sa.Column("link_id", sa.String(length=36), nullable=False),
        sa.Column("at", columns.Moment(timezone=True), nullable=False),
        sa.Column("terms", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("link_id", name=op.f("pk_sync_watermark")),
    )
    with op.batch_alter_table("campaign_link", schema=None) as batch_op:
        batch_op.add_column(sa.Column("direct_send", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("line_items", sa.JSON(), nullable=True))
    with op.batch_alter_table("gift", schema=None) as batch_op:
        batch_op.add_column(sa.Column("address", sa.JSON(), nullable=True))
        batch_op.add_column(sa.Column("line_items", sa.JSON(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_gift_org_id_campaign_id_planned_at"),
            ["org_id", "campaign_id", "planned_at"],
            unique=False,
        )
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("not_before", columns.Moment(timezone=True), nullable=True))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("inbox", schema=None) as batch_op:
        batch_op.drop_column("not_before")
    with op.batch_alter_table("gift", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gift_org_id_campaign_id_planned_at"))
        batch_op.drop_column("line_items")
        batch_op.drop_column("address")
    with op.batch_alter_table("campaign_link", schema=None) as batch_op:
        batch_op.drop_column("line_items")
        batch_op.drop_column("direct_send")
    op.drop_table("sync_watermark")
    op.drop_table("gift_budget")
    op.drop_table("field_mapping")
    op.drop_table("account_circuit")
