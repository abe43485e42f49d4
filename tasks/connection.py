"""What the connector is told about one org, and what is asked of the org first: no CumulusCI, no network."""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

OUTPUT = ".local/connection.json"
# Metadata API Developer Guide, ConnectedApp, consumerKey.
CONSUMER_KEY = re.compile(r"[A-Za-z0-9._]{8,256}")
UNIQUE_ID_LENGTH = 15


def is_consumer_key(text: str) -> bool:
    """Whether Salesforce could have given out this key."""
    return CONSUMER_KEY.fullmatch(text) is not None


def problems_of(org_id: str, userinfo: Mapping[str, Any], limits: Mapping[str, Any]) -> Iterator[str]:
    """Why the connector cannot be given this org, in words for the administrator.

    userinfo, limits: what the org answers to the user who asks.
    """
    told = str(userinfo.get("organization_id", ""))
    if told[:UNIQUE_ID_LENGTH] != org_id[:UNIQUE_ID_LENGTH]:
        yield f"the org says that it is {told or 'nobody'}, not {org_id}; connect it again: cci org connect"
    calls = limits.get("DailyApiRequests", {})
    if calls.get("Remaining", 1) <= 0:
        yield f"all {calls.get('Max')} API calls of today are used up; wait until some are free again"


def write_connection(
    output: Path, *, consumer_key: str, org_id: str, instance_url: str, login_url: str | None
) -> dict[str, str]:
    """Write what `connector connect` needs as JSON, and return it. It holds no secret.

    login_url: where tokens are asked for; the org's own address when None.
    """
    connection = {
        "consumer_key": consumer_key,
        "org_id": org_id,
        "instance_url": instance_url,
        "login_url": login_url or instance_url,
    }
    output.parent.mkdir(parents=True, exist_ok=True)
    output.write_text(json.dumps(connection, indent=2) + "\n", encoding="utf-8")
    return connection
