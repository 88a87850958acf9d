"""Agreements for the office of the tests: a meeting, a submission, a plan and oversight."""

from dataclasses import replace
from datetime import date, time

from core.chain import Step
from core.governance import Governance
from core.oversight import Oversight
from core.people import Role
from core.planboard import Colour, Deadline, DeadlineKind, Plan, PlanAction, read_period
from core.series import Closure, Participants, Series, SeriesKind, Visibility
from services.governance.guard import start_governance
from tests.series import ON_THE_TENTH
from tests.web.conftest import Office

MEETING = Series(
    "overleg",
    "Overleg Rijk en regio's",
    SeriesKind.MEETING,
    date(2026, 9, 14),
    rule="FREQ=WEEKLY;INTERVAL=2",
    at=time(10),
    place="Stadhuis",
    chair="pl-1",
    participants=Participants(people=("tm-1",), roles=("ambtenaar",)),
    steps=(Step("agenda", "agenda versturen", 2, "pl-1"),),
    visibility=Visibility.LINK,
)
CLOSED = replace(
    MEETING,
    code="besloten",
    title="Besloten overleg",
    chair=None,
    participants=Participants(("pl-1",)),
    visibility=Visibility.MEMBERS,
    steps=(),
)
PLAN = Plan(
    "plan",
    "Verbeterplan",
    "pl-1",
    tuple(
        PlanAction(code, title, owner, read_period(said), colour=colour, source="Verbeterplan 2026")
        for code, title, owner, said, colour in (
            ("werven", "Zorgmakelaar werven", "tm-1", "juni - augustus 2026", Colour.YELLOW),
            ("leren", "Leersessies houden", "pl-1", "september - december 2026", Colour.WHITE),
            ("kaart", "Routekaart maken", "pl-1", "mei 2026", Colour.GREEN),
        )
    ),
    (Deadline("stand", "Stand van zaken", DeadlineKind.REFERENCE, "pl-1", read_period("1 oktober 2026")),),
)
OVERSIGHT = Oversight(
    "toezicht",
    "Toezicht van de inspecties",
    ("pl-1",),
    (
        Deadline(
            "wederhoor",
            "Reactie op het rapport",
            DeadlineKind.RESPONSE,
            "pl-1",
            read_period("18 september 2026"),
            boxes=3,
            points=("norm 2", "norm 3"),
        ),
    ),
)
AGREED = Governance(
    {one.code: one for one in (MEETING, CLOSED, ON_THE_TENTH)},
    (Closure("herfst", "herfstvakantie", date(2026, 10, 12), date(2026, 10, 18)),),
    plans={"plan": PLAN},
    oversight={"toezicht": OVERSIGHT},
)


def govern(office: Office) -> None:
    """Let the office have these agreements, a project leader, an official and a data lead."""
    object.__setattr__(office.house, "rules", replace(office.house.rules, governance=AGREED))
    office.add("pl-1", Role.PROJECT_LEADER, None, None)
    office.add("amb-1", Role.OFFICIAL, None, None)
    office.add("gd-1", Role.DATA_STEWARD, "GIA", None)
    start_governance(office.house, office.clock.now())
