"""Every way in which a delivery by mail can end, against a real server."""

import asyncio
import inspect
from datetime import UTC, datetime

import pytest

from core.ports import Address, Button, ChannelName, Content, DeliveryFailed, Outcome
from mail import sender
from mail.sender import MailSettings

MONDAY = datetime(2026, 9, 7, 6, 30, tzinfo=UTC)
TO = Address(ChannelName.MAIL, mail="jb-1@gia.example.nl")
CONTENT = Content(
    "Dag jb-1,\n\nZaak GIA-2026-0001\nLeg vast: https://w.example.nl/a/abc",
    "1 termijn, uiterlijk wo 9 sep",
    (
        (
            Button("Leg vast", url="https://w.example.nl/a/abc"),
            Button("Bekijk", url="https://w.example.nl/a/d"),
        ),
    ),
)


async def _failure(channel, address=TO, content=CONTENT) -> DeliveryFailed:
    with pytest.raises(DeliveryFailed) as caught:
        await channel.send(address, content, message_key="17")
    said = caught.value.detail
    assert "jb-1" not in said
    assert "GIA-2026" not in said
    return caught.value


async def test_an_accepted_message_arrives_as_text_and_html_with_its_links(channel, postbox) -> None:
    receipt = await channel.send(TO, CONTENT, message_key="17")
    letter = postbox.letter()
    assert postbox.recipients == ["jb-1@gia.example.nl"]
    assert letter["Subject"] == "1 termijn, uiterlijk wo 9 sep"
    assert letter["From"] == "Termijnwacht <wacht@example.nl>"
    assert letter["Message-ID"] == receipt.external_id
    assert letter["Date"] == "Mon, 07 Sep 2026 06:30:00 +0000"
    assert letter["Auto-Submitted"] == "auto-generated"
    text, html = letter.get_body(("plain",)).get_content(), letter.get_body(("html",)).get_content()
    assert text.replace("\r\n", "\n") == (
        "Dag jb-1,\n\nZaak GIA-2026-0001\nLeg vast: https://w.example.nl/a/abc\n\n"
        "Bekijk: https://w.example.nl/a/d\n"
    )
    assert '<a href="https://w.example.nl/a/abc"' in html
    assert '<a href="https://w.example.nl/a/d"' in html
    assert "<img" not in html


async def test_html_escapes_what_the_text_says(channel, postbox) -> None:
    await channel.send(TO, Content('Dag <script>alert("1")</script>,', "x"), message_key="1")
    html = postbox.letter().get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


async def test_message_id_is_the_same_for_every_attempt_and_only_then(channel) -> None:
    first = await channel.send(TO, CONTENT, message_key="17")
    again = await channel.send(TO, Content("anders", "anders"), message_key="17")
    other = await channel.send(TO, CONTENT, message_key="18")
    assert first == again
    assert first != other
    assert first.external_id.endswith("@example.nl>")


