"""Telegram's limits on sending: per second over all chats, per chat, and per minute in a group."""

from __future__ import annotations

import math
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from demo.telegram.errors import too_many_requests


@dataclass
class RateLimits:
    """Refuses a message that comes too soon; a chat may send `burst` messages at once."""

    per_second: int = 30
    chat_interval: float = 1.0
    burst: int = 3
    group_per_minute: int = 20
    clock: Callable[[], float] = time.monotonic
    _all: deque[float] = field(default_factory=deque)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _chats: dict[int, float] = field(default_factory=dict)

    def check(self, chat_id: int) -> None:
        """Count a message to `chat_id`, or raise Telegram's 429 and count nothing."""
        now = self.clock()
        group = self._groups.setdefault(chat_id, deque()) if chat_id < 0 else deque[float]()
        ready = max(self._chats.get(chat_id, 0.0), now)
        waits = (
            _window(self._all, now, 1.0, self.per_second),
            _window(group, now, 60.0, self.group_per_minute) if chat_id < 0 else 0.0,
            ready - now - self.chat_interval * (self.burst - 1),
        )
        if max(waits) > 0:
            raise too_many_requests(max(1, math.ceil(max(waits))))
        self._all.append(now)
        group.append(now)
        self._chats[chat_id] = ready + self.chat_interval


def _window(times: deque[float], now: float, seconds: float, most: int) -> float:
    """Return how long to wait before a window of `seconds` has room below `most`."""
    while times and times[0] <= now - seconds:
        times.popleft()
    return times[0] + seconds - now if len(times) >= most else 0.0
