"""The whole description."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from metagen.model.access import FieldRight, PermissionSet
from metagen.model.objects import FieldSpec, ObjectKind, ObjectSpec
from metagen.model.package import Package, Platform, WordList
from metagen.model.vocabulary import Vocabulary
from metagen.nodes import Text


@dataclass(frozen=True, slots=True)
class Spec:
    """Everything under spec/. objects and permission_sets are keyed by API name, sorted by it."""

    package: Package
    platform: Platform
    vocabulary: Vocabulary
    objects: Mapping[str, ObjectSpec]
    permission_sets: Mapping[str, PermissionSet]

    def words(self, words: WordList) -> tuple[Text, ...]:
        """The vocabulary's list of that name."""
        lists: dict[WordList, tuple[Text, ...]] = {
            WordList.SEND_STATUSES: self.vocabulary.send_statuses,
            WordList.ORDER_STATUSES: self.vocabulary.order_statuses,
            WordList.SOURCES: self.vocabulary.sources,
        }
        return lists[words]

    def custom_fields(self, sobject: str) -> Mapping[Text, FieldSpec]:
        """The package's fields of an object; those of Activity are seen through Task and Event."""
        owner = "Activity" if sobject in self.platform.activity_faces else sobject
        described = self.objects.get(owner)
        return described.fields if described else {}

    def field_names(self, sobject: str) -> list[str]:
        """Every field that the description may name on an object."""
        standard = self.platform.objects.get(Text(sobject))
        named = [*standard.fields, *standard.required_fields] if standard else ["Name"]
        return [*named, *self.custom_fields(sobject)]

    def field_rights(self, permission_set: PermissionSet) -> Iterator[tuple[str, FieldRight]]:
        """(Object.Field, right) for every field that a permission set grants, sorted by name."""
        granted: dict[str, FieldRight] = {}
        for sobject, access in permission_set.fields.items():
            if access.all:
                optional = [name for name, spec in self.custom_fields(sobject).items() if not spec.required]
                granted |= {f"{sobject}.{name}": access.all for name in optional}
            granted |= {f"{sobject}.{name}": FieldRight.READ for name in access.read}
            granted |= {f"{sobject}.{name}": FieldRight.EDIT for name in access.edit}
        yield from sorted(granted.items())

    def securable_objects(self) -> list[ObjectSpec]:
        """Objects whose fields have field-level security: all but custom settings."""
        return [o for o in self.objects.values() if o.kind is not ObjectKind.HIERARCHY_SETTING]
