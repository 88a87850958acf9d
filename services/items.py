"""What a case has beside its norms: needs for help, requests to third parties, and other dates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from core.cases import Case
from core.dates import ItemKind
from core.errors import ProblemCode, refuse
from core.facts import NEED, OF_A_NEED, Fact, FactKind, Fit, Ledger, kind_of_item, read_items, standing
from core.help import Need, needs_of
from core.ladder import in_hours
from core.people import Actor
from core.rights import Verb
from core.rules import Rules
from services.arming import begin, store_new
from services.case_desk import CaseDesk, check_date, fact_row
from services.case_views import CaseView
from services.house import House
from services.planning import is_backlog
from services.scene import Scene, set_scene
from storage.queries.cases import add_facts, terms_of, withdraw_fact
from storage.queries.escalations import blockers_on

CONTRACTED = ("ja", "nee", "onbekend")


@dataclass(frozen=True, slots=True)
class ItemDone:
    """What was recorded of an item: the case as it is now, the item's key, and codes of what to think of.

    `blocked_by` are the words of registered blockers for the help that was chosen (D33).
    """

    view: CaseView
    item: str
    kind: FactKind
    on: date | None
    prompts: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()


def ask_help(
    house: House, code: str, help_kind: str, asked_of: str | None, on: date, *, actor: Actor, now: datetime
) -> ItemDone:
    """Record a new need for help: its kind (a configured code), of whom it was asked, and when.

    Shows the registered blockers for that kind of help. Refuses an unknown kind and a date in the future.
    """
    with house.store.write() as tx:
        desk = CaseDesk(set_scene(tx, house, now), actor)
        case = desk.demand(code, Verb.RECORD_FACT)
        _check_choice(help_kind, house.rules.escalation.help_kinds, "hulpsoort")
        check_date(FactKind.HELP_ASKED, on, desk.scene.today)
        item = new_item(desk.facts(case), NEED)
        row = _row(desk, case, FactKind.HELP_ASKED, on, item=item, value=help_kind, detail=asked_of)
        view = _keep(desk, case, [row], "ask_help", item=item)
        blocked = _blocked_by(desk.scene, case, help_kind)
        return ItemDone(view, item, FactKind.HELP_ASKED, on, (), blocked)


def record_need(
    house: House,
    code: str,
    number: int,
    kind: FactKind,
    on: date | None,
    *,
    value: str | None = None,
    actor: Actor,
    now: datetime,
) -> ItemDone:
    """Record where the help for a need stands; another date or value corrects what stood.

    Started help says whether it fits; a contract is `ja`, `nee` or `onbekend`; an expected start may
    lie ahead. Refuses an unknown need, a wrong value, and a date in the future of what has been reached.
    """
    with house.store.write() as tx:
        return record_need_at(CaseDesk(set_scene(tx, house, now), actor), code, number, kind, on, value=value)


def record_need_at(
    desk: CaseDesk, code: str, number: int, kind: FactKind, on: date | None, *, value: str | None = None
) -> ItemDone:
    """Record in a unit of work that has begun; see `record_need`."""
    case = desk.demand(code, Verb.RECORD_FACT)
    item, facts = f"{NEED}.{number}", desk.facts(case)
    _demand_need(facts, number)
    if kind not in OF_A_NEED:
        raise refuse(ProblemCode.CHOICE_UNKNOWN, value=kind, known=tuple(sorted(OF_A_NEED)))
    _check_need_value(kind, value)
    if on is None and kind is not FactKind.HELP_CONTRACTED:
        raise refuse(ProblemCode.VALUE_MISSING, column=kind)
    if on is not None:
        check_date(kind, on, desk.scene.today)
    present = standing(facts, kind, item=item)
    if present is not None:
        withdraw_fact(desk.scene.tx, present.id, now=desk.scene.now, by=desk.actor.name)
    row = _row(desk, case, kind, on or desk.scene.today, item=item, value=value)
    view = _keep(desk, case, [row], "record_need", item=item, kind=kind)
    return ItemDone(view, item, kind, on, prompts_for(view, desk.scene))


def _check_need_value(kind: FactKind, value: str | None) -> None:
    allowed: Mapping[FactKind, tuple[str, ...]] = {
        FactKind.HELP_STARTED: (Fit.FITS, Fit.AGREED_ALTERNATIVE, Fit.DOES_NOT_FIT),
        FactKind.HELP_CONTRACTED: CONTRACTED,
    }
    known = allowed.get(kind)
    if known is not None and value not in known:
        raise refuse(ProblemCode.VALUE_MISSING, column=kind, expected=known)


def _demand_need(facts: Iterable[Fact], number: int) -> Need:
    needs = {need.number: need for need in needs_of(read_items(facts))}
    if number not in needs and not (number == 1 and not needs):
        raise refuse(ProblemCode.NEED_UNKNOWN, value=str(number), known=tuple(map(str, needs)))
    return needs.get(number, Need(f"{NEED}.{number}"))


def prompts_for(view: CaseView, scene: Scene) -> tuple[str, ...]:
    """Return codes of what to think of now.

    `climb`: help will be late. `consult`: the course is set and nobody was asked for help yet (D13). `agent`:
    a wait is known at the time of the course (D27).
    """
    help_term = next((one for one in view.terms if FactKind.HELP_STARTED in one.norm.evidence), None)
    if help_term is None or not help_term.term.is_open:
        return ()
    prompts = []
    if help_term.term.is_forecast_late:
        prompts.append("climb")
    course = view.ledger.get(FactKind.COURSE_SET)
    if course is not None and course.on is not None:
        asked = any(need.asked_on for need in view.needs) or FactKind.CONSULTED in view.ledger
        if not asked:
            prompts.append("consult")
        waits = any(need.expected_on and not need.fits for need in view.needs)
        if waits and "climb" not in prompts and (scene.today - course.on).days <= _AT_THE_COURSE:
            prompts.append("agent")
    return tuple(prompts)


_AT_THE_COURSE = 14


def send_request(
    house: House, code: str, kind: str, number: int, on: date, *, actor: Actor, now: datetime
) -> ItemDone:
    """Record that a third party was asked something for a need; its own term begins and pauses nothing."""
    with house.store.write() as tx:
        desk = CaseDesk(set_scene(tx, house, now), actor)
        case = desk.demand(code, Verb.RECORD_FACT)
        found = _item_kind(desk.scene, case, kind, requests=True)
        facts = desk.facts(case)
        _demand_need(facts, number)
        check_date(FactKind.REQUEST_SENT, on, desk.scene.today)
        item = new_item(facts, found.code)
        row = _row(desk, case, FactKind.REQUEST_SENT, on, item=item, value=str(number))
        _keep(desk, case, [row], "send_request", item=item)
        _begin_hours(desk, case, item)
        return ItemDone(desk.view(case.id), item, FactKind.REQUEST_SENT, on)


def _begin_hours(desk: CaseDesk, case: Case, item: str) -> None:
    """Begin at once what climbs in hours: it cannot wait for the day on which the guard looks (D16)."""
    scene = desk.scene
    for kept in terms_of(scene.tx, [case.id])[case.id]:
        if item_of(scene.rules, kept.term.norm) != item or not kept.term.is_open:
            continue
        begun = begin(scene, case, kept.term)
        if begun is not None and in_hours(begun.ladder) and not is_backlog(scene.rules, begun.watched_on):
            store_new(scene, [begun])


def item_of(rules: Rules, key: str | None) -> str | None:
    """Return the item a term is of (`machtiging.1` for `ongebruikt.1`), None for one of the case itself."""
    code, dot, number = (key or "").partition(".")
    versions = rules.norms.newest_first(code)
    return f"{versions[0].item_kind}.{number}" if dot and versions else None


def add_item(
    house: House, code: str, kind: str, dates: Mapping[FactKind, date], *, actor: Actor, now: datetime
) -> ItemDone:
    """Add another date to a case: of a configured kind, with the days that kind asks for.

    Of a kind that keeps whole months the day becomes the first of its month. Refuses a kind that this
    institution does not have, and a missing day.
    """
    with house.store.write() as tx:
        desk = CaseDesk(set_scene(tx, house, now), actor)
        case = desk.demand(code, Verb.RECORD_FACT)
        found = _item_kind(desk.scene, case, kind, requests=False)
        missing = [asked for asked in found.asks if asked not in dates]
        if missing:
            raise refuse(ProblemCode.VALUE_MISSING, column=missing[0])
        item = new_item(desk.facts(case), found.code)
        rows = []
        for fact_kind in found.asks:
            on = dates[fact_kind].replace(day=1) if found.whole_month else dates[fact_kind]
            check_date(fact_kind, on, desk.scene.today)
            rows.append(_row(desk, case, fact_kind, on, item=item))
        _check_order(dates)
        view = _keep(desk, case, rows, "add_item", item=item)
        return ItemDone(view, item, found.asks[-1], dates[found.asks[-1]])


def _check_order(dates: Mapping[FactKind, date]) -> None:
    began, ends = dates.get(FactKind.ITEM_STARTED), dates.get(FactKind.ITEM_ENDS)
    if began and ends and ends <= began:
        raise refuse(
            ProblemCode.END_BEFORE_START, column=FactKind.ITEM_ENDS, value=ends.isoformat(), start=began
        )


def extend_item(
    house: House, code: str, item: str, ends_on: date, reason: str, *, actor: Actor, now: datetime
) -> ItemDone:
    """Move the end (exclusive) of an item, with the reason; what was decided for the old end is asked anew.

    The earlier ends stay in the ledger: they are the log of extensions.
    """
    with house.store.write() as tx:
        desk = CaseDesk(set_scene(tx, house, now), actor)
        case = desk.demand(code, Verb.RECORD_FACT)
        facts = desk.facts(case)
        ledger = _item_ledger(facts, item)
        kind = _item_kind(desk.scene, case, kind_of_item(item), requests=False)
        _check_choice(reason, {one.code: one for one in kind.reasons}, "reden")
        check_date(FactKind.ITEM_ENDS, ends_on, desk.scene.today)
        _check_order({**{k: told.on for k, told in ledger.items() if told.on}, FactKind.ITEM_ENDS: ends_on})
        last = max((fact.measure_no for fact in facts if fact.item == item), default=1)
        row = _row(desk, case, FactKind.ITEM_ENDS, ends_on, item=item, value=reason, measure_no=last + 1)
        view = _keep(desk, case, [row], "extend_item", item=item, reason=reason)
        return ItemDone(view, item, FactKind.ITEM_ENDS, ends_on)


def record_item(
    house: House,
    code: str,
    item: str,
    kind: FactKind,
    on: date,
    *,
    value: str | None = None,
    actor: Actor,
    now: datetime,
) -> ItemDone:
    """Record what was reached of an item: decided, carried out, a place found, answered, done."""
    with house.store.write() as tx:
        return record_item_at(CaseDesk(set_scene(tx, house, now), actor), code, item, kind, on, value=value)


def record_item_at(
    desk: CaseDesk, code: str, item: str, kind: FactKind, on: date, *, value: str | None = None
) -> ItemDone:
    """Record in a unit of work that has begun; see `record_item`."""
    case = desk.demand(code, Verb.RECORD_FACT)
    facts = desk.facts(case)
    ledger = _item_ledger(facts, item)
    _check_kind(desk.scene, item, kind)
    _check_outcome(desk.scene, item, kind, value)
    check_date(kind, on, desk.scene.today)
    generation = max(
        (f.measure_no for f in facts if f.item == item and f.kind is FactKind.ITEM_ENDS and f.stands()),
        default=1,
    )
    if kind in ledger and (present := standing(facts, kind, item=item)):
        withdraw_fact(desk.scene.tx, present.id, now=desk.scene.now, by=desk.actor.name)
    row = _row(desk, case, kind, on, item=item, value=value, measure_no=generation)
    view = _keep(desk, case, [row], "record_item", item=item, kind=kind)
    return ItemDone(view, item, kind, on)


def _check_kind(scene: Scene, item: str, kind: FactKind) -> None:
    """Refuse what is no date or evidence of this kind of item."""
    found = scene.rules.escalation.item_kinds.get(kind_of_item(item))
    asked = found.asks if found else ()
    evidence = (
        one
        for versions in scene.rules.norms.of_item(kind_of_item(item))
        for norm in versions
        for one in norm.evidence
    )
    known = tuple(dict.fromkeys((*asked, *evidence)))
    if kind not in known:
        raise refuse(ProblemCode.CHOICE_UNKNOWN, column=item, value=kind, known=known)


def withdraw_item_at(desk: CaseDesk, code: str, item: str) -> ItemDone:
    """Take back all that stands of an item added by mistake; the ledger keeps that it was there."""
    case = desk.demand(code, Verb.WITHDRAW_FACT)
    stands = [fact for fact in desk.facts(case) if fact.stands() and fact.item == item]
    if not stands:
        raise refuse(ProblemCode.ITEM_UNKNOWN, value=item, known=())
    for fact in stands:
        withdraw_fact(desk.scene.tx, fact.id, now=desk.scene.now, by=desk.actor.name)
    desk.rederive(case.id)
    desk.leave_audit("withdraw_item", code, item=item)
    return ItemDone(desk.view(case.id), item, stands[-1].kind, stands[-1].on)


_WITH_OUTCOME = (FactKind.ITEM_DECIDED, FactKind.REQUEST_ANSWERED)


def _check_outcome(scene: Scene, item: str, kind: FactKind, value: str | None) -> None:
    found = scene.rules.escalation.item_kinds.get(kind_of_item(item))
    if kind in _WITH_OUTCOME and found is not None and found.outcomes:
        _check_choice(value, {one.code: one for one in found.outcomes}, "uitkomst")


def _item_ledger(facts: Iterable[Fact], item: str) -> Ledger:
    items = read_items(facts)
    if item not in items:
        raise refuse(ProblemCode.ITEM_UNKNOWN, value=item, known=tuple(items))
    return items[item]


def _item_kind(scene: Scene, case: Case, code: str, *, requests: bool) -> ItemKind:
    kinds = {
        key: kind for key, kind in scene.rules.escalation.item_kinds.items() if kind.is_request is requests
    }
    if code not in kinds:
        raise refuse(ProblemCode.ITEM_KIND_UNKNOWN, value=code, known=tuple(kinds))
    if kinds[code].organisations and case.organisation not in kinds[code].organisations:
        raise refuse(ProblemCode.ITEM_KIND_NOT_HERE, value=code)
    return kinds[code]


def new_item(facts: Iterable[Fact], kind: str) -> str:
    """Return the key of the next item of a kind; a withdrawn one keeps its number."""
    numbers = [
        int(item.partition(".")[2])
        for fact in facts
        if kind_of_item(item := fact.item or (f"{NEED}.1" if fact.kind in OF_A_NEED else "")) == kind
    ]
    return f"{kind}.{max(numbers, default=0) + 1}"


def _row(
    desk: CaseDesk,
    case: Case,
    kind: FactKind,
    on: date | None,
    *,
    item: str,
    value: str | None = None,
    detail: str | None = None,
    measure_no: int = 1,
) -> dict[str, object]:
    return fact_row(
        case.id,
        kind,
        on,
        now=desk.scene.now,
        by=desk.actor.name,
        item=item,
        value=value,
        detail=detail,
        measure_no=measure_no,
    )


def _keep(
    desk: CaseDesk, case: Case, rows: list[dict[str, object]], verb: str, **details: object
) -> CaseView:
    add_facts(desk.scene.tx, rows)
    desk.rederive(case.id)
    desk.leave_audit(verb, case.code, **details)
    return desk.view(case.id)


def _check_choice(value: str | None, known: Mapping[str, object], column: str) -> None:
    if value not in known:
        raise refuse(ProblemCode.CHOICE_UNKNOWN, column=column, value=value or "", known=tuple(known))


def _blocked_by(scene: Scene, case: Case, help_kind: str) -> tuple[str, ...]:
    region = scene.rules.scope(case.organisation, case.municipality).region
    kinds = scene.rules.escalation.blocker_kinds
    return tuple(
        f"{kinds[one.kind].label if one.kind in kinds else one.kind}: {one.place}"
        for one in blockers_on(scene.tx, scene.today)
        if one.blocks(scene.today, help_kind=help_kind, region=region)
    )
