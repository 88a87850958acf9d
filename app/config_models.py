"""The tables of `config.toml`: which keys there are, their defaults, and which rules are impossible."""

from collections.abc import Iterator, Sequence
from datetime import time
from itertools import chain
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, StrictInt, model_validator

from app.config_escalation import (
    Choices,
    DateKinds,
    Desks,
    Escalation,
    NormScope,
    RouteTable,
)
from app.config_governance import (
    ClosureTable,
    ContactTable,
    OversightTable,
    PlanTable,
    SeriesTable,
    dangling,
    each_once,
)
from app.config_periods import Dated, overlap
from app.config_references import reference_flaws
from app.config_table import Table, doubles, refuse_any
from app.config_values import (
    ApiRoot,
    BearerToken,
    CaseCode,
    ClockTime,
    Code,
    DatabaseUrl,
    Day,
    DaysAfter,
    DaysBefore,
    Flag,
    Flaw,
    HeartbeatUrl,
    HttpRoot,
    Listen,
    MailAddress,
    NormCode,
    Port,
    PortOrFree,
    Secret,
    Sender,
    TermLength,
    Text,
    UserName,
    WebhookSecret,
    WebhookUrl,
    ZoneName,
    refuse_value,
    slug,
)
from app.norm_rules import BUILT_IN, ON_ITS_OWN_DAY
from core.clocktime import Quiet
from core.errors import ProblemCode
from core.facts import FORWARD_LOOKING, FactKind
from core.norms import Rounding
from core.rules import DEFAULT_CASE_CODE, MEASURES
from core.workdays import DECREE_DAYS_KNOWN_THROUGH

_DOUBLE = ProblemCode.CONFIG_DOUBLE
_IMPOSSIBLE = ProblemCode.CONFIG_IMPOSSIBLE_RULE
_MISSING = ProblemCode.CONFIG_MISSING_KEY
_NOT_DONE = FORWARD_LOOKING - {FactKind.ITEM_PLACE}
_NEEDED_BY = (FactKind.COURSE_NEEDED_BY, FactKind.HELP_NEEDED_BY)


def _missing(table: Table, needed: dict[str, str]) -> Iterator[Flaw]:
    """Yield a flaw for each of the keys (with an example) that is not there."""
    for key, example in needed.items():
        if getattr(table, key) is None:
            yield Flaw(_MISSING, (key,), expected=example)


class Telegram(Table):
    """The bot. `api_url` is the root, without `/bot`; a webhook needs its secret."""

    enabled: Flag = True
    token: Secret | None = None
    token_file: Path | None = None
    api_url: ApiRoot = "https://api.telegram.org"
    webhook_url: WebhookUrl | None = None
    webhook_listen: Listen = "127.0.0.1:8443"
    webhook_secret: WebhookSecret | None = None
    webhook_secret_file: Path | None = None

    @model_validator(mode="after")
    def _webhook_has_a_secret(self) -> Self:
        if self.webhook_url:
            refuse_any(_missing(self, {"webhook_secret": "…"}))
        return self


class Mail(Table):
    """The mail server; needs `host` and `sender` when enabled, and a password with a user."""

    enabled: Flag = False
    host: Text | None = None
    port: Port = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: Text | None = None
    password: Secret | None = None
    password_file: Path | None = None
    sender: Sender | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = {"host": "smtp.example.nl", "sender": "termijnwacht@example.nl"} if self.enabled else {}
        if self.user:
            needed |= {"password": "…"}
        if self.password:
            needed |= {"user": "termijnwacht"}
        refuse_any(_missing(self, needed))
        return self


class Database(Table):
    """Where the data is: SQLite or PostgreSQL."""

    url: DatabaseUrl = SecretStr("sqlite:///termijnwacht.db")
    url_file: Path | None = None


class Web(Table):
    """The web server; `public_url` is how people reach it, port 0 any free one."""

    host: Text = "127.0.0.1"
    port: PortOrFree = 8080
    public_url: HttpRoot = "http://127.0.0.1:8080"
    metrics_token: BearerToken | None = None
    metrics_token_file: Path | None = None


class Watchdog(Table):
    """Who is told from outside that all is well; silence is the alarm."""

    heartbeat_url: HeartbeatUrl | None = None
    heartbeat_url_file: Path | None = None


class Clock(Table):
    """The local time, and through which day `[[holidays]]` are complete."""

    timezone: ZoneName = "Europe/Amsterdam"
    holidays_known_through: Day = DECREE_DAYS_KNOWN_THROUGH


