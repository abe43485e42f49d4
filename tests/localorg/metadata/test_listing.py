"""Every type that the org applies is listed and comes back in a retrieve."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from emulators.salesforce.metadata.components import Member
from emulators.salesforce.metadata.deploy import Outcome
from emulators.salesforce.metadata.manifest import Manifest, Named
from emulators.salesforce.metadata.registry import BY_NAME, PARENT_OF
from emulators.salesforce.metadata.retrieve import UNPACKAGED, Retrieve
from emulators.salesforce.metadata.types.catalogue import handler_of
from emulators.salesforce.org import Org

NS = {"m": "http://soap.sforce.com/2006/04/metadata"}
DEPLOYED = ["CustomField", "CustomObject", "CustomTab", "GlobalValueSet", "Layout", "ListView"]
DEPLOYED += ["PermissionSet", "ValidationRule", "WebLink"]
STANDING = {
    "CustomObject": "Contact",
    "FlexiPage": "Contact_Record_Page",
    "Layout": "Contact-Contact Layout",
    "Profile": "Admin",
    "StandardValueSet": "LeadSource",
}
APPLIED = [name for name in (*BY_NAME, *PARENT_OF) if handler_of(name).evaluated]


def names(answer: Any) -> list[str]:
    return [found.text for found in answer.findall("m:result/m:fullName", NS)]


@pytest.mark.parametrize("kind", APPLIED)
def test_every_applied_type_can_be_listed(call: Callable[..., Any], kind: str) -> None:
    status, _ = call("listMetadata", f"<queries><type>{kind}</type></queries>")

    assert status == 200


@pytest.mark.parametrize("kind", DEPLOYED)
def test_what_was_deployed_is_listed_and_read(
    call: Callable[..., Any], package: Any, deploy_to: Callable[..., Outcome], kind: str
) -> None:
    assert deploy_to(package).succeeded

    _, listed = call("listMetadata", f"<queries><type>{kind}</type></queries>")
    own = [name for name in names(listed) if "Parcel" in name]
    _, read = call("readMetadata", f"<type>{kind}</type><fullNames>{own[0]}</fullNames>")

    assert read.findtext("m:result/m:records/m:fullName", "", NS) == own[0]


@pytest.mark.parametrize(("kind", "name"), STANDING.items())
def test_what_no_deploy_brought_is_retrieved(app: Flask, org: Org, kind: str, name: str) -> None:
    del app
    retrieve = Retrieve(org, "66.0")

    retrieve.add_manifest(Manifest((Named(Member(kind, name), 0),)))

    path = f"{UNPACKAGED}/{BY_NAME[kind].folder}/{name}.{BY_NAME[kind].suffix}"
    assert retrieve.result.messages == []
    assert retrieve.result.files[path].startswith(b"<?xml")
