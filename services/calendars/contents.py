"""What is in a calendar: the meetings, deadlines and terms that its reader may see, as they stand now."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from core.calendars import (
    CalendarEvent,
    CalendarScope,
    EventKind,
    EventState,
    When,
    Window,
    uid_of,
    window_on,
)
from core.cases import Case, KeptTerm
from core.meeting_changes import Changes
from core.meeting_events import Shown, series_events
from core.people import Actor, Role
from core.rights import Nearness, Verb, may, nearness_to_case
from core.rules import CalendarRules
from core.series import Series, Visibility
from core.terms import Status, Term, status_on
from services.calendars.views import ALARM_BEFORE, View
from services.governance.matters import Matters
from services.governance.overview import dates_seen, is_part, sees
from services.scene import Scene
from storage.queries.cases import cases_page, terms_of
from storage.queries.governance import done_steps

_NOBODY = Actor("", frozenset())
_MOST_REMEMBERED = 2_000
_STATES = {
    Status.OPEN: EventState.CONFIRMED,
    Status.OVERDUE: EventState.CONFIRMED,
    Status.UNKNOWN: EventState.CONFIRMED,
    Status.EXPLAINED: EventState.EXPLAINED,
    Status.MET: EventState.DONE,
    Status.LATE: EventState.DONE,
    Status.ENDED: EventState.CANCELLED,
}

Remembered = dict[tuple[str, Shown], tuple[Changes, list[CalendarEvent]]]
"""The events of a series as they followed from what people had changed of it."""


class Contents:
    """Makes the events of calendars in one unit of work.

    `remembered` outlives it: what follows from a series, the window and people's changes alone. What is off
    or gone is shown when its day is `gone_from` or later.
    """

    def __init__(self, scene: Scene, installation: str, remembered: Remembered) -> None:
        """Take the unit of work, the name of the installation and what is remembered."""
        self._scene, self._installation, self._remembered = scene, installation, remembered
        self._matters = Matters(scene)
        rules = scene.rules.calendars
        self.window = window_of(scene, rules)
        self.gone_from = scene.today - timedelta(days=rules.gone_days)

    def of(self, view: View) -> list[CalendarEvent]:
        """Return what a calendar shows; nothing when its owner has left or its series is no more."""
        actor = self._actor(view)
        found = [*self._of_series(view, actor), *self._dates(view, actor), *self._terms(view, actor)]
        return [_with_alarm(event) for event in found] if view.alarms else found

    def _actor(self, view: View) -> Actor:
        person = self._scene.directory.person(view.person_id)
        return self._scene.directory.actor(person, self._scene.today) if person else _NOBODY

    def _uid(self, *parts: str) -> str:
        return uid_of(self._installation, *parts)

    def _of_series(self, view: View, actor: Actor) -> Iterator[CalendarEvent]:
        series = [one for one in self._matters.agreed.series.values() if self._shows(view, one, actor)]
        done = done_steps(self._scene.tx, [one.code for one in series])
        for one in series:
            whole = view.scope is not CalendarScope.GOVERNANCE and sees(
                self._scene, one, actor, publicly=False
            )
            busy = whole and is_part(self._scene, one, actor) and not one.is_submission
            shown = Shown(self.window, self.gone_from, whole, busy, done[one.code] if whole else frozenset())
            yield from self._events(one, shown)

    def _shows(self, view: View, series: Series, actor: Actor) -> bool:
        match view.scope:
            case CalendarScope.GOVERNANCE:
                return series.visibility is Visibility.PUBLIC
            case CalendarScope.MINE:
                return sees(self._scene, series, actor, mine=True)
            case CalendarScope.REGION:
                there = view.target == series.region or view.target in series.participants.regions
                return there and sees(self._scene, series, actor)
            case CalendarScope.SERIES:
                return series.code == view.target and sees(self._scene, series, actor)
            case CalendarScope.TEAM:
                return False

    def _events(self, series: Series, shown: Shown) -> list[CalendarEvent]:
        changes = self._matters.changes(series.code)
        known = self._remembered.get((series.code, shown))
        if known is not None and known[0] == changes:
            return known[1]
        found = series_events(series, self._matters.days, changes, shown, self._uid)
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[series.code, shown] = (changes, found)
        return found

    def _dates(self, view: View, actor: Actor) -> Iterator[CalendarEvent]:
        if view.scope not in (CalendarScope.MINE, CalendarScope.REGION):
            return
        mine = view.scope is CalendarScope.MINE
        for entry in dates_seen(self._matters, actor, mine=mine, region=None if mine else view.target):
            done = entry.status == "done"
            if not self.window.covers(entry.on) or (done and entry.on < self.gone_from):
                continue
            yield CalendarEvent(
                self._uid(EventKind.MILESTONE, entry.ref.code, entry.ref.part),
                EventKind.MILESTONE,
                entry.title,
                When(entry.on),
                EventState.DONE if done else EventState.CONFIRMED,
                why=entry.said,
            )

    def _terms(self, view: View, actor: Actor) -> Iterator[CalendarEvent]:
        if view.scope not in (CalendarScope.MINE, CalendarScope.TEAM) or actor.person_id is None:
            return
        cases = [case for case in self._cases(view, actor) if self._near(case, actor, view)]
        terms = terms_of(self._scene.tx, [case.id for case in cases])
        for case in cases:
            for kept in terms[case.id]:
                yield from self._of_term(case, kept)

    def _cases(self, view: View, actor: Actor) -> list[Case]:
        """Return the running cases that these people hold, or somebody of the teams they lead.

        Of a mailbox all of its institution: its name is on no case, it holds what nobody else does.
        """
        directory, today = self._scene.directory, self._scene.today
        if Role.CONTACT in actor.roles:
            own = [actor.organisation] if actor.organisation else []
            return cases_page(self._scene.tx, organisations=own, running_on=today)
        people = [one for one in (actor.person_id, *actor.stands_in_for) if one is not None]
        teams = directory.teams_led_by(people) if view.scope is CalendarScope.TEAM else ()
        return cases_page(self._scene.tx, held_by=people, teams=teams, running_on=today)

    def _near(self, case: Case, actor: Actor, view: View) -> bool:
        near = nearness_to_case(actor, self._scene.directory.holders(case, self._scene.today))
        most = Nearness.TEAM if view.scope is CalendarScope.TEAM else Nearness.OWN
        return near <= most and may(actor, Verb.SEE_CASE, near)

    def _of_term(self, case: Case, kept: KeptTerm) -> Iterator[CalendarEvent]:
        term = kept.term
        guarded_from = self._scene.rules.notices.guarded_from
        state = _STATES[status_on(term, self._scene.today, guarded_from)]
        if self._tells(term, state):
            yield CalendarEvent(
                self._uid(EventKind.TERM, str(case.id), term.norm),
                EventKind.TERM,
                case.code,
                When(term.watched_on),
                state,
                norm=term.norm,
            )
        needed_on = term.needed_by_on
        if needed_on is not None and term.is_open and self.window.covers(needed_on):
            yield CalendarEvent(
                self._uid(EventKind.NEEDED_BY, str(case.id), term.norm),
                EventKind.NEEDED_BY,
                case.code,
                When(needed_on),
                norm=term.norm,
            )

    def _tells(self, term: Term, state: EventState) -> bool:
        recent = not state.is_off or term.watched_on >= self.gone_from
        return recent and self.window.covers(term.watched_on)


def window_of(scene: Scene, rules: CalendarRules) -> Window:
    """Return the days that calendars show on the local day of a unit of work."""
    return window_on(scene.today, rules.months_back, rules.months_ahead)


def _with_alarm(event: CalendarEvent) -> CalendarEvent:
    if event.state.is_off:
        return event
    return replace(event, alarm=ALARM_BEFORE if event.when.at else timedelta(hours=15))
