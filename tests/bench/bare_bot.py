"""A process of its own: a bot that polls and makes the calls that answer a press, nothing else."""

import json
import sys
from typing import Any

from telegram import InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import Application, CallbackQueryHandler
from telegram.request import HTTPXRequest

AT_ONCE = 64


def main(url: str, token: str, samples: dict[str, Any]) -> None:
    """Run until it is terminated; `samples` holds the call that answers each kind of button."""

    async def answer(update: Update, _context: Any) -> None:
        query = update.callback_query
        sample = samples[query.data.partition(":")[0]]
        shown = {
            "text": sample["params"]["text"],
            "chat_id": update.effective_chat.id,
            "parse_mode": ParseMode.HTML,
            "reply_markup": InlineKeyboardMarkup.de_json(sample["params"]["reply_markup"], query.get_bot()),
        }
        if sample["method"] == "editMessageText":
            await query.get_bot().edit_message_text(message_id=query.message.message_id, **shown)
        else:
            await query.get_bot().send_message(**shown)
        await query.answer()

    application = (
        Application.builder()
        .token(token)
        .base_url(f"{url}/bot")
        .request(HTTPXRequest(connection_pool_size=AT_ONCE))
        .concurrent_updates(AT_ONCE)
        .build()
    )
    application.add_handler(CallbackQueryHandler(answer))
    application.run_polling()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]))
