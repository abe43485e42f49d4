"""What the package is called in other languages.

Deployed apart from the package: an org without the Translation Workbench, or the language, refuses it all.
List views, reports, dashboards, permission sets and pages have no translations in the Metadata API.
"""

from collections.abc import Iterator
from typing import Any

from metagen.components.component import LANGUAGES_ROOT, Component, component
from metagen.model.objects import FieldType, ObjectKind, ObjectSpec
from metagen.model.spec import Spec
from metagen.model.translations import Language
from metagen.nodes import Text

# No source at hand shows a real org accepting translations of Activity's custom fields.
UNTRANSLATED = "Activity"


def components_of(spec: Spec) -> Iterator[Component]:
    """For each language: the package's parts, its value sets, its objects and their fields."""
    for language in spec.languages.values():
        yield _component("translations", language.name, "translation", language, spec=spec)
        for name, value_set in spec.package.value_sets.items():
            words = spec.words(value_set.words)
            full_name = f"{name}-{language.name}"
            yield _component(
                "globalValueSetTranslations", full_name, "globalValueSetTranslation", language, words=words
            )
        for described in spec.objects.values():
            if described.name != UNTRANSLATED:
                yield from _object(described, language, spec)


def phrases_of(spec: Spec) -> Iterator[Text]:
    """Every word of the package that people read and that the Metadata API can translate."""
    for described in spec.objects.values():
        if described.name != UNTRANSLATED:
            yield from _object_phrases(described, spec)
    for value_set in spec.package.value_sets.values():
        yield from spec.words(value_set.words)
    yield from (application.label for application in spec.applications.values())
    yield from (flow.label for flow in spec.flows.values())
    yield from (label.value for label in spec.labels().values())
    for report_type in spec.report_types.values():
        yield report_type.label
        yield from (section.label for section in spec.report_sections(report_type))


def _object_phrases(described: ObjectSpec, spec: Spec) -> Iterator[Text]:
    if described.name_field:
        yield described.name_field.label
    for field in described.fields.values():
        yield field.label
        if field.relationship_label:
            yield field.relationship_label
        if field.words:
            yield from spec.words(field.words)
    yield from (rule.message for rule in described.validation_rules.values())
    yield from (link.label for link in described.web_links.values())
    yield from spec.handwritten.quick_actions.get(described.name, {}).values()
    if described.layout:
        yield from (section.label for section in described.layout.sections)


def _object(described: ObjectSpec, language: Language, spec: Spec) -> Iterator[Component]:
    full_name = f"{described.name}-{language.name}"
    folder = f"objectTranslations/{full_name}"
    yield _component(
        folder,
        full_name,
        "objectTranslation",
        language,
        object=described,
        actions=spec.handwritten.quick_actions.get(described.name, {}),
        noun=None if described.kind is ObjectKind.STANDARD else language.objects[described.name],
    )
    for name, field in described.fields.items():
        words = spec.words(field.words) if field.words and field.type is FieldType.PICKLIST else ()
        yield _component(folder, name, "fieldTranslation", language, name=name, field=field, words=words)


def _component(folder: str, name: str, suffix: str, language: Language, /, **context: Any) -> Component:
    return component(
        folder, name, suffix, root=LANGUAGES_ROOT, language=language, say=language.phrases, **context
    )
