"""What a calendar says beside what the lists say of the same days, as lines that can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache

import icalendar
import recurring_ical_events

from core.calendars import CalendarEvent, CalendarScope, EventKind, EventState, When, Window, window_on
from core.chain import Step
from core.clocktime import local_date, local_moment
from core.governance import Governance
from core.people import Actor, Role
from core.planboard import Deadline, DeadlineKind, Plan, read_period
from core.rules import CalendarRules, Rules
from core.series import Closure, InClosure, OnDayOff, Participants, Series, SeriesKind, Visibility
from core.terms import Status
from services.calendars.views import View
from services.case_lists import CaseSummary, list_cases
from services.directory import read_directory
from services.governance.overview import Entry, agenda
from services.house import House
from services.people import NewPerson, add_person
from templates.calendar_words import DUTCH
from tests.factories import CLI, NOW, PAGES, make_rules
from tests.series import ON_THE_TENTH, OPEN_MEETING

_EDGE = timedelta(days=10)
"""A submission is in the window by the agreed day; the working day may be beyond its edge."""
_AROUND = timedelta(days=20)
_NOBODY = Actor("", frozenset())
_STATES = {
    "to_be_set": EventState.TO_BE_SET,
    "cancelled": EventState.CANCELLED,
    "not_held": EventState.NOT_HELD,
    "done": EventState.DONE,
}
_OF_A_TERM = {
    Status.EXPLAINED: EventState.EXPLAINED,
    Status.MET: EventState.DONE,
    Status.LATE: EventState.DONE,
    Status.ENDED: EventState.CANCELLED,
}
_MEETING = replace(OPEN_MEETING, steps=(*OPEN_MEETING.steps, Step("zaal", "zaal regelen", 3)))
SERIES = (
    _MEETING,
    replace(
        _MEETING,
        code="besloten",
        title="Besloten overleg; zuid",
        rule="FREQ=MONTHLY;BYDAY=2TU",
        visibility=Visibility.MEMBERS,
        region="zuid",
        in_closure=InClosure.SKIP,
        steps=(),
    ),
    replace(
        _MEETING,
        code="tafel",
        title="Zorgtafel",
        rule="FREQ=WEEKLY;INTERVAL=2",
        at=time(13, 30),
        chair="tm-1",
        participants=Participants(roles=("jeugdbeschermer",), regions=("noord",)),
        on_day_off=OnDayOff.SKIP,
        case_agenda=True,
        steps=(),
    ),
    replace(
        _MEETING,
        code="nacht",
        title="Nachtoverleg",
        rule="FREQ=MONTHLY;BYDAY=-1SU",
        at=time(2, 30),
        on_day_off=OnDayOff.KEEP,
        steps=(),
    ),
    replace(
        _MEETING,
        code="dag",
        title="Regiodag",
        rule="FREQ=MONTHLY;INTERVAL=2;BYDAY=MO,FR;BYSETPOS=-1",
        at=None,
        steps=(),
    ),
    replace(_MEETING, code="leer", title="Leersessie", rule=None, times_a_year=4, at=time(9), place=None),
    ON_THE_TENTH,
    Series(
        "kwartaal",
        "Kwartaalcijfers",
        SeriesKind.SUBMISSION,
        date(2026, 1, 31),
        rule="FREQ=MONTHLY;INTERVAL=3;BYMONTHDAY=-1",
        on_day_off=OnDayOff.NEXT,
        region="zuid",
        organisations=("GIA",),
    ),
)
PLANS = tuple(
    Plan(
        f"plan-{region or 'alle'}",
        "Verbeterplan",
        "pl-1",
        deadlines=tuple(
            Deadline(code, title, DeadlineKind.REFERENCE, owner, read_period(period))
            for code, title, owner, period in (
                ("stand", "Stand van zaken", "pl-1", "begin april 2026"),
                ("meting", "Meting", "tm-1", "Q3 2026"),
            )
        ),
        region=region,
    )
    for region in (None, "zuid")
)
RECESSES = (
    Closure("zomer", "zomervakantie", date(2026, 7, 4), date(2026, 8, 16)),
    Closure("kerst", "kerstvakantie", date(2026, 12, 19), date(2027, 1, 3)),
)


def agreed_rules() -> Rules:
    """Return the rules of a region with series of every shape, plans and recesses."""
    agreed = Governance({one.code: one for one in SERIES}, RECESSES, plans={one.code: one for one in PLANS})
    shown = CalendarRules(months_back=1, months_ahead=4)
    return replace(make_rules(), governance=agreed, calendars=shown, public_url=PAGES)


def add_region(house: House) -> None:
    """Add a project leader of everywhere, and officials of everywhere and of one region."""
    for name, role, region in (
        ("pl-1", Role.PROJECT_LEADER, None),
        ("amb-1", Role.OFFICIAL, None),
        ("amb-n", Role.OFFICIAL, "noord"),
    ):
        add_person(house, NewPerson(name, frozenset({role}), region=region), actor=CLI, now=NOW)


@dataclass(frozen=True, order=True)
class Line:
    """One date as a reader sees it; `begins` and `ends` are days, or moments in UTC, in ISO form."""

    on: date
    begins: str
    ends: str
    kind: str
    summary: str
    status: str
    place: str = ""

    @property
    def is_off(self) -> bool:
        """Tell whether nobody has to keep it free any more."""
        return self.status == "CANCELLED"


def window_at(house: House, now: datetime) -> Window:
    """Return the days that calendars show."""
    rules = house.rules.calendars
    return window_on(house.today(now), rules.months_back, rules.months_ahead)


def seen(lines: Iterable[Line], window: Window) -> list[Line]:
    """Return the lines on which both have to agree, in order."""
    submission = DUTCH.categories(CalendarEvent("", EventKind.SUBMISSION, "", When(window.first)))[0]
    inner = Window(window.first + _EDGE, window.last - _EDGE)
    return sorted(one for one in lines if (inner if one.kind == submission else window).covers(one.on))


@lru_cache(64)
def lines_in(body: bytes, window: Window) -> tuple[tuple[str, Line], ...]:
    """Expand a calendar as a client does; return each date with the UID of its event."""
    query = recurring_ical_events.of(icalendar.Calendar.from_ical(body), skip_bad_series=False)
    margin = timedelta(days=2)
    found = query.between(window.first - margin, window.last + margin)
    return tuple((str(one["UID"]), _line_of(one)) for one in found)


def _line_of(one: icalendar.Event) -> Line:
    begins, ends = one.start, one.end
    on = local_date(begins) if isinstance(begins, datetime) else begins
    kind = str(one["CATEGORIES"].cats[0])
    words = str(one["SUMMARY"]), str(one["STATUS"]), str(one.get("LOCATION", ""))
    return Line(on, _said(begins), _said(ends), kind, *words)


def _said(value: date) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value.isoformat()


def lines_listed(house: House, view: View, now: datetime) -> list[Line]:
    """Return what the lists say of what a calendar shows; what is off only as long as calendars show it."""
    window, gone_from = window_at(house, now), house.today(now) - timedelta(house.rules.calendars.gone_days)
    found = [*_agreed(house, view, window, now), *_terms(house, view, now)]
    return [one for one in found if not one.is_off or one.on >= gone_from]


def _actor(house: House, view: View, now: datetime) -> Actor:
    directory = read_directory(house, now)
    person = directory.person(view.person_id)
    return directory.actor(person, house.today(now)) if person else _NOBODY


def _agreed(house: House, view: View, window: Window, now: datetime) -> Iterator[Line]:
    if view.scope is CalendarScope.TEAM:
        return
    mine, first, last = view.scope is CalendarScope.MINE, window.first - _AROUND, window.last + _AROUND
    reader = _NOBODY if view.scope is CalendarScope.GOVERNANCE else _actor(house, view, now)
    for entry in agenda(house, first, last, actor=reader, now=now, mine=mine):
        if _is_of(house, view, entry):
            yield line_of_entry(house, entry)


def _is_of(house: House, view: View, entry: Entry) -> bool:
    agreed, code = house.rules.governance, entry.ref.code
    if view.scope is CalendarScope.SERIES:
        return code == view.target
    if view.scope is not CalendarScope.REGION:
        return True
    if code not in agreed.series:
        return agreed.plans[code].region == view.target
    series = agreed.series[code]
    return view.target in (series.region, *series.participants.regions)


def line_of_entry(house: House, entry: Entry) -> Line:
    """Return what a calendar should say of an entry of the agenda."""
    series = house.rules.governance.series.get(entry.ref.code)
    when = When(entry.working_due_on or entry.on, entry.at, series.minutes if series and entry.at else 0)
    state = _STATES.get(entry.status, EventState.CONFIRMED)
    return _line(house, EventKind(entry.kind), entry.title, when, state, place=entry.place or "")


def _terms(house: House, view: View, now: datetime) -> Iterator[Line]:
    if view.scope not in (CalendarScope.MINE, CalendarScope.TEAM):
        return
    reader = _actor(house, view, now)
    for summary in list_cases(house, actor=reader, now=now):
        if view.scope is CalendarScope.TEAM or _holds(house, reader, summary, now):
            yield from _terms_of(house, summary)


def _holds(house: House, reader: Actor, summary: CaseSummary, now: datetime) -> bool:
    """Tell whether a case is the reader's own; a mailbox sees only what it holds."""
    directory = read_directory(house, now)
    names = {directory.name(one) for one in (reader.person_id, *reader.stands_in_for)}
    return summary.protector in names or Role.CONTACT in reader.roles


