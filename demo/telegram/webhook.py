"""Posting updates to the webhook of a bot, one after the other, until each is accepted."""

from __future__ import annotations

import asyncio
import json
import ssl
from urllib.parse import SplitResult, urlsplit

from demo.telegram.errors import Json
from demo.telegram.model import Bot, Webhook
from demo.telegram.world import World

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 5.0
ANSWER_SECONDS = 10.0


async def deliver_forever(world: World, bot: Bot) -> None:
    """Post every update of the bot while it has a webhook; try again after a failure."""
    pause = FIRST_PAUSE
    while True:
        seen = world.bell.count
        webhook = bot.webhook
        if webhook is None or not bot.updates.pending or world.offline:
            await world.bell.wait(seen, LONGEST_PAUSE)
            continue
        if await _deliver(world, bot, webhook, bot.updates.pending[0]):
            pause = FIRST_PAUSE
        else:
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


async def _deliver(world: World, bot: Bot, webhook: Webhook, update: Json) -> bool:
    """Post one update and confirm it when it was accepted; keep the reason when it was not."""
    try:
        status = await asyncio.wait_for(_post(webhook, update), ANSWER_SECONDS)
    except (OSError, TimeoutError, ValueError, asyncio.IncompleteReadError) as error:
        failure = "Read timeout expired" if isinstance(error, TimeoutError) else "Connection refused"
    else:
        if status.partition(" ")[0].startswith("2"):
            with world.lock:
                bot.updates.confirm(update["update_id"] + 1)
            world.bell.ring()
            return True
        failure = f"Wrong response from the webhook: {status}"
    webhook.last_error, webhook.last_error_at = failure, world.now()
    world.bell.ring()
    return False


async def _post(webhook: Webhook, update: Json) -> str:
    """Post one update and return the status line of the answer after the HTTP version."""
    parts = urlsplit(webhook.url)
    secure = ssl.create_default_context() if parts.scheme == "https" else None
    port = parts.port or (443 if secure else 80)
    reader, writer = await asyncio.open_connection(parts.hostname, port, ssl=secure)
    try:
        writer.write(_request(parts, webhook.secret_token, json.dumps(update).encode()))
        await writer.drain()
        line = await reader.readuntil(b"\r\n")
        await reader.read()
    finally:
        writer.close()
    return line.decode("latin-1").partition(" ")[2].strip()


def _request(parts: SplitResult, secret: str | None, body: bytes) -> bytes:
    """Return the HTTP request that posts `body`."""
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [
        f"POST {target} HTTP/1.1",
        f"Host: {parts.netloc.rpartition('@')[2]}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        "Connection: close",
    ]
    if secret:
        lines.append(f"X-Telegram-Bot-Api-Secret-Token: {secret}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body
