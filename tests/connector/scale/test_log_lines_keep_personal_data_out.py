import io
import sys

import pytest
import structlog

from connector.logs import set_up_logs


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_logged_failure_shows_no_local_variables(log_format: str, monkeypatch: pytest.MonkeyPatch) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    before = structlog.get_config()
    set_up_logs(log_format=log_format, log_level="INFO")

    try:
        _fail_over(f"ada@{'example'}.com")
    except RuntimeError:
        structlog.get_logger().exception("failed")
    structlog.configure(**before)

    assert "RuntimeError: 15" in written.getvalue()
    assert "ada@example.com" not in written.getvalue()


def _fail_over(email: str) -> None:
    raise RuntimeError(len(email))
