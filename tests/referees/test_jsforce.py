"""jsforce's calls, one check for each kind, against the local org."""

import io
import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
import requests

from emulators.salesforce.testing import LocalOrg
from tests.referees.conftest import needs_node
from tests.referees.ledger import Extent, Verdict, judge

pytestmark = needs_node

FOLDER = Path(__file__).parents[2] / "node" / "referees"
RUN = Path(__file__).parent / "jsforce" / "run.mjs"
SAMPLE = ("records: ", "metadata: a deploy", "bulk: the second api upserts", "org: identity")

PARCEL = """<?xml version="1.0" encoding="UTF-8"?>
<CustomObject xmlns="http://soap.sforce.com/2006/04/metadata">
    <deploymentStatus>Deployed</deploymentStatus>
    <fields>
        <fullName>Code__c</fullName>
        <externalId>true</externalId>
        <label>Code</label>
        <length>40</length>
        <type>Text</type>
        <unique>true</unique>
    </fields>
    <label>Parcel</label>
    <nameField><label>Name</label><type>Text</type></nameField>
    <pluralLabel>Parcels</pluralLabel>
    <sharingModel>ReadWrite</sharingModel>
</CustomObject>
"""
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<Package xmlns="http://soap.sforce.com/2006/04/metadata">
    <types><members>Parcel__c</members><name>CustomObject</name></types>
    <version>62.0</version>
</Package>
"""


def package() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("package.xml", MANIFEST)
        archive.writestr("objects/Parcel__c.object", PARCEL)
    return target.getvalue()


def deploy(served: LocalOrg, content: bytes) -> None:
    url = f"{served.base_url}/services/data/v62.0/metadata/deployRequest"
    options = json.dumps({"deployOptions": {"singlePackage": True}})
    parts = {
        "json": (None, options, "application/json"),
        "file": ("deploy.zip", content, "application/zip"),
    }
    with requests.Session() as session:
        session.trust_env = False
        session.verify = served.ca_bundle
        session.headers["Authorization"] = f"Bearer {served.access_token}"
        deploy_id = session.post(url, files=parts, timeout=30).json()["id"]
        result = session.get(f"{url}/{deploy_id}?includeDetails=true", timeout=30).json()["deployResult"]
    assert result["success"] is True, result["details"]


def test_jsforce_reads_writes_loads_and_deploys(served: LocalOrg, tmp_path: Path, extent: Extent) -> None:
    if not (FOLDER / "node_modules").is_dir():
        pytest.skip("jsforce is missing: run `scripts/setup referees`")
    content = package()
    deploy(served, content)
    (tmp_path / "package.zip").write_bytes(content)
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "ORG_URL": served.base_url,
        "ORG_TOKEN": served.access_token,
        "PACKAGE_ZIP": str(tmp_path / "package.zip"),
        "NODE_EXTRA_CA_CERTS": served.ca_certificate,
        "SAMPLE": json.dumps(extent.beginnings or [""]),
    }

    run = subprocess.run(
        ["node", str(RUN), str(FOLDER)],  # noqa: S607 -- node is where PATH says
        cwd=tmp_path,
        env=variables,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    verdicts = {name: Verdict(not told, told) for name, told in json.loads(run.stdout).items()}
    lock = json.loads((FOLDER / "package-lock.json").read_text("utf-8"))
    judge("jsforce", lock["packages"]["node_modules/jsforce"]["version"], verdicts, extent)
