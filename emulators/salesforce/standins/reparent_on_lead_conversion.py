"""In place of the flow Gift_Reparent_On_Lead_Conversion: gifts of a converted lead go to its contact."""

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.standins.standin import AfterSave, note

_GIFT = "Gift__c"
_GIFTS_OF_LEAD = (
    'SELECT "Id" FROM "Gift__c" WHERE "Lead__c" = ? AND "Contact__c" IS NULL '
    'AND "IsDeleted" = 0 ORDER BY "Id"'
)


def _reparent(own: Writing, row: Row, old: Row | None) -> None:
    if old is None or not _converted(row) or _converted(old) or _GIFT not in own.org.schema.objects:
        return
    values = {"Contact__c": row["ConvertedContactId"], "Account__c": row["ConvertedAccountId"]}
    known = {n: v for n, v in values.items() if n in own.org.schema.objects[_GIFT].fields}
    for gift in own.org.db.all(_GIFTS_OF_LEAD, (row["Id"],)):
        own.update(_GIFT, gift["Id"], known)


def _converted(row: Row) -> bool:
    return bool(row["IsConverted"]) and row["ConvertedContactId"] is not None


def _note(own: Writing, row: Row, error: str) -> None:
    for gift in own.org.db.all(_GIFTS_OF_LEAD, (row["Id"],)):
        note(own, _GIFT, gift["Id"], ("Sync_Error__c", f"The gift could not follow its Lead - {error}"))


STAND_IN = AfterSave(
    flow="Gift_Reparent_On_Lead_Conversion",
    sobject="Lead",
    does="gives the gifts of a converted Lead to the Contact it became",
    run=_reparent,
    fault=_note,
)
