"""What the buttons in Salesforce say: who is to get a gift. The contract is docs/adr/0006."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.domain.portal_session import PortalSession
from connector.domain.record_id import case_safe_id
from connector.errors import CallerError
from connector.services.gifts.candidates import person_sobject
from connector.services.sending.find_recipient import NOTHING_SENT

IDS_AT_MOST = 200
_OPEN_AGAIN = f"Open the record in Salesforce and press Send a Gift there. {NOTHING_SENT}"
_OBJECTS = frozenset({"Contact", "Lead", "Campaign"})
_CAMPAIGN_PREFIX = "701"


@dataclass(frozen=True, slots=True)
class SendAddress:
    """Ids have 18 characters. Either record_id or ids."""

    org_id: str
    sobject: str
    record_id: str = ""
    ids: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, str]:
        """As the address is written."""
        which = {"ids": ",".join(self.ids)} if self.ids else {"record": self.record_id}
        return {"org": self.org_id, "object": self.sobject, **which}

    @property
    def is_for_several(self) -> bool:
        return bool(self.ids) or self.sobject == "Campaign"


def read_address(given: Mapping[str, str], viewer: PortalSession) -> SendAddress:
    """Raises CallerError, with what to do, for an address that is none of ours or of another org."""
    org_id = case_safe_id(given.get("org", ""))
    if not org_id:
        raise _wrong("This address does not say which org it is about.", "org_missing")
    if org_id != viewer.org_id:
        raise CallerError(
            "You are signed in to another org than the one this link is from.",
            code="other_org",
            remedy=f"Sign out here, and open the link again. {NOTHING_SENT}",
        )
    sobject = given.get("object", "")
    if sobject not in _OBJECTS:
        raise _wrong("Gifts go to Contacts, Leads and members of Campaigns.", "object_unknown")
    record, ids = given.get("record", ""), given.get("ids", "")
    if bool(record) == bool(ids):
        raise _wrong("This address does not say for whom the gift is.", "record_missing")
    if record:
        return SendAddress(org_id, sobject, _record_id(sobject, record))
    if sobject == "Campaign":
        raise _wrong("Several Campaigns at once get no gifts.", "object_unknown")
    return SendAddress(org_id, sobject, ids=_ids(sobject, ids))


def _ids(sobject: str, text: str) -> tuple[str, ...]:
    parts = [part for part in text.split(",") if part]
    if len(parts) > IDS_AT_MOST:
        raise CallerError(
            f"{len(parts)} people are too many at once.",
            code="too_many",
            remedy=f"Select up to {IDS_AT_MOST}, or add them to a Campaign. {NOTHING_SENT}",
        )
    if not parts:
        raise _wrong("Nobody is selected.", "record_missing")
    return tuple(dict.fromkeys(_record_id(sobject, part) for part in parts))


def _record_id(sobject: str, text: str) -> str:
    record_id = case_safe_id(text)
    if not record_id:
        raise _wrong("The address holds something that is no record Id.", "id_invalid")
    is_campaign = record_id.startswith(_CAMPAIGN_PREFIX)
    found = "Campaign" if is_campaign else person_sobject(record_id)
    if found != sobject:
        raise _wrong(f"{record_id} is not the Id of a {sobject}.", "id_of_another_object")
    return record_id


def _wrong(message: str, code: str) -> CallerError:
    return CallerError(message, code=code, remedy=_OPEN_AGAIN)
