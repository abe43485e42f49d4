"""The description of the API stays within what External Services accepts."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate
from typer.testing import CliRunner

from connector.cli import app

ROOT = Path(__file__).parents[3]
APEX_NAME = re.compile(r"[A-Za-z](?:_?[A-Za-z0-9])*")


@pytest.fixture(scope="module")
def described() -> dict[str, Any]:
    document: dict[str, Any] = json.loads((ROOT / "spec/openapi.json").read_text())
    return document


def test_the_committed_description_is_what_the_connector_serves() -> None:
    printed = CliRunner().invoke(app, ["openapi"])

    assert printed.stdout == (ROOT / "spec/openapi.json").read_text(), "run: make openapi metadata"


def test_the_description_is_valid_openapi(described: dict[str, Any]) -> None:
    validate(described)

    assert described["openapi"].startswith("3.0.")


def test_it_is_short_enough_for_external_services() -> None:
    assert len((ROOT / "spec/openapi.json").read_text()) < 100_000


def test_every_operation_has_an_id_of_its_own(described: dict[str, Any]) -> None:
    ids = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]

    assert sorted(ids) == ["cancelGift", "getGift", "listGiftCampaigns", "previewGift", "requestGift"]


def test_objects_are_flat_and_their_names_valid_in_apex(described: dict[str, Any]) -> None:
    for name, schema in described["components"]["schemas"].items():
        assert APEX_NAME.fullmatch(name)
        assert not {"oneOf", "anyOf", "allOf", "additionalProperties"} & set(schema)
        for field, body in schema["properties"].items():
            assert APEX_NAME.fullmatch(field), field
            assert body["type"] in {"string", "array", "boolean"}, field


def test_answers_that_are_described_are_json(described: dict[str, Any]) -> None:
    contents = [
        set(response.get("content", {"application/json": {}}))
        for path in described["paths"].values()
        for operation in path.values()
        for response in operation["responses"].values()
    ]

    assert contents
    assert all(content == {"application/json"} for content in contents)
