"""What an installation has configured, as far as the rules of the house need it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time
from zoneinfo import ZoneInfo

from core.clocktime import AMSTERDAM
from core.governance import Governance
from core.norms import BUILT_IN_NORMS, NormBook
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
class Quiet:
    """The local hours in which nothing is delivered; `starts` may be later than `ends` (over midnight)."""

    starts: time = time(19, 0)
    ends: time = time(7, 30)

    def covers(self, at: time) -> bool:
        """Tell whether `at` falls in the quiet hours."""
        if self.starts <= self.ends:
            return self.starts <= at < self.ends
        return at >= self.starts or at < self.ends


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
class Rules:
    """Everything configured that decides what happens to a case."""

    calendar: WorkingCalendar
    norms: NormBook = field(default_factory=lambda: NormBook(BUILT_IN_NORMS))
    organisations: Mapping[str, Organisation] = field(default_factory=dict)
    municipalities: Mapping[str, Municipality] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    measures: Mapping[str, Measure] = field(default_factory=lambda: {m.code: m for m in MEASURES})
    notices: NoticeRules = field(default_factory=NoticeRules)
    privacy: PrivacyRules = field(default_factory=PrivacyRules)
    zone: ZoneInfo = AMSTERDAM
    public_url: str | None = None
    governance: Governance = field(default_factory=Governance)
