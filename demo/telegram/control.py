"""The control API of the chat page, under /demo/, and the page itself.

Everything here acts as a person in Telegram or shows the demo; bots do not use it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, HTTPException, Request, Response, UploadFile
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from demo.telegram.errors import Json
from demo.telegram.methods_bot import commands_for
from demo.telegram.model import Chat, Link, Mail, Message, Persona
from demo.telegram.shown import changed_messages, message_json, persona_json
from demo.telegram.state import TelegramStandIn

PAGE = Path(__file__).resolve().parent.parent / "page"
PAGE_FILES = {
    "app.js": "text/javascript",
    "commands.js": "text/javascript",
    "render.js": "text/javascript",
    "style.css": "text/css",
}
PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
_PICTURES = (
    (b"\x89PNG", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"RIFF", "image/webp"),
    (b"BM", "image/bmp"),
)
LARGEST_ATTACHMENT = 50_000_000


@dataclass(frozen=True)
class PageSetup:
    """What the page shows besides the chats; a hook that is None hides its part."""

    personas: tuple[Persona, ...] = ()
    now: Callable[[], datetime] | None = None
    advance: Callable[[str], Awaitable[datetime]] | None = None
    mails: Callable[[], list[Mail]] | None = None
    links: tuple[Link, ...] = ()


class TextBody(BaseModel):
    """A text to send."""

    text: str = Field(min_length=1, max_length=4096)
    chat_id: int | None = None


class PressBody(BaseModel):
    """A button to press: its place, and the label the person saw there."""

    chat_id: int
    message_id: int
    row: int = Field(ge=0)
    column: int = Field(ge=0)
    label: str


class GroupBody(BaseModel):
    """A group to create, with the bot in it when asked."""

    title: str = Field(min_length=1, max_length=128)
    owner_id: int
    members: list[int] = []
    supergroup: bool = False
    with_bot: bool = True


class StartBody(BaseModel):
    """The code of a `startgroup` link."""

    code: str = Field(min_length=1, max_length=64)


class AdvanceBody(BaseModel):
    """How far to move the clock."""

    step: Literal["workday", "hour"]


def control_router(state: TelegramStandIn, setup: PageSetup) -> APIRouter:
    """Return the routes of the page, of acting as a person, and of the demo itself."""
    router = APIRouter()
    _add_page(router)
    _add_feed(router, state, setup)
    _add_actions(router, state)
    _add_groups(router, state)
    _add_demo(router, setup)
    return router


def _add_page(router: APIRouter) -> None:
    """Add the page and its files."""

    @router.get("/")
    async def page() -> FileResponse:
        return FileResponse(PAGE / "index.html", headers=PAGE_HEADERS)

    @router.get("/page/{name}")
    async def page_file(name: str) -> FileResponse:
        if name not in PAGE_FILES:
            raise HTTPException(404)
        return FileResponse(PAGE / name, media_type=PAGE_FILES[name], headers=PAGE_HEADERS)


def _add_feed(router: APIRouter, state: TelegramStandIn, setup: PageSetup) -> None:
    """Add what the page reads: personas, changes since a revision, commands, files."""

    @router.get("/demo/personas")
    async def personas() -> list[Json]:
        return [persona_json(state, persona) for persona in setup.personas]

    @router.get("/demo/feed")
    async def feed(after: int = 0) -> Json:
        with state.lock:
            return {
                "instance": state.instance,
                "revision": state.revision,
                "now": setup.now().isoformat() if setup.now else None,
                "personas": [persona_json(state, persona) for persona in setup.personas],
                "messages": changed_messages(state, after),
                "alerts": [
                    {"user_id": a.user_id, "chat_id": a.chat_id, "text": a.text, "show_alert": a.show_alert}
                    for a in state.alerts
                    if a.revision > after and a.text
                ],
                "mails": len(setup.mails()) if setup.mails else 0,
            }

    @router.get("/demo/commands")
    async def commands(chat_id: int) -> list[Json]:
        chat = _chat(state, chat_id)
        return commands_for(state.bot, chat, chat.user.language_code if chat.user else "")

    @router.get("/demo/files/{file_id}")
    async def file(file_id: str) -> Response:
        stored = state.files.get(file_id)
        if stored is None:
            raise HTTPException(404)
        nosniff = {"X-Content-Type-Options": "nosniff"}
        picture = next((kind for start, kind in _PICTURES if stored.content.startswith(start)), None)
        if stored.is_photo and picture is not None:
            return Response(stored.content, media_type=picture, headers=nosniff)
        name = "".join(char if char.isascii() and char.isprintable() else "_" for char in stored.name)
        disposition = 'attachment; filename="{}"'.format(name.replace('"', "_").replace("\\", "_"))
        return Response(
            stored.content,
            media_type="application/octet-stream",
            headers=nosniff | {"Content-Disposition": disposition},
        )


def _add_actions(router: APIRouter, state: TelegramStandIn) -> None:
    """Add what a person does in a chat."""

    @router.post("/demo/users/{user_id}/start")
    async def start(user_id: int, request: Request) -> Json:
        code = (await _body(request)).get("code")
        return _acted(lambda: message_json(state.start(user_id, str(code) if code else None)))

    @router.post("/demo/users/{user_id}/text")
    async def text(user_id: int, body: TextBody) -> Json:
        return _acted(lambda: message_json(state.send_text(user_id, body.text, chat_id=body.chat_id)))

    @router.post("/demo/users/{user_id}/press")
    async def press(user_id: int, body: PressBody) -> Json:
        message = _chat(state, body.chat_id).messages.get(body.message_id)
        if message is None:
            raise HTTPException(404)
        return _acted(lambda: {"query_id": _press(state, user_id, message, body)})

    @router.post("/demo/users/{user_id}/document")
    async def document(
        user_id: int, file: Annotated[UploadFile, File()], chat_id: Annotated[int | None, Form()] = None
    ) -> Json:
        content = await file.read(LARGEST_ATTACHMENT + 1)
        if len(content) > LARGEST_ATTACHMENT:
            raise HTTPException(413)
        name = file.filename or "bestand"
        return _acted(lambda: message_json(state.send_document(user_id, content, name, chat_id=chat_id)))

    @router.post("/demo/users/{user_id}/{action}")
    async def account(user_id: int, action: Literal["block", "unblock", "deactivate"]) -> Json:
        actions = {"block": state.block, "unblock": state.unblock, "deactivate": state.deactivate}

        def acted() -> Json:
            actions[action](user_id)
            return {"ok": True}

        return _acted(acted)


def _add_groups(router: APIRouter, state: TelegramStandIn) -> None:
    """Add what a person does with groups."""

    @router.post("/demo/groups")
    async def create(body: GroupBody) -> Json:
        def made() -> Json:
            chat = state.create_group(
                body.owner_id, body.title, members=tuple(body.members), supergroup=body.supergroup
            )
            if body.with_bot:
                state.add_bot_to_group(chat.id, body.owner_id)
            return chat.as_json()

        return _acted(made)

    @router.post("/demo/groups/{chat_id}/start/{user_id}")
    async def start(chat_id: int, user_id: int, body: StartBody) -> Json:
        return _acted(lambda: message_json(state.start_in_group(chat_id, user_id, body.code)))

    @router.post("/demo/groups/{chat_id}/leave/{user_id}")
    async def leave(chat_id: int, user_id: int) -> Json:
        def left() -> Json:
            state.remove_bot_from_group(chat_id, user_id)
            return {"ok": True}

        return _acted(left)

    @router.post("/demo/groups/{chat_id}/bot/{user_id}")
    async def add_bot(chat_id: int, user_id: int) -> Json:
        return _acted(lambda: message_json(state.add_bot_to_group(chat_id, user_id)))


def _add_demo(router: APIRouter, setup: PageSetup) -> None:
    """Add the clock, the mails and the links of the demo."""

    @router.get("/demo/setup")
    async def parts() -> Json:
        return {
            "clock": setup.now is not None,
            "advance": setup.advance is not None,
            "mails": setup.mails is not None,
            "links": [{"title": link.title, "url": link.url} for link in setup.links],
        }

    @router.post("/demo/advance")
    async def advance(body: AdvanceBody) -> Json:
        if setup.advance is None:
            raise HTTPException(404)
        return {"now": (await setup.advance(body.step)).isoformat()}

    @router.get("/demo/mails")
    async def mails() -> list[Json]:
        if setup.mails is None:
            raise HTTPException(404)
        return [
            {"to": mail.to, "subject": mail.subject, "body": mail.body, "at": mail.at.isoformat()}
            for mail in setup.mails()
        ]


async def _body(request: Request) -> Json:
    """Return the JSON object of a body that may be left out."""
    if not await request.body():
        return {}
    value = await request.json()
    return value if isinstance(value, dict) else {}


def _acted(action: Callable[[], Json]) -> Json:
    """Return the result of an action; unknown people are 404, what Telegram does not allow is 409."""
    try:
        return action()
    except KeyError:
        raise HTTPException(404) from None
    except ValueError as error:
        raise HTTPException(409, str(error)) from None


def _chat(state: TelegramStandIn, chat_id: int) -> Chat:
    """Return a chat by id, or 404."""
    try:
        return state.chat(chat_id)
    except KeyError:
        raise HTTPException(404) from None


def _press(state: TelegramStandIn, user_id: int, message: Message, body: PressBody) -> str:
    """Press the button at a place when it still has the label the person saw."""
    try:
        button = message.keyboard[body.row][body.column]
    except IndexError:
        raise ValueError("the button is gone") from None
    if button.text != body.label:
        raise ValueError("the button changed")
    return state.press(user_id, message, button)
