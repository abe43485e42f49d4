"""E-mail over SMTP, to a server of a few lines."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from connector.adapters.mail import SmtpMail
from connector.errors import TemporaryError


@contextmanager
def mail_server(answer_to_data: str) -> Iterator[tuple[int, list[str]]]:
    """One that takes a single connection; its port, and the lines that came."""
    lines: list[str] = []
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, connection.makefile("rw", newline="\r\n") as talk:
            talk.write("220 ready\n")
            talk.flush()
            in_body = False
            for raw in talk:
                line = raw.rstrip("\r\n")
                lines.append(line)
                if in_body and line != ".":
                    continue
                if line.upper() == "DATA":
                    reply, in_body = "354 go on", True
                elif in_body:
                    reply, in_body = answer_to_data, False
                else:
                    reply = "221 bye" if line.upper() == "QUIT" else "250 ok"
                talk.write(f"{reply}\n")
                talk.flush()
                if line.upper() == "QUIT":
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1], lines
    finally:
        listener.close()
        thread.join(timeout=5)


def mail_to(port: int) -> SmtpMail:
    return SmtpMail(
        host="127.0.0.1", port=port, security="none", username="", password="", sender="gifts@example.com"
    )


def test_a_message_reaches_all_who_are_named() -> None:
    with mail_server("250 taken") as (port, lines):
        mail_to(port).send(("ada@example.com", "alan@example.com"), "Gifting: 1 notice", "A flow is off.")

    recipients = [line.lower() for line in lines if line.lower().startswith("rcpt")]
    assert recipients == ["rcpt to:<ada@example.com>", "rcpt to:<alan@example.com>"]
    assert "Subject: Gifting: 1 notice" in lines
    assert "A flow is off." in lines
    [sent_at] = [line.removeprefix("Date: ") for line in lines if line.startswith("Date: ")]
    assert abs((parsedate_to_datetime(sent_at) - datetime.now(UTC)).total_seconds()) < 60
    known_by = "".join(lines).partition("Message-ID:")[2].partition(">")[0]
    assert known_by.endswith("@example.com")


def test_a_server_that_refuses_or_is_not_there_is_tried_again_later() -> None:
    with mail_server("550 no") as (port, _), pytest.raises(TemporaryError) as refused:
        mail_to(port).send(("ada@example.com",), "x", "y")
    with pytest.raises(TemporaryError):
        mail_to(port).send(("ada@example.com",), "x", "y")

    assert refused.value.code == "mail_not_sent"
