"""What was asked about series, remembered as long as people change nothing of them."""

from datetime import date
from typing import Any

from core.meeting_changes import Changes
from core.occurrences import Days, Occurrence, find, occurrences
from core.series import Series

_Kept = tuple[Days, Changes]


class OccurrenceBook:
    """Remembers what was asked about series, as long as people change nothing of them.

    It gives what `occurrences` and `find` give. Every series is to have a code of its own.
    """

    def __init__(self, most: int = 2000) -> None:
        """Remember at most so many answers."""
        self._most = most
        self._stretches: dict[tuple[str, date, date], tuple[_Kept, tuple[Occurrence, ...]]] = {}
        self._found: dict[tuple[str, date], tuple[_Kept, Occurrence | None]] = {}

    def between(
        self, series: Series, days: Days, first: date, last: date, changes: Changes
    ) -> tuple[Occurrence, ...]:
        """Return the occurrences of a stretch of days, in order."""
        key, known = (series.code, first, last), (days, changes)
        kept = self._stretches.get(key)
        if kept is None or not _same(kept[0], known):
            kept = known, tuple(occurrences(series, days, first, last, changes))
            _keep(self._stretches, key, kept, self._most // 20)
        return kept[1]

    def find(self, series: Series, days: Days, original_on: date, changes: Changes) -> Occurrence | None:
        """Return the occurrence that began as `original_on`."""
        key, known = (series.code, original_on), (days, changes)
        kept = self._found.get(key)
        if kept is None or not _same(kept[0], known):
            kept = known, find(series, days, original_on, changes)
            _keep(self._found, key, kept, self._most)
        return kept[1]


def _same(one: _Kept, other: _Kept) -> bool:
    same_days = one[0].calendar is other[0].calendar and one[0].closures == other[0].closures
    return same_days and one[1] == other[1]


def _keep(shelf: dict[Any, Any], key: object, answer: object, most: int) -> None:
    if len(shelf) >= most:
        shelf.clear()
    shelf[key] = answer
