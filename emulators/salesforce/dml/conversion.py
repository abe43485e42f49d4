"""Lead conversion: a lead becomes a contact of an account, and with it an opportunity if one is wanted.

Campaign memberships and activities follow the person. Look-ups of other objects to the lead, custom ones
among them, do not: they keep pointing at the converted lead.
Source: SOAP API Developer Guide, convertLead.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.pointing import point_elsewhere
from emulators.salesforce.dml.rules.members import show_person
from emulators.salesforce.errors import SalesforceError

CONVERTED_STATUSES = ("Closed - Converted",)
_FIRST_STAGE = "Prospecting"
_SHARED = (
    "OwnerId",
    "Description",
    "LeadSource",
    "FirstName",
    "LastName",
    "Salutation",
    "Title",
    "Email",
    "Phone",
    "MobilePhone",
    "Fax",
    "HasOptedOutOfEmail",
)
_ADDRESS = ("Street", "City", "State", "PostalCode", "Country")
_ACCOUNT = ("OwnerId", "Industry", "AnnualRevenue", "NumberOfEmployees", "Phone", "Fax", "Website")


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What to do with a lead. Existing records are named by Id; empty ones are made."""

    lead_id: str
    status: str
    account_id: str = ""
    contact_id: str = ""
    opportunity_id: str = ""
    owner_id: str = ""
    opportunity_name: str = ""
    without_opportunity: bool = False
    overwrite_lead_source: bool = False


@dataclass(frozen=True, slots=True)
class Converted:
    """What became of a lead. opportunity_id: empty when none was wanted."""

    lead_id: str
    account_id: str
    contact_id: str
    opportunity_id: str


def convert_lead(dml: Dml, wanted: Conversion) -> Converted:
    """Convert one lead, all or nothing. Raises SalesforceError."""
    _require_rights(dml, wanted)
    with dml.org.transaction():
        lead = dml.require_record(dml.plan("Lead").sobject, wanted.lead_id)
        _require_convertible(lead, wanted)
        own = dml.on_behalf_of_the_org()
        owner = {"OwnerId": wanted.owner_id} if wanted.owner_id else {}
        source = {**lead, **owner}
        contact = _existing(own, "Contact", wanted.contact_id)
        account_id = _settle_account(own, source, contact, wanted)
        contact_id = _settle_contact(own, source, contact, account_id, wanted)
        opportunity_id = _settle_opportunity(own, source, account_id, contact_id, wanted)
        _move_memberships(own, lead["Id"], contact_id)
        _move_activities(own, lead["Id"], account_id, contact_id, opportunity_id)
        ids: dict[str, str | None] = {"ConvertedAccountId": account_id, "ConvertedContactId": contact_id}
        ids |= {"ConvertedOpportunityId": opportunity_id or None, "ConvertedDate": dml.today}
        own.update("Lead", lead["Id"], {"Status": wanted.status, "IsConverted": True, **ids, **owner})
    return Converted(lead["Id"], account_id, contact_id, opportunity_id)


def _require_rights(dml: Dml, wanted: Conversion) -> None:
    """Raises INSUFFICIENT_ACCESS for a user who could not make and change what a conversion does."""
    if dml.access is None:
        return
    made = ("Account", "Contact", *(() if wanted.without_opportunity else ("Opportunity",)))
    objects = dml.org.schema.objects
    allowed = dml.access.permitted("PermissionsConvertLeads") and dml.access.editable(objects["Lead"])
    for name in made:
        allowed = allowed and dml.access.creatable(objects[name]) and dml.access.editable(objects[name])
    if not allowed:
        raise SalesforceError("INSUFFICIENT_ACCESS", "the user may not convert leads", 403)


def _require_convertible(lead: Row, wanted: Conversion) -> None:
    if lead["IsConverted"]:
        raise SalesforceError("CANNOT_UPDATE_CONVERTED_LEAD", "cannot reference converted lead")
    if wanted.status not in CONVERTED_STATUSES:
        raise SalesforceError("INVALID_STATUS", f"invalid convertedStatus: {wanted.status}")
    if wanted.contact_id and not wanted.account_id:
        message = "accountId must be specified when contactId is"
        raise SalesforceError("REQUIRED_FIELD_MISSING", message, fields=("accountId",))


def _existing(own: Dml, name: str, record_id: str) -> Row | None:
    return own.require_record(own.plan(name).sobject, record_id) if record_id else None


