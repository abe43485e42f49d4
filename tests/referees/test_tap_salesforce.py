"""tap-salesforce, with login.salesforce.com built in: discovery, and a sync over REST and over Bulk."""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.host import EXTENSION, Host
from emulators.salesforce.proxy import ConnectProxy
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.testing import LocalOrg
from tests.referees.conftest import Run, version_of
from tests.referees.ledger import Extent, Verdict, judge

TAP = "import tap_salesforce; tap_salesforce.main()"
STREAMS = ("Account", "Contact", "Lead", "Campaign", "CampaignMember", "Task")
LEADS = 2_100
"""More than a page, so that the tap must follow the next one."""

SAMPLE = ("discover REST", "sync REST ")

pytestmark = pytest.mark.timeout(600)
Tap = Callable[..., tuple[str, list[dict[str, Any]]]]


@pytest.fixture
def proxy(served: LocalOrg) -> Iterator[ConnectProxy]:
    port = urlsplit(served.base_url).port
    assert port is not None
    with ConnectProxy(port) as proxy:
        yield proxy


@pytest.fixture
def refresh_token(served: LocalOrg) -> tuple[str, str, str]:
    """(consumer key, secret, refresh token) of the release engineer's app."""
    host: Host = served._running.app.extensions[EXTENSION]
    with served.org.lock:
        client = host.clients.ci_app()
        assert client is not None
        _, refresh = host.sessions.start_refreshable(
            served.org.system_user_id, client_id=client.consumer_key, scope=client.scope
        )
    return client.consumer_key, client.consumer_secret, refresh


@pytest.fixture
def tap(
    served: LocalOrg,
    proxy: ConnectProxy,
    refresh_token: tuple[str, str, str],
    run_inside: Run,
    tmp_path: Path,
) -> Tap:
    """Runs the tap; what it wrote, raw and as messages."""
    key, secret, refresh = refresh_token

    def run(api_type: str, *arguments: str) -> tuple[str, list[dict[str, Any]]]:
        config = {"client_id": key, "client_secret": secret, "refresh_token": refresh}
        config |= {"start_date": "2026-01-01T00:00:00Z", "api_type": api_type}
        (tmp_path / "config.json").write_text(json.dumps(config))
        done = run_inside(
            "-c",
            TAP,
            "--config",
            "config.json",
            *arguments,
            trust=served.ca_bundle,
            variables={"HTTPS_PROXY": proxy.url},
        )
        assert done.returncode == 0, done.stderr[-3000:]
        lines = done.stdout.splitlines()
        return done.stdout, [json.loads(line) for line in lines] if "--discover" not in arguments else []

    return run


def fill(local: LocalOrg) -> None:
    with local.org.lock, local.org.transaction():
        dml = Dml(local.org, SYSTEM)
        account_id = dml.insert("Account", {"Name": "Acme", "BillingCity": "Oslo"})
        contact_id = dml.insert("Contact", {"LastName": "Berg", "AccountId": account_id})
        campaign_id = dml.insert("Campaign", {"Name": "Spring"})
        dml.insert("CampaignMember", {"CampaignId": campaign_id, "ContactId": contact_id})
        dml.insert("Task", {"Subject": "Gift Delivered", "WhoId": contact_id})
        for number in range(LEADS):
            dml.insert("Lead", {"LastName": f"Lead {number}", "Company": "Acme"})


def selected(catalog: dict[str, Any]) -> dict[str, Any]:
    streams = [s for s in catalog["streams"] if s["tap_stream_id"] in STREAMS]
    for stream in streams:
        for entry in stream["metadata"]:
            entry["metadata"]["selected"] = entry["metadata"].get("inclusion") != "unsupported"
    return {"streams": streams}


def test_the_tap_discovers_and_syncs_over_rest_and_bulk(
    served: LocalOrg, tap: Tap, tmp_path: Path, extent: Extent
) -> None:
    fill(served)
    expected = {"Account": 1, "Contact": 1, "Lead": LEADS, "Campaign": 1, "CampaignMember": 1, "Task": 1}
    verdicts: dict[str, Verdict] = {}

    for api_type in (one for one in ("REST", "BULK") if extent.takes(f"discover {one}")):
        catalog = json.loads(tap(api_type, "--discover")[0])
        missing = set(STREAMS) - {stream["tap_stream_id"] for stream in catalog["streams"]}
        verdicts[f"discover {api_type}"] = Verdict(not missing, f"{sorted(missing)} not discovered")
        (tmp_path / "catalog.json").write_text(json.dumps(selected(catalog)))
        _, messages = tap(api_type, "--properties", "catalog.json")
        synced = Counter(m["stream"] for m in messages if m["type"] == "RECORD")
        for stream in STREAMS:
            told = f"{synced[stream]} of {expected[stream]} records"
            verdicts[f"sync {api_type} {stream}"] = Verdict(synced[stream] == expected[stream], told)

    judge("tap-salesforce", version_of("tap_salesforce"), verdicts, extent)
