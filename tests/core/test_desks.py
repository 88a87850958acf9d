"""Desks and routes: which one a case means on a day, by where it belongs (D26, D29)."""

from datetime import date, time, timedelta

import pytest

from core.clocktime import AMSTERDAM, local_moment
from core.desks import Desk, DeskBook, Route, RouteStep, Scope, WeeklyTable
from core.ladder import Delay, LadderRung

SCOPE = Scope("GIA", "alkmaar", "noord")
TODAY = date(2026, 3, 2)


def desk(code: str, **columns: object) -> Desk:
    return Desk(code, "expertteam", code, **columns)  # type: ignore[arg-type]


def step(code: str) -> RouteStep:
    return RouteStep(LadderRung(code, f"desk:{code}"))


@pytest.mark.parametrize(
    ("desks", "nearest"),
    [
        ([desk("all"), desk("region", region="noord")], "region"),
        ([desk("region", region="noord"), desk("town", municipality="alkmaar")], "town"),
        ([desk("town", municipality="alkmaar"), desk("gi", organisation="GIA")], "gi"),
        ([desk("elsewhere", region="zuid"), desk("all")], "all"),
        ([desk("first"), desk("second")], "first"),
        ([desk("other", organisation="GIA", region="zuid")], None),
        ([], None),
    ],
)
def test_the_nearest_desk_is_of_the_institution_then_the_municipality_then_the_region(
    desks: list[Desk], nearest: str | None
) -> None:
    found = DeskBook(desks).present("loket:expertteam", SCOPE, TODAY)

    assert (found.code if found else None) == nearest


def test_a_desk_that_has_not_begun_or_has_ended_is_passed_over() -> None:
    book = DeskBook([desk("old", region="noord", valid_to=TODAY), desk("new", valid_from=TODAY)])

    assert book.present("loket:expertteam", SCOPE, TODAY) == book.desk("new")
    assert book.present("loket:expertteam", SCOPE, TODAY - timedelta(days=1)) == book.desk("old")


def test_in_the_place_of_a_desk_that_ended_comes_its_fallback_and_the_fallback_of_that() -> None:
    ended = {"valid_to": TODAY}
    book = DeskBook([desk("a", fallback="b", **ended), desk("b", fallback="c", **ended), desk("c")])

    assert book.present("desk:a", SCOPE, TODAY) == book.desk("c")


def test_without_a_fallback_comes_the_nearest_of_its_kind() -> None:
    book = DeskBook([desk("a", valid_to=TODAY), desk("b", region="noord")])

    assert book.present("desk:a", SCOPE, TODAY) == book.desk("b")


def test_fallbacks_that_go_round_find_nobody() -> None:
    ended = {"valid_to": TODAY}
    book = DeskBook([desk("a", fallback="b", **ended), desk("b", fallback="a", **ended)])

    assert book.present("desk:a", SCOPE, TODAY) is None
    assert book.present("desk:unknown", SCOPE, TODAY) is None


def test_the_nearest_route_of_the_day_holds_and_its_steps_take_their_place() -> None:
    book = DeskBook(
        routes=[
            Route((step("region"),), region="noord"),
            Route((step("old"),), municipality="alkmaar", valid_to=TODAY),
            Route((step("elsewhere"),), region="zuid"),
        ]
    )
    ladder = (LadderRung("tm", "teammanager", at=Delay(1)), LadderRung("route", "route"))

    assert [one.code for one in book.frozen(ladder, SCOPE, TODAY)] == ["tm", "region"]
    assert [one.code for one in book.frozen(ladder, SCOPE, TODAY - timedelta(days=1))] == ["tm", "old"]
    assert [one.code for one in book.frozen(ladder, Scope("GIA", "x", None), TODAY)] == ["tm"]


TABLE = WeeklyTable(4, time(10, 0), 2, time(12, 0))
"""Each Thursday at ten; what comes in by Tuesday noon is on it."""


@pytest.mark.parametrize(
    ("day", "at", "table_day"),
    [
        (2, time(9, 0), 5),
        (3, time(11, 59), 5),
        (3, time(12, 0), 12),
        (5, time(9, 0), 12),
        (6, time(9, 0), 12),
    ],
)
def test_the_next_table_is_the_first_whose_cut_off_lies_ahead(day: int, at: time, table_day: int) -> None:
    on, closes = TABLE.next_after(local_moment(date(2026, 3, day), at), AMSTERDAM)

    assert on == date(2026, 3, table_day)
    assert closes == local_moment(date(2026, 3, table_day - 2), time(12, 0))


def test_a_cut_off_on_the_day_of_the_table_is_that_day() -> None:
    table = WeeklyTable(4, time(10, 0), 4, time(9, 0))

    on, closes = table.next_after(local_moment(date(2026, 3, 5), time(8, 0)), AMSTERDAM)

    assert (on, closes) == (date(2026, 3, 5), local_moment(date(2026, 3, 5), time(9, 0)))
