"""What the rules of the house need of the configured governance."""

from collections.abc import Iterable
from typing import Any

from app.config_governance import DateTable, LadderTable, OversightTable, PlanTable, SeriesTable
from app.config_models import Config
from core.chain import Step
from core.governance import Contact, Governance
from core.oversight import LadderStep, Oversight
from core.planboard import Deadline, DeadlineKind, Plan, PlanAction
from core.series import Closure, MeetingDays, OnDayOff, Participants, Series, SubmissionDays

_REMIND = {
    DeadlineKind.MILESTONE: (15, 5),
    DeadlineKind.REFERENCE: (15, 5),
    DeadlineKind.MEASUREMENT: (15, 5),
    DeadlineKind.FUNDING: (60, 20),
    DeadlineKind.CONTRACT: (120, 60, 20),
    DeadlineKind.WINDOW: (40, 20, 10),
    DeadlineKind.RESPONSE: (5, 2),
    DeadlineKind.REPORT: (10, 2),
}
"""Working days before a date on which its owner is told; 40, 20 and 10 are eight, four and two weeks."""


def governance_of(config: Config) -> Governance:
    """Return the configured governance."""
    return Governance(
        series={row.code: _series(row) for row in config.series},
        closures=tuple(Closure(**dict(row)) for row in config.closures),
        contacts={
            row.code: Contact(row.code, row.name, row.mail, row.organisation, row.region)
            for row in config.contacts
        },
        plans={row.code: _plan(row) for row in config.plans},
        oversight={row.code: _oversight(row) for row in config.oversight},
    )


def _series(row: SeriesTable) -> Series:
    given = dict(row)
    notify = {key: days for key, days in given.pop("notify") if days is not None}
    given["participants"] = Participants(**dict(row.participants))
    given["steps"] = tuple(Step(**dict(step)) for step in row.steps)
    usual = OnDayOff.PREVIOUS if row.kind == "submission" else OnDayOff.NEXT
    given["on_day_off"] = row.on_day_off or usual
    given["meeting_days"] = MeetingDays(**_of(MeetingDays, notify))
    given["submission_days"] = SubmissionDays(**_of(SubmissionDays, notify))
    return Series(**given)


def _of(owner: type, given: dict[str, Any]) -> dict[str, Any]:
    return {key: days for key, days in given.items() if key in owner.__dataclass_fields__}  # type: ignore[attr-defined]


def _plan(row: PlanTable) -> Plan:
    actions = tuple(
        PlanAction(
            one.code,
            one.title,
            one.owner,
            one.period,
            one.theme or "",
            one.colour,
            one.source or row.source,
            one.assumed,
        )
        for one in row.actions
    )
    dates = tuple(_deadlines(row.dates, row.source))
    return Plan(row.code, row.title, row.leader, actions, dates, row.ask_before, row.region, row.source)


def _deadlines(rows: Iterable[DateTable], source: str) -> Iterable[Deadline]:
    for one in rows:
        given = dict(one)
        given["remind"] = _REMIND[one.kind] if one.remind is None else one.remind
        given["source"] = one.source or source
        yield Deadline(**given)


def _oversight(row: OversightTable) -> Oversight:
    ladder = tuple(_ladder(one) for one in row.ladder)
    dates = tuple(_deadlines(row.dates, row.source))
    return Oversight(row.code, row.title, row.leads, dates, ladder, row.region, row.source)


def _ladder(row: LadderTable) -> LadderStep:
    return LadderStep(row.step, row.since_on, row.agreed or "", row.agreed_on, row.evidence or "")
