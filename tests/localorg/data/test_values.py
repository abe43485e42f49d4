"""What records get and how values are stored."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emulators.salesforce.dml.coercion import coerce
from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.ids import make_id, to_18
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, FieldType
from emulators.salesforce.store.values import to_json


def stored(org: Org, record_id: str) -> dict[str, Any]:
    row = org.db.one('SELECT * FROM "Gift__c" WHERE "Id" = ?', (record_id,))
    assert row is not None
    return dict(row)


def test_auto_numbers_count_up_in_their_format(gifts: Org, dml: Dml) -> None:
    names = [stored(gifts, dml.insert("Gift__c", {}))["Name"] for _ in range(2)]

    assert names == ["G-000001", "G-000002"]


def test_a_formula_over_the_number_of_a_new_record_knows_it(gifts: Org, dml: Dml) -> None:
    link = Field(
        name="Link__c",
        label="Link",
        type=FieldType.STRING,
        length=1300,
        formula='Name & "/" & CASESAFEID(Id)',
        custom=True,
    )
    with gifts.transaction():
        gifts.replace_schema(gifts.schema.with_object(gifts.schema.objects["Gift__c"].with_field(link)))

    made = Dml(gifts, dml.user).insert("Gift__c", {})

    assert stored(gifts, made)["Link__c"] == f"G-000001/{made}"


def test_defaults_fill_what_is_left_out_and_null_stays_null(gifts: Org, dml: Dml) -> None:
    filled = stored(gifts, dml.insert("Gift__c", {}))
    emptied = stored(gifts, dml.insert("Gift__c", {"Source__c": None}))

    assert (filled["Source__c"], filled["Opt_Out__c"]) == ("API", 0)
    assert emptied["Source__c"] is None


def test_system_fields_are_stamped_with_user_and_second(gifts: Org, dml: Dml) -> None:
    row = stored(gifts, dml.insert("Gift__c", {}))

    assert row["CreatedDate"] == row["SystemModstamp"] == "2026-11-22T09:30:15.000+0000"
    assert row["CreatedById"] == row["LastModifiedById"] == dml.user.id


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("Send_Status__c", "sent", "Sent"),
        ("Tags__c", "Clicked;Sent", "Clicked;Sent"),
        ("Gift_Value__c", "2.675", 2.68),
        ("Code__c", "  padded ", "padded"),
        ("Code__c", 7, "7"),
        ("Code__c", "", None),
        ("Opt_Out__c", "true", 1),
        ("Due__c", "2026-11-22", "2026-11-22"),
        ("Clicked_At__c", "2026-11-22T10:00:00.987+01:00", "2026-11-22T09:00:00.000+0000"),
        ("Clicked_At__c", "2026-11-22T09:00:00Z", "2026-11-22T09:00:00.000+0000"),
    ],
)
def test_values_are_stored_in_one_form(
    gifts: Org, dml: Dml, field: str, value: object, expected: object
) -> None:
    row = stored(gifts, dml.insert("Gift__c", {field: value}))

    assert row[field] == expected


def test_addresses_are_kept_in_lower_case(org: Org, dml: Dml) -> None:
    contact = dml.insert("Contact", {"LastName": "Berg", "Email": "Michael.Berg@Example.COM"})

    row = org.db.all('SELECT "Email" FROM "Contact" WHERE "Id" = ?', (contact,))[0]

    assert row["Email"] == "michael.berg@example.com"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldType.DATE, "1699-12-31"),
        (FieldType.DATE, "9999-01-23"),
        (FieldType.DATETIME, "4001-01-01T00:00:00Z"),
        (FieldType.DATETIME, "0001-01-01T00:00:00+14:00"),
    ],
)
def test_days_outside_of_the_calendar_are_refused(kind: FieldType, value: str) -> None:
    with pytest.raises(SalesforceError, match="invalid date") as refused:
        coerce(Field(name="Due__c", label="Due", type=kind), value)

    assert refused.value.code == "NUMBER_OUTSIDE_VALID_RANGE"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (FieldType.DATE, "20261122"),
        (FieldType.DATE, "2026-W47-7"),
        (FieldType.DATETIME, "2026-11-22 10:00:00"),
        (FieldType.DATETIME, "20261122T100000Z"),
        (FieldType.TIME, "10:00:00+02:00"),
        (FieldType.TIME, 10),
    ],
)
def test_forms_that_python_reads_and_salesforce_does_not_are_refused(kind: FieldType, value: object) -> None:
    with pytest.raises(SalesforceError, match="Cannot deserialize") as refused:
        coerce(Field(name="Due__c", label="Due", type=kind), value)

    assert refused.value.code == "JSON_PARSER_ERROR"


@pytest.mark.parametrize(
    ("value", "kept"),
    [("23:59:00Z", "23:59:00.000Z"), ("23:59:00.25", "23:59:00.250Z"), ("23:59:00.000000Z", "23:59:00.000Z")],
)
def test_a_time_of_the_day_may_have_any_fraction_of_a_second(value: str, kept: str) -> None:
    assert coerce(Field(name="At__c", label="At", type=FieldType.TIME), value) == kept


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1)), st.integers(-12, 14))  # noqa: DTZ001 -- hypothesis wants naive bounds
def test_datetimes_keep_their_moment_and_sort_as_text(moment: datetime, hours: int) -> None:
    field = Field(name="At__c", label="At", type=FieldType.DATETIME)
    aware = moment.replace(tzinfo=timezone(timedelta(hours=hours)))
    later = aware + timedelta(seconds=1)

    text, later_text = coerce(field, aware.isoformat()), coerce(field, later.isoformat())

    assert datetime.fromisoformat(to_json(field, text)) == aware.astimezone(UTC).replace(microsecond=0)
    assert text < later_text


@given(st.integers(min_value=1, max_value=62**6))
def test_ids_widen_back_from_fifteen_characters(number: int) -> None:
    record_id = make_id("003", number)

    assert to_18(record_id[:15]) == record_id
    assert to_18(record_id) == record_id
