"""Button data stays within 64 bytes, also for the longest case code and term."""

import re
from datetime import timedelta

import pytest

from bot.callbacks import Act, Look, Own, pack
from bot.screens import case_screen
from core.dates import BUILT_IN_DATES, ITEM_KINDS
from core.facts import FactKind
from core.rules import DEFAULT_CASE_CODE
from services.actions import offer_case
from services.cases import NewCase, open_case, read_case
from services.house import House
from services.items import add_item
from tests.factories import CLI, MONDAY, NOW, actor, make_rules, person

LONGEST_CODE = "ABCDEF-2026-" + "1" * 28
LONGEST_KEY = max((f"{norm.code}.99" for norm in BUILT_IN_DATES), key=len)
TOKEN = "t" * 16


def test_the_longest_code_is_as_long_as_a_case_can_have() -> None:
    assert len(LONGEST_CODE) == 40
    assert re.fullmatch(DEFAULT_CASE_CODE, LONGEST_CODE) is None


@pytest.mark.parametrize(
    ("verb", "args"),
    [
        (Look.WHY, (LONGEST_CODE, LONGEST_KEY)),
        (Look.HISTORY, (LONGEST_CODE, LONGEST_KEY)),
        (Act.LATER, (LONGEST_CODE, LONGEST_KEY, 10)),
        (Act.CLIMB, (LONGEST_CODE, LONGEST_KEY)),
        (Act.AGENT, (LONGEST_CODE, LONGEST_KEY)),
        (Own.START, ("de", LONGEST_CODE, LONGEST_KEY)),
        (Own.START, ("hs", LONGEST_CODE, 99)),
        (Act.DAY, (TOKEN, "20260302", "1234567890.4.20260601")),
        (Act.MONTH, (TOKEN, "20260302", "1234567890.4.20260601")),
        (Act.HANDOVER, (TOKEN, "1234567890.4", "m20260601")),
        (Act.CHOICE, (TOKEN, "p99", 99)),
        (Own.ANSWER, (1234567890, "99.m20260601")),
    ],
)
def test_the_longest_data_of_each_button_fits(verb: Look | Act | Own, args: tuple[object, ...]) -> None:
    assert len(pack(verb, *args).encode()) <= 64


def test_a_case_with_every_kind_of_date_can_be_shown(sqlite_house: House) -> None:
    rules = make_rules()
    privacy = type(rules.privacy)(case_code=re.compile(r"^[A-Z]+-\d{4}-\d+$"))
    object.__setattr__(sqlite_house.rules, "privacy", privacy)
    dates = {FactKind.NOTIFIED: MONDAY, FactKind.ORDERED: MONDAY}
    new = NewCase(LONGEST_CODE, "GIA", "alkmaar", "ots", protector="jb-1", dates=dates)
    open_case(sqlite_house, new, actor=CLI, now=NOW)
    ahead = MONDAY + timedelta(days=90)
    for kind in ITEM_KINDS:
        if not kind.is_request:
            asked = {one: MONDAY if one is FactKind.ITEM_STARTED else ahead for one in kind.asks}
            add_item(sqlite_house, LONGEST_CODE, kind.code, asked, actor=CLI, now=NOW)
    me = actor(sqlite_house, "jb-1")
    view = read_case(sqlite_house, LONGEST_CODE, actor=me, now=NOW)
    offers = offer_case(sqlite_house, view, person(sqlite_house, "jb-1"), NOW)
    text, rows = case_screen(view, offers)
    labels = [button.label for row in rows for button in row]
    assert len(labels) == len(set(labels))
    assert len(labels) <= 100
    assert len(text) < 4096
