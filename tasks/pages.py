"""The package's button, related list and component on the org's own pages."""

import base64
import difflib
import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cumulusci.core.exceptions import CumulusCIException, TaskOptionsError
from cumulusci.core.utils import process_bool_arg, process_list_arg
from cumulusci.salesforce_api.metadata import ApiDeploy, ApiListMetadata, ApiRetrieveUnpackaged
from cumulusci.tasks.salesforce import BaseSalesforceApiTask

from tasks.app_metadata import package_xml
from tasks.package_parts import PageParts, PartsMissing, components, objects_with_parts, parts_for
from tasks.page_patches import (
    NoPlace,
    describes,
    objects_without_page,
    put_on_layout,
    put_on_lists,
    put_on_page,
    search_layout_of,
    take_off_layout,
    take_off_lists,
    take_off_page,
)

DEFAULT_OBJECTS = ("Contact", "Lead")
DEFAULT_PACKAGE = "force-app"
WORK_FOLDER = ".local/pages"
LAYOUT = "Layout"
RECORD_PAGE = "FlexiPage"
OBJECT = "CustomObject"
SUFFIXES = {LAYOUT: ".layout", RECORD_PAGE: ".flexipage", OBJECT: ".object"}

OPTIONS = {
    "objects": {
        "description": (
            "Objects whose pages are changed, separated by commas; 'all' for every object the package has "
            "something for. Defaults to Contact,Lead."
        )
    },
    "dry_run": {"description": "True prints what would change, as a diff, and changes nothing."},
    "layouts": {
        "description": "Names of the only layouts to change, such as 'Contact-Sales Layout'. Defaults to all."
    },
    "pages": {
        "description": "Names of the only Lightning record pages to change; 'none' for none. Defaults to all."
    },
    "package": {"description": f"Source folder of the package. Defaults to {DEFAULT_PACKAGE}."},
}


@dataclass(frozen=True, slots=True)
class Page:
    """A layout, a record page or the search layout of an object of the org.

    path: in the retrieved zip, without the root folder.
    """

    kind: str
    name: str
    path: str
    content: bytes


