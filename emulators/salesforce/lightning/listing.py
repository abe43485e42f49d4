"""The page of an object's records: a list view, or the newest records, with the buttons over them."""

from dataclasses import dataclass
from typing import Any

from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.lightning.list_buttons import list_buttons
from emulators.salesforce.lightning.values import (
    LIST_ROWS,
    Shown,
    name_field,
    record_name,
    records_of,
    screen_label,
    shown,
)
from emulators.salesforce.lightning.visit import Visit
from emulators.salesforce.presentation.list_views import find_view, list_views, translate_view
from emulators.salesforce.schema.model import Field, SObjectType
from emulators.salesforce.soql.execute import run_query

_RECENT = "Recently Created"


@dataclass(frozen=True, slots=True)
class _Rows:
    label: str
    columns: tuple[Field, ...]
    rows: list[Any]
    problem: str = ""


def listing(visit: Visit, sobject: SObjectType, view_name: str = "") -> dict[str, Any]:
    """All that the template needs."""
    found = _chosen(visit, sobject, view_name)
    named = name_field(sobject)
    columns = [field for field in found.columns if field is not named]
    return {
        "title": sobject.label_plural,
        "sobject": sobject,
        "view_label": found.label,
        "views": list(list_views(visit.org, sobject)),
        "problem": found.problem,
        "name_label": named.label if named else "Id",
        "columns": [screen_label(sobject, field) for field in columns],
        "rows": [(row["Id"], record_name(sobject, row), _cells(visit, columns, row)) for row in found.rows],
        "creatable": sobject.createable and visit.access.creatable(sobject),
        "buttons": list(list_buttons(visit, sobject)),
    }


def _chosen(visit: Visit, sobject: SObjectType, view_name: str) -> _Rows:
    if not view_name or view_name in {"Recent", "__Recent"}:
        return _Rows(_RECENT, (), records_of(visit.org, sobject))
    try:
        view = find_view(visit.org, sobject, view_name)
        translated = translate_view(sobject, view, visit.access)
        found = run_query(
            visit.org,
            visit.access,
            f"{translated.soql} LIMIT {LIST_ROWS}",
            user_id=visit.user.id,
            time_zone=visit.user.time_zone,
        )
    except SalesforceError as error:
        return _Rows(_RECENT, (), [], error.message)
    ids = [record["Id"] for record in found.records]
    rows = {row["Id"]: row for row in records_of(visit.org, sobject, ids=ids)}
    return _Rows(view.label, translated.columns, [rows[one] for one in ids if one in rows])


def _cells(visit: Visit, columns: list[Field], row: Any) -> list[Shown]:
    return [shown(visit.org, visit.user, field, row[field.name]) for field in columns]
