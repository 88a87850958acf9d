"""A real mail server on a free port that answers as a test tells it to."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from mail.sender import MailChannel, MailSettings

MONDAY = datetime(2026, 9, 7, 6, 30, tzinfo=UTC)


@dataclass
class Postbox:
    """What the server answers, and what it took."""

    to_sender: str = "250 OK"
    to_recipient: str = "250 OK"
    to_data: str = "250 OK"
    hangs_up: bool = False
    taken: list[bytes] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)

    def letter(self) -> EmailMessage:
        parsed = message_from_bytes(self.taken[-1], policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.to_sender

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
            self.recipients.append(address)
        return self.to_recipient

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        if self.to_data.startswith("250"):
            self.taken.append(envelope.content)
        if self.hangs_up:
            assert server.transport is not None
            server.transport.abort()
        return self.to_data


@asynccontextmanager
async def serving(postbox: Postbox, **options: Any) -> AsyncIterator[int]:
    conversations: list[SMTP] = []

    def answer() -> SMTP:
        conversations.append(SMTP(postbox, **options))
        return conversations[-1]

    server = await asyncio.get_running_loop().create_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for conversation in conversations:
            if conversation.transport:
                conversation.transport.abort()
        await asyncio.sleep(0.01)


def _settings(port: int, **changed: Any) -> MailSettings:
    values = {"user": None, "password": None, "sender": "Termijnwacht <wacht@example.nl>"} | changed
    return MailSettings("127.0.0.1", port, "none", **values)


@pytest.fixture
def postbox() -> Postbox:
    return Postbox()


@pytest.fixture
async def channel(postbox: Postbox) -> AsyncIterator[MailChannel]:
    async with serving(postbox) as port:
        yield MailChannel(_settings(port), lambda: MONDAY)


@pytest.fixture
async def login_channel(postbox: Postbox) -> AsyncIterator[Callable[[str], MailChannel]]:
    def check(
        _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any
    ) -> AuthResult:
        return AuthResult(success=data.password == b"goed-wachtwoord", handled=False)

    options = {"authenticator": check, "auth_required": True, "auth_require_tls": False}
    async with serving(postbox, **options) as port:
        yield lambda password: MailChannel(_settings(port, user="wacht", password=password), lambda: MONDAY)


@pytest.fixture
def dead_channel() -> MailChannel:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return MailChannel(_settings(port), lambda: MONDAY)
