"""The tables of governance: closures, contacts, series, plans and oversight."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Protocol, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, StrictInt, model_validator

from app.config_table import Table, doubles, refuse_any
from app.config_values import (
    ClockTime,
    Code,
    Day,
    DaysAfter,
    DaysBefore,
    Flag,
    Flaw,
    HttpRoot,
    MailAddress,
    Text,
    UserName,
    matching,
    wrong,
)
from core.calendars import CalendarScope
from core.errors import ProblemCode
from core.people import Role
from core.planboard import Colour, DeadlineKind, Period, read_period
from core.series import (
    LONGEST_CLOSURE,
    InClosure,
    OnDayOff,
    RuleFlaw,
    SeriesKind,
    Visibility,
    check_rule,
    slot_months,
)

_IMPOSSIBLE = ProblemCode.CONFIG_IMPOSSIBLE_RULE
_ALL_YEAR = 12


def _period(value: object) -> Period:
    if isinstance(value, Period):
        return value
    try:
        return read_period(value if isinstance(value, str) else "")
    except ValueError:
        wrong("period", "15 juli 2022|juni 2022|Q2 2022|medio juni 2022|sept - okt 2022|voor juni 2022")


GovernanceCode = Annotated[str, matching(r"[a-z0-9][a-z0-9_-]{0,23}", "code", "overleg-rijk")]
PeriodText = Annotated[Period, BeforeValidator(_period)]
Minutes = Annotated[StrictInt, Field(ge=5, le=1440)]


class _HasCode(Protocol):
    @property
    def code(self) -> str: ...


_Row = TypeVar("_Row", bound=_HasCode)


def each_once(rows: tuple[_Row, ...]) -> tuple[_Row, ...]:
    """Refuse two rows with the same code."""
    refuse_any(doubles([(row.code,) for row in rows], ("code",), "code_twice"))
    return rows


class ClosureTable(Table):
    """A recess, one block for each year; `code` names it in a series."""

    code: GovernanceCode = Field(examples=["zomer"])
    name: Text = Field(examples=["zomerreces"])
    from_on: Day = Field(examples=["2022-07-18"])
    through_on: Day = Field(examples=["2022-08-28"])
    source: Text = "niet vermeld"
    assumed: Flag = False

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        days = (self.through_on - self.from_on).days + 1
        if not 1 <= days <= LONGEST_CLOSURE:
            expected = f"1-{LONGEST_CLOSURE}"
            refuse_any([Flaw(_IMPOSSIBLE, ("through_on",), "closure_length", expected, value=str(days))])
        return self


class ContactTable(Table):
    """A functional mailbox; `code` is its user name."""

    code: UserName = Field(examples=["griffie-alkmaar"])
    name: Text = Field(examples=["Griffie Alkmaar"])
    mail: MailAddress | None = None
    organisation: Code | None = None
    region: Code | None = None
    source: Text | None = None
    assumed: Flag = False


class ParticipantsTable(Table):
    """Who takes part in a series."""

    people: tuple[UserName, ...] = ()
    optional: tuple[UserName, ...] = ()
    roles: tuple[Role, ...] = ()
    regions: tuple[Code, ...] = ()
    organisations: tuple[Code, ...] = ()
    contacts: tuple[UserName, ...] = ()


class NotifyTable(Table):
    """The working days on which who is told; what is absent stays as it is."""

    chair: DaysBefore | None = None
    participants: DaysBefore | None = None
    afterwards: DaysAfter | None = None
    ask_date: DaysBefore | None = None
    data_lead: DaysBefore | None = None
    holders: DaysBefore | None = None
    contact_after: DaysAfter | None = None
    leader_after: DaysAfter | None = None


class StepTable(Table):
    """A step of a preparation, counted back in working days."""

    code: GovernanceCode = Field(examples=["agenda"])
    title: Text = Field(examples=["agenda versturen"])
    before: Annotated[StrictInt, Field(ge=0, le=120)] = Field(examples=[10])
    owner: UserName | None = None
    remind: DaysBefore = (2, 0)


class SeriesTable(Table):
    """A series of meetings or submissions."""

    code: GovernanceCode = Field(examples=["overleg-rijk"])
    title: Text = Field(examples=["Ambtelijk overleg met het Rijk"])
    kind: SeriesKind = SeriesKind.MEETING
    starts_on: Day = Field(examples=["2022-05-12"])
    ends_on: Day | None = None
    rule: str | None = None
    times_a_year: StrictInt | None = None
    at: ClockTime | None = None
    minutes: Minutes = 60
    place: Text | None = None
    link: HttpRoot | None = None
    chair: UserName | None = None
    region: Code | None = None
    organisations: tuple[Code, ...] = ()
    in_closure: InClosure = InClosure.NEXT_WORKING_WEEK
    closures: tuple[GovernanceCode, ...] | None = None
    on_day_off: OnDayOff | None = None
    visibility: Visibility = Visibility.MEMBERS
    case_agenda: Flag = False
    source: Text = "niet vermeld"
    assumed: Flag = False
    participants: ParticipantsTable = ParticipantsTable()
    notify: NotifyTable = NotifyTable()
    steps: Annotated[tuple[StepTable, ...], AfterValidator(each_once)] = ()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse_any(self._flaws())
        return self

    def _flaws(self) -> Iterator[Flaw]:
        if self.code == CalendarScope.GOVERNANCE:
            yield Flaw(_IMPOSSIBLE, ("code",), "calendar_of_all", "overleg-rijk", value=self.code)
        if (self.rule is None) == (self.times_a_year is None):
            yield Flaw(_IMPOSSIBLE, ("rule",), "rule_or_times", "FREQ=WEEKLY;INTERVAL=6")
        elif self.rule is not None:
            yield from self._rule_flaws(self.rule)
        else:
            yield from self._times_flaws(self.times_a_year or 0)
        if self.ends_on and self.ends_on <= self.starts_on:
            expected = f">{self.starts_on.isoformat()}"
            yield Flaw(_IMPOSSIBLE, ("ends_on",), "ends_before_start", expected, value=str(self.ends_on))
        if self.kind is SeriesKind.SUBMISSION and self.case_agenda:
            yield Flaw(_IMPOSSIBLE, ("case_agenda",), "submission_agenda", "false", value="true")
        if self.kind is SeriesKind.SUBMISSION and self.on_day_off is OnDayOff.SKIP:
            expected = "previous_working_day|next_working_day|keep"
            yield Flaw(_IMPOSSIBLE, ("on_day_off",), "submission_skipped", expected, value="skip")

    def _rule_flaws(self, rule: str) -> Iterator[Flaw]:
        try:
            check_rule(rule, self.starts_on)
        except RuleFlaw as flaw:
            expected = (
                "FREQ=MONTHLY;BYMONTHDAY=-1" if str(flaw) == "short_months" else "FREQ=WEEKLY;INTERVAL=6"
            )
            yield Flaw(_IMPOSSIBLE, ("rule",), f"rule_{flaw}", expected, value=rule)

    def _times_flaws(self, times: int) -> Iterator[Flaw]:
        try:
            slot_months(times)
        except RuleFlaw:
            yield Flaw(_IMPOSSIBLE, ("times_a_year",), "times_a_year", "1|2|3|4|6|12", value=str(times))


class ActionTable(Table):
    """An action of a plan."""

    code: GovernanceCode = Field(examples=["recruitmentplan"])
    title: Text = Field(examples=["Recruitmentplan opstellen"])
    owner: UserName = Field(examples=["pl-1"])
    period: PeriodText = Field(examples=["aug - sept 2022"])
    theme: Text | None = None
    colour: Colour = Colour.WHITE
    source: Text | None = None
    assumed: Flag = False


class DateTable(Table):
    """A date of a plan or of oversight."""

    code: GovernanceCode = Field(examples=["stand-van-zaken"])
    title: Text = Field(examples=["Stand van zaken"])
    kind: DeadlineKind = DeadlineKind.MILESTONE
    owner: UserName = Field(examples=["pl-1"])
    when: PeriodText = Field(examples=["begin december 2022"])
    remind: DaysBefore | None = None
    points: tuple[Text, ...] = ()
    boxes: Annotated[StrictInt, Field(ge=0, le=9)] = 0
    box_length: Annotated[StrictInt, Field(ge=50, le=4000)] = 600
    source: Text | None = None
    assumed: Flag = False

    @model_validator(mode="after")
    def _has_boxes(self) -> Self:
        if (self.kind is DeadlineKind.RESPONSE) != (self.boxes > 0):
            refuse_any([Flaw(_IMPOSSIBLE, ("boxes",), "boxes_of_response", value=str(self.boxes))])
        return self


class PlanTable(Table):
    """A plan with its actions and dates."""

    code: GovernanceCode = Field(examples=["verbeterplan"])
    title: Text = Field(examples=["Verbeterplan"])
    leader: UserName = Field(examples=["pl-1"])
    region: Code | None = None
    ask_before: DaysBefore = (10, 3)
    source: Text = "niet vermeld"
    actions: Annotated[tuple[ActionTable, ...], AfterValidator(each_once)] = ()
    dates: Annotated[tuple[DateTable, ...], AfterValidator(each_once)] = ()


class LadderTable(Table):
    """A step of the intervention ladder that was taken."""

    step: Annotated[StrictInt, Field(ge=1, le=5)] = Field(examples=[3])
    since_on: Day = Field(examples=["2022-02-28"])
    agreed: Text | None = None
    agreed_on: Day | None = None
    evidence: Text | None = None


class OversightTable(Table):
    """What an inspectorate or ministry watches."""

    code: GovernanceCode = Field(examples=["verscherpt-toezicht"])
    title: Text = Field(examples=["Verscherpt toezicht"])
    leads: tuple[UserName, ...] = Field(examples=['["pl-1"]'])
    region: Code | None = None
    source: Text = "niet vermeld"
    dates: Annotated[tuple[DateTable, ...], AfterValidator(each_once)] = ()
    ladder: tuple[LadderTable, ...] = ()


class _Governed(Protocol):
    """What of the configuration governance refers to."""

    @property
    def organisations(self) -> Sequence[_HasCode]: ...
    @property
    def regions(self) -> Sequence[_HasCode]: ...
    @property
    def closures(self) -> tuple[ClosureTable, ...]: ...
    @property
    def contacts(self) -> tuple[ContactTable, ...]: ...
    @property
    def series(self) -> tuple[SeriesTable, ...]: ...
    @property
    def plans(self) -> tuple[PlanTable, ...]: ...
    @property
    def oversight(self) -> tuple[OversightTable, ...]: ...


def dangling(config: _Governed) -> Iterator[Flaw]:
    """Yield a flaw for each institution, region, closure or mailbox that is named and is not there.

    Also for a plan and oversight with the same code, whose dates could not be told apart.
    """
    known = {
        "organisation": [row.code for row in config.organisations],
        "region": [row.code for row in config.regions],
        "closure": list(dict.fromkeys(row.code for row in config.closures)),
        "contact": [row.code for row in config.contacts],
    }
    for at, kind, name in _named(config):
        if name is not None and name not in known[kind]:
            expected = "|".join(known[kind])
            yield Flaw(ProblemCode.CONFIG_DANGLING, at, "unknown", expected, value=name)
    plans = {row.code for row in config.plans}
    for index, row in enumerate(config.oversight):
        if row.code in plans:
            yield Flaw(ProblemCode.CONFIG_DOUBLE, ("oversight", index, "code"), "code_twice", value=row.code)


_Named = tuple[tuple[str | int, ...], str, str | None]


def _named(config: _Governed) -> Iterator[_Named]:
    for index, series in enumerate(config.series):
        yield from _named_by_series(series, ("series", index))
    yield from ((("plans", index, "region"), "region", row.region) for index, row in enumerate(config.plans))
    for index, row in enumerate(config.oversight):
        yield ("oversight", index, "region"), "region", row.region
    for index, contact in enumerate(config.contacts):
        yield ("contacts", index, "region"), "region", contact.region
        yield ("contacts", index, "organisation"), "organisation", contact.organisation


def _named_by_series(series: SeriesTable, at: tuple[str | int, ...]) -> Iterator[_Named]:
    yield (*at, "region"), "region", series.region
    for number, code in enumerate(series.organisations):
        yield (*at, "organisations", number), "organisation", code
    for number, code in enumerate(series.closures or ()):
        yield (*at, "closures", number), "closure", code
    part = series.participants
    for key, kind, codes in (
        ("regions", "region", part.regions),
        ("organisations", "organisation", part.organisations),
        ("contacts", "contact", part.contacts),
    ):
        for number, code in enumerate(codes):
            yield (*at, "participants", key, number), kind, code
