"""An org that describes hundreds of objects that are not modelled."""

from flask.testing import FlaskClient

from emulators.salesforce.app import create_app
from emulators.salesforce.host import EXTENSION
from emulators.salesforce.org import Org

DATA = "/services/data/v66.0"


def admin_of(org: Org) -> FlaskClient:
    app = create_app(org)
    client = app.test_client()
    token = app.extensions[EXTENSION].sessions.start(org.system_user_id)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    return client


def test_a_full_org_describes_what_it_does_not_model_and_finds_nothing_there() -> None:
    org = Org.create(full=True)
    client = admin_of(org)

    described = {sobject["name"]: sobject for sobject in client.get(f"{DATA}/sobjects").json["sobjects"]}
    found = client.get(f"{DATA}/query?q=SELECT+Id,CreatedDate+FROM+WorkOrderHistory").json
    refused = client.post(f"{DATA}/sobjects/WorkOrder", json={})

    assert len(described) > 800
    assert (described["WorkOrder"]["queryable"], described["WorkOrder"]["createable"]) == (True, False)
    assert found == {"totalSize": 0, "done": True, "records": []}
    assert refused.json[0]["errorCode"] == "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY"
    org.close()


def test_it_stays_full_after_a_reset() -> None:
    org = Org.create(full=True)

    org.reset()

    assert "WorkOrder" in org.schema.objects
    org.close()
