"""Several people whom a rep wants to send gifts, as that rep sees them in Salesforce."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from connector.domain.eligibility import Candidate
from connector.errors import CallerError, PermissionMissing
from connector.ports import Record, SalesforceOrg
from connector.services.gifts.candidates import PeopleReader, people_reader, person_sobject
from connector.services.sending.find_recipient import NOTHING_SENT
from connector.services.soql import quote, quoted_list
from connector.services.storage.store import Store

AT_MOST = 2_000


@dataclass(frozen=True, slots=True)
class Member:
    """One of several. status: of a campaign member, else empty."""

    candidate: Candidate
    status: str = ""


@dataclass(frozen=True, slots=True)
class FoundRecipients:
    """campaign_id and _name: of the Campaign whose members they are, else empty.

    unseen: Ids that were asked for and that the rep does not see.
    """

    members: Sequence[Member]
    campaign_id: str = ""
    campaign_name: str = ""
    unseen: Sequence[str] = field(default_factory=tuple)


@dataclass(frozen=True)
class FindRecipients:
    """One call to the org, with the rep's own token. Raises PermissionMissing where fields are hidden."""

    store: Store

    def selected(self, org: SalesforceOrg, org_id: str, sobject: str, ids: Sequence[str]) -> FoundRecipients:
        """People by their Ids, in that order."""
        reader = self._reader(org_id)
        rows = {row["Id"]: row for row in _ask(org, [reader.person_query(sobject, *ids)])[0]}
        members = [Member(reader.person(sobject, rows[each])) for each in ids if each in rows]
        return FoundRecipients(members, unseen=[each for each in ids if each not in rows])

    def of_campaign(self, org: SalesforceOrg, org_id: str, campaign_id: str) -> FoundRecipients:
        """All members. Raises CallerError for a Campaign that the rep does not see, or a very large one."""
        reader = self._reader(org_id)
        which = f"SELECT Id, Name FROM Campaign WHERE Id = {quote(campaign_id)}"  # noqa: S608 - quoted
        members = reader.member_query("CampaignId", campaign_id, extra=("Status",))
        campaigns, rows = _ask(org, [which, f"{members} LIMIT {AT_MOST + 1}"])
        if not campaigns:
            raise CallerError(
                f"You see no Campaign {campaign_id} in Salesforce.",
                code="recipient_unknown",
                remedy=f"Ask its owner to share it with you, or check the link. {NOTHING_SENT}",
            )
        if len(rows) > AT_MOST:
            raise CallerError(
                f"This Campaign has more than {AT_MOST} members.",
                code="too_many",
                remedy=f"Have an administrator map it to a gift campaign: GiftSync sends to any number. "
                f"{NOTHING_SENT}",
            )
        found = [Member(reader.member(row), str(row.get("Status") or "")) for row in rows]
        return FoundRecipients(found, campaign_id, str(campaigns[0]["Name"]))

    def names(self, org: SalesforceOrg, record_ids: Sequence[str]) -> dict[str, str]:
        """Names of those whom the rep sees, by Id. Raises the org's errors."""
        by_object: dict[str, list[str]] = {}
        for record_id in record_ids:
            by_object.setdefault(person_sobject(record_id), []).append(record_id)
        soqls = [
            f"SELECT Id, FirstName, LastName FROM {sobject} WHERE Id IN {quoted_list(ids)}"  # noqa: S608
            for sobject, ids in sorted(by_object.items())
        ]
        found = org.query_together(soqls) if soqls else []
        return {
            row["Id"]: f"{row.get('FirstName') or ''} {row.get('LastName') or ''}".strip()
            for rows in found
            for row in rows
        }

    def _reader(self, org_id: str) -> PeopleReader:
        with self.store.read() as unit:
            return people_reader(unit, org_id, with_address=True)


def _ask(org: SalesforceOrg, soqls: Sequence[str]) -> list[list[Record]]:
    try:
        return org.query_together(soqls)
    except PermissionMissing as error:
        raise PermissionMissing(
            "Salesforce does not show you all that decides about gifts.",
            code=error.code,
            remedy="Ask an administrator for the permission set Gift User, and for read access to these "
            f"records, the fields of the field mapping and Email Opt Out. {NOTHING_SENT}",
        ) from error
