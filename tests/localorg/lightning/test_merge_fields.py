"""What the addresses of buttons become: merge fields for one user and one record."""

from collections.abc import Callable
from typing import Any

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import NotSupportedHere, SalesforceError
from emulators.salesforce.lightning.merge import merged, opens_something
from emulators.salesforce.org import Org
from emulators.salesforce.security.users import SYSTEM
from tests.localorg.lightning.conftest import ADMIN, CONNECTOR, REP

Merge = Callable[..., str]


@pytest.fixture
def merge(org: Org, contact: str) -> Merge:
    def of(template: str, username: str = ADMIN) -> str:
        sobject = org.schema.objects["Contact"]
        row = dict(org.db.all('SELECT * FROM "Contact" WHERE "Id" = ?', (contact,))[0])
        user = org.user(username)
        assert user is not None
        return merged(template, org, user, sobject, row)

    return of


def setting(org: Org, owner: str, address: str | None) -> None:
    values = {"SetupOwnerId": owner, "Connector_URL__c": address, "Objects_Enabled__c": "Contact"}
    Dml(org, SYSTEM).insert("Gifting_Settings__c", values)


def test_ids_come_in_fifteen_characters(merge: Merge, org: Org, contact: str) -> None:
    address = merge("/x?record={!Contact.Id}&org={!$Organization.Id}&safe={!CASESAFEID(Contact.Id)}")

    assert address == f"/x?record={contact[:15]}&org={org.org_id[:15]}&safe={contact}"


def test_an_address_in_a_setting_stands_as_it_is(merge: Merge, connected: str) -> None:
    del connected

    assert merge("{!$Setup.Gifting_Settings__c.Connector_URL__c}/send") == f"{CONNECTOR}/send"


def test_what_a_person_typed_cannot_change_the_address(merge: Merge) -> None:
    assert merge("/x?name={!Contact.Name}&b=1") == "/x?name=Ada%20%3CByron%3E&b=1"


def test_a_setting_is_looked_for_with_the_user_then_the_profile_then_the_org(merge: Merge, org: Org) -> None:
    user = org.user(REP)
    assert user is not None
    template = "{!$Setup.Gifting_Settings__c.Connector_URL__c}"
    seen = [merge(template, REP)]
    for owner, address in (
        (org.org_id, "https://org"),
        (user.profile_id, "https://profile"),
        (user.id, None),
    ):
        setting(org, owner, address)
        seen.append(merge(template, REP))

    assert seen == ["", "https://org", "https://profile", "https://profile"]
    assert merge(template, ADMIN) == "https://org"


def test_what_the_user_may_not_see_is_empty(merge: Merge) -> None:
    assert merge("/x?mail={!Contact.Email}", REP) == "/x?mail="


def test_permissions_and_labels_are_known(merge: Merge, grant: Callable[[str, str], None]) -> None:
    grant(REP, "Gift_User")
    template = "/x?may={!$Permission.Send_Gifts}&label={!$Label.Gift_Panel_Send}&who={!$User.Username}"

    assert merge(template, REP) == "/x?may=true&label=Send%20a%20Gift&who=rep%40local.example"
    assert merge(template, ADMIN).startswith("/x?may=false")


@pytest.mark.parametrize(
    ("template", "error", "words"),
    [
        ("{!Contact.Shoe_Size__c}", SalesforceError, "Shoe_Size__c"),
        ("{!Contact.Account.Name}", NotSupportedHere, "Account.Name"),
        ("{!$Api.Session_ID}", NotSupportedHere, "$Api"),
        ("{!$Setup.Nothing__c.Field__c}", SalesforceError, "Nothing__c.Field__c"),
        ("{!$User.Shoe_Size__c}", SalesforceError, "User.Shoe_Size__c"),
        ("{!$Label.Nothing}", SalesforceError, "Nothing"),
        ("{!Contact.}", SalesforceError, "Syntax error"),
        ("{!}", SalesforceError, "incomplete"),
    ],
)
def test_a_merge_field_that_leads_nowhere_is_named(
    merge: Merge, template: str, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words.replace("$", r"\$").replace(".", r"\.")):
        merge(template)


@pytest.mark.parametrize(
    ("address", "opens"),
    [
        ("https://gifts.example.com/send?org=1", True),
        ("http://127.0.0.1:8900/send", True),
        ("/lightning/page/home", True),
        ("//elsewhere.example/send", False),
        ("/\\elsewhere.example", False),
        ("javascript:alert(1)", False),
        ("send?org=1", False),
        ("https://[", False),
        ("", False),
    ],
)
def test_only_addresses_of_the_web_and_own_paths_are_opened(address: str, opens: Any) -> None:
    assert opens_something(address) is opens
