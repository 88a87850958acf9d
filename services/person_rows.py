"""Somebody to add, as a form or a row of a file states it, and what can be wrong with that."""

import re
from dataclasses import dataclass

from core.errors import Problem, ProblemCode, Refused
from core.people import GIVEN_ROLES, Role
from core.rules import Rules

_NAME = re.compile(r"^[a-z0-9][a-z0-9._-]{0,62}[a-z0-9]$")
_MAIL = re.compile(r"^[^@\s<>,;\"]+@[^@\s<>,;\"]+\.[^@\s<>,;\"]+$")
_LONGEST_MAIL = 254
_WEEKDAYS = {"ma": 1, "di": 2, "wo": 3, "do": 4, "vr": 5}
COLUMNS = ("naam", "rollen", "gi", "team", "regio", "fte", "werkdagen", "mail")


@dataclass(frozen=True, slots=True)
class NewPerson:
    """Somebody to add; `working_days` is None for every working day, or the weekdays 1 (Monday) to 5."""

    name: str
    roles: frozenset[Role]
    organisation: str | None = None
    team: str | None = None
    region: str | None = None
    fte: float | None = None
    working_days: frozenset[int] | None = None
    mail: str | None = None


def is_mail_address(text: str) -> bool:
    """Tell whether a text has the form of a mail address."""
    return len(text) <= _LONGEST_MAIL and _MAIL.match(text) is not None


def check_person(new: NewPerson, rules: Rules) -> None:
    """Refuse a name, role, institution, region or address that cannot be."""
    problems = person_problems(new, rules)
    if problems:
        raise Refused(*problems)


def person_problems(new: NewPerson, rules: Rules, line: int | None = None) -> list[Problem]:
    """Return what is wrong with somebody to add; `line` is the place in a file."""
    found: list[Problem] = []

    def add(wrong: bool, code: ProblemCode, column: str, value: object, **details: object) -> None:  # noqa: FBT001
        if wrong:
            found.append(Problem(code, details, line, column, str(value)))

    add(not _NAME.match(new.name), ProblemCode.PERSON_NAME_FORM, "naam", new.name)
    add(not new.roles, ProblemCode.ROLE_UNKNOWN, "rollen", "", known=GIVEN_ROLES)
    organisation = new.organisation
    unknown = organisation is not None and organisation not in rules.organisations
    add(unknown, ProblemCode.ORGANISATION_UNKNOWN, "gi", organisation, known=tuple(rules.organisations))
    region_unknown = new.region is not None and new.region not in rules.regions
    add(region_unknown, ProblemCode.REGION_UNKNOWN, "regio", new.region, known=tuple(rules.regions))
    add(new.fte is not None and not 0 < new.fte <= 1.5, ProblemCode.FTE_FORM, "fte", new.fte)  # noqa: PLR2004
    days = new.working_days
    bad_days = days is not None and (not days or not days <= {1, 2, 3, 4, 5})
    add(bad_days, ProblemCode.WORKING_DAYS_FORM, "werkdagen", days)
    add(new.mail is not None and not _MAIL.match(new.mail), ProblemCode.MAIL_FORM, "mail", new.mail)
    return found


def parse_person(line: int, cells: dict[str, str], rules: Rules) -> tuple[NewPerson | None, list[Problem]]:
    """Read a row of a file of people: what it states, or every problem it has."""
    problems: list[Problem] = []
    roles: set[Role] = set()
    for text in re.split(r"[,+/ ]+", cells.get("rollen", "")):
        if text in GIVEN_ROLES:
            roles.add(Role(text))
        elif text:
            details = {"known": GIVEN_ROLES}
            problems.append(Problem(ProblemCode.ROLE_UNKNOWN, details, line, "rollen", text))
    fte = read_fte(cells.get("fte", ""))
    if cells.get("fte") and fte is None:
        problems.append(Problem(ProblemCode.FTE_FORM, {}, line, "fte", cells["fte"]))
    days = read_weekdays(cells.get("werkdagen", ""))
    if cells.get("werkdagen") and not days:
        problems.append(Problem(ProblemCode.WORKING_DAYS_FORM, {}, line, "werkdagen", cells["werkdagen"]))
        days = None
    new = NewPerson(
        name=cells.get("naam", ""),
        roles=frozenset(roles),
        organisation=cells.get("gi") or None,
        team=cells.get("team") or None,
        region=cells.get("regio") or None,
        fte=fte,
        working_days=days,
        mail=cells.get("mail") or None,
    )
    if not problems or roles:
        problems += person_problems(new, rules, line)
    return new, problems


def doubles(rows: list[tuple[int, NewPerson]]) -> list[Problem]:
    """Return a problem for every name that a file has twice."""
    seen: dict[str, int] = {}
    problems = []
    for line, new in rows:
        if new.name in seen:
            details = {"first_line": seen[new.name]}
            problems.append(Problem(ProblemCode.PERSON_EXISTS, details, line, "naam", new.name))
        seen.setdefault(new.name, line)
    return problems


def read_weekdays(text: str) -> frozenset[int] | None:
    """Read `ma,di,wo` as weekdays; None for an empty text, no days at all when a word is unknown."""
    words = [word for word in re.split(r"[,;+/ ]+", text.lower()) if word]
    if not words:
        return None
    if any(word not in _WEEKDAYS for word in words):
        return frozenset()
    return frozenset(_WEEKDAYS[word] for word in words)


def read_fte(text: str) -> float | None:
    """Read `0,8` or `0.8`; None when it is neither."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return None
