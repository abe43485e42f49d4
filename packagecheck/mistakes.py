"""Mistakes that real deploys refuse, each as a small change of the rendered package.

One folder per mistake with a `mistake.yml`:

    title: what somebody did wrong, in a sentence
    changes:
      - file: generated/objects/Gift__c/fields/Sender__c.field-meta.xml
        replace: <length>80</length>
        with: <length>800</length>
      - {file: generated/tabs/Gift__c.tab-meta.xml, delete: true}
      - {file: generated/tabs/Other__c.tab-meta.xml, content: "..."}
    caught_by: Cross-references         # the referee whose message is expected
    message: a part of that message
    seen: where it was reported, when it was

Paths are relative to force-app/main. Types of components that the package has few of come from the folder
`samples` beside the mistakes: a sound package of its own, which is laid under every mistake.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from packagecheck.finding import Referee

FILE = "mistake.yml"
SAMPLES = "samples"
_KEYS = {"title", "changes", "caught_by", "message", "seen"}


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake, how it changes files, and who is expected to say what."""

    name: str
    title: str
    changes: tuple[Mapping[str, Any], ...]
    caught_by: Referee
    message: str
    seen: str

    def applied(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """The files with the mistake. Raises MistakeStale when a change fits nothing."""
        changed = dict(files)
        for change in self.changes:
            path = change["file"]
            if change.get("delete"):
                self._present(path, changed)
                del changed[path]
            elif "content" in change:
                changed[path] = change["content"].encode()
            elif "rename" in change:
                self._present(path, changed)
                changed[change["rename"]] = changed.pop(path)
            else:
                self._present(path, changed)
                changed[path] = self._replaced(changed[path].decode(), change).encode()
        return changed

    def _present(self, path: str, files: Mapping[str, bytes]) -> None:
        if path not in files:
            raise MistakeStale(f"{self.name}: there is no file {path}")

    def _replaced(self, text: str, change: Mapping[str, Any]) -> str:
        old = str(change["replace"])
        if old not in text:
            raise MistakeStale(f"{self.name}: {change['file']} does not contain {old!r}")
        return text.replace(old, str(change["with"]), 1)


class MistakeStale(Exception):
    """A mistake no longer fits the package; the message says where. Change the mistake."""


def read_mistakes(folder: Path) -> Iterator[Mistake]:
    """The mistakes in a folder, by name. Raises MistakeStale for a file that is not as described above."""
    for path in sorted(folder.glob(f"*/{FILE}")):
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        if unknown := set(told) - _KEYS:
            raise MistakeStale(f"{path}: unknown {', '.join(sorted(unknown))}")
        yield Mistake(
            name=path.parent.name,
            title=told["title"],
            changes=tuple(told["changes"]),
            caught_by=Referee(told["caught_by"]),
            message=told["message"],
            seen=told.get("seen", ""),
        )
