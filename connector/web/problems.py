"""Errors as application/problem+json (RFC 9457)."""

from flask import Response, g, json


def problem(status: int, title: str, detail: str, *, code: str = "") -> Response:
    """detail: for people, without data of theirs. code: ours, for programs."""
    body = {"type": "about:blank", "title": title, "status": status, "request_id": g.get("request_id", "")}
    if detail:
        body["detail"] = detail
    if code:
        body["code"] = code
    return Response(json.dumps(body), status, mimetype="application/problem+json")
