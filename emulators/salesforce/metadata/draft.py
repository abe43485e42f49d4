"""The org as a deploy would leave it: components of one deploy may need each other, so checks look here."""

from dataclasses import replace

from emulators.salesforce.dml.formulas import recalculate
from emulators.salesforce.dml.refitting import refit
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.metadata.source import Source
from emulators.salesforce.org import Org
from emulators.salesforce.schema.model import Field, Schema, SObjectType

ACTIVITY = "Activity"
ACTIVITY_FACES = ("Task", "Event")
# Has no records of its own: its custom fields are those of both Task and Event.
_ACTIVITY = SObjectType(
    name=ACTIVITY,
    label="Activity",
    label_plural="Activities",
    key_prefix="",
    fields={},
    queryable=False,
    createable=False,
    updateable=False,
    deletable=False,
    searchable=False,
    triggerable=False,
    modelled=False,
)


class Draft:
    """Schema, components and records inside the deploy's transaction.

    schema: changed freely while objects and fields are applied; `settle` brings the tables to it.
    """

    def __init__(self, org: Org, source: Source) -> None:
        self.org = org
        self.source = source
        self.components = Components(org)
        self.schema: Schema = org.schema
        if org.schema.object_named(_ACTIVITY.name) is None:
            self.put_object(_ACTIVITY)

    def settle(self) -> None:
        """Create, change and drop tables as the schema now says."""
        if self.schema is not self.org.schema:
            before = self.org.schema.objects
            self.org.replace_schema(self.schema)
            self.schema = self.org.schema
            for name, sobject in self.schema.objects.items():
                earlier = before.get(name)
                if sobject is not earlier:
                    if earlier is not None:
                        refit(self.org, earlier, sobject)
                    recalculate(self.org, earlier, sobject)

    def exists(self, type_name: str, full_name: str) -> bool:
        """True for a component that was deployed before or already in this deploy."""
        return self.components.find(Member(type_name, full_name)) is not None

    def sobject(self, name: str) -> SObjectType | None:
        """An object of the schema."""
        return self.schema.object_named(name)

    def field(self, object_name: str, field_name: str) -> Field | None:
        """A field of the schema."""
        sobject = self.sobject(object_name)
        return None if sobject is None else sobject.field_named(field_name)

    def put_object(self, sobject: SObjectType) -> None:
        """Add or replace an object."""
        self.schema = self.schema.with_object(sobject)

    def put_field(self, object_name: str, field: Field) -> None:
        """Add or replace a field."""
        self.put_object(self.schema.objects[object_name].with_field(field))

    def drop_object(self, name: str) -> None:
        """Remove an object."""
        objects = {key: value for key, value in self.schema.objects.items() if key != name}
        self.schema = replace(self.schema, objects=objects)

    def drop_field(self, object_name: str, field_name: str) -> None:
        """Remove a field."""
        sobject = self.schema.objects[object_name]
        fields = {key: value for key, value in sobject.fields.items() if key != field_name}
        types = {
            key: replace(found, values={f: v for f, v in found.values.items() if f != field_name})
            for key, found in sobject.record_types.items()
        }
        self.put_object(replace(sobject, fields=fields, record_types=types))
