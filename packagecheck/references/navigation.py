"""Applications, tabs, quick actions and Lightning pages."""

from collections.abc import Iterator

from packagecheck.files import Component, line_of, text_of
from packagecheck.finding import Finding
from packagecheck.world import World, closest

# Quick actions that every org has, on every object and globally.
STANDARD_ACTIONS = (
    "FeedItem.",
    "NewTask",
    "NewEvent",
    "LogACall",
    "NewNote",
    "SendEmail",
    "NewContact",
    "NewLead",
    "NewOpportunity",
    "NewCase",
    "NewAccount",
)


def findings(world: World) -> Iterator[Finding]:
    """What an org would refuse of what people navigate by."""
    for component in world.package.of_type("CustomTab"):
        for text in _tab(component, world):
            yield Finding(component.path, 0, text)
    for component in world.package.of_type("CustomApplication"):
        yield from _application(component, world)
    for component in world.package.of_type("QuickAction"):
        yield from _quick_action(component, world)
    for component in world.package.of_type("FlexiPage"):
        yield from _page(component, world)
    for component in world.package.of_type("LightningComponentBundle"):
        yield from _bundle(component, world)


def _tab(component: Component, world: World) -> Iterator[str]:
    if component.text("customObject") == "true" and world.own_object(component.name) is None:
        yield f"there is no object {component.name} for this tab"
    if not component.text("motif") and component.text("customObject") == "true":
        yield "the tab has no motif"
    for tag, type_name in (("flexiPage", "FlexiPage"), ("lwcComponent", "LightningComponentBundle")):
        name = component.text(tag)
        if name and world.package.named(type_name, name) is None:
            yield f"there is no {type_name} {name} for this tab"


def _application(component: Component, world: World) -> Iterator[Finding]:
    for element in component.each("tabs"):
        name = (element.text or "").strip()
        if not name.startswith("standard-") and world.package.named("CustomTab", name) is None:
            known = [each.name for each in world.package.of_type("CustomTab")]
            yield Finding(component.path, line_of(element), f"there is no tab {name}{closest(name, known)}")
    for element in [*component.each("actionOverrides"), *component.each("profileActionOverrides")]:
        name = text_of(element, "content")
        if text_of(element, "type") == "Flexipage" and world.package.named("FlexiPage", name) is None:
            yield Finding(component.path, line_of(element), f"there is no page {name}")
    bar = component.text("utilityBar")
    if bar and world.package.named("FlexiPage", bar) is None:
        yield Finding(component.path, 0, f"there is no utility bar {bar}")


def _quick_action(component: Component, world: World) -> Iterator[Finding]:
    sobject, dot, _ = component.name.partition(".")
    if dot and not world.has_object(sobject):
        yield Finding(component.path, 0, f"there is no object {sobject} for this action")
    if not component.text("label") and not component.text("standardLabel"):
        yield Finding(component.path, 0, "the action has no label")
    bundle = component.text("lightningWebComponent")
    if component.text("type") == "LightningWebComponent":
        found = world.package.named("LightningComponentBundle", bundle)
        if found is None:
            yield Finding(
                component.path, 0, f"there is no component {bundle or '(none named)'} for this action"
            )
        elif "lightning__RecordAction" not in {(each.text or "") for each in found.each("targets/target")}:
            yield Finding(component.path, 0, f"{bundle} has no target lightning__RecordAction")
    flow = component.text("flowDefinition")
    if flow and world.package.named("Flow", flow) is None:
        yield Finding(component.path, 0, f"there is no Flow {flow} for this action")
    target = component.text("targetObject")
    fields = component.each("quickActionLayout/quickActionLayoutColumns/quickActionLayoutItems/field")
    for element in fields:
        name = (element.text or "").strip()
        if (target or sobject) and name not in world.field_names(target or sobject):
            yield Finding(component.path, line_of(element), f"{target or sobject} has no field {name}")


def _page(component: Component, world: World) -> Iterator[Finding]:
    sobject = component.text("sobjectType")
    if sobject and not world.has_object(sobject):
        yield Finding(component.path, 0, f"there is no object {sobject} for this page")
    if not component.text("masterLabel"):
        yield Finding(component.path, 0, "the page has no masterLabel")
    seen: set[str] = set()
    for element in component.each("flexiPageRegions/itemInstances/componentInstance"):
        name = text_of(element, "componentName")
        identifier = text_of(element, "identifier")
        if ":" not in name and world.package.named("LightningComponentBundle", name) is None:
            yield Finding(component.path, line_of(element), f"there is no component {name}")
        if identifier in seen and identifier:
            yield Finding(component.path, line_of(element), f"the identifier {identifier} is there twice")
        seen.add(identifier)
    for element in component.each("flexiPageRegions/itemInstances/fieldInstance"):
        name = text_of(element, "fieldItem").removeprefix("Record.")
        if sobject and name and (problem := world.path_problem(sobject, name)):
            yield Finding(component.path, line_of(element), problem)


_TARGETS = {
    "lightning__AppPage",
    "lightning__FlowAction",
    "lightning__FlowScreen",
    "lightning__HomePage",
    "lightning__RecordAction",
    "lightning__RecordPage",
    "lightning__Tab",
    "lightning__UtilityBar",
    "lightning__UrlAddressable",
    "lightningCommunity__Default",
    "lightningCommunity__Page",
}


def _bundle(component: Component, world: World) -> Iterator[Finding]:
    """The platform's compiler knows the targets; no published schema does."""
    folder = component.path.rpartition("/")[0]
    if f"{folder}/{component.name}.js" not in world.package.files:
        yield Finding(component.path, 0, f"{component.name}.js is missing beside its configuration")
    targets = {(each.text or "").strip() for each in component.each("targets/target")}
    for name in sorted(targets - _TARGETS):
        yield Finding(component.path, 0, f"{name} is no target{closest(name, _TARGETS)}")
    if component.text("isExposed") == "true" and not targets:
        yield Finding(component.path, 0, "isExposed is true, and there is no target to place it in")
    for config in component.each("targetConfigs/targetConfig"):
        for name in (config.get("targets") or "").split(","):
            if name.strip() not in targets:
                yield Finding(
                    component.path, line_of(config), f"targetConfig for {name}, which is no target here"
                )
        for element in config.iterfind("{*}objects/{*}object"):
            if not world.has_object((element.text or "").strip()):
                yield Finding(component.path, line_of(element), f"there is no object {element.text}")


def action_problem(name: str, sobject: str, world: World) -> str | None:
    """Why a quick action on a layout leads nowhere; those of the platform are taken as given."""
    if name.startswith(STANDARD_ACTIONS) or name.rpartition(".")[2].startswith(STANDARD_ACTIONS):
        return None
    if world.package.named("QuickAction", name) is None:
        return f"there is no quick action {name}"
    owner = name.partition(".")[0] if "." in name else sobject
    return None if owner == sobject else f"the quick action {name} is not one of {sobject}"
