"""What went out, what waits and what did not arrive: for staff, without any text."""

from dataclasses import dataclass
from datetime import datetime

from core.errors import ProblemCode, refuse
from core.outbox import Message, MessageState
from core.people import Actor
from core.ports import ChannelName
from core.rights import Nearness, Verb, demand
from services.directory import load_directory
from services.house import House
from storage.queries.message_log import LoggedMessage, logged_messages


@dataclass(frozen=True, slots=True)
class MessageLine:
    """One message: its reader's user name, the channel it went or last tried, and how that ended (UTC)."""

    message: Message
    recipient: str
    channel: ChannelName | None
    last_outcome: str | None
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class MessagePage:
    """The newest messages; `more` says that there are older ones."""

    lines: tuple[MessageLine, ...]
    more: bool


def list_messages(
    house: House,
    *,
    actor: Actor,
    now: datetime,
    state: MessageState | None = None,
    person: str | None = None,
    most: int,
) -> MessagePage:
    """Return the newest messages, at most `most`, of one state or for one person where that is asked.

    Refuses an unknown person, and who may not see all people.
    """
    demand(actor, Verb.SEE_PEOPLE, Nearness.ANY)
    with house.store.read() as tx:
        directory = load_directory(tx, house, house.today(now))
        reader = directory.named(person) if person else None
        if person and reader is None:
            raise refuse(ProblemCode.PERSON_UNKNOWN, value=person)
        found = logged_messages(tx, state=state, person_id=reader.id if reader else None, most=most + 1)
    lines = tuple(_line(one, directory.name(one.message.person_id) or "?") for one in found[:most])
    return MessagePage(lines, len(found) > most)


def _line(logged: LoggedMessage, recipient: str) -> MessageLine:
    message = logged.message
    return MessageLine(
        message, recipient, message.channel or logged.last_channel, logged.last_outcome, logged.last_at
    )
