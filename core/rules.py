"""What an installation has configured, as far as the rules of the house need it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from zoneinfo import ZoneInfo

from core.clocktime import AMSTERDAM, Quiet
from core.dates import (
    APPLICATION_FORM,
    BLOCKER_KINDS,
    BUILT_IN_DATES,
    HELP_KINDS,
    ITEM_KINDS,
    REASONS,
    Choice,
    ItemKind,
)
from core.desks import DeskBook, Scope
from core.governance import Governance
from core.ladder import Pace
from core.norms import BUILT_IN_NORMS, NormBook
from core.ports import ChannelName
from core.workdays import WorkingCalendar

DEFAULT_CASE_CODE = re.compile(r"^[A-Z]{2,6}-\d{4}-\d{2,6}$")


@dataclass(frozen=True, slots=True)
class Organisation:
    """An institution. `valid_to` is exclusive; `contact` is the user name of its functional mailbox."""

    code: str
    name: str
    valid_from: date | None = None
    valid_to: date | None = None
    contact: str | None = None
    contact_mail: str | None = None
    telegram: bool = True
    protector_label: str | None = None
    """What this institution calls a jeugdbeschermer, such as gezinsmanager."""

    def holds_cases_on(self, on: date) -> bool:
        """Tell whether the institution exists on `on`."""
        return (self.valid_from or date.min) <= on < (self.valid_to or date.max)


@dataclass(frozen=True, slots=True)
class Municipality:
    """A municipality with the code and name that files use and the region it belongs to."""

    code: str
    name: str
    region: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Measure:
    """A kind of protection measure."""

    code: str
    name: str


MEASURES = (
    Measure("ots", "ondertoezichtstelling"),
    Measure("vots", "voorlopige ondertoezichtstelling"),
    Measure("voogdij", "voogdij"),
    Measure("jeugdreclassering", "jeugdreclassering"),
)


@dataclass(frozen=True, slots=True)
class NoticeRules:
    """How notices go out. `guarded_from` is `[notices] start_on`, `fallback` an administrator's user name."""

    live: bool = True
    guarded_from: date | None = None
    send_at: time = time(8, 30)
    quiet: Quiet = field(default_factory=Quiet)
    digest_lines: int = 10
    many_messages: int = 25
    fallback: str | None = None


@dataclass(frozen=True, slots=True)
class PrivacyRules:
    """What may be said where."""

    case_code: re.Pattern[str] = DEFAULT_CASE_CODE
    case_files_in_chat: bool = False
    free_text_in_chat: bool = False


@dataclass(frozen=True, slots=True)
class CalendarRules:
    """What calendars show: whole months back and ahead, and for how many days what left is told as gone."""

    months_back: int = 3
    months_ahead: int = 12
    gone_days: int = 28


def _by_code(choices: tuple[Choice, ...]) -> dict[str, Choice]:
    return {choice.code: choice for choice in choices}


@dataclass(frozen=True, slots=True)
class EscalationRules:
    """Desks and routes, and what can be picked when something is explained, asked or escalated, by code."""

    desks: DeskBook = field(default_factory=DeskBook)
    reasons: Mapping[str, Choice] = field(default_factory=lambda: _by_code(REASONS))
    help_kinds: Mapping[str, Choice] = field(default_factory=lambda: _by_code(HELP_KINDS))
    blocker_kinds: Mapping[str, Choice] = field(default_factory=lambda: _by_code(BLOCKER_KINDS))
    item_kinds: Mapping[str, ItemKind] = field(
        default_factory=lambda: {kind.code: kind for kind in ITEM_KINDS}
    )
    form: tuple[Choice, ...] = APPLICATION_FORM


@dataclass(frozen=True, slots=True)
class Rules:
    """Everything configured that decides what happens to a case."""

    calendar: WorkingCalendar
    norms: NormBook = field(default_factory=lambda: NormBook((*BUILT_IN_NORMS, *BUILT_IN_DATES)))
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    municipalities: Mapping[str, Municipality] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=lambda: {m.code: m for m in MEASURES})
    notices: NoticeRules = field(default_factory=NoticeRules)
    privacy: PrivacyRules = field(default_factory=PrivacyRules)
    escalation: EscalationRules = field(default_factory=EscalationRules)
    zone: ZoneInfo = AMSTERDAM
    public_url: str | None = None
    governance: Governance = field(default_factory=Governance)
    calendars: CalendarRules = field(default_factory=CalendarRules)
    channels: frozenset[ChannelName] = frozenset(ChannelName)

    @property
    def pace(self) -> Pace:
        """Return what turns delays on ladders into moments."""
        return Pace(self.calendar, self.zone, quiet=self.notices.quiet)

    def scope(self, organisation: str, municipality: str) -> Scope:
        """Return where a case belongs, as far as desks and routes ask."""
        place = self.municipalities.get(municipality)
        return Scope(organisation, municipality, place.region if place else None)

    def uses_telegram(self, organisation: str | None) -> bool:
        """Tell whether people of an institution may be reached by Telegram; who is of none may."""
        found = self.organisations.get(organisation or "")
        return found is None or found.telegram
