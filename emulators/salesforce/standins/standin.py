"""What a stand-in is: a rule written here, in place of a flow that the local org cannot run.

It takes effect only while a flow of its name is deployed and active. The answer of that deploy, every answer
of the actions resource and the compatibility table say that it is a stand-in: a test that passes with it says
nothing about the flow itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from emulators.salesforce.background import Ticket
from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.org import Org

_ACTIVE = 'SELECT 1 FROM "FlowDefinitionView" WHERE "ApiName" = ? AND "IsActive" = 1'
_NOTE_CHARACTERS = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """A flow. flow: its API name. does: for people, in a few words."""

    flow: str
    does: str

    def active(self, org: Org) -> bool:
        """Whether a flow of that name is deployed and switched on."""
        return org.db.one(_ACTIVE, (self.flow,)) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterSave(StandIn):
    """A record-triggered flow that runs with the write.

    sobject: whose records trigger it. run: gets the writes in system context, the row as written and as it
    was (None for a new record), and decides by itself whether the flow's entry conditions are met. fault:
    what the flow does when that fails, with the fault message.
    """

    sobject: str
    run: Callable[[Writing, Row, Row | None], None]
    fault: Callable[[Writing, Row, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterCommit(StandIn):
    """A record-triggered flow's asynchronous path, which may call out and can no longer break the write.

    meets: the entry conditions, asked with the write. run: in a thread of its own, without the org's lock.
    """

    sobject: str
    meets: Callable[[Writing, Row, Row | None], bool]
    run: Callable[[Writing, Row, Ticket], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCall(StandIn):
    """An autolaunched flow that others call.

    run: outputs by name, for a user's Id and inputs by name; without the org's lock.
    """

    run: Callable[[Org, str, Mapping[str, Any]], dict[str, Any]]


def note(own: Writing, sobject: str, record_id: str, values: tuple[str, str]) -> None:
    """Write on a record what went wrong. values: the field, and the text, which is cut to its length."""
    field, text = values
    own.update(sobject, record_id, {field: text[:_NOTE_CHARACTERS]})
