"""One unit of work at one moment: what every decision in it is made from."""

from dataclasses import dataclass
from datetime import date, datetime

from core.rules import Rules
from services.directory import Directory, load_directory
from services.house import House
from storage.store import Transaction


@dataclass(frozen=True, slots=True)
class Scene:
    """A unit of work with the rules, everybody who is there, the UTC moment and its local day."""

    tx: Transaction
    rules: Rules
    directory: Directory
    today: date
    now: datetime


def set_scene(tx: Transaction, house: House, now: datetime) -> Scene:
    """Read what a unit of work needs to know of people on the local day of `now`."""
    today = house.today(now)
    return Scene(tx, house.rules, load_directory(tx, house, today), today, now)
