"""Desks and routes: which one is meant for a case on a day, and when a weekly table can still be reached."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.clocktime import AMSTERDAM, local_moment
from core.desks import Desk, DeskBook, Route, RouteStep, Scope, WeeklyTable
from core.ladder import ROUTE, Delay, LadderFlaw, LadderRung, RungMode, expanded, flaw_of, top_of
from core.norms import BUILT_IN_NORMS

TODAY = date(2026, 9, 7)
HERE = Scope("GIA", "hoorn", "N")

EVERYBODY = Desk("alle", "zorgmakelaar", "voor iedereen")
REGION = Desk("regio", "zorgmakelaar", "van de regio", region="N")
MUNICIPALITY = Desk("gemeente", "zorgmakelaar", "van de gemeente", municipality="hoorn")
ORGANISATION = Desk("gi", "zorgmakelaar", "van de instelling", organisation="GIA")
ALL = (EVERYBODY, REGION, MUNICIPALITY, ORGANISATION)


@pytest.mark.parametrize(
    ("scope", "nearest"),
    [
        (HERE, ORGANISATION),
        (Scope("GIB", "hoorn", "N"), MUNICIPALITY),
        (Scope("GIB", "alkmaar", "N"), REGION),
        (Scope("GIB", "haarlem", "Z"), EVERYBODY),
        (Scope("GIB", "elders", None), EVERYBODY),
    ],
)
@pytest.mark.parametrize("desks", [ALL, ALL[::-1]])
def test_an_institutions_desk_goes_before_the_municipalitys_and_that_before_the_regions(
    desks: tuple[Desk, ...], scope: Scope, nearest: Desk
) -> None:
    assert DeskBook(desks).nearest("zorgmakelaar", scope, TODAY) == nearest


def test_a_desk_of_an_institution_in_one_region_is_not_for_its_cases_elsewhere() -> None:
    book = DeskBook([Desk("gi-n", "zorgmakelaar", "", organisation="GIA", region="N")])

    assert book.nearest("zorgmakelaar", HERE, TODAY) is not None
    assert book.nearest("zorgmakelaar", Scope("GIA", "haarlem", "Z"), TODAY) is None
    assert book.nearest("expertteam", HERE, TODAY) is None


@pytest.mark.parametrize(
    ("on", "code"),
    [
        (date(2022, 6, 30), None),
        (date(2022, 7, 1), "oud"),
        (date(2025, 12, 31), "oud"),
        (date(2026, 1, 1), "nieuw"),
    ],
)
def test_a_desk_holds_from_its_first_day_until_its_last_which_is_exclusive(
    on: date, code: str | None
) -> None:
    old = Desk("oud", "expertteam", "", region="N", valid_from=date(2022, 7, 1), valid_to=date(2026, 1, 1))
    book = DeskBook([old, Desk("nieuw", "expertteam", "", region="N", valid_from=date(2026, 1, 1))])

    found = book.present("loket:expertteam", HERE, on)

    assert (found.code if found else None) == code


ENDED = Desk("weg", "expertteam", "", region="N", valid_to=date(2026, 1, 1))


def test_a_named_desk_that_ended_is_its_fallback_or_else_the_nearest_like_it() -> None:
    other = Desk("ander", "zorgmakelaar", "", region="Z")
    like_it = Desk("zelfde", "expertteam", "", region="N")
    with_fallback = Desk("weg", "expertteam", "", region="N", fallback="ander", valid_to=date(2026, 1, 1))

    assert DeskBook([with_fallback, other, like_it]).present("desk:weg", HERE, TODAY) == other
    assert DeskBook([ENDED, like_it]).present("desk:weg", HERE, TODAY) == like_it
    assert DeskBook([ENDED]).present("desk:weg", HERE, TODAY) is None
    assert DeskBook([ENDED]).present("desk:weg", HERE, date(2025, 12, 31)) == ENDED
    assert DeskBook([ENDED]).present("desk:onbekend", HERE, TODAY) is None


def test_fallbacks_are_followed_through_desks_that_ended_too() -> None:
    until = date(2026, 1, 1)
    first = Desk("a", "expertteam", "", fallback="b", valid_to=until)
    second = Desk("b", "expertteam", "", fallback="c", valid_to=until)
    third = Desk("c", "expertteam", "")
    back = Desk("b", "expertteam", "", fallback="a", valid_to=until)

    assert DeskBook([first, second, third]).present("desk:a", HERE, TODAY) == third
    assert DeskBook([first, back]).present("desk:a", HERE, TODAY) is None


# --- routes ---

AGENT = LadderRung("zorgmakelaar", "loket:zorgmakelaar", accept_within=Delay(1))
EXPERTS = LadderRung("expertteam", "loket:expertteam", top=True, recheck=Delay(2), form=True)


def route(*rungs: LadderRung, **scope: str) -> Route:
    return Route(tuple(RouteStep(rung) for rung in rungs), **scope)  # type: ignore[arg-type]


def test_the_steps_of_the_nearest_route_take_the_place_of_route_in_a_ladder() -> None:
    norm_3 = BUILT_IN_NORMS[2].ladder
    book = DeskBook(routes=[route(AGENT, EXPERTS, region="N"), route(EXPERTS, municipality="hoorn")])

    assert [rung.code for rung in book.frozen(norm_3, HERE, TODAY)] == [
        "teammanager",
        "expertteam",
        "instelling",
    ]
    in_the_region = book.frozen(norm_3, Scope("GIA", "alkmaar", "N"), TODAY)
    assert [rung.code for rung in in_the_region] == [
        "teammanager",
        "zorgmakelaar",
        "expertteam",
        "instelling",
    ]
    assert flaw_of(in_the_region) is None
    assert top_of(in_the_region) == 2


def test_where_no_route_holds_the_ladder_goes_on_without_it() -> None:
    norm_3 = BUILT_IN_NORMS[2].ladder
    later = Route((RouteStep(EXPERTS),), region="N", valid_from=date(2027, 1, 1))

    ladder = DeskBook(routes=[later]).frozen(norm_3, HERE, TODAY)

    assert [rung.code for rung in ladder] == ["teammanager", "instelling"]
    assert flaw_of(ladder) is None
    assert top_of(ladder) == 0


def test_the_first_step_of_a_route_begins_when_the_ladder_says() -> None:
    ladder = (LadderRung("route", ROUTE, at=Delay(-10)), LadderRung("tm", "teammanager", at=Delay(1)))

    found = expanded(ladder, [AGENT, EXPERTS])

    assert [(rung.code, rung.at) for rung in found] == [
        ("zorgmakelaar", Delay(-10)),
        ("expertteam", None),
        ("tm", Delay(1)),
    ]
    assert flaw_of(found) is LadderFlaw.ACTS_ABOVE_TOP
    assert flaw_of(found[:2]) is None


def test_steps_that_only_inform_stay_so_in_a_ladder() -> None:
    told = LadderRung("leider", "projectleider", RungMode.INFORM)

    assert (
        expanded((LadderRung("tm", "teammanager", at=Delay(1)), LadderRung("route", ROUTE)), [told])[1]
        == told
    )


# --- weekly tables ---

WEDNESDAY = WeeklyTable(3, time(14), 1, time(12))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=AMSTERDAM).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "table_on"),
    [
        ("2026-09-06T23:59", date(2026, 9, 9)),
        ("2026-09-07T11:59", date(2026, 9, 9)),
        ("2026-09-07T12:00", date(2026, 9, 16)),
        ("2026-09-08T09:00", date(2026, 9, 16)),
        ("2026-09-09T13:00", date(2026, 9, 16)),
        ("2026-09-09T15:00", date(2026, 9, 16)),
        ("2026-09-12T10:00", date(2026, 9, 16)),
        ("2026-09-14T11:59", date(2026, 9, 16)),
    ],
)
def test_after_the_cut_off_the_next_weeks_table_is_meant(now: str, table_on: date) -> None:
    on, closes = WEDNESDAY.next_after(local(now), AMSTERDAM)

    assert on == table_on
    assert closes == local(f"{table_on - timedelta(days=2)}T12:00")


def test_a_cut_off_late_in_the_week_is_for_the_table_of_the_week_after() -> None:
    tuesday = WeeklyTable(2, time(10), 4, time(12))

    assert tuesday.next_after(local("2026-09-10T11:59"), AMSTERDAM)[0] == date(2026, 9, 15)
    assert tuesday.next_after(local("2026-09-10T12:00"), AMSTERDAM)[0] == date(2026, 9, 22)


def test_a_cut_off_on_the_day_itself_is_open_until_its_hour() -> None:
    same_day = WeeklyTable(3, time(14), 3, time(9))

    assert same_day.next_after(local("2026-09-09T08:59"), AMSTERDAM)[0] == date(2026, 9, 9)
    assert same_day.next_after(local("2026-09-09T09:00"), AMSTERDAM)[0] == date(2026, 9, 16)


@pytest.mark.parametrize(
    ("sunday", "closes"),
    [
        (date(2026, 3, 29), datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
    ],
)
def test_a_cut_off_in_the_hour_that_the_clock_skips_or_repeats_is_one_moment(
    sunday: date, closes: datetime
) -> None:
    monday = WeeklyTable(1, time(14), 7, time(2, 30))

    just_before = monday.next_after(closes - timedelta(seconds=1), AMSTERDAM)
    at_the_moment = monday.next_after(closes, AMSTERDAM)

    assert just_before == (sunday + timedelta(days=1), closes)
    assert at_the_moment[0] == sunday + timedelta(days=8)


def _weekday_before(table: WeeklyTable) -> bool:
    return table.weekday != table.cut_off_weekday or table.cut_off_at <= table.at


TIMES = st.times(max_value=time(23, 59)).map(lambda at: at.replace(second=0, microsecond=0))
TABLES = st.builds(WeeklyTable, st.integers(1, 7), TIMES, st.integers(1, 7), TIMES).filter(_weekday_before)
ZONES = st.sampled_from([AMSTERDAM, ZoneInfo("UTC"), ZoneInfo("America/New_York")])
CLOCK_CHANGES = [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
MOMENTS = st.one_of(
    st.builds(timedelta, seconds=st.integers(0, 6 * 365 * 86400)).map(
        datetime(2024, 1, 1, tzinfo=UTC).__add__
    ),
    st.builds(
        lambda change, seconds: change + timedelta(seconds=seconds),
        st.sampled_from(CLOCK_CHANGES),
        st.integers(-8 * 86400, 8 * 86400),
    ),
)


@given(table=TABLES, now=MOMENTS, zone=ZONES)
def test_the_next_table_is_the_first_whose_cut_off_lies_ahead(
    table: WeeklyTable, now: datetime, zone: ZoneInfo
) -> None:
    on, closes = table.next_after(now, zone)

    assert on.isoweekday() == table.weekday
    assert now < closes <= local_moment(on, table.at, zone)
    back = (table.weekday - table.cut_off_weekday) % 7
    assert closes == local_moment(on - timedelta(days=back), table.cut_off_at, zone)
    a_week_earlier = local_moment(on - timedelta(days=back + 7), table.cut_off_at, zone)
    assert a_week_earlier <= now
