"""List views: the deployed ones, and for each standard object its view of all records, as SOQL.

A view with a filter or a column that has no translation here is listed as not compatible with SOQL, and
refused by name when it is asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.lightning.values import name_field
from emulators.salesforce.metadata.components import Components
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, FieldType, SObjectType
from emulators.salesforce.security.access import Access
from emulators.salesforce.soap.envelope import child_elements, local_name, parse_xml, text_of, texts_of

KEY_PREFIX = "00B"
_SCOPES = {"Everything": "", "Mine": "mine"}
_COMPARISONS = {
    "equals": "=",
    "notEqual": "!=",
    "lessThan": "<",
    "greaterThan": ">",
    "lessOrEqual": "<=",
    "greaterOrEqual": ">=",
}
_PATTERNS = {"contains": "%{}%", "notContain": "%{}%", "startsWith": "{}%"}
_NUMBERS = {FieldType.INT, FieldType.DOUBLE, FieldType.CURRENCY, FieldType.PERCENT}
_TEXTS = {FieldType.STRING, FieldType.PICKLIST, FieldType.EMAIL, FieldType.PHONE, FieldType.URL}
_TEXTS |= {FieldType.TEXTAREA, FieldType.COMBOBOX}
# Columns that list views call by names of their own, and the fields that they stand for.
_COLUMNS = {
    "FULL_NAME": "Name",
    "PHONE1": "Phone",
    "LAST_UPDATE": "LastModifiedDate",
    "CREATED_DATE": "CreatedDate",
    "SALES_ACCOUNT_NAME": "Name",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One filter as list views tell it. values: as SOQL writes them."""

    field: str
    operator: str
    values: tuple[str, ...]

    @property
    def soql(self) -> str:
        """Any of the values, or for a negation none of them."""
        negated = self.operator in {"!=", "notLike"}
        sign = {"like": "LIKE", "notLike": "LIKE"}.get(self.operator, self.operator)
        before = "NOT " if self.operator == "notLike" else ""
        parts = [f"({before}{self.field} {sign} {value})" for value in self.values]
        return "(" + (" AND " if negated else " OR ").join(parts) + ")"


@dataclass(frozen=True, slots=True)
class ListView:
    """A view by name. root: what was deployed; None for the standard view of all records."""

    id: str
    name: str
    label: str
    root: etree._Element | None = None


@dataclass(frozen=True, slots=True)
class Translated:
    """A view as a query. scope: "mine" or nothing."""

    columns: tuple[Field, ...]
    conditions: tuple[Condition, ...]
    scope: str
    order: str
    sobject: str

    @property
    def soql(self) -> str:
        names = dict.fromkeys([*(field.name for field in self.columns), "Id"])
        parts = ["SELECT", ", ".join(names), "FROM", self.sobject]
        if self.scope:
            parts += ["USING SCOPE", self.scope]
        if self.conditions:
            parts += ["WHERE", " AND ".join(condition.soql for condition in self.conditions)]
        return " ".join([*parts, "ORDER BY", self.order])


def list_views(org: Org, sobject: SObjectType) -> Iterator[ListView]:
    """The object's views: the standard one first, unless one of that name was deployed."""
    deployed = list(Components(org).inside("ListView", sobject.name))
    standard = f"All{sobject.label_plural.replace(' ', '')}"
    names = {found.full_name.rpartition(".")[2] for found in deployed}
    if not sobject.custom and standard not in names:
        yield ListView(_standard_id(org, sobject.name), standard, f"All {sobject.label_plural}")
    for found in deployed:
        root = parse_xml(found.content)
        name = found.full_name.rpartition(".")[2]
        yield ListView(found.id, name, text_of(root, "label"), root)


def find_view(org: Org, sobject: SObjectType, id_or_name: str) -> ListView:
    """A view by Id (15 or 18 characters) or developer name. Raises NOT_FOUND."""
    for view in list_views(org, sobject):
        if id_or_name in {view.id, view.id[:15], view.name}:
            return view
    raise SalesforceError("NOT_FOUND", "The requested resource does not exist", 404)


