"""The methods of the Bot API by name, except getUpdates, which waits."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from demo.telegram import methods_bot as about
from demo.telegram import methods_messages as messages
from demo.telegram.context import Context
from demo.telegram.errors import ApiError

Method = Callable[[Context], Any]

_METHODS: dict[str, Method] = {
    "getMe": about.get_me,
    "setWebhook": about.set_webhook,
    "deleteWebhook": about.delete_webhook,
    "getWebhookInfo": about.get_webhook_info,
    "sendMessage": messages.send_message,
    "sendDocument": messages.send_document,
    "sendPhoto": messages.send_photo,
    "sendChatAction": messages.send_chat_action,
    "editMessageText": messages.edit_message_text,
    "editMessageCaption": messages.edit_message_caption,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "deleteMessage": messages.delete_message,
    "answerCallbackQuery": messages.answer_callback_query,
    "getFile": messages.get_file,
    "setMyCommands": about.set_my_commands,
    "getMyCommands": about.get_my_commands,
    "deleteMyCommands": about.delete_my_commands,
    "setMyDescription": about.description_setter("description"),
    "getMyDescription": about.description_getter("description"),
    "setMyShortDescription": about.description_setter("short_description"),
    "getMyShortDescription": about.description_getter("short_description"),
    "setChatMenuButton": about.set_chat_menu_button,
    "getChatMenuButton": about.get_chat_menu_button,
    "getChat": about.get_chat,
    "getChatMember": about.get_chat_member,
    "leaveChat": about.leave_chat,
}
METHODS: dict[str, Method] = {name.lower(): method for name, method in _METHODS.items()}


def perform(method: str, ctx: Context) -> Any:  # noqa: ANN401 - every method has its own result
    """Perform one call and return its result; raise the refusal Telegram would send."""
    found = METHODS.get(method.lower())
    if found is None:
        raise ApiError(404, "Not Found: method not found")
    with ctx.world.lock:
        return found(ctx)
