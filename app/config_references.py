"""What the tables of a configuration say of each other: what is not there, and what contradicts."""

import difflib
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from app.config_escalation import DeskTable, RouteTable
from app.config_ladders import StepTable, shape_flaw
from app.config_periods import overlap
from app.config_values import Flaw
from app.escalation_rules import item_kinds_of, route_of
from app.norm_rules import BUILT_IN, norm_of, norms_of
from core.dates import HANDOVER, ItemKind
from core.desks import DESK, DESK_KIND
from core.errors import ProblemCode
from core.facts import FactKind
from core.ladder import ROUTE, Ladder, LadderRung, expanded, flaw_of
from core.ledger import COUPLING
from core.norms import Counting, Norm, Rounding
from core.rules import MEASURES

if TYPE_CHECKING:
    from app.config_models import Config, NormTable

_At = tuple[str | int, ...]
_DOUBLE, _IMPOSSIBLE = ProblemCode.CONFIG_DOUBLE, ProblemCode.CONFIG_IMPOSSIBLE_RULE
_OF_AN_ITEM = frozenset(
    {
        FactKind.ITEM_STARTED,
        FactKind.ITEM_ENDS,
        FactKind.ITEM_DECIDED,
        FactKind.ITEM_PLACE,
        FactKind.ITEM_EXECUTED,
        FactKind.ITEM_DONE,
        FactKind.REQUEST_SENT,
        FactKind.REQUEST_ANSWERED,
    }
)
_DONE = _OF_AN_ITEM - {FactKind.ITEM_STARTED, FactKind.ITEM_ENDS, FactKind.REQUEST_SENT}
_BY_THE_PROGRAM = (COUPLING, HANDOVER)


def reference_flaws(config: "Config") -> Iterator[Flaw]:
    """Yield what desks, routes, norms and kinds refer to and is not there, and where they contradict."""
    names = _Names(config)
    for index, desk in enumerate(config.desks):
        yield from names.unknown(desk, ("desks", index))
        yield from _desk_flaws(config, desk, ("desks", index))
    for index, route in enumerate(config.routes):
        yield from names.unknown(route, ("routes", index))
        yield from _route_flaws(config, route, index)
        yield from names.unknown_rungs(route.steps, ("routes", index, "steps"))
    yield from _kind_flaws(config, names)
    yield from _norm_flaws(config, names)


class _Names:
    """What a configuration has that can be referred to."""

    def __init__(self, config: "Config") -> None:
        self.organisations = [row.code for row in config.organisations]
        self.regions = [row.code for row in config.regions]
        self.municipalities = [one.code for row in config.regions for one in row.municipalities]
        self.measures = [*(one.code for one in MEASURES), *(row.code for row in config.measures)]
        self.desks = [f"{DESK}{row.code}" for row in config.desks]
        self.kinds = list(dict.fromkeys(f"{DESK_KIND}{row.kind}" for row in config.desks))

    def unknown(self, row: DeskTable | RouteTable, at: _At) -> Iterator[Flaw]:
        """Yield a flaw for the institution, municipality or region of a row that is not there."""
        for key, known in (
            ("organisation", self.organisations),
            ("municipality", self.municipalities),
            ("region", self.regions),
        ):
            yield from dangling(getattr(row, key), known, (*at, key))

    def unknown_rungs(self, rows: Sequence[StepTable], at: _At) -> Iterator[Flaw]:
        """Yield a flaw for each rung whose desk, or kind of desk, is nowhere."""
        for index, row in enumerate(rows):
            known = (
                self.desks
                if row.who.startswith(DESK)
                else self.kinds
                if row.who.startswith(DESK_KIND)
                else None
            )
            if known is not None:
                yield from dangling(row.who, known, (*at, index, "who"))


def dangling(name: str | None, known: Sequence[str], at: _At) -> Iterator[Flaw]:
    """Yield a flaw when `name` is given and not among what is known."""
    if name is None or name in known:
        return
    folded = {one.casefold(): one for one in known}
    closest = difflib.get_close_matches(name.casefold(), folded, n=1)
    expected = "|".join(known)
    yield Flaw(
        ProblemCode.CONFIG_DANGLING,
        at,
        "unknown",
        expected,
        folded[closest[0]] if closest else "",
        value=name,
    )


