"""What a case has beside its norms: the help chain, requests to third parties, other dates (D8, D13-D25)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.errors import ProblemCode, Refused
from core.facts import FactKind, Fit
from core.terms import Status, Term
from services.actions import ActionVerb, Offer, offer_these
from services.blockers import lift_blocker, present_blockers, register_blocker
from services.cases import Flag, read_case, record_fact
from services.escalating import Answer
from services.house import House
from services.items import ItemDone, add_item, ask_help, extend_item, record_item, record_need, send_request
from services.notices import guard_pass
from services.performing import Picked, perform
from tests.escalating import (
    CODE,
    a_held_case,
    answer,
    diary,
    escalation,
    history,
    region,
    sent_at,
    set_course,
    without_digests,
)
from tests.factories import CLI, MONDAY, NOW, a_case, actor, at, days_told, person, run_days

DAY = timedelta(days=1)
JB = "jb-1"


def term(house: House, norm: str = "3", on: date = MONDAY) -> Term:
    found = read_case(house, CODE, actor=CLI, now=at(on)).term(norm)
    assert found is not None, norm
    return found.term


def status(house: House, norm: str, on: date) -> Status:
    found = read_case(house, CODE, actor=CLI, now=at(on)).term(norm)
    assert found is not None, norm
    return found.status


def ask(house: House, on: date = MONDAY, kind: str = "ggz", at_on: date | None = None) -> ItemDone:
    return ask_help(house, CODE, kind, "aanbieder", on, actor=actor(house, JB), now=at(at_on or on))


def need(
    house: House, number: int, kind: FactKind, on: date | None, value: str | None = None, *, today: date
) -> ItemDone:
    return record_need(house, CODE, number, kind, on, value=value, actor=actor(house, JB), now=at(today))


def refusal(refused: pytest.ExceptionInfo[Refused]) -> ProblemCode:
    return refused.value.problems[0].code


# ---- the help chain


def test_a_need_goes_from_asked_to_help_that_fits(house: House) -> None:
    a_case(house)
    assert ask(house).item == "hulpvraag.1"
    today = MONDAY + 30 * DAY
    need(house, 1, FactKind.HELP_CONTRACTED, None, "nee", today=today)
    need(house, 1, FactKind.HELP_FUNDED, MONDAY + 5 * DAY, today=today)
    need(house, 1, FactKind.HELP_INTAKE, MONDAY + 10 * DAY, today=today)
    need(house, 1, FactKind.HELP_WAITING, date(2026, 5, 1), today=today)
    assert term(house).met_on is None

    need(house, 1, FactKind.HELP_STARTED, MONDAY + 28 * DAY, Fit.FITS, today=today)

    assert (term(house).met_on, status(house, "3", today)) == (MONDAY + 28 * DAY, Status.MET)
    (one,) = read_case(house, CODE, actor=CLI, now=at(today)).needs
    assert (one.contracted, one.funded_on, one.intake_on) == ("nee", MONDAY + 5 * DAY, MONDAY + 10 * DAY)


def test_help_that_does_not_fit_is_flagged_and_counts_for_nothing(house: House) -> None:
    a_case(house)
    ask(house)
    need(house, 1, FactKind.HELP_STARTED, MONDAY + DAY, Fit.DOES_NOT_FIT, today=MONDAY + 2 * DAY)

    assert term(house).met_on is None


def test_help_that_did_not_fit_is_stopped_and_other_help_takes_its_place(house: House) -> None:
    a_case(house)
    ask(house)
    today = date(2026, 4, 1)
    need(house, 1, FactKind.HELP_STARTED, MONDAY + DAY, Fit.DOES_NOT_FIT, today=today)
    need(house, 1, FactKind.HELP_STOPPED, MONDAY + 9 * DAY, today=today)
    assert ask(house, MONDAY + 9 * DAY, at_on=today).item == "hulpvraag.2"
    need(house, 2, FactKind.HELP_STARTED, MONDAY + 20 * DAY, Fit.FITS, today=today)

    assert term(house).met_on == MONDAY + 20 * DAY


def _press(house: House, kind: FactKind, number: int, on: date, value: str, today: date) -> tuple[Flag, ...]:
    view = read_case(house, CODE, actor=CLI, now=at(today))
    offer = Offer(ActionVerb.RECORD, view.case.id, "3", kind, 0)
    (offered,) = offer_these(house, [offer], {view.case.id: CODE}, person(house, JB), at(today))
    me, picked = person(house, JB).id, Picked(need=number)
    done = perform(house, offered.token, picked=picked, person_id=me, now=at(today), on=on, value=value)
    return done.recorded[0].flags


def test_a_start_before_it_was_asked_is_flagged_for_that_need_only(house: House) -> None:
    a_case(house)
    ask(house, MONDAY)
    ask(house, MONDAY + 20 * DAY)
    today = MONDAY + 30 * DAY

    second = _press(house, FactKind.HELP_STARTED, 2, MONDAY + 10 * DAY, Fit.FITS, today)
    first = _press(house, FactKind.HELP_STARTED, 1, MONDAY + 10 * DAY, Fit.FITS, today)

    assert (first, second) == ((), (Flag.BEFORE_ASKED,))


@pytest.mark.parametrize(
    ("number", "kind", "on", "value", "problem"),
    [
        (2, FactKind.HELP_INTAKE, MONDAY, None, ProblemCode.NEED_UNKNOWN),
        (1, FactKind.HELP_INTAKE, MONDAY + DAY, None, ProblemCode.DATE_IN_FUTURE),
        (1, FactKind.HELP_INTAKE, None, None, ProblemCode.VALUE_MISSING),
        (1, FactKind.HELP_STARTED, MONDAY, None, ProblemCode.VALUE_MISSING),
        (1, FactKind.HELP_STARTED, MONDAY, "misschien", ProblemCode.VALUE_MISSING),
        (1, FactKind.HELP_CONTRACTED, None, "soms", ProblemCode.VALUE_MISSING),
        (1, FactKind.COURSE_SET, MONDAY, None, ProblemCode.CHOICE_UNKNOWN),
    ],
)
def test_what_cannot_be_of_a_need_is_refused(
    house: House, number: int, kind: FactKind, on: date | None, value: str | None, problem: ProblemCode
) -> None:
    a_case(house)
    ask(house)

    with pytest.raises(Refused) as refused:
        need(house, number, kind, on, value, today=MONDAY)

    assert refusal(refused) is problem


def test_an_unknown_kind_of_help_is_refused(house: House) -> None:
    a_case(house)

    with pytest.raises(Refused) as refused:
        ask(house, kind="toverdrank")

    assert refusal(refused) is ProblemCode.CHOICE_UNKNOWN


def test_when_the_course_is_set_and_nobody_was_asked_consulting_is_prompted(house: House) -> None:
    a_case(house)
    assert set_course(house, MONDAY + DAY) == ("consult",)

    asked_too = record_fact(house, CODE, FactKind.CONSULTED, MONDAY + DAY, actor=CLI, now=at(MONDAY + DAY))
    assert asked_too.prompts == ()


def test_after_help_was_asked_nothing_is_prompted(house: House) -> None:
    a_case(house)
    ask(house)

    assert set_course(house, MONDAY + DAY) == ()


def test_a_known_wait_at_the_time_of_the_course_prompts_the_zorgmakelaar(house: House) -> None:
    a_case(house)
    ask(house)
    set_course(house, MONDAY + DAY)

    soon = need(house, 1, FactKind.HELP_WAITING, date(2026, 5, 1), today=MONDAY + 2 * DAY)
    later = need(house, 1, FactKind.HELP_WAITING, date(2026, 5, 2), today=MONDAY + 30 * DAY)

    assert (soon.prompts, later.prompts) == (("agent",), ())


def test_a_start_expected_after_the_due_date_prompts_to_escalate_today_and_does(house: House) -> None:
    house = region(house)
    a_held_case(house)
    ask(house)
    run_days(house, MONDAY, date(2026, 3, 11))

    done = need(house, 1, FactKind.HELP_WAITING, date(2026, 7, 6), today=date(2026, 3, 12))

    # It was recorded after that morning's message, so it is seen on Friday and leaves on Monday.
    assert done.prompts == ("climb",)
    told = diary(house, date(2026, 3, 13), date(2026, 3, 16))
    assert [said for said in told[date(2026, 3, 13)] if ">" in said[1]] == [(JB, "digest: 3>teammanager")]
    assert (without_digests(told)) == {date(2026, 3, 16): [("tm-1", "offered 3")]}


def test_a_forecast_that_no_longer_is_late_takes_back_what_it_began(house: House) -> None:
    house = region(house)
    a_held_case(house)
    ask(house)
    need(house, 1, FactKind.HELP_WAITING, date(2026, 7, 6), today=date(2026, 3, 12))
    diary(house, date(2026, 3, 13), date(2026, 3, 16))
    assert escalation(house).stage == "offered"

    need(house, 1, FactKind.HELP_WAITING, date(2026, 5, 6), today=date(2026, 3, 17))

    assert [kind for kind, _ in history(house)] == ["announced", "offered", "withdrawn"]
    assert without_digests(diary(house, date(2026, 3, 18), date(2026, 4, 30))) == {}
    # By its own date it climbs as any other.
    told = without_digests(diary(house, date(2026, 5, 1), date(2026, 5, 20)))
    assert told == {date(2026, 5, 19): [("tm-1", "offered 3")]}


# ---- blockers


def test_blockers_are_shown_where_such_help_is_chosen_in_that_region_and_time(house: House) -> None:
    a_case(house)
    found = []
    for kind, place, from_on, help_kind, where in (
        ("plafond", "Aanbieder X", MONDAY, "ggz", "noord"),
        ("opnamestop", "Aanbieder Y", MONDAY, "verblijf", "noord"),
        ("wachtlijst", "Aanbieder Z", MONDAY, "ggz", "zuid"),
        ("contract", "Aanbieder W", MONDAY + 60 * DAY, "ggz", None),
        ("procedure", "Gemeente V", MONDAY, None, None),
    ):
        found.append(
            register_blocker(
                house, kind, place, from_on, None, help_kind=help_kind, region=where, actor=CLI, now=NOW
            )
        )

    assert ask(house).blocked_by == (
        "budgetplafond bereikt: Aanbieder X",
        "procedure van de gemeente: Gemeente V",
    )

    lift_blocker(house, found[0].id, MONDAY, actor=CLI, now=NOW)
    assert ask(house, MONDAY + DAY).blocked_by == ("procedure van de gemeente: Gemeente V",)
    assert found[0].id not in {one.id for one in present_blockers(house, actor=CLI, now=at(MONDAY + DAY))}


@pytest.mark.parametrize(
    ("columns", "problem"),
    [
        ({"kind": "vloek"}, ProblemCode.CHOICE_UNKNOWN),
        ({"help_kind": "x"}, ProblemCode.CHOICE_UNKNOWN),
        ({"region": "maan"}, ProblemCode.CHOICE_UNKNOWN),
        ({"through_on": MONDAY - DAY}, ProblemCode.PERIOD_BACKWARDS),
        ({"place": " "}, ProblemCode.VALUE_MISSING),
    ],
)
def test_a_blocker_that_cannot_be_is_refused(
    house: House, columns: dict[str, object], problem: ProblemCode
) -> None:
    given: dict[str, object] = {"kind": "plafond", "place": "X", "from_on": MONDAY, "through_on": None}

    with pytest.raises(Refused) as refused:
        register_blocker(house, **(given | columns), actor=CLI, now=NOW)  # type: ignore[arg-type]

    assert refusal(refused) is problem
    assert present_blockers(house, actor=CLI, now=NOW) == []


def test_lifting_an_unknown_blocker_is_refused(house: House) -> None:
    with pytest.raises(Refused) as refused:
        lift_blocker(house, 99, MONDAY, actor=CLI, now=NOW)

    assert refusal(refused) is ProblemCode.BLOCKER_UNKNOWN


# ---- requests to third parties


def request(house: House, kind: str, on: date = MONDAY, hour: int = 9) -> ItemDone:
    return send_request(house, CODE, kind, 1, on, actor=actor(house, JB), now=at(on, hour, 0))


@pytest.mark.parametrize(
    ("kind", "due_on"), [("toegang", date(2026, 4, 13)), ("maatwerk", date(2026, 3, 16)), ("spoed", MONDAY)]
)
def test_a_request_has_a_term_of_its_own_and_norm_3_runs_on(house: House, kind: str, due_on: date) -> None:
    a_case(house)
    ask(house)
    before = term(house, "3")

    done = request(house, kind)

    assert (done.item, term(house, f"{kind}.1").due_on) == (f"{kind}.1", due_on)
    assert term(house, "3") == before
    record_item(
        house, CODE, done.item, FactKind.REQUEST_ANSWERED, due_on, value="nee", actor=CLI, now=at(due_on)
    )
    assert term(house, f"{kind}.1").met_on == due_on
    assert term(house, "3") == before


def test_the_protector_chases_a_request_and_the_desk_is_asked_when_no_answer_comes(house: House) -> None:
    house = region(house)
    a_held_case(house)
    ask(house)
    request(house, "toegang")

    sent = run_days(house, MONDAY + DAY, date(2026, 4, 20))

    assert days_told(sent, JB, "toegang")[0] == date(2026, 3, 26)
    assert ("announced", JB) in history(house, "toegang.1")
    assert ("offered", "zm-noord") in history(house, "toegang.1")


def test_an_urgent_request_climbs_the_same_day_in_hours(house: House) -> None:
    house = region(house)
    a_case(house, protector_coupled=MONDAY, first_contact=MONDAY)
    ask(house)
    request(house, "spoed")
    # Asked at nine: the desk at ten, two hours later the manager, who is asked once more an hour later.
    told = {}
    for hour in range(9, 15):
        guard_pass(house, at(MONDAY, hour, 5))
        told[hour] = [one for one in sent_at(house, at(MONDAY, hour, 6)) if "digest" not in one[1]]
    assert told == {
        9: [],
        10: [("inkoop", "offered spoed.1")],
        11: [],
        12: [("tm-1", "offered spoed.1")],
        13: [("tm-1", "offered spoed.1")],
        14: [],
    }

    record_item(
        house,
        CODE,
        "spoed.1",
        FactKind.REQUEST_ANSWERED,
        MONDAY,
        value="ja",
        actor=CLI,
        now=at(MONDAY, 14, 30),
    )
    assert history(house, "spoed.1")[-1] == ("solved", None)


def test_an_answer_outside_its_choices_is_refused(house: House) -> None:
    a_case(house)
    ask(house)
    request(house, "toegang")

    with pytest.raises(Refused) as refused:
        record_item(
            house, CODE, "toegang.1", FactKind.REQUEST_ANSWERED, MONDAY, value="tja", actor=CLI, now=NOW
        )

    assert refusal(refused) is ProblemCode.CHOICE_UNKNOWN


def test_what_was_submitted_to_a_table_comes_back_with_its_outcome(house: House) -> None:
    a_case(house)
    ask(house)
    request(house, "tafel")
    with pytest.raises(Refused):
        record_item(house, CODE, "tafel.1", FactKind.REQUEST_ANSWERED, MONDAY, actor=CLI, now=NOW)

    done = record_item(
        house, CODE, "tafel.1", FactKind.REQUEST_ANSWERED, MONDAY, value="advies", actor=CLI, now=NOW
    )

    assert done.view.items["tafel.1"][FactKind.REQUEST_ANSWERED].value == "advies"


# ---- other dates


def place(house: House, on: date = MONDAY) -> ItemDone:
    dates = {FactKind.ITEM_STARTED: on}
    return add_item(house, CODE, "crisisplek", dates, actor=actor(house, JB), now=at(on))


def test_an_extension_moves_the_end_and_asks_anew_for_a_place(house: House) -> None:
    a_case(house)
    place(house)
    assert term(house, "crisisplek.1").due_on == date(2026, 5, 24)
    now = date(2026, 5, 18)
    record_item(house, CODE, "crisisplek.1", FactKind.ITEM_PLACE, date(2026, 5, 22), actor=CLI, now=at(now))
    assert term(house, "crisisplek.1").met_on == date(2026, 5, 22)

    extend_item(house, CODE, "crisisplek.1", date(2026, 6, 1), "late_hulp", actor=CLI, now=at(now))

    found = term(house, "crisisplek.1")
    assert (found.due_on, found.met_on) == (date(2026, 5, 31), None)
    record_item(house, CODE, "crisisplek.1", FactKind.ITEM_PLACE, date(2026, 5, 29), actor=CLI, now=at(now))
    assert term(house, "crisisplek.1").met_on == date(2026, 5, 29)


def test_every_extension_is_kept_with_its_reason(house: House) -> None:
    a_case(house)
    place(house)
    for number, reason in enumerate(("late_hulp", "veiligheid")):
        extend_item(house, CODE, "crisisplek.1", date(2026, 6, 1 + 7 * number), reason, actor=CLI, now=NOW)

    facts = read_case(house, CODE, actor=CLI, now=NOW).facts
    ends = [(f.on, f.value) for f in facts if f.kind is FactKind.ITEM_ENDS]
    assert ends == [(date(2026, 6, 1), "late_hulp"), (date(2026, 6, 8), "veiligheid")]


def test_an_authorisation_asks_for_a_decision_and_for_a_place(house: House) -> None:
    a_case(house)
    dates = {FactKind.ITEM_STARTED: MONDAY, FactKind.ITEM_ENDS: date(2026, 9, 2)}
    add_item(house, CODE, "machtiging", dates, actor=CLI, now=NOW)
    now = at(date(2026, 8, 3))
    decided = {"actor": CLI, "now": now}

    record_item(
        house,
        CODE,
        "machtiging.1",
        FactKind.ITEM_DECIDED,
        date(2026, 8, 3),
        value="geen_verlenging",
        **decided,  # type: ignore[arg-type]
    )

    assert term(house, "machtiging.1").missing == (FactKind.ITEM_PLACE,)
    record_item(house, CODE, "machtiging.1", FactKind.ITEM_PLACE, date(2026, 8, 3), **decided)  # type: ignore[arg-type]
    assert term(house, "machtiging.1").met_on == date(2026, 8, 3)
    assert term(house, "ongebruikt.1").missing == (FactKind.ITEM_EXECUTED,)


def test_of_a_birthday_only_the_month_is_kept(house: House) -> None:
    a_case(house)
    add_item(house, CODE, "achttien", {FactKind.ITEM_ENDS: date(2027, 4, 17)}, actor=CLI, now=NOW)

    assert term(house, "achttien.1").due_on == date(2027, 4, 1)
    assert all(fact.on != date(2027, 4, 17) for fact in read_case(house, CODE, actor=CLI, now=NOW).facts)


@pytest.mark.parametrize(
    ("kind", "dates", "problem"),
    [
        ("feest", {}, ProblemCode.ITEM_KIND_UNKNOWN),
        ("toegang", {}, ProblemCode.ITEM_KIND_UNKNOWN),
        ("machtiging", {FactKind.ITEM_STARTED: MONDAY}, ProblemCode.VALUE_MISSING),
        (
            "machtiging",
            {FactKind.ITEM_STARTED: MONDAY, FactKind.ITEM_ENDS: MONDAY},
            ProblemCode.END_BEFORE_START,
        ),
    ],
)
def test_an_item_that_cannot_be_is_refused(
    house: House, kind: str, dates: dict[FactKind, date], problem: ProblemCode
) -> None:
    a_case(house)

    with pytest.raises(Refused) as refused:
        add_item(house, CODE, kind, dates, actor=CLI, now=NOW)

    assert refusal(refused) is problem
    assert read_case(house, CODE, actor=CLI, now=NOW).items == {}


@pytest.mark.parametrize(
    ("item", "ends_on", "reason", "problem"),
    [
        ("crisisplek.9", date(2026, 6, 1), "late_hulp", ProblemCode.ITEM_UNKNOWN),
        ("crisisplek.1", date(2026, 6, 1), "zomaar", ProblemCode.CHOICE_UNKNOWN),
        ("crisisplek.1", MONDAY, "late_hulp", ProblemCode.END_BEFORE_START),
    ],
)
def test_an_extension_that_cannot_be_is_refused(
    house: House, item: str, ends_on: date, reason: str, problem: ProblemCode
) -> None:
    a_case(house)
    place(house)

    with pytest.raises(Refused) as refused:
        extend_item(house, CODE, item, ends_on, reason, actor=CLI, now=NOW)

    assert refusal(refused) is problem


@pytest.mark.parametrize("kind", [FactKind.REQUEST_ANSWERED, FactKind.HELP_STARTED, FactKind.ITEM_DECIDED])
def test_what_does_not_belong_to_an_item_is_refused(house: House, kind: FactKind) -> None:
    a_case(house)
    place(house)

    with pytest.raises(Refused) as refused:
        record_item(house, CODE, "crisisplek.1", kind, MONDAY, actor=CLI, now=NOW)

    assert refusal(refused) is ProblemCode.CHOICE_UNKNOWN


def test_the_end_of_an_item_cannot_be_recorded_of_the_case(house: House) -> None:
    a_case(house)

    with pytest.raises(Refused) as refused:
        record_fact(house, CODE, FactKind.ITEM_ENDS, MONDAY, actor=CLI, now=NOW)

    assert refusal(refused) is ProblemCode.ITEM_UNKNOWN


def test_without_a_zorgmakelaar_anywhere_the_announcement_waits_for_who_is_asked_first(
    house: House,
) -> None:
    a_held_case(house)
    record_fact(house, CODE, FactKind.HELP_STARTED, MONDAY, value=Fit.FITS, actor=CLI, now=NOW)
    place(house)

    # No desks: the manager comes first, twelve working days before the end; the day before, it is seen.
    told = diary(house, date(2026, 3, 31), date(2026, 5, 6))

    announced = [on for on, said in told.items() if (JB, "digest: crisisplek.1>teammanager") in said]
    assert announced == [date(2026, 4, 30)]
    assert without_digests(told)[date(2026, 5, 1)] == [("tm-1", "offered crisisplek.1")]


def test_accepting_a_request_that_climbed_keeps_norm_3_apart(house: House) -> None:
    house = region(house)
    a_held_case(house)
    ask(house)
    request(house, "maatwerk")
    diary(house, MONDAY + DAY, date(2026, 3, 17))

    answer(house, "zm-noord", Answer.ACCEPT, date(2026, 3, 17), "maatwerk.1")

    assert escalation(house, "maatwerk.1").stage == "accepted"
    assert history(house, "3") == []
