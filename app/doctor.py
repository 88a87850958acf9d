"""The checks of `doctor`: each looks at one thing and says what it saw and what can be done."""

import os
import shutil
import smtplib
import zoneinfo
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from app.config import Config, load_config, token_or_refuse
from app.moments import present_moment
from app.opening import open_house, sqlite_file
from app.reporting import problem_line
from core.errors import Refused
from core.outbox import MessageState
from core.people import Person
from services.directory import read_directory
from services.governance.overview import all_differences
from services.house import House
from services.ladder_gaps import ended_desks, ladder_gaps
from services.trouble import holidays_end_soon
from services.upkeep import PATIENCE, last_heartbeat, passes, ran_ahead_to
from storage.queries.message_log import ended_badly
from storage.queries.office import database_now, note_pass
from storage.queries.outbox import overdue_messages
from templates import phrase

_LEAST_FREE = 200_000_000
_MOST_DRIFT = timedelta(seconds=5)
_PASS_TOO_OLD = timedelta(minutes=15)
_WEEK = timedelta(days=7)
_MAIL_SECONDS = 5.0
_MEGABYTE = 1_000_000
_JOBS = ("guard", "deliver", "watchdog")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `detail` and `advice` are for people."""

    name: str
    ok: bool
    detail: str
    advice: str = ""


def check(name: str, result: str, *, ok: bool, **values: object) -> Check:
    """Return a check in the words of the section `doctor`; its advice only when all is not well."""
    advice = "" if ok else phrase(f"doctor.{name}_advice", **values)
    return Check(name, ok, phrase(f"doctor.{name}_{result}", **values), advice)


def examine(path: Path) -> list[Check]:
    """Return every check that can be made; without a configuration that is one."""
    try:
        config = load_config(path, os.environ)
    except Refused as refused:
        return [_refused("configuration", refused)]
    found = [check("configuration", "ok", ok=True, file=str(path))]
    found += [_disk(config), _time_zone(config), _telegram(config), _mail(config)]
    return found + _of_database(config)


def _refused(name: str, refused: Refused) -> Check:
    return Check(name, False, " ".join(map(problem_line, refused.problems)), phrase(f"doctor.{name}_advice"))


def _of_database(config: Config) -> list[Check]:
    try:
        house = open_house(config, worker="doctor")
    except Refused as refused:
        return [_refused("database", refused)]
    looks: tuple[Callable[[House, Config], Check], ...] = (
        _database,
        _clock,
        _holidays,
        _organisations,
        _agreements,
        _people,
        _desks,
        _ladders,
        _jobs,
        _messages,
        _heartbeat,
    )
    try:
        return [look(house, config) for look in looks]
    except Refused as refused:
        return [_refused("database", refused)]
    finally:
        house.store.close()


class _Undo(Exception):
    """Leaves a unit of work so that nothing of it is kept."""


def _database(house: House, _config: Config) -> Check:
    """Write something and take it back: the only proof that writing works."""
    with suppress(_Undo), house.store.write() as tx:
        note_pass(tx, "doctor", present_moment(), "")
        raise _Undo
    return check("database", "ok", ok=True, kind=house.store.engine.dialect.name)


def _disk(config: Config) -> Check:
    file = sqlite_file(config)
    folder = file.absolute().parent if file else Path.cwd()
    if not folder.is_dir():
        return check("disk", "missing", ok=False, folder=str(folder), least=_LEAST_FREE // _MEGABYTE)
    free = shutil.disk_usage(folder).free
    ok = free >= _LEAST_FREE
    result = "ok" if ok else "low"
    least = _LEAST_FREE // _MEGABYTE
    return check("disk", result, ok=ok, free=free // _MEGABYTE, folder=str(folder), least=least)


def _time_zone(config: Config) -> Check:
    """Look for the zone's rules; the system's own zone may differ, since ours is used throughout."""
    name = config.clock.timezone
    try:
        zone = zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, OSError, ValueError):
        return check("time_zone", "missing", ok=False, zone=name)
    now = present_moment()
    same = now.astimezone(zone).utcoffset() == now.astimezone().utcoffset()
    return check("time_zone", "ok" if same else "differs", ok=True, zone=name)


def _clock(house: House, _config: Config) -> Check:
    """Compare with the database's clock, and with the last moment that this installation saw."""
    now = present_moment()
    ahead = ran_ahead_to(house, now)
    if ahead is not None:
        advice = phrase("doctor.clock_ahead_advice", last=ahead)
        return Check("clock", ok=False, detail=phrase("doctor.clock_ahead", last=ahead), advice=advice)
    if not house.store.is_sqlite:
        with house.store.read() as tx:
            drift = abs(database_now(tx) - present_moment())
        seconds = round(drift.total_seconds(), 1)
        ok = drift <= _MOST_DRIFT
        return check("clock", "ok" if ok else "drifts", ok=ok, seconds=seconds, now=now)
    last = max((ran_at for ran_at, _ in passes(house).values()), default=now)
    ok = last <= now + _MOST_DRIFT
    return check("clock", "ok" if ok else "went_back", ok=ok, now=now, last=last)


