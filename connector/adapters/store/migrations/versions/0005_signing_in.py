"""Signing in with Salesforce: sessions, people on their way, setup links, and the secret of an org's app."""

import sqlalchemy as sa
from alembic import op

from connector.adapters.store import columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "portal_session",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("user_id", sa.String(length=18), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("display_name", sa.Text(), nullable=False),
        sa.Column("roles", sa.JSON(), nullable=False),
        sa.Column("csrf_token", columns.EncryptedText(), nullable=False),
        sa.Column("started_at", columns.Moment(timezone=True), nullable=False),
        sa.Column("seen_at", columns.Moment(timezone=True), nullable=False),
        sa.Column("ends_at", columns.Moment(timezone=True), nullable=False),
        sa.Column("access_token", columns.EncryptedText(), nullable=True),
        sa.Column("refresh_token", columns.EncryptedText(), nullable=True),
        sa.Column("instance_url", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_portal_session")),
    )
    op.create_index(op.f("ix_portal_session_org_id"), "portal_session", ["org_id"])
    op.create_table(
        "pending_sign_in",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("browser_digest", sa.String(length=64), nullable=False),
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("code_verifier", columns.EncryptedText(), nullable=False),
        sa.Column("nonce", columns.EncryptedText(), nullable=False),
        sa.Column("next_path", sa.Text(), nullable=False),
        sa.Column("expires_at", columns.Moment(timezone=True), nullable=False),
        sa.Column("purpose", sa.String(length=20), nullable=False),
        sa.Column("draft", columns.EncryptedText(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_pending_sign_in")),
    )
    op.create_table(
        "setup_link",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("expires_at", columns.Moment(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_setup_link")),
    )
    with op.batch_alter_table("org_connection") as table:
        table.add_column(sa.Column("consumer_secret", columns.EncryptedText(), nullable=True))


def downgrade() -> None:
    """Drop them."""
    with op.batch_alter_table("org_connection") as table:
        table.drop_column("consumer_secret")
    op.drop_table("setup_link")
    op.drop_table("pending_sign_in")
    op.drop_index(op.f("ix_portal_session_org_id"), "portal_session")
    op.drop_table("portal_session")
