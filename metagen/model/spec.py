"""The whole description."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from metagen.model.access import FieldRight, PermissionSet
from metagen.model.flows import FlowSpec
from metagen.model.handwritten import Handwritten
from metagen.model.labels import Label, LabelGroup
from metagen.model.objects import FieldSpec, ObjectKind, ObjectSpec
from metagen.model.package import Package, Platform, WordList
from metagen.model.pages import Application, RecordPage
from metagen.model.records import RecordSet
from metagen.model.reports import Dashboard, Report, ReportSection, ReportType
from metagen.model.service import ServiceApi
from metagen.model.translations import Language
from metagen.model.vocabulary import Vocabulary
from metagen.nodes import Text

# Fields that every object has, or that list views and layouts may name on each of ours.
SYSTEM_FIELDS = (
    "Id",
    "Name",
    "OwnerId",
    "CreatedById",
    "CreatedDate",
    "LastModifiedById",
    "LastModifiedDate",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spec:
    """Everything under spec/, and what stands beside it. Mappings are keyed by API name and sorted by it."""

    package: Package
    platform: Platform
    vocabulary: Vocabulary
    objects: Mapping[str, ObjectSpec]
    permission_sets: Mapping[str, PermissionSet]
    api: ServiceApi
    record_sets: Mapping[str, RecordSet]
    flows: Mapping[str, FlowSpec]
    applications: Mapping[str, Application]
    pages: Mapping[str, RecordPage]
    report_types: Mapping[str, ReportType]
    reports: Mapping[str, Report]
    dashboards: Mapping[str, Dashboard]
    label_groups: Mapping[str, LabelGroup]
    languages: Mapping[str, Language]
    handwritten: Handwritten

    def words(self, words: WordList) -> tuple[Text, ...]:
        """The vocabulary's list of that name."""
        lists: dict[WordList, tuple[Text, ...]] = {
            WordList.SEND_STATUSES: self.vocabulary.send_statuses,
            WordList.ORDER_STATUSES: self.vocabulary.order_statuses,
            WordList.SOURCES: self.vocabulary.sources,
            WordList.APPROVAL_STATUSES: self.vocabulary.approval_statuses,
            WordList.RECIPIENT_ATTRIBUTES: self.vocabulary.recipient_attributes,
        }
        return lists[words]

    def labels(self) -> dict[Text, Label]:
        """Every label of every group, sorted by name."""
        named = {name: label for group in self.label_groups.values() for name, label in group.labels.items()}
        return dict(sorted(named.items()))

    def report_sections(self, report_type: ReportType) -> tuple[ReportSection, ...]:
        """Those of a report type, and behind them those of the type that it names."""
        other = self.report_types.get(report_type.sections_of) if report_type.sections_of else None
        return (*report_type.sections, *(other.sections if other else ()))

    def custom_fields(self, sobject: str) -> Mapping[Text, FieldSpec]:
        """The package's fields of an object; those of Activity are seen through Task and Event."""
        owner = "Activity" if sobject in self.platform.activity_faces else sobject
        described = self.objects.get(owner)
        return described.fields if described else {}

    def field_names(self, sobject: str) -> list[str]:
        """Every field that the description may name on an object."""
        standard = self.platform.objects.get(Text(sobject))
        named = standard.field_names if standard else ["Name"]
        return [*named, *self.custom_fields(sobject)]

    def words_of(self, sobject: str, field: str) -> tuple[Text, ...] | None:
        """What a restricted picklist of ours may hold; None for every other field."""
        described = self.custom_fields(sobject).get(Text(field))
        if described is None:
            return None
        value_set = self.package.value_sets.get(described.value_set) if described.value_set else None
        words = value_set.words if value_set else described.words
        return self.words(words) if words else None

    def leads_to(self, sobject: str, relationship: str) -> str:
        """The object that a relationship leads to, ours or Salesforce's; empty where there is none."""
        standard = self.platform.objects.get(Text(sobject))
        if standard and relationship in standard.relationships:
            return standard.relationships[Text(relationship)]
        field = self.custom_fields(sobject).get(Text(relationship.removesuffix("__r") + "__c"))
        return str(field.to) if field and field.to and relationship.endswith("__r") else ""

    def has_path(self, sobject: str, path: str) -> bool:
        """True when a field, or a path of relationships to one, can be read from a record of the object."""
        *relationships, name = path.split(".")
        for relationship in relationships:
            sobject = self.leads_to(sobject, relationship)
        return bool(sobject) and name in [*self.field_names(sobject), *SYSTEM_FIELDS]

    def field_rights(self, permission_set: PermissionSet) -> Iterator[tuple[str, FieldRight]]:
        """(Object.Field, right) for every field that a permission set grants, sorted by name."""
        granted: dict[str, FieldRight] = {}
        for sobject, access in permission_set.fields.items():
            if access.all:
                fields = self.custom_fields(sobject).items()
                granted |= {
                    f"{sobject}.{name}": FieldRight.READ if spec.formula else access.all
                    for name, spec in fields
                    if not spec.always_visible
                }
            granted |= {f"{sobject}.{name}": FieldRight.READ for name in access.read}
            granted |= {f"{sobject}.{name}": FieldRight.EDIT for name in access.edit}
        yield from sorted(granted.items())

    def securable_objects(self) -> list[ObjectSpec]:
        """Objects whose fields have field-level security: all but custom settings and metadata types."""
        return [o for o in self.objects.values() if o.kind in (ObjectKind.CUSTOM, ObjectKind.STANDARD)]