def _telegram(config: Config) -> Check:
    if not config.telegram.enabled:
        return check("telegram", "off", ok=True)
    from bot.probe import check_token  # noqa: PLC0415 - the library is large and not always asked

    try:
        name = check_token(config.telegram.api_url, token_or_refuse(config))
    except Refused as refused:
        return _refused("telegram", refused)
    return check("telegram", "ok", ok=True, username=name)


def _mail(config: Config) -> Check:
    mail = config.mail
    if not mail.enabled or mail.host is None:
        return check("mail", "off", ok=True)
    try:
        _greet(config, mail.host)
    except (OSError, smtplib.SMTPException) as error:
        return check("mail", "failed", ok=False, host=mail.host, port=mail.port, kind=type(error).__name__)
    return check("mail", "ok", ok=True, host=mail.host, port=mail.port)


def _greet(config: Config, host: str) -> None:
    """Connect, greet and, where configured, secure the connection and sign in; nothing is sent."""
    mail = config.mail
    kind = smtplib.SMTP_SSL if mail.security == "tls" else smtplib.SMTP
    with kind(host, mail.port, timeout=_MAIL_SECONDS) as server:
        server.ehlo_or_helo_if_needed()
        if mail.security == "starttls":
            server.starttls()
            server.ehlo()
        if mail.user and mail.password:
            server.login(mail.user, mail.password.get_secret_value())


def _holidays(house: House, _config: Config) -> Check:
    known = house.rules.calendar.known_through
    ok = not holidays_end_soon(house.rules.calendar, house.today(present_moment()))
    return check("holidays", "ok" if ok else "ending", ok=ok, known_through=known)


def _organisations(house: House, _config: Config) -> Check:
    today = house.today(present_moment())
    without = [
        one.code
        for one in house.rules.organisations.values()
        if one.contact is None and one.holds_cases_on(today)
    ]
    count = len(house.rules.organisations)
    if not count:
        return check("organisations", "none", ok=False, without=without)
    return check(
        "organisations", "lacking" if without else "ok", ok=not without, without=without, count=count
    )


def _agreements(house: House, _config: Config) -> Check:
    """Show what people changed of the configured series; it stands until they reset it."""
    found = all_differences(house, present_moment())
    result = "differ" if found else "ok"
    count = len(house.rules.governance.series)
    return check("agreements", result, ok=True, differences=found[:10], more=len(found[10:]), count=count)


def _people(house: House, config: Config) -> Check:
    everybody = [one for one in read_directory(house, present_moment()).everybody() if one.revoked_at is None]
    lost = sorted(one.name for one in everybody if not _can_be_reached(one, house, config))
    return check("people", "unreachable" if lost else "ok", ok=not lost, names=lost, count=len(everybody))


def _desks(house: House, _config: Config) -> Check:
    """Look for desks that ended with nobody in their place, and count what nobody has confirmed."""
    book, today = house.rules.escalation.desks, house.today(present_moment())
    ended = [desk.name for desk in ended_desks(house.rules, today)]
    assumed = sum(desk.assumed for desk in book.desks) + sum(route.assumed for route in book.routes)
    result = "ended" if ended else "ok" if book.desks else "none"
    counts = {"count": len(book.desks), "routes": len(book.routes), "assumed": assumed}
    return check("desks", result, ok=not ended, ended=ended, **counts)


def _ladders(house: House, config: Config) -> Check:
    """Look for rungs that find nobody in some region."""
    gaps = ladder_gaps(house, lambda person: _can_be_reached(person, house, config), present_moment())
    return check("ladders", "gaps" if gaps else "ok", ok=not gaps, gaps=gaps)


def _can_be_reached(person: Person, house: House, config: Config) -> bool:
    organisation = house.rules.organisations.get(person.organisation or "")
    chat = config.telegram.enabled and (organisation is None or organisation.telegram)
    by_chat = chat and person.chat_id is not None
    return by_chat or (config.mail.enabled and person.mail is not None)


def _jobs(house: House, _config: Config) -> Check:
    """Look at the job that ran longest ago; before the first run nothing is wrong."""
    ran = [moment for job, (moment, _) in passes(house).items() if job in _JOBS]
    if not ran:
        return check("jobs", "never", ok=True)
    last: datetime = min(ran)
    ok = present_moment() - last <= _PASS_TOO_OLD
    return check("jobs", "ok" if ok else "stopped", ok=ok, last=last)


def _messages(house: House, _config: Config) -> Check:
    if not house.rules.notices.live:
        return check("messages", "not_live", ok=True)
    with house.store.read() as tx:
        late = overdue_messages(tx, present_moment() - PATIENCE)
        bad = ended_badly(tx, house.today(present_moment() - _WEEK))
    failed, uncertain = bad.get(MessageState.FAILED, 0), bad.get(MessageState.UNCERTAIN, 0)
    result = "overdue" if late else "ok"
    return check("messages", result, ok=not late, late=late, failed=failed, uncertain=uncertain)


def _heartbeat(house: House, config: Config) -> Check:
    """Look whether word that all is well arrives outside, where that is configured."""
    if config.watchdog.heartbeat_url is None:
        return check("heartbeat", "off", ok=True)
    last = last_heartbeat(house)
    if last is None:
        return check("heartbeat", "never", ok=True)
    at, arrived = last
    return check("heartbeat", "ok" if arrived else "lost", ok=arrived, last=at)
