"""The local org over TLS: query page, collection, bulk job, deploy, reset, and memory over many rows.

Each is measured by the clock and in processor time, client and org together: on a machine that does other
work besides, the latter tells what the org itself needs.
"""

import base64
import csv
import io
import os
import subprocess
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
from rich.console import Console
from rich.table import Table

from emulators.salesforce.testing import LocalOrg, start_local_org

ROOT = Path(__file__).resolve().parent.parent
SF = ROOT / "node" / "sf" / "node_modules" / ".bin" / "sf"
DATA = "/services/data/v66.0"
PAGE = 2_000
COLLECTION = 200
BULK = 10_000
MANY = 100_000
REPEATS = 5
TIMEOUT_SECONDS = 600
CONVERT_SECONDS = 180
NO_SECONDS = 0.02
AIMS = {"collection": "under 0.1", "deploy": "under 2", "reset": "under 0.05"}
_DEPLOY = """<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns="http://soap.sforce.com/2006/04/metadata"><soapenv:Header><SessionHeader><sessionId>{token}</sessionId>
</SessionHeader></soapenv:Header><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"""


class Client:
    """One session with the org."""

    def __init__(self, local: LocalOrg) -> None:
        self._local = local
        self._http = requests.Session()
        self._http.trust_env = False
        self._http.verify = local.ca_bundle
        self._http.headers["Authorization"] = f"Bearer {local.access_token}"

    def __call__(self, method: str, path: str, **sent: Any) -> requests.Response:
        url = self._local.base_url + (path if path.startswith("/services") else DATA + path)
        response = self._http.request(method, url, timeout=TIMEOUT_SECONDS, **sent)
        response.raise_for_status()
        return response

    def soap(self, body: str) -> str:
        """One call of the Metadata API."""
        envelope = _DEPLOY.format(token=self._local.access_token, body=body)
        return self("POST", "/services/Soap/m/66.0", data=envelope.encode()).text


def run(console: Console) -> None:
    """Measure everything on one org that keeps its records on disk."""
    package = converted_package()
    with tempfile.TemporaryDirectory() as folder, start_local_org(Path(folder)) as local:
        client = Client(local)
        deployed = timed(lambda: deploy(client, package))
        collected = fastest(lambda: insert_collection(client))
        loaded = timed(lambda: insert_bulk(client, 0))
        paged = fastest(lambda: read_page(client))
        before = resident_megabytes()
        for job in range(1, MANY // BULK):
            insert_bulk(client, job)
        rows = read_all(client)
        after = resident_megabytes()
        local.reset()
        emptied = fastest(local.reset)
    table = Table("what", "seconds", "of the processor", "aim")
    table.add_row(f"query page of {PAGE:,} rows", *paged.shown(), "")
    table.add_row(f"collection of {COLLECTION} records", *collected.shown(), AIMS["collection"])
    table.add_row(f"bulk insert of {BULK:,} rows", *loaded.shown(), "")
    table.add_row("deploy of the package", *deployed.shown(), AIMS["deploy"])
    table.add_row("reset", *emptied.shown(), AIMS["reset"])
    console.print(table)
    console.print(
        f"memory: {before:.0f} MB after {BULK:,} rows, {after:.0f} MB after {rows:,} rows, all read"
    )


def converted_package() -> bytes:
    """The package in the form that the Metadata API takes, zipped."""
    with tempfile.TemporaryDirectory() as folder:
        command = [str(SF), "project", "convert", "source", "--output-dir", folder]
        environment = {**os.environ, "SF_DISABLE_TELEMETRY": "true", "SF_DISABLE_AUTOUPDATE": "true"}
        subprocess.run(
            command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=CONVERT_SECONDS
        )
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(Path(folder).rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(folder))
    return content.getvalue()


def deploy(client: Client, package: bytes) -> None:
    """Deploy, and wait until it is done. Raises RuntimeError with the answer of a failed one."""
    options = "<DeployOptions><rollbackOnError>true</rollbackOnError></DeployOptions>"
    zipped = f"<ZipFile>{base64.b64encode(package).decode()}</ZipFile>"
    started = client.soap(f"<deploy>{zipped}{options}</deploy>")
    job_id = started.partition("<id>")[2].partition("</id>")[0]
    while True:
        asked = f"<asyncProcessId>{job_id}</asyncProcessId><includeDetails>true</includeDetails>"
        status = client.soap(f"<checkDeployStatus>{asked}</checkDeployStatus>")
        if "<done>true</done>" in status:
            break
        time.sleep(NO_SECONDS)
    if "<status>Succeeded</status>" not in status:
        raise RuntimeError(status[:2000])


def insert_collection(client: Client) -> None:
    """New contacts in one call."""
    records = [{"attributes": {"type": "Contact"}, "LastName": f"Collected {n}"} for n in range(COLLECTION)]
    answer = client("POST", "/composite/sobjects", json={"records": records}).json()
    if not all(result["success"] for result in answer):
        raise RuntimeError(str(answer[:1]))


def insert_bulk(client: Client, number: int) -> None:
    """New leads by one job of Bulk API 2.0."""
    rows = io.StringIO()
    writer = csv.writer(rows, lineterminator="\n")
    writer.writerow(("LastName", "Company", "Email"))
    writer.writerows((f"Lead {number}-{n}", "Acme", f"lead{number}-{n}@example.com") for n in range(BULK))
    job = client("POST", "/jobs/ingest", json={"object": "Lead", "operation": "insert"}).json()
    path = f"/jobs/ingest/{job['id']}"
    client("PUT", f"{path}/batches", data=rows.getvalue().encode(), headers={"Content-Type": "text/csv"})
    client("PATCH", path, json={"state": "UploadComplete"})
    while (state := client("GET", path).json())["state"] not in {"JobComplete", "Failed"}:
        time.sleep(NO_SECONDS)
    if state["numberRecordsProcessed"] != BULK or state["numberRecordsFailed"]:
        raise RuntimeError(str(state))


def read_page(client: Client) -> None:
    """The first page of a query over more rows than that."""
    soql = "SELECT Id, LastName, Company, Email, Owner.Name, CreatedDate, Status FROM Lead"
    answer = client("GET", "/query", params={"q": soql}).json()
    if len(answer["records"]) != PAGE:
        raise RuntimeError(str(len(answer["records"])))


def read_all(client: Client) -> int:
    """All pages of a query; how many rows they had."""
    answer = client("GET", "/query", params={"q": "SELECT Id, LastName FROM Lead"}).json()
    rows = len(answer["records"])
    while not answer["done"]:
        answer = client("GET", answer["nextRecordsUrl"]).json()
        rows += len(answer["records"])
    return rows


@dataclass(frozen=True, slots=True, order=True)
class Taken:
    """What some work took, by the clock and of the processor."""

    seconds: float
    processor_seconds: float

    def shown(self) -> tuple[str, str]:
        """Both as table cells."""
        return f"{self.seconds:.3f}", f"{self.processor_seconds:.3f}"


def timed(work: Callable[[], object]) -> Taken:
    """Do the work once and measure it."""
    start, processor_start = time.perf_counter(), time.process_time()
    work()
    return Taken(time.perf_counter() - start, time.process_time() - processor_start)


def fastest(work: Callable[[], object]) -> Taken:
    """The fastest of some runs; the others had the machine's other work in them."""
    return min(timed(work) for _ in range(REPEATS))


def resident_megabytes() -> float:
    """The memory of this process, in which the org runs too."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
