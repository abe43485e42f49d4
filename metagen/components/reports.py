"""Report types, reports and dashboards, in one folder named after the package.

A report names a field as Object$Field, or Base.Relationship$Field where its type joins; its formulas and
the tables of dashboards have a dot instead. Source: Metadata API Developer Guide, Report and Dashboard, and
reports retrieved from orgs.
"""

import re
from collections.abc import Iterator

from metagen.components.component import Component, component
from metagen.model.reports import ReportColumn, ReportType
from metagen.model.spec import Spec

ROW_COUNT = "RowCount"
FIELD = re.compile(r"\b(\w+)\.(\w+)\b")


def components_of(spec: Spec) -> Iterator[Component]:
    """Types first, then what is made with them."""
    folder = spec.package.name
    for name, report_type in spec.report_types.items():
        sections = spec.report_sections(report_type)
        yield component("reportTypes", name, "reportType", type=report_type, sections=sections, split=split)
    if spec.reports:
        yield component("reports", folder, "reportFolder", name=folder)
    for name, report in spec.reports.items():
        report_type = spec.report_types[report.type]
        yield component(
            f"reports/{folder}",
            name,
            "report",
            report=report,
            named=_Named(report_type),
            formula_of=_Formula(report_type),
        )
    if spec.dashboards:
        yield component("dashboards", folder, "dashboardFolder", name=folder)
    for name, dashboard in spec.dashboards.items():
        yield component(
            f"dashboards/{folder}",
            name,
            "dashboard",
            dashboard=dashboard,
            folder=folder,
            named=_ReportFields(spec, "$"),
            dotted=_ReportFields(spec, "."),
            columns_of=_Columns(spec),
        )


def split(report_type: ReportType, column: str) -> tuple[str, str]:
    """(table, field) of Object.Field: the base object itself, or the relationship joined to it."""
    sobject, _, field = column.partition(".")
    is_joined = report_type.join is not None and sobject != report_type.base
    return (f"{report_type.base}.{report_type.join}" if is_joined else report_type.base), field


class _Named:
    """Object.Field as a report of the type writes it."""

    def __init__(self, report_type: ReportType, separator: str = "$") -> None:
        self._type = report_type
        self._separator = separator

    def __call__(self, column: str) -> str:
        return self._separator.join(split(self._type, column))


class _Formula:
    """A formula over Object.Field:SUM, as a report of the type writes it."""

    def __init__(self, report_type: ReportType) -> None:
        self._named = _Named(report_type, ".")

    def __call__(self, formula: str) -> str:
        return FIELD.sub(lambda found: self._named(found.group()), formula)


class _ReportFields:
    """What a dashboard draws of a report: a field, a formula by its name, or the number of rows."""

    def __init__(self, spec: Spec, separator: str) -> None:
        self._spec = spec
        self._separator = separator

    def __call__(self, report_name: str, value: str) -> str:
        report = self._spec.reports[report_name]
        if value == ROW_COUNT or value in (report.formulas or {}):
            return value
        return _Named(self._spec.report_types[report.type], self._separator)(value)


class _Columns:
    """The columns of a report, which a table on a dashboard shows."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec

    def __call__(self, report_name: str) -> tuple[ReportColumn, ...]:
        return self._spec.reports[report_name].columns
