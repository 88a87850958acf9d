"""The stand-in for Telegram, in one object."""

from __future__ import annotations

from demo.telegram.acting import Acting
from demo.telegram.watching import Watching


class TelegramStandIn(Acting, Watching):
    """Everything Telegram would remember, with the people who use it and the eyes of a test."""
