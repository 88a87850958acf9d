"""The tables of who is asked and what can be picked: desks, routes, kinds of dates, choices, ladders."""

from collections.abc import Iterator
from typing import Annotated, Self, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from app.config_governance import GovernanceCode
from app.config_ladders import RouteSteps, Rungs, Span
from app.config_periods import Dated
from app.config_table import Table, doubles, refuse_any
from app.config_values import (
    ClockTime,
    Code,
    Flag,
    Flaw,
    MailAddress,
    NormCode,
    Text,
    UserName,
    matching,
    wrong,
)
from core.dates import HANDOVER, ITEM_KINDS
from core.errors import ProblemCode
from core.facts import EXPLANATIONS, NEED, FactKind
from core.ledger import COUPLING
from core.norms import Counting

_IMPOSSIBLE = ProblemCode.CONFIG_IMPOSSIBLE_RULE
_WEEKDAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")
_BUILT_IN_KINDS = frozenset(kind.code for kind in ITEM_KINDS)
OWN_KINDS = (NEED, COUPLING, HANDOVER)
"""Kinds of item that the program makes itself."""
_ASKED = (FactKind.ITEM_STARTED, FactKind.ITEM_ENDS, FactKind.REQUEST_SENT)
_PARTIES = (FactKind.HANDOVER_PLANNED,)


def _weekday(value: object) -> int:
    """Return the ISO number of a weekday."""
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= len(_WEEKDAYS):
        return value
    return _WEEKDAYS.index(value) + 1 if value in _WEEKDAYS else wrong("weekday", "|".join(_WEEKDAYS))


Weekday = Annotated[int, BeforeValidator(_weekday)]
DeskCode = Annotated[str, matching(r"[a-z0-9][a-z0-9_-]{0,39}", "code", "ret-nhn")]


class WeeklyTableTable(Table):
    """A table that meets every week, and the last moment to send something in."""

    weekday: Weekday = Field(examples=["wo"])
    at: ClockTime = Field(examples=["14:00"])
    cut_off_weekday: Weekday = Field(examples=["ma"])
    cut_off_at: ClockTime = Field(examples=["12:00"])
    series: GovernanceCode | None = None

    @model_validator(mode="after")
    def _closes_before_it_meets(self) -> Self:
        if self.cut_off_weekday == self.weekday and self.cut_off_at > self.at:
            expected, value = f"{self.at:%H:%M}", f"{self.cut_off_at:%H:%M}"
            refuse_any([Flaw(_IMPOSSIBLE, ("cut_off_at",), "cut_off_after_table", expected, value=value)])
        return self


class DeskTable(Dated):
    """A desk that can take an escalation. Without institution, municipality or region it is for everybody."""

    code: DeskCode = Field(examples=["ret-nhn"])
    kind: NormCode = Field(examples=["expertteam"])
    name: Text = Field(examples=["Regionaal expertteam Noord-Holland Noord"])
    organisation: Code | None = None
    municipality: Code | None = None
    region: Code | None = None
    contact: UserName | None = None
    contact_mail: MailAddress | None = None
    answer_within: Span | None = None
    table: WeeklyTableTable | None = None
    fallback: DeskCode | None = None
    source: Text | None = None
    assumed: Flag = False

    @model_validator(mode="after")
    def _mail_has_a_contact(self) -> Self:
        if self.contact_mail and self.contact is None:
            refuse_any([Flaw(ProblemCode.CONFIG_MISSING_KEY, ("contact",), expected="ret-nhn")])
        return self


class RouteTable(Dated):
    """How an institution, municipality or region escalates."""

    organisation: Code | None = None
    municipality: Code | None = None
    region: Code | None = None
    steps: RouteSteps = Field(examples=['[{ who = "loket:zorgmakelaar" }]'])
    source: Text | None = None
    assumed: Flag = False


class ChoiceTable(Table):
    """Something that can be picked; a built-in code gets these words."""

    code: NormCode = Field(examples=["wachtlijst"])
    label: Text = Field(examples=["wachtlijst bij de aanbieder"])


_Row = TypeVar("_Row", ChoiceTable, "DateKindTable", DeskTable)


def _each_once(rows: tuple[_Row, ...]) -> tuple[_Row, ...]:
    refuse_any(doubles([(row.code,) for row in rows], ("code",), "code_twice"))
    return rows


Choices = Annotated[tuple[ChoiceTable, ...], AfterValidator(_each_once)]


class DateKindTable(Table):
    """A kind of date or request: parts of a built-in one, or one of your own."""

    code: NormCode = Field(examples=["gezinsplan"])
    title: Text | None = Field(default=None, examples=["gezinsplan"])
    asks: tuple[FactKind, ...] | None = Field(default=None, examples=['["begin"]'])
    whole_month: Flag | None = None
    is_request: Flag | None = None
    outcomes: Choices | None = None
    reasons: Choices | None = None
    organisations: tuple[Code, ...] | None = None
    source: Text | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse_any(self._flaws())
        return self

    def _flaws(self) -> Iterator[Flaw]:
        if self.code in OWN_KINDS:
            yield Flaw(_IMPOSSIBLE, ("code",), "kind_is_made_by_itself", value=self.code)
        if self.title is None and self.code not in _BUILT_IN_KINDS:
            yield Flaw(ProblemCode.CONFIG_MISSING_KEY, ("title",), expected="gezinsplan")
        if self.asks is not None and not self.asks:
            yield Flaw(_IMPOSSIBLE, ("asks",), "kind_asks_nothing", '["begin"]')
        for index, kind in enumerate(self.asks or ()):
            if kind not in _ASKED:
                expected = "|".join(_ASKED)
                yield Flaw(
                    ProblemCode.CONFIG_WRONG_VALUE, ("asks", index), "asks", expected, value=kind.value
                )


class Escalation(Table):
    """What an application to an expert team asks."""

    form: Choices | None = None


class NormScope(Table):
    """Which cases have a norm, how its date is counted, who explains it, and its ladder."""

    counting: Counting | None = None
    item_kind: NormCode | None = None
    measures: tuple[Code, ...] | None = None
    not_measures: tuple[Code, ...] | None = None
    organisations: tuple[Code, ...] | None = None
    expires: Flag | None = None
    explained_by: FactKind | None = None
    party: FactKind | None = None
    ladder: Rungs | None = None

    @model_validator(mode="after")
    def _scope_is_possible(self) -> Self:
        refuse_any(self._scope_flaws())
        return self

    def _scope_flaws(self) -> Iterator[Flaw]:
        for key, allowed in (("explained_by", sorted(EXPLANATIONS)), ("party", _PARTIES)):
            kind: FactKind | None = getattr(self, key)
            if kind is not None and kind not in allowed:
                yield Flaw(_IMPOSSIBLE, (key,), f"no_{key}", "|".join(allowed), value=kind.value)
        for index, code in enumerate(self.not_measures or ()):
            if code in (self.measures or ()):
                yield Flaw(_IMPOSSIBLE, ("not_measures", index), "measure_both", value=code)


Desks = Annotated[tuple[DeskTable, ...], AfterValidator(_each_once)]
DateKinds = Annotated[tuple[DateKindTable, ...], AfterValidator(_each_once)]
