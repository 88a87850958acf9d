"""Where somebody is reached."""

from collections.abc import Collection

from core.people import Person
from core.ports import Address, ChannelName
from core.rules import Rules


def address_of(
    person: Person, rules: Rules, channels: Collection[ChannelName], *, chat_wanted: bool = True
) -> Address | None:
    """Return where a person is reached: the linked chat where that is allowed, else mail, else nowhere."""
    if person.revoked_at is not None:
        return None
    chat_allowed = chat_wanted and rules.uses_telegram(person.organisation)
    if chat_allowed and person.chat_id is not None and ChannelName.TELEGRAM in channels:
        return Address(ChannelName.TELEGRAM, chat_id=person.chat_id)
    if person.mail and ChannelName.MAIL in channels:
        return Address(ChannelName.MAIL, mail=person.mail)
    return None
