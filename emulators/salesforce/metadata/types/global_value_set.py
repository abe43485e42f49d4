"""GlobalValueSet: a list of values that fields of many objects share."""

from collections.abc import Iterator
from dataclasses import replace

from emulators.salesforce.metadata.components import Member, StoredComponent
from emulators.salesforce.metadata.draft import Draft
from emulators.salesforce.metadata.problems import Problem, Refused
from emulators.salesforce.metadata.source import Component
from emulators.salesforce.metadata.types.base import CheckedType, keep
from emulators.salesforce.metadata.types.picklists import read_values, repeated_values
from emulators.salesforce.schema.model import PicklistValue


class GlobalValueSet(CheckedType):
    """Applied to the schema, and to every field that already uses it."""

    def check(self, component: Component, draft: Draft) -> Iterator[Problem]:
        del draft
        if component.element is not None:
            for entry, value in repeated_values(component.element, "customValue"):
                yield component.problem(f"Duplicate value found: {value}", entry)

    def apply(self, component: Component, draft: Draft) -> StoredComponent:
        if component.element is not None:
            values = read_values(component.element, "customValue")
            _put(draft, component.member.full_name, values)
        return keep(component, draft)

    def remove(self, member: Member, draft: Draft) -> None:
        users = [
            f"{sobject.name}.{field.name}"
            for sobject in draft.schema.objects.values()
            for field in sobject.fields.values()
            if field.value_set == member.full_name
        ]
        if users:
            raise Refused(f"This picklist value set is in use by: {', '.join(users)}")
        super().remove(member, draft)
        kept = {n: v for n, v in draft.schema.global_value_sets.items() if n != member.full_name}
        draft.schema = replace(draft.schema, global_value_sets=kept)


def _put(draft: Draft, name: str, values: tuple[PicklistValue, ...]) -> None:
    sets = {**draft.schema.global_value_sets, name: values}
    draft.schema = replace(draft.schema, global_value_sets=sets)
    for sobject in draft.schema.objects.values():
        for field in sobject.fields.values():
            if field.value_set == name:
                draft.put_field(sobject.name, replace(field, picklist_values=values))
