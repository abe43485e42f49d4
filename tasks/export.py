"""What the package keeps in an org, as CSV: before it is removed, or for an archive."""

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cumulusci.core.exceptions import CumulusCIException
from cumulusci.core.utils import process_list_arg
from cumulusci.tasks.salesforce import BaseSalesforceApiTask

from tasks.package_data import exported_to, package_fields

DEFAULT_PACKAGE = "force-app"
WORK_FOLDER = ".local/export"
# Compound fields repeat what their parts say, and cannot be written to a cell.
COMPOUND = ("address", "location")
# After a year Salesforce archives them, and leaves them out unless deleted records are asked for as well.
# Source: SOAP API Developer Guide, queryAll().
ARCHIVED = ("Task", "Event")


class ExportGifts(BaseSalesforceApiTask):
    """One CSV file per object: all fields of the package's own objects, and of others the package's fields.

    Of objects that belong to the org only records are written in which one of the package's fields says
    something. Fails when the org counts other rows than were written, and then leaves no file of the object.
    """

    task_options = {  # noqa: RUF012  # CumulusCI declares it so
        "output": {"description": "Folder for the files. Defaults to .local/export/<org>/<time>."},
        "objects": {
            "description": "Objects to export, with commas. Defaults to all with fields of the package."
        },
        "package": {"description": f"Source folder of the package. Defaults to {DEFAULT_PACKAGE}."},
    }

    def _run_task(self) -> None:
        root = Path(self.project_config.repo_root)
        fields = package_fields(root / (self.options.get("package") or DEFAULT_PACKAGE))
        chosen = process_list_arg(self.options.get("objects")) or sorted(fields)
        output = self._folder(root)
        rows = {}
        present = {each["name"] for each in self.sf.describe()["sobjects"]}
        for name in chosen:
            if name not in present:
                self.logger.warning("The org has no object %s; nothing to export of it.", name)
                continue
            rows[name] = self._export(name, fields.get(name, set()), output)
        self.return_values = {"output": str(output), "rows": rows}
        total = sum(rows.values())
        self.logger.info("%s records of %s objects are in %s", total, len(rows), output)

    def _folder(self, root: Path) -> Path:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        output = Path(self.options.get("output") or root / WORK_FOLDER / self.org_config.org_id / stamp)
        output.mkdir(parents=True, exist_ok=True)
        return output

    def _export(self, name: str, package_own: set[str], output: Path) -> int:
        described = getattr(self.sf, name).describe()["fields"]
        readable = [each for each in described if each["type"] not in COMPOUND]
        where = ""
        if not name.endswith("__c"):
            readable = [
                each for each in readable if each["name"] in package_own or each["name"] in ("Id", "Name")
            ]
            where = _filled([each for each in readable if each["name"] in package_own])
        columns = [each["name"] for each in readable]
        target = exported_to(output, name)
        unfinished = target.with_suffix(".unfinished")
        target.unlink(missing_ok=True)
        counted, records = 0, iter(())
        if where or name.endswith("__c"):
            everything = name in ARCHIVED
            where += " AND IsDeleted = false" if everything else ""
            # Names come from describe, and conditions hold nothing but them.
            count = f"SELECT COUNT() FROM {name}{where}"  # noqa: S608
            select = f"SELECT {', '.join(columns)} FROM {name}{where}"  # noqa: S608
            counted = self.sf.query(count, include_deleted=everything)["totalSize"]
            records = self.sf.query_all_iter(select, include_deleted=everything)
        written = self._write(unfinished, columns, records)
        if written != counted:
            raise CumulusCIException(
                f"the org has {counted} {name} records, and {written} were exported; run it again"
            )
        unfinished.rename(target)
        self.logger.info("%s: %s records", target.name, written)
        return written

    @staticmethod
    def _write(path: Path, columns: list[str], records: Iterator[dict[str, Any]]) -> int:
        count = 0
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, columns, extrasaction="ignore")
            writer.writeheader()
            for record in records:
                writer.writerow(record)
                count += 1
        return count


def _filled(fields: list[dict[str, Any]]) -> str:
    """A condition: one of the fields says something. Long text cannot be filtered on and is left out."""
    conditions = [
        f"{each['name']} = true" if each["type"] == "boolean" else f"{each['name']} != null"
        for each in fields
        if each["filterable"]
    ]
    return f" WHERE ({' OR '.join(conditions)})" if conditions else ""
