"""Every mistake in the description is reported at its own line, in words that help."""

from collections.abc import Callable
from pathlib import Path

import pytest

Change = Callable[[str, str, str], int]
Problems = Callable[[], list[str]]

GIFT = "spec/objects/Gift__c.yml"
USER = "spec/access/Gift_User.yml"
INTEGRATION = "spec/access/Gift_Integration.yml"
VOCABULARY = "spec/vocabulary.yml"
PACKAGE = "spec/package.yml"

# file, text to replace, its replacement (the problem is on its first line), message
ONE_MISTAKE = [
    pytest.param(
        GIFT, "    unique: true", "    unqiue: true", "unknown key unqiue; did you mean unique?", id="key"
    ),
    pytest.param(
        GIFT,
        "type: Currency",
        "type: Curency",
        "Curency is not known here; did you mean Currency?",
        id="type",
    ),
    pytest.param(GIFT, "length: 64", "length: many", "a whole number is expected here", id="number"),
    pytest.param(GIFT, "activities: true", "activities: 1", "true or false is expected here", id="boolean"),
    pytest.param(
        GIFT,
        "label: Gift Number",
        "label: 2026-01-01",
        "2026-01-01 is read as date; put it in quotes",
        id="date",
    ),
    pytest.param(
        GIFT,
        "validation_rules:\n",
        "label: Twice\nvalidation_rules:\n",
        "label is given twice",
        id="key given twice",
    ),
    pytest.param(
        GIFT, "length: 64", "length: 256", "External_Id__c needs a length from 1 to 255", id="length"
    ),
    pytest.param(
        GIFT,
        "value_set: Gift_Send_Status",
        "value_set: Gift_Sent_Status",
        "there is no value set Gift_Sent_Status; did you mean Gift_Send_Status?",
        id="value set",
    ),
    pytest.param(
        GIFT,
        "to: Campaign\n",
        "to: Campagne\n",
        "Campaign__c points at Campagne, which does not exist; did you mean Campaign?",
        id="lookup",
    ),
    pytest.param(
        GIFT,
        "fields: [Name, Gift_Name__c",
        "fields: [Name, Gift_Nmae__c",
        "Gift__c has no field Gift_Nmae__c; did you mean Gift_Name__c?",
        id="compact layout",
    ),
    pytest.param(
        GIFT,
        "{field: Sync_Error__c",
        "{field: Sync_Eror__c",
        "Gift__c has no field Sync_Eror__c; did you mean Sync_Error__c?",
        id="list view",
    ),
    pytest.param(
        GIFT,
        "formula: AND(ISBLANK(Contact__c)",
        "formula: AND(ISBLANK(Contakt__c)",
        "the formula names Contakt__c, which does not exist; did you mean Contact__c?",
        id="formula",
    ),
    pytest.param(
        GIFT,
        "Waiting_for_the_Recipient:",
        "Waiting_for_the_Recipient_of_the_Gift_to_Answer:",
        "Waiting_for_the_Recipient_of_the_Gift_to_Answer has 47 characters; a name holds at most 40",
        id="name too long",
    ),
    pytest.param(
        GIFT,
        "label: Waiting for the Recipient",
        "label: Waiting for the Recipient to open the Link",
        "the label Waiting for the Recipient to open the Link has 42 characters; at most 40 fit",
        id="label too long",
    ),
    pytest.param(
        USER,
        "edit: [Gift_Opt_Out__c]",
        "edit: [Gift_Optout__c]",
        "Contact has no field Gift_Optout__c; did you mean Gift_Opt_Out__c?",
        id="access to unknown field",
    ),
    pytest.param(
        INTEGRATION,
        "read: [Address, Em",
        "read: [Company, Em",
        "Lead.Company is required: Salesforce refuses a permission set that names it",
        id="access to required field",
    ),
    pytest.param(
        INTEGRATION,
        "read: [Address, Em",
        "read: [City, Em",
        "Lead.City is a part of Address: Salesforce grants an address as a whole",
        id="access to a part of an address",
    ),
    pytest.param(
        INTEGRATION,
        "Task: {all: edit, edit: [Description, WhatId, WhoId]}",
        "Activity: {all: edit}",
        "fields of Activity are granted through Task and Event",
        id="access to Activity",
    ),
    pytest.param(
        INTEGRATION,
        "Gift__c: [read, create, edit]",
        "Gift__c: [create]",
        "create on Gift__c depends on read",
        id="right without its ground",
    ),
    pytest.param(
        INTEGRATION,
        "user_permissions: [ApiEnabled, ActivitiesAccess, EditTask, ViewRoles, ViewSetup]",
        "user_permissions: [ApiEnabled, EditTask, ViewRoles, ViewSetup]",
        "EditTask depends on ActivitiesAccess",
        id="user permission without its ground",
    ),
    pytest.param(
        INTEGRATION,
        "[ApiEnabled, Act",
        "[ApiEnable, Act",
        "there is no user permission ApiEnable; did you mean ApiEnabled?",
        id="user permission",
    ),
    pytest.param(
        USER,
        "tabs: [Gift__c, Gift_",
        "tabs: [Gifts__c, Gift_",
        "there is no tab Gifts__c; did you mean Gift__c?",
        id="tab",
    ),
    pytest.param(
        VOCABULARY,
        "  expired:\n    final: true",
        "  expired:  # and then?\n    final: false",
        "expired is taken back, so it must be final as well",
        id="taken back and not final",
    ),
    pytest.param(
        VOCABULARY,
        "{value: Invited}",
        "{value: Invited and waiting for an answer to our mail}",
        "Invited and waiting for an answer to our mail has 45 characters; a status holds 40",
        id="status too long",
    ),
    pytest.param(
        VOCABULARY,
        "  shipped:\n    send_status: Submitted",
        "  shipped:\n    send_status: Submited",
        "there is no send status Submited; did you mean Submitted?",
        id="stage",
    ),
    pytest.param(
        VOCABULARY,
        "redeemed: claimed",
        "redeemed: claim",
        "there is no stage claim; did you mean claimed?",
        id="provider status",
    ),
    pytest.param(
        VOCABULARY,
        "gift_date: Shipped_Date__c",
        "gift_date: Ship_Date__c",
        "there is no date-time field of Gift__c Ship_Date__c; did you mean Shipped_Date__c?",
        id="gift date",
    ),
    pytest.param(
        VOCABULARY,
        "sources: [Campaign, Button",
        "sources: [Campaign, campaign",
        "campaign is given twice",
        id="word",
    ),
    pytest.param(
        VOCABULARY,
        "sources: [Campaign, Button",
        "sources: [2nd Campaign, Button",
        "2nd Campaign makes no name in Python; begin it with a letter",
        id="word that is no name",
    ),
    pytest.param(
        VOCABULARY,
        "sources: [Campaign, Button",
        "sources: [Button!, Button",
        "Button and Button! make the same name in Python, BUTTON",
        id="words that are one name",
    ),
    pytest.param(
        PACKAGE,
        "version: 0.1.0",
        "version: 0.1.x",
        "0.1.x is no version; it should look like 0.1.0",
        id="version",
    ),
    pytest.param(
        PACKAGE,
        "words: order_statuses",
        "words: order_status",
        "order_status is not known here; did you mean order_statuses?",
        id="word list",
    ),
]


