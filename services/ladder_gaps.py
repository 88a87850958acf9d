"""Rungs of ladders for which nobody can be found: who would be asked for a case of each region today."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from core.desks import DESK, DESK_KIND, Desk, Scope
from core.norms import Norm
from core.people import Person, Role
from core.rules import Municipality, Rules
from services.directory import Directory, read_directory
from services.house import House

_PERSON = "persoon:"
_ALWAYS = (Role.PROTECTOR, Role.MANAGER, "instelling", Role.ADMINISTRATOR)
Reaches = Callable[[Person], bool]


@dataclass(frozen=True, slots=True)
class Gap:
    """A rung without a holder in a region: who it means, in which ladders, and where it is not everywhere.

    `municipalities` and `organisations` are empty when it is so in all of them.
    """

    region: str
    who: str
    norms: tuple[str, ...]
    municipalities: tuple[str, ...] = ()
    organisations: tuple[str, ...] = ()


def ladder_gaps(house: House, reaches: Reaches, now: datetime) -> list[Gap]:
    """Return every rung for which a case of some region finds nobody today who can be reached."""
    look = _Look(house.rules, read_directory(house, now), reaches, house.today(now))
    return [gap for region, name in house.rules.regions.items() for gap in look.gaps(region, name)]


def ended_desks(rules: Rules, today: date) -> list[Desk]:
    """Return the desks that ended and have nobody in their place."""
    desks = rules.escalation.desks
    return [
        desk
        for desk in desks.desks
        if desk.valid_to is not None
        and desk.valid_to <= today
        and desks.present(f"{DESK}{desk.code}", _scope_of(rules, desk), today) is None
    ]


def _scope_of(rules: Rules, desk: Desk) -> Scope:
    place = rules.municipalities.get(desk.municipality or "")
    return Scope(
        desk.organisation or "", desk.municipality or "", desk.region or (place.region if place else None)
    )


class _Missing:
    """Where a rung has no holder in one region."""

    def __init__(self) -> None:
        self._norms: dict[str, None] = {}
        self._municipalities: dict[str, None] = {}
        self._organisations: dict[str, None] = {}

    def add(self, norm: str, municipality: str, organisation: str) -> None:
        """Note that it has none for a case of that norm, municipality and institution."""
        self._norms[norm] = None
        self._municipalities[municipality] = None
        self._organisations[organisation] = None

    def gap(self, region: str, who: str, municipalities: int, organisations: int) -> Gap:
        """Return what was noted, of a region with so many municipalities and institutions."""
        return Gap(
            region,
            who,
            tuple(self._norms),
            tuple(self._municipalities) if len(self._municipalities) < municipalities else (),
            tuple(self._organisations) if len(self._organisations) < organisations else (),
        )


@dataclass(frozen=True, slots=True)
class _Look:
    """Looks for the holders of rungs on one day."""

    rules: Rules
    directory: Directory
    reaches: Reaches
    today: date

    def gaps(self, region: str, name: str) -> list[Gap]:
        """Return the rungs without a holder in a region."""
        places = [place for place in self.rules.municipalities.values() if place.region == region]
        places = [place for place in places if _exists_on(place, self.today)]
        codes = [code for code, one in self.rules.organisations.items() if one.holds_cases_on(self.today)]
        missing: dict[str, _Missing] = {}
        for place in places:
            for code in codes:
                for norm, who in self.without_holder(Scope(code, place.code, region)):
                    missing.setdefault(who, _Missing()).add(norm, place.name, code)
        return [one.gap(name, who, len(places), len(codes)) for who, one in missing.items()]

    def without_holder(self, scope: Scope) -> Iterator[tuple[str, str]]:
        """Yield the norm and the `who` of each rung that finds nobody for a case that belongs there."""
        known: dict[str, bool] = {}
        for norm in self.norms(scope.organisation):
            for rung in self.rules.escalation.desks.frozen(norm.ladder, scope, self.today):
                if rung.who not in known:
                    known[rung.who] = self.has_holder(rung.who, scope)
                if not known[rung.who]:
                    yield norm.code, rung.who

    def norms(self, organisation: str) -> Iterator[Norm]:
        """Yield every version of each norm that an institution has."""
        for code in self.rules.norms.codes:
            for norm in self.rules.norms.newest_first(code):
                if not norm.organisations or organisation in norm.organisations:
                    yield norm

    def has_holder(self, who: str, scope: Scope) -> bool:
        """Tell whether somebody is found.

        Who leads a case differs by case, an institution without a mailbox is told of elsewhere, and a kind of
        desk that is nowhere is no rung.
        """
        kinds = {f"{DESK_KIND}{desk.kind}" for desk in self.rules.escalation.desks.desks}
        if who in _ALWAYS or (who.startswith(DESK_KIND) and who not in kinds):
            return True
        person = self.person(who, scope)
        return person is not None and self.reaches(person)

    def person(self, who: str, scope: Scope) -> Person | None:
        """Return who a desk, project leader or named person is on the day."""
        directory, today = self.directory, self.today
        if who == Role.PROJECT_LEADER:
            return directory.project_leader(scope.region, today)
        name: str | None = who.removeprefix(_PERSON)
        if who.startswith((DESK, DESK_KIND)):
            desk = self.rules.escalation.desks.present(who, scope, today)
            name = desk.contact if desk else None
        named = directory.named(name) if name else None
        return directory.present(named.id, today) if named else None


def _exists_on(place: Municipality, today: date) -> bool:
    return (place.valid_from or date.min) <= today < (place.valid_to or date.max)
