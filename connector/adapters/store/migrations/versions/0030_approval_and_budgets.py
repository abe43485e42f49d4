"""Approval of gifts; budgets of teams and people; gifts that stand in for others."""

import sqlalchemy as sa
from alembic import op

from connector.adapters.store import columns
from connector.domain.keys import budget_key

revision = "0030"
down_revision = "0010"
branch_labels = None
depends_on = None

_SENT_ONLY_IF_AGREED = (
    "approval IN ('Not Required', 'Approved') OR state IN ('awaiting_approval', 'refused', 'failed')"
)
_INDEXES = (
    ["org_id", "campaign_id", "counted_at"],
    ["org_id", "counted_at"],
    ["org_id", "sender_user_id", "counted_at"],
    ["org_id", "planned_at", "key"],
    ["org_id", "state", "planned_at", "key"],
    ["resent_from"],
)


def upgrade() -> None:
    """Make the tables and columns; every budget so far is of an org or a campaign."""
    op.create_table(
        "team",
        sa.Column("team_id", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", name=op.f("pk_team")),
    )
    op.create_index(op.f("ix_team_org_id"), "team", ["org_id"])
    op.create_table(
        "team_member",
        sa.Column("team_id", sa.String(length=36), nullable=False),
        sa.Column("user_id", sa.String(length=18), nullable=False),
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("team_id", "user_id", name=op.f("pk_team_member")),
    )
    op.create_index(op.f("ix_team_member_org_id_user_id"), "team_member", ["org_id", "user_id"])
    op.create_table(
        "approval_rules",
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("above_minor_units", sa.BigInteger(), nullable=False),
        sa.Column("above_currency", sa.String(length=3), nullable=False),
        sa.Column("gift_campaigns", sa.JSON(), nullable=False),
        sa.Column("four_eyes", sa.Boolean(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", name=op.f("pk_approval_rules")),
    )
    _budgets_get_holders()
    with op.batch_alter_table("gift") as table:
        table.alter_column("state", type_=sa.String(length=20), existing_nullable=False)
        table.add_column(sa.Column("counted_at", columns.Moment(timezone=True), nullable=True))
        table.add_column(sa.Column("resent_from", sa.String(length=36), nullable=False, server_default=""))
        table.add_column(
            sa.Column("approval", sa.String(length=20), nullable=False, server_default="Not Required")
        )
        table.add_column(sa.Column("approval_reason", sa.Text(), nullable=False, server_default=""))
        table.add_column(sa.Column("approval_expires_at", columns.Moment(timezone=True), nullable=True))
        table.add_column(sa.Column("approval_decided_at", columns.Moment(timezone=True), nullable=True))
        table.add_column(
            sa.Column("approver_user_id", sa.String(length=18), nullable=False, server_default="")
        )
        table.add_column(sa.Column("approval_note", sa.Text(), nullable=False, server_default=""))
    op.execute("UPDATE gift SET counted_at = planned_at")
    with op.batch_alter_table("gift") as table:
        table.alter_column("counted_at", existing_type=columns.Moment(timezone=True), nullable=False)
        table.create_check_constraint("ck_gift_sent_only_if_agreed", _SENT_ONLY_IF_AGREED)
        table.drop_index(table.f("ix_gift_org_id_campaign_id_planned_at"))
        for names in _INDEXES:
            table.create_index(table.f(f"ix_gift_{'_'.join(names)}"), names)


def _budgets_get_holders() -> None:
    kept = op.get_bind().execute(sa.text("SELECT * FROM gift_budget")).mappings().all()
    op.drop_table("gift_budget")
    made = op.create_table(
        "gift_budget",
        sa.Column("budget_id", sa.String(length=36), nullable=False),
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("holder", sa.String(length=10), nullable=False),
        sa.Column("scope", sa.String(length=36), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("limit_minor_units", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("budget_id", name=op.f("pk_gift_budget")),
    )
    op.create_index(op.f("ix_gift_budget_org_id_holder_scope"), "gift_budget", ["org_id", "holder", "scope"])
    links = op.get_bind().execute(sa.text("SELECT link_id, campaign_name FROM campaign_link"))
    names = {str(link_id): str(name) for link_id, name in links}
    rows = []
    for row in kept:
        holder = "campaign" if row["scope"] else "org"
        budget_id = budget_key(row["org_id"], holder, row["scope"], row["period"])
        rows.append({**row, "holder": holder, "budget_id": budget_id, "name": names.get(row["scope"], "")})
    op.bulk_insert(made, rows)


def downgrade() -> None:
    """Drop them, and with them the budgets of teams and people. Gifts that wait fail."""
    op.execute("UPDATE gift SET state = 'failed' WHERE state IN ('awaiting_approval', 'refused')")
    with op.batch_alter_table("gift") as table:
        for names in _INDEXES:
            table.drop_index(table.f(f"ix_gift_{'_'.join(names)}"))
        table.create_index(
            table.f("ix_gift_org_id_campaign_id_planned_at"), ["org_id", "campaign_id", "planned_at"]
        )
        table.drop_constraint("ck_gift_sent_only_if_agreed", type_="check")
    with op.batch_alter_table("gift") as table:
        for name in (
            "approval_note",
            "approver_user_id",
            "approval_decided_at",
            "approval_expires_at",
            "approval_reason",
            "approval",
            "resent_from",
            "counted_at",
        ):
            table.drop_column(name)
        table.alter_column("state", type_=sa.String(length=10), existing_nullable=False)
    kept = (
        op.get_bind()
        .execute(sa.text("SELECT * FROM gift_budget WHERE holder IN ('org', 'campaign')"))
        .mappings()
        .all()
    )
    op.drop_index(op.f("ix_gift_budget_org_id_holder_scope"), "gift_budget")
    op.drop_table("gift_budget")
    made = op.create_table(
        "gift_budget",
        sa.Column("org_id", sa.String(length=18), nullable=False),
        sa.Column("scope", sa.String(length=36), nullable=False),
        sa.Column("period", sa.String(length=10), nullable=False),
        sa.Column("limit_minor_units", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "scope", name=op.f("pk_gift_budget")),
    )
    kept_columns = ("org_id", "scope", "period", "limit_minor_units", "currency")
    first = {(row["org_id"], row["scope"]): {name: row[name] for name in kept_columns} for row in kept}
    op.bulk_insert(made, list(first.values()))
    op.drop_table("approval_rules")
    op.drop_index(op.f("ix_team_member_org_id_user_id"), "team_member")
    op.drop_table("team_member")
    op.drop_index(op.f("ix_team_org_id"), "team")
    op.drop_table("team")