@pytest.mark.parametrize(("path", "old", "new", "message"), ONE_MISTAKE)
def test_a_mistake_is_reported_once_and_at_its_line(
    change: Change, problems: Problems, path: str, old: str, new: str, message: str
) -> None:
    line = change(path, old, new)

    told = problems()

    assert f"{path}:{line}: {message}" in told
    assert sum(problem.endswith(message) for problem in told) == 1


def test_mistakes_in_several_files_are_reported_together(change: Change, problems: Problems) -> None:
    first = change(GIFT, "length: 64", "lenght: 64")
    second = change(USER, "label: Gift User", "labels: Gift User")
    third = change(VOCABULARY, "sources: [Campaign,", "sources: Campaign #")

    told = problems()

    assert f"{GIFT}:{first}: unknown key lenght; did you mean length?" in told
    assert f"{USER}:{second}: unknown key labels; did you mean label?" in told
    assert f"{VOCABULARY}:{third}: a list is expected here" in told


def test_a_field_without_description_or_help_is_reported_at_its_name(
    change: Change, problems: Problems
) -> None:
    field = "  Courier__c:\n    label: Courier\n    type: Url\n\n"
    line = change(GIFT, "  Carrier__c:", field + "  Carrier__c:")

    told = problems()

    assert f"{GIFT}:{line}: Courier__c has no description" in told
    assert f"{GIFT}:{line}: Courier__c has no help" in told
    assert any("Courier__c is missing from the layout Gift Layout" in problem for problem in told)


def test_a_button_that_is_not_there_is_reported_where_the_layout_names_it(
    change: Change, problems: Problems
) -> None:
    line = change(GIFT, "  buttons: [Cancel_Gift]", "  buttons: [Cancel_Gifts]")

    told = problems()

    expected = "Gift__c has no web link Cancel_Gifts; did you mean Cancel_Gift?"
    assert f"{GIFT}:{line}: {expected}" in told


