"""Slowing down who guesses: wrong tries of one address are counted, right ones never."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

_MOST_ADDRESSES = 10_000


@dataclass(slots=True)
class _Tries:
    left: float
    at: datetime


class WrongTries:
    """A bucket of wrong tries for each address, in memory: `burst` at once, then one every `seconds`."""

    def __init__(self, burst: int = 20, seconds: float = 3.0) -> None:
        """Take how many wrong tries are answered at once, and how fast they come back."""
        self._burst, self._seconds = burst, seconds
        self._tries: OrderedDict[str, _Tries] = OrderedDict()

    def wait_after_wrong(self, address: str, now: datetime) -> int:
        """Count a wrong try; return for how many seconds to wait, 0 while there are tries left."""
        tries = self._tries.pop(address, None) or _Tries(self._burst, now)
        passed = (now - tries.at).total_seconds()
        tries.left, tries.at = min(self._burst, tries.left + max(passed, 0) / self._seconds), now
        self._tries[address] = tries
        if len(self._tries) > _MOST_ADDRESSES:
            self._tries.popitem(last=False)
        if tries.left < 1:
            return max(1, round((1 - tries.left) * self._seconds))
        tries.left -= 1
        return 0
