"""What somebody can choose for the daily message."""

from datetime import time

from core.people import Person
from core.rules import Rules

_TIMES = (time(7, 30), time(8, 30), time(9, 30), time(12, 0), time(15, 0), time(16, 30))


def send_time(rules: Rules, person: Person) -> time:
    """Return when a person's daily message comes, local time."""
    return person.send_at or rules.notices.send_at


def send_times(rules: Rules) -> list[time]:
    """Return the local times to choose from: the usual one, and some others outside the quiet hours."""
    quiet = rules.notices.quiet
    return sorted({rules.notices.send_at, *(at for at in _TIMES if not quiet.covers(at))})


def own_time(rules: Rules, at: time) -> time | None:
    """Return what is kept of a choice: nothing for the usual time, which then moves along when it changes."""
    return None if at == rules.notices.send_at else at
