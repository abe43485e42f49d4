import itertools
from collections.abc import Mapping
from typing import IO, Any

import pytest

from connector.adapters.salesforce.bulk_query import BulkQueries
from connector.adapters.salesforce.cell_types import FieldTypes
from connector.errors import PermanentError, TemporaryError

_OWNERS = ["User", "Group"]
FIELDS = {
    "CampaignMember": [
        {"name": "Id", "type": "id"},
        {"name": "IsDeleted", "type": "boolean"},
        {"name": "ContactId", "type": "reference", "relationshipName": "Contact", "referenceTo": ["Contact"]},
        {
            "name": "OwnerId",
            "type": "reference",
            "relationshipName": "Owner",
            "referenceTo": ["User", "Group"],
        },
    ],
    "Contact": [
        {"name": "FirstName", "type": "string"},
        {"name": "HasOptedOutOfEmail", "type": "boolean"},
        {"name": "Gift_Value__c", "type": "currency"},
        {"name": "SystemModstamp", "type": "datetime"},
    ],
}
HEADER = (
    "Id,IsDeleted,Contact.FirstName,Contact.HasOptedOutOfEmail,Contact.Gift_Value__c,Contact.SystemModstamp"
)


class ScriptedOrg:
    """The org's side of a bulk query. states: what each look at the job answers, the last one for ever."""

    def __init__(self, pages: list[list[str]], states: list[str] | None = None) -> None:
        self.pages, self.states = pages, states or ["JobComplete"]
        self.started: list[Mapping[str, Any]] = []
        self.aborted: list[str] = []
        self.downloads: list[Mapping[str, str]] = []
        self.broken_downloads = 0

    def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:
        del params
        if path.endswith("/describe"):
            return {"fields": FIELDS[path.split("/")[1]]}
        return {"state": self.states.pop(0) if len(self.states) > 1 else self.states[0]}

    def change(self, method: str, path: str, body: Mapping[str, Any]) -> Any:
        if method == "POST":
            self.started.append(body)
        else:
            self.aborted.append(path)
        return {"id": "750000000000001AAA"}

    def download(self, path: str, params: Mapping[str, str], into: IO[bytes]) -> Mapping[str, str]:
        self.downloads.append(params)
        number = int(params.get("locator", "0"))
        content = "\n".join([HEADER, *self.pages[number]]).encode() + b"\n"
        if self.broken_downloads:
            self.broken_downloads -= 1
            into.write(content[: len(content) // 2])
            raise TemporaryError(f"{path} broke off", code="no_answer")
        into.write(content)
        return {"Sforce-Locator": str(number + 1) if number + 1 < len(self.pages) else "null"}


def rows(org: ScriptedOrg, *, patience_seconds: float = 100.0, pauses: list[float] | None = None) -> Any:
    slept = pauses if pauses is not None else []
    bulk = BulkQueries(org, patience_seconds, slept.append, lambda: sum(slept))
    cells = FieldTypes(lambda sobject: org.get(f"sobjects/{sobject}/describe")).reader("CampaignMember")
    return bulk.rows("SELECT Id FROM CampaignMember", with_deleted=True, cells=cells)


def test_every_page_is_read_and_cells_become_what_rest_would_give() -> None:
    stamp = "2026-03-02T09:00:00.000Z"
    org = ScriptedOrg(
        [[f'1,false,"true, ""so""",true,12.5,{stamp}'], ["2,true,,,,", f"3,false,,false,,{stamp}"]]
    )

    found = list(rows(org))

    assert found == [
        {
            "Id": "1",
            "IsDeleted": False,
            "Contact": {
                "FirstName": 'true, "so"',
                "HasOptedOutOfEmail": True,
                "Gift_Value__c": 12.5,
                "SystemModstamp": "2026-03-02T09:00:00.000+0000",
            },
        },
        {"Id": "2", "IsDeleted": True, "Contact": None},
        {
            "Id": "3",
            "IsDeleted": False,
            "Contact": {
                "FirstName": None,
                "HasOptedOutOfEmail": False,
                "Gift_Value__c": None,
                "SystemModstamp": "2026-03-02T09:00:00.000+0000",
            },
        },
    ]
    assert org.started == [{"operation": "queryAll", "query": "SELECT Id FROM CampaignMember"}]


def test_a_job_is_looked_at_less_and_less_often_until_it_is_done() -> None:
    org = ScriptedOrg([["1,false,,,,"]], ["UploadComplete", *["InProgress"] * 6, "JobComplete"])
    pauses: list[float] = []

    list(rows(org, patience_seconds=200, pauses=pauses))

    assert pauses == [1, 2, 4, 8, 16, 30, 30]


def test_a_job_that_takes_too_long_is_aborted_and_tried_another_time() -> None:
    org = ScriptedOrg([[]], ["InProgress"])

    with pytest.raises(TemporaryError) as refused:
        next(rows(org, patience_seconds=20))

    assert refused.value.code == "bulk_timeout"
    assert org.aborted == ["jobs/query/750000000000001AAA"]


@pytest.mark.parametrize(
    ("state", "error", "code"),
    [("Failed", PermanentError, "bulk_failed"), ("Aborted", TemporaryError, "bulk_aborted")],
)
def test_a_job_that_ends_without_a_result_is_an_error(state: str, error: type[Exception], code: str) -> None:
    with pytest.raises(error) as refused:
        next(rows(ScriptedOrg([[]], ["InProgress", state])))

    assert refused.value.code == code  # type: ignore[attr-defined]  # both are errors of ours


def test_a_page_that_breaks_off_is_fetched_again_and_no_row_is_given_twice() -> None:
    org = ScriptedOrg([[f"{number},false,,,," for number in range(50)], ["50,false,,,,"]])
    org.broken_downloads = 2

    assert [row["Id"] for row in rows(org)] == [str(number) for number in range(51)]
    assert len(org.downloads) == 4


def test_a_page_that_always_breaks_off_is_given_up_without_a_row() -> None:
    org = ScriptedOrg([["1,false,,,,"]])
    org.broken_downloads = 9

    with pytest.raises(TemporaryError):
        next(rows(org))


def test_a_page_is_fetched_only_when_its_first_row_is_wanted() -> None:
    org = ScriptedOrg([["1,false,,,,", "2,false,,,,"], ["3,false,,,,"]])

    first = list(itertools.islice(rows(org), 2))

    assert [row["Id"] for row in first] == ["1", "2"]
    assert len(org.downloads) == 1


def test_a_field_of_a_parent_that_may_be_of_two_kinds_stays_text() -> None:
    reader = FieldTypes(lambda sobject: {"fields": FIELDS[sobject]}).reader("CampaignMember")

    assert reader.record({"Owner.IsActive": "true"}) == {"Owner": {"IsActive": "true"}}
