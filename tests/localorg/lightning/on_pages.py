"""The whole package in a local org, and on its pages as `patch_layouts` puts it there."""

from pathlib import Path

from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.metadata.deploy import Options, deploy
from emulators.salesforce.org import Org
from packagecheck.files import package_of, read_files
from packagecheck.metadata_format import manifest, metadata_files, zipped
from tasks.package_parts import PageParts, parts_for
from tasks.page_patches import describes, put_on_layout, put_on_lists, put_on_page, search_layout_of

FORCE_APP = Path(__file__).parents[3] / "force-app"
# What a retrieve gives of an object that nobody changed anything of.
NO_SETTINGS = b'<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata"/>'
_VERSION = "66.0"


def deploy_onto_pages(org: Org) -> None:
    """Deploys everything, then changes the pages of Contact, Lead and Campaign."""
    _deployed(org, metadata_files(package_of(read_files(FORCE_APP / "main")), _VERSION))
    for name in ("Contact", "Lead", "Campaign"):
        _patch(org, parts_for(name, FORCE_APP))


def _patch(org: Org, parts: PageParts) -> None:
    pages: dict[str, bytes] = {}
    members = []
    for stored in Components(org).of_type("Layout"):
        if stored.full_name.startswith(f"{parts.sobject}-"):
            pages[stored.file_name] = put_on_layout(stored.content, parts)
            members.append(("Layout", stored.full_name))
    for stored in Components(org).of_type("FlexiPage"):
        if describes(stored.content, parts.sobject):
            pages[stored.file_name] = put_on_page(stored.content, parts)
            members.append(("FlexiPage", stored.full_name))
    stored = Components(org).find(Member("CustomObject", parts.sobject))
    if parts.list_buttons:
        lists = put_on_lists(search_layout_of(stored.content if stored else NO_SETTINGS), parts)
        pages[f"objects/{parts.sobject}.object"] = lists
        members.append(("CustomObject", parts.sobject))
    _deployed(org, {**pages, "package.xml": manifest(members, _VERSION)})


def _deployed(org: Org, files: dict[str, bytes]) -> None:
    outcome = deploy(org, zipped(files), Options())
    assert not outcome.problems, outcome.problems
