"""An org with a Campaign of any size, whose members are made up while they are read."""

from collections.abc import Iterator, Sequence

from connector.ports import Record
from tests.connector.fakes import FakeSalesforceOrg

_STAMP = "2026-03-01T09:00:00.000+0000"


class CrowdedOrg(FakeSalesforceOrg):
    """members: how many the Campaign has. Everyone may get a gift, except one in ten without an address."""

    def __init__(self, members: int) -> None:
        super().__init__()
        self.members = members

    def query(self, soql: str, *, with_deleted: bool = False) -> Iterator[Record]:
        if "FROM CampaignMember " not in soql:
            yield from super().query(soql, with_deleted=with_deleted)
            return
        for number in range(self.members):
            yield _member(number)

    def query_together(self, soqls: Sequence[str]) -> list[list[Record]]:
        return [list(self.query(soql)) for soql in soqls]


def _member(number: int) -> Record:
    contact = {
        "FirstName": "Ada",
        "LastName": f"Byron {number}",
        "Email": None if number % 10 == 0 else f"ada{number}@example.com",
        "HasOptedOutOfEmail": False,
        "Gift_Opt_Out__c": False,
        "SystemModstamp": _STAMP,
    }
    return {
        "Id": f"00v{number:012d}AAA",
        "IsDeleted": False,
        "CampaignId": "701000000000001AAA",
        "ContactId": f"003{number:012d}AAA",
        "LeadId": None,
        "SystemModstamp": _STAMP,
        "Contact": contact,
        "Lead": None,
    }
