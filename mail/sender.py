"""The e-mail channel: one message, one connection, and an outcome that says what surely did not arrive."""

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP as SMTP_LINES
from email.utils import format_datetime, parseaddr
from ssl import SSLContext
from typing import Literal

from aiosmtplib import SMTP
from aiosmtplib.errors import SMTPException, SMTPResponseException

from core.ports import Address, ChannelName, Content, DeliveryFailed, Outcome, Receipt
from mail.letter import html_letter, plain_letter

_PATIENCE_SECONDS = 10.0
_VERDICT_SECONDS = 25.0
_GOODBYE_SECONDS = 2.0
"""Together these stay under the two minutes for which a message is claimed, however slow the server is."""


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The mail server. `sender` is the From header, with or without a display name.

    `tls_context` replaces the system's trust in certificates.
    """

    host: str
    port: int
    security: Literal["starttls", "tls", "none"]
    user: str | None
    password: str | None = field(repr=False)
    sender: str
    tls_context: SSLContext | None = field(default=None, repr=False)

    @property
    def sender_address(self) -> str:
        """Return the bare address of the sender."""
        return parseaddr(self.sender)[1]

    @property
    def domain(self) -> str:
        """Return the domain of the sender."""
        return self.sender_address.rpartition("@")[2] or "localhost"


class MailChannel:
    """Carries messages by mail, one connection each. `now` tells the moment for the Date header."""

    name = ChannelName.MAIL

    def __init__(self, settings: MailSettings, now: Callable[[], datetime]) -> None:
        self._settings = settings
        self._now = now

    async def send(self, address: Address, content: Content, *, message_key: str) -> Receipt:
        """Send once; returns the Message-ID, which is the same at every attempt to one address.

        Raises `DeliveryFailed`: not sent (no connection, a temporary refusal, a refused login), refused for
        good (the address or the message), or unclear (the message went out and no answer came).
        """
        recipient = _bare(address.mail)
        message_id = self._message_id(message_key, recipient)
        letter = self._letter(recipient, content, message_id)
        server = self._server()
        with _not_sent("connect"):
            await server.connect()
        try:
            await self._hand_over(server, recipient, letter)
        finally:
            await _part(server)
        return Receipt(message_id)

    async def replace(self, address: Address, external_id: str, content: Content) -> None:
        """Do nothing: what was mailed stays as it is."""

    async def _hand_over(self, server: SMTP, recipient: str, letter: bytes) -> None:
        with _not_sent("sender"):
            await server.mail(self._settings.sender_address)
        with _refused("recipient", silence=Outcome.NOT_SENT):
            await server.rcpt(recipient)
        with _refused("message", silence=Outcome.UNCLEAR):
            await server.data(letter, timeout=_VERDICT_SECONDS)

    def _server(self) -> SMTP:
        settings = self._settings
        return SMTP(
            hostname=settings.host,
            port=settings.port,
            username=settings.user,
            password=settings.password,
            use_tls=settings.security == "tls",
            start_tls=settings.security == "starttls",
            tls_context=settings.tls_context,
            local_hostname=settings.domain,
            timeout=_PATIENCE_SECONDS,
        )

    def _letter(self, recipient: str, content: Content, message_id: str) -> bytes:
        letter = EmailMessage()
        letter["From"] = self._settings.sender
        letter["To"] = recipient
        letter["Subject"] = _one_line(content.subject)
        letter["Date"] = format_datetime(self._now())
        letter["Message-ID"] = message_id
        letter["Auto-Submitted"] = "auto-generated"
        letter["X-Auto-Response-Suppress"] = "All"
        letter["Content-Language"] = "nl"
        letter.set_content(plain_letter(content), cte="quoted-printable")
        letter.add_alternative(html_letter(content), subtype="html", cte="quoted-printable")
        _enclose(letter, content)
        return letter.as_bytes(policy=SMTP_LINES)

    def _message_id(self, message_key: str, recipient: str) -> str:
        digest = hashlib.sha256(f"{message_key} {recipient}".encode()).hexdigest()
        return f"<{digest[:40]}@{self._settings.domain}>"


def _enclose(letter: EmailMessage, content: Content) -> None:
    """Add the calendar files; the part and the file name the same method (RFC 6047, 2.4)."""
    for file in content.files:
        if file.is_the_message:
            letter.add_alternative(file.body.decode(), subtype="calendar", params={"method": file.method})
    for file in content.files:
        letter.add_attachment(
            file.body,
            maintype="text",
            subtype="calendar",
            filename=file.name,
            params={"method": file.method, "charset": "utf-8"},
        )


async def _part(server: SMTP) -> None:
    """Say goodbye where the server still listens; how that ends changes nothing about the message."""
    with suppress(SMTPException, OSError):
        await server.quit(timeout=_GOODBYE_SECONDS)
    server.close()


def _bare(mail: str | None) -> str:
    """Return the address when it can be put in a command and a header; refuse it for good otherwise."""
    if mail is None or "@" not in mail or not mail.isascii() or any(c <= " " or c in '<>,;"' for c in mail):
        raise DeliveryFailed(Outcome.REFUSED_FOR_GOOD, "address")
    return mail


def _one_line(text: str) -> str:
    """Return the text without line ends or control characters, which could start a header of their own."""
    return "".join(letter for letter in " ".join(text.split()) if letter.isprintable())


@contextmanager
def _not_sent(step: str) -> Iterator[None]:
    """Turn every failure of a step before the recipient was named into `NOT_SENT`."""
    try:
        yield
    except (SMTPException, OSError, ValueError) as error:
        raise DeliveryFailed(Outcome.NOT_SENT, _detail(step, error)) from None


@contextmanager
def _refused(step: str, *, silence: Outcome) -> Iterator[None]:
    """Turn a refusal into its outcome by its code; a broken or silent connection means `silence`."""
    try:
        yield
    except (SMTPException, OSError, ValueError) as error:
        raise DeliveryFailed(_outcome(error, silence), _detail(step, error)) from None


def _outcome(error: Exception, silence: Outcome) -> Outcome:
    code = error.code if isinstance(error, SMTPResponseException) else 0
    by_class = {4: Outcome.NOT_SENT, 5: Outcome.REFUSED_FOR_GOOD}
    return by_class.get(code // 100, silence)


def _detail(step: str, error: Exception) -> str:
    """Return the step with the code or kind of failure: a server's own words may repeat the address."""
    code = f" {error.code}" if isinstance(error, SMTPResponseException) else ""
    return f"{step}: {type(error).__name__}{code}"
