"""spec/report_types/*.yml, spec/reports/*.yml and spec/dashboards/*.yml."""

from dataclasses import dataclass
from enum import StrEnum

from metagen.errors import Location
from metagen.model.objects import Filter
from metagen.nodes import Number, Text


class Granularity(StrEnum):
    """How dates are put together."""

    DAY = "Day"
    WEEK = "Week"
    MONTH = "Month"
    QUARTER = "Quarter"
    YEAR = "Year"


class Summary(StrEnum):
    """How values are put together."""

    SUM = "Sum"
    AVERAGE = "Average"
    MAXIMUM = "Maximum"
    MINIMUM = "Minimum"


class ChartKind(StrEnum):
    """Charts, as dashboards name them."""

    BAR = "Bar"
    COLUMN = "Column"
    DONUT = "Donut"
    LINE = "Line"
    METRIC = "Metric"
    TABLE = "FlexTable"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSection:
    """Columns under a heading. columns: fields of the base object, or paths over its look-ups."""

    label: Text
    columns: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportType:
    """Which records and fields reports may show. category: where people find it in the report builder.

    join: the relationship, seen from the base object, whose records come along.
    sections_of: a type whose sections follow those of this one.
    """

    where: Location
    name: Text
    label: Text
    description: Text
    base: Text
    category: Text
    join: Text | None = None
    sections: tuple[ReportSection, ...]
    sections_of: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportColumn:
    """A column. summary: shown for each group and in all."""

    field: Text
    summary: Summary | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Grouping:
    """Rows with the same value stand together. by: for dates."""

    field: Text
    by: Granularity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFormula:
    """A figure for each group. formula: over fields as Field:SUM, and RowCount. scale: decimal places."""

    label: Text
    description: Text
    formula: Text
    type: Text
    scale: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report. Fields are written Object.Field, as in its type.

    period: a field and an interval in Salesforce's words; without it all times count.
    """

    where: Location
    name: Text
    label: Text
    description: Text
    type: Text
    columns: tuple[ReportColumn, ...]
    groups: tuple[Grouping, ...] = ()
    filters: tuple[Filter, ...] = ()
    formulas: dict[Text, ReportFormula] | None = None
    date_field: Text
    interval: Text
    details: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DashboardChart:
    """One component of a dashboard, in a grid of twelve columns.

    value: what is drawn: RowCount, a field with a summary, or a formula of the report; empty for a table.
    """

    where: Location
    title: Text
    report: Text
    kind: ChartKind
    value: Text | None = None
    summary: Summary | None = None
    group: Text | None = None
    column: Number
    row: Number
    width: Number
    height: Number


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """A dashboard that everybody sees with their own rights: it runs as whoever is logged in."""

    where: Location
    name: Text
    label: Text
    description: Text
    charts: tuple[DashboardChart, ...]
