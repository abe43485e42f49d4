"""From the files of a deploy to components."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from lxml import etree

from emulators.salesforce.metadata.components import Member
from emulators.salesforce.metadata.problems import Problem
from emulators.salesforce.metadata.registry import BY_FOLDER, TypeInfo
from emulators.salesforce.metadata.structure import misfits
from emulators.salesforce.soap.envelope import (
    METADATA_NS,
    XmlRefused,
    child_elements,
    line_of,
    local_name,
    parse_xml,
    text_of,
)

META = "-meta.xml"
_SETTINGS = "Settings"
_MANIFESTS = {
    "package.xml",
    "destructiveChanges.xml",
    "destructiveChangesPre.xml",
    "destructiveChangesPost.xml",
}


@dataclass(frozen=True, slots=True)
class Component:
    """One component of a deploy.

    file_name: path in the zip. element: its XML, None for other content. attachments: further files by path.
    container: the component whose file it is in.
    """

    member: Member
    file_name: str
    element: etree._Element | None
    attachments: dict[str, bytes] = field(default_factory=dict)
    container: Member | None = None

    def problem(self, text: str, at: etree._Element | None = None, *, warning: bool = False) -> Problem:
        """A problem of this component, at an element of its file."""
        blamed = self.element if at is None else at
        return Problem(
            type=self.member.type,
            full_name=self.member.full_name,
            file_name=self.file_name,
            text=text,
            line=line_of(blamed),
            column=0 if blamed is None else len(local_name(blamed)) + 7,
            warning=warning,
        )


@dataclass(slots=True)
class Source:
    """The components of a deploy, and the files that could not be read as such."""

    components: list[Component] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def named(self, member: Member) -> bool:
        """True when the zip has the component."""
        return any(component.member == member for component in self.components)


def read_source(files: dict[str, bytes]) -> Source:
    """All components, those inside others behind their container, in order of paths."""
    source = Source()
    for (info, full_name), paths in _grouped(files, source).items():
        _read(info, full_name, {path: files[path] for path in paths}, source)
    return source


def _grouped(files: dict[str, bytes], source: Source) -> dict[tuple[TypeInfo, str], list[str]]:
    groups: dict[tuple[TypeInfo, str], list[str]] = {}
    for path in sorted(files):
        if path in _MANIFESTS:
            continue
        info = BY_FOLDER.get(path.partition("/")[0])
        full_name = _full_name(info, path) if info else ""
        if info is None or not full_name:
            stem = PurePosixPath(path).stem
            source.problems.append(
                Problem(type="", full_name=stem, file_name=path, text="Not in package.xml")
            )
        else:
            groups.setdefault((info, full_name), []).append(path)
    return groups


def _full_name(info: TypeInfo, path: str) -> str:
    """The component a path belongs to; empty when the file does not fit the folder."""
    inner = path.partition("/")[2].removesuffix(META)
    if info.bundle:
        return inner.partition("/")[0] if "/" in inner else ""
    if info.in_folder and path.endswith(META) and "." not in PurePosixPath(inner).name:
        return inner
    if not info.suffix:
        return inner
    return inner.removesuffix(f".{info.suffix}") if inner.endswith(f".{info.suffix}") else ""


def _read(info: TypeInfo, full_name: str, files: dict[str, bytes], source: Source) -> None:
    member = Member(info.name, full_name)
    if info.meta_file or info.bundle:
        first = next(iter(files))
        source.components.append(Component(member, first, None, files))
        return
    (path, content), *_ = files.items()
    try:
        root = parse_xml(content)
    except XmlRefused as error:
        source.problems.append(
            Problem(
                type=info.name,
                full_name=full_name,
                file_name=path,
                text=f"Error parsing file: {error}",
                line=error.line,
                column=error.column,
            )
        )
        return
    component = Component(member, path, root)
    source.problems.extend(_shape_problems(component, _root_type(info, component)))
    source.components.append(component)
    seen: set[Member] = set()
    for child in children_of(component, info):
        if child.member in seen:
            source.problems.append(child.problem(f"Duplicate name '{child.member.full_name}' specified"))
        seen.add(child.member)
        source.components.append(child)


def _root_type(info: TypeInfo, component: Component) -> str:
    """The type of a file's root element, which folders and settings have of their own."""
    if info.in_folder and component.file_name.endswith(META):
        return f"{info.name}Folder"
    return f"{component.member.full_name}Settings" if info.name == _SETTINGS else info.name


def _shape_problems(component: Component, type_name: str) -> Iterator[Problem]:
    root = component.element
    if root is None:
        return
    if root.tag != f"{{{METADATA_NS}}}{type_name}":
        yield component.problem(f"Error parsing file: Element {root.tag} invalid at this location")
        return
    for misfit in misfits(root, type_name):
        text = f"Error parsing file: {misfit.text}" if misfit.parsing else misfit.text
        yield component.problem(text, misfit.element)


def children_of(container: Component, info: TypeInfo) -> Iterator[Component]:
    """The components inside a file."""
    if container.element is None:
        return
    for element in child_elements(container.element):
        type_name = info.children.get(local_name(element))
        if type_name is not None:
            name = text_of(element, "fullName")
            qualified = name if info.name == "CustomLabels" else f"{container.member.full_name}.{name}"
            yield Component(
                Member(type_name, qualified), container.file_name, element, container=container.member
            )
