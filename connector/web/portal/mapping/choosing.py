"""Choosing another field for an attribute; and the records to deploy where the org keeps the mapping."""

from dataclasses import dataclass

from flask import Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from connector.domain.field_mapping import Attribute, FieldMapping, MappingInvalid
from connector.errors import CallerError, ConfigurationError, ConnectorError
from connector.ports import FieldDescription
from connector.services.mapping.check_mapping import REQUIRED, Descriptions, suits, type_words
from connector.services.mapping.keep_mapping import OBJECTS
from connector.services.mapping.mapping_records import FOLDER, attribute_word, deployable, records_of
from connector.services.storage.terms import MappingPlace
from connector.web.portal.mapping.container import MappingContainer
from connector.web.portal.mapping.overview import mappings_of
from connector.web.portal.pages import PortalPages
from connector.web.portal.viewer import viewer

# How an address says which change it is about.
_CHANGE = ("object", "attribute", "path")


@dataclass(frozen=True, slots=True)
class Offer:
    """A field to choose. path: from the Contact or Lead. leads_on: to the fields of another object."""

    path: str
    field: FieldDescription
    type_words: str
    is_suitable: bool
    leads_on: bool


def add_views(pages: PortalPages, container: MappingContainer) -> None:
    """Register them."""

    @pages.get("/<sobject>/<attribute>")
    def choose(sobject: str, attribute: str) -> str:
        return _choose(container, sobject, _attribute(sobject, attribute))

    @pages.post("/<sobject>/<attribute>")
    def change(sobject: str, attribute: str) -> BaseResponse | str:
        wanted, path = _attribute(sobject, attribute), request.form.get("path", "").strip()[:255]
        org_id = viewer().org_id
        if container.keep_mapping.source(org_id).place is MappingPlace.ORG:
            return redirect(url_for("mapping.records", object=sobject, attribute=attribute, path=path), 303)
        try:
            container.map_field(org_id, sobject, wanted, path, actor=viewer().username)
        except MappingInvalid as problem:
            return _choose(container, sobject, wanted, problem=f"{problem}.")
        except ConfigurationError as problem:
            return _choose(container, sobject, wanted, problem=problem.told)
        return redirect(url_for("mapping.index", done="mapped"), 303)

    @pages.get("/records")
    def records() -> str:
        mappings, changed = _with_change(container)
        return render_template(
            "portal/mapping/records.html",
            records=records_of(mappings),
            changed=changed,
            folder=FOLDER,
            place=container.keep_mapping.source(viewer().org_id).place,
            change={name: request.args[name] for name in _CHANGE if name in request.args},
        )

    @pages.get("/records.zip")
    def archive() -> Response:
        mappings, _ = _with_change(container)
        headers = {"Content-Disposition": f'attachment; filename="{FOLDER}.zip"'}
        content = deployable(records_of(mappings), REQUIRED)
        return Response(content, mimetype="application/zip", headers=headers)


def _attribute(sobject: str, attribute: str) -> Attribute:
    if sobject not in OBJECTS or attribute not in set(Attribute):
        raise CallerError(
            "There is no such attribute.", code="no_attribute", remedy="Choose one of the list."
        )
    return Attribute(attribute)


def _choose(container: MappingContainer, sobject: str, attribute: Attribute, problem: str = "") -> str:
    words, via = request.args.get("q", "").strip()[:80], request.args.get("via", "")
    [mapping] = [each for each in mappings_of(container) if each.sobject == sobject]
    try:
        offers, trouble = _offers(container, sobject, attribute, words, via), ""
    except ConnectorError as error:
        offers, trouble = [], error.told
    whole = "HX-Request" not in request.headers
    return render_template(
        "portal/mapping/choose.html" if whole else "portal/mapping/_fields.html",
        sobject=sobject,
        attribute=attribute,
        word=attribute_word(attribute),
        current=mapping.paths[attribute],
        offers=offers,
        words=words,
        via=via,
        trouble=trouble,
        problem=problem,
    )


def _offers(
    container: MappingContainer, sobject: str, attribute: Attribute, words: str, via: str
) -> list[Offer]:
    """Fields of the object, or of the one that a look-up leads to, whose name or label has the words."""
    seen = Descriptions(container.open_org(viewer().org_id))
    here = sobject
    if via:
        described = seen.of(sobject)
        lookups = [each for each in described.fields if each.relationship == via] if described else []
        if not lookups or len(lookups[0].refers_to) != 1:
            raise CallerError(f"No look-up {via} leads to one object.", code="no_lookup")
        here = lookups[0].refers_to[0]
    described = seen.of(here)
    if described is None:
        raise CallerError(f"The integration user sees no object {here}.", code="no_object")
    wanted = words.casefold()
    offers = [
        Offer(
            path=f"{via}.{each.name}" if via else each.name,
            field=each,
            type_words=type_words(each.type),
            is_suitable=suits(attribute, each),
            leads_on=not via and bool(each.relationship) and len(each.refers_to) == 1,
        )
        for each in described.fields
        if wanted in each.name.casefold() or wanted in each.label.casefold()
    ]
    return sorted(offers, key=lambda offer: (not offer.is_suitable, not offer.leads_on, offer.field.label))


def _with_change(container: MappingContainer) -> tuple[list[FieldMapping], str]:
    """The mappings with the change that the address asks for, and the name of the record it is in."""
    mappings = mappings_of(container)
    sobject, word = request.args.get("object", ""), request.args.get("attribute", "")
    if not sobject and not word:
        return mappings, ""
    attribute, path = _attribute(sobject, word), request.args.get("path", "")
    try:
        changed = [each.changed(attribute, path) if each.sobject == sobject else each for each in mappings]
    except MappingInvalid as problem:
        raise CallerError(
            f"{problem}.", code="mapping_invalid", remedy="Choose a field of the list."
        ) from None
    return changed, f"{sobject}_{attribute_word(attribute).replace(' ', '_')}"
