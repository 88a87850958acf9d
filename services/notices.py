"""The guard: finds the terms of which something is due, and writes notices into messages."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clocktime import local_moment
from core.outbox import Message, MessageKind, MessageState, NewNotice
from core.people import Person
from core.rules import Rules
from services.house import House
from services.leases import Lease, require_lease
from services.planning import Postponed, plan_term
from services.scene import Scene, set_scene
from storage.queries.guard import DueTerm, due_terms, move_on, postponed_until
from storage.queries.office import note_pass
from storage.queries.outbox import add_message, add_notices, digests_of_day, ensure_digest

BATCH = 4000


@dataclass(frozen=True, slots=True)
class GuardPass:
    """What one pass did."""

    terms: int
    notices: int


def guard_pass(house: House, now: datetime, lease: Lease | None = None) -> GuardPass:
    """Write every notice that is due by the local day of `now`; what was missed is said once.

    Each batch is one unit of work, so that a crash repeats or loses none. Raises `LeaseLost` when another
    process has taken over.
    """
    told = written = 0
    while True:
        batch = _guard_batch(house, now, lease)
        told, written = told + batch.terms, written + batch.notices
        if batch.terms < BATCH:
            break
    with house.store.write() as tx:
        note_pass(tx, "guard", now, f"terms={told} notices={written}")
    return GuardPass(told, written)


def _guard_batch(house: House, now: datetime, lease: Lease | None) -> GuardPass:
    with house.store.write() as tx:
        require_lease(tx, lease)
        rows = due_terms(tx, house.today(now), BATCH)
        if not rows:
            return GuardPass(0, 0)
        scene = set_scene(tx, house, now)
        postponed = postponed_until(tx, [row.case_id for row in rows])
        notices = _plan_and_move(scene, rows, postponed)
        write_notices(scene, notices)
    return GuardPass(len(rows), len(notices))


def _plan_and_move(scene: Scene, rows: Sequence[DueTerm], postponed: Postponed) -> list[NewNotice]:
    notices: list[NewNotice] = []
    moves: list[tuple[int, str, date | None, date | None]] = []
    for row in rows:
        planned = plan_term(row, scene.rules, scene.directory, scene.today, postponed)
        notices.extend(planned.notices)
        moves.append((row.case_id, row.norm, scene.today, planned.next_notice_on))
    move_on(scene.tx, moves)
    return notices


def write_notices(scene: Scene, notices: Iterable[NewNotice]) -> None:
    """Store notices, each in its person's digest, or in a message of its own when it cannot wait."""
    by_person: dict[int, list[NewNotice]] = {}
    for notice in notices:
        by_person.setdefault(notice.person_id, []).append(notice)
    digests = digests_of_day(scene.tx, scene.today, list(by_person), lock=True)
    carried: list[tuple[NewNotice, int]] = []
    for person_id, theirs in by_person.items():
        person = scene.directory.person(person_id)
        if person is None:
            continue
        mailroom = _Mailroom(scene, person, digests.get(person_id))
        carried.extend((notice, mailroom.message_for(notice)) for notice in theirs)
    add_notices(scene.tx, carried, now=scene.now)


_NOT_GONE = (MessageState.PENDING, MessageState.WITHDRAWN)


class _Mailroom:
    """Chooses the message that carries a notice for one person, and makes each at most once."""

    def __init__(self, scene: Scene, person: Person, digest_of_today: Message | None) -> None:
        self._scene, self._person = scene, person
        self._ids: dict[tuple[MessageKind, date], int] = {}
        self._gone = digest_of_today is not None and digest_of_today.state not in _NOT_GONE

    def message_for(self, notice: NewNotice) -> int:
        """Return the id of the message that carries this notice."""
        today = self._scene.today
        day_on = self._day_for(notice)
        if not (self._gone and day_on == today):
            return self._message(MessageKind.DIGEST, day_on)
        next_on = next_own_day(self._person, self._scene.rules, today)
        if notice.due_on is not None and today <= notice.due_on <= next_on:
            return self._message(MessageKind.URGENT, today)
        return self._message(MessageKind.DIGEST, next_on)

    def _day_for(self, notice: NewNotice) -> date:
        calendar, today = self._scene.rules.calendar, self._scene.today
        own_on = self._person.days.first_on_or_after(today, calendar)
        too_late = notice.due_on is not None and today <= notice.due_on < own_on
        return today if too_late and calendar.is_working_day(today) else own_on

    def _message(self, kind: MessageKind, day_on: date) -> int:
        key = (kind, day_on)
        if key not in self._ids:
            self._ids[key] = self._urgent(day_on) if kind is MessageKind.URGENT else self._digest(day_on)
        return self._ids[key]

    def _urgent(self, day_on: date) -> int:
        now = self._scene.now
        return add_message(
            self._scene.tx, self._person.id, MessageKind.URGENT, day_on, send_after=now, now=now
        )

    def _digest(self, day_on: date) -> int:
        return digest_for(self._scene, self._person, day_on)


def digest_for(scene: Scene, person: Person, day_on: date) -> int:
    """Return the id of a person's digest of a day, made when there is none."""
    send_after = max(digest_moment(scene.rules, person, day_on), scene.now)
    return ensure_digest(scene.tx, person.id, day_on, send_after=send_after, now=scene.now).id


def next_own_day(person: Person, rules: Rules, today: date) -> date:
    """Return the person's next own working day after `today`."""
    return person.days.first_on_or_after(today + timedelta(days=1), rules.calendar)


def digest_moment(rules: Rules, person: Person, day_on: date) -> datetime:
    """Return the moment at which a person's digest of a day goes out."""
    return local_moment(day_on, person.send_at or rules.notices.send_at, rules.zone)
