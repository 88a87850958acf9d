"""What `preview` shows of four months is what `tick` then sends, day by day."""

import asyncio
import random
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta

from app.clock import SetClock
from app.preview import _preview
from core.clocktime import local_date
from core.facts import COURSE_CHECKLIST, FactKind, Fit
from core.ports import Address, ChannelName, Content, Receipt
from jobs.deliver import Courier
from jobs.full_pass import full_pass
from services.cases import read_case, record_fact
from services.couplings import plan_handover, uncouple
from services.delivery import Delivered
from services.explanations import explain
from services.house import House
from services.items import add_item, ask_help, record_need, send_request
from services.rehearsal import rehearsal
from storage.queries.people import change_person
from tests.escalating import region
from tests.factories import CLI, MONDAY, NOW, a_case, at, person

FIRST, LAST = date(2026, 3, 3), date(2026, 7, 3)
CHANNELS = (ChannelName.TELEGRAM, ChannelName.MAIL)
Said = tuple[date, str, str, str, str, tuple[str, ...]]


class _Taking:
    """A channel that takes everything."""

    def __init__(self, name: ChannelName) -> None:
        self.name = name

    async def send(self, _address: Address, _content: Content, *, message_key: str) -> Receipt:
        return Receipt(message_key)

    async def replace(self, _address: Address, _external_id: str, _content: Content) -> None:
        return


def a_mixed_caseload(house: House) -> None:
    """Fill a region with cases of every kind and state, the same every time."""
    chance = random.Random(3)  # noqa: S311 - made-up cases
    for number in range(1, 23):
        code = f"GIA-2026-{number:03}"
        ordered = MONDAY - timedelta(days=chance.randrange(0, 110))
        dates = {"protector_coupled": ordered, "first_contact": ordered} if chance.random() < 0.8 else {}
        a_case(
            house,
            code,
            ordered=ordered,
            protector=chance.choice(["jb-1", "jb-2", "jb-3"]),
            family=chance.choice([None, None, f"gezin-{number // 4}"]),
            **dates,
        )
        _furnish(house, code, chance)


def _furnish(house: House, code: str, chance: random.Random) -> None:
    if chance.random() < 0.5:
        for kind in COURSE_CHECKLIST:
            record_fact(house, code, kind, None, actor=CLI, now=NOW)
        record_fact(house, code, FactKind.COURSE_SET, MONDAY, actor=CLI, now=NOW)
    for what in chance.sample(sorted(_KINDS), 2):
        _KINDS[what](house, code)


def _place(house: House, code: str) -> None:
    dates = {FactKind.ITEM_STARTED: MONDAY - timedelta(days=9)}
    add_item(house, code, "crisisplek", dates, actor=CLI, now=NOW)


def _authorisation(house: House, code: str) -> None:
    dates = {FactKind.ITEM_STARTED: MONDAY, FactKind.ITEM_ENDS: MONDAY + timedelta(days=60)}
    add_item(house, code, "machtiging", dates, actor=CLI, now=NOW)


def _asked(house: House, code: str) -> None:
    ask_help(house, code, "ggz", None, MONDAY, actor=CLI, now=NOW)
    kind = ("toegang", "maatwerk", "tafel")[int(code[-1]) % 3]
    send_request(house, code, kind, 1, MONDAY, actor=CLI, now=NOW)


def _waits(house: House, code: str) -> None:
    ask_help(house, code, "ggz", None, MONDAY, actor=CLI, now=NOW)
    expected = MONDAY + timedelta(days=200)
    record_need(house, code, 1, FactKind.HELP_WAITING, expected, actor=CLI, now=NOW)


def _helped(house: House, code: str) -> None:
    record_fact(house, code, FactKind.HELP_STARTED, MONDAY, value=Fit.FITS, actor=CLI, now=NOW)


def _ends(house: House, code: str) -> None:
    record_fact(house, code, FactKind.MEASURE_ENDS, date(2026, 6, 1), actor=CLI, now=NOW)


def _explained(house: House, code: str) -> None:
    if any(one.key == "3" and one.term.is_open for one in read_case(house, code, actor=CLI, now=NOW).terms):
        explain(house, code, "3", "wachtlijst", MONDAY + timedelta(days=150), actor=CLI, now=NOW)


def _lost(house: House, code: str) -> None:
    uncouple(house, code, MONDAY, actor=CLI, now=NOW)


def _handed_over(house: House, code: str) -> None:
    plan_handover(house, code, "jb-2", MONDAY + timedelta(days=30), actor=CLI, now=NOW)


_KINDS: Mapping[str, Callable[[House, str], None]] = {
    "place": _place,
    "authorisation": _authorisation,
    "asked": _asked,
    "waits": _waits,
    "helped": _helped,
    "ends": _ends,
    "explained": _explained,
    "lost": _lost,
    "handed over": _handed_over,
}


def _said(on: date, delivered: Delivered) -> Said:
    return (
        on,
        delivered.recipient,
        str(delivered.channel),
        str(delivered.message.kind),
        delivered.outcome,
        delivered.subjects,
    )


def _moments() -> Iterator[datetime]:
    """Yield when a cron job calls `tick`: when digests go out, and in the afternoon for one late riser."""
    for n in range((LAST - FIRST).days + 1):
        on = FIRST + timedelta(days=n)
        yield at(on, 8, 30)
        yield at(on, 16, 0)


COURIERS = {name: Courier(_Taking(name), lambda _prepared: Content("")) for name in CHANNELS}


async def _ticks(house: House) -> list[Said]:
    found: list[Said] = []
    for moment in _moments():
        done = await full_pass(house, COURIERS, SetClock(moment))
        found += [_said(local_date(moment), one) for one in done if not one.outcome.startswith("withdrawn")]
    return found


def test_preview_of_four_months_is_what_tick_then_sends_day_by_day(sqlite_house: House) -> None:
    house = region(sqlite_house, quiet=sqlite_house.rules.notices.quiet)
    with house.store.write() as tx:
        change_person(tx, person(house, "jb-2").id, send_at=time(16, 0))
        change_person(tx, person(house, "jb-3").id, weekdays="134")
    a_mixed_caseload(house)
    asyncio.run(full_pass(house, COURIERS, SetClock(at(MONDAY, 16, 0))))

    copy = rehearsal(house)
    shown = asyncio.run(_preview(copy, CHANNELS, FIRST, LAST))
    copy.store.close()
    sent = asyncio.run(_ticks(house))

    assert sorted(_said(one.message.day_on, one) for one in shown) == sorted(sent)
    assert len(sent) > 200
    assert {kind for _, _, _, kind, _, _ in sent} >= {"digest", "escalation"}
    assert {who for _, who, *_ in sent} >= {"jb-1", "jb-2", "jb-3", "tm-1", "tm-2", "zm-noord", "ret-noord"}
