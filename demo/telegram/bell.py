"""A bell that wakes every waiter, in whichever thread and event loop it waits."""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


class Bell:
    """Tells waiters that something changed."""

    def __init__(self) -> None:
        """Start silent."""
        self._lock = threading.Lock()
        self._waiters: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self.count = 0

    def ring(self) -> None:
        """Wake all waiters; may be called from any thread."""
        with self._lock:
            self.count += 1
            waiters = list(self._waiters)
        for loop, event in waiters:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(event.set)

    async def wait(self, seen: int, seconds: float) -> None:
        """Return when the bell rang after count `seen`, or after `seconds`."""
        waiter = (asyncio.get_running_loop(), asyncio.Event())
        with self._lock:
            if self.count != seen:
                return
            self._waiters.add(waiter)
        try:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(waiter[1].wait(), seconds)
        finally:
            with self._lock:
                self._waiters.discard(waiter)

    async def until(self, check: Callable[[], Found | None], seconds: float) -> Found | None:
        """Return the first truthy result of `check`, or its last result after `seconds`."""
        deadline = time.monotonic() + seconds
        while True:
            seen = self.count
            found = check()
            left = deadline - time.monotonic()
            if found or left <= 0:
                return found
            await self.wait(seen, left)