def _settle_account(own: Dml, lead: Row, contact: Row | None, wanted: Conversion) -> str:
    """A new account, or the one named, to which a contact that is named belongs: only its gaps are filled."""
    values = {"Name": lead["Company"], **_filled(lead, _ACCOUNT)}
    values |= {f"Billing{part}": lead[part] for part in _ADDRESS}
    account = _existing(own, "Account", wanted.account_id)
    if account is None:
        return own.insert("Account", values)
    if contact is not None and contact["AccountId"] != account["Id"]:
        message = "the contact is not associated with the account"
        raise SalesforceError("FIELD_INTEGRITY_EXCEPTION", message, fields=("contactId",))
    own.update("Account", account["Id"], {n: v for n, v in values.items() if account[n] is None})
    return str(account["Id"])


def _settle_contact(own: Dml, lead: Row, contact: Row | None, account_id: str, wanted: Conversion) -> str:
    """A new contact, or the one named: of that only what is empty is filled in."""
    values = {**_filled(lead, _SHARED), "AccountId": account_id}
    values |= {f"Mailing{part}": lead[part] for part in _ADDRESS}
    values["HasOptedOutOfEmail"] = bool(lead["HasOptedOutOfEmail"])
    if contact is None:
        return own.insert("Contact", values)
    empty = {name: value for name, value in values.items() if contact[name] is None}
    if wanted.overwrite_lead_source:
        empty["LeadSource"] = lead["LeadSource"]
    own.update("Contact", contact["Id"], empty)
    return str(contact["Id"])


def _settle_opportunity(own: Dml, lead: Row, account_id: str, contact_id: str, wanted: Conversion) -> str:
    if wanted.without_opportunity:
        return ""
    if wanted.opportunity_id:
        return str(own.require_record(own.plan("Opportunity").sobject, wanted.opportunity_id)["Id"])
    member = own.org.db.one(
        'SELECT "CampaignId" FROM "CampaignMember" WHERE "LeadId" = ? AND "IsDeleted" = 0 '
        'ORDER BY "CreatedDate" DESC, "Id" DESC',
        (lead["Id"],),
    )
    opportunity_id = own.insert(
        "Opportunity",
        {
            "Name": wanted.opportunity_name or lead["Company"],
            "AccountId": account_id,
            "StageName": _FIRST_STAGE,
            "CloseDate": _end_of_quarter(date.fromisoformat(own.today)).isoformat(),
            "OwnerId": lead["OwnerId"],
            "LeadSource": lead["LeadSource"],
            "CampaignId": member["CampaignId"] if member else None,
        },
    )
    role = {"OpportunityId": opportunity_id, "ContactId": contact_id, "IsPrimary": True}
    own.insert("OpportunityContactRole", role)
    return opportunity_id


def _end_of_quarter(day: date) -> date:
    month = (day.month - 1) // 3 * 3 + 3
    return date(day.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _move_memberships(own: Dml, lead_id: str, contact_id: str) -> None:
    """Memberships of the lead become the contact's as well, where the contact has none in the campaign."""
    own.org.db.execute(
        'UPDATE "CampaignMember" SET "ContactId" = ? '
        'WHERE "LeadId" = ? AND "IsDeleted" = 0 AND "CampaignId" NOT IN '
        '(SELECT "CampaignId" FROM "CampaignMember" WHERE "ContactId" = ? AND "IsDeleted" = 0)',
        (contact_id, lead_id, contact_id),
    )
    show_person(own, own.require_record(own.plan("Contact").sobject, contact_id))
    own.org.db.execute(
        'UPDATE "Campaign" SET "NumberOfLeads" = "NumberOfLeads" - 1, '
        '"NumberOfContacts" = "NumberOfContacts" + 1, '
        '"NumberOfConvertedLeads" = "NumberOfConvertedLeads" + 1 WHERE "Id" IN '
        '(SELECT "CampaignId" FROM "CampaignMember" WHERE "LeadId" = ? AND "ContactId" = ?)',
        (lead_id, contact_id),
    )


def _move_activities(own: Dml, lead_id: str, account_id: str, contact_id: str, opportunity_id: str) -> None:
    """Formulas of an activity follow its look-ups; no rule is asked."""
    targets: dict[str, str | None] = {
        "WhoId": contact_id,
        "WhatId": opportunity_id or None,
        "AccountId": account_id,
    }
    for name in ("Task", "Event"):
        activity = own.plan(name).sobject
        found = own.org.db.all(f'SELECT "Id" FROM "{name}" WHERE "WhoId" = ?', (lead_id,))  # noqa: S608 -- two fixed names
        ids = [row["Id"] for row in found]
        for field_name, target in targets.items():
            point_elsewhere(own, activity, activity.fields[field_name], ids, target)


def _filled(lead: Row, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: lead[name] for name in names if lead[name] is not None}
