"""What exists when the package is installed: its own objects and fields, and the platform's."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from packagecheck.files import Component, Package, find_all, text_of
from packagecheck.standard import StandardObjects, standard_objects

# Custom fields of Activity are read through these.
ACTIVITY_FACES = ("Task", "Event")
# Every custom object has these.
_SYSTEM_FIELDS = frozenset(
    {
        "Id",
        "Name",
        "OwnerId",
        "CreatedById",
        "CreatedDate",
        "LastModifiedById",
        "LastModifiedDate",
        "SystemModstamp",
        "IsDeleted",
        "LastActivityDate",
        "LastViewedDate",
        "LastReferencedDate",
        "CurrencyIsoCode",
        "RecordTypeId",
    }
)


@dataclass(frozen=True, slots=True)
class CustomField:
    """A field that the package brings. values: of a picklist; None where they are not in the package."""

    name: str
    type: str
    required: bool
    refers_to: str
    relationship: str
    values: frozenset[str] | None
    restricted: bool
    formula: bool


@dataclass(slots=True)
class World:
    """Objects, fields and values, whoever brings them."""

    package: Package
    standard: StandardObjects
    custom_fields: dict[str, dict[str, CustomField]] = field(default_factory=dict)

    def has_object(self, name: str) -> bool:
        """True for the package's own objects and the platform's."""
        return self.own_object(name) is not None or self.standard.get(name) is not None

    def own_object(self, name: str) -> Component | None:
        """The definition of an object that the package brings."""
        if not name.endswith(("__c", "__mdt", "__e")):
            return None
        return self.package.named("CustomObject", name)

    def custom_field(self, sobject: str, name: str) -> CustomField | None:
        """A field that the package brings; those of Activity are found on Task and Event too."""
        found = self.custom_fields.get(sobject, {}).get(name)
        if found is None and sobject in ACTIVITY_FACES:
            found = self.custom_fields.get("Activity", {}).get(name)
        return found

    def field_names(self, sobject: str) -> set[str]:
        """Every field of an object."""
        names = set(self.custom_fields.get(sobject, {}))
        if sobject in ACTIVITY_FACES:
            names |= set(self.custom_fields.get("Activity", {}))
        known = self.standard.get(sobject)
        return names | (set(known.fields) if known else set(_SYSTEM_FIELDS))

    def leads_to(self, sobject: str, relationship: str) -> str | None:
        """The object behind a relationship: `Contact__r`, or `Account` of a standard lookup."""
        if relationship.endswith("__r"):
            found = self.custom_field(sobject, relationship.removesuffix("__r") + "__c")
            return found.refers_to if found and found.refers_to else None
        known = self.standard.get(sobject)
        if known and relationship in known.relationships:
            return known.relationships[relationship]
        return "User" if relationship in ("Owner", "CreatedBy", "LastModifiedBy") else None

    def path_problem(self, sobject: str, path: str) -> str | None:
        """Why a path such as `Contact__r.Account.Name` leads nowhere, or None when it leads to a field."""
        *relationships, last = path.split(".")
        for relationship in relationships:
            target = self.leads_to(sobject, relationship)
            if target is None:
                return f"{sobject} has no relationship {relationship}"
            sobject = target
        if last in self.field_names(sobject):
            return None
        return f"{sobject} has no field {last}{closest(last, self.field_names(sobject))}"


def closest(name: str, known: Iterable[str]) -> str:
    """A hint at the name that was probably meant."""
    found = difflib.get_close_matches(name, sorted(known), 1)
    return f"; is {found[0]} meant?" if found else ""


def world_of(package: Package, project: Path) -> World:
    """Everything the package may refer to. Raises RefereeMissing."""
    world = World(package, standard_objects(project))
    for component in package.of_type("CustomField"):
        sobject, _, name = component.name.partition(".")
        world.custom_fields.setdefault(sobject, {})[name] = _field(component, name, package)
    return world


def _field(component: Component, name: str, package: Package) -> CustomField:
    kind = component.text("type")
    return CustomField(
        name=name,
        type=kind,
        required=component.text("required") == "true" or kind == "MasterDetail",
        refers_to=component.text("referenceTo"),
        relationship=component.text("relationshipName"),
        values=_values(component, package),
        restricted=any((e.text or "") == "true" for e in component.each("valueSet/restricted")),
        formula=bool(component.each("formula")),
    )


def _values(component: Component, package: Package) -> frozenset[str] | None:
    names = component.each("valueSet/valueSetName")
    if names:
        shared = package.named("GlobalValueSet", (names[0].text or "").strip())
        return None if shared is None else global_values(shared)
    own = component.each("valueSet/valueSetDefinition/value")
    return frozenset(text_of(value, "fullName") for value in own) if own else None


def global_values(shared: Component) -> frozenset[str]:
    """The values of a global value set."""
    if shared.root is None:
        return frozenset()
    return frozenset(text_of(value, "fullName") for value in find_all(shared.root, "customValue"))
