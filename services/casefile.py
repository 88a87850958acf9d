"""Reads one row of a case file into what it states, or into the problems it has."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from core.errors import Problem, ProblemCode, Refused
from core.facts import FORWARD_LOOKING, FactKind
from core.people import Role
from core.privacy import is_bsn
from core.rules import Rules
from core.workdays import FIRST_DAY, LAST_DAY
from services.case_desk import check_code, holder_problem
from services.directory import Directory

DATE_COLUMNS: Mapping[str, FactKind] = {
    kind.value: kind
    for kind in (
        FactKind.NOTIFIED,
        FactKind.ORDERED,
        FactKind.MEASURE_STARTED,
        FactKind.FAMILY_PLAN_WAIVED,
        FactKind.PROTECTOR_COUPLED,
        FactKind.FIRST_CONTACT,
        FactKind.COURSE_SET,
        FactKind.HELP_STARTED,
        FactKind.COURSE_NEEDED_BY,
        FactKind.HELP_NEEDED_BY,
        FactKind.MEASURE_ENDS,
    )
}
REQUIRED = ("zaak", "gi", "gemeente", "maatregel")
COLUMNS = (*REQUIRED, "wijziging", "gezin", "jeugdbeschermer", "teammanager", *DATE_COLUMNS)
FOLLOW_UP, CORRECTION = "vervolg", "correctie"

_DUTCH_DATE = re.compile(r"^(\d{1,2})-(\d{1,2})-(\d{4})$")
_ISO_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_BETWEEN = re.compile(r"[\W_]+")
_NAME = re.compile(r"\b(?!Gezin\b)[A-Z][a-z]{2,}")
_MAY_BE_FUTURE = FORWARD_LOOKING | {FactKind.MEASURE_STARTED}


@dataclass(frozen=True, slots=True)
class CaseRow:
    """What one row states; configured codes and person ids, only the dates that are filled in."""

    line: int
    code: str
    organisation: str
    municipality: str
    measure: str
    change: str | None
    family: str | None
    protector_id: int | None
    protector: str | None
    manager_id: int | None
    dates: Mapping[FactKind, date]


def check_header(header: tuple[str, ...]) -> None:
    """Refuse an unknown column, naming the closest known one, and a missing required one."""
    problems = [
        Problem(
            ProblemCode.COLUMN_UNKNOWN,
            {"closest": next(iter(get_close_matches(column, COLUMNS, 1, 0.4)), None)},
            1,
            column,
        )
        for column in header
        if column not in COLUMNS
    ]
    problems += [
        Problem(ProblemCode.COLUMN_MISSING, {}, 1, column) for column in REQUIRED if column not in header
    ]
    if not {FactKind.NOTIFIED, FactKind.ORDERED} & set(header):
        problems.append(
            Problem(ProblemCode.COLUMN_MISSING, {"other": FactKind.ORDERED.value}, 1, FactKind.NOTIFIED)
        )
    if problems:
        raise Refused(*problems)


def read_date(text: str, column: str | None = None) -> date:
    """Read `jjjj-mm-dd` or `d-m-jjjj`; `column` is what a refusal names as its place.

    Raises `Refused` for another form, an impossible day or one outside 2000-2099.
    """
    parts = _DUTCH_DATE.match(text)
    try:
        if parts:
            on = date(int(parts[3]), int(parts[2]), int(parts[1]))
        elif _ISO_DATE.match(text):
            on = date.fromisoformat(text)
        else:
            raise Refused(Problem(ProblemCode.DATE_NOT_READ, column=column, value=text))
    except ValueError as error:
        raise Refused(Problem(ProblemCode.DATE_IMPOSSIBLE, column=column, value=text)) from error
    if not FIRST_DAY <= on <= LAST_DAY:
        details = {"first": FIRST_DAY, "last": LAST_DAY}
        raise Refused(Problem(ProblemCode.DATE_OUT_OF_RANGE, details, column=column, value=text))
    return on


class RowReader:
    """Reads rows against one configuration and one directory; what it has seen once it knows."""

    def __init__(self, rules: Rules, directory: Directory, today: date) -> None:
        """Take what the columns refer to."""
        self._rules, self._directory, self._today = rules, directory, today
        self._organisations = _by_code_and_name(rules.organisations)
        self._municipalities = _by_code_and_name(rules.municipalities)
        self._measures = _by_code_and_name(rules.measures)
        self._dates: dict[str, date] = {}
        self._holders: dict[tuple[str, Role, str], tuple[int | None, Problem | None]] = {}

    def read(self, line: int, cells: Mapping[str, str]) -> tuple[CaseRow | None, list[Problem]]:
        """Return what the row states, or every problem it has with line and column."""
        problems: list[Problem] = []
        code = self._code(line, cells.get("zaak", ""), problems)
        organisation = self._known(line, "gi", cells, self._organisations, problems)
        municipality = self._known(line, "gemeente", cells, self._municipalities, problems)
        measure = self._known(line, "maatregel", cells, self._measures, problems)
        change = cells.get("wijziging", "").lower() or None
        if change not in (None, FOLLOW_UP, CORRECTION):
            problems.append(Problem(ProblemCode.CHANGE_UNKNOWN, {}, line, "wijziging", change))
        dates = self._read_dates(line, cells, problems)
        self._check_dates(line, dates, problems)
        protector_id = self._holder(line, "jeugdbeschermer", Role.PROTECTOR, organisation, cells, problems)
        manager_id = self._holder(line, "teammanager", Role.MANAGER, organisation, cells, problems)
        family = cells.get("gezin") or None
        _check_family(line, family, problems)
        if problems:
            return None, problems
        row = CaseRow(
            line=line,
            code=code,
            organisation=organisation,
            municipality=municipality,
            measure=measure,
            change=change,
            family=family,
            protector_id=protector_id,
            protector=cells.get("jeugdbeschermer") or None,
            manager_id=manager_id,
            dates=dates,
        )
        return row, problems

    def _code(self, line: int, code: str, problems: list[Problem]) -> str:
        if not code:
            problems.append(Problem(ProblemCode.VALUE_MISSING, {}, line, "zaak"))
            return code
        try:
            check_code(code, self._rules)
        except Refused as refused:
            found = refused.problems[0]
            problems.append(Problem(found.code, found.details, line, "zaak", found.value))
        return code

    def _known(
        self,
        line: int,
        column: str,
        cells: Mapping[str, str],
        known: Mapping[str, str],
        problems: list[Problem],
    ) -> str:
        text = cells.get(column, "")
        code = known.get(text) or known.get(text.casefold())
        if code is not None:
            return code
        if not text:
            problems.append(Problem(ProblemCode.VALUE_MISSING, {}, line, column))
            return ""
        names: dict[str, str] = {}
        for name in known:
            names.setdefault(name.casefold(), name)
        found = next(iter(get_close_matches(text.casefold(), list(names), 1, 0.5)), None)
        closest = names[found] if found else None
        problems.append(Problem(_UNKNOWN[column], {"closest": closest}, line, column, text))
        return ""

    def _read_dates(
        self, line: int, cells: Mapping[str, str], problems: list[Problem]
    ) -> dict[FactKind, date]:
        dates: dict[FactKind, date] = {}
        for column, kind in DATE_COLUMNS.items():
            text = cells.get(column)
            if not text:
                continue
            on = self._dates.get(text)
            if on is None:
                try:
                    on = self._dates[text] = read_date(text)
                except Refused as refused:
                    found = refused.problems[0]
                    problems.append(Problem(found.code, found.details, line, column, text))
                    continue
            if on > self._today and kind not in _MAY_BE_FUTURE:
                problems.append(
                    Problem(ProblemCode.DATE_IN_FUTURE, {"today": self._today}, line, column, text)
                )
            dates[kind] = on
        return dates

    def _check_dates(self, line: int, dates: Mapping[FactKind, date], problems: list[Problem]) -> None:
        if FactKind.NOTIFIED not in dates and FactKind.ORDERED not in dates and not problems:
            problems.append(
                Problem(ProblemCode.DATE_MISSING, {"other": FactKind.ORDERED.value}, line, FactKind.NOTIFIED)
            )
        ends_on = dates.get(FactKind.MEASURE_ENDS)
        starts_on = dates.get(FactKind.MEASURE_STARTED) or dates.get(FactKind.ORDERED)
        if ends_on and starts_on and ends_on <= starts_on:
            problems.append(
                Problem(
                    ProblemCode.END_BEFORE_START,
                    {"start": starts_on},
                    line,
                    FactKind.MEASURE_ENDS,
                    ends_on.isoformat(),
                )
            )

    def _holder(
        self,
        line: int,
        column: str,
        role: Role,
        organisation: str,
        cells: Mapping[str, str],
        problems: list[Problem],
    ) -> int | None:
        name = cells.get(column)
        if not name or not organisation:
            return None
        key = (name, role, organisation)
        if key not in self._holders:
            problem = holder_problem(self._directory, name, role, organisation)
            person = self._directory.named(name)
            self._holders[key] = (person.id if person and problem is None else None, problem)
        person_id, problem = self._holders[key]
        if problem:
            problems.append(Problem(problem.code, problem.details, line, column, name))
        return person_id


_LONGEST_FAMILY = 64


def _check_family(line: int, family: str | None, problems: list[Problem]) -> None:
    """Refuse a BSN or a name where a pseudonymous code belongs; neither is shown."""
    bare = _BETWEEN.sub("", family or "")
    if is_bsn(bare):
        problems.append(Problem(ProblemCode.TEXT_HAS_BSN, {}, line, "gezin"))
    elif bare.isalpha() and _NAME.search(family or ""):
        problems.append(Problem(ProblemCode.TEXT_LIKELY_NAME, {}, line, "gezin"))
    elif len(family or "") > _LONGEST_FAMILY:
        problems.append(Problem(ProblemCode.FILE_CELL_TOO_LONG, {"limit": _LONGEST_FAMILY}, line, "gezin"))


_UNKNOWN = {
    "gi": ProblemCode.ORGANISATION_UNKNOWN,
    "gemeente": ProblemCode.MUNICIPALITY_UNKNOWN,
    "maatregel": ProblemCode.MEASURE_UNKNOWN,
}


def _by_code_and_name(known: Mapping[str, object]) -> dict[str, str]:
    """Return codes by code and by name, in lower case too."""
    found: dict[str, str] = {}
    for code, entry in known.items():
        name = str(getattr(entry, "name", code))
        for text in (code, code.casefold(), name, name.casefold()):
            found.setdefault(text, code)
    return found
