"""Chats of people without an invitation: they get one polite refusal and nothing else."""

from datetime import datetime

from services.house import House
from storage.queries.inbox import note_stranger


def greet_stranger(house: House, chat_id: int, now: datetime) -> bool:
    """Note a stranger's chat; return whether this is the first time, so that it gets its one answer."""
    with house.store.write() as tx:
        return note_stranger(tx, chat_id, now)
