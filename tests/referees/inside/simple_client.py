"""simple-salesforce put to work: prints {check: "" or what went wrong} as JSON.

Runs in the referees' environment. SF_HOST and SF_TOKEN say where and as whom, SAMPLE is a
JSON list of the beginnings of the names of the checks to run.
"""

import io
import json
import os
import traceback
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from simple_salesforce import Salesforce, SalesforceResourceNotFound, SFType, format_soql
from simple_salesforce.exceptions import SalesforceMalformedRequest

PACKAGE = """<?xml version="1.0" encoding="UTF-8"?>
<Package xmlns="http://soap.sforce.com/2006/04/metadata">
    <types><members>Referee__c</members><name>CustomObject</name></types>
    <version>66.0</version>
</Package>
"""
OBJECT = """<?xml version="1.0" encoding="UTF-8"?>
<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">
    <deploymentStatus>Deployed</deploymentStatus>
    <fields>
        <fullName>Key__c</fullName>
        <externalId>true</externalId>
        <label>Key</label>
        <length>20</length>
        <type>Text</type>
        <unique>true</unique>
    </fields>
    <label>Referee</label>
    <nameField><label>Name</label><type>Text</type></nameField>
    <pluralLabel>Referees</pluralLabel>
    <sharingModel>ReadWrite</sharingModel>
</CustomObject>
"""


def create_read_update_delete(sf: Salesforce) -> None:
    made = sf.Contact.create({"LastName": "O'Hara", "Email": "o@example.com"})
    assert made["success"], made
    assert sf.Contact.get(made["id"])["LastName"] == "O'Hara"
    assert sf.Contact.update(made["id"], {"Title": "CEO"}) == 204
    found = sf.query(format_soql("SELECT Title FROM Contact WHERE LastName = {}", "O'Hara"))
    assert found["records"][0]["Title"] == "CEO", found
    assert sf.Contact.delete(made["id"]) == 204
    try:
        sf.Contact.get(made["id"])
    except SalesforceResourceNotFound:
        return
    raise AssertionError("a deleted record is still read")


def refused_record(sf: Salesforce) -> None:
    code = ""
    try:
        sf.Contact.create({"FirstName": "Nameless"})
    except SalesforceMalformedRequest as error:
        code = error.content[0]["errorCode"]
    assert code == "REQUIRED_FIELD_MISSING", code


def describes(sf: Salesforce) -> None:
    assert "Contact" in {o["name"] for o in sf.describe()["sobjects"]}
    assert "LastName" in {f["name"] for f in sf.Contact.describe()["fields"]}
    assert sf.Contact.metadata()["objectDescribe"]["keyPrefix"] == "003"


def pages_of_queries(sf: Salesforce) -> None:
    answers = sf.bulk.Lead.insert([{"LastName": f"L{n}", "Company": "C"} for n in range(2_001)])
    assert all(a["success"] for a in answers)
    assert len(sf.query_all("SELECT Id FROM Lead")["records"]) >= 2_001
    assert sum(1 for _ in sf.query_all_iter("SELECT Id FROM Lead")) >= 2_001


def bulk_1(sf: Salesforce) -> None:
    made = sf.bulk.Account.insert([{"Name": "Bulk A"}, {"Name": "Bulk B"}])
    assert [m["success"] for m in made] == [True, True], made
    changed = sf.bulk.Account.update([{"Id": m["id"], "Site": "Oslo"} for m in made])
    assert all(c["success"] for c in changed), changed
    read = sf.bulk.Account.query("SELECT Id, Site FROM Account WHERE Name LIKE 'Bulk%'")
    assert {r["Site"] for r in read} == {"Oslo"}, read
    assert all(d["success"] for d in sf.bulk.Account.delete([{"Id": m["id"]} for m in made]))


def bulk_2(sf: Salesforce) -> None:
    results = sf.bulk2.Account.insert(records=[{"Name": "Two A"}, {"Name": "Two B"}])
    assert results[0]["numberRecordsProcessed"] == 2, results
    assert results[0]["numberRecordsFailed"] == 0, results
    pages = list(sf.bulk2.Account.query("SELECT Name FROM Account WHERE Name LIKE 'Two%'"))
    assert "Two A" in "".join(pages), pages


def metadata(sf: Salesforce) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("package.xml", PACKAGE)
        archive.writestr("objects/Referee__c.object", OBJECT)
    Path("package.zip").write_bytes(content.getvalue())
    job = sf.deploy("package.zip", sandbox=False)
    status = sf.checkDeployStatus(job["asyncId"])
    assert status["state"] == "Succeeded", status


def external_ids(sf: Salesforce) -> None:
    referee: SFType = sf.Referee__c
    assert referee.upsert("Key__c/1", {"Name": "One"}) == 201
    assert referee.upsert("Key__c/1", {"Name": "Uno"}) in {200, 204}
    assert referee.get_by_custom_id("Key__c", "1")["Name"] == "Uno"


def limits(sf: Salesforce) -> None:
    assert sf.limits()["DailyApiRequests"]["Max"] > 0
    assert sf.api_usage["api-usage"].used > 0


def soap_log_in(sf: Salesforce) -> None:
    del sf
    Salesforce(username=os.environ["SF_USER"], password=os.environ["SF_PASSWORD"], security_token="")


CHECKS: tuple[Callable[[Salesforce], None], ...] = (
    create_read_update_delete,
    refused_record,
    describes,
    pages_of_queries,
    bulk_1,
    bulk_2,
    metadata,
    external_ids,
    limits,
    soap_log_in,
)


def main() -> None:
    """Run every check of the sample, however the others end."""
    sample = tuple(json.loads(os.environ["SAMPLE"]))
    address = urlsplit(os.environ["SF_HOST"])
    sf = Salesforce(instance=address.netloc, session_id=os.environ["SF_TOKEN"], version="62.0")
    outcomes = {}
    for check in (check for check in CHECKS if check.__name__.startswith(sample)):
        try:
            check(sf)
        except Exception as error:  # noqa: BLE001 -- every way to fail is an outcome
            outcomes[check.__name__] = f"{error!r}\n{traceback.format_exc(limit=-3)}"
        else:
            outcomes[check.__name__] = ""
    print(json.dumps(outcomes))  # noqa: T201 -- the answer


main()
