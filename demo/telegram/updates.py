"""The queue of updates of one bot, as getUpdates and the webhook see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from demo.telegram.errors import Json

FIRST_UPDATE_ID = 500_000_001
MAX_BATCH = 100
_NOT_BY_DEFAULT = frozenset({"chat_member", "message_reaction", "message_reaction_count"})


@dataclass
class UpdateQueue:
    """Updates wait here until the bot confirms them."""

    pending: list[Json] = field(default_factory=list)
    allowed: frozenset[str] = frozenset()
    next_id: int = FIRST_UPDATE_ID
    poll: int = 0

    def add(self, kind: str, content: Json) -> None:
        """Queue an update of `kind`, unless the bot does not want that kind."""
        wanted = kind in self.allowed if self.allowed else kind not in _NOT_BY_DEFAULT
        if not wanted:
            return
        self.pending.append({"update_id": self.next_id, kind: content})
        self.next_id += 1

    def allow(self, kinds: Sequence[str] | None) -> None:
        """Choose the kinds for later updates: None keeps the choice, an empty list is the default."""
        if kinds is not None:
            self.allowed = frozenset(kinds)

    def confirm(self, offset: int) -> None:
        """Drop the updates before `offset`; a negative offset keeps that many from the end."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [update for update in self.pending if update["update_id"] >= offset]

    def batch(self, limit: int) -> list[Json]:
        """Return the oldest unconfirmed updates, at most `limit`."""
        return self.pending[: max(1, min(limit, MAX_BATCH))]

    def begin_poll(self) -> int:
        """Return the number of a new poll; it replaces the poll that is waiting."""
        self.poll += 1
        return self.poll
