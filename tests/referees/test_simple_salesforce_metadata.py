"""simple-salesforce's Metadata API over zeep, which reads every answer by Salesforce's own contract.

Each step needs the one before, and all take a second: they run whole with the other tests.
"""

from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from typing import Any

import pytest
import requests
from simple_salesforce import Salesforce

from emulators.salesforce.testing import LocalOrg
from tests.referees.ledger import Verdict, judge

Metadata = Any  # simple-salesforce makes its types at run time

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def metadata(served: LocalOrg, monkeypatch: pytest.MonkeyPatch) -> Iterator[Metadata]:
    # zeep opens a session of its own, which learns of our authority from the environment alone
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", served.ca_bundle)
    with requests.Session() as session:
        session.verify = served.ca_bundle
        opened = Salesforce(
            instance=served.base_url.removeprefix("https://"),
            session_id=served.access_token,
            session=session,
            version="63.0",
        )
        yield opened.mdapi


def parcel(metadata: Metadata, **changes: Any) -> Any:
    settings = {
        "label": "Parcel",
        "pluralLabel": "Parcels",
        "nameField": metadata.CustomField(label="Name", type=metadata.FieldType("Text")),
        "deploymentStatus": metadata.DeploymentStatus("Deployed"),
        "sharingModel": metadata.SharingModel("ReadWrite"),
    }
    return metadata.CustomObject("Parcel__c", **settings | changes)


def refusal(call: Callable[[], Any]) -> str:
    """What a call is refused with; simple-salesforce raises plain exceptions."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 -- see above
        return str(error)
    return ""


def renamed(metadata: Metadata) -> bool:
    metadata.CustomObject.rename("Parcel__c", "Crate__c")
    return bool(metadata.CustomObject.read("Crate__c").label == "Box")


def updated(metadata: Metadata) -> bool:
    found = metadata.CustomObject.read("Parcel__c")
    found.label, found.pluralLabel = "Box", "Boxes"
    metadata.CustomObject.update(found)
    return bool(metadata.CustomObject.read("Parcel__c").label == "Box")


def test_simple_salesforce_reads_every_answer(metadata: Metadata) -> None:
    types = metadata.CustomObject
    queries = metadata.ListMetadataQuery(type="Layout")
    gone: Callable[[], Any] = lambda: types.delete("Crate__c")  # noqa: E731 -- used twice in the table
    steps: Mapping[str, Callable[[], object]] = {
        "describeMetadata": lambda: len(metadata.describe_metadata().metadataObjects) > 50,
        "listMetadata": lambda: (
            "Contact-Contact Layout" in {f.fullName for f in metadata.list_metadata(queries)}
        ),
        "createMetadata": lambda: types.create(parcel(metadata)) is None,
        "createMetadata (refused)": lambda: (
            "DUPLICATE_DEVELOPER_NAME" in refusal(lambda: types.create(parcel(metadata)))
        ),
        "readMetadata": lambda: types.read("Parcel__c").label == "Parcel",
        "readMetadata (Layout)": lambda: (
            metadata.Layout.read("Contact-Contact Layout").layoutSections[0].label == "Contact Information"
        ),
        "readMetadata (FlexiPage)": lambda: metadata.FlexiPage.read("Lead_Record_Page").sobjectType == "Lead",
        "readMetadata (Profile)": lambda: metadata.Profile.read("Admin").userLicense == "Salesforce",
        "readMetadata (StandardValueSet)": lambda: metadata.StandardValueSet.read("LeadSource").standardValue,
        "updateMetadata": lambda: updated(metadata),
        "upsertMetadata": lambda: types.upsert(types.read("Parcel__c")) is None,
        "renameMetadata": lambda: renamed(metadata),
        "deleteMetadata": lambda: gone() is None,
        "deleteMetadata (refused)": lambda: "INVALID_CROSS_REFERENCE_KEY" in refusal(gone),
    }

    verdicts = {name: _verdict(step) for name, step in steps.items()}

    judge("simple-salesforce-metadata", version("simple-salesforce"), verdicts)


def _verdict(step: Callable[[], object]) -> Verdict:
    try:
        return Verdict(passed=bool(step()))
    except Exception as error:  # noqa: BLE001 -- whatever zeep cannot read is a miss
        return Verdict(passed=False, detail=f"{type(error).__name__}: {error}")


def test_an_object_is_created_and_read(metadata: Metadata) -> None:
    metadata.CustomObject.create(parcel(metadata))

    assert metadata.CustomObject.read("Parcel__c").pluralLabel == "Parcels"
    metadata.CustomObject.delete("Parcel__c")
