"""A case as it stands: who holds it, and its terms as they are kept."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from core.facts import Fact
from core.terms import Term


@dataclass(frozen=True, slots=True)
class Case:
    """One case under its pseudonymous code. Organisation, municipality and measure are configured codes."""

    id: int
    code: str
    organisation: str
    municipality: str
    measure: str
    family: str | None
    protector_id: int | None
    manager_id: int | None


class KeptTerm(NamedTuple):
    """A term as it is stored.

    `version` goes up whenever the term comes out differently; `told_through_on` is the last day up to which
    the guard has spoken of it, `next_notice_on` the next day on which it has something to do, `escalate_on`
    the day on which its ladder begins.
    """

    case_id: int
    term: Term
    version: int
    told_through_on: date | None
    next_notice_on: date | None
    escalate_on: date | None = None


@dataclass(frozen=True, slots=True)
class CaseChange:
    """A change of who or what a case belongs to; `source` names a file, and is empty for a change by hand."""

    field: str
    old: str | None
    new: str | None
    source: str
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """All that is kept of one case."""

    case: Case
    facts: tuple[Fact, ...]
    terms: tuple[KeptTerm, ...]
    changes: tuple[CaseChange, ...]
