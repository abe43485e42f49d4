"""What a query is refused for, in Salesforce's words."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.soql.errors import error_at

Refusal = Callable[[str], SalesforceError]


def test_the_caret_stands_below_the_word(refusal: Refusal) -> None:
    error = refusal("SELECT Nope FROM Contact")

    assert error.message.startswith(
        "\nSELECT Nope FROM Contact\n       ^\nERROR at Row:1:Column:8\nNo such column 'Nope'"
    )


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "SELECT Id FROM Account ORDER BY DISTANCE(BillingAddress, GEOLOCATION(1, -2.5), 'km')",
            "GEOLOCATION",
        ),
        ("SELECT Id FROM Opportunity WHERE Amount > USD500.25", "USD500"),
        ("SELECT Id FROM Contact WITH DATA CATEGORY Place__c AT oslo__c", "DATA CATEGORY"),
        ("SELECT TYPEOF What WHEN Account THEN Owner.Name END FROM Task", "TYPEOF"),
    ],
)
def test_what_is_known_and_not_done_is_named(refusal: Refusal, text: str, what: str) -> None:
    error = refusal(text)

    assert isinstance(error, NotSupportedHere)
    assert what in error.message


def test_a_scope_that_is_not_done_is_named(refusal: Refusal) -> None:
    assert isinstance(refusal("SELECT Id FROM Contact USING SCOPE team"), NotSupportedHere)


def test_the_offset_has_a_largest_value(refusal: Refusal) -> None:
    error = refusal("SELECT Id FROM Contact OFFSET 2001")

    assert (error.code, error.message) == (
        "NUMBER_OUTSIDE_VALID_RANGE",
        "Maximum SOQL offset allowed is 2000",
    )


def test_more_tables_than_sqlite_joins_is_too_complicated(refusal: Refusal) -> None:
    paths = [
        f"{a}.{b}.Name"
        for a in ("Account", "Owner", "CreatedBy", "LastModifiedBy", "ReportsTo")
        for b in ("Owner", "CreatedBy", "LastModifiedBy", "Manager")
        if not (a in {"Owner", "CreatedBy", "LastModifiedBy"} and b == "Owner")
        and not (a in {"Account", "ReportsTo"} and b == "Manager")
    ]
    deeper = [
        p.replace(".Name", f".{c}.Name") for p in paths for c in ("CreatedBy", "Profile", "LastModifiedBy")
    ]
    deepest = [p.replace(".Name", ".Manager.Name") for p in deeper if ".Profile." not in p]

    error = refusal(f"SELECT {', '.join(paths + deeper + deepest)} FROM Contact")  # noqa: S608 -- SOQL, no SQL

    assert error.code == "QUERY_TOO_COMPLICATED"


@pytest.mark.parametrize(
    ("text", "word", "excerpt"),
    [
        # Excerpts as real orgs answered them, from public reports.
        (
            "select Id, Company,Email,LastName,SF_date__c, ConvertedContactId from Lead",
            "SF_date__c",
            "select Id, Company,Email,LastName,SF_date__c, ConvertedContactId from",
        ),
        (
            "Select Id, Status, Location, Body from ApexLog",
            "Body",
            "Select Id, Status, Location, Body from ApexLog",
        ),
        (
            "Id, LastReferencedDate, Jigsaw, JigsawCompanyId, CleanStatus, AccountSource, DunsNumber, Site",
            "CleanStatus",
            "LastReferencedDate, Jigsaw, JigsawCompanyId, CleanStatus, AccountSource, DunsNumber",
        ),
        (
            "SELECT Id,CreatedById,OCE__ActualCap__c,TPI_Product__c,Name,OCE__JobId__c,IsDeleted",
            "TPI_Product__c",
            "CreatedById,OCE__ActualCap__c,TPI_Product__c,Name,OCE__JobId__c",
        ),
    ],
)
def test_the_excerpt_shows_about_thirty_characters_on_either_side(text: str, word: str, excerpt: str) -> None:
    position = text.index(word)

    _, line, caret, *_ = error_at("X", text, position, "m").message.split("\n")

    assert line == excerpt
    assert line[caret.index("^") :].startswith(word)


def test_an_unknown_object_is_refused_as_a_recorded_org_did(ground_truth: Path) -> None:
    recorded = json.loads(
        (ground_truth / "amp-labs/providers/salesforce/test/unknown-object.json").read_text("utf-8")
    )[0]["message"]
    _, line, *_ = recorded.split("\n")
    text = f"SELECT Id,{line}"
    message = re.split(r"Column:\d+\n", recorded)[1]

    assert error_at("INVALID_TYPE", text, text.index("Accout"), message).message == recorded


def test_the_words_for_an_unknown_object_are_the_recorded_ones(refusal: Refusal, ground_truth: Path) -> None:
    cassette = ground_truth / (
        "cumulusci/cumulusci/utils/salesforce/tests/cassettes/TestCountSObjects.test_count_sobjects__errors.yaml"
    )
    recorded = re.sub(r"\\\n\s*\\?", "", cassette.read_text("utf-8")).replace("\\\\n", "\n")

    error = refusal("select count() from XYZZY")

    assert " ".join(error.message.split()) in " ".join(recorded.split())