def translate_view(sobject: SObjectType, view: ListView, access: Access) -> Translated:
    """The view as a query of what the user may see. Raises NotSupportedHere."""
    named = name_field(sobject) or sobject.fields["Id"]
    if view.root is None:
        created = sobject.fields.get("CreatedDate")
        columns = tuple(field for field in (named, created) if field is not None)
        return Translated(columns, (), "", f"{named.name} ASC", sobject.name)
    scope = text_of(view.root, "filterScope") or "Everything"
    if scope not in _SCOPES:
        raise NotSupportedHere(f"list views of scope {scope}")
    if text_of(view.root, "booleanFilter"):
        raise NotSupportedHere("list views with filter logic")
    fields = [_field(sobject, name) for name in texts_of(view.root, "columns")]
    seen = tuple(field for field in fields if access.field_readable(sobject, field))
    conditions = tuple(
        _condition(sobject, child) for child in child_elements(view.root) if local_name(child) == "filters"
    )
    return Translated(seen, conditions, _SCOPES[scope], f"{named.name} ASC", sobject.name)


def view_query(org: Org, view_id: str, access: Access) -> str:
    """The query of a view of any object that the user may read. Raises NOT_FOUND, NotSupportedHere."""
    for sobject in org.schema.objects.values():
        if sobject.modelled and access.readable(sobject):
            found = next(
                (view for view in list_views(org, sobject) if view_id in {view.id, view.id[:15]}), None
            )
            if found is not None:
                return translate_view(sobject, found, access).soql
    raise SalesforceError("NOT_FOUND", "The requested resource does not exist", 404)


def translates(sobject: SObjectType, view: ListView, access: Access) -> bool:
    """Whether the view can be had as a query."""
    try:
        translate_view(sobject, view, access)
    except NotSupportedHere:
        return False
    return True


def _field(sobject: SObjectType, column: str) -> Field:
    last = column.rpartition(".")[2]
    named = name_field(sobject)
    if last == "NAME" and named is not None:
        return named
    squeezed = _COLUMNS.get(last, last if column.endswith("__c") else last.replace("_", ""))
    found = sobject.field_named(squeezed)
    if found is None:
        raise NotSupportedHere(f"list view column {column}")
    return found


def _condition(sobject: SObjectType, filtered: etree._Element) -> Condition:
    field = _field(sobject, text_of(filtered, "field"))
    operation = text_of(filtered, "operation")
    given = [value.strip() for value in text_of(filtered, "value").split(",")]
    if operation in _PATTERNS and field.type in _TEXTS:
        operator = "notLike" if operation == "notContain" else "like"
        patterns = (f"'{_PATTERNS[operation].format(_literal(value))}'" for value in given)
        return Condition(field.name, operator, tuple(patterns))
    if operation not in _COMPARISONS:
        raise NotSupportedHere(f"list view filter {operation} of a field of type {field.type}")
    return Condition(field.name, _COMPARISONS[operation], tuple(_value(field, value) for value in given))


def _value(field: Field, value: str) -> str:
    if not value:
        return "null"
    if field.type is FieldType.BOOLEAN and value in {"0", "1"}:
        return "true" if value == "1" else "false"
    if field.type in _NUMBERS and value.lstrip("-").replace(".", "", 1).isdecimal():
        return value
    if field.type in _TEXTS:
        return _quoted(value)
    raise NotSupportedHere(f"list view filter value {value} of a field of type {field.type}")


def _quoted(value: str) -> str:
    return f"'{_escaped(value)}'"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def _literal(value: str) -> str:
    """Text inside quotes that LIKE takes as it is."""
    return _escaped(value).replace("%", "\\%").replace("_", "\\_")


def _standard_id(org: Org, object_name: str) -> str:
    """The Id that the standard view of an object got when it was first asked for."""
    key = f"list view of all {object_name}"
    known = org.setting(key)
    if known is None:
        known = org.next_id(KEY_PREFIX)
        org.set_setting(key, known)
    return known