# --- desks and routes ---


def _desk_flaws(config: "Config", desk: DeskTable, at: _At) -> Iterator[Flaw]:
    yield from _contradiction(config, desk, at)
    by_code = {one.code: one for one in config.desks}
    yield from dangling(desk.fallback, list(by_code), (*at, "fallback"))
    yield from _agenda_flaws(config, desk, at)
    if _comes_back(desk, by_code):
        yield Flaw(_IMPOSSIBLE, (*at, "fallback"), "fallback_circle", value=desk.fallback)
    yield from _other_mail(config, desk, at)


def _contradiction(config: "Config", row: DeskTable | RouteTable, at: _At) -> Iterator[Flaw]:
    """Yield a flaw when the municipality of a row never belongs to its region."""
    regions = [
        region.code
        for region in config.regions
        if any(one.code == row.municipality for one in region.municipalities)
    ]
    if row.region is not None and regions and row.region not in regions:
        yield Flaw(_IMPOSSIBLE, (*at, "region"), "scopes_contradict", "|".join(regions), value=row.region)


def _agenda_flaws(config: "Config", desk: DeskTable, at: _At) -> Iterator[Flaw]:
    """Yield a flaw when the meetings of a table are nowhere, or have no agenda of case codes."""
    wanted = desk.table.series if desk.table else None
    place = (*at, "table", "series")
    with_agenda = [row.code for row in config.series if row.case_agenda]
    if wanted in {row.code for row in config.series} - set(with_agenda):
        yield Flaw(_IMPOSSIBLE, place, "table_without_agenda", "case_agenda = true", value=wanted)
    else:
        yield from dangling(wanted, with_agenda, place)


def _comes_back(desk: DeskTable, by_code: dict[str, DeskTable]) -> bool:
    """Tell whether the fallbacks of a desk lead back to it."""
    seen: set[str] = set()
    at = desk.fallback
    while at is not None and at in by_code and at not in seen:
        if at == desk.code:
            return True
        seen.add(at)
        at = by_code[at].fallback
    return False


def _other_mail(config: "Config", desk: DeskTable, at: _At) -> Iterator[Flaw]:
    """Yield a flaw when the same mailbox has another address elsewhere."""
    if desk.contact is None or desk.contact_mail is None:
        return
    earlier = [(row.contact, row.contact_mail) for row in config.organisations]
    earlier += [(row.contact, row.contact_mail) for row in config.desks[: int(at[1])]]
    mails = [mail for contact, mail in earlier if contact == desk.contact and mail]
    if mails and mails[0] != desk.contact_mail:
        yield Flaw(_IMPOSSIBLE, (*at, "contact_mail"), "contact_two_mails", mails[0], value=desk.contact_mail)


def _route_flaws(config: "Config", route: RouteTable, index: int) -> Iterator[Flaw]:
    yield from _contradiction(config, route, ("routes", index))
    for earlier in config.routes[:index]:
        if _scope(earlier) == _scope(route) and overlap(earlier, route):
            place = next((one for one in _scope(route) if one), "")
            yield Flaw(_DOUBLE, ("routes", index), "route_twice", value=place)


def _scope(route: RouteTable) -> tuple[str | None, str | None, str | None]:
    return route.organisation, route.municipality, route.region


# --- kinds of dates ---


def _kind_flaws(config: "Config", names: _Names) -> Iterator[Flaw]:
    kinds = item_kinds_of(config.date_kinds)
    with_clock = {norm.item_kind for norm in norms_of(config)}
    for index, row in enumerate(config.date_kinds):
        at: _At = ("date_kinds", index)
        for number, code in enumerate(row.organisations or ()):
            yield from dangling(code, names.organisations, (*at, "organisations", number))
        kind = kinds[row.code]
        if kind.is_request != (kind.asks == (FactKind.REQUEST_SENT,)):
            expected = f'["{FactKind.REQUEST_SENT if kind.is_request else FactKind.ITEM_STARTED}"]'
            yield Flaw(_IMPOSSIBLE, (*at, "asks"), "kind_asks_of_request", expected)
        if row.code not in with_clock:
            yield Flaw(
                _IMPOSSIBLE, (*at, "code"), "kind_without_norm", f'item_kind = "{row.code}"', value=row.code
            )


# --- norms ---


