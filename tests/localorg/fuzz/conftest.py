"""One org that everything is thrown at, and what an answer of the platform looks like."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from emulators.salesforce.app import create_app
from emulators.salesforce.host import EXTENSION
from emulators.salesforce.org import Org

Shaped = Callable[[TestResponse], None]


@pytest.fixture(scope="module")
def target() -> Iterator[FlaskClient]:
    """A client of an org of its own; unexpected exceptions become the 500 that tests look for."""
    org = Org.create()
    app = create_app(org)
    client = app.test_client()
    user = org.user("admin@local.example")
    assert user is not None
    token = app.extensions[EXTENSION].sessions.start(user.id)
    client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    client.environ_base["test.token"] = token
    yield client
    org.close()


@pytest.fixture(scope="module")
def shaped() -> Shaped:
    """Checks that an answer is a result, or an error in the platform's shape and no server error."""

    def check(response: TestResponse) -> None:
        assert response.status_code < 500 or response.status_code == 501, response.text
        if response.status_code < 400:
            return
        kind = response.content_type.partition(";")[0]
        if kind == "application/json":
            _check_json(json.loads(response.data))
        else:
            assert kind in {"application/xml", "text/xml"}, (kind, response.text)
            assert _local_names(response.data) & {"exceptionCode", "faultcode"}, response.text

    return check


@pytest.fixture
def untouched_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fails when a file appears beside the test's own folder or in the temporary one."""
    inside = tmp_path / "inside"
    inside.mkdir()
    monkeypatch.chdir(inside)
    monkeypatch.setattr(tempfile, "tempdir", str(inside))
    yield
    assert [str(path) for path in tmp_path.rglob("*") if path != inside] == []
    assert not os.path.lexists(tmp_path.parent / "escaped.object")


def _check_json(answer: object) -> None:
    errors = answer if isinstance(answer, list) else [answer]
    assert errors
    for error in errors:
        assert isinstance(error, dict)
        assert error.keys() & {"errorCode", "exceptionCode"}, error
        assert error.keys() & {"message", "exceptionMessage"}, error


def _local_names(document: bytes) -> set[str]:
    root = etree.fromstring(document)
    return {etree.QName(element).localname for element in root.iter() if isinstance(element.tag, str)}
