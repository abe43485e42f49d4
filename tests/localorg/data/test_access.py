"""What users without the administrator's profile may see and write."""

from collections.abc import Callable, Mapping

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.org import Org
from emulators.salesforce.security.assignments import held_permission_sets
from emulators.salesforce.security.users import SYSTEM

DATA = "/services/data/v66.0"
READ = {"PermissionsRead": True}
WRITE = {**READ, "PermissionsCreate": True, "PermissionsEdit": True}
Grant = Callable[..., None]


@pytest.fixture
def grant(org: Org) -> Grant:
    """Assign a user a permission set made for the test: object name to permissions, and field names."""

    def give(
        username: str,
        objects: Mapping[str, Mapping[str, bool]],
        read: tuple[str, ...] = (),
        edit: tuple[str, ...] = (),
        user_permissions: tuple[str, ...] = (),
    ) -> None:
        own = Dml(org, SYSTEM)
        user = org.user(username)
        assert user is not None
        number = org.next_number("test permission set")
        permission_set = own.insert(
            "PermissionSet", {"Name": f"P{number}", "Label": f"P{number}", "IsCustom": True}
        )
        own.update("PermissionSet", permission_set, dict.fromkeys(user_permissions, True))
        for name, permissions in objects.items():
            own.insert("ObjectPermissions", {"ParentId": permission_set, "SobjectType": name, **permissions})
        for path in (*read, *edit):
            values = {"ParentId": permission_set, "SobjectType": path.partition(".")[0], "Field": path}
            own.insert(
                "FieldPermissions", {**values, "PermissionsRead": True, "PermissionsEdit": path in edit}
            )
        own.insert("PermissionSetAssignment", {"AssigneeId": user.id, "PermissionSetId": permission_set})

    return give


@pytest.fixture
def integration(client_of: Callable[[str], FlaskClient]) -> FlaskClient:
    return client_of("integration@local.example")


def test_an_object_nobody_granted_does_not_exist(integration: FlaskClient) -> None:
    read = integration.get(f"{DATA}/sobjects/Contact/describe")
    written = integration.post(f"{DATA}/sobjects/Contact", json={"LastName": "Berg"})
    listed = {o["name"] for o in integration.get(f"{DATA}/sobjects").json["sobjects"]}

    assert (read.status_code, written.status_code) == (404, 404)
    assert "Contact" not in listed
    assert {"User", "Organization", "Task"} <= listed


def test_a_readable_object_shows_required_fields_and_granted_ones(
    integration: FlaskClient, grant: Grant
) -> None:
    grant("integration@local.example", {"Contact": READ}, read=("Contact.Email",))

    fields = {f["name"] for f in integration.get(f"{DATA}/sobjects/Contact/describe").json["fields"]}

    assert {"Id", "Name", "LastName", "FirstName", "OwnerId", "Email"} <= fields
    assert not {"Title", "Phone", "AccountId"} & fields


def test_a_field_that_is_not_granted_does_not_exist(integration: FlaskClient, grant: Grant) -> None:
    grant("integration@local.example", {"Contact": WRITE})

    answer = integration.post(f"{DATA}/sobjects/Contact", json={"LastName": "B", "Title": "CEO"})

    assert answer.json == [
        {"message": "No such column 'Title' on sobject of type Contact", "errorCode": "INVALID_FIELD"}
    ]


def test_the_parts_of_an_address_are_granted_with_the_address(integration: FlaskClient, grant: Grant) -> None:
    grant("integration@local.example", {"Contact": WRITE, "Lead": READ}, edit=("Contact.MailingAddress",))

    made = integration.post(f"{DATA}/sobjects/Contact", json={"LastName": "B", "MailingCity": "Cork"})
    lead = {f["name"] for f in integration.get(f"{DATA}/sobjects/Lead/describe").json["fields"]}
    query = "SELECT MailingCity, MailingAddress FROM Contact"
    (found,) = integration.get(f"{DATA}/query", query_string={"q": query}).json["records"]

    assert made.status_code == 201
    assert (found["MailingCity"], found["MailingAddress"]["city"]) == ("Cork", "Cork")
    assert not {"City", "Address"} & lead


def test_a_part_of_an_address_has_no_permission_of_its_own(client: FlaskClient) -> None:
    made = client.post(f"{DATA}/sobjects/PermissionSet", json={"Name": "P", "Label": "P"}).json["id"]
    permission = {"ParentId": made, "SobjectType": "Contact", "PermissionsRead": True}

    part = client.post(
        f"{DATA}/sobjects/FieldPermissions", json={**permission, "Field": "Contact.MailingCity"}
    )
    whole = client.post(
        f"{DATA}/sobjects/FieldPermissions", json={**permission, "Field": "Contact.MailingAddress"}
    )

    assert part.json[0]["errorCode"] == "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"
    assert whole.status_code == 201


def test_a_field_granted_for_reading_cannot_be_written(integration: FlaskClient, grant: Grant) -> None:
    grant("integration@local.example", {"Contact": WRITE}, read=("Contact.Title",))

    answer = integration.post(f"{DATA}/sobjects/Contact", json={"LastName": "B", "Title": "CEO"})

    assert answer.status_code == 400
    assert answer.json[0]["errorCode"] == "INVALID_FIELD_FOR_INSERT_UPDATE"
    assert answer.json[0]["fields"] == ["Title"]


def test_permissions_of_several_sets_add_up(integration: FlaskClient, grant: Grant) -> None:
    grant("integration@local.example", {"Contact": READ}, read=("Contact.Title",))
    grant("integration@local.example", {"Contact": WRITE}, edit=("Contact.Title",))

    answer = integration.post(f"{DATA}/sobjects/Contact", json={"LastName": "B", "Title": "CEO"})

    assert answer.status_code == 201


