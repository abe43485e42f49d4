"""A zip from a stranger."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.metadata.archive import MAX_FILES, open_archive
from emulators.salesforce.metadata.deploy import Outcome
from emulators.salesforce.soap.envelope import XmlRefused, parse_xml


def zipped(files: dict[str, Any], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for path, body in files.items():
            archive.writestr(path, body)
    return buffer.getvalue()


def test_content_is_found_below_a_single_folder() -> None:
    content = zipped({"metadata/package.xml": "a", "metadata/tabs/X.tab": "b"})

    assert open_archive(content) == {"package.xml": b"a", "tabs/X.tab": b"b"}


@pytest.mark.parametrize("path", ["../evil.txt", "/etc/evil", "objects/../../evil"])
def test_a_path_that_leads_out_is_refused(path: str) -> None:
    with pytest.raises(SalesforceError) as refused:
        open_archive(zipped({"package.xml": "", path: "x"}))

    assert refused.value.code == "INVALID_FIELD_VALUE"


def test_a_file_that_swells_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped({"package.xml": "", "objects/Bomb.object": b"\0" * 50_000_000})

    with pytest.raises(SalesforceError) as refused:
        open_archive(bomb)

    assert refused.value.code == "LIMIT_EXCEEDED"


def test_too_many_files_are_refused() -> None:
    content = zipped({f"objects/{n}": "" for n in range(MAX_FILES + 1)}, zipfile.ZIP_STORED)

    with pytest.raises(SalesforceError) as refused:
        open_archive(content)

    assert refused.value.message == "Maximum number of files exceeded: 10000"


def test_what_is_no_zip_is_refused() -> None:
    with pytest.raises(SalesforceError, match="Invalid zip file"):
        open_archive(b"not a zip")


def test_entities_are_not_expanded() -> None:
    bomb = b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]><a>&c;</a>'

    with pytest.raises(XmlRefused, match="DOCTYPE is not allowed"):
        parse_xml(bomb)


def test_a_component_with_a_document_type_fails_as_a_component(
    package: Any, deploy_to: Callable[..., Outcome]
) -> None:
    package.files["tabs/Parcel__c.tab"] = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'

    outcome = deploy_to(package)

    assert ("tabs/Parcel__c.tab", "Error parsing file: DOCTYPE is not allowed") in {
        (problem.file_name, problem.text) for problem in outcome.problems
    }
