"""simple-salesforce's calls, one check for each kind, against the local org."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from emulators.salesforce.oauth.passwords import SEEDED_PASSWORD
from emulators.salesforce.proxy import ConnectProxy
from emulators.salesforce.testing import LocalOrg
from tests.referees.conftest import INSIDE, Run, version_of
from tests.referees.ledger import Extent, Verdict, judge

SAMPLE = ("create_read_update_delete", "bulk_2", "metadata", "external_ids", "soap_log_in")

pytestmark = pytest.mark.timeout(600)


def test_simple_salesforce_reads_writes_loads_and_deploys(
    served: LocalOrg, run_inside: Run, extent: Extent
) -> None:
    port = urlsplit(served.base_url).port
    assert port is not None
    script = Path(INSIDE / "simple_client.py")

    with ConnectProxy(port) as proxy:
        variables = {"SF_HOST": served.base_url, "SF_TOKEN": served.access_token, "HTTPS_PROXY": proxy.url}
        variables |= {
            "NO_PROXY": "localhost",
            "SF_USER": "admin@local.example",
            "SF_PASSWORD": SEEDED_PASSWORD,
            "SAMPLE": json.dumps(extent.beginnings or [""]),
        }
        run = run_inside("-W", "ignore", str(script), trust=served.ca_bundle, variables=variables)

    assert run.returncode == 0, run.stderr
    outcomes = json.loads(run.stdout)
    verdicts = {name: Verdict(not told, told) for name, told in outcomes.items()}
    judge("simple-salesforce", version_of("simple_salesforce"), verdicts, extent)
