"""The data behind a button: a verb and its arguments in at most 64 bytes, packed and read in one place."""

from dataclasses import dataclass
from enum import StrEnum

LONGEST = 64


class Look(StrEnum):
    """Looking around: carries codes and pages, changes nothing."""

    CASE = "c"
    LIST = "l"
    TODAY = "t"
    WHY = "w"
    NEEDS = "V"
    HISTORY = "J"
    ROUTE = "R"
    MORE = "X"
    WAITING = "W"
    NOTHING = "x"


class Act(StrEnum):
    """Acting: carries the token of a capability, and what was picked."""

    BEGIN = "a"
    DAY = "d"
    MONTH = "m"
    FIT = "f"
    PERSON = "p"
    TICK = "k"
    LATER = "r"
    UNDO = "u"
    CHOICE = "y"
    NEED = "N"
    KIND = "K"
    HANDOVER = "H"
    CLIMB = "E"
    AGENT = "A"
    IMPORT = "i"
    FORGET = "o"


class Own(StrEnum):
    """One's own matters: answers to a question, settings."""

    ANSWER = "q"
    START = "S"
    SETTING = "s"
    STOP = "z"
    ABSENT = "v"
    PRESENT = "b"


class Agree(StrEnum):
    """Meetings, submissions and plans: see one, act on it, leaf, a calendar file, remind all, add one."""

    SHOW = "g"
    DEED = "h"
    AGENDA = "j"
    PLAN = "n"
    FILE = "e"
    REMIND = "B"
    ADD = "P"
    GROUPS = "G"


class Subscribe(StrEnum):
    """Calendars to subscribe to: which there are, which to make, with alarms or not, and ending one."""

    SCREEN = "C"
    CHOOSE = "F"
    ALARMS = "L"
    NEW = "M"
    END = "D"
    ENDED = "T"


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button carried."""

    verb: str
    args: tuple[str, ...]

    def arg(self, place: int) -> str:
        """Return an argument, empty when the button had fewer."""
        return self.args[place] if place < len(self.args) else ""


def pack(verb: Look | Act | Own | Agree | Subscribe, *args: object) -> str:
    """Return the data for a button. Raises ValueError when it would not fit."""
    data = ":".join([verb, *(str(arg) for arg in args)])
    if len(data.encode()) > LONGEST:
        message = f"button data of verb {verb} is over {LONGEST} bytes"
        raise ValueError(message)
    return data


def unpack(data: str) -> Pressed:
    """Read the data of a button."""
    verb, *args = data.split(":")
    return Pressed(verb, tuple(args))
