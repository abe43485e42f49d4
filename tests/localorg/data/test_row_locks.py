"""Rows that somebody else seems to hold."""

from flask.testing import FlaskClient

DATA = "/services/data/v66.0"


def test_so_many_records_of_an_object_are_refused_and_no_more(client: FlaskClient) -> None:
    client.post("/_control/row-locks", json={"sobject": "contact", "times": 2})
    records = [{"attributes": {"type": "Contact"}, "LastName": f"B{n}"} for n in range(3)]

    results = client.post(f"{DATA}/composite/sobjects", json={"records": records}).json

    assert [r["success"] for r in results] == [False, False, True]
    assert results[0]["errors"][0]["statusCode"] == "UNABLE_TO_LOCK_ROW"
    assert client.get("/_control/row-locks").json == []


def test_a_held_record_refuses_those_that_look_up_to_it(client: FlaskClient) -> None:
    account = client.post(f"{DATA}/sobjects/Account", json={"Name": "Acme"}).json["id"]
    client.post("/_control/row-locks", json={"record_id": account[:15]})

    child = client.post(f"{DATA}/sobjects/Contact", json={"LastName": "Berg", "AccountId": account})
    again = client.post(f"{DATA}/sobjects/Contact", json={"LastName": "Berg", "AccountId": account})

    assert (child.status_code, child.json[0]["errorCode"]) == (400, "UNABLE_TO_LOCK_ROW")
    assert again.status_code == 201


def test_orders_are_withdrawn_and_empty_ones_refused(client: FlaskClient) -> None:
    client.post("/_control/row-locks", json={"sobject": "Account", "times": 9})

    withdrawn = client.delete("/_control/row-locks")
    empty = client.post("/_control/row-locks", json={"times": 1})

    assert (withdrawn.status_code, empty.status_code) == (204, 400)
    assert client.post(f"{DATA}/sobjects/Account", json={"Name": "Acme"}).status_code == 201
