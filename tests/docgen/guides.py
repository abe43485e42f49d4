"""The guides of the manual: which pages are followed in one go, and what a reader has when they begin."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from docgen.examples import CONSOLE, Example, blocks, examples, output_differs
from docgen.session import Session
from tests.docgen.declared import DECLARED
from tests.docgen.stand import ROOT, copy_of_the_project, ports, quickstart, readers_environment, ready_on

_PATH = 'export PATH="$PWD/.venv/bin:$PWD/scripts:$PATH"'
_PATIENCE_SECONDS = 600
_UNTIL_ALL_IS_WRITTEN = (
    "for _ in $(seq 100); do connector status > told;"
    " grep -Eq 'stages: delivered [0-9]+$' told && grep -Eq 'unwritten: 0$' told && break; done"
)


class GuideMisled(AssertionError):
    """A page said something that did not come out; the text says where, and what came instead."""


@dataclass(frozen=True)
class Guide:
    """Pages that are followed in their order. given: from a folder, a session in which they make sense.

    outcome: asks afterwards whether what the guide promises came about.
    """

    name: str
    pages: tuple[str, ...]
    given: Callable[[Path], Session]
    prepare: Callable[[Session], None] = lambda _: None
    outcome: Callable[[Session], None] = lambda _: None

    def follow(self, folder: Path) -> None:
        """Raises ExampleFailed or GuideMisled at the first command that does not do what the page says."""
        with self.given(folder) as session:
            self.prepare(session)
            for page in self.pages:
                for block in blocks(ROOT, ROOT / page):
                    if block.language == CONSOLE:
                        for one in examples(block):
                            follow(one, session)
            self.outcome(session)


def follow(one: Example, session: Session) -> None:
    """Run one example, unless it is declared, and compare what came out."""
    if declared_reason(one):
        return
    printed = session.run(one.command, timeout_seconds=_PATIENCE_SECONDS)
    expected = tuple(session.actual(line) for line in one.output)
    if missing := output_differs(expected, printed):
        raise GuideMisled(f"{one.where}\n$ {one.command}\nsays {missing!r}, and there came:\n{printed}")


def declared_reason(one: Example) -> str:
    """Why no session runs it; empty if one does."""
    for page, begins, reason in DECLARED:
        if one.page == page and one.command.startswith(begins):
            return reason
    return ""


def _project(folder: Path) -> Session:
    return quickstart(copy_of_the_project(folder / "gifting"), readers_environment(folder / "home"))


def _do_not_sleep(session: Session) -> None:
    """The page gives slow machines some seconds; the session goes on as soon as everything is written."""
    session.values["sleep 20"] = _UNTIL_ALL_IS_WRITTEN


def _all_gifts_are_delivered(session: Session) -> None:
    """In the org, read by its own API."""
    gifts = _query(session, "SELECT Order_Status__c FROM Gift__c")
    assert len(gifts) > 40
    assert {gift["Order_Status__c"] for gift in gifts} == {"Delivered"}
    tasks = _query(session, "SELECT Id FROM Task WHERE Gift_Event_Key__c != null")
    assert len(tasks) == 3 * len(gifts)


def _ignore(_: object) -> None:
    """A value that nobody needs."""


def _query(session: Session, soql: str) -> list[dict[str, Any]]:
    address = session.ready["localorg start"].removesuffix("/_control/health")
    with _org(session) as client:
        answer = client.get(f"{address}/services/data/v66.0/query", params={"q": soql}, timeout=60)
    answer.raise_for_status()
    return list(answer.json()["records"])


@contextmanager
def _org(session: Session) -> Iterator[requests.Session]:
    """The org's own API, as its administrator."""
    address = session.ready["localorg start"].removesuffix("/_control/health")
    with requests.Session() as client:
        client.trust_env = False
        client.verify = f"{session.run('pwd').strip()}/.local/org/tls/ca.pem"
        asked = client.post(
            f"{address}/_control/sessions", json={"username": "admin@local.example"}, timeout=30
        )
        client.headers["Authorization"] = f"Bearer {asked.json()['access_token']}"
        yield client


def _acme(folder: Path) -> Session:
    found = ports()
    project, home = copy_of_the_project(folder / "gifting"), readers_environment(folder / "home")
    return Session(project, home, names_of_acme(found), ready_on(found))


def names_of_acme(found: Mapping[str, str]) -> dict[str, str]:
    """The names of docs/conventions.md, and what stands for them here. found: ports that are free."""
    org, platform, connector = (found[port] for port in ("8443", "8920", "8080"))
    return {
        **found,
        "https://gifts.example.com": f"http://127.0.0.1:{connector}",
        "https://acme.my.salesforce.com": f"https://localhost:{org}",
        "https://login.salesforce.com": f"https://localhost:{org}",
        "https://test.salesforce.com": f"https://localhost:{org}",
        "https://api.staging.andopen.co": f"http://127.0.0.1:{platform}",
        "--org acme": "--org local",
        "integration@acme.example": "integration@local.example",
        "admin@acme.example": "admin@local.example",
        "rep@acme.example": "rep@local.example",
    }


