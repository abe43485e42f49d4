"""The pages in a real browser: with the compiled components, wide and narrow, looked at by axe.

Pictures of every view are left in .local/lightning.
"""

import fcntl
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.lightning.harness import HARNESS, node_program
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from emulators.salesforce.testing import LocalOrg, start_local_org
from tests.localorg.lightning.conftest import ADMIN, CONNECTOR, REP

ROOT = Path(__file__).parents[3]
PICTURES = ROOT / ".local/lightning"
LOOK_SECONDS = 500
# Where axe has to find a planted mistake inside a component.
PLANTED = ("contact", "quick-action")
WIDTHS = {"desktop": 1280, "phone": 390}

pytestmark = [pytest.mark.slow, pytest.mark.timeout(LOOK_SECONDS + 60)]

Seen = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def seen(org_with_package: Org, tmp_path_factory: pytest.TempPathFactory) -> Seen:
    """What the browser showed, by page and width; looked at once, however many workers run the tests."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None or not (HARNESS / "node_modules").is_dir():
        pytest.skip("No Chromium, or the harness is not installed: scripts/setup tests")
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    result = shared / "seen-pages.json"
    with (shared / "seen-pages.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not result.exists():
            look(org_with_package, chromium)
            shutil.copy(PICTURES / "seen.json", result)
    read: Seen = json.loads(result.read_text(encoding="utf-8"))
    return read


def look(prepared: Org, chromium: str) -> None:
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    with start_local_org() as local:
        with local.org.lock:
            local.org.take_over(prepared.db, prepared.schema)
            paths = populate(local.org)
        plan = PICTURES / "plan.json"
        plan.write_text(json.dumps(list(views(local, paths))), encoding="utf-8")
        finished = subprocess.run(
            [str(node_program()), "visit.js", str(plan), str(PICTURES), chromium],
            cwd=HARNESS,
            capture_output=True,
            text=True,
            timeout=LOOK_SECONDS,
            check=False,
        )
    assert finished.returncode == 0, finished.stderr


def views(local: LocalOrg, paths: dict[str, tuple[str, str, str]]) -> Any:
    # Sessions of before the org was filled are gone.
    tokens = {name: local.login(name) for name in (ADMIN, REP)}
    for name, (username, path, press) in paths.items():
        for view, width in WIDTHS.items():
            yield {
                "name": f"{name}-{view}",
                "login": f"{local.base_url}/secur/frontdoor.jsp?sid={tokens[username]}",
                "address": local.base_url + path,
                "press": press,
                "width": width,
                "plant": name in PLANTED,
            }


def populate(org: Org) -> dict[str, tuple[str, str, str]]:
    """Fill the org; whoever looks, the path, and what is pressed there, by name."""
    dml = Dml(org, SYSTEM)
    dml.insert("Gifting_Settings__c", {"SetupOwnerId": org.org_id, "Connector_URL__c": CONNECTOR})
    account = dml.insert("Account", {"Name": "Lindqvist"})
    person = {"FirstName": "Nora", "LastName": "Lindqvist", "Email": "nora@example.com"}
    contact = dml.insert("Contact", {**person, "AccountId": account, "Lifetime_Gifting_Cost__c": 70})
    lead = dml.insert("Lead", {"LastName": "Lead", "Company": "Acme", "Email": "lead@example.com"})
    campaign = dml.insert("Campaign", {"Name": "Spring"})
    dml.insert("CampaignMember", {"CampaignId": campaign, "ContactId": contact})
    gift = dml.insert(
        "Gift__c",
        {
            "External_Id__c": "g-1",
            "Contact__c": contact,
            "Campaign__c": campaign,
            "Gift_Name__c": "Coffee mugs",
            "Send_Status__c": "Submitted",
            "Order_Status__c": "Delivered",
            "Gift_Value__c": 35,
            "Created_Date__c": "2026-03-02T10:00:00Z",
            "Delivered_Date__c": "2026-03-09T10:00:00Z",
        },
    )
    for subject, day in (("Gift Created", "2026-03-02"), ("Gift Delivered", "2026-03-09")):
        done = {"Subject": subject, "ActivityDate": day, "Status": "Completed"}
        dml.insert("Task", {**done, "WhoId": contact, "WhatId": gift})
    assign(org, REP, "Gift_Integration")
    assign(org, REP, "Gift_User")
    view = f"/lightning/r/Contact/{contact}/view"
    return {
        "contact": (REP, view, ""),
        "quick-action": (REP, view, "Send a Gift"),
        "without-permission": (ADMIN, view, ""),
        "lead": (REP, f"/lightning/r/Lead/{lead}/view", ""),
        "campaign": (ADMIN, f"/lightning/r/Campaign/{campaign}/view", ""),
        "gift": (ADMIN, f"/lightning/r/Gift__c/{gift}/view", ""),
        "list-button": (REP, f"/lightning/flow/Send_Gifts_to_Selected?ids={contact}&ids={contact}", ""),
        "list": (ADMIN, "/lightning/o/Contact/list", ""),
        "list-view": (ADMIN, "/lightning/o/Gift__c/list?filterName=All_Gifts", ""),
        "new": (ADMIN, "/lightning/o/Contact/new", ""),
        "delete": (ADMIN, f"/lightning/r/Gift__c/{gift}/delete", ""),
        "home": (ADMIN, "/lightning/page/home", ""),
    }


def assign(org: Org, username: str, permission_set: str) -> None:
    found = org.db.one('SELECT "Id" FROM "PermissionSet" WHERE "Name" = ?', (permission_set,))
    user = org.user(username)
    assert found is not None
    assert user is not None
    values = {"AssigneeId": user.id, "PermissionSetId": found["Id"]}
    Dml(org, SYSTEM).insert("PermissionSetAssignment", values)


def test_axe_finds_nothing_to_mend(seen: Seen) -> None:
    findings = {where: shown["findings"] for where, shown in seen.items() if shown["findings"]}

    assert len(seen) > 20
    assert findings == {}


def test_axe_sees_into_the_components(seen: Seen) -> None:
    found = {where: shown["planted"] for where, shown in seen.items() if shown["planted"] is not None}

    assert len(found) == len(PLANTED) * len(WIDTHS)
    assert set(map(tuple, found.values())) == {("image-alt",)}


def test_the_browser_has_nothing_to_complain_about(seen: Seen) -> None:
    complaints = {where: shown["complaints"] for where, shown in seen.items() if shown["complaints"]}

    assert complaints == {}


def test_nothing_is_wider_than_the_screen(seen: Seen) -> None:
    assert [where for where, shown in seen.items() if shown["widerThanScreen"]] == []


@pytest.mark.parametrize("view", list(WIDTHS))
def test_the_panel_shows_gifts_and_the_way_to_send_one(seen: Seen, view: str) -> None:
    shown = seen[f"contact-{view}"]

    links = [link for link in shown["links"] if link["text"].startswith("Send a Gift")]
    assert "Gifts (1)" in shown["text"]
    assert "Coffee mugs" in shown["text"]
    assert "$70.00" in shown["text"]
    assert [link["target"] for link in links] == ["_blank"]
    assert links[0]["address"].startswith(f"{CONNECTOR}/send?org=00D")
    assert "&object=Contact&record=003" in links[0]["address"]


@pytest.mark.parametrize("view", list(WIDTHS))
def test_the_quick_action_opens_the_component_with_the_same_address(seen: Seen, view: str) -> None:
    shown = seen[f"quick-action-{view}"]

    links = {link["address"] for link in shown["links"] if link["text"].startswith("Send a Gift")}
    assert "Choose a gift for Nora Lindqvist on the gifting page" in shown["text"]
    assert len(links) == 1


def test_the_list_buttons_flow_links_to_the_connector(seen: Seen) -> None:
    shown = seen["list-button-phone"]

    links = [link["address"] for link in shown["links"] if link["text"].startswith("Send Gifts")]
    assert "the people selected (1)" in shown["text"]
    assert len(links) == 1
    assert links[0].startswith(f"{CONNECTOR}/send?org=00D")
    assert "&object=Contact&ids=003" in links[0]


def test_a_lead_has_a_panel_of_its_own(seen: Seen) -> None:
    shown = seen["lead-phone"]

    links = [link["address"] for link in shown["links"] if link["text"].startswith("Send a Gift")]
    assert "No gifts yet." in shown["text"]
    assert "&object=Lead&record=00Q" in links[0]


def test_whoever_may_not_send_sees_neither_button_nor_panel(seen: Seen) -> None:
    shown = seen["without-permission-desktop"]

    assert "Nora Lindqvist" in shown["text"]
    assert "Send a Gift" not in shown["text"]
    assert "Lifetime gifting cost" not in shown["text"]


def test_every_page_says_that_it_is_a_stage(seen: Seen) -> None:
    silent = [where for where, shown in seen.items() if "It is not Salesforce Lightning" not in shown["text"]]

    assert silent == []
