"""The mapping as it is, where it is kept, and what it makes of a real person."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.field_mapping import Attribute, FieldMapping
from connector.errors import CallerError, ConnectorError
from connector.services.mapping.check_mapping import Descriptions, MappedField, check_mapping, type_words
from connector.services.mapping.keep_mapping import OBJECTS
from connector.services.mapping.preview_mapping import FoundPerson, PreviewedValue, find_people
from connector.services.storage.terms import MappingPlace
from connector.web.portal.mapping.container import MappingContainer
from connector.web.portal.pages import PortalPages
from connector.web.portal.viewer import viewer

DONE = {
    "mapped": "The field was changed.",
    "reset": "Every attribute is read from its default field again.",
    "connector": "The mapping is kept in the connector.",
    "org": "The mapping is kept in the org, and was read from there.",
    "read": "The org's records were read again.",
}


@dataclass
class Preview:
    """Whom somebody searched for or chose, and why that did not succeed."""

    words: str = ""
    people: list[FoundPerson] = field(default_factory=list)
    values: Sequence[PreviewedValue] = ()
    record_id: str = ""
    trouble: str = ""


def add_views(pages: PortalPages, container: MappingContainer) -> None:
    """Register them."""

    @pages.get("/")
    def index() -> str:
        checked, trouble = _checked(container)
        return render_template(
            "portal/mapping/index.html",
            checked=checked,
            trouble=trouble,
            source=container.keep_mapping.source(viewer().org_id),
            preview=_preview(
                container, request.args.get("q", "").strip()[:80], request.args.get("record", "")
            ),
            done=DONE.get(request.args.get("done", ""), ""),
            type_words=type_words,
        )

    @pages.get("/people")
    def people() -> str:
        """What the search for a person finds, without the page around it."""
        preview = _preview(container, request.args.get("q", "").strip()[:80], "")
        return render_template("portal/mapping/_people.html", preview=preview)

    @pages.post("/<sobject>/reset")
    def reset(sobject: str) -> Response:
        container.keep_mapping.reset(viewer().org_id, sobject, actor=viewer().username)
        return _back("reset")

    @pages.post("/place")
    def place() -> Response:
        wanted = request.form.get("place", "")
        if wanted == MappingPlace.ORG:
            container.keep_mapping.keep_in_org(viewer().org_id, actor=viewer().username)
        elif wanted == MappingPlace.CONNECTOR:
            container.keep_mapping.keep_here(viewer().org_id, actor=viewer().username)
        else:
            raise CallerError("It was not said where.", code="no_place", remedy="Choose one of the two.")
        return _back(wanted)

    @pages.post("/read")
    def read() -> Response:
        container.keep_mapping.refresh(viewer().org_id)
        return _back("read")


def mappings_of(container: MappingContainer) -> list[FieldMapping]:
    """The viewer's org's, as they count now."""
    with container.store.read() as unit:
        return [unit.mappings.get(viewer().org_id, sobject) for sobject in OBJECTS]


def unchecked(mapping: FieldMapping) -> list[MappedField]:
    """While the org does not answer."""
    return [MappedField(attribute, mapping.paths[attribute], is_default=False) for attribute in Attribute]


def _checked(container: MappingContainer) -> tuple[dict[str, list[MappedField]], str]:
    """Every field judged, and why they could not be. The viewer is asked only about what is missing."""
    mappings = mappings_of(container)
    seen = Descriptions(container.open_org(viewer().org_id))
    try:
        checked = {mapping.sobject: check_mapping(mapping, seen) for mapping in mappings}
        if any(each.problem for fields in checked.values() for each in fields):
            by_person = Descriptions(container.open_org_as(viewer()))
            checked = {mapping.sobject: check_mapping(mapping, seen, by_person) for mapping in mappings}
    except ConnectorError as error:
        return {mapping.sobject: unchecked(mapping) for mapping in mappings}, error.told
    return checked, ""


def _preview(container: MappingContainer, words: str, record_id: str) -> Preview:
    found = Preview(words=words, record_id=record_id)
    try:
        if record_id:
            seen = container.open_org_as(viewer())
            found.values = container.preview_mapping(viewer().org_id, record_id, seen)
        elif words:
            found.people = find_people(container.open_org_as(viewer()), words)
    except ConnectorError as error:
        found.trouble = error.told
    return found


def _back(done: str) -> Response:
    return redirect(url_for("mapping.index", done=done), 303)
