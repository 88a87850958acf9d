"""What changed facts do to terms, counted: what a person wants to know before a file is read in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from core.terms import Term


@dataclass(frozen=True, slots=True)
class TermShifts:
    """How many open terms got another date, passed theirs by it, and are open again."""

    moved: int = 0
    late: int = 0
    reopened: int = 0

    def __add__(self, other: "TermShifts") -> "TermShifts":
        """Return both together."""
        return TermShifts(self.moved + other.moved, self.late + other.late, self.reopened + other.reopened)

    def __bool__(self) -> bool:
        """Tell whether there is anything to say."""
        return bool(self.moved or self.late or self.reopened)


def shifts_between(before: Iterable[Term], after: Iterable[Term], today: date) -> TermShifts:
    """Return what became of the terms of one case; `today` is a local date."""
    earlier = {term.norm: term for term in before}
    found = TermShifts()
    for term in after:
        was = earlier.get(term.norm)
        if was is None or not term.is_open:
            continue
        moved = was.is_open and was.watched_on != term.watched_on
        late = term.watched_on < today and not (was.is_open and was.watched_on < today)
        found += TermShifts(int(moved), int(late), int(not was.is_open))
    return found
