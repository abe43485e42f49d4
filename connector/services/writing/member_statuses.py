"""The statuses of a Campaign's members: there before they are used, and read back after.

Salesforce does not refuse an unknown CampaignMember.Status: the member silently gets the campaign's default.
Source: Object Reference for the Salesforce Platform, CampaignMember.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connector.domain.gift import Gift
from connector.domain.vocabulary import DEFAULT_MEMBER_STATUS, RESPONDED_MEMBER_STATUSES, MemberStatus
from connector.errors import ConfigurationError, ConnectorError, TemporaryError
from connector.ports import Record, RecordWrite, SalesforceOrg, WriteKind, WriteOutcome, WriteState
from connector.services.soql import id_batches, quote, quoted_list
from connector.services.writing.questions import Question, ask
from connector.services.writing.write_results import Problems

NOT_PROVISIONED = "member_statuses"


def provision_statuses(org: SalesforceOrg, campaign_id: str) -> int:
    """Create and mend the six statuses of a campaign; how many were written.

    Raises ConfigurationError when they are not all there afterwards, and TemporaryError where nothing but a
    lock or a lost answer is in the way; both with the code NOT_PROVISIONED.
    """
    existing = _read(org, campaign_id)
    writes = [*_missing(campaign_id, existing), *_different(existing)]
    outcomes = org.write(writes) if writes else []
    problems = sorted({outcome.code for outcome in outcomes if outcome.state is not WriteState.DONE})
    states = {outcome.state for outcome in outcomes}
    if problems and states <= {WriteState.DONE, WriteState.RETRY, WriteState.UNKNOWN}:
        raise TemporaryError(
            f"The member statuses of campaign {campaign_id} are locked: {', '.join(problems)}",
            code=NOT_PROVISIONED,
        )
    if problems or not set(MemberStatus) <= _read(org, campaign_id).keys():
        raise ConfigurationError(
            f"The member statuses of campaign {campaign_id} could not be provisioned: "
            f"{', '.join(problems) or 'missing'}",
            code=NOT_PROVISIONED,
            remedy="give the connected user the Marketing User checkbox and edit access to the campaign",
        )
    return len(writes)


@dataclass(frozen=True, slots=True)
class StatusShown:
    """A status of a Campaign's members. is_needed: one of the six that gifts use; exists: it is there."""

    label: str
    is_needed: bool
    exists: bool
    is_default: bool = False
    has_responded: bool = False
    is_as_needed: bool = False


def statuses_shown(org: SalesforceOrg, campaign_id: str) -> list[StatusShown]:
    """The six that gifts use, there or not, and then the campaign's others."""
    existing = _read(org, campaign_id)
    needed: list[str] = [status.value for status in MemberStatus]
    return [
        StatusShown(
            label=label,
            is_needed=label in needed,
            exists=label in existing,
            is_default=bool(existing.get(label, {}).get("IsDefault")),
            has_responded=bool(existing.get(label, {}).get("HasResponded")),
            is_as_needed=label in existing and not _different({label: existing[label]}),
        )
        for label in [*needed, *(label for label in existing if label not in needed)]
    ]


def _read(org: SalesforceOrg, campaign_id: str) -> dict[str, Record]:
    soql = (
        "SELECT Id, Label, HasResponded, IsDefault, SortOrder FROM CampaignMemberStatus "  # noqa: S608 - quoted
        f"WHERE CampaignId = {quote(campaign_id)}"
    )
    return {row["Label"]: row for row in org.query(soql)}


def _missing(campaign_id: str, existing: Mapping[str, Record]) -> list[RecordWrite]:
    after = max((int(row["SortOrder"] or 0) for row in existing.values()), default=0)
    missing = [status for status in MemberStatus if status not in existing]
    return [
        RecordWrite(
            WriteKind.INSERT,
            "CampaignMemberStatus",
            {
                "CampaignId": campaign_id,
                "Label": status.value,
                "HasResponded": status in RESPONDED_MEMBER_STATUSES,
                "IsDefault": status is DEFAULT_MEMBER_STATUS,
                "SortOrder": after + place,
            },
        )
        for place, status in enumerate(missing, start=1)
    ]


