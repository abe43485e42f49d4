"""What mapped Campaigns come to, at the command line."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from connector.app import Container
from connector.cli import app
from connector.config import load_settings
from connector.domain.campaign_link import CampaignLink
from connector.domain.keys import link_key
from connector.domain.money import Money
from connector.services.storage.sync import SyncRun

runner = CliRunner()
ORG, CAMPAIGN = "00D000000000001EAA", "701000000000001AAA"


@pytest.fixture
def linked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One mapped Campaign, of an org that is not connected any more."""
    monkeypatch.setenv("CONNECTOR_DATA_DIR", str(tmp_path / "data"))
    assert runner.invoke(app, ["init"]).exit_code == 0
    box = Container(load_settings())
    with box.store.write() as unit:
        unit.links.save(
            CampaignLink(
                link_id=link_key(ORG, CAMPAIGN),
                org_id=ORG,
                campaign_id=CAMPAIGN,
                campaign_name="Spring",
                account_id="main",
                gift_campaign_id="g1",
                gift_campaign_name="Welcome",
                value=Money(2500, "EUR"),
            )
        )
    box.close()


@pytest.mark.usefixtures("linked")
def test_a_campaign_is_scheduled_paused_resumed_and_unmapped() -> None:
    hourly = runner.invoke(app, ["schedule", "Spring", "hourly"])
    daily = runner.invoke(app, ["schedule", CAMPAIGN, "daily", "--at", "7", "--time-zone", "Asia/Tokyo"])
    paused = runner.invoke(app, ["pause", "Spring"])
    listed = runner.invoke(app, ["schedules"])
    resumed = runner.invoke(app, ["resume", "Spring"])
    runs = runner.invoke(app, ["runs", "Spring"])
    kept = runner.invoke(app, ["unmap", "Spring"], input="n\n")
    gone = runner.invoke(app, ["unmap", "Spring", "--yes"])
    after = runner.invoke(app, ["schedules"])

    assert "Spring (701000000000001AAA): hourly next" in hourly.stdout
    assert "daily at 07:00 Asia/Tokyo next" in daily.stdout
    assert "Salesforce could not be told" in paused.stdout
    assert "paused" in listed.stdout
    assert "goes on" in resumed.stdout
    assert "Spring" in runs.stdout
    assert "not mapped any more" not in kept.stdout
    assert "not mapped any more" in gone.stdout
    assert (after.exit_code, "No such Campaign is mapped" in after.stderr) == (3, True)


@pytest.mark.usefixtures("linked")
@pytest.mark.parametrize("name", ["Gifts [q3]", "Gifts [/all]"])
def test_a_name_in_brackets_is_printed_as_it_is(name: str) -> None:
    box = Container(load_settings())
    with box.store.write() as unit:
        [link] = unit.links.all()
        unit.links.save(replace(link, campaign_name=name))
        unit.runs.save(
            SyncRun(run_id="r1", link_id=link.link_id, org_id=ORG, started_at=box.clock(), error=name)
        )
    box.close()

    paused, runs = runner.invoke(app, ["pause", name]), runner.invoke(app, ["runs", name])

    assert f"{name} is paused." in paused.stdout
    assert (paused.exit_code, runs.exit_code) == (0, 0)
    assert runs.stdout.count(name) == 2


@pytest.mark.parametrize("at", ["25", "noon", "7:3"])
@pytest.mark.usefixtures("linked")
def test_a_time_that_is_none_is_refused(at: str) -> None:
    result = runner.invoke(app, ["schedule", "Spring", "daily", "--at", at])

    assert result.exit_code == 2
    assert "HH:MM" in result.stderr


@pytest.mark.usefixtures("linked")
def test_a_zone_that_is_none_is_refused_by_name() -> None:
    result = runner.invoke(app, ["schedule", "Spring", "daily", "--time-zone", "Mars/Olympus"])

    assert result.exit_code == 5
    assert "Mars/Olympus" in result.stderr
