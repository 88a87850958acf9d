"""What every service stands on: the store and the configured rules."""

from dataclasses import dataclass, field
from datetime import date, datetime

from core.clocktime import local_date
from core.rules import Rules
from services.directory import DirectoryShelf
from storage.store import Store


@dataclass(frozen=True, slots=True)
class House:
    """One installation. `worker` names this process in claims and leases."""

    store: Store
    rules: Rules
    worker: str = "house"
    shelf: DirectoryShelf = field(default_factory=DirectoryShelf, init=False, repr=False, compare=False)

    def today(self, now: datetime) -> date:
        """Return the local date of a UTC moment."""
        return local_date(now, self.rules.zone)
