"""Asks before something big, on a terminal only."""

import sys

from app.reporting import say

_YES = frozenset({"j", "ja", "y", "yes"})


def on_terminal() -> bool:
    """Tell whether somebody can answer a question."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def agreed(question: str) -> bool:
    """Ask on stderr and return whether the answer is yes."""
    say(question)
    return sys.stdin.readline().strip().lower() in _YES