class Notices(Table):
    """How notices go out. `fallback` is the user name of the administrator who gets what nobody holds."""

    live: Flag = True
    start_on: Day | None = None
    send_at: ClockTime = time(8, 30)
    quiet: tuple[ClockTime, ClockTime] = Field(
        default=(time(19, 0), time(7, 30)), examples=['["19:00", "07:30"]']
    )
    fallback: UserName | None = None
    digest_lines: Annotated[StrictInt, Field(ge=1, le=20)] = 10
    many_messages: Annotated[StrictInt, Field(ge=1)] = 25

    @model_validator(mode="after")
    def _can_be_sent(self) -> Self:
        starts, ends = self.quiet
        if Quiet(starts, ends).covers(self.send_at):
            value, expected = f"{self.send_at:%H:%M}", f"{ends:%H:%M}"
            refuse_value(Flaw(_IMPOSSIBLE, ("send_at",), "quiet_covers_send_at", expected, value=value))
        return self


class Privacy(Table):
    """What may be said where, and which form case codes have."""

    case_code: CaseCode = DEFAULT_CASE_CODE
    case_files_in_chat: Flag = False
    free_text_in_chat: Flag = False


class Calendars(Table):
    """What calendars show: months back and ahead, and for how many days what left is told as gone."""

    months_back: Annotated[StrictInt, Field(ge=0, le=24)] = 3
    months_ahead: Annotated[StrictInt, Field(ge=1, le=36)] = 12
    gone_days: Annotated[StrictInt, Field(ge=1, le=366)] = 28


class OrganisationTable(Dated):
    """An institution. `contact` is the user name of its functional mailbox."""

    code: Code = Field(examples=["GIA"])
    name: Text = Field(examples=["Gecertificeerde Instelling A"])
    contact: UserName | None = None
    contact_mail: MailAddress | None = None
    telegram: Flag = True
    protector_label: Text | None = None
    source: Text | None = None
    assumed: Flag = False

    @model_validator(mode="after")
    def _mail_has_a_contact(self) -> Self:
        if self.contact_mail:
            refuse_any(_missing(self, {"contact": "postbus-gia"}))
        return self


class MunicipalityTable(Dated):
    """A municipality; in a file also just its name, which then gives the code."""

    code: Code = Field(examples=["GM0361"])
    name: Text = Field(examples=["Alkmaar"])

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, value: object) -> object:
        table = {"name": value} if isinstance(value, str) else value
        if isinstance(table, dict) and "code" not in table and isinstance(table.get("name"), str):
            return {"code": slug(table["name"]), **table}
        return table


class RegionTable(Table):
    """A region and its municipalities."""

    code: Code = Field(examples=["NHN"])
    name: Text = Field(examples=["Noord-Holland Noord"])
    municipalities: tuple[MunicipalityTable, ...] = ()
    source: Text | None = None
    assumed: Flag = False


class MeasureTable(Table):
    """A kind of protection beside the four that are built in."""

    code: Code = Field(examples=["voogdij-voorlopig"])
    name: Text = Field(examples=["voorlopige voogdij"])


class Reminders(Table):
    """The days of a norm's notices; what is absent stays as it is."""

    protector_before: DaysBefore | None = None
    manager_before: DaysBefore | None = None
    manager_daily_while_uncoupled: Flag | None = None
    after: DaysAfter | None = None
    weekly_after: Flag | None = None
    needed_by_before: DaysBefore | None = None
    needed_by_after: DaysAfter | None = None
    explained_before: DaysBefore | None = None


class NormTable(NormScope):
    """A norm: parts of a built-in one, a later version of it (`valid_from`), or one of your own."""

    code: NormCode = Field(examples=["1"])
    title: Text | None = None
    length: TermLength | None = None
    rounding: Rounding | None = None
    starts: tuple[tuple[FactKind, ...], ...] | None = Field(
        default=None, examples=['[["in_kennis_gesteld"]]']
    )
    evidence: tuple[FactKind, ...] | None = Field(default=None, examples=['["gekoppeld"]'])
    needed_by: FactKind | None = None
    source: Text | None = None
    valid_from: Day | None = None
    reminders: Reminders = Reminders()

    @model_validator(mode="after")
    def _possible(self) -> Self:
        refuse_any(chain(self._missing_parts(), self._impossible_kinds()))
        return self

    def _missing_parts(self) -> Iterator[Flaw]:
        if self.code not in BUILT_IN:
            examples = {"title": "…", "length": "6 weken", "starts": '[["start"]]', "evidence": '["koers"]'}
            if self.counting in ON_ITS_OWN_DAY:
                del examples["length"]
            yield from _missing(self, examples | {"source": "…"})

    def _impossible_kinds(self) -> Iterator[Flaw]:
        if self.starts is not None and not all((self.starts, *self.starts)):
            yield Flaw(_IMPOSSIBLE, ("starts",), "no_start", '[["in_kennis_gesteld"]]')
        if self.evidence is not None and not self.evidence:
            yield Flaw(_IMPOSSIBLE, ("evidence",), "no_evidence", '["gekoppeld"]')
        starts = set(chain(*(self.starts or ())))
        for index, kind in enumerate(self.evidence or ()):
            if kind in _NOT_DONE or kind in starts:
                yield Flaw(_IMPOSSIBLE, ("evidence", index), "no_evidence_of_done", value=kind.value)
        if self.needed_by is not None and self.needed_by not in _NEEDED_BY:
            expected = "|".join(_NEEDED_BY)
            yield Flaw(_IMPOSSIBLE, ("needed_by",), "no_needed_by", expected, value=self.needed_by.value)


