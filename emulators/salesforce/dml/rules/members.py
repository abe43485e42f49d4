"""Campaign members: whose they are, and the silent default of their status."""

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.rules.campaigns import statuses_of
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.store.database import quote

_PERSON_FIELDS = (
    "Salutation",
    "FirstName",
    "LastName",
    "Name",
    "Title",
    "Phone",
    "Fax",
    "MobilePhone",
    "Email",
    "Description",
    "LeadSource",
)
PERSONS = ("Contact", "Lead")
_FLAGS = ("DoNotCall", "HasOptedOutOfEmail", "HasOptedOutOfFax")
_ADDRESS_FIELDS = ("Street", "City", "State", "PostalCode", "Country")


def settle_person(dml: Writing, row: Row, old: Row | None) -> None:
    """The contact wins when both are given; name and address come from the person."""
    if old is not None:
        return
    if row["ContactId"] is not None:
        row["LeadId"] = None
    person_type = "Contact" if row["ContactId"] else "Lead"
    person_id = row[f"{person_type}Id"]
    person = dml.read(person_type, person_id) if person_id else None
    if person is not None:
        row |= _from_person(dml, person_type, person)


def settle_status(dml: Writing, row: Row, old: Row | None) -> None:
    """An unknown status is not refused: the member silently gets the campaign's default.

    Where a campaign has no default, the given text stays and does not count as a response.
    Source: CampaignMember in the Object Reference.
    """
    if row["CampaignId"] is None:
        return
    statuses = statuses_of(dml, row["CampaignId"])
    wanted = (row["Status"] or "").casefold()
    chosen = next((s for s in statuses if s["Label"].casefold() == wanted), None)
    chosen = chosen or next((s for s in statuses if s["IsDefault"]), None)
    if chosen is not None:
        row["Status"] = chosen["Label"][:40]
    row["HasResponded"] = chosen["HasResponded"] if chosen else 0
    first = old["FirstRespondedDate"] if old else None
    row["FirstRespondedDate"] = first or (dml.today if row["HasResponded"] else None)


def check_member(dml: Writing, row: Row, old: Row | None) -> None:
    """A member is one person in one campaign, once."""
    if old is not None:
        return
    column = "ContactId" if row["ContactId"] else "LeadId"
    if row[column] is None:
        fields = ("ContactId", "LeadId")
        raise SalesforceError(
            "REQUIRED_FIELD_MISSING", "Required fields are missing: [ContactId, LeadId]", fields=fields
        )
    sql = f'SELECT "CampaignId" FROM "CampaignMember" WHERE {quote(column)} = ? AND "IsDeleted" = 0'  # noqa: S608 -- quoted names
    if any(r["CampaignId"] == row["CampaignId"] for r in dml.org.db.all(sql, (row[column],))):
        raise SalesforceError("DUPLICATE_VALUE", "Already a campaign member.")


def count_member(dml: Writing, row: Row, old: Row | None) -> None:
    """The campaign's numbers follow its members."""
    if old is None:
        _count(dml, row, 1)
    elif old["HasResponded"] != row["HasResponded"]:
        _add(dml, row, "NumberOfResponses", 1 if row["HasResponded"] else -1)


def uncount_member(dml: Writing, row: Row) -> None:
    """The campaign's numbers follow members that leave, too."""
    _count(dml, row, -1)


def recount_member(dml: Writing, row: Row) -> None:
    """A member that comes back counts again."""
    _count(dml, row, 1)


def _count(dml: Writing, row: Row, by: int) -> None:
    _add(dml, row, "NumberOfContacts" if row["ContactId"] else "NumberOfLeads", by)
    if row["HasResponded"]:
        _add(dml, row, "NumberOfResponses", by)


def _add(dml: Writing, row: Row, column: str, by: int) -> None:
    sql = f'UPDATE "Campaign" SET {quote(column)} = {quote(column)} + ? WHERE "Id" = ?'  # noqa: S608 -- quoted names
    dml.org.db.execute(sql, (by, row["CampaignId"]))


def refresh_members(dml: Writing, row: Row, old: Row | None) -> None:
    """Members show a person that changed as it is now."""
    if old is not None:
        show_person(dml, row)


def show_person(dml: Writing, row: Row) -> None:
    """Let the members that a person has show the person."""
    person_type = "Contact" if row["Id"].startswith("003") else "Lead"
    shown = _from_person(dml, person_type, row)
    assignments = ", ".join(f"{quote(name)} = ?" for name in shown)
    column = quote(f"{person_type}Id")
    # A membership that a converted lead shares with its contact shows the contact.
    shared = "" if person_type == "Contact" else ' AND "ContactId" IS NULL'
    sql = f'UPDATE "CampaignMember" SET {assignments} WHERE {column} = ?{shared}'  # noqa: S608 -- quoted names
    dml.org.db.execute(sql, (*shown.values(), row["Id"]))


def _from_person(dml: Writing, person_type: str, person: Row) -> Row:
    prefix = "Mailing" if person_type == "Contact" else ""
    shown: Row = {name: person.get(name) for name in _PERSON_FIELDS}
    shown |= {name: person.get(name) or 0 for name in _FLAGS}
    shown |= {name: person.get(prefix + name) for name in _ADDRESS_FIELDS}
    shown |= {"Type": person_type, "LeadOrContactId": person["Id"], "LeadOrContactOwnerId": person["OwnerId"]}
    return shown | {"CompanyOrAccount": _company(dml, person_type, person)}


def _company(dml: Writing, person_type: str, person: Row) -> str | None:
    if person_type == "Lead":
        company: str | None = person["Company"]
        return company
    account = dml.read("Account", person["AccountId"]) if person["AccountId"] else None
    return account["Name"] if account else None
