"""Describes, compared with recorded ones."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.org import Org
from emulators.salesforce.schema.serial import dump_schema, load_schema

DATA = "/services/data/v66.0"
RECORDED = ("Account", "Contact", "Lead", "Opportunity", "Event", "OpportunityContactRole")
# Standard fields that the recorded user had no permission for, or whose switch was off in the recorded org.
HIDDEN_FROM_THE_RECORDING_USER = {"HasOptedOutOfEmail", "HasOptedOutOfFax", "DoNotCall"}
COMPARED = (
    "type",
    "length",
    "byteLength",
    "digits",
    "precision",
    "scale",
    "nillable",
    "createable",
    "updateable",
    "defaultedOnCreate",
    "filterable",
    "sortable",
    "groupable",
    "permissionable",
    "idLookup",
    "nameField",
    "unique",
    "caseSensitive",
    "restrictedPicklist",
    "compoundFieldName",
    "relationshipName",
    "namePointing",
    "soapType",
    "defaultValue",
    "label",
)


@pytest.mark.parametrize("name", RECORDED)
def test_every_field_has_the_recorded_facts(
    name: str, client: FlaskClient, recorded_describe: Callable[[str], dict[str, Any]]
) -> None:
    recorded = {f["name"]: f for f in recorded_describe(name)["fields"]}

    described = client.get(f"{DATA}/sobjects/{name}/describe").json

    ours = {f["name"]: {k: f[k] for k in COMPARED} for f in described["fields"]}
    theirs = {n: {k: f[k] for k in COMPARED} for n, f in recorded.items() if n in ours}
    assert {n: f for n, f in ours.items() if n not in HIDDEN_FROM_THE_RECORDING_USER} == theirs


@pytest.mark.parametrize("name", ["Contact", "Lead"])
def test_a_describe_has_every_recorded_key(
    name: str, client: FlaskClient, recorded_describe: Callable[[str], dict[str, Any]]
) -> None:
    recorded = recorded_describe(name)

    described = client.get(f"{DATA}/sobjects/{name}/describe").json

    # "associate..." keys and the like came with later versions; no recorded key may be missing.
    assert set(described) >= set(recorded)
    assert set(described["fields"][0]) == set(recorded["fields"][0])
    assert set(described["childRelationships"][0]) == set(recorded["childRelationships"][0])
    assert set(described["recordTypeInfos"][0]) == set(recorded["recordTypeInfos"][0])


def test_picklists_have_the_recorded_values(
    client: FlaskClient, recorded_describe: Callable[[str], dict[str, Any]]
) -> None:
    recorded = _picklists(recorded_describe("Lead"))

    described = _picklists(client.get(f"{DATA}/sobjects/Lead/describe").json)

    assert {n: described[n] for n in ("Status", "LeadSource", "Rating")} == {
        n: recorded[n] for n in ("Status", "LeadSource", "Rating")
    }


def test_child_relationships_carry_the_recorded_names(
    client: FlaskClient, recorded_describe: Callable[[str], dict[str, Any]]
) -> None:
    recorded = _children(recorded_describe("Contact"))

    described = _children(client.get(f"{DATA}/sobjects/Contact/describe").json)

    assert described.items() <= recorded.items()
    assert described["CampaignMember", "ContactId"] == ("CampaignMembers", True)


def test_the_global_describe_lists_what_is_modelled(client: FlaskClient, org: Org) -> None:
    body = client.get(f"{DATA}/sobjects").json

    assert {o["name"] for o in body["sobjects"]} == set(org.schema.objects)
    assert (body["encoding"], body["maxBatchSize"]) == ("UTF-8", 200)


def test_an_unchanged_describe_answers_304_until_the_schema_changes(client: FlaskClient, org: Org) -> None:
    url = f"{DATA}/sobjects/Contact/describe"
    seen = client.get(url).headers["Last-Modified"]

    unchanged = client.get(url, headers={"If-Modified-Since": seen})
    org.replace_schema(org.schema)
    changed = client.get(url, headers={"If-Modified-Since": seen})

    assert (unchanged.status_code, unchanged.data) == (304, b"")
    assert changed.status_code == 200


def test_the_schema_survives_as_json(org: Org) -> None:
    assert load_schema(dump_schema(org.schema)) == org.schema


def _picklists(describe: dict[str, Any]) -> dict[str, list[tuple[str, bool]]]:
    return {
        f["name"]: [(v["value"], v["defaultValue"]) for v in f["picklistValues"]] for f in describe["fields"]
    }


def _children(describe: dict[str, Any]) -> dict[tuple[str, str], tuple[str | None, bool]]:
    return {
        (c["childSObject"], c["field"]): (c["relationshipName"], c["cascadeDelete"])
        for c in describe["childRelationships"]
    }


# Recordings of real orgs show these, the derived facts do not.
ONLY_RECORDED = {"DelegatedAuthenticationServiceUrl", "PreferencesTerminateOldestSession"}


@pytest.mark.parametrize(
    "name",
    ["Campaign", "CampaignMember", "CampaignMemberStatus", "Task", "User", "PermissionSet", "Organization"],
)
def test_objects_without_a_recording_agree_with_derived_facts(
    name: str, client: FlaskClient, ground_truth: Path
) -> None:
    facts = json.loads((ground_truth / f"netcoreforce-facts/{name}.json").read_text("utf-8"))
    keys = ("type", "nillable", "createable", "updateable", "label")
    known = {f["name"]: {k: f[k] for k in keys} for f in facts["fields"]}

    fields = client.get(f"{DATA}/sobjects/{name}/describe").json["fields"]

    ours = {f["name"]: {k: f[k] for k in keys} for f in fields if f["name"] not in ONLY_RECORDED}
    assert ours == {n: f for n, f in known.items() if n in ours}
