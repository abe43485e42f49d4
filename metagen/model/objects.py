"""spec/objects/*.yml: an object of the package, or what the package adds to a standard object."""

from dataclasses import dataclass, field
from enum import StrEnum

from metagen.errors import Location
from metagen.model.package import WordList
from metagen.nodes import Number, Text


class ObjectKind(StrEnum):
    """Who owns the object, and what it is."""

    CUSTOM = "custom"
    STANDARD = "standard"
    HIERARCHY_SETTING = "hierarchy setting"
    METADATA_TYPE = "custom metadata type"


class FieldType(StrEnum):
    """Salesforce's field types that the package uses, by their metadata names."""

    TEXT = "Text"
    LONG_TEXT_AREA = "LongTextArea"
    CHECKBOX = "Checkbox"
    CURRENCY = "Currency"
    DATE = "Date"
    DATE_TIME = "DateTime"
    LOOKUP = "Lookup"
    MASTER_DETAIL = "MasterDetail"
    NUMBER = "Number"
    PICKLIST = "Picklist"
    URL = "Url"


class SharingModel(StrEnum):
    """Who sees and changes the records of others."""

    PRIVATE = "Private"
    READ = "Read"
    READ_WRITE = "ReadWrite"
    CONTROLLED_BY_PARENT = "ControlledByParent"


class FilterScope(StrEnum):
    """Whose records a list view shows."""

    EVERYTHING = "Everything"
    MINE = "Mine"


class FilterOperation(StrEnum):
    """Comparisons of list views and reports, in Salesforce's words."""

    EQUALS = "equals"
    NOT_EQUAL = "notEqual"
    LESS_THAN = "lessThan"
    GREATER_THAN = "greaterThan"
    LESS_OR_EQUAL = "lessOrEqual"
    GREATER_OR_EQUAL = "greaterOrEqual"
    CONTAINS = "contains"
    NOT_CONTAIN = "notContain"
    STARTS_WITH = "startsWith"
    INCLUDES = "includes"
    EXCLUDES = "excludes"
    WITHIN = "within"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """One custom field.

    length: characters, for Text and LongTextArea. A Number is whole.
    formula: computes a Text or a Checkbox when it is read; nobody writes it.
    package_version: the default value of a Text is the package's version, for whoever describes the object.
    to: the object of a Lookup or MasterDetail; relationship and relationship_label name it seen from there.
    value_set, words: where a Picklist gets its values; both kinds are restricted.
    """

    where: Location
    label: Text
    type: FieldType
    description: Text | None = None
    help: Text | None = None
    required: bool = False
    length: Number | None = None
    unique: bool = False
    external_id: bool = False
    case_sensitive: bool = False
    formula: Text | None = None
    package_version: bool = False
    to: Text | None = None
    relationship: Text | None = None
    relationship_label: Text | None = None
    value_set: Text | None = None
    words: WordList | None = None

    @property
    def always_visible(self) -> bool:
        """True for fields without field-level security; a permission set that names one is refused."""
        return self.required or self.type is FieldType.MASTER_DETAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class NameField:
    """The record name: an auto number in the given display format."""

    label: Text
    auto_number: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidationRule:
    """A record is refused with the message when the formula is true."""

    where: Location
    description: Text
    formula: Text
    message: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class WebLink:
    """A button. One of a record page opens a window: `path` behind the connector's address.

    flow: what a button over a list starts instead; the flow gets the selected Ids in its variable `ids`.
    """

    where: Location
    label: Text
    description: Text
    path: Text | None = None
    flow: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One condition of a list view or report."""

    field: Text
    operation: FilterOperation
    value: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    """A list view; all filters must hold."""

    label: Text
    columns: tuple[Text, ...]
    scope: FilterScope = FilterScope.EVERYTHING
    filters: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CompactLayout:
    """The fields in the highlights panel."""

    name: Text
    label: Text
    fields: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LayoutSection:
    """A section of two columns; an empty heading hides it."""

    label: Text
    left: tuple[Text, ...]
    right: tuple[Text, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """The page layout. buttons: web links of the object. read_only: fields that only the connector changes.

    related_lists: with their columns, in Salesforce's words; none means what Salesforce chooses.
    """

    name: Text
    sections: tuple[LayoutSection, ...]
    buttons: tuple[Text, ...] = ()
    read_only: tuple[Text, ...] = ()
    related_lists: dict[Text, tuple[Text, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectSpec:
    """An object, or the additions to one. tab: the icon and colour of its tab, in Salesforce's words."""

    where: Location
    name: Text
    kind: ObjectKind
    label: Text | None = None
    plural_label: Text | None = None
    description: Text | None = None
    name_field: NameField | None = None
    sharing: SharingModel = SharingModel.READ
    activities: bool = False
    history: bool = False
    reports: bool = False
    search: bool = False
    tab: Text | None = None
    fields: dict[Text, FieldSpec] = field(default_factory=dict)
    validation_rules: dict[Text, ValidationRule] = field(default_factory=dict)
    web_links: dict[Text, WebLink] = field(default_factory=dict)
    list_views: dict[Text, ListView] = field(default_factory=dict)
    compact_layout: CompactLayout | None = None
    layout: Layout | None = None
