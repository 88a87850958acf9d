"""A region with desks and routes for tests of escalations, and what is read of its outbox."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from core.desks import Desk, DeskBook, Route, RouteStep, WeeklyTable
from core.escalations import Escalation
from core.facts import COURSE_CHECKLIST, FactKind
from core.ladder import Delay, LadderRung
from core.people import Role
from core.rules import EscalationRules, Rules
from services.alerts import AlertKind
from services.cases import record_fact
from services.digests import DigestView
from services.escalating import Answer, Answered, Given, answer_escalation
from services.escalation_views import EscalationView, case_escalations
from services.house import House
from services.message_views import AlertView, EscalationsView, ReassignedView
from services.people import NewPerson, add_person
from services.reassignment import move_municipality
from storage.queries.people import link_chat
from tests.factories import CALENDAR, CLI, MONDAY, NOW, Post, a_case, actor, at, deliver, make_rules, run_day

CODE = "GIA-2026-001"
DESK_PEOPLE = {"zm-noord": 301, "adviseur-zuid": 302, "het-zuid": 303, "ret-noord": 304, "inkoop": 305}
"""The mailboxes of desks, with the chat that stands for each."""

DESKS = (
    Desk("zm-noord", "zorgmakelaar", "zorgmakelaar Noord", region="noord", contact="zm-noord"),
    Desk("adviseur-zuid", "adviseur", "adviseur Zuid", region="zuid", contact="adviseur-zuid"),
    Desk("ret-noord", "expertteam", "expertteam Noord", region="noord", contact="ret-noord"),
    Desk(
        "het-zuid",
        "expertteam",
        "HET",
        region="zuid",
        contact="het-zuid",
        answer_within=Delay(3),
        table=WeeklyTable(4, time(10, 0), 2, time(12, 0)),
    ),
    Desk("inkoop", "inkoop", "inkoop", contact="inkoop"),
    Desk("toegang-noord", "toegang", "lokale toegang", region="noord", contact="zm-noord"),
)
EXPERTS = LadderRung("expertteam", "loket:expertteam", top=True, recheck=Delay(2), form=True)
ROUTES = (
    Route(
        (RouteStep(LadderRung("zorgmakelaar", "loket:zorgmakelaar")), RouteStep(EXPERTS)),
        region="noord",
        source="bron Noord",
    ),
    Route(
        (RouteStep(LadderRung("adviseur", "desk:adviseur-zuid")), RouteStep(EXPERTS)),
        region="zuid",
        source="bron Zuid",
    ),
)


def region_rules(desks: Sequence[Desk] = DESKS, routes: Sequence[Route] = ROUTES, **notices: object) -> Rules:
    """Return the rules of `make_rules` with desks and routes for both regions."""
    return replace(make_rules(**notices), escalation=EscalationRules(DeskBook(desks, routes)))


def region(house: House, **columns: object) -> House:
    """Give a staffed house desks and routes, with a chat for the mailbox of each."""
    made = House(house.store, region_rules(**columns), house.worker)  # type: ignore[arg-type]
    for name, chat in DESK_PEOPLE.items():
        person = add_person(made, NewPerson(name, frozenset({Role.CONTACT})), actor=CLI, now=NOW)
        with made.store.write() as tx:
            link_chat(tx, person.id, chat)
    return made


def a_held_case(house: House, code: str = CODE, on: date = MONDAY, **columns: object) -> None:
    """Open a case that has somebody, a contact and a course, so that only help is awaited."""
    starts = {"ordered": on, "protector_coupled": on, "first_contact": on}
    place = str(columns.pop("municipality", "alkmaar"))
    a_case(house, code, now=at(on, 9, 0), **(starts | columns))  # type: ignore[arg-type]
    move_municipality(house, code, place, actor=CLI, now=at(on, 9, 0))
    set_course(house, on, code)


def set_course(house: House, on: date, code: str = CODE) -> tuple[str, ...]:
    """Record a course with its whole checklist; return what is prompted."""
    for kind in COURSE_CHECKLIST:
        record_fact(house, code, kind, None, actor=CLI, now=at(on))
    return record_fact(house, code, FactKind.COURSE_SET, on, actor=CLI, now=at(on)).prompts


def what_was_said(posts: Sequence[Post]) -> list[tuple[str, str]]:
    """Return for each message who got it and what it said, in short and in order of name.

    A digest as `digest: 3` with `3>teammanager` for a line that says where its term climbs to; an escalation
    as `offered 3`, the rung behind it when it is not the reader's to act.
    """
    return sorted((post.recipient, _in_short(post)) for post in posts)


def _in_short(post: Post) -> str:
    view = post.view
    if isinstance(view, DigestView):
        lines = [line.term.key + (f">{line.climbs_to}" if line.climbs_to else "") for line in view.lines]
        rest = [f"{view.older} older"] if view.older else []
        return "digest: " + ", ".join([*lines, *rest])
    if isinstance(view, EscalationsView):
        return ", ".join(f"{line.what} {line.view.escalation.norm}" for line in view.lines)
    if isinstance(view, AlertView):
        return f"alert: {AlertKind(view.what)}"
    if isinstance(view, ReassignedView):
        return "reassigned: " + ", ".join(view.codes)
    return str(post.message.kind)


def diary(house: House, first: date, last: date) -> dict[date, list[tuple[str, str]]]:
    """Run every working day from `first` through `last`; return what each was told on which day."""
    found: dict[date, list[tuple[str, str]]] = {}
    for n in range((last - first).days + 1):
        on = first + timedelta(days=n)
        if CALENDAR.is_working_day(on) and (said := what_was_said(run_day(house, on))):
            found[on] = said
    return found


def sent_at(house: House, now: datetime) -> list[tuple[str, str]]:
    """Deliver what may go out at a moment; return what each was told."""
    return what_was_said([post for post in deliver(house, now) if post.outcome == "sent"])


def without_digests(told: Mapping[date, list[tuple[str, str]]]) -> dict[date, list[tuple[str, str]]]:
    """Return what was said apart from the daily messages."""
    kept = {on: [one for one in said if not one[1].startswith("digest")] for on, said in told.items()}
    return {on: said for on, said in kept.items() if said}


def history(house: House, norm: str = "3", code: str = CODE) -> list[tuple[str, str | None]]:
    """Return what happened in the escalations of a term: each step and whom it was about."""
    found = case_escalations(house, code, norm, actor=CLI, now=NOW)
    return [(str(step.kind), step.person) for view in found for step in view.steps]


def running(house: House, norm: str = "3", code: str = CODE, now: datetime = NOW) -> EscalationView:
    """Return the one running escalation of a term."""
    (found,) = [
        view for view in case_escalations(house, code, norm, actor=CLI, now=now) if view.escalation.is_running
    ]
    return found


def escalation(house: House, norm: str = "3", code: str = CODE) -> Escalation:
    """Return the one running escalation of a term as it is kept."""
    return running(house, norm, code).escalation


def answer(
    house: House, name: str, what: Answer, on: date, norm: str = "3", code: str = CODE, **given: object
) -> Answered:
    """Let somebody answer the running escalation of a term at ten in the morning of a day."""
    now = at(on, 10, 0)
    return answer_escalation(
        house,
        escalation(house, norm, code).id,
        what,
        Given(**given),  # type: ignore[arg-type]
        actor=actor(house, name, now),
        now=now,
    )


_DAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


def day(on: date) -> str:
    """Return a day as people say it: `di 19 mei`."""
    return f"{_DAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]}"


@dataclass
class Story:
    """A house that lives day by day; `told` is every message so far, each as `di 19 mei tm-1: offered 3`."""

    house: House
    today: date
    told: list[str] = field(default_factory=list)

    def morning(self, on: date) -> list[str]:
        """Live through every working day up to and including the messages of `on`; return what was told."""
        before = len(self.told)
        while self.today < on:
            self.today += timedelta(days=1)
            if CALENDAR.is_working_day(self.today):
                said = what_was_said(run_day(self.house, self.today))
                self.told += [f"{day(self.today)} {name}: {what}" for name, what in said]
        return self.told[before:]

    def at(self, hour: int = 10, minute: int = 0) -> datetime:
        """Return a moment of today."""
        return at(self.today, hour, minute)

    def now_sent(self, hour: int = 10) -> list[str]:
        """Deliver what goes out at once; return what was told."""
        said = sent_at(self.house, at(self.today, hour, 5))
        found = [f"{day(self.today)} {name}: {what}" for name, what in said]
        self.told += found
        return found

    def who(self, name: str) -> dict[str, Any]:
        """Return who does something now, as services ask for it."""
        return {"actor": actor(self.house, name, self.at()), "now": self.at()}
