"""getUpdates: the long poll."""

from __future__ import annotations

from collections.abc import Callable

from demo.telegram.context import Context
from demo.telegram.errors import Json, bad_request, conflict

MAX_WAIT = 50.0
WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"


async def get_updates(ctx: Context, cut: Callable[[], bool]) -> list[Json]:
    """Return waiting updates, or wait for one as long as the bot asks or until `cut` says to stop.

    A later poll ends this one with a conflict; so does a webhook.
    """
    queue = ctx.bot.updates
    if ctx.bot.webhook is not None:
        raise conflict(WEBHOOK_ACTIVE)
    limit = ctx.params.integer("limit", 100) or 100
    if not 1 <= limit <= 100:  # noqa: PLR2004 - Telegram's limit
        raise bad_request("limit must be between 1 and 100")
    with ctx.world.lock:
        poll = queue.begin_poll()
        queue.allow(ctx.params.names("allowed_updates"))
        queue.confirm(ctx.params.integer("offset", 0) or 0)
    ctx.world.bell.ring()

    def ready() -> bool:
        return bool(queue.pending or queue.poll != poll or ctx.bot.webhook is not None or cut())

    await ctx.world.bell.until(ready, min(max(ctx.params.number("timeout", 0), 0), MAX_WAIT))
    if queue.poll != poll:
        raise conflict(OTHER_POLL)
    if ctx.bot.webhook is not None:
        raise conflict(WEBHOOK_ACTIVE)
    with ctx.world.lock:
        return queue.batch(limit)
