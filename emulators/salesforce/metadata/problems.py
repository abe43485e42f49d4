"""What is wrong with a component, and where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One failure or warning of a deploy.

    text: Salesforce's own. line and column count from 1; 0 where the file has no position to blame.
    warning: told with the success, does not fail the deploy.
    """

    type: str
    full_name: str
    file_name: str
    text: str
    line: int = 0
    column: int = 0
    warning: bool = False


class Refused(Exception):
    """A component cannot be applied or removed. The text is Salesforce's."""
