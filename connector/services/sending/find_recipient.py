"""The person whom a rep wants to send a gift, as that rep sees them in Salesforce."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from connector.domain.eligibility import Candidate
from connector.errors import CallerError, PermissionMissing
from connector.ports import Record, SalesforceOrg
from connector.services.gifts.candidates import PeopleReader, people_reader, person_sobject
from connector.services.soql import quote
from connector.services.storage.store import Store

_CAMPAIGNS_AT_MOST = 200
_CAMPAIGNS = f"SELECT Id, Name FROM Campaign WHERE IsActive = true ORDER BY Name LIMIT {_CAMPAIGNS_AT_MOST}"  # noqa: S608 - a number
NOTHING_SENT = "Nothing was sent."


@dataclass(frozen=True, slots=True)
class SalesforceCampaign:
    """One that a gift may count for."""

    campaign_id: str
    name: str


@dataclass(frozen=True, slots=True)
class FoundRecipient:
    """candidate: with the postal address. campaigns: active ones that the rep sees.

    contact_id: of a lead that was converted, whom the gift should go to instead.
    """

    candidate: Candidate
    campaigns: Sequence[SalesforceCampaign] = field(default_factory=tuple)
    contact_id: str = ""


@dataclass(frozen=True)
class FindRecipient:
    """One call to the org; two where the rep sees no Campaigns, or the record is not there."""

    store: Store

    def __call__(self, org: SalesforceOrg, org_id: str, record_id: str) -> FoundRecipient:
        """org: opened with the rep's own token.

        Raises CallerError for a record that the rep does not see, or that was deleted; PermissionMissing
        where a field that decides about gifts is hidden from them; and the org's errors.
        """
        sobject = person_sobject(record_id)
        with self.store.read() as unit:
            reader = people_reader(unit, org_id, with_address=True)
        extra = ("ConvertedContactId",) if sobject == "Lead" else ()
        soql = reader.person_query(sobject, record_id, extra=extra)
        rows, campaigns = self._ask(org, soql, sobject)
        if not rows:
            raise _not_there(org, sobject, record_id)
        return self._found(reader, sobject, rows[0], campaigns)

    def _ask(self, org: SalesforceOrg, soql: str, sobject: str) -> tuple[list[Record], list[Record]]:
        try:
            people, campaigns = org.query_together([soql, _CAMPAIGNS])
        except PermissionMissing:
            # Campaigns are for comfort; whoever sees none sends gifts without.
            try:
                return list(org.query(soql)), []
            except PermissionMissing as error:
                raise _hidden(sobject, error) from error
        return people, campaigns

    def _found(
        self, reader: PeopleReader, sobject: str, row: Record, campaigns: Sequence[Record]
    ) -> FoundRecipient:
        candidate = reader.person(sobject, row)
        return FoundRecipient(
            candidate,
            tuple(SalesforceCampaign(item["Id"], str(item["Name"])) for item in campaigns),
            str(row.get("ConvertedContactId") or "") if candidate.lead_converted else "",
        )


def _not_there(org: SalesforceOrg, sobject: str, record_id: str) -> CallerError:
    """Says whether it was deleted or merged, where the rep may know that."""
    soql = f"SELECT Id, MasterRecordId FROM {sobject} WHERE Id = {quote(record_id)}"  # noqa: S608 - quoted
    gone = next(iter(org.query(soql, with_deleted=True)), None)
    if gone is None:
        return CallerError(
            f"You see no {sobject} {record_id} in Salesforce.",
            code="recipient_unknown",
            remedy=f"Ask its owner to share it with you, or check the link. {NOTHING_SENT}",
        )
    if master := gone.get("MasterRecordId"):
        return CallerError(
            f"{sobject} {record_id} was merged into {master}.",
            code="recipient_merged",
            remedy=f"Open that record and send the gift from there. {NOTHING_SENT}",
        )
    return CallerError(
        f"{sobject} {record_id} was deleted.",
        code="recipient_deleted",
        remedy=f"Restore it from the Recycle Bin first. {NOTHING_SENT}",
    )


def _hidden(sobject: str, error: PermissionMissing) -> PermissionMissing:
    return PermissionMissing(
        f"Salesforce does not show you all fields of a {sobject} that decide about gifts.",
        code=error.code,
        remedy="Ask an administrator for the permission set Gift User, and for read access to the fields of "
        f"the field mapping and Email Opt Out. {NOTHING_SENT}",
    )
