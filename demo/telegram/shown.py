"""What the chat page gets to see of people and messages."""

from __future__ import annotations

from demo.telegram.errors import Json
from demo.telegram.model import Message, Persona, StoredFile
from demo.telegram.state import TelegramStandIn


def persona_json(state: TelegramStandIn, persona: Persona) -> Json:
    """Return a persona with the chats they are in."""
    private = state.private_chat(persona.user_id)
    groups = [
        {"id": chat.id, "title": chat.title, "bot": chat.bot_status in {"member", "administrator"}}
        for chat in state.bot.chats.values()
        if persona.user_id in chat.members and chat.migrated_to is None
    ]
    return {
        "user_id": persona.user_id,
        "name": persona.name,
        "description": persona.description,
        "start_code": persona.start_code,
        "started": private.started,
        "blocked": private.blocked,
        "groups": groups,
    }


def changed_messages(state: TelegramStandIn, after: int) -> list[Json]:
    """Return the messages that came or changed after a revision, in order of change."""
    messages = [m for chat in state.bot.chats.values() for m in chat.messages.values()]
    changed = sorted((m for m in messages if m.revision > after), key=lambda m: m.revision)
    return [message_json(message) for message in changed]


def message_json(message: Message) -> Json:
    """Return a message as the page shows it; of a deleted message only that it is gone."""
    shown: Json = {
        "chat_id": message.chat.id,
        "message_id": message.message_id,
        "revision": message.revision,
        "deleted": message.deleted,
    }
    if message.deleted:
        return shown
    file = message.file
    return shown | {
        "from_bot": message.from_bot,
        "user_id": message.sender.id,
        "sender": message.sender.first_name,
        "date": message.date.isoformat(),
        "edited": message.edited is not None and message.text != "",
        "text": message.text,
        "entities": list(message.entities),
        "keyboard": [[_button_json(button.as_json()) for button in row] for row in message.keyboard],
        "file": _file_json(file) if file else None,
        "service": _service_text(message.service),
    }


def _file_json(file: StoredFile) -> Json:
    """Return a file as the page shows it; a picture has its size in pixels."""
    pixels = {"width": file.width, "height": file.height} if file.is_photo else None
    return {"id": file.file_id, "name": file.name, "size": len(file.content), "pixels": pixels}


def _button_json(button: Json) -> Json:
    """Return a button as the page shows it: a label, and an address when it is a link."""
    return {"text": button["text"], "url": button.get("url"), "callback": "callback_data" in button}


def _service_text(service: Json) -> str | None:
    """Return a service message in the language of the page."""
    if not service:
        return None
    if "new_chat_members" in service:
        return "De bot is toegevoegd aan de groep."
    return "De groep is omgezet naar een supergroep."