def _start_everything(session: Session) -> None:
    """What an admin has before they begin: an org with people, a platform, and a connector that runs."""
    for command in (
        _PATH,
        "localorg start --port 8443",
        "localgifting start --port 8920 --token ao-v1-staging-mine",
        'eval "$(localorg env)"',
        "export CONNECTOR_PORT=8080 CONNECTOR_PUBLIC_URL=https://gifts.example.com",
        'export CONNECTOR_ALLOW_LOOPBACK=true CONNECTOR_CA_FILE="$REQUESTS_CA_BUNDLE"',
        "connector init",
        "connector run",
        "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout connector.key -out connector.pem",
        "printf ao-v1-staging-mine > token.txt; printf a-secret > secret.txt",
    ):
        session.run(command)
    _ask_platform(session, "campaigns", id="welcome", name="Welcome box", product="Coffee", currency="EUR")
    webhooks = session.actual("https://gifts.example.com/webhooks/andopen/main")
    _ask_platform(session, "webhooks/endpoints", url=webhooks, secret="a-secret")
    _load_people(session)


def _start_the_org(session: Session) -> None:
    """What a release engineer has: an org that CumulusCI knows, and the connector's certificate."""
    for command in (
        _PATH,
        "localorg start --port 8443",
        'eval "$(localorg env)"',
        "openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=x -keyout connector.key -out connector.pem",
    ):
        session.run(command)


def _nothing_of_the_package_is_left(session: Session) -> None:
    """In the org; what it kept is in files."""
    address = session.actual("https://acme.my.salesforce.com")
    with _org(session) as client:
        described = client.get(f"{address}/services/data/v66.0/sobjects/Gift__c/describe", timeout=60)
        contact = client.get(f"{address}/services/data/v66.0/sobjects/Contact/describe", timeout=60)
    assert described.status_code == 404
    assert [field["name"] for field in contact.json()["fields"] if "gift" in field["name"].lower()] == []
    assert "Gift__c.csv" in session.run("find .local -name '*.csv'")


def _load_people(session: Session) -> None:
    with _org(session) as client:

        def create(sobject: str, **fields: Any) -> str:
            data = f"{session.actual('https://acme.my.salesforce.com')}/services/data/v66.0/sobjects"
            answer = client.post(f"{data}/{sobject}", json=fields, timeout=60)
            answer.raise_for_status()
            return str(answer.json()["id"])

        spring = create("Campaign", Name="Spring", IsActive=True)
        for first, last in (("Ada", "Byron"), ("Grace", "Hopper"), ("Mary", "Jackson")):
            email = f"{first}.{last}@example.com".lower()
            contact = create("Contact", FirstName=first, LastName=last, Email=email)
            create("CampaignMember", CampaignId=spring, ContactId=contact)
        session.values["003xx0000000001"] = contact
    [org] = _query(session, "SELECT Id FROM Organization")
    session.values["00Dxx0000000001"] = org["Id"]


def _ask_platform(session: Session, wish: str, **wishes: Any) -> None:
    address = session.actual(f"https://api.staging.andopen.co/_control/{wish}")
    requests.post(address, json=wishes, timeout=30).raise_for_status()


def _the_members_got_one_gift_each(session: Session) -> None:
    gifts = _query(session, "SELECT Contact__c FROM Gift__c WHERE Campaign__c != null")
    assert len({gift["Contact__c"] for gift in gifts}) == len(gifts) == 3


QUICKSTART = Guide(
    "quickstart",
    ("docs/quickstart.md",),
    _project,
    prepare=_do_not_sleep,
    outcome=_all_gifts_are_delivered,
)
ADMIN_GUIDE = Guide(
    "the admin guide, then the runbook",
    (
        "docs/conventions.md",
        "docs/admin/install.md",
        "docs/admin/connect.md",
        "docs/admin/fields.md",
        "docs/admin/giftsync.md",
        "docs/admin/people.md",
        "docs/admin/api.md",
        "docs/troubleshooting.md",
        "docs/admin/production.md",
        "docs/runbook.md",
        "docs/admin/ongoing.md",
    ),
    _acme,
    prepare=_start_everything,
    outcome=_the_members_got_one_gift_each,
)
LOCAL_ORG = Guide(
    "the local org",
    ("docs/localorg.md", "spec/README.md"),
    _project,
    prepare=lambda session: _ignore(session.run(_PATH)),
)
RELEASE_GUIDE = Guide(
    "the release guide",
    ("docs/release.md",),
    _acme,
    prepare=_start_the_org,
    outcome=_nothing_of_the_package_is_left,
)
GUIDES = [QUICKSTART, ADMIN_GUIDE, LOCAL_ORG, RELEASE_GUIDE]
