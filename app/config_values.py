"""The kinds of value that a configuration holds, and how a value that cannot be is refused."""

import re
import unicodedata
import zoneinfo
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time
from email.utils import parseaddr
from typing import Annotated, NoReturn

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, StrictBool, StrictInt
from pydantic_core import PydanticCustomError

from core.clocktime import keeps_dutch_time
from core.errors import ProblemCode
from core.norms import Length, Unit
from core.workdays import FIRST_DAY, LAST_DAY

FLAWED = "flawed"
"""The pydantic error type that carries flaws."""

_CLOCK_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_LENGTH = re.compile(r"(\d{1,4}) ([a-z]+)")
_SINGULAR = {"werkdag": Unit.WORKING_DAYS, "dag": Unit.DAYS, "week": Unit.WEEKS, "maand": Unit.MONTHS}
_UNITS = _SINGULAR | {unit.value: unit for unit in Unit}
_MAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
_NOT_IN_CODE = re.compile(r"[^a-z0-9]+")
_NEVER_A_CASE_CODE = ("123456782", "111222333", "23456786", "Jan de Vries", "Jansen", "2015-03-14", "")
_CASE_CODE_EXAMPLE = r"^[A-Z]{2,6}-\d{4}-\d{2,6}$"


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a value: `at` is the key below the value itself, `rule` a code for the reason."""

    code: ProblemCode
    at: tuple[str | int, ...] = ()
    rule: str = ""
    expected: str = ""
    closest: str = ""
    value: str | None = None


def refuse_value(*flaws: Flaw) -> NoReturn:
    """Raise what pydantic collects as one error and the loader turns into one problem for each flaw."""
    raise PydanticCustomError(FLAWED, FLAWED, {"flaws": flaws})


def wrong(rule: str, expected: str) -> NoReturn:
    """Refuse a value on its own."""
    refuse_value(Flaw(ProblemCode.CONFIG_WRONG_VALUE, rule=rule, expected=expected))


def matching(pattern: str, rule: str, expected: str) -> AfterValidator:
    """Return the check that a text has a form."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        return value if compiled.fullmatch(value) else wrong(rule, expected)

    return AfterValidator(check)


