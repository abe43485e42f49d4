"""Bulk API 2.0 over a test client."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

DATA = "/services/data/v66.0"
Info = dict[str, Any]


@dataclass
class Bulk2:
    """The calls a client makes."""

    client: FlaskClient

    def create(self, operation: str, sobject: str, **fields: str) -> TestResponse:
        body = {"operation": operation, "object": sobject, **fields}
        return self.client.post(f"{DATA}/jobs/ingest", json=body)

    def job(self, operation: str, sobject: str, **fields: str) -> str:
        """The Id of a new ingest job."""
        response = self.create(operation, sobject, **fields)
        assert response.status_code == 200, response.text
        return str(response.get_json()["id"])

    def upload(self, job_id: str, rows: str | bytes) -> TestResponse:
        return self.client.put(
            f"{DATA}/jobs/ingest/{job_id}/batches", data=rows, content_type="text/csv; charset=UTF-8"
        )

    def set_state(self, job_id: str, state: str, resource: str = "ingest") -> TestResponse:
        return self.client.patch(f"{DATA}/jobs/{resource}/{job_id}", json={"state": state})

    def info(self, job_id: str, resource: str = "ingest") -> Info:
        info: Info = self.get(f"{resource}/{job_id}").get_json()
        return info

    def run(self, operation: str, sobject: str, rows: str, **fields: str) -> str:
        """The Id of a job whose rows are worked off."""
        job_id = self.job(operation, sobject, **fields)
        assert self.upload(job_id, rows).status_code == 201
        assert self.set_state(job_id, "UploadComplete").status_code == 200
        return job_id

    def rows(self, job_id: str, result: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.text(job_id, result))))

    def text(self, job_id: str, result: str) -> str:
        response = self.get(f"ingest/{job_id}/{result}")
        assert response.status_code == 200, response.text
        assert response.content_type.startswith("text/csv")
        return response.text

    def ask(self, text: str, **fields: str) -> TestResponse:
        return self.client.post(f"{DATA}/jobs/query", json={"operation": "query", "query": text, **fields})

    def get(self, path: str) -> TestResponse:
        return self.client.get(f"{DATA}/jobs/{path}")


@pytest.fixture
def bulk2(client: FlaskClient) -> Bulk2:
    return Bulk2(client)


@pytest.fixture
def find(client: FlaskClient) -> Callable[[str], list[dict[str, Any]]]:
    """Records by query."""

    def run(text: str) -> list[dict[str, Any]]:
        response = client.get(f"{DATA}/query", query_string={"q": text})
        records: list[dict[str, Any]] = json.loads(response.data)["records"]
        return records

    return run