class HolidayTable(Table):
    """A day that does not count, with the decree that says so."""

    on: Day = Field(examples=["2029-05-11"])
    name: Text = Field(examples=["dag bij koninklijk besluit"])
    source: Text = Field(examples=["Stcrt. 2028, 12345"])


def _organisations(rows: tuple[OrganisationTable, ...]) -> tuple[OrganisationTable, ...]:
    refuse_any(doubles([(row.code, row.name) for row in rows], ("code",), "organisation_twice"))
    return rows


def _measures(rows: tuple[MeasureTable, ...]) -> tuple[MeasureTable, ...]:
    built_in = [(measure.code, measure.name) for measure in MEASURES]
    flaws = list(doubles([*built_in, *((row.code, row.name) for row in rows)], ("code",), "measure_twice"))
    refuse_any(_shifted(flaw, -len(built_in)) for flaw in flaws if int(flaw.at[0]) >= len(built_in))
    return rows


def _shifted(flaw: Flaw, by: int) -> Flaw:
    index, *rest = flaw.at
    return Flaw(flaw.code, (int(index) + by, *rest), flaw.rule, value=flaw.value)


def _norms(rows: tuple[NormTable, ...]) -> tuple[NormTable, ...]:
    refuse_any(doubles([(f"{row.code} {row.valid_from}",) for row in rows], ("code",), "norm_version_twice"))
    return rows


def _holidays(rows: tuple[HolidayTable, ...]) -> tuple[HolidayTable, ...]:
    refuse_any(doubles([(row.on.isoformat(),) for row in rows], ("on",), "holiday_twice"))
    return rows


def _regions(rows: tuple[RegionTable, ...]) -> tuple[RegionTable, ...]:
    regions = doubles([(row.code, row.name) for row in rows], ("code",), "region_twice")
    refuse_any(chain(regions, _municipalities_twice(rows)))
    return rows


def _municipalities_twice(regions: Sequence[RegionTable]) -> Iterator[Flaw]:
    """Yield a flaw for each municipality that an earlier entry holds at the same time."""
    earlier: list[MunicipalityTable] = []
    for index, region in enumerate(regions):
        for number, municipality in enumerate(region.municipalities):
            if any(_same(municipality, other) and overlap(municipality, other) for other in earlier):
                at = (index, "municipalities", number)
                yield Flaw(_DOUBLE, at, "municipality_twice", value=municipality.name)
            earlier.append(municipality)


def _same(one: MunicipalityTable, other: MunicipalityTable) -> bool:
    return one.code.casefold() == other.code.casefold() or one.name.casefold() == other.name.casefold()


class Config(Table):
    """The whole configuration. Made by `load_config`, which has merged files and environment."""

    telegram: Telegram = Telegram()
    mail: Mail = Mail()
    database: Database = Database()
    web: Web = Web()
    watchdog: Watchdog = Watchdog()
    clock: Clock = Clock()
    notices: Notices = Notices()
    privacy: Privacy = Privacy()
    calendars: Calendars = Calendars()
    organisations: Annotated[tuple[OrganisationTable, ...], AfterValidator(_organisations)] = ()
    regions: Annotated[tuple[RegionTable, ...], AfterValidator(_regions)] = ()
    measures: Annotated[tuple[MeasureTable, ...], AfterValidator(_measures)] = ()
    norms: Annotated[tuple[NormTable, ...], AfterValidator(_norms)] = ()
    holidays: Annotated[tuple[HolidayTable, ...], AfterValidator(_holidays)] = ()
    desks: Desks = ()
    routes: tuple[RouteTable, ...] = ()
    date_kinds: DateKinds = ()
    reasons: Choices = ()
    help_kinds: Choices = ()
    blocker_kinds: Choices = ()
    escalation: Escalation = Escalation()
    closures: tuple[ClosureTable, ...] = ()
    contacts: Annotated[tuple[ContactTable, ...], AfterValidator(each_once)] = ()
    series: Annotated[tuple[SeriesTable, ...], AfterValidator(each_once)] = ()
    plans: Annotated[tuple[PlanTable, ...], AfterValidator(each_once)] = ()
    oversight: Annotated[tuple[OversightTable, ...], AfterValidator(each_once)] = ()

    @model_validator(mode="after")
    def _refers_to_what_is_there(self) -> Self:
        refuse_any(reference_flaws(self))
        return self

    @model_validator(mode="after")
    def _governance_refers_to_what_is_there(self) -> Self:
        refuse_any(dangling(self))
        return self
