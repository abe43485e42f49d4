"""Rules that stand in for flows of the gifting package. See `standin.py` for what that means."""

from emulators.salesforce.background import Ticket
from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.standins import (
    member_on_opportunity_stage,
    provision_member_statuses,
    reparent_on_lead_conversion,
    request_on_campaign_member,
    send_gift,
)
from emulators.salesforce.standins.standin import AfterCommit, AfterSave, OnCall, StandIn

STAND_INS: tuple[StandIn, ...] = (
    member_on_opportunity_stage.STAND_IN,
    provision_member_statuses.STAND_IN,
    reparent_on_lead_conversion.STAND_IN,
    request_on_campaign_member.STAND_IN,
    send_gift.STAND_IN,
)
_TRIGGERED = [s for s in STAND_INS if isinstance(s, AfterSave | AfterCommit)]
_BY_OBJECT = {s.sobject: [other for other in _TRIGGERED if other.sobject == s.sobject] for s in _TRIGGERED}


def run_stand_ins(dml: Writing, sobject_name: str, row: Row, old: Row | None) -> None:
    """After a write: what the active flows of the object would do, as far as something stands in for them."""
    for stand_in in _BY_OBJECT.get(sobject_name, ()):
        if not stand_in.active(dml.org):
            continue
        own = dml.on_behalf_of_the_org()
        if isinstance(stand_in, AfterSave):
            _run_with_the_write(stand_in, own, row, old)
        elif stand_in.meets(own, row, old):
            _run_after_commit(stand_in, own, dict(row))


def stand_in_for(flow: str) -> StandIn | None:
    """The stand-in of a flow, by the flow's API name."""
    return next((stand_in for stand_in in STAND_INS if stand_in.flow == flow), None)


def callable_stand_in(flow: str) -> OnCall | None:
    """The stand-in of a flow that can be called, by the flow's API name."""
    found = stand_in_for(flow)
    return found if isinstance(found, OnCall) else None


def _run_with_the_write(stand_in: AfterSave, own: Writing, row: Row, old: Row | None) -> None:
    """Undo what failed and take the fault path; when that fails too, the write itself is refused."""
    try:
        with own.org.transaction():
            stand_in.run(own, row, old)
    except SalesforceError as error:
        try:
            with own.org.transaction():
                stand_in.fault(own, row, str(error))
        except SalesforceError as second:
            message = (
                f"We can't save this record because the “{stand_in.flow.replace('_', ' ')}” process failed. "
                f"Give your Salesforce admin these details. {second}"
            )
            raise SalesforceError("CANNOT_EXECUTE_FLOW_TRIGGER", message) from error


def _run_after_commit(stand_in: AfterCommit, own: Writing, row: Row) -> None:
    def work(ticket: Ticket) -> None:
        stand_in.run(own, row, ticket)

    own.org.db.on_commit(lambda: own.org.background.add(work))
