"""Report types, reports and dashboards name columns that their types have."""

import re
from collections.abc import Iterator

from metagen.components.reports import ROW_COUNT
from metagen.errors import Problem, did_you_mean
from metagen.model.objects import FieldType
from metagen.model.reports import ChartKind, Dashboard, Report, ReportType
from metagen.model.spec import Spec
from metagen.nodes import Text

IN_FORMULA = re.compile(r"\b(\w+\.\w+):")
GROUP_LIMIT = 3
GRID_COLUMNS = 12
DESCRIPTION_LIMIT = 255
SUMMABLE = {FieldType.CURRENCY, FieldType.NUMBER}


def problems_of(spec: Spec) -> Iterator[Problem]:
    """What a deploy would refuse, or what would show nothing."""
    for report_type in spec.report_types.values():
        yield from _type(report_type, spec)
    for report in spec.reports.values():
        yield from _report(report, spec)
    for dashboard in spec.dashboards.values():
        yield from _dashboard(dashboard, spec)


def columns_of(report_type: ReportType, spec: Spec) -> list[Text]:
    """Every column of a type, as Object.Field."""
    return [column for section in spec.report_sections(report_type) for column in section.columns]


def _type(report_type: ReportType, spec: Spec) -> Iterator[Problem]:
    objects = [*spec.platform.objects, *spec.objects]
    if report_type.base not in objects:
        hint = did_you_mean(report_type.base, objects)
        yield Problem(report_type.base.where, f"there is no object {report_type.base}{hint}")
    joined = _joined(report_type, spec)
    if report_type.join and not joined:
        yield Problem(report_type.join.where, f"{report_type.base} has no relationship {report_type.join}")
    yield from _sections_of(report_type, spec)
    for column in columns_of(report_type, spec):
        sobject, _, field = column.partition(".")
        if sobject not in {report_type.base, joined}:
            yield Problem(column.where, f"{report_type.name} does not reach {sobject}")
        elif not spec.has_path(sobject, field):
            hint = did_you_mean(field, spec.field_names(sobject))
            yield Problem(column.where, f"{sobject} has no field {field}{hint}")


def _sections_of(report_type: ReportType, spec: Spec) -> Iterator[Problem]:
    name = report_type.sections_of
    if name is None:
        return
    if name not in spec.report_types:
        hint = did_you_mean(name, spec.report_types)
        yield Problem(name.where, f"there is no report type {name}{hint}")
    elif spec.report_types[name].sections_of:
        yield Problem(name.where, f"{name} has sections of another type itself; name that")


def _joined(report_type: ReportType, spec: Spec) -> str:
    """The object whose look-up to the base has the relationship's name."""
    for described in spec.objects.values():
        for field in described.fields.values():
            if field.to == report_type.base and f"{field.relationship}__r" == report_type.join:
                return described.name
    return ""


def _report(report: Report, spec: Spec) -> Iterator[Problem]:
    report_type = spec.report_types.get(report.type)
    if report_type is None:
        hint = did_you_mean(report.type, spec.report_types)
        yield Problem(report.type.where, f"there is no report type {report.type}{hint}")
        return
    yield from _limits(report)
    known = columns_of(report_type, spec)
    named = [*(column.field for column in report.columns), *(group.field for group in report.groups)]
    named += [*(item.field for item in report.filters), report.date_field]
    for name in named:
        yield from _column(name, known, report_type)
    for formula in (report.formulas or {}).values():
        for found in IN_FORMULA.findall(formula.formula):
            yield from _column(Text.at(found, formula.formula.where), known, report_type)
    for item in report.filters:
        yield from _words(item.field, item.value, spec)
    for column in report.columns:
        if column.summary and column.field in known and not _is_number(column.field, spec):
            yield Problem(column.field.where, f"{column.field} is no number, so it has no {column.summary}")


def _limits(report: Report) -> Iterator[Problem]:
    if len(report.description) > DESCRIPTION_LIMIT:
        yield Problem(report.description.where, f"a description holds {DESCRIPTION_LIMIT} characters")
    if len(report.groups) > GROUP_LIMIT:
        yield Problem(report.where, f"a report has at most {GROUP_LIMIT} groups")
    grouped = {group.field for group in report.groups}
    for column in report.columns:
        if column.field in grouped:
            yield Problem(column.field.where, f"{column.field} is a group, so it is no column")


def _column(name: Text, known: list[Text], report_type: ReportType) -> Iterator[Problem]:
    if name not in known:
        yield Problem(name.where, f"{report_type.name} has no column {name}{did_you_mean(name, known)}")


def _words(field: Text, value: Text | None, spec: Spec) -> Iterator[Problem]:
    sobject, _, name = field.partition(".")
    words = spec.words_of(sobject, name)
    for word in value.split(",") if words and value else []:
        if word not in (words or ()):
            yield Problem(field.where, f"{field} has no value {word}{did_you_mean(word, words or ())}")


def _is_number(column: str, spec: Spec) -> bool:
    sobject, _, name = column.partition(".")
    field = spec.custom_fields(sobject).get(Text(name))
    return field is not None and field.type in SUMMABLE


def _dashboard(dashboard: Dashboard, spec: Spec) -> Iterator[Problem]:
    for chart in dashboard.charts:
        report = spec.reports.get(chart.report)
        if report is None:
            hint = did_you_mean(chart.report, spec.reports)
            yield Problem(chart.report.where, f"there is no report {chart.report}{hint}")
            continue
        if chart.column + chart.width > GRID_COLUMNS:
            yield Problem(chart.where, f"{chart.title} is wider than the dashboard")
        if chart.column < 0 or chart.row < 0 or chart.width < 1 or chart.height < 1:
            yield Problem(chart.where, f"{chart.title} lies outside of the dashboard, or has no size")
        summed = [column.field for column in report.columns if column.summary]
        values = [ROW_COUNT, *(report.formulas or {}), *summed]
        if chart.value and chart.value not in values:
            yield Problem(chart.value.where, f"{report.name} has no value {chart.value}")
        groups = [group.field for group in report.groups]
        if chart.group and chart.group not in groups:
            yield Problem(chart.group.where, f"{report.name} is not grouped by {chart.group}")
        if chart.kind is ChartKind.METRIC and not chart.value:
            yield Problem(chart.where, f"{chart.title} needs a value")
        if chart.kind not in (ChartKind.METRIC, ChartKind.TABLE) and not (chart.group and chart.value):
            yield Problem(chart.where, f"{chart.title} needs a value and a group")
