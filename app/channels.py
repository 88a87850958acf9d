"""The configured channels, each with the words for it."""

from dataclasses import replace

from app.config import Config, token_or_refuse
from bot.application import BotApplication, build_application
from bot.rendering import telegram_content
from bot.sender import TelegramChannel
from core.ports import ChannelName, Clock, Content
from jobs.deliver import Courier
from jobs.heartbeat import Heartbeat
from mail.calendar_files import calendar_files
from mail.rendering import mail_content
from mail.sender import MailChannel, MailSettings
from services.delivery import Prepared
from services.house import House
from services.upkeep import bot_name


def telegram_application(config: Config) -> BotApplication | None:
    """Return the bot application, None where Telegram is switched off. Refuses a missing token."""
    if not config.telegram.enabled:
        return None
    return build_application(token_or_refuse(config), config.telegram.api_url)


def couriers_for(
    config: Config, house: House, clock: Clock, application: BotApplication | None
) -> dict[ChannelName, Courier]:
    """Return the couriers of every configured channel."""
    found: dict[ChannelName, Courier] = {}
    if application is not None:
        found[ChannelName.TELEGRAM] = Courier(TelegramChannel(application.bot), telegram_content)
    settings = mail_settings(config)
    if settings is not None:
        words = MailWords(config, house)
        found[ChannelName.MAIL] = Courier(MailChannel(settings, clock.now), words)
    return found


def mail_settings(config: Config) -> MailSettings | None:
    """Return how mail is sent, None where it is not configured."""
    mail = config.mail
    if not mail.enabled or mail.host is None or mail.sender is None:
        return None
    return MailSettings(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        user=mail.user,
        password=mail.password.get_secret_value() if mail.password else None,
        sender=mail.sender,
    )


def heartbeat_of(config: Config) -> Heartbeat | None:
    """Return who is told outside that all is well, None where nobody is."""
    url = config.watchdog.heartbeat_url
    return Heartbeat(url.get_secret_value()) if url else None


class MailWords:
    """Puts messages into words for mail."""

    def __init__(self, config: Config, house: House) -> None:
        """Take where links lead to, and who sends."""
        self._root, self._house = config.web.public_url, house
        settings = mail_settings(config)
        self._sender = settings.sender_address if settings else ""

    def __call__(self, prepared: Prepared) -> Content:
        """Return the mail for a prepared message."""
        content = mail_content(
            prepared.message.kind,
            prepared.view,
            repeated=prepared.message.repeated,
            public_url=self._root,
            bot_link=self._bot_link,
        )
        reader, zone = prepared.address.mail, self._house.rules.zone
        files = calendar_files(prepared.view, sender=self._sender, reader=reader, zone=zone)
        return replace(content, files=files)

    def _bot_link(self, code: str) -> str | None:
        name = bot_name(self._house)
        return f"https://t.me/{name}?start={code}" if name else None
