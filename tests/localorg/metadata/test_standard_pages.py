"""The pages of a fresh org: there to be retrieved, changed and sent back."""

from flask import Flask

from emulators.salesforce.metadata.archive import write_archive
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.metadata.deploy import Options, deploy
from emulators.salesforce.metadata.manifest import Manifest, Named
from emulators.salesforce.metadata.retrieve import UNPACKAGED, Retrieve
from emulators.salesforce.org import Org
from emulators.salesforce.pages.standard import seed_pages

LAYOUTS = {
    "Account-Account Layout",
    "Campaign-Campaign Layout",
    "CampaignMember-Campaign Member Page Layout",
    "Contact-Contact Layout",
    "Lead-Lead Layout",
    "Opportunity-Opportunity Layout",
}


def test_every_page_passes_the_checks_of_a_deploy(app: Flask, org: Org) -> None:
    del app
    everything = tuple(Named(Member(name, "*"), 0) for name in ("Layout", "FlexiPage"))
    retrieve = Retrieve(org, "66.0")
    retrieve.add_manifest(Manifest(everything))
    files = {p.removeprefix(f"{UNPACKAGED}/"): body for p, body in retrieve.result.files.items()}

    outcome = deploy(org, write_archive(files), Options())

    assert outcome.problems == []
    names = {success.member.full_name for success in outcome.successes}
    assert names == {*LAYOUTS, "Contact_Record_Page", "Lead_Record_Page"}


def test_a_page_that_was_deleted_stays_deleted(app: Flask, org: Org) -> None:
    del app
    page = Member("FlexiPage", "Lead_Record_Page")
    Components(org).remove(page)

    seed_pages(org)

    assert Components(org).find(page) is None
