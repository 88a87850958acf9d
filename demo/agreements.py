"""What was agreed in Noord-Holland, moved to the demo's today and handed to the people of the demo.

The example of the region stays what the sources say. Of the plan, the agreements and the oversight the demo
shows the moment at which the sources left them; a series keeps its rhythm and falls on telling days.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.config import load_config, rules_of
from core.governance import Contact, Governance
from core.oversight import Oversight
from core.planboard import Deadline, DeadlineKind, Plan
from core.series import Closure, Series, agreed_days
from demo.example_data import EXAMPLES
from demo.moving import month_later, months_between, moved_by_days, moved_deadline, moved_plan

_LEFT_IN = {"verbeterplan": date(2022, 11, 1), "afspraken": date(2022, 5, 1)}
"""The month in which the demo shows a plan: before its state of things is drawn up."""
_WATCHED_IN = date(2022, 6, 1)
_LETTER_ON = date(2021, 6, 15)
"""The day of the letter to which the response was due two weeks later."""
_WEEKS_AHEAD = {"overleg-rijk": 5, "noordje": 1, "nw4-scheiden": 7, "afstemming": 2, "bo": 6}
"""In how many weeks from this one a meeting falls."""
_RECESS_AHEAD, _RECESS_LASTS = timedelta(weeks=7), timedelta(weeks=2)
_EARLIER = 10
_ELSEWHERE = frozenset({"het-haarlem"})
"""Its table is in another region than that of the demo's people."""
_PEOPLE = {
    "pl-regio": "pl-1",
    "pl-nw4": "pl-1",
    "secretaris": "pl-1",
    "tm-nk": "tm-1",
    "ret-leiding": "amb-1",
}
_OWNERS = {"Arbeidsvreugde": "tm-1", "Echtscheidingen": "tm-2", "RET": "amb-1"}
_INSTITUTIONS = {"DJGB": "GIA", "WSS": "GIB"}
_REGION = "NHN"
_TITLES = {
    "zm-budget": "Budget ook inzetbaar na afloop?",
    "zm-geld-einde": "Zorgmakelaar: 167.000 euro, in te zetten tot deze dag",
    "peil-september": "Peildatum verloop en verzuim",
    "peil-januari": "Tweede peildatum verloop en verzuim",
    "peil-maart": "Derde peildatum verloop en verzuim",
}
"""Titles that name a day or year of the sources."""


@dataclass(frozen=True, slots=True)
class _Today:
    on: date

    @property
    def monday(self) -> date:
        return self.on - timedelta(days=self.on.weekday())


def agreements(configured: Governance, today: date) -> Governance:
    """Return the configured series with those of the region, its plans and its oversight, as of `today`."""
    region = rules_of(load_config(EXAMPLES / "noord-holland.toml", {})).governance
    day = _Today(today)
    series = {code: one for code, one in region.series.items() if code not in _ELSEWHERE}
    series |= configured.series
    return Governance(
        series={code: _series(one, day) for code, one in series.items()},
        closures=(*configured.closures, _recess(day)),
        contacts={
            code: _reachable(one) for code, one in (*configured.contacts.items(), *region.contacts.items())
        },
        plans={code: _plan(one, day) for code, one in region.plans.items()},
        oversight={code: _oversight(one, day) for code, one in region.oversight.items()},
    )


def _recess(day: _Today) -> Closure:
    first = day.monday + _RECESS_AHEAD
    last = first + _RECESS_LASTS - timedelta(days=1)
    return Closure("reces", "reces", first, last, "verzonnen voor de demo")


def _reachable(contact: Contact) -> Contact:
    return replace(contact, mail=contact.mail or f"{contact.name}@rijk.example.nl")


def _person(name: str | None) -> str | None:
    return _PEOPLE.get(name, name) if name else name


def _series(series: Series, day: _Today) -> Series:
    named = dict.fromkeys(_INSTITUTIONS.get(code, code) for code in series.organisations)
    here = tuple(code for code in named if code in _INSTITUTIONS.values())
    return replace(
        series,
        starts_on=_first_date(series, day),
        chair=_person(series.chair),
        region=_REGION if series.region else None,
        organisations=here,
        steps=tuple(replace(step, owner=_person(step.owner)) for step in series.steps),
    )


def _first_date(series: Series, day: _Today) -> date:
    """Return the day from which a rule counts, so that one of its dates falls in the wished week."""
    weeks = _WEEKS_AHEAD.get(series.code)
    if weeks is None:
        return series.starts_on
    on = day.monday + timedelta(weeks=weeks, days=series.starts_on.weekday())
    return on - timedelta(days=(agreed_days(series) or 0) * _EARLIER)


def _plan(plan: Plan, day: _Today) -> Plan:
    made = moved_plan(plan, months_between(_LEFT_IN[plan.code], day.on))
    actions = tuple(
        replace(one, owner=_OWNERS.get(one.theme, "pl-1"), title=_TITLES.get(one.code, one.title))
        for one in made.actions
    )
    return replace(made, actions=actions, deadlines=tuple(map(_owned, made.deadlines)), leader="pl-1")


def _owned(deadline: Deadline) -> Deadline:
    title = _TITLES.get(deadline.code, deadline.title)
    return replace(deadline, owner=_PEOPLE.get(deadline.owner, deadline.owner), title=title)


def _oversight(oversight: Oversight, day: _Today) -> Oversight:
    months = months_between(_WATCHED_IN, day.on)
    weeks = (day.on - _LETTER_ON).days // 7
    deadlines = [
        replace(one, when=moved_by_days(one.when, weeks * 7))
        if one.kind is DeadlineKind.RESPONSE
        else moved_deadline(one, months)
        for one in map(_owned, oversight.deadlines)
    ]
    ladder = tuple(
        replace(
            step,
            since_on=month_later(step.since_on, months),
            agreed_on=month_later(step.agreed_on, months) if step.agreed_on else None,
        )
        for step in oversight.ladder
    )
    return replace(oversight, leads=("pl-1",), deadlines=tuple(deadlines), ladder=ladder)
