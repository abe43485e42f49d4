"""The file of mapping records, deployed as an administrator would, and read back as the connector does."""

import base64
import io
import re
import zipfile
from collections.abc import Mapping

import requests

from connector.domain.field_mapping import Attribute, default_mapping
from connector.services.mapping.check_mapping import REQUIRED
from connector.services.mapping.mapping_records import FOLDER, deployable, read_records, records_of
from emulators.salesforce.testing import LocalOrg
from tests.connector.adapters.org_stands import LocalOrgStand
from tests.connector.crash.packaged import API_VERSION, SOURCE, _object

TYPE = "Gift_Field_Mapping__mdt"
MANIFEST = f"""<?xml version="1.0" encoding="UTF-8"?>
<Package xmlns="http://soap.sforce.com/2006/04/metadata">
    <types><members>{TYPE}</members><name>CustomObject</name></types>
    <version>{API_VERSION}</version>
</Package>"""


def zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def deploy(local: LocalOrg, archive: bytes) -> str:
    """What the org says of it."""
    options = "<DeployOptions><rollbackOnError>true</rollbackOnError></DeployOptions>"
    content = base64.b64encode(archive).decode()
    answer = metadata(local, f"<deploy><ZipFile>{content}</ZipFile>{options}</deploy>")
    job = re.search(r"<id>(\w+)</id>", answer)
    assert job is not None, answer
    return metadata(
        local,
        f"<checkDeployStatus><asyncProcessId>{job[1]}</asyncProcessId>"
        "<includeDetails>true</includeDetails></checkDeployStatus>",
    )


def metadata(local: LocalOrg, body: str) -> str:
    envelope = (
        '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"'
        ' xmlns="http://soap.sforce.com/2006/04/metadata"><e:Header><SessionHeader>'
        f"<sessionId>{local.access_token}</sessionId></SessionHeader></e:Header>"
        f"<e:Body>{body}</e:Body></e:Envelope>"
    )
    headers = {"Content-Type": "text/xml", "SOAPAction": '""'}
    url = f"{local.base_url}/services/Soap/m/{API_VERSION}"
    session = requests.Session()
    session.trust_env = False
    return session.post(url, data=envelope, headers=headers, timeout=60, verify=local.ca_certificate).text


def test_what_the_file_says_is_what_the_connector_reads_after_its_deploy(
    local_org: LocalOrg, local_stand: LocalOrgStand
) -> None:
    described = _object(SOURCE / "objects" / TYPE)
    made = deploy(local_org, zipped({f"objects/{TYPE}.object": described, "package.xml": MANIFEST.encode()}))
    contact = default_mapping("Contact").changed(Attribute.CITY, "Account.BillingCity")
    wanted = [contact, default_mapping("Lead")]

    archive = zipfile.ZipFile(io.BytesIO(deployable(records_of(wanted), REQUIRED)))
    files = {name.removeprefix(f"{FOLDER}/"): archive.read(name) for name in archive.namelist()}
    deployed = deploy(local_org, zipped(files))
    found = read_records(local_stand.org)

    assert "<status>Succeeded</status>" in made, re.findall(r"<problem>.*?</problem>", made)
    assert "<status>Succeeded</status>" in deployed, re.findall(r"<problem>.*?</problem>", deployed)
    assert [found.mappings[name] for name in ("Contact", "Lead")] == wanted
    assert found.unused == []