class PageTask(BaseSalesforceApiTask):
    """Retrieves pages, changes them with `on_layout`, `on_page` and `on_lists`, shows and deploys them.

    What was retrieved is kept in a folder that git ignores, so that the way back exists without this task.
    """

    task_options = OPTIONS
    on_layout: Callable[[bytes, PageParts], bytes]
    on_page: Callable[[bytes, PageParts], bytes]
    on_lists: Callable[[bytes, PageParts], bytes]

    def _init_options(self, kwargs: dict[str, object]) -> None:
        super()._init_options(kwargs)
        self._package = Path(self.project_config.repo_root) / (self.options.get("package") or DEFAULT_PACKAGE)
        objects = process_list_arg(self.options.get("objects")) or list(DEFAULT_OBJECTS)
        self._all = objects == ["all"]
        if self._all:
            objects = objects_with_parts(self._package)
        self._dry_run = process_bool_arg(self.options.get("dry_run") or False)
        self._only = {
            LAYOUT: process_list_arg(self.options.get("layouts")),
            RECORD_PAGE: process_list_arg(self.options.get("pages")),
        }
        try:
            self._parts = [parts_for(name, self._package) for name in objects]
        except PartsMissing as error:
            raise TaskOptionsError(str(error)) from error

    def _run_task(self) -> None:
        pages = list(self._retrieved())
        changed: list[Page] = []
        for page in pages:
            content = self._changed(page)
            if content != page.content:
                changed.append(Page(page.kind, page.name, page.path, content))
                self._show(page, content)
        self.return_values = {"pages": len(pages), "changed": [page.name for page in changed]}
        self._without_page = objects_without_page(
            [p.content for p in pages if p.kind == RECORD_PAGE], self._parts
        )
        if not changed:
            self.logger.info("%s pages looked at; nothing to change.", len(pages))
        elif self._dry_run:
            self.logger.info("%s of %s pages would change (dry run).", len(changed), len(pages))
        else:
            self._keep(pages)
            self._deploy(changed)
            self.logger.info("%s of %s pages changed.", len(changed), len(pages))

    def _changed(self, page: Page) -> bytes:
        content = page.content
        for parts in self._parts:
            if page.kind == LAYOUT and page.name.startswith(f"{parts.sobject}-"):
                content = self.on_layout(content, parts)
            elif page.kind == OBJECT and page.name == parts.sobject:
                content = self.on_lists(content, parts)
            elif page.kind == RECORD_PAGE and describes(content, parts.sobject):
                try:
                    content = self.on_page(content, parts)
                except NoPlace as error:
                    self.logger.warning("%s: %s", page.name, error)
        return content

    def _retrieved(self) -> Iterator[Page]:
        wanted = {LAYOUT: self._names(LAYOUT), RECORD_PAGE: self._names(RECORD_PAGE)}
        wanted[OBJECT] = [parts.sobject for parts in self._parts if parts.list_buttons]
        if not any(wanted.values()):
            return
        version = self.project_config.project__package__api_version
        manifest = package_xml({kind: names for kind, names in wanted.items() if names}, version).decode()
        retrieved = ApiRetrieveUnpackaged(self, manifest, version)()
        for path in sorted(retrieved.namelist()):
            for kind, suffix in SUFFIXES.items():
                if path.endswith(suffix):
                    name = Path(path).name.removesuffix(suffix)
                    content = retrieved.read(path)
                    if kind == OBJECT:
                        content = search_layout_of(content)
                    yield Page(kind, name, path.partition("unpackaged/")[2] or path, content)

    def _names(self, kind: str) -> list[str]:
        listed = ApiListMetadata(self, kind)()
        names = sorted(each["fullName"] for each in listed.get(kind, []) if not each.get("namespacePrefix"))
        if kind == LAYOUT:
            objects = tuple(f"{parts.sobject}-" for parts in self._parts)
            names = [name for name in names if name.startswith(objects)]
        chosen = self._only[kind]
        if chosen is None:
            return names
        missing = sorted(set(chosen) - set(names) - {"none"})
        if missing:
            raise CumulusCIException(f"the org has no {kind} {', '.join(missing)}; it has {', '.join(names)}")
        return [name for name in names if name in chosen]

    def _show(self, page: Page, content: bytes) -> None:
        before, after = (text.decode().splitlines(keepends=True) for text in (page.content, content))
        for line in difflib.unified_diff(before, after, f"{page.path} (org)", f"{page.path} (new)"):
            self.logger.info(line.rstrip("\n"))

    def _keep(self, pages: list[Page]) -> None:
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        folder = Path(self.project_config.repo_root) / WORK_FOLDER / self.org_config.org_id / stamp
        for page in pages:
            target = folder / page.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(page.content)
        self.logger.info("The pages as they were are in %s", folder)

    def _deploy(self, pages: list[Page]) -> None:
        names: dict[str, list[str]] = {}
        for page in pages:
            names.setdefault(page.kind, []).append(page.name)
        version = self.project_config.project__package__api_version
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("package.xml", package_xml(names, version))
            for page in pages:
                archive.writestr(page.path, page.content)
        ApiDeploy(self, base64.b64encode(buffer.getvalue()).decode(), purge_on_delete=False)()


class PatchPages(PageTask):
    """Adds the package's parts to the pages, and says for which objects there is no page to add to."""

    on_layout = staticmethod(put_on_layout)
    on_page = staticmethod(put_on_page)
    on_lists = staticmethod(put_on_lists)

    def _run_task(self) -> None:
        super()._run_task()
        if self._only[RECORD_PAGE] is not None:
            return
        for name in self._without_page:
            self.logger.warning(
                "%s: the org shows Salesforce's own Lightning page, which cannot be changed from here. "
                "Open a record, choose Edit Page, save and activate the copy, and run this task again.",
                name,
            )


class UnpatchPages(PageTask):
    """Takes the package's parts off the pages.

    Of all objects, it takes components off the pages of any object: an administrator may have put them where
    the task itself puts none, and Salesforce removes no component that a page still shows.
    """

    on_layout = staticmethod(take_off_layout)
    on_page = staticmethod(take_off_page)
    on_lists = staticmethod(take_off_lists)

    def _changed(self, page: Page) -> bytes:
        content = super()._changed(page)
        if self._all and page.kind == RECORD_PAGE:
            content = take_off_page(content, PageParts("", components=tuple(components(self._package))))
        return content