@pytest.mark.parametrize("newline", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x85"])
async def test_a_subject_cannot_start_a_header_of_its_own(channel, postbox, newline) -> None:
    await channel.send(TO, Content("x", f"Hoi{newline}Bcc: boef@example.org\x00"), message_key="1")
    assert postbox.letter()["Bcc"] is None
    assert postbox.letter()["Subject"] == "Hoi Bcc: boef@example.org"
    assert postbox.recipients == ["jb-1@gia.example.nl"]


@pytest.mark.parametrize(
    "mail", ["a@b.nl\r\nBcc: c@d.nl", "a@b.nl,c@d.nl", "a@b.nl>", "a b@c.nl", "jörg@example.nl", "", None]
)
async def test_an_address_that_cannot_be_one_is_refused_for_good(channel, postbox, mail) -> None:
    failure = await _failure(channel, Address(ChannelName.MAIL, mail=mail))
    assert (failure.outcome, failure.detail) == (Outcome.REFUSED_FOR_GOOD, "address")
    assert postbox.recipients == []


async def test_a_line_with_only_a_dot_and_a_very_long_line_arrive_whole(channel, postbox) -> None:
    text = "voor\n.\nna " + "woord" * 400
    await channel.send(TO, Content(text, "x"), message_key="1")
    arrived = postbox.letter().get_body(("plain",)).get_content()
    assert arrived.replace("\r\n", "\n").rstrip() == text
    assert max(len(line) for line in postbox.taken[-1].split(b"\r\n")) < 998


@pytest.mark.parametrize(
    ("answers", "outcome", "detail"),
    [
        ({"to_sender": "451 later"}, Outcome.NOT_SENT, "sender: SMTPSenderRefused 451"),
        ({"to_sender": "550 not you"}, Outcome.NOT_SENT, "sender: SMTPSenderRefused 550"),
        ({"to_recipient": "450 later"}, Outcome.NOT_SENT, "recipient: SMTPRecipientRefused 450"),
        ({"to_recipient": "550 no jb-1"}, Outcome.REFUSED_FOR_GOOD, "recipient: SMTPRecipientRefused 550"),
        ({"to_data": "452 full"}, Outcome.NOT_SENT, "message: SMTPDataError 452"),
        ({"to_data": "554 spam"}, Outcome.REFUSED_FOR_GOOD, "message: SMTPDataError 554"),
        ({"hangs_up": True}, Outcome.UNCLEAR, "message: SMTPServerDisconnected"),
    ],
)
async def test_an_answer_becomes_an_outcome(channel, postbox, answers, outcome, detail) -> None:
    for name, answer in answers.items():
        setattr(postbox, name, answer)
    failure = await _failure(channel)
    assert (failure.outcome, failure.detail) == (outcome, detail)


async def test_nobody_listening_is_not_sent(dead_channel) -> None:
    failure = await _failure(dead_channel)
    assert (failure.outcome, failure.detail) == (Outcome.NOT_SENT, "connect: SMTPConnectError")


_PLAIN_LOGIN = pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")


@_PLAIN_LOGIN
async def test_a_refused_login_is_not_sent_and_keeps_the_password_to_itself(login_channel, postbox) -> None:
    failure = await _failure(login_channel("fout-wachtwoord"))
    assert (failure.outcome, failure.detail) == (Outcome.NOT_SENT, "connect: SMTPAuthenticationError 535")
    assert postbox.taken == []


@_PLAIN_LOGIN
async def test_a_good_login_sends(login_channel, postbox) -> None:
    await login_channel("goed-wachtwoord").send(TO, CONTENT, message_key="1")
    assert len(postbox.taken) == 1


async def test_starttls_is_demanded_when_configured(postbox, channel) -> None:
    settings = channel._settings
    strict = sender.MailChannel(
        MailSettings(settings.host, settings.port, "starttls", None, None, settings.sender), channel._now
    )
    failure = await _failure(strict)
    assert (failure.outcome, postbox.taken) == (Outcome.NOT_SENT, [])


async def test_silence_before_the_message_is_not_sent_and_after_it_unclear(monkeypatch) -> None:
    monkeypatch.setattr(sender, "_PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(sender, "_VERDICT_SECONDS", 0.2)
    assert (await _against(b"")).outcome is Outcome.NOT_SENT
    told = await _against(b"220 hi\r\n", b"250 hi\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go\r\n")
    assert (told.outcome, told.detail) == (Outcome.UNCLEAR, "message: SMTPReadTimeoutError")


async def _against(greeting: bytes, *answers: bytes) -> DeliveryFailed:
    """Send to a server that says this and then nothing more."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        for answer in answers:
            await reader.readline()
            writer.write(answer)
        await reader.read()
        writer.close()
        over.set()

    over = asyncio.Event()
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    settings = MailSettings(
        "127.0.0.1", server.sockets[0].getsockname()[1], "none", None, None, "wacht@example.nl"
    )
    try:
        return await _failure(sender.MailChannel(settings, lambda: MONDAY))
    finally:
        server.close()
        await over.wait()


def test_settings_do_not_show_the_password() -> None:
    assert "geheim" not in repr(MailSettings("h", 25, "none", "u", "geheim", "a@b.nl"))


async def test_replace_does_nothing(dead_channel) -> None:
    assert inspect.iscoroutinefunction(dead_channel.replace)
    await dead_channel.replace(TO, "<1@b.nl>", CONTENT)
