import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.connector.crash.stand import MEMBERS, Stand, both_ends, new_stand

EVERY_STATION = {"gift_planned", "gift_bound", "gift_told", "gift_written", "task_settled"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stand]:
    """A campaign that went all the way over both local ends, with every log line kept."""
    with both_ends() as ends:
        made = new_stand(*ends, tmp_path_factory.mktemp("home"), log_level="DEBUG")
        made.patience_seconds = 200.0  # log lines of every step on a busy machine
        made.start()
        made.run_until_home()
        made.stop()
        yield made


def lines(stand: Stand) -> list[dict[str, object]]:
    """What the connector logged; other libraries write no JSON."""
    written = Path(stand.log_file).read_text().splitlines()
    return [json.loads(line) for line in written if line.startswith("{")]


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_every_station_of_a_gift_shows_the_same_id(home: Stand) -> None:
    gifts = home.org.query(
        "SELECT External_Id__c, Campaign_Member_Id__c, Contact__c, Lead__c FROM Gift__c "  # noqa: S608 - an Id
        f"WHERE Campaign__c = '{home.campaign_id}'"
    )
    members = home.org.query("SELECT Id, Gift_Request_Id__c FROM CampaignMember")
    tasks = home.org.query("SELECT Description, WhoId FROM Task")
    stations = defaultdict(set)
    for line in lines(home):
        if "gift" in line:
            stations[line["gift"]].add(line["event"])

    assert len(gifts) == MEMBERS
    of_member = {row["Id"]: row["Gift_Request_Id__c"] for row in members}
    for gift in gifts:
        key, person = gift["External_Id__c"], gift["Contact__c"] or gift["Lead__c"]
        assert of_member[gift["Campaign_Member_Id__c"]] == key
        assert [task["Description"] for task in tasks if task["WhoId"] == person] == [f"Gift {key}"] * 3
        assert stations[key] >= EVERY_STATION


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_no_line_of_a_whole_run_says_who_somebody_is_or_what_opens_a_door(home: Stand) -> None:
    log = Path(home.log_file).read_text()
    secrets = [home.platform.token, home.org.local.access_token, home.org.local.ci_app.private_key[100:140]]

    assert "gift_planned" in log
    for told in ("Ada", "Byron", "Alan", "Turing", *home.created(), *secrets):
        assert told not in log