def test_a_button_that_leads_nowhere_is_reported(change: Change, problems: Problems) -> None:
    line = change(GIFT, "    path: /gift?org={!$Organization.Id}&key={!Gift__c.External_Id__c}\n", "")

    told = problems()

    assert any("Cancel_Gift needs either a path at the connector or a flow" in problem for problem in told)
    assert line


def test_a_field_that_no_permission_set_grants_is_reported(change: Change, problems: Problems) -> None:
    change("spec/access/Gift_Admin.yml", "  Task: {all: read}\n  Event: {all: read}\n", "")
    change(INTEGRATION, "  Task: {all: edit, edit: [Description, WhatId, WhoId]}\n", "")

    told = problems()

    assert told == ["spec/objects/Activity.yml:7: no permission set grants Activity.Gift_Event_Key__c"]


def test_a_missing_file_is_reported(project: Path, problems: Problems) -> None:
    (project / VOCABULARY).unlink()

    told = problems()

    assert told == [f"{VOCABULARY}:1: the file is missing"]


def test_a_file_that_is_not_yaml_is_reported_where_it_breaks(change: Change, problems: Problems) -> None:
    line = change(GIFT, "length: 64", "length: [64")

    told = problems()

    assert [problem.split(": ")[1] for problem in told] == ["not YAML"]
    assert told[0].startswith(f"{GIFT}:{line + 1}:")


def test_the_name_of_a_file_is_the_name_of_what_it_describes(change: Change, problems: Problems) -> None:
    line = change(USER, "name: Gift_User", "name: Gift_Person")

    told = problems()

    assert told == [f"{USER}:{line}: the file is called Gift_User.yml, so the name should be Gift_User"]


@pytest.mark.parametrize(
    ("path", "content", "told"),
    [
        pytest.param(
            GIFT,
            b"name: Gift__c\nlabel: Cadeau \xe9l\xe9gant\n",
            ":2: the file is not UTF-8 from here on",
            id="encoding",
        ),
        pytest.param(
            GIFT,
            "name: Gïft__c\nlabel: \x01\n".encode(),
            ":2: not YAML: control characters are not allowed",
            id="control character",
        ),
        pytest.param(
            GIFT, b"name: Gift__c\nfields: &all\n  a: *all\n", ":2: this contains itself", id="anchor"
        ),
        pytest.param(
            GIFT,
            b"name: Gift__c\nlabel: !upper Gift\n",
            ":2: Gift cannot be read as !upper; put it in quotes, without a tag",
            id="tag",
        ),
        pytest.param(
            GIFT,
            b"name: Gift__c\nfields:\n  !every {}\n",
            ":3: !every is a tag, which is not understood here",
            id="tag of a mapping",
        ),
        pytest.param(
            PACKAGE,
            b"name: Gifting\nversion: 2026-13-45\n",
            ":2: 2026-13-45 cannot be read as timestamp; put it in quotes, without a tag",
            id="no such day",
        ),
        pytest.param(
            "spec/openapi.json",
            b"[]",
            ":1: a JSON object is expected; the connector writes it: make openapi",
            id="API that is a list",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_line(
    project: Path, problems: Problems, path: str, content: bytes, told: str
) -> None:
    (project / path).write_bytes(content)

    assert problems() == [f"{path}{told}"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("<QuickAction>\n<label></QuickAction>", ":2: not XML: "),
        ("<QuickAction/>", ":1: the quick action has no label"),
        (
            '<QuickAction xmlns="http://soap.sforce.com/2006/04/metadata">\n<label>Give</label></QuickAction>',
            ":2: Give is missing in spec/languages/de.yml",
        ),
    ],
)
def test_an_action_written_by_hand_is_told_with_its_line(
    project: Path, problems: Problems, content: str, told: str
) -> None:
    path = "force-app/main/default/quickActions/Lead.Give.quickAction-meta.xml"
    (project / path).parent.mkdir(parents=True)
    (project / path).write_text(content)

    assert problems()[0].startswith(path + told)


@pytest.mark.parametrize("path", ["spec/objects/Account.yaml", "spec/object/Account.yml", "spec/access.yml"])
def test_a_file_that_nothing_reads_is_told(project: Path, problems: Problems, path: str) -> None:
    (project / path).parent.mkdir(exist_ok=True)
    (project / path).write_text("name: Account\nkind: standard\n")

    told = problems()

    assert told == [f"{path}:1: nothing reads this file; the table in spec/README.md says where files stand"]
