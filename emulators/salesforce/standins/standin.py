"""What a stand-in is: a rule written here, in place of a flow that the local org cannot run.

It takes effect only while a flow of its name is deployed and active, and both the answer of that deploy and
the compatibility table say that it is a stand-in: a test that passes with it says nothing about the flow
itself.
"""

from collections.abc import Callable
from dataclasses import dataclass

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing


@dataclass(frozen=True, slots=True, kw_only=True)
class StandIn:
    """A record-triggered flow, after save.

    flow: API name. sobject: whose records trigger it. does: for people, in a few words. run: gets the writes
    in system context, the row as written and as it was (None for a new record), and decides by itself whether
    the flow's entry conditions are met.
    """

    flow: str
    sobject: str
    does: str
    run: Callable[[Writing, Row, Row | None], None]
