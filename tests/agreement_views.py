"""Meetings, submissions and plans as a template gets them: usual ones, and the fullest and most hostile."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from core.chain import Step, plan_chain
from core.occurrences import MeetingStatus, Occurrence
from core.oversight import Box, LadderStep, Oversight
from core.planboard import (
    ActionState,
    Colour,
    Deadline,
    DeadlineKind,
    Plan,
    PlanAction,
    Word,
    action_state,
    read_period,
)
from core.rules import Organisation, Rules
from core.series import OnDayOff, Series, SeriesKind
from core.submissions import Receipt, Submission, submissions_of
from core.workdays import WorkingCalendar
from services.actions import ActionVerb, Offered
from services.digests import DigestView
from services.governance.access import Deed
from services.governance.lines import GovernanceLine
from services.governance.matters import (
    ActionMatter,
    DeadlineMatter,
    MatterKind,
    MeetingMatter,
    Ref,
    StepMatter,
    SubmissionMatter,
)
from services.governance.overview import Entry
from services.governance.reminded import ReminderView
from services.governance.showing import Shown
from services.house import House
from storage.queries.governance import Outcome
from storage.store import open_store
from tests.views import HOSTILE, LONGEST_NAME, a_digest

CALENDAR = WorkingCalendar()
TODAY = date(2026, 12, 14)
"""A Monday from which much that lies ahead is in another year."""
MOMENT = datetime(2026, 12, 14, 8, 0, tzinfo=UTC)
RULES = Rules(
    calendar=CALENDAR,
    organisations={code: Organisation(code, f"Instelling {code[-1]}") for code in ("GIA", "GIB", "GIC")},
)
MEETING = Series(
    "overleg",
    "Overleg Rijk en regio's",
    SeriesKind.MEETING,
    date(2026, 1, 5),
    rule="FREQ=WEEKLY;INTERVAL=6",
    at=time(10),
    steps=(Step("agenda", "agenda versturen", 10, "pl-1"), Step("stukken", "stukken klaarzetten", 5)),
)
SUBMISSION = Series(
    "uitvraag",
    "Uniforme uitvraag",
    SeriesKind.SUBMISSION,
    date(2026, 1, 10),
    rule="FREQ=MONTHLY;BYMONTHDAY=10",
    on_day_off=OnDayOff.PREVIOUS,
)
ACTION = PlanAction(
    "werven",
    "Zorgmakelaar werven",
    "pl-1",
    read_period("september - november 2026"),
    colour=Colour.YELLOW,
    source="Verbeterplan, blz. 12",
)
PLAN = Plan("plan", "Verbeterplan", "pl-1", (ACTION,))


def a_house(folder: Path) -> House:
    """Return a house of which only the configuration is asked."""
    return House(open_store(f"sqlite:///{folder / 'none.db'}"), RULES)


def an_occurrence(on: date | None = date(2026, 12, 21), **changed: object) -> Occurrence:
    """Return a meeting."""
    due_on = on or date(2026, 12, 31)
    made = Occurrence(MEETING, date(2026, 12, 21), on, due_on, time(10), "Haarlem", MeetingStatus.PLANNED)
    return replace(made, **changed)  # type: ignore[arg-type]


def some_entries(*, hostile: bool = False) -> list[Entry]:
    """Return an agenda of the coming weeks with one line of each kind and status."""
    title = HOSTILE if hostile else MEETING.title
    step = Ref(MatterKind.STEP, "overleg", date(2026, 12, 21), "agenda")
    due = Ref(MatterKind.SUBMISSION, "uitvraag", date(2027, 1, 10))
    meeting = Ref.of_meeting("overleg", date(2026, 12, 21))
    moved, gone = (Ref.of_meeting("overleg", on) for on in (date(2027, 2, 1), date(2027, 3, 15)))
    return [
        Entry(step, "preparation", f"{title}: agenda versturen", date(2026, 12, 7), "late"),
        Entry(meeting, "meeting", title, date(2026, 12, 21), "planned", time(10), place="Haarlem"),
        Entry(
            due,
            "submission",
            SUBMISSION.title,
            date(2027, 1, 10),
            "open",
            working_due_on=date(2027, 1, 8),
            missing=("GIA", "GIB"),
        ),
        Entry(moved, "meeting", title, date(2027, 2, 8), "moved", time(9, 30), drift=7),
        Entry(gone, "meeting", title, date(2027, 3, 15), "cancelled", time(10), why=title),
        Entry(
            Ref(MatterKind.DEADLINE, "plan", part="stand"),
            "milestone",
            "Stand van zaken",
            date(2027, 3, 31),
            "open",
            said="eind maart 2027",
        ),
    ]


def a_meeting(**changed: object) -> Shown:
    """Return a meeting as who chairs it sees it."""
    one = an_occurrence(drift=7, version=2, outcome=None)
    chain = plan_chain(MEETING.steps, date(2026, 12, 21), CALENDAR, TODAY)
    ref = Ref.of_meeting("overleg", date(2026, 12, 21))
    matter = MeetingMatter(ref, one, chain, {"stukken": TODAY})
    answers = (("amb-1", "present", ""), ("amb-2", "absent", ""), ("tm-1", "substitute", "tm-2"))
    deeds = (Deed.REMIND, Deed.HELD, Deed.NOT_HELD, Deed.MOVE, Deed.MOVE_ALL, Deed.PLACE, Deed.CANCEL)
    return replace(Shown(matter, deeds, answers, 2), **changed)  # type: ignore[arg-type]


def a_fullest_meeting() -> Shown:
    """Return a meeting with the longest and most hostile words."""
    shown = a_meeting()
    series = replace(
        MEETING, title=HOSTILE, steps=tuple(replace(one, title=HOSTILE) for one in MEETING.steps)
    )
    status = MeetingStatus.MOVED
    one = replace(an_occurrence(), series=series, place=HOSTILE, why=HOSTILE, outcome=HOSTILE, status=status)
    chain = plan_chain(series.steps, date(2026, 12, 21), CALENDAR, TODAY)
    matter = MeetingMatter(shown.matter.ref, one, chain, {})
    answers = tuple((f"{LONGEST_NAME[:-2]}{number:02}", "substitute", HOSTILE) for number in range(12))
    return Shown(matter, (*shown.deeds, Deed.RESET), answers, 31)


def a_step() -> Shown:
    """Return a step of a preparation that is for next year."""
    one = an_occurrence(date(2027, 2, 1))
    planned = plan_chain(MEETING.steps, date(2027, 2, 1), CALENDAR)[0]
    ref = Ref(MatterKind.STEP, "overleg", one.original_on, "agenda")
    return Shown(StepMatter(ref, one, planned, None), (Deed.STEP,))


def some_submissions(today: date = TODAY) -> list[tuple[Occurrence, list[Submission]]]:
    """Return one date of which something is missing, and the next one, which is in another year."""
    found = []
    for on, names in ((date(2026, 12, 10), ("GIA",)), (date(2027, 1, 10), ())):
        one = Occurrence(SUBMISSION, on, on, on, None, None, MeetingStatus.PLANNED)
        receipts = [
            Receipt(name, value, date(2026, 12, 10), MOMENT, "pl-1")
            for name in names
            for value in ("12 wachtenden", "0 wachtenden")
        ]
        found.append((one, submissions_of(one, ("GIA", "GIB", "GIC"), receipts, CALENDAR, today)))
    return found


def a_submission() -> Shown:
    """Return what one institution handed in, and corrected."""
    occurrence, (owed, *_) = some_submissions()[0]
    ref = Ref(MatterKind.SUBMISSION, "uitvraag", occurrence.original_on, "GIA")
    return Shown(SubmissionMatter(ref, owed), (Deed.RECEIVE,))


def a_missing_submission() -> Shown:
    """Return what one institution owes, of which the working day lies before the agreed one."""
    occurrence, (_, owed, *_) = some_submissions()[1]
    ref = Ref(MatterKind.SUBMISSION, "uitvraag", occurrence.original_on, "GIB")
    return Shown(SubmissionMatter(ref, owed), (Deed.RECEIVE, Deed.REMIND))


def some_actions() -> list[tuple[Plan, list[ActionState]]]:
    """Return a plan with an action of every colour, one of them silent."""
    actions = [
        replace(ACTION, code=f"actie{number}", title=f"Actie {number}", colour=colour)
        for number, colour in enumerate(Colour, 1)
    ]
    plan = replace(PLAN, actions=tuple(actions))
    return [(plan, [action_state(one, (), TODAY) for one in actions])]


def an_action(**words: object) -> Shown:
    """Return an action of which its owner spoke in another year, and now nothing."""
    said = Word(Colour.YELLOW, "wacht op akkoord", MOMENT, date(2025, 11, 3), "pl-1")
    state = action_state(ACTION, (said,), TODAY)
    ref = Ref(MatterKind.ACTION, "plan", part="werven")
    return Shown(ActionMatter(ref, PLAN, state), (Deed.COLOUR, Deed.REMIND))


def a_response() -> Shown:
    """Return a dated matter of oversight with texts, open points and the intervention ladder."""
    deadline = Deadline(
        "wederhoor",
        "Reactie op het rapport",
        DeadlineKind.RESPONSE,
        "pl-1",
        read_period("15 januari 2027"),
        points=("norm 2", "norm 3"),
        boxes=2,
    )
    ladder = LadderStep(3, date(2025, 12, 1), "eerste afspraken", date(2027, 2, 1), "brief van 1 december")
    holder = Oversight("toezicht", "Toezicht van de inspecties", ("pl-1",), (deadline,), (ladder,))
    outcome = Outcome("verstuurd", date(2026, 12, 11), MOMENT, "pl-1")
    ref = Ref(MatterKind.DEADLINE, "toezicht", part="wederhoor")
    matter = DeadlineMatter(ref, holder, deadline, outcome)
    boxes = (Box(1, "De norm is gehaald.", 600), Box(2, "", 600))
    return Shown(matter, (Deed.BOX, Deed.RECORD, Deed.LADDER), boxes=boxes, ladder=(ladder,))


def _link(name: str) -> Offered:
    return Offered(ActionVerb.GOVERNANCE, f"kijk-{name}", "")


def _asked_meeting(title: str = MEETING.title, **values: object) -> GovernanceLine:
    ref, on = Ref.of_meeting("overleg", date(2027, 1, 4)), date(2027, 1, 4)
    usual = {"title": title, "on": on, "at": time(10), "place": "Haarlem", "stands_in": (), "today": TODAY}
    return GovernanceLine("meeting_asked", title, ref, on, usual | values, link=_link("overleg"), version=3)


def _asked_action(title: str = ACTION.title) -> GovernanceLine:
    values = {
        "title": title,
        "plan": PLAN.title,
        "colour": "geel",
        "period": "september - november 2026",
        "today": TODAY,
    }
    ref = Ref(MatterKind.ACTION, "plan", part="werven")
    return GovernanceLine("action_asked", title, ref, date(2026, 11, 30), values, link=_link("actie"))


def _asked_submission(working_due_on: date = date(2027, 1, 8)) -> GovernanceLine:
    values = {
        "title": SUBMISSION.title,
        "organisation": "Instelling A",
        "due_on": working_due_on + timedelta(days=2),
        "working_due_on": working_due_on,
        "count": 0,
        "left": CALENDAR.between(TODAY, working_due_on),
        "today": TODAY,
    }
    ref = Ref(MatterKind.SUBMISSION, "uitvraag", date(2027, 1, 10), "GIA")
    return GovernanceLine("submission_asked", SUBMISSION.title, ref, working_due_on, values, link=_link("u"))


def a_reminder(by: str = "pl-1") -> ReminderView:
    """Return a reminder of one meeting."""
    return ReminderView("tm-1", by, TODAY, (_asked_meeting(),))


def fullest_reminder() -> ReminderView:
    """Return a reminder of everything at once, in the longest and most hostile words."""
    lines = [
        _asked_action(HOSTILE),
        _asked_submission(date(2026, 12, 8)),
        _asked_meeting(HOSTILE, place=HOSTILE, stands_in=("tm-1", "tm-2")),
        _asked_submission(),
    ]
    return ReminderView(LONGEST_NAME, HOSTILE, TODAY, tuple(lines))


def a_governance_digest() -> DigestView:
    """Return a digest with a line of every kind about meetings, submissions, plans and oversight."""
    on, due_on = date(2027, 1, 4), date(2027, 1, 8)
    meeting = {
        "title": MEETING.title,
        "on": on,
        "due_on": date(2027, 3, 31),
        "at": time(10),
        "place": "Haarlem",
    }
    meeting |= {"coming": 1, "absent": 2, "chairs": True, "cases": 2, "open": 1, "today": TODAY}
    submission = _asked_submission().values
    step = {"title": MEETING.title, "step": "agenda versturen", "on": on, "today": TODAY, "left": 3}
    action = _asked_action().values
    deadline = {
        "title": "Stand van zaken",
        "kind": "reference",
        "said": "begin januari 2027",
        "due_on": due_on,
        "points": ("norm 2", "norm 3"),
        "left": 18,
        "today": TODAY,
    }
    lines = [
        ("meeting_before", meeting),
        ("meeting_after", meeting | {"on": date(2026, 12, 11)}),
        ("meeting_ask_date", meeting),
        ("meeting_period_ends", meeting),
        ("step", step | {"due_on": date(2026, 12, 17), "late": False}),
        ("step", step | {"due_on": date(2026, 12, 11), "late": True}),
        ("submission_before", submission),
        ("submission_count", {**submission, "count": 3}),
        ("submission_after", {**submission, "working_due_on": date(2026, 12, 10)}),
        ("action_reference", action),
        ("action_silent", action),
        ("deadline", deadline),
    ]
    ref = Ref.of_meeting("overleg", on)
    made = tuple(
        GovernanceLine(key, str(values["title"]), ref, due_on, values, link=_link(f"{number}"))
        for number, (key, values) in enumerate(lines)
    )
    return replace(a_digest(), governance=made[:10], today=TODAY)
