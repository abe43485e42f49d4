"""Connecting an org in the browser: mode, certificate, tokens, trouble, drafts; whose an account is."""

import sqlalchemy as sa
from alembic import op

from connector.adapters.store import columns

revision = "0010"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables and columns. What is connected so far was connected over JWT bearer."""
    op.create_table(
        "org_tokens",
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("access_token", columns.EncryptedText(), nullable=False),
        sa.Column("refresh_token", columns.EncryptedText(), nullable=False),
        sa.Column("instance_url", sa.Text(), nullable=False),
        sa.Column("obtained_at", columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_org_tokens")),
    )
    op.create_table(
        "org_trouble",
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("code", sa.String(length=80), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("since", columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_org_trouble")),
    )
    op.create_table(
        "connection_draft",
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("org_url", sa.Text(), nullable=False),
        sa.Column("consumer_key", sa.Text(), nullable=False),
        sa.Column("consumer_secret", columns.EncryptedText(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("private_key_pem", columns.EncryptedText(), nullable=False),
        sa.Column("certificate_pem", sa.Text(), nullable=False),
        sa.Column("certificate_ends_at", columns.Moment(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_connection_draft")),
    )
    op.create_table(
        "sent_notice",
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("notice", sa.String(length=100), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "notice", "day", name=op.f("pk_sent_notice")),
    )
    with op.batch_alter_table("org_connection") as table:
        table.add_column(sa.Column("mode", sa.String(length=10), nullable=False, server_default="jwt"))
        table.add_column(sa.Column("certificate_pem", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("certificate_ends_at", columns.Moment(timezone=True), nullable=True))
        table.add_column(sa.Column("scopes", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("provider_account") as table:
        table.add_column(sa.Column("org_id", sa.String(length=18), nullable=False, server_default=""))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("provider_account") as table:
        table.drop_column("org_id")
    with op.batch_alter_table("org_connection") as table:
        for name in ("scopes", "certificate_ends_at", "certificate_pem", "mode"):
            table.drop_column(name)
    for name in ("sent_notice", "connection_draft", "org_trouble", "org_tokens"):
        op.drop_table(name)
