"""Ladders and the steps of routes as they are written in the configuration."""

import difflib
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from app.config_table import Table, doubles, refuse_any
from app.config_values import Flag, Flaw, NormCode, Text, refuse_value, slug, wrong
from core.desks import DESK, DESK_KIND
from core.errors import ProblemCode
from core.ladder import ROUTE, Delay, DelayUnit, Ladder, LadderFlaw, LadderRung, RungMode, flaw_of

PERSON = "persoon:"
"""Before a user name, in the `who` of a rung."""
ROLES = ("jeugdbeschermer", "teammanager", "instelling", "projectleider", "beheerder")
_IMPOSSIBLE = ProblemCode.CONFIG_IMPOSSIBLE_RULE
_DELAY = re.compile(r"(-?\d{1,3}) (werkdag|werkdagen|uur|uren)")
_HOURS = ("uur", "uren")
_SPANS, _MOMENTS = "2 werkdagen|4 uren", "-10 werkdagen|1 werkdag|4 uren"
_WHO = re.compile(
    f"{DESK_KIND}[a-z0-9][a-z0-9_-]{{0,19}}|{DESK}[a-z0-9][a-z0-9_-]{{0,39}}|{PERSON}[a-z0-9][a-z0-9._-]{{0,62}}[a-z0-9]"
)
_CODE_LENGTH = 20
_OF_ACTING = ("accept_within", "solve_within", "top", "recheck", "form")


def _delay(value: object, expected: str) -> Delay:
    if isinstance(value, Delay):
        return value
    match = _DELAY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        wrong("delay", expected)
    return Delay(int(match[1]), DelayUnit.HOURS if match[2] in _HOURS else DelayUnit.WORKING_DAYS)


def _span(value: object) -> Delay:
    delay = _delay(value, _SPANS)
    if delay.count < 1:
        refuse_value(Flaw(_IMPOSSIBLE, rule="delay_zero", expected=_SPANS, value=str(value)))
    return delay


def _moment(value: object) -> Delay:
    delay = _delay(value, _MOMENTS)
    if delay.unit is DelayUnit.HOURS and delay.count < 0:
        refuse_value(Flaw(_IMPOSSIBLE, rule="hours_before", expected="4 uren", value=str(value)))
    return delay


def _who(value: str) -> str:
    forms = [*ROLES, f"{DESK_KIND}zorgmakelaar", f"{DESK}ret-nhn", f"{PERSON}tm-1", ROUTE]
    closest = next(iter(difflib.get_close_matches(value, [*ROLES, ROUTE], n=1)), "")
    if value not in (*ROLES, ROUTE) and not _WHO.fullmatch(value):
        expected = "|".join(forms)
        refuse_value(Flaw(ProblemCode.CONFIG_WRONG_VALUE, rule="who", expected=expected, closest=closest))
    return value


Span = Annotated[Delay, BeforeValidator(_span)]
Moment = Annotated[Delay, BeforeValidator(_moment)]
Who = Annotated[str, AfterValidator(_who)]


class StepTable(Table):
    """One step: who is asked, and how long that one has."""

    who: Who = Field(examples=["teammanager"])
    code: NormCode | None = None
    mode: RungMode = RungMode.ACT
    accept_within: Span | None = None
    solve_within: Span | None = None
    top: Flag = False
    recheck: Span | None = None
    form: Flag = False

    @model_validator(mode="after")
    def _says_what_it_needs(self) -> Self:
        given = [key for key in _OF_ACTING if getattr(self, key)]
        if self.mode is RungMode.INFORM or self.who == ROUTE:
            rule = "route_has_its_own" if self.who == ROUTE else "inform_is_not_asked"
            refuse_any(Flaw(_IMPOSSIBLE, (key,), rule, value=key) for key in given)
        return self


class RungTable(StepTable):
    """A rung of a ladder; `at` is when it begins at the latest."""

    at: Moment | None = None


class RouteStepTable(StepTable):
    """A step of a route, with what the route card says of it."""

    hint: Text | None = None


def rung_of(row: StepTable) -> LadderRung:
    """Return the rung that a step of a ladder or route stands for."""
    given: dict[str, Any] = {
        key: value for key, value in row if value is not None and key not in ("code", "hint")
    }
    return LadderRung(row.code or _code(row.who), **given)


def _code(who: str) -> str:
    return slug(who.partition(":")[2] or who)[:_CODE_LENGTH].strip("-")


def ladder_of(rows: Iterable[StepTable]) -> Ladder:
    """Return the rungs that the steps stand for."""
    return tuple(map(rung_of, rows))


def _checked_ladder(rows: tuple[RungTable, ...]) -> tuple[RungTable, ...]:
    refuse_any(_ladder_flaws(rows))
    return rows


