"""What comes back out of the bin, and what has no place any more."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest

from emulators.salesforce.dml.engine import Dml
from emulators.salesforce.errors import SalesforceError
from emulators.salesforce.org import Org

Refusal = Callable[[Callable[[], object]], SalesforceError]


@pytest.fixture
def member(dml: Dml) -> dict[str, str]:
    """A campaign, a contact, and the member that they make."""
    campaign = dml.insert("Campaign", {"Name": "Spring"})
    contact = dml.insert("Contact", {"LastName": "Berg"})
    made = dml.insert("CampaignMember", {"CampaignId": campaign, "ContactId": contact})
    return {"CampaignId": campaign, "ContactId": contact, "Id": made}


def alive(org: Org, sobject: str) -> int:
    return int(org.db.all(f'SELECT COUNT(*) FROM "{sobject}" WHERE "IsDeleted" = 0')[0][0])  # noqa: S608 -- names of ours


def test_children_come_back_however_long_their_deletion_took(org: Org, dml: Dml) -> None:
    account = dml.insert("Account", {"Name": "Acme"})
    dml.insert("Contact", {"LastName": "Berg", "AccountId": account})
    begun, seconds = org.clock(), count()
    org.clock = lambda: begun + timedelta(seconds=next(seconds))

    Dml(org, dml.user).delete("Account", account)
    Dml(org, dml.user).undelete("Account", account)

    assert (alive(org, "Account"), alive(org, "Contact")) == (1, 1)


def test_a_member_whose_place_is_taken_stays_in_the_bin(
    org: Org, dml: Dml, member: dict[str, str], refusal: Refusal
) -> None:
    dml.delete("CampaignMember", member["Id"])
    dml.insert("CampaignMember", {name: member[name] for name in ("CampaignId", "ContactId")})

    error = refusal(lambda: dml.undelete("CampaignMember", member["Id"]))

    assert (error.code, alive(org, "CampaignMember")) == ("DUPLICATE_VALUE", 1)


def test_a_record_whose_unique_value_is_taken_stays_in_the_bin(
    gifts: Org, dml: Dml, refusal: Refusal
) -> None:
    gone = dml.insert("Gift__c", {"External_Id__c": "A-1"})
    dml.delete("Gift__c", gone)
    dml.insert("Gift__c", {"External_Id__c": "A-1"})

    error = refusal(lambda: dml.undelete("Gift__c", gone))

    assert (error.code, alive(gifts, "Gift__c")) == ("DUPLICATE_VALUE", 1)


def test_a_member_does_not_come_back_to_a_campaign_that_is_in_the_bin(
    org: Org, dml: Dml, member: dict[str, str], refusal: Refusal
) -> None:
    dml.delete("Campaign", member["CampaignId"])

    error = refusal(lambda: dml.undelete("CampaignMember", member["Id"]))
    dml.undelete("Campaign", member["CampaignId"])

    assert error.code == "ENTITY_IS_DELETED"
    assert (alive(org, "Campaign"), alive(org, "CampaignMember")) == (1, 1)


@pytest.mark.parametrize("contact_comes_back", [True, False])
def test_a_record_comes_back_pointing_at_what_is_there(
    gifts: Org, dml: Dml, contact_comes_back: bool
) -> None:
    contact = dml.insert("Contact", {"LastName": "Berg"})
    gone, _alive = (dml.insert("Gift__c", {"Contact__c": contact}) for _ in range(2))
    dml.delete("Gift__c", gone)
    dml.delete("Contact", contact)
    if contact_comes_back:
        dml.undelete("Contact", contact)

    dml.undelete("Gift__c", gone)

    found = gifts.db.all('SELECT "Contact__c" FROM "Gift__c" WHERE "Id" = ?', (gone,))[0]
    assert found["Contact__c"] == (contact if contact_comes_back else None)
