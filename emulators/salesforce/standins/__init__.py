"""Rules that stand in for flows of the gifting package. See `standin.py` for what that means."""

from emulators.salesforce.dml.plan import Row
from emulators.salesforce.dml.writing import Writing
from emulators.salesforce.standins import provision_member_statuses, reparent_on_lead_conversion
from emulators.salesforce.standins.standin import StandIn

STAND_INS: tuple[StandIn, ...] = (provision_member_statuses.STAND_IN, reparent_on_lead_conversion.STAND_IN)
_BY_OBJECT = {s.sobject: [other for other in STAND_INS if other.sobject == s.sobject] for s in STAND_INS}
_ACTIVE = 'SELECT 1 FROM "FlowDefinitionView" WHERE "ApiName" = ? AND "IsActive" = 1'


def run_stand_ins(dml: Writing, sobject_name: str, row: Row, old: Row | None) -> None:
    """After a write: what the active flows of the object would do, as far as something stands in for them."""
    for stand_in in _BY_OBJECT.get(sobject_name, ()):
        if dml.org.db.one(_ACTIVE, (stand_in.flow,)):
            stand_in.run(dml.on_behalf_of_the_org(), row, old)


def stand_in_for(flow: str) -> StandIn | None:
    """The stand-in of a flow, by the flow's API name."""
    return next((stand_in for stand_in in STAND_INS if stand_in.flow == flow), None)
