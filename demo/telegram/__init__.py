"""A stand-in for the Telegram Bot API, for the demo and for tests.

It answers the Bot API over HTTP as Telegram does, with Telegram's refusals, and lets code or a web page
act as the people on the other side. It keeps everything in memory and needs no network.

Point a bot at it:

    state = TelegramStandIn("123456:test-token")
    async with serve(state) as url:
        app = (
            Application.builder()
            .token("123456:test-token")
            .base_url(f"{url}/bot")
            .base_file_url(f"{url}/file/bot")
            .build()
        )

Act as a person and look at what the bot does:

    state.add_user(11, "Fatima")
    state.start(11, "CODE")
    welcome = await state.wait_for_message(11, containing="Welkom")
    query_id = state.press(11, welcome, "Ja")
    await state.wait_for_edit(welcome, containing="Gedaan")
    assert (await state.wait_for_alert(query_id)).text == ""
    state.send_text(11, "/help")
    state.send_document(11, b"BEGIN:VCALENDAR", "rooster.ics")

Let things go wrong:

    state.fail_next(method="sendMessage", status=502)
    state.fail_next(method="sendMessage", chat_id=11, retry_after=3, status=429)
    state.fail_next("timeout_after_effect", method="sendMessage")
    state.fail_next("close_after_effect", method="sendMessage", times=2)
    state.fail_next("drop", method="editMessageText")
    state.fail_next("delay", seconds=0.5)
    state.go_offline(); state.go_online()
    state.block(11); state.deactivate(11); state.expire_queries()
    state.limits = RateLimits()

Show the chat page, with hooks for the demo around it:

    app = build_app(state, personas=[Persona(11, "Fatima", "Jeugdbeschermer", "CODE")], now=clock.now)
    async with serve(state, port=8080, app=app) as url:
        ...

Where it differs from Telegram: any unknown token is refused with 401; chats, groups and files belong to
one bot each; message ids count per chat; only the HTML style and plain entities are supported; a
photo has one size; webhooks may use http on a loopback address; a person who writes without pressing
Start opens the chat all the same.
"""

from demo.telegram.failures import Failure, FailureKind
from demo.telegram.keyboards import Button
from demo.telegram.limits import RateLimits
from demo.telegram.model import (
    Alert,
    Bot,
    Call,
    Chat,
    Link,
    Mail,
    Message,
    Persona,
    StoredFile,
    User,
)
from demo.telegram.running import serve
from demo.telegram.server import build_app
from demo.telegram.state import TelegramStandIn

__all__ = [
    "Alert",
    "Bot",
    "Button",
    "Call",
    "Chat",
    "Failure",
    "FailureKind",
    "Link",
    "Mail",
    "Message",
    "Persona",
    "RateLimits",
    "StoredFile",
    "TelegramStandIn",
    "User",
    "build_app",
    "serve",
]
