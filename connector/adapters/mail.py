"""E-mail by SMTP."""

import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid, parseaddr

from connector.errors import TemporaryError

_SECONDS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpMail:
    """security: "starttls", "tls" or "none" (for a server on this machine)."""

    host: str
    port: int
    security: str
    username: str
    password: str = field(repr=False)
    sender: str

    def send(self, to: tuple[str, ...], subject: str, text: str) -> None:
        """Raises TemporaryError where the server does not take it; nothing is sent twice by itself."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self.sender, ", ".join(to), subject
        # Without these a message is no message to some servers, and to others a sign of spam. RFC 5322, 3.6.
        message["Date"] = format_datetime(datetime.now(UTC))
        message["Message-ID"] = make_msgid(domain=self._domain)
        message.set_content(text)
        try:
            with self._connected() as server:
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as failure:
            raise TemporaryError(
                f"The mail server did not take a message ({type(failure).__name__})", code="mail_not_sent"
            ) from failure

    @property
    def _domain(self) -> str:
        return parseaddr(self.sender)[1].rpartition("@")[2] or self.host

    def _connected(self) -> smtplib.SMTP:
        trust = ssl.create_default_context()
        server: smtplib.SMTP
        if self.security == "tls":
            server = smtplib.SMTP_SSL(self.host, self.port, timeout=_SECONDS, context=trust)
        else:
            server = smtplib.SMTP(self.host, self.port, timeout=_SECONDS)
        if self.security == "starttls":
            server.starttls(context=trust)
        if self.username:
            server.login(self.username, self.password)
        return server
