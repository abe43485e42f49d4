"""What follows from a schema by itself, whatever was deployed."""

from dataclasses import replace

from emulators.salesforce.schema.model import Field, Schema, SObjectType

_ACTIVITIES = ("Task", "Event")
_ATTACHED_BY = {"Note": "ParentId", "Attachment": "ParentId", "ContentDocumentLink": "LinkedEntityId"}


def complete(schema: Schema) -> Schema:
    """The schema with the fields of activities brought up to date.

    Custom fields of the object Activity belong to both Task and Event, and WhatId may point at every object
    that allows activities and is not a person. Notes and files may be attached to records of custom objects.
    """
    activity = schema.objects.get("Activity")
    lent = {n: f for n, f in activity.fields.items() if f.custom} if activity else {}
    targets = tuple(sorted(o.name for o in schema.objects.values() if o.activities and not _is_person(o)))
    for name in _ACTIVITIES:
        before = schema.objects[name]
        after = _with_lent_fields(before, lent)
        after = _with_targets(after, "WhatId", targets)
        if after is not before:
            schema = schema.with_object(after)
    return _with_attachments(schema)


def polymorphic_targets(schema: Schema) -> frozenset[str]:
    """The objects that some look-up with several targets may point at."""
    fields = (f for o in schema.objects.values() for f in o.fields.values() if f.polymorphic)
    return frozenset(name for f in fields for name in f.reference_to)


def _is_person(sobject: SObjectType) -> bool:
    return sobject.name in {"Contact", "Lead"}


def _with_lent_fields(sobject: SObjectType, lent: dict[str, Field]) -> SObjectType:
    kept = {n: f for n, f in sobject.fields.items() if not f.extra.get("lent_by") or n in lent}
    marked = {n: replace(f, extra={**f.extra, "lent_by": "Activity"}) for n, f in lent.items()}
    fields = {**kept, **marked}
    return sobject if fields == sobject.fields else replace(sobject, fields=fields)


def _with_attachments(schema: Schema) -> Schema:
    custom = {o.name for o in schema.objects.values() if o.custom and not o.custom_setting}
    for name, field_name in _ATTACHED_BY.items():
        before = schema.objects[name]
        standard = {t for t in before.fields[field_name].reference_to if not t.endswith("__c")}
        attachable = {t for t in custom if t.endswith("__c")}
        after = _with_targets(before, field_name, tuple(sorted(standard | attachable)))
        if after is not before:
            schema = schema.with_object(after)
    return schema


def _with_targets(sobject: SObjectType, field_name: str, targets: tuple[str, ...]) -> SObjectType:
    reference = sobject.fields[field_name]
    if reference.reference_to == targets:
        return sobject
    return sobject.with_field(replace(reference, reference_to=targets, polymorphic=True))