def test_reading_alone_does_not_allow_writing(
    integration: FlaskClient, client: FlaskClient, grant: Grant
) -> None:
    record_id = client.post(f"{DATA}/sobjects/Contact", json={"LastName": "B"}).json["id"]
    grant("integration@local.example", {"Contact": READ})

    insert = integration.post(f"{DATA}/sobjects/Contact", json={"LastName": "C"})
    update = integration.patch(f"{DATA}/sobjects/Contact/{record_id}", json={"LastName": "C"})
    delete = integration.delete(f"{DATA}/sobjects/Contact/{record_id}")

    assert insert.json[0]["errorCode"] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    assert (update.status_code, update.json[0]["errorCode"]) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    assert (delete.status_code, delete.json[0]["errorCode"]) == (403, "INSUFFICIENT_ACCESS_OR_READONLY")


def test_members_follow_campaign_and_person_and_need_a_marketing_user(
    client: FlaskClient, client_of: Callable[[str], FlaskClient], grant: Grant
) -> None:
    campaign = client.post(f"{DATA}/sobjects/Campaign", json={"Name": "Spring"}).json["id"]
    person = client.post(f"{DATA}/sobjects/Contact", json={"LastName": "B"}).json["id"]
    for username in ("integration@local.example", "rep@local.example"):
        grant(username, {"Campaign": READ, "Contact": READ})
    values = {"CampaignId": campaign, "ContactId": person}

    refused = client_of("rep@local.example").post(f"{DATA}/sobjects/CampaignMember", json=values)
    created = client_of("integration@local.example").post(f"{DATA}/sobjects/CampaignMember", json=values)

    text = "entity type cannot be inserted: Campaign Member"
    assert refused.json[0]["message"] == text
    assert created.status_code == 201


def test_a_permission_on_activity_opens_the_field_of_tasks(integration: FlaskClient, grant: Grant) -> None:
    grant("integration@local.example", {}, user_permissions=("PermissionsEditTask",))
    before = integration.post(f"{DATA}/sobjects/Task", json={"Description": "x"})
    grant("integration@local.example", {}, edit=("Activity.Description",))
    after = integration.post(f"{DATA}/sobjects/Task", json={"Description": "x"})

    assert before.json[0]["errorCode"] == "INVALID_FIELD"
    assert after.status_code == 201


def test_activities_are_written_with_the_user_permission_for_them(
    integration: FlaskClient, grant: Grant
) -> None:
    before = integration.post(f"{DATA}/sobjects/Task", json={"Subject": "x"})
    grant("integration@local.example", {}, user_permissions=("PermissionsEditTask",))
    task = integration.post(f"{DATA}/sobjects/Task", json={"Subject": "x"})
    event = integration.post(f"{DATA}/sobjects/Event", json={"Subject": "x"})

    assert before.json[0]["errorCode"] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    assert (task.status_code, event.status_code) == (201, 400)


def test_an_assignment_made_twice_is_a_duplicate(client: FlaskClient, org: Org) -> None:
    user, permission_set = (
        org.user("rep@local.example"),
        Dml(org, SYSTEM).insert("PermissionSet", {"Name": "P", "Label": "P"}),
    )
    assert user is not None
    record = {
        "attributes": {"type": "PermissionSetAssignment"},
        "AssigneeId": user.id,
        "PermissionSetId": permission_set,
    }

    client.post(f"{DATA}/composite/sobjects", json={"records": [record]})
    answer = client.post(f"{DATA}/composite/sobjects", json={"records": [record]})

    assert answer.json[0]["errors"] == [
        {
            "statusCode": "DUPLICATE_VALUE",
            "message": f"Duplicate PermissionSetAssignment.  Assignee: {user.id[:15]}; "
            f"Permission Set: {permission_set[:15]}",
            "fields": ["AssigneeId", "PermissionSetId"],
        }
    ]


def test_granting_changes_what_a_remembered_describe_is_worth(integration: FlaskClient, grant: Grant) -> None:
    seen = integration.get(f"{DATA}/sobjects").headers["Last-Modified"]

    grant("integration@local.example", {"Contact": READ})

    answer = integration.get(f"{DATA}/sobjects", headers={"If-Modified-Since": seen})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("sobject", "values", "counts"),
    [
        ("PermissionSetAssignment", {"ExpirationDate": "2026-11-22T09:30:16Z"}, True),
        ("PermissionSetAssignment", {"ExpirationDate": "2026-11-22T09:30:15Z"}, False),
        ("PermissionSetAssignment", {"IsRevoked": True}, False),
        ("PermissionSet", {"HasActivationRequired": True}, False),
    ],
)
def test_a_permission_set_counts_while_it_is_held(
    org: Org,
    integration: FlaskClient,
    grant: Grant,
    sobject: str,
    values: Mapping[str, object],
    counts: bool,
) -> None:
    grant("integration@local.example", {"Contact": READ}, read=("Contact.Email",))
    newest = org.db.all(f'SELECT "Id" FROM "{sobject}" ORDER BY "Id" DESC')[0]["Id"]  # noqa: S608 -- names of ours
    Dml(org, SYSTEM).update(sobject, newest, values)

    described = integration.get(f"{DATA}/sobjects/Contact/describe")
    user = org.user("integration@local.example")

    assert user is not None
    assert (described.status_code == 200) is counts
    held = [one.name.startswith("P") for one in held_permission_sets(org, user.id)]
    assert any(held) is counts