def _terms_of(house: House, summary: CaseSummary) -> Iterator[Line]:
    code = summary.case.code
    for view in summary.terms:
        state = _OF_A_TERM.get(view.status, EventState.CONFIRMED)
        yield _line(house, EventKind.TERM, code, When(view.term.watched_on), state, norm=view.key)
        if view.term.is_open and view.term.needed_by_on is not None:
            when = When(view.term.needed_by_on)
            yield _line(house, EventKind.NEEDED_BY, code, when, EventState.CONFIRMED, norm=view.key)


def _line(
    house: House,
    kind: EventKind,
    title: str,
    when: When,
    state: EventState,
    *,
    norm: str | None = None,
    place: str = "",
) -> Line:
    event = CalendarEvent("", kind, title, when, state, norm=norm)
    begins: date = when.on
    ends = when.on + timedelta(days=1)
    if when.at is not None:
        begins = local_moment(when.on, when.at, house.rules.zone)
        ends = begins + timedelta(minutes=when.minutes)
    status = "CANCELLED" if state.is_off else "TENTATIVE" if state is EventState.TO_BE_SET else "CONFIRMED"
    category, summary = DUTCH.categories(event)[0], DUTCH.summary(event)
    return Line(when.on, _said(begins), _said(ends), category, summary, status, place)