def _day(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            value = None
    if type(value) is not date or not FIRST_DAY <= value <= LAST_DAY:
        wrong("day", "2026-09-01")
    return value


def _clock_time(value: object) -> time:
    if isinstance(value, str) and _CLOCK_TIME.fullmatch(value):
        return time.fromisoformat(value)
    return value if isinstance(value, time) else wrong("clock_time", "08:30")


def _length(value: object) -> Length:
    if isinstance(value, Length):
        return value
    match = _LENGTH.fullmatch(value) if isinstance(value, str) else None
    if match is None or match[2] not in _UNITS:
        wrong("length", "5 werkdagen|4 dagen|6 weken|3 maanden")
    if int(match[1]) == 0:
        refuse_value(
            Flaw(
                ProblemCode.CONFIG_IMPOSSIBLE_RULE,
                rule="length_zero",
                expected=f"1 {match[2]}",
                value=match[0],
            )
        )
    return Length(int(match[1]), _UNITS[match[2]])


def _zone_name(value: str) -> str:
    try:
        zone = zoneinfo.ZoneInfo(value)
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
        wrong("zone", "Europe/Amsterdam")
    return value if keeps_dutch_time(zone) else wrong("zone_hours", "Europe/Amsterdam")


def _http_root(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/?#]+(/[^\s?#]*)?", value):
        wrong("url", "https://termijnwacht.example.nl")
    return value.rstrip("/")


def _api_root(value: str) -> str:
    root = _http_root(value)
    return wrong("root_without_bot", root.removesuffix("/bot")) if root.endswith("/bot") else root


def _webhook(value: str) -> str:
    return (
        value if value.startswith("https://") else wrong("https", "https://termijnwacht.example.nl/telegram")
    )


def _database_url(value: SecretStr) -> SecretStr:
    url = value.get_secret_value()
    if re.fullmatch(r"postgres(ql)?://.+", url):
        return SecretStr("postgresql+psycopg://" + url.split("://", 1)[1])
    if not re.fullmatch(r"(sqlite:///|postgresql\+psycopg://).+", url):
        wrong("database_url", "sqlite:///termijnwacht.db")
    return value


def _no_blank_secret(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    return value if text and text == text.strip() else wrong("secret_blank", "…")


def _heartbeat_url(value: SecretStr) -> SecretStr:
    secure = re.fullmatch(r"https://[^\s/?#@]+(/[^\s#]*)?", value.get_secret_value())
    return value if secure else wrong("https", "https://hartslag.example.nl/…")


def _bearer_token(value: SecretStr) -> SecretStr:
    good = re.fullmatch(r"[\w.~+/=-]{16,256}", value.get_secret_value(), re.ASCII)
    return value if good else wrong("bearer", "…")


def _webhook_secret(value: SecretStr) -> SecretStr:
    return (
        value
        if re.fullmatch(r"[\w-]{1,256}", value.get_secret_value(), re.ASCII)
        else wrong("webhook_secret", "A-Za-z0-9_-")
    )


def _mail(value: str) -> str:
    return value if _MAIL.fullmatch(value) else wrong("mail", "jeugd@example.nl")


def _sender(value: str) -> str:
    address = parseaddr(value)[1]
    return value if _MAIL.fullmatch(address) else wrong("mail", "Termijnwacht <termijnwacht@example.nl>")


def _case_code(value: object) -> re.Pattern[str]:
    """Refuse a pattern that does not compile or is not anchored, or that a BSN, name or date would match."""
    if isinstance(value, re.Pattern):
        return value
    try:
        pattern = re.compile(value) if isinstance(value, str) else None
    except re.error:
        pattern = None
    if pattern is None:
        wrong("regex", _CASE_CODE_EXAMPLE)
    if not pattern.pattern.startswith("^") or not re.search(r"(?<!\\)(\\\\)*\$$", pattern.pattern):
        wrong("regex_not_anchored", _CASE_CODE_EXAMPLE)
    if any(pattern.search(personal) for personal in _NEVER_A_CASE_CODE):
        refuse_value(
            Flaw(
                ProblemCode.CONFIG_IMPOSSIBLE_RULE,
                rule="case_code_matches_personal_data",
                expected=_CASE_CODE_EXAMPLE,
                value=pattern.pattern,
            )
        )
    return pattern


def _offsets(least: int) -> Callable[[tuple[int, ...]], tuple[int, ...]]:
    """Return the check of reminder days: each at least `least`, none twice."""

    def check(days: tuple[int, ...]) -> tuple[int, ...]:
        impossible = ProblemCode.CONFIG_IMPOSSIBLE_RULE
        low = [
            Flaw(impossible, (index,), "reminder_too_low", f">={least}", value=str(day))
            for index, day in enumerate(days)
            if day < least
        ]
        twice = [
            Flaw(impossible, (index,), "reminder_twice", value=str(day))
            for index, day in enumerate(days)
            if day in days[:index]
        ]
        return refuse_value(*low, *twice) if low or twice else days

    return check


def slug(name: str) -> str:
    """Return `name` in lower case with hyphens, without accents: the code of what has only a name."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return _NOT_IN_CODE.sub("-", plain).strip("-")


Flag = StrictBool
Port = Annotated[StrictInt, Field(ge=1, le=65535)]
PortOrFree = Annotated[StrictInt, Field(ge=0, le=65535)]
Day = Annotated[date, BeforeValidator(_day)]
ClockTime = Annotated[time, BeforeValidator(_clock_time)]
TermLength = Annotated[Length, BeforeValidator(_length)]
ZoneName = Annotated[str, AfterValidator(_zone_name)]
HttpRoot = Annotated[str, AfterValidator(_http_root)]
ApiRoot = Annotated[str, AfterValidator(_api_root)]
WebhookUrl = Annotated[str, AfterValidator(_http_root), AfterValidator(_webhook)]
Listen = Annotated[str, matching(r"\[?[\w.:-]+\]?:\d{1,5}", "host_and_port", "127.0.0.1:8443")]
Secret = Annotated[SecretStr, AfterValidator(_no_blank_secret)]
WebhookSecret = Annotated[Secret, AfterValidator(_webhook_secret)]
BearerToken = Annotated[Secret, AfterValidator(_bearer_token)]
HeartbeatUrl = Annotated[Secret, AfterValidator(_heartbeat_url)]
DatabaseUrl = Annotated[Secret, AfterValidator(_database_url)]
Text = Annotated[str, matching(r"\S(.*\S)?", "text", "…")]
Code = Annotated[str, matching(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", "code", "GIA")]
NormCode = Annotated[str, matching(r"[a-z0-9][a-z0-9_-]{0,19}", "code", "1")]
UserName = Annotated[str, matching(r"[a-z0-9][a-z0-9._-]{0,62}[a-z0-9]", "user_name", "beheerder")]
MailAddress = Annotated[str, AfterValidator(_mail)]
Sender = Annotated[str, AfterValidator(_sender)]
CaseCode = Annotated[re.Pattern[str], BeforeValidator(_case_code)]
DaysBefore = Annotated[tuple[StrictInt, ...], AfterValidator(_offsets(0))]
DaysAfter = Annotated[tuple[StrictInt, ...], AfterValidator(_offsets(1))]
