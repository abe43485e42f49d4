"""What the web server refuses before the application sees it is told like every other refusal."""

import json
from uuid import uuid4

import structlog
from waitress.channel import HTTPChannel
from waitress.task import ErrorTask

log = structlog.get_logger(__name__)


class RefusedUnread(ErrorTask):  # type: ignore[misc]  # Waitress has no types
    """The answer to what is no HTTP, or more than is taken in, as application/problem+json (RFC 9457)."""

    def execute(self) -> None:
        """Answer under a new request id, since the caller's may not have been read, and hang up.

        Waitress's own words hold what was sent, so they are neither told nor logged.
        """
        error, request_id = self.request.error, uuid4().hex
        told = {
            "type": "about:blank",
            "title": error.reason,
            "status": error.code,
            "request_id": request_id,
        }
        body = json.dumps(told).encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers += [("Content-Type", "application/problem+json"), ("X-Request-Id", request_id)]
        self.set_close_on_finish()
        self.content_length = len(body)
        log.warning("request_refused_unread", status=error.code, request_id=request_id)
        self.write(body)


class Channel(HTTPChannel):  # type: ignore[misc]  # Waitress has no types
    """A connection that refuses so."""

    error_task_class = RefusedUnread
