"""How much one caseload says: a made-up year of fifteen cases, as messages a person gets on a working day.

The year is drawn once from a seed: cases come and go, most is recorded in time, some late, some help is known
to come too late, some asks are answered and some are not. Days on which nothing is sent count as none.
"""

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path
from statistics import median

from core.desks import Desk, DeskBook, Route, RouteStep
from core.facts import COURSE_CHECKLIST, FactKind, Fit
from core.ladder import Delay, LadderRung
from core.rules import EscalationRules, Rules
from services.cases import record_fact
from services.escalating import WITH_REASON, Answer, Given, answer_escalation
from services.escalation_views import my_escalations
from services.explanations import explain
from services.house import House
from services.items import ask_help, record_need, send_request
from storage.queries.people import link_chat
from storage.schema import migrate
from storage.store import open_store
from tests.bench.report import Figure, p95
from tests.factories import CALENDAR, CLI, a_case, actor, at, make_rules, person, run_day, staff

CASELOAD, SEED = 15, 41
FIRST, LAST = date(2026, 1, 5), date(2026, 12, 31)
SETTLED = date(2026, 4, 1)
"""From this day on the caseload is full and of every age; what was said before is not counted."""
_LONGEST = 200
_DESK_CHAT = 900
_AIM = {"median": 1, "p95": 3}


@dataclass
class _Plan:
    """What will be recorded of one case on which day; a day that never comes is not recorded."""

    code: str
    opens_on: date
    days: dict[str, date] = field(default_factory=dict)


def _draw(chance: random.Random, number: int, opens_on: date) -> _Plan:
    """Draw a case: three quarters in time, the rest late; a fifth of the help is known to come too late."""
    plan = _Plan(f"GIA-2026-{number:03}", opens_on)
    late = chance.random() < 0.25
    for what, early, tardy in (("contact", (0, 6), (7, 20)), ("course", (20, 40), (41, 70))):
        plan.days[what] = opens_on + timedelta(days=chance.randint(*(tardy if late else early)))
    plan.days["asked"] = plan.days["course"] - timedelta(days=chance.randint(0, 15))
    waits = chance.random() < 0.2
    plan.days["help"] = opens_on + timedelta(days=chance.randint(*((100, 180) if waits else (45, 90))))
    if waits:
        plan.days["forecast"] = plan.days["asked"] + timedelta(days=chance.randint(3, 20))
    if chance.random() < 0.3:
        plan.days["request"] = plan.days["asked"]
    return plan


