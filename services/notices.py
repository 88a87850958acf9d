"""The guard: finds the terms of which something is due, and writes notices into messages."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clocktime import local_moment
from core.outbox import MessageKind, MessageState, NewNotice
from core.people import Person
from core.rules import Rules
from services.arming import arm
from services.climbing import climb_pass
from services.house import House
from services.leases import Lease, require_lease
from services.planning import Postponed, plan_term
from services.scene import Scene, set_scene
from storage.queries.guard import DueTerm, due_terms, move_on, postponed_until
from storage.queries.office import note_pass
from storage.queries.outbox import add_message, add_notices, digests_of_day, ensure_digests

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
    climbed = climb_pass(house, now, lease)
    with house.store.write() as tx:
        note_pass(tx, "guard", now, f"terms={told} notices={written} climbed={climbed}")
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
        write_notices(scene, [*notices, *arm(scene, rows)])
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
    addressed = [
        (notice, person) for notice in notices if (person := scene.directory.person(notice.person_id))
    ]
    people = {person.id: person for _, person in addressed}
    digests = digests_of_day(scene.tx, scene.today, list(people), lock=True)
    gone = {person_id for person_id, digest in digests.items() if digest.state not in _NOT_GONE}
    chosen = [
        (notice, _carrier(scene, person, notice, gone=person.id in gone)) for notice, person in addressed
    ]
    ids = _messages_for(scene, people, dict.fromkeys(carrier for _, carrier in chosen))
    add_notices(scene.tx, [(notice, ids[carrier]) for notice, carrier in chosen], now=scene.now)


_NOT_GONE = (MessageState.PENDING, MessageState.WITHDRAWN)

_Carrier = tuple[int, MessageKind, date]
"""For whom a message is, its kind and its day."""


def _carrier(scene: Scene, person: Person, notice: NewNotice, *, gone: bool) -> _Carrier:
    """Return which message carries a notice; `gone` says that today's digest cannot any more."""
    day_on = _day_for(scene, person, notice)
    if not (gone and day_on == scene.today):
        return person.id, MessageKind.DIGEST, day_on
    next_on = next_own_day(person, scene.rules, scene.today)
    if notice.due_on is not None and scene.today <= notice.due_on <= next_on:
        return person.id, MessageKind.URGENT, scene.today
    return person.id, MessageKind.DIGEST, next_on


def _day_for(scene: Scene, person: Person, notice: NewNotice) -> date:
    calendar, today = scene.rules.calendar, scene.today
    own_on = person.days.first_on_or_after(today, calendar)
    too_late = notice.due_on is not None and today <= notice.due_on < own_on
    return today if too_late and calendar.is_working_day(today) else own_on


def _messages_for(
    scene: Scene, people: Mapping[int, Person], carriers: Iterable[_Carrier]
) -> dict[_Carrier, int]:
    """Return the id of each message, made when there is none."""
    ids: dict[_Carrier, int] = {}
    wanted: dict[tuple[int, date], datetime] = {}
    now = scene.now
    for person_id, kind, day_on in carriers:
        if kind is MessageKind.DIGEST:
            wanted[person_id, day_on] = _send_after(scene, people[person_id], day_on)
        else:
            message_id = add_message(scene.tx, person_id, kind, day_on, send_after=now, now=now)
            ids[person_id, kind, day_on] = message_id
    for (person_id, day_on), digest in ensure_digests(scene.tx, wanted, now=now).items():
        ids[person_id, MessageKind.DIGEST, day_on] = digest.id
    return ids


def _send_after(scene: Scene, person: Person, day_on: date) -> datetime:
    return max(digest_moment(scene.rules, person, day_on), scene.now)


def digest_for(scene: Scene, person: Person, day_on: date) -> int:
    """Return the id of a person's digest of a day, made when there is none."""
    wanted = {(person.id, day_on): _send_after(scene, person, day_on)}
    return ensure_digests(scene.tx, wanted, now=scene.now)[person.id, day_on].id


def next_own_day(person: Person, rules: Rules, today: date) -> date:
    """Return the person's next own working day after `today`."""
    return person.days.first_on_or_after(today + timedelta(days=1), rules.calendar)


def digest_moment(rules: Rules, person: Person, day_on: date) -> datetime:
    """Return the moment at which a person's digest of a day goes out."""
    return local_moment(day_on, person.send_at or rules.notices.send_at, rules.zone)
