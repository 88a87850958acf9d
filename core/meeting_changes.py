"""What people changed of a series: one occurrence, or all after one; it stands until it is taken back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time


@dataclass(frozen=True, slots=True)
class Change:
    """What people decided about one occurrence; it stands until it is reset.

    `moved_on`, `moved_at` and `place` replace what was agreed, `held` is None while nobody said. `version`
    goes up on every change, also on a reset.
    """

    original_on: date
    moved_on: date | None = None
    moved_at: time | None = None
    place: str | None = None
    cancelled: str | None = None
    added: bool = False
    held: bool | None = None
    outcome: str | None = None
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str | None = None

    @property
    def decides(self) -> bool:
        """Tell whether anything stands: after a reset only the version is left."""
        return self.added or self.held is not None or self.moves or self.cancelled is not None

    @property
    def moves(self) -> bool:
        """Tell whether date, time or place differ from what was agreed."""
        return self.moved_on is not None or self.moved_at is not None or self.place is not None


@dataclass(frozen=True, slots=True)
class Shift:
    """All occurrences after the original date `after_on` come `days` later; taken back it counts no more."""

    after_on: date
    days: int
    withdrawn: bool = False
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that people changed of one series."""

    rows: Mapping[date, Change] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()

    def along(self, after_on: date) -> int:
        """Return by how many days what comes after an original date shifts because that one was moved."""
        return sum(one.days for one in self.shifts if one.after_on == after_on and not one.withdrawn)


NO_CHANGES = Changes()
