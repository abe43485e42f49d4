"""Custom fields: complete for their type, and pointing at something."""

from collections import Counter
from collections.abc import Iterator

from packagecheck.files import Component, text_of
from packagecheck.finding import Finding
from packagecheck.references.formulas import formula_problems
from packagecheck.world import World, closest

_LENGTHS = {
    "Text": (1, 255),
    "EncryptedText": (1, 175),
    "LongTextArea": (256, 131_072),
    "Html": (256, 131_072),
}
_NUMBERS = ("Number", "Currency", "Percent")
_DIGITS = 18
_KEY_TYPES = ("Text", "Number", "Email", "AutoNumber")
_RELATIONS = ("Lookup", "MasterDetail")
_VALUES = ("Picklist", "MultiselectPicklist")
_NEVER_REQUIRED = ("Checkbox", "LongTextArea", "Html", "MultiselectPicklist", "AutoNumber")
_SETTING_TYPES = (
    "Checkbox",
    "Currency",
    "Date",
    "DateTime",
    "Email",
    "Number",
    "Percent",
    "Phone",
    "Text",
    "TextArea",
    "Url",
)
MASTER_DETAILS = 2


def findings(world: World) -> Iterator[Finding]:
    """Fields that an org would refuse."""
    for component in world.package.of_type("CustomField"):
        if component.root is not None:
            for text in _problems(component, world):
                yield Finding(component.path, 0, text)
    yield from _relationship_names(world)
    yield from _masters(world)


def _problems(component: Component, world: World) -> Iterator[str]:
    sobject, _, name = component.name.partition(".")
    kind = component.text("type")
    if not name.endswith("__c"):
        yield f"{name} is a custom field and must end in __c"
    if not component.text("label"):
        yield f"{component.name} has no label"
    if not kind:
        yield f"{component.name} has no type"
    if sobject != "Activity" and not world.has_object(sobject):
        yield f"the object {sobject} of this field does not exist"
    yield from _size(component, kind)
    yield from _relation(component, kind, world)
    yield from _value_set(component, kind, world)
    yield from _flags(component, kind, world)
    formula = component.text("formula")
    if formula:
        yield from formula_problems(formula, sobject, world)


def _size(component: Component, kind: str) -> Iterator[str]:
    formula = bool(component.text("formula"))
    length = component.text("length")
    if kind in _LENGTHS and not formula:
        low, high = _LENGTHS[kind]
        if not length.isdigit() or not low <= int(length) <= high:
            yield f"{kind} needs a length from {low} to {high}, not '{length}'"
    elif length and kind not in _LENGTHS:
        yield f"{kind} takes no length"
    if kind in ("LongTextArea", "Html", "MultiselectPicklist") and not component.text("visibleLines"):
        yield f"{kind} needs visibleLines"
    precision, scale = component.text("precision"), component.text("scale")
    if kind in _NUMBERS and not formula:
        if not precision.isdigit() or not scale.isdigit():
            yield f"{kind} needs precision and scale"
        elif int(precision) > _DIGITS or int(scale) > int(precision):
            yield f"precision {precision} and scale {scale}: at most {_DIGITS} digits, the scale among them"


def _relation(component: Component, kind: str, world: World) -> Iterator[str]:
    target = component.text("referenceTo")
    if kind not in _RELATIONS:
        if target:
            yield f"{kind} takes no referenceTo"
        return
    if not target:
        yield f"{kind} needs referenceTo"
    elif not world.has_object(target):
        yield f"referenceTo {target} does not exist"
    if not component.text("relationshipName"):
        yield f"{kind} needs a relationshipName"
    if (
        kind == "Lookup"
        and component.text("required") == "true"
        and component.text("deleteConstraint") == "SetNull"
    ):
        yield "a required lookup cannot be cleared: deleteConstraint SetNull"
    if kind == "MasterDetail" and (component.text("required") or component.text("deleteConstraint")):
        yield "a MasterDetail is required by nature; it takes neither required nor deleteConstraint"


def _value_set(component: Component, kind: str, world: World) -> Iterator[str]:
    sets = component.each("valueSet")
    if kind in _VALUES and not sets and not component.text("formula"):
        yield f"{kind} needs a valueSet"
    if sets and kind not in _VALUES:
        yield f"{kind} takes no valueSet"
    for element in component.each("valueSet/valueSetName"):
        name = (element.text or "").strip()
        if world.package.named("GlobalValueSet", name) is None:
            known = [each.name for each in world.package.of_type("GlobalValueSet")]
            yield f"there is no global value set {name}{closest(name, known)}"
    values = [text_of(value, "fullName") for value in component.each("valueSet/valueSetDefinition/value")]
    for value, count in Counter(values).items():
        if count > 1:
            yield f"the value '{value}' is there {count} times"
    defaults = [
        v for v in component.each("valueSet/valueSetDefinition/value") if text_of(v, "default") == "true"
    ]
    if len(defaults) > 1:
        yield f"{len(defaults)} values are the default; one can be"


def _flags(component: Component, kind: str, world: World) -> Iterator[str]:
    sobject = component.name.partition(".")[0]
    if kind == "Checkbox" and not component.text("formula") and not component.text("defaultValue"):
        yield "Checkbox needs a defaultValue"
    if component.text("required") == "true" and (kind in _NEVER_REQUIRED or component.text("formula")):
        yield f"{kind} cannot be required"
    if component.text("externalId") == "true" and kind not in _KEY_TYPES:
        yield f"{kind} cannot be an external id"
    if component.text("unique") == "true" and kind not in _KEY_TYPES:
        yield f"{kind} cannot be unique"
    owner = world.own_object(sobject)
    if owner is not None and owner.text("customSettingsType") and kind not in _SETTING_TYPES:
        yield f"a custom setting takes no {kind}"
    tracked = component.text("trackHistory") == "true"
    if tracked and owner is not None and owner.text("enableHistory") != "true":
        yield f"trackHistory is on, and {sobject} keeps no history"


def _relationship_names(world: World) -> Iterator[Finding]:
    """Two lookups to one object need two names for the way back."""
    seen: dict[tuple[str, str], str] = {}
    for component in world.package.of_type("CustomField"):
        target, name = component.text("referenceTo"), component.text("relationshipName")
        if not target or not name:
            continue
        earlier = seen.setdefault((target, name.lower()), component.name)
        if earlier != component.name:
            yield Finding(component.path, 0, f"relationshipName {name} on {target} is taken by {earlier}")


def _masters(world: World) -> Iterator[Finding]:
    for sobject, described in world.custom_fields.items():
        masters = [each for each in described.values() if each.type == "MasterDetail"]
        owner = world.own_object(sobject)
        if not masters or owner is None:
            continue
        if len(masters) > MASTER_DETAILS:
            yield Finding(
                owner.path, 0, f"{len(masters)} master-detail fields; {MASTER_DETAILS} are possible"
            )
        if owner.text("sharingModel") != "ControlledByParent":
            yield Finding(owner.path, 0, "the detail of a master needs sharingModel ControlledByParent")