def _different(existing: Mapping[str, Record]) -> list[RecordWrite]:
    writes = []
    for status in MemberStatus:
        row = existing.get(status)
        wanted = {"HasResponded": status in RESPONDED_MEMBER_STATUSES}
        if status is DEFAULT_MEMBER_STATUS:
            wanted["IsDefault"] = True
        if row is not None and any(row[field] != value for field, value in wanted.items()):
            writes.append(RecordWrite(WriteKind.UPDATE, "CampaignMemberStatus", {"Id": row["Id"], **wanted}))
    return writes


def statuses_of(member_ids: Iterable[str]) -> Question[dict[str, str]]:
    """Member id to the status that it really has."""
    soqls = [
        f"SELECT Id, Status FROM CampaignMember WHERE Id IN {quoted_list(batch)}"  # noqa: S608 - quoted
        for batch in id_batches(member_ids)
    ]
    return Question(soqls, lambda answers: {row["Id"]: row["Status"] for rows in answers for row in rows})


def speaking(gifts: Sequence[Gift], latest: Mapping[str, Gift]) -> list[Gift]:
    """Those of the gifts that their members are told of: a member shows its last gift, as a person does.

    latest: see GiftRepository.latest_of_members. News of an earlier gift concerns its Gift__c alone.
    """
    members = [gift for gift in gifts if gift.request.campaign_member_id]
    return [gift for gift in members if gift.place >= latest.get(gift.request.campaign_member_id, gift).place]


def expected_statuses(told: Sequence[Gift], outcomes: Sequence[WriteOutcome]) -> dict[str, Gift]:
    """Member id to the gift whose status that member was given.

    told: gifts that their members were told of, with the outcome of each. What became of Gift__c does not
    matter: the status that Salesforce replaced stands at the member all the same.
    """
    return {
        gift.request.campaign_member_id: gift
        for gift, outcome in zip(told, outcomes, strict=True)
        if outcome.state is WriteState.DONE and gift.progress.member_status is not None
    }


def mend_statuses(
    org: SalesforceOrg, expected: Mapping[str, Gift], taken: Mapping[str, str], problems: Problems
) -> None:
    """Members whose status was replaced: provision their campaign and write once more, then look again.

    taken: see statuses_of. What fails is noted in problems; a Campaign that cannot be provisioned concerns
    its own members alone.
    """
    wrong: list[Gift] = []
    by_campaign: dict[str, list[Gift]] = defaultdict(list)
    for gift in _replaced(expected, taken):
        by_campaign[gift.request.campaign_id].append(gift)
    for campaign_id, gifts in sorted(by_campaign.items()):
        try:
            provision_statuses(org, campaign_id)
        except ConnectorError as error:
            if error.code != NOT_PROVISIONED:
                raise
            state = WriteState.PARK if isinstance(error, ConfigurationError) else WriteState.RETRY
            for gift in gifts:
                problems.note(gift.key, "CampaignMember", WriteOutcome(state, "", error.code, str(error)))
        else:
            wrong += gifts
    if not wrong:
        return
    outcomes = org.write([_status_alone(gift) for gift in wrong])
    again = {
        gift.request.campaign_member_id: gift
        for gift, outcome in zip(wrong, outcomes, strict=True)
        if problems.note(gift.key, "CampaignMember", outcome)
    }
    seen_again = ask(org, statuses_of(sorted(again)))
    for gift in _replaced(again, seen_again):
        refused = WriteOutcome(WriteState.REFUSED, code="STATUS_NOT_TAKEN", message="campaign default stands")
        problems.note(gift.key, "CampaignMember", refused)


def _status_alone(gift: Gift) -> RecordWrite:
    """A later gift of the member may have failed, and told the member so."""
    fields = {"Id": gift.request.campaign_member_id, "Status": gift.progress.member_status}
    return RecordWrite(WriteKind.UPDATE, "CampaignMember", fields)


def _replaced(expected: Mapping[str, Gift], taken: Mapping[str, str]) -> list[Gift]:
    """Those whose member has another status than it was given. A member that is gone has none."""
    return [
        gift
        for member_id, gift in expected.items()
        if taken.get(member_id) not in {None, gift.progress.member_status}
    ]
