"""Bulk API 1.0 over a test client, in both of its languages."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

ASYNC = "/services/async/62.0"
NAMESPACE = "http://www.force.com/2009/06/asyncapi/dataload"


@dataclass
class Bulk:
    """The calls a client makes. content_type: of the jobs it opens."""

    client: FlaskClient
    content_type: str = "CSV"

    def open(self, operation: str, sobject: str, **fields: str) -> TestResponse:
        """Ask for a job, in XML."""
        return self.send(
            "/job", job_xml(operation=operation, object=sobject, **fields, contentType=self.content_type)
        )

    def job(self, operation: str, sobject: str, **fields: str) -> str:
        """The Id of a new job."""
        response = self.open(operation, sobject, **fields)
        assert response.status_code == 201, response.text
        return read_xml(response)["id"]

    def upload(self, job_id: str, body: str | bytes) -> TestResponse:
        kind = "text/csv" if self.content_type == "CSV" else "application/json"
        return self.client.post(
            f"{ASYNC}/job/{job_id}/batch", data=body, content_type=f"{kind}; charset=UTF-8"
        )

    def batch(self, job_id: str, body: str | bytes) -> str:
        """The Id of a new batch."""
        response = self.upload(job_id, body)
        assert response.status_code == 201, response.text
        if self.content_type == "JSON":
            return str(response.get_json()["id"])
        return read_xml(response)["id"]

    def info(self, job_id: str, batch_id: str) -> dict[str, str]:
        response = self.get(f"/job/{job_id}/batch/{batch_id}")
        if self.content_type == "JSON":
            info: dict[str, str] = response.get_json()
            return info
        return read_xml(response)

    def result(self, job_id: str, batch_id: str) -> Any:
        """Result rows: dicts by column for CSV, the list for JSON."""
        response = self.get(f"/job/{job_id}/batch/{batch_id}/result")
        assert response.status_code == 200, response.text
        if self.content_type == "JSON":
            return response.get_json()
        return list(csv.DictReader(io.StringIO(response.text)))

    def run(self, operation: str, sobject: str, body: str, **fields: str) -> Any:
        """A job with one batch, closed; its result rows."""
        job_id = self.job(operation, sobject, **fields)
        batch_id = self.batch(job_id, body)
        self.send(f"/job/{job_id}", job_xml(state="Closed"))
        return self.result(job_id, batch_id)

    def send(self, path: str, body: str, content_type: str = "application/xml") -> TestResponse:
        return self.client.post(f"{ASYNC}{path}", data=body, content_type=f"{content_type}; charset=UTF-8")

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"{ASYNC}{path}")


def job_xml(**fields: str) -> str:
    """A jobInfo document."""
    root = etree.Element("jobInfo", {"xmlns": NAMESPACE})
    for name, value in fields.items():
        etree.SubElement(root, name).text = value
    return etree.tostring(root, encoding="unicode")


def read_xml(response: TestResponse) -> dict[str, str]:
    """The fields of a document of one level."""
    assert response.content_type == "application/xml"
    root = etree.fromstring(response.data)
    assert etree.QName(root).namespace == NAMESPACE
    return {etree.QName(child).localname: child.text or "" for child in root}


@pytest.fixture
def bulk(client: FlaskClient) -> Bulk:
    return Bulk(client)


@pytest.fixture
def json_bulk(client: FlaskClient) -> Bulk:
    return Bulk(client, "JSON")


@pytest.fixture
def find(client: FlaskClient) -> Callable[[str], list[dict[str, Any]]]:
    """Records by query."""

    def run(text: str) -> list[dict[str, Any]]:
        response = client.get("/services/data/v62.0/query", query_string={"q": text})
        records: list[dict[str, Any]] = json.loads(response.data)["records"]
        return records

    return run
