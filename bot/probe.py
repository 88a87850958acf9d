"""Asks Telegram whether a token works, for `doctor`."""

import asyncio

from telegram import Bot
from telegram.error import InvalidToken, TelegramError
from telegram.request import HTTPXRequest

from core.errors import ProblemCode, refuse

SECONDS = 5.0


def check_token(api_url: str, token: str) -> str:
    """Return the bot's user name. Refuses a wrong token, and a Telegram that is silent for five seconds."""
    return asyncio.run(_user_name(api_url, token))


async def _user_name(api_url: str, token: str) -> str:
    request = HTTPXRequest(connect_timeout=SECONDS, read_timeout=SECONDS)
    bot = Bot(token, base_url=f"{api_url}/bot", request=request, get_updates_request=request)
    try:
        me = await bot.get_me()
    except InvalidToken as error:
        raise refuse(ProblemCode.TELEGRAM_TOKEN) from error
    except TelegramError as error:
        raise refuse(ProblemCode.TELEGRAM_UNREACHABLE, reason=type(error).__name__) from error
    finally:
        await request.shutdown()
    return me.username or me.first_name
