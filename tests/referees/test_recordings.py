"""CumulusCI's recordings of real orgs, sent again: same status, no missing key, no value of another kind."""

import re
from collections import defaultdict
from importlib.metadata import PathDistribution
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.app import create_app
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.host import EXTENSION
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from tests.referees.cassettes import Interaction, cassettes
from tests.referees.ledger import Extent, Verdict, judge
from tests.referees.shapes import differences, ids, parsed

ROOT = Path(__file__).parents[2]
ID = re.compile(r"\b(?=\w*\d)(?:[0-9a-zA-Z]{15}|[0-9a-zA-Z]{18})\b")

DESCRIBES = ("/describe", "/sobjects")
"""What nearly every recording begins with; the same answer is compared once."""

RECORDS_BEFORE: dict[str, tuple[str, dict[str, Any]]] = {
    "001": ("Account", {"Name": "Before"}),
    "003": ("Contact", {"LastName": "Before"}),
    "00Q": ("Lead", {"LastName": "Before", "Company": "Before"}),
    "006": ("Opportunity", {"Name": "Before", "StageName": "Prospecting", "CloseDate": "2026-12-31"}),
}

SAMPLE = (
    *(
        "TestCompositeParallelSalesforce",
        "TestCountSObjects",
        "TestSnowfakery",
        "TestUpdatesIntegrationTests",
    ),
    *("TestUpsert.test_upsert__rest", "TestUpsert.test_upsert_complex_fields__bulk"),
)

pytestmark = pytest.mark.timeout(600)


@pytest.fixture
def recordings() -> Path:
    """CumulusCI's folder, as its package installs it."""
    folder = next((ROOT / ".venv-cci" / "lib").glob("python*/site-packages/cumulusci"), None)
    if folder is None:
        pytest.skip("CumulusCI is not installed: run `scripts/setup`")
    return folder


class Replay:
    """One cassette against an org of its own; the Ids of the recording become those of the org."""

    def __init__(self) -> None:
        self.org = Org.create()
        app = create_app(self.org)
        self.client: FlaskClient = app.test_client()
        token = app.extensions[EXTENSION].sessions.start(self.org.system_user_id)
        self.client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
        self.client.environ_base["HTTP_X_SFDC_SESSION"] = token
        self.known = {"00D0xORGID00000000": self.org.org_id}

    def send(self, interaction: Interaction) -> list[str]:
        """The differences between our answer and the recorded one."""
        body = self._translated(interaction.body)
        in_xml = (body or interaction.answer).lstrip().startswith("<")
        kind = "application/xml" if in_xml else "application/json"
        kind = kind if body.startswith(("<", "{", "[")) or not body else "text/csv"
        answer = self.client.open(
            self._translated(interaction.url),
            method=interaction.method,
            data=body.encode() or None,
            content_type=kind,
        )
        if answer.status_code < 300 <= interaction.status or interaction.status < 300 <= answer.status_code:
            return [f"status {answer.status_code} and not {interaction.status}: {answer.text[:200]}"]
        recorded, ours = parsed(interaction.answer), parsed(answer.text)
        self.known.update(ids(recorded, ours))
        found = sorted(set(differences(recorded, ours)))
        same = answer.status_code == interaction.status
        return found if same else [f"status {answer.status_code} and not {interaction.status}", *found]

    def _translated(self, text: str) -> str:
        return ID.sub(lambda found: self._our_id(found.group()), text)

    def _our_id(self, recorded: str) -> str:
        """The Id that stands for a recorded one. A record that was there before the recording is made up."""
        if recorded not in self.known and recorded[:3] in RECORDS_BEFORE:
            self.known[recorded] = Dml(self.org, SYSTEM).insert(*RECORDS_BEFORE[recorded[:3]])
        return self.known.get(recorded, recorded)


def test_what_real_orgs_answered_has_the_shape_of_our_answers(recordings: Path, extent: Extent) -> None:
    told: dict[str, set[str]] = defaultdict(set)
    described: set[Interaction] = set()
    for name, interactions in cassettes(recordings, extent.takes):
        replay = Replay()
        for interaction in interactions:
            if interaction.label.endswith(DESCRIBES):
                if interaction in described:
                    continue
                described.add(interaction)
            told[f"{name}: {interaction.label}"].update(replay.send(interaction))
        replay.org.close()

    verdicts = {label: Verdict(not found, "; ".join(sorted(found))) for label, found in told.items()}
    installed = next(recordings.parent.glob("cumulusci-*.dist-info"))
    judge("cumulusci-recordings", PathDistribution(installed).version, verdicts, extent)
