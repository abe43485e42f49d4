"""CumulusCI's recorded interactions with real orgs, read from where they are kept.

A cassette lists interactions; some stand in files of their own, and some bodies are made from templates.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

VERSION = "62.0"
_ELSEWHERE = ("github.com", "githubusercontent.com")
_CHUNK = re.compile(r"(?:^|\n)[0-9a-f]{1,6}\r?\n")


@dataclass(frozen=True, slots=True)
class Interaction:
    """One request and the answer of the real org. url: path and query; answer: the body as text."""

    method: str
    url: str
    body: str
    status: int
    answer: str

    @property
    def label(self) -> str:
        """The request without Ids and values, as reports name it."""
        path = urlsplit(self.url).path
        path = re.sub(r"/(?=\w*\d)[0-9a-zA-Z]{15}(?:[0-9a-zA-Z]{3})?(?=/|$)", "/<id>", path)
        return f"{self.method} {path.partition('/services')[2].replace(f'v{VERSION}/', '')}"


def cassettes(
    root: Path, wanted: Callable[[str], bool] = lambda _: True
) -> Iterator[tuple[str, list[Interaction]]]:
    """Name and interactions of each cassette. root: CumulusCI's folder. wanted: which names."""
    shared = {path.name: path for path in root.rglob("*.yaml")}
    templates = {path.name: path for path in root.rglob("*.tpl")}
    for path in sorted(found for found in root.rglob("cassettes/*.yaml") if wanted(found.stem)):
        content = yaml.safe_load(path.read_text("utf-8"))
        entries = [_included(entry, shared) for entry in _entries(content)]
        yield path.stem, [_interaction(entry, templates) for entry in entries if _of_salesforce(entry)]


def _of_salesforce(entry: dict[str, Any]) -> bool:
    """False for what GitHub was asked."""
    host = urlsplit(entry["request"]["uri"]).hostname or ""
    return not host.endswith(_ELSEWHERE)


def _entries(content: Any) -> list[dict[str, Any]]:
    if not isinstance(content, dict):
        return []
    if "request" in content:
        return [content]
    return content.get("interactions") or []


def _included(entry: dict[str, Any], shared: dict[str, Path]) -> dict[str, Any]:
    if "include_file" not in entry:
        return entry
    included: dict[str, Any] = yaml.safe_load(shared[entry["include_file"]].read_text("utf-8"))
    return included


def _interaction(entry: dict[str, Any], templates: dict[str, Path]) -> Interaction:
    request, response = entry["request"], entry["response"]
    parts = urlsplit(_versioned(request["uri"]))
    return Interaction(
        method=request["method"],
        url="/" + parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else ""),
        body=_unchunked(_versioned(_text(request.get("body"), templates))),
        status=response["status"]["code"],
        answer=_text(response["body"], templates),
    )


def _versioned(text: str) -> str:
    """Addresses with a version in place of the one that was blotted out."""
    return text.replace("/async/vxx.0/", f"/async/{VERSION}/").replace("/vxx.0/", f"/v{VERSION}/")


def _text(body: Any, templates: dict[str, Path]) -> str:
    if isinstance(body, dict) and "string" in body:
        body = body["string"]
    if isinstance(body, dict):
        names = {"org_id": "00DP0000003ZAVUMA4", **body["vars"]}
        template = templates[body["include_template"]].read_text("utf-8")
        return re.sub(r"\{(\w+)\}", lambda found: str(names.get(found.group(1), "0")), template)
    return "" if body is None else str(body)


def _unchunked(body: str) -> str:
    """A body that was recorded with the lengths of its HTTP chunks, without them."""
    if not re.match(r"[0-9a-f]{1,6}\r?\n", body):
        return body
    return _CHUNK.sub("", body).rstrip("0\r\n") + "\n"
