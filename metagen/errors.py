"""What can be wrong with a description, collected so that all of it is shown at once.

MetagenError
  SpecInvalid     spec/ contradicts itself or Salesforce; whoever edits spec/ acts
  RenderFailed    a template is broken or produced what is not XML; whoever edits templates/ acts
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Location:
    """Where something stands: path relative to the project, line counted from 1."""

    path: str
    line: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake and its place."""

    where: Location
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class MetagenError(Exception):
    """Base of all errors raised on purpose."""


class SpecInvalid(MetagenError):
    """The description has mistakes; problems holds every one that could be found, in order of place."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class RenderFailed(MetagenError):
    """A template did not yield the file it should."""


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A trailing question naming the nearest known word, or nothing when none is near."""
    folded = {name.casefold(): name for name in known}
    near = get_close_matches(word.casefold(), folded, n=1, cutoff=0.6)
    return f"; did you mean {folded[near[0]]}?" if near else ""
