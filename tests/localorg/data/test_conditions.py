"""Reads and writes that depend on what the client saw before."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from flask.testing import FlaskClient

from emulators.salesforce.org import Org

DATA = "/services/data/v66.0"


@pytest.fixture(params=["Account", "Contact"])
def url(request: pytest.FixtureRequest, client: FlaskClient) -> str:
    name = {"Account": "Name", "Contact": "LastName"}[request.param]
    made = client.post(f"{DATA}/sobjects/{request.param}", json={name: "Berg"}).json
    return f"{DATA}/sobjects/{request.param}/{made['id']}"


def http_date(org: Org, **later: int) -> str:
    return format_datetime(org.clock().replace(microsecond=0) + timedelta(**later), usegmt=True)


def test_a_record_that_the_client_has_is_not_sent_again(client: FlaskClient, org: Org, url: str) -> None:
    now, before = http_date(org), http_date(org, seconds=-1)

    has = client.get(url, headers={"If-Modified-Since": now})
    has_not = client.get(url, headers={"If-Modified-Since": before})
    nonsense = client.get(url, headers={"If-Modified-Since": "yesterday"})

    assert (has.status_code, has.data) == (304, b"")
    assert has_not.headers["Last-Modified"] == now
    assert [has_not.status_code, nonsense.status_code] == [200, 200]


def test_a_record_that_changed_meanwhile_is_not_written(client: FlaskClient, org: Org, url: str) -> None:
    sent = {"Description": "New"}

    late = client.patch(url, json=sent, headers={"If-Unmodified-Since": http_date(org, seconds=-1)})
    read = client.get(url, headers={"If-Unmodified-Since": http_date(org, seconds=-1)})
    kept = client.get(f"{url}?fields=Description").json["Description"]
    good = client.patch(url, json=sent, headers={"If-Unmodified-Since": http_date(org)})

    assert [late.status_code, read.status_code] == [412, 412]
    assert kept is None
    assert good.status_code == 204


def test_a_date_that_is_none_stops_a_write(client: FlaskClient, url: str) -> None:
    answer = client.patch(url, json={"Description": "New"}, headers={"If-Unmodified-Since": "yesterday"})

    assert answer.status_code == 400


def test_accounts_have_entity_tags(client: FlaskClient) -> None:
    made = client.post(f"{DATA}/sobjects/Account", json={"Name": "Acme"}).json
    url = f"{DATA}/sobjects/Account/{made['id']}"
    tag = client.get(url).headers["ETag"]

    same = client.get(url, headers={"If-None-Match": tag})
    client.patch(url, json={"Name": "Acme Holding"}, headers={"If-Match": tag})
    again = client.patch(url, json={"Name": "Third"}, headers={"If-Match": tag})
    newer = client.get(url, headers={"If-None-Match": tag})

    assert same.status_code == 304
    assert again.status_code == 412
    assert newer.json["Name"] == "Acme Holding"


def test_a_describe_can_ask_for_no_change(client: FlaskClient, org: Org) -> None:
    url = f"{DATA}/sobjects/Account/describe"
    seen = client.get(url).headers

    same = client.get(url, headers={"If-Unmodified-Since": seen["Last-Modified"]})
    by_tag = client.get(url, headers={"If-None-Match": seen["ETag"]})
    with org.transaction():
        org.rights_changed()
    changed = client.get(url, headers={"If-Unmodified-Since": seen["Last-Modified"]})

    assert [same.status_code, by_tag.status_code, changed.status_code] == [200, 304, 412]
