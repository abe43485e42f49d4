"""The command `connector`.

Exit codes: 0 done; 1 a defect of ours; 2 wrong usage; 3 an administrator must act, as the message says; 4 try
again later; 5 refused: the request cannot be fulfilled as it stands; 6 --wait ran out of time.
"""

import typer

from connector.commands import (
    api_keys,
    connecting,
    database,
    fields,
    gift_sync,
    health,
    keys,
    privacy,
    schedules,
    serving,
    spending,
    upkeep,
)

app = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="Gifting for Salesforce.")
for commands in (serving, health, connecting, gift_sync, schedules, upkeep):
    app.add_typer(commands.app)
for name, group in (
    ("provider", connecting.provider_app),
    ("db", database.app),
    ("privacy", privacy.privacy_app),
    ("audit", privacy.audit_app),
    ("budget", spending.budget_app),
    ("team", spending.team_app),
    ("approval", spending.approval_app),
    ("fields", fields.app),
    ("inbox", upkeep.inbox_app),
    ("keys", keys.app),
    ("api-key", api_keys.app),
):
    app.add_typer(group, name=name)
