"""A rep of the local org, who sees people as a sales profile lets them."""

import json
from collections.abc import Callable

from demo.stage import Stage

REP = "rep@local.example"
_SALES = {
    "Account": (),
    "Contact": ("Email", "HasOptedOutOfEmail", "MailingAddress"),
    "Lead": ("Email", "HasOptedOutOfEmail", "Address"),
    "Campaign": ("IsActive",),
}


def let_see_people(create: Callable[..., str], user_id: str) -> None:
    """What the package leaves to the org's own profiles: reading Contacts, Leads and Campaigns.

    create: makes a record of an object of these fields as an administrator, and tells its id.
    """
    made = create("PermissionSet", Name="Sales", Label="Sales")
    for sobject, fields in _SALES.items():
        reads = {"ParentId": made, "SobjectType": sobject, "PermissionsRead": True}
        create("ObjectPermissions", **reads)
        for field in fields:
            create("FieldPermissions", **reads, Field=f"{sobject}.{field}")
    create("PermissionSetAssignment", PermissionSetId=made, AssigneeId=user_id)


def let_rep_see_people(stage: Stage) -> None:
    """The same for the rep of a stage."""
    admin = stage.admin()

    def create(sobject: str, **fields: object) -> str:
        answer = admin.restful(f"sobjects/{sobject}", method="POST", json=fields)
        return str((answer or {})["id"])

    found = admin.query(f"SELECT Id FROM User WHERE Username = '{REP}'")  # noqa: S608 - our own constant
    let_see_people(create, found["records"][0]["Id"])


def as_connected_org(stage: Stage) -> dict[str, str]:
    """Variables by which CumulusCI finds the rep's session, as if the rep had connected the org as well.

    Its keyword `Login URL` looks among connected orgs for the one of a username.
    """
    session = stage.org_control("POST", "sessions", {"username": REP})
    org = {
        "username": REP,
        "instance_url": stage.org_url,
        "access_token": session["access_token"],
        "userinfo": {"preferred_username": REP},
    }
    return {"CUMULUSCI_ORG_rep": json.dumps(org)}