def _checked_route(rows: tuple[RouteStepTable, ...]) -> tuple[RouteStepTable, ...]:
    refuse_any(_route_flaws(rows))
    return rows


def _ladder_flaws(rows: Sequence[RungTable]) -> Iterator[Flaw]:
    """Yield what is wrong with a ladder by itself; one without rungs means that nothing climbs."""
    if not rows:
        return
    yield from _same_codes(rows)
    routes = [place for place, row in enumerate(rows) if row.who == ROUTE]
    yield from (
        Flaw(ProblemCode.CONFIG_DOUBLE, (place, "who"), "rung_twice", value=ROUTE) for place in routes[1:]
    )
    flaw = flaw_of(ladder_of(rows))
    if flaw is not None:
        yield shape_flaw(flaw, ladder_of(rows))
    else:
        yield from _other_unit(rows, rows[0].at.unit if rows[0].at else DelayUnit.WORKING_DAYS)


def _route_flaws(rows: Sequence[RouteStepTable]) -> Iterator[Flaw]:
    """Yield what is wrong with the steps of a route; when it begins is up to the ladder it stands in."""
    yield from _same_codes(rows)
    for place, row in enumerate(rows):
        if row.who == ROUTE:
            yield Flaw(_IMPOSSIBLE, (place, "who"), "route_in_route", "|".join(ROLES), value=ROUTE)
    first, *later = ladder_of(rows)
    ladder = (replace(first, at=Delay(0)), *later)
    if (flaw := flaw_of(ladder)) is not None:
        yield shape_flaw(flaw, ladder)
        return
    given = [one.unit for row in rows for one in (row.accept_within, row.solve_within) if one]
    if given:
        yield from _other_unit(rows, given[0])


def _same_codes(rows: Sequence[StepTable]) -> Iterator[Flaw]:
    return doubles([(rung.code,) for rung in ladder_of(rows)], ("code",), "rung_twice")


def _other_unit(rows: Sequence[StepTable], unit: DelayUnit) -> Iterator[Flaw]:
    """Yield a flaw for each time that is not in the ladder's unit; in hours each must be given."""
    for place, row in enumerate(rows):
        if row.mode is RungMode.INFORM or row.who == ROUTE:
            continue
        for key in ("accept_within", "solve_within"):
            span: Delay | None = getattr(row, key)
            if span is None and unit is DelayUnit.HOURS:
                yield Flaw(ProblemCode.CONFIG_MISSING_KEY, (place, key), expected='"4 uren"')
            elif span is not None and span.unit is not unit:
                yield _flaw(LadderFlaw.MIXED_UNITS, (place, key), f"{span.count} {unit}", _shown(span))


def shape_flaw(flaw: LadderFlaw, ladder: Ladder) -> Flaw:
    """Return why a ladder cannot be used, with the rung and key it is about."""
    tops = [place for place, rung in enumerate(ladder) if rung.top]
    if flaw is LadderFlaw.NOBODY_ACTS:
        return _flaw(flaw, (), 'mode = "act"')
    if flaw is LadderFlaw.NO_FIRST_MOMENT:
        return _flaw(flaw, (0, "at"), _MOMENTS)
    if flaw is LadderFlaw.TWO_TOPS:
        return _flaw(flaw, (tops[1], "top"), "false", "true")
    if flaw is LadderFlaw.ACTS_ABOVE_TOP:
        place = next(n for n, rung in enumerate(ladder) if n > tops[0] and rung.mode is RungMode.ACT)
        return _flaw(flaw, (place, "mode"), "inform", ladder[place].code)
    return _moment_flaw(flaw, ladder)


def _moment_flaw(flaw: LadderFlaw, ladder: Ladder) -> Flaw:
    """Return the flaw of the first moment that is in another unit or earlier than the one before it."""
    timed = [(place, rung.at) for place, rung in enumerate(ladder) if rung.at is not None]
    place, before, at = next(
        (place, before, at)
        for (_, before), (place, at) in pairwise(timed)
        if (at.unit is not before.unit if flaw is LadderFlaw.MIXED_UNITS else at.count < before.count)
    )
    right = f"{at.count} {before.unit}" if flaw is LadderFlaw.MIXED_UNITS else f">={_shown(before)}"
    return _flaw(flaw, (place, "at"), right, _shown(at))


def _flaw(flaw: LadderFlaw, at: tuple[str | int, ...], expected: str, value: str | None = None) -> Flaw:
    return Flaw(_IMPOSSIBLE, at, f"ladder_{flaw}", expected, value=value)


def _shown(delay: Delay) -> str:
    return f"{delay.count} {delay.unit}"


Rungs = Annotated[tuple[RungTable, ...], AfterValidator(_checked_ladder)]
RouteSteps = Annotated[tuple[RouteStepTable, ...], Field(min_length=1), AfterValidator(_checked_route)]