def _norm_flaws(config: "Config", names: _Names) -> Iterator[Flaw]:
    kinds = item_kinds_of(config.date_kinds)
    for index, row in enumerate(config.norms):
        at: _At = ("norms", index)
        for key, known in (
            ("measures", names.measures),
            ("not_measures", names.measures),
            ("organisations", names.organisations),
        ):
            for number, code in enumerate(getattr(row, key) or ()):
                yield from dangling(code, known, (*at, key, number))
        unknown = list(names.unknown_rungs(row.ladder or (), (*at, "ladder")))
        yield from unknown
        yield from _item_flaws(config, row, at, kinds)
        if not unknown:
            yield from _expansion_flaws(config, norm_of(row), (*at, "ladder"))
    configured = {row.code for row in config.norms if row.valid_from is None}
    for code, norm in BUILT_IN.items():
        if code not in configured:
            yield from _expansion_flaws(config, norm, None)


def _item_flaws(config: "Config", row: "NormTable", at: _At, kinds: dict[str, ItemKind]) -> Iterator[Flaw]:
    """Yield why the clock of a norm could never start or stop."""
    norm = norm_of(row)
    first = BUILT_IN.get(row.code) or norm_of(next(one for one in config.norms if one.code == row.code))
    if norm.item_kind != first.item_kind:
        expected = first.item_kind or ""
        yield Flaw(_IMPOSSIBLE, (*at, "item_kind"), "item_kind_fixed", expected, value=row.item_kind)
        return
    if norm.expires and norm.rounding is Rounding.ATW:
        yield Flaw(_IMPOSSIBLE, (*at, "rounding"), "expiry_rolls", Rounding.STRICT, value=norm.rounding)
    if norm.item_kind in _BY_THE_PROGRAM:
        return
    if norm.item_kind is not None and norm.item_kind not in kinds:
        yield from dangling(norm.item_kind, list(kinds), (*at, "item_kind"))
        return
    kind = kinds[norm.item_kind] if norm.item_kind is not None else None
    yield from _start_flaws(norm, kind, at)
    for index, fact in enumerate(norm.evidence):
        if (fact in _DONE) != (kind is not None):
            expected = "|".join(sorted(_DONE)) if kind is not None else FactKind.COURSE_SET
            yield Flaw(
                _IMPOSSIBLE, (*at, "evidence", index), "evidence_elsewhere", expected, value=fact.value
            )


def _start_flaws(norm: Norm, kind: ItemKind | None, at: _At) -> Iterator[Flaw]:
    named = set(chain(*norm.starts))
    if kind is None:
        if named <= _OF_AN_ITEM:
            yield Flaw(_IMPOSSIBLE, (*at, "starts"), "never_starts", '[["start", "uitspraak"]]')
        return
    by_length = norm.counting is Counting.LAST_DAY and FactKind.ITEM_STARTED in kind.asks
    if not named & set(kind.asks) and not by_length:
        yield Flaw(_IMPOSSIBLE, (*at, "starts"), "never_starts", f'[["{kind.asks[0]}"]]')


def _expansion_flaws(config: "Config", norm: Norm, at: _At | None) -> Iterator[Flaw]:
    """Yield why a ladder cannot be used with a route in it, or where a region has none.

    `at` is the ladder's place, None for a built-in one: then the route is what has to change.
    """
    if all(rung.who != ROUTE for rung in norm.ladder):
        return
    without = expanded(norm.ladder, ())
    if at is not None and (flaw := flaw_of(without)) is not None:
        yield Flaw(_IMPOSSIBLE, at, "ladder_only_route", "teammanager", value=flaw.value)
        return
    for index, row in enumerate(config.routes):
        place = at or ("routes", index, "steps")
        yield from _expanded_flaws(norm.ladder, [step.rung for step in route_of(row).steps], place)


def _expanded_flaws(ladder: Ladder, steps: Sequence[LadderRung], place: _At) -> Iterator[Flaw]:
    whole = expanded(ladder, steps)
    if (flaw := flaw_of(whole)) is not None:
        found = shape_flaw(flaw, whole)
        yield Flaw(_IMPOSSIBLE, place, found.rule, found.expected, value=found.value)
    codes = [rung.code for rung in whole]
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        yield Flaw(_DOUBLE, place, "rung_twice", value=twice)