class _Year:
    """One caseload that lives a year."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.chance = random.Random(SEED)  # noqa: S311 - the same year every time
        self.open: list[_Plan] = []
        self.number = 0
        self.counts: dict[str, Counter[date]] = {"jb-1": Counter(), "tm-1": Counter(), "zm": Counter()}

    def live(self) -> None:
        """Live every working day: the morning's messages, then what people record and answer."""
        for on in _working_days(FIRST, LAST):
            for post in run_day(self.house, on):
                if post.recipient in self.counts:
                    self.counts[post.recipient][on] += 1
            self._take_in(on)
            self._work(on)

    def _take_in(self, on: date) -> None:
        """Keep the caseload at fifteen; in the first weeks it fills one by one."""
        due = on - timedelta(days=_LONGEST)
        self.open = [plan for plan in self.open if plan.days["help"] >= on or plan.opens_on > due]
        if len(self.open) < CASELOAD and self.chance.random() < 0.4:
            self.number += 1
            plan = _draw(self.chance, self.number, on)
            a_case(self.house, plan.code, ordered=on, now=at(on, 10), protector_coupled=on)
            self.open.append(plan)

    def _work(self, on: date) -> None:
        for plan in self.open:
            for what in [what for what, day in plan.days.items() if CALENDAR.on_or_after(day) == on]:
                getattr(self, f"_do_{what}")(plan, on)
        for name in ("tm-1", "zm"):
            self._answer(name, on)

    def _do_contact(self, plan: _Plan, on: date) -> None:
        record_fact(self.house, plan.code, FactKind.FIRST_CONTACT, on, actor=CLI, now=at(on, 11))

    def _do_course(self, plan: _Plan, on: date) -> None:
        for kind in COURSE_CHECKLIST:
            record_fact(self.house, plan.code, kind, None, actor=CLI, now=at(on, 11))
        record_fact(self.house, plan.code, FactKind.COURSE_SET, on, actor=CLI, now=at(on, 11))

    def _do_asked(self, plan: _Plan, on: date) -> None:
        ask_help(self.house, plan.code, "ggz", None, on, actor=CLI, now=at(on, 11))

    def _do_request(self, plan: _Plan, on: date) -> None:
        send_request(self.house, plan.code, "maatwerk", 1, on, actor=CLI, now=at(on, 12))

    def _do_forecast(self, plan: _Plan, on: date) -> None:
        expected = plan.days["help"]
        told = {"actor": CLI, "now": at(on, 13)}
        done = record_need(self.house, plan.code, 1, FactKind.HELP_WAITING, expected, **told)
        term = done.view.term("3")
        if self.chance.random() < 0.5 and term is not None and expected > term.term.watched_on:
            explain(self.house, plan.code, "3", "wachtlijst", expected, **told)

    def _do_help(self, plan: _Plan, on: date) -> None:
        told = {"value": Fit.FITS, "actor": CLI, "now": at(on, 14)}
        record_need(self.house, plan.code, 1, FactKind.HELP_STARTED, on, **told)

    def _answer(self, name: str, on: date) -> None:
        """Answer two of three that ask: take it, ask for more time, and now and then hand it back."""
        now = at(on, 15)
        who = actor(self.house, name, now)
        for view in my_escalations(self.house, actor=who, now=now):
            if self.chance.random() < 1 / 3:
                continue
            answer = {"offered": Answer.ACCEPT, "bounced": Answer.ACCEPT, "asked": Answer.MORE_TIME}.get(
                view.escalation.stage
            )
            if answer is Answer.ACCEPT and self.chance.random() < 0.1:
                answer = Answer.HAND_BACK if view.escalation.stage == "offered" else answer
            if answer is not None:
                given = Given(reason="wachtlijst" if answer in WITH_REASON else None)
                answer_escalation(self.house, view.escalation.id, answer, given, actor=who, now=now)


def _working_days(first: date, last: date) -> Iterator[date]:
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return (on for on in days if CALENDAR.is_working_day(on))


def _rules() -> Rules:
    desk = Desk("zm", "zorgmakelaar", "zorgmakelaar", region="noord", contact="zm")
    experts = LadderRung("expertteam", "loket:zorgmakelaar", top=True, recheck=Delay(5))
    route = Route((RouteStep(experts),), region="noord")
    return replace(make_rules(), escalation=EscalationRules(DeskBook((desk,), (route,))))


def _a_house(path: Path) -> House:
    house = House(open_store(f"sqlite:///{path}"), _rules())
    migrate(house.store)
    staff(house, at(FIRST, 7))
    with house.store.write() as tx:
        link_chat(tx, person(house, "zm", at(FIRST, 7)).id, _DESK_CHAT)
    return house


def measure(folder: Path) -> list[Figure]:
    """Live a year with one caseload and count what its people are sent on each working day."""
    house = _a_house(folder / "noise.db")
    year = _Year(house)
    year.live()
    house.store.close()
    days = list(_working_days(SETTLED, LAST))
    figures = []
    for name, role in (("jb-1", "jeugdbeschermer"), ("tm-1", "manager"), ("zm", "desk")):
        each = [year.counts[name][on] for on in days]
        found = {"median": median(each), "p95": p95(each)}
        for what, value in found.items():
            limit = _AIM[what]
            figures.append(
                Figure(
                    f"noise: messages a working day, {role}, {what}",
                    f"{value:g}",
                    "",
                    f"mean {sum(each) / len(each):.2f}, most {max(each)}",
                    f"≤ {limit}",
                    value <= limit,
                )
            )
    return figures
