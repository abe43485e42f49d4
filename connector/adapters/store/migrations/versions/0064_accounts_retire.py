"""An account at a gifting platform can be retired: no new gifts come from it."""

import sqlalchemy as sa
from alembic import op

revision = "0064"
down_revision = "0063"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A column that programs of before may leave out."""
    with op.batch_alter_table("provider_account") as table:
        table.add_column(sa.Column("retired", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Every account is in use again."""
    with op.batch_alter_table("provider_account") as table:
        table.drop_column("retired")
