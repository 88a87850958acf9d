"""A process of its own: a bot that polls and makes the calls that answer a press or command, nothing else."""

import json
import sys
from typing import Any

from telegram import InlineKeyboardMarkup, Update
from telegram.constants import ParseMode
from telegram.ext import AIORateLimiter, Application, CallbackQueryHandler, MessageHandler, filters
from telegram.request import HTTPXRequest

AT_ONCE = 64


def main(url: str, token: str, samples: dict[str, Any], *, paced: bool) -> None:
    """Run until it is terminated; `samples` holds the call that answers each kind of button.

    `paced` lets it send no faster than Telegram allows, by the library's own means.
    """

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

    async def reply(update: Update, _context: Any) -> None:
        sample = samples[update.message.text]
        await update.get_bot().send_message(
            text=sample["params"]["text"],
            chat_id=update.effective_chat.id,
            parse_mode=ParseMode.HTML,
            reply_markup=InlineKeyboardMarkup.de_json(sample["params"]["reply_markup"], update.get_bot()),
        )

    builder = (
        Application.builder()
        .token(token)
        .base_url(f"{url}/bot")
        .request(HTTPXRequest(connection_pool_size=AT_ONCE))
        .concurrent_updates(AT_ONCE)
    )
    application = (builder.rate_limiter(AIORateLimiter(max_retries=0)) if paced else builder).build()
    application.add_handler(CallbackQueryHandler(answer))
    application.add_handler(MessageHandler(filters.COMMAND, reply))
    application.run_polling()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], json.loads(sys.argv[3]), paced="paced" in sys.argv[4:])
