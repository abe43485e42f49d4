"""API names, labels and texts within the platform's limits, and each file called like what is in it."""

import re
from collections import Counter
from collections.abc import Iterator

from packagecheck.files import Component, line_of
from packagecheck.finding import Finding
from packagecheck.world import World, global_values

NAME_LIMIT = 40
# Types whose names are no developer names: they are composed of others, or free text.
_COMPOSED = {
    "Layout",
    "CustomObjectTranslation",
    "CustomFieldTranslation",
    "GlobalValueSetTranslation",
    "Translations",
    "CustomMetadata",
    "QuickAction",
    "LightningComponentBundle",
}
_LONGER_NAMES = {"Flow": 80, "PermissionSet": 80, "ExternalServiceRegistration": 80, "FlexiPage": 80}
_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*")
_SUFFIX = re.compile(r"__(c|mdt|e|x|b)$")
# (type, element) to characters. Sources: limits in Setup and in the Metadata API Developer Guide.
_LIMITS = {
    ("CustomField", "label"): 40,
    ("CustomField", "description"): 1000,
    ("CustomField", "inlineHelpText"): 510,
    ("CustomField", "relationshipLabel"): 80,
    ("CustomObject", "label"): 40,
    ("CustomObject", "pluralLabel"): 40,
    ("CustomObject", "description"): 1000,
    ("CustomPermission", "label"): 80,
    ("CustomPermission", "description"): 255,
    ("PermissionSet", "label"): 80,
    ("PermissionSet", "description"): 255,
    ("ListView", "label"): 40,
    ("ValidationRule", "errorMessage"): 255,
    ("ValidationRule", "description"): 255,
    ("WebLink", "masterLabel"): 240,
    ("GlobalValueSet", "masterLabel"): 80,
    ("GlobalValueSet", "description"): 255,
    ("CustomTab", "description"): 255,
    ("CustomApplication", "label"): 40,
    ("Report", "name"): 40,
    ("Report", "description"): 255,
    ("ReportType", "label"): 50,
    ("Dashboard", "title"): 80,
    ("Flow", "label"): 255,
    ("ExternalClientApplication", "label"): 80,
}
# CampaignMember.Status holds 40 characters, and the vocabulary's words are written there.
STATUS_LIMIT = 40


def findings(world: World) -> Iterator[Finding]:
    """Names and texts that an org would refuse or cut."""
    for component in world.package.components:
        yield from _name(component)
        yield from _full_name(component)
        for (kind, tag), limit in _LIMITS.items():
            text = component.text(tag) if component.type == kind else ""
            if len(text) > limit:
                line = line_of(component.each(tag)[0])
                yield Finding(component.path, line, f"{tag} has {len(text)} characters; {limit} fit")
    for shared in world.package.of_type("GlobalValueSet"):
        for value in sorted(global_values(shared)):
            if len(value) > STATUS_LIMIT:
                text = f"status '{value}' has {len(value)} characters; "
                text += f"{STATUS_LIMIT} fit into CampaignMember.Status"
                yield Finding(shared.path, 0, text)
    yield from _twins(world)


def _name(component: Component) -> Iterator[Finding]:
    if component.type in _COMPOSED or not component.type:
        return
    own = component.name.rpartition(".")[2].rpartition("/")[2]
    standard = component.type == "CustomObject" and not _SUFFIX.search(own)
    bare = _SUFFIX.sub("", own)
    limit = _LONGER_NAMES.get(component.type, NAME_LIMIT)
    if len(bare) > limit:
        yield Finding(component.path, 0, f"the name {bare} has {len(bare)} characters; {limit} fit")
    if not standard and not _NAME.fullmatch(bare):
        text = f"{own} is no API name: letters, digits and single underscores, beginning with a letter"
        yield Finding(component.path, 0, text)


def _full_name(component: Component) -> Iterator[Finding]:
    """A fullName inside must be the file's; Salesforce goes by the file and tools by the element."""
    told = component.text("fullName")
    expected = component.name.rpartition(".")[2]
    if told and told not in (expected, component.name) and component.type != "FlexiPage":
        yield Finding(component.path, 0, f"fullName is {told}, and the file is called {expected}")


def _twins(world: World) -> Iterator[Finding]:
    """Salesforce's names do not tell upper from lower case."""
    counted = Counter((each.type, each.name.lower()) for each in world.package.components if each.type)
    for component in world.package.components:
        if counted[(component.type, component.name.lower())] > 1:
            yield Finding(component.path, 0, f"there are two {component.type} named {component.name}")
