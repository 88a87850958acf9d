"""The configuration, checked before anything starts, and what the rules of the house need of it."""

from datetime import date
from zoneinfo import ZoneInfo

from app.config_loading import load_config
from app.config_models import (
    Clock,
    Config,
    Database,
    Mail,
    Notices,
    OrganisationTable,
    Privacy,
    Telegram,
    Web,
)
from app.escalation_rules import escalation_of
from app.governance_rules import governance_of
from app.norm_rules import norms_of
from core.clocktime import Quiet
from core.errors import ProblemCode, refuse
from core.norms import NormBook
from core.ports import ChannelName
from core.rules import (
    MEASURES,
    CalendarRules,
    Measure,
    Municipality,
    NoticeRules,
    Organisation,
    PrivacyRules,
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
        norms=NormBook(norms_of(config)),
        organisations={row.code: _organisation(row) for row in config.organisations},
        municipalities=_municipalities(config),
        regions={region.code: region.name for region in config.regions},
        measures={measure.code: measure for measure in measures},
        notices=_notice_rules(config.notices),
        privacy=PrivacyRules(**dict(config.privacy)),
        escalation=escalation_of(config),
        zone=ZoneInfo(config.clock.timezone),
        public_url=config.web.public_url,
        governance=governance_of(config),
        calendars=CalendarRules(**dict(config.calendars)),
        channels=_channels(config),
    )


def _channels(config: Config) -> frozenset[ChannelName]:
    on = {ChannelName.TELEGRAM: config.telegram.enabled, ChannelName.MAIL: config.mail.enabled}
    return frozenset(name for name, enabled in on.items() if enabled)


def _calendar(config: Config) -> WorkingCalendar:
    extra = [Holiday(row.on, row.name, row.source) for row in config.holidays]
    return WorkingCalendar(extra, known_through=config.clock.holidays_known_through)


def _organisation(row: OrganisationTable) -> Organisation:
    return Organisation(**row.model_dump(exclude={"source", "assumed"}))


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
