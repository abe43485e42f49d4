"""Compiled components and the files beside them: what is served, and what is said when that fails."""

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from emulators.salesforce.lightning.bundles import BUILDS, bundles_of
from emulators.salesforce.lightning.component_files import ComponentFiles
from emulators.salesforce.lightning.harness import ASSETS, HARNESS
from emulators.salesforce.metadata.components import Components, Member
from emulators.salesforce.org import Org

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BUNDLE = Member("LightningComponentBundle", "giftPanel")
needs_harness = pytest.mark.skipif(
    not (HARNESS / "node_modules").is_dir(), reason="The harness is not installed: scripts/setup tests"
)


def the_org(_environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    start_response("200 OK", [])
    return [b"the org"]


def get(path: str) -> tuple[str, dict[str, str], bytes]:
    told: list[tuple[str, dict[str, str]]] = []

    def start_response(status: str, headers: list[tuple[str, str]], *_: object) -> None:
        told.append((status, dict(headers)))

    body = b"".join(ComponentFiles(the_org)({"PATH_INFO": path}, start_response))  # type: ignore[arg-type]
    return (*told[0], body)


def change(org: Org, file: str, right: str, wrong: str) -> None:
    """Deploy a bundle with a mistake in one file."""
    components = Components(org)
    stored = components.find(BUNDLE)
    assert stored is not None
    files = components.attachments(BUNDLE)
    path = next(each for each in files if each.endswith(file))
    assert right.encode() in files[path]
    files[path] = files[path].replace(right.encode(), wrong.encode())
    components.store(BUNDLE, stored.file_name, stored.content, files, "0Rb")


@pytest.mark.parametrize(
    "path",
    [
        "/lightning/components/vendor/../../../package.json",
        "/lightning/components/vendor/..%2f.js",
        "/lightning/components/0123/stage.js",
        "/lightning/components/" + "g" * 32 + "/stage.js",
        "/assets/../package.json",
        "/lightning/page/home",
    ],
)
def test_everything_else_goes_on_to_the_org(path: str) -> None:
    assert get(path)[2] == b"the org"


@pytest.mark.parametrize(
    "path",
    [
        "/assets/nothing.css",
        "/lightning/components/vendor/nothing.js",
        f"/lightning/components/{'0' * 32}/stage.js",
    ],
)
def test_a_file_that_is_not_there_is_not_found(path: str) -> None:
    assert get(path)[0] == "404 Not Found"


@pytest.mark.skipif(not ASSETS.is_dir(), reason="The harness is not installed: scripts/setup tests")
def test_the_design_system_comes_with_its_type() -> None:
    status, headers, body = get("/assets/styles/salesforce-lightning-design-system.min.css")

    assert (status, headers["Content-Type"]) == ("200 OK", "text/css")
    assert len(body) > 100_000


def test_what_a_component_imports_of_the_org_is_told_to_the_compiler(org: Org) -> None:
    facts = bundles_of(org, ("giftPanel",)).facts

    assert facts["customPermissions"] == ["Send_Gifts"]
    assert facts["labels"]["Gift_Panel_Send"] == "Send a Gift"
    assert {"Name", "Email", "Send_a_Gift_Link__c"} <= set(facts["fields"]["Contact"])


def test_another_source_is_another_build(org: Org) -> None:
    before = bundles_of(org, ("giftPanel",)).digest
    same = bundles_of(org, ("giftPanel",)).digest
    change(org, "giftPanel.js", "const MOST_GIFTS = 1999;", "const MOST_GIFTS = 1998;")

    assert before == same
    assert bundles_of(org, ("giftPanel",)).digest != before
    assert bundles_of(org, ("giftPanel", "sendGiftAction")).digest != before


@needs_harness
@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    ("file", "right", "wrong", "words"),
    [
        ("giftPanel.js", "@api objectApiName;", "@api objectApiName = ;", "giftPanel.js"),
        (
            "giftPanel.js",
            "Gift__c.Send_Status__c",
            "Gift__c.Sent_Status__c",
            "Sent_Status__c is not in the package",
        ),
        ("giftPanel.html", "{title}", "{</script>", "giftPanel.html"),
    ],
)
def test_a_component_that_does_not_compile_says_so_in_its_place(
    org: Org, file: str, right: str, wrong: str, words: str
) -> None:
    change(org, file, right, wrong)
    bundles = bundles_of(org, ("giftPanel",))
    folder = bundles.lay_out()

    status, headers, body = get(f"/lightning/components/{bundles.digest}/stage.js")

    assert (status, headers["Content-Type"]) == ("200 OK", "text/javascript; charset=utf-8")
    assert "The components do not compile" in body.decode()
    assert words in body.decode()
    assert "[data-component]" in body.decode()
    assert folder.parent == BUILDS
    assert not (folder / "app").exists()


def test_bundles_are_laid_out_without_leaving_their_folder(org: Org) -> None:
    components = Components(org)
    stored = components.find(BUNDLE)
    assert stored is not None
    files = {
        **components.attachments(BUNDLE),
        "lwc/giftPanel/../../../escaped.js": b"",
        "lwc//tmp/escaped.js": b"",
        "lwc/giftPanel/__tests__/a.js": b"",
    }
    components.store(BUNDLE, stored.file_name, stored.content, files, "0Rb")

    laid_out = set(bundles_of(org, ("giftPanel",)).files)

    assert "giftPanel/giftPanel.js" in laid_out
    assert not any("escaped" in path or "__tests__" in path for path in laid_out)
    assert not Path(BUILDS / "escaped.js").exists()
