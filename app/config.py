"""The configuration, checked before anything starts, and what the rules of the house need of it."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from app.config_loading import load_config
from app.config_models import (
    BUILT_IN_CODES,
    Clock,
    Config,
    Database,
    Mail,
    NormTable,
    Notices,
    OrganisationTable,
    Privacy,
    Reminders,
    Telegram,
    Web,
)
from app.config_table import Table
from app.governance_rules import governance_of
from core.cadence import Cadence
from core.errors import ProblemCode, refuse
from core.norms import BUILT_IN_NORMS, Norm, NormBook
from core.rules import (
    MEASURES,
    Measure,
    Municipality,
    NoticeRules,
    Organisation,
    PrivacyRules,
    Quiet,
    Rules,
)
from core.workdays import Holiday, WorkingCalendar

__all__ = [
    "Clock",
    "Config",
    "Database",
    "Mail",
    "Notices",
    "Privacy",
    "Telegram",
    "Web",
    "load_config",
    "rules_of",
    "token_or_refuse",
]


def token_or_refuse(config: Config) -> str:
    """Return the bot's token. Refuses when there is none, whether or not Telegram is enabled."""
    if config.telegram.token is None:
        raise refuse(ProblemCode.TELEGRAM_TOKEN, key="telegram.token", expected="123456789:AA…")
    return config.telegram.token.get_secret_value()


def rules_of(config: Config) -> Rules:
    """Return what is configured as far as it decides what happens to a case."""
    measures = (*MEASURES, *(Measure(row.code, row.name) for row in config.measures))
    return Rules(
        calendar=_calendar(config),
        norms=NormBook(_norms(config)),
        organisations={row.code: _organisation(row) for row in config.organisations},
        municipalities=_municipalities(config),
        regions={region.code: region.name for region in config.regions},
        measures={measure.code: measure for measure in measures},
        notices=_notice_rules(config.notices),
        privacy=PrivacyRules(**dict(config.privacy)),
        zone=ZoneInfo(config.clock.timezone),
        public_url=config.web.public_url,
        governance=governance_of(config),
    )


def _calendar(config: Config) -> WorkingCalendar:
    extra = [Holiday(row.on, row.name, row.source) for row in config.holidays]
    return WorkingCalendar(extra, known_through=config.clock.holidays_known_through)


def _organisation(row: OrganisationTable) -> Organisation:
    return Organisation(**dict(row))


def _municipalities(config: Config) -> dict[str, Municipality]:
    """Return each municipality by code; of one that changed region the last entry."""
    rows = [(row, region.code) for region in config.regions for row in region.municipalities]
    rows.sort(key=lambda entry: entry[0].valid_from or date.min)
    return {row.code: Municipality(**dict(row), region=region) for row, region in rows}


def _notice_rules(notices: Notices) -> NoticeRules:
    return NoticeRules(
        live=notices.live,
        guarded_from=notices.start_on,
        send_at=notices.send_at,
        quiet=Quiet(*notices.quiet),
        digest_lines=notices.digest_lines,
        many_messages=notices.many_messages,
        fallback=notices.fallback,
    )


def _norms(config: Config) -> Iterator[Norm]:
    """Yield the built-in norms with what is configured for them, then later versions and further norms."""
    built_in = {norm.code: norm for norm in BUILT_IN_NORMS}
    undated = {row.code: row for row in config.norms if row.valid_from is None}
    for norm in BUILT_IN_NORMS:
        yield _changed(norm, undated[norm.code]) if norm.code in undated else norm
    for row in config.norms:
        if row.code not in BUILT_IN_CODES:
            yield _own(row)
        elif row.valid_from is not None:
            yield _changed(built_in[row.code], row)


def _changed(norm: Norm, row: NormTable) -> Norm:
    given = _given(row, "reminders")
    return replace(norm, **given, cadence=_cadence(norm.cadence, row.reminders))


def _own(row: NormTable) -> Norm:
    return Norm(**_given(row, "reminders"), cadence=_cadence(Cadence(), row.reminders))


def _cadence(cadence: Cadence, reminders: Reminders) -> Cadence:
    return replace(cadence, **_given(reminders))


def _given(row: Table, *without: str) -> dict[str, Any]:
    """Return the keys that have a value."""
    return {key: value for key, value in row if value is not None and key not in without}
