"""What looking at an org found last."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OrgFinding:
    """code: such as "flow_inactive". subject: what it is about, such as a flow's API name."""

    code: str
    subject: str
