"""Desks and routes: who outside the institution is asked, by where a case belongs (D26-D30)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.clocktime import local_date, local_moment
from core.ladder import Delay, Ladder, LadderRung, expanded

DESK, DESK_KIND = "desk:", "loket:"
"""Before the code of one desk, and before a kind of desk, in the `who` of a rung."""


@dataclass(frozen=True, slots=True)
class WeeklyTable:
    """A table that meets each week: ISO weekday and local time, and the last moment to send something in.

    With `series` its meetings are those of that series, and what is asked of the desk is on their agendas.
    """

    weekday: int
    at: time
    cut_off_weekday: int
    cut_off_at: time
    series: str | None = None

    def next_after(self, now: datetime, zone: ZoneInfo) -> tuple[date, datetime]:
        """Return the day of the next table that can still be reached, and the UTC moment of its cut-off."""
        on = local_date(now, zone)
        on += timedelta(days=(self.weekday - on.isoweekday()) % 7)
        while (closes := self.closes(on, zone)) <= now:
            on += timedelta(days=7)
        return on, closes

    def closes(self, table_on: date, zone: ZoneInfo) -> datetime:
        """Return the UTC moment of the cut-off of the table of a day, also when it moved to another one."""
        back = (self.weekday - self.cut_off_weekday) % 7
        return local_moment(table_on - timedelta(days=back), self.cut_off_at, zone)


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a case belongs, as far as desks and routes ask."""

    organisation: str
    municipality: str
    region: str | None


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk that can take an escalation. `contact` is the user name of its functional mailbox.

    Without institution, municipality and region it is for everybody. `valid_to` is exclusive. `assumed` says
    that the source does not tell the answer term or contact.
    """

    code: str
    kind: str
    name: str
    organisation: str | None = None
    municipality: str | None = None
    region: str | None = None
    contact: str | None = None
    contact_mail: str | None = None
    answer_within: Delay | None = None
    table: WeeklyTable | None = None
    fallback: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    assumed: bool = False

    def exists_on(self, on: date) -> bool:
        """Tell whether the desk works on a day."""
        return (self.valid_from or date.min) <= on < (self.valid_to or date.max)

    def nearness(self, scope: Scope) -> int | None:
        """Return how near it is to a case: 0 institution, 1 municipality, 2 region, 3 all; None: not."""
        asked = (
            (self.organisation, scope.organisation),
            (self.municipality, scope.municipality),
            (self.region, scope.region),
        )
        if any(own is not None and own != theirs for own, theirs in asked):
            return None
        return next((place for place, (own, _) in enumerate(asked) if own is not None), len(asked))


@dataclass(frozen=True, slots=True)
class RouteStep:
    """One step of a route: the rung it becomes, and what the route card says of it."""

    rung: LadderRung
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Route:
    """How a region, municipality or institution escalates, as its source describes it."""

    steps: tuple[RouteStep, ...]
    organisation: str | None = None
    municipality: str | None = None
    region: str | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    source: str = ""
    assumed: bool = False

    def nearness(self, scope: Scope) -> int | None:
        """Return how near the route is to a case, see `Desk.nearness`."""
        return Desk("", "", "", self.organisation, self.municipality, self.region).nearness(scope)

    def exists_on(self, on: date) -> bool:
        """Tell whether the route holds on a day."""
        return (self.valid_from or date.min) <= on < (self.valid_to or date.max)


class DeskBook:
    """Every desk and route of an installation."""

    def __init__(self, desks: Iterable[Desk] = (), routes: Iterable[Route] = ()) -> None:
        """Take desks and routes in the order in which equals are preferred."""
        self.desks = tuple(desks)
        self.routes = tuple(routes)
        self.kinds = frozenset(desk.kind for desk in self.desks)
        self._by_code = {desk.code: desk for desk in self.desks}

    def desk(self, code: str) -> Desk | None:
        """Return the desk with that code, ended or not."""
        return self._by_code.get(code)

    def nearest(self, kind: str, scope: Scope, on: date) -> Desk | None:
        """Return the desk of a kind that is nearest to a case on a day."""
        found = [
            (near, place, desk)
            for place, desk in enumerate(self.desks)
            if desk.kind == kind and desk.exists_on(on) and (near := desk.nearness(scope)) is not None
        ]
        return min(found, key=lambda entry: entry[:2])[2] if found else None

    def route(self, scope: Scope, on: date) -> Route | None:
        """Return the route that is nearest to a case on a day."""
        found = [
            (near, place, route)
            for place, route in enumerate(self.routes)
            if route.exists_on(on) and (near := route.nearness(scope)) is not None
        ]
        return min(found, key=lambda entry: entry[:2])[2] if found else None

    def present(self, who: str, scope: Scope, on: date) -> Desk | None:
        """Return the desk a rung means on a day; of one that ended the fallback, or the nearest like it."""
        if who.startswith(DESK_KIND):
            return self.nearest(who.removeprefix(DESK_KIND), scope, on)
        desk = self.desk(who.removeprefix(DESK))
        seen: set[str] = set()
        while desk is not None and not desk.exists_on(on) and desk.code not in seen:
            seen.add(desk.code)
            desk = self.desk(desk.fallback) if desk.fallback else self.nearest(desk.kind, scope, on)
        return desk if desk is not None and desk.exists_on(on) else None

    def frozen(self, ladder: Ladder, scope: Scope, on: date) -> Ladder:
        """Return the ladder of a case as it is armed on a day, with the steps of its route in place."""
        route = self.route(scope, on)
        return expanded(ladder, (step.rung for step in route.steps) if route else ())
