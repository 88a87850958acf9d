"""Tells an administrator what did not arrive and what is running out; never about such a message itself."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clocktime import local_date
from core.norms import add_months
from core.outbox import Message, MessageKind, MessageState, NewNotice
from core.people import Person, Role
from core.workdays import WorkingCalendar
from services.house import House
from services.leases import Lease, require_lease
from services.notices import digest_moment, next_own_day
from services.scene import Scene, set_scene
from storage.queries.message_log import messages_by_ids, messages_of_kind
from storage.queries.outbox import add_message, add_notices, notices_of
from storage.queries.people import lock_person

RUNG = "operator"
GATHERING = timedelta(minutes=10)
"""For so long a message about trouble waits for more of it, since trouble seldom comes alone."""
HOLIDAYS_AHEAD = timedelta(days=183)
"""So long before the known holidays end it is time to do something about it."""
_LOOK_BACK = timedelta(days=7)
_ABOUT = "message:"


@dataclass(frozen=True, slots=True)
class TroubleView:
    """What did not or perhaps not arrive: for each user name the number of messages, the most first."""

    person: str
    failed: tuple[tuple[str, int], ...]
    uncertain: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class HolidaysView:
    """The days off are known through this local day only."""

    person: str
    known_through: date


def tell_trouble(scene: Scene, message: Message, state: MessageState) -> Person | None:
    """Let an administrator know that a message ended as `state`; return who will be told, None for nobody.

    All trouble of a day goes into one message; what comes after that was sent is told the next day.
    """
    operator = operator_for(scene, message)
    if operator is None:
        return None
    lock_person(scene.tx, operator.id)
    notice = NewNotice(f"{_ABOUT}{message.id}", RUNG, operator.id, state, scene.today)
    add_notices(scene.tx, [(notice, _carrier(scene, operator))], now=scene.now)
    return operator


def operator_for(scene: Scene, message: Message) -> Person | None:
    """Return the administrator who is told of trouble with a message: never its own reader, and reachable.

    Of trouble with a message about trouble nobody is told, or it would go round in circles.
    """
    if message.kind is MessageKind.TROUBLE:
        return None
    return next((one for one in _operators(scene) if one.id != message.person_id), None)


def _operators(scene: Scene) -> Iterable[Person]:
    return (one for one in scene.directory.administrators(scene.today) if one.reachable)


def _carrier(scene: Scene, operator: Person) -> int:
    """Return the id of the message that will carry it: one that waits, else a new one."""
    recent = messages_of_kind(scene.tx, operator.id, MessageKind.TROUBLE, scene.today - _LOOK_BACK)
    waiting = [message.id for message in recent if message.state is MessageState.PENDING]
    if waiting:
        return waiting[0]
    told_on = {_told_on(scene, one) for one in recent if one.state is not MessageState.WITHDRAWN}
    day_on = operator.days.first_on_or_after(scene.today, scene.rules.calendar)
    while day_on in told_on:
        day_on = next_own_day(operator, scene.rules, day_on)
    later = digest_moment(scene.rules, operator, day_on)
    send_after = scene.now + GATHERING if day_on == scene.today else later
    return add_message(
        scene.tx, operator.id, MessageKind.TROUBLE, day_on, send_after=send_after, now=scene.now
    )


def _told_on(scene: Scene, message: Message) -> date:
    return local_date(message.sent_at, scene.rules.zone) if message.sent_at else message.day_on


def view_trouble(scene: Scene, message: Message, person: Person) -> TroubleView | None:
    """Return what a message about trouble says; None when it concerns nobody any more."""
    told = {int(notice.subject.removeprefix(_ABOUT)): notice for notice in notices_of(scene.tx, message.id)}
    found = messages_by_ids(scene.tx, list(told))
    counts = {state: Counter[str]() for state in (MessageState.FAILED, MessageState.UNCERTAIN)}
    for missed in found.values():
        reader = scene.directory.person(missed.person_id)
        if reader and reader.revoked_at is None and missed.state in counts:
            counts[missed.state][reader.name] += 1
    failed, uncertain = (_most_first(names) for names in counts.values())
    return TroubleView(person.name, failed, uncertain) if failed or uncertain else None


def _most_first(names: Counter[str]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted(names.items(), key=lambda entry: (-entry[1], entry[0])))


def holidays_end_soon(calendar: WorkingCalendar, today: date) -> bool:
    """Tell whether the days off are known for less than half a year."""
    return calendar.known_through - today < HOLIDAYS_AHEAD


def warn_of_holidays(house: House, now: datetime, lease: Lease | None = None) -> None:
    """Put a warning in the outbox when the known days off end within half a year, once a month at most.

    Raises `LeaseLost` when another process has taken over.
    """
    today = house.today(now)
    if not holidays_end_soon(house.rules.calendar, today):
        return
    with house.store.write() as tx:
        require_lease(tx, lease)
        scene = set_scene(tx, house, now)
        operator = next(iter(_operators(scene)), None)
        if operator is None:
            return
        since_on = add_months(today, -1) + timedelta(days=1)
        if not any(
            messages_of_kind(tx, one, MessageKind.HOLIDAYS, since_on) for one in _administrators(scene)
        ):
            day_on = operator.days.first_on_or_after(today, house.rules.calendar)
            send_after = max(digest_moment(house.rules, operator, day_on), now)
            add_message(tx, operator.id, MessageKind.HOLIDAYS, day_on, send_after=send_after, now=now)


def _administrators(scene: Scene) -> list[int]:
    return [one.id for one in scene.directory.everybody() if Role.ADMINISTRATOR in one.roles]


def view_holidays(scene: Scene, person: Person) -> HolidaysView | None:
    """Return what the warning says; None when more days have become known since."""
    calendar = scene.rules.calendar
    soon = holidays_end_soon(calendar, scene.today)
    return HolidaysView(person.name, calendar.known_through) if soon else None
