"""Keys of the API know what they open, when they were used and when they end; flows' calls are counted."""

import sqlalchemy as sa
from alembic import op

from connector.adapters.store import columns

revision = "0050"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keys that are there open everything, as they did."""
    with op.batch_alter_table("api_key") as table:
        table.add_column(sa.Column("scope", sa.String(length=10), nullable=False, server_default="send"))
        table.add_column(sa.Column("used_at", columns.Moment(timezone=True), nullable=True))
        table.add_column(sa.Column("ends_at", columns.Moment(timezone=True), nullable=True))
    with op.batch_alter_table("api_key") as table:
        table.alter_column("scope", server_default=None)
    with op.batch_alter_table("api_budget") as table:
        table.alter_column("org_id", existing_type=sa.String(length=18), type_=sa.String(length=40))


def downgrade() -> None:
    """As before; the buckets of flows' calls are gone."""
    op.execute("DELETE FROM api_budget WHERE org_id LIKE 'api:%'")
    with op.batch_alter_table("api_budget") as table:
        table.alter_column("org_id", existing_type=sa.String(length=40), type_=sa.String(length=18))
    with op.batch_alter_table("api_key") as table:
        table.drop_column("ends_at")
        table.drop_column("used_at")
        table.drop_column("scope")
