"""The guard of governance: unfolds what lies ahead, and writes what is due into the one outbox."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from core.outbox import NewNotice
from core.oversight import Oversight
from core.planboard import Plan
from core.workdays import LAST_DAY
from services.governance.matters import NO_DAY, Matter, MatterKind, Matters, Ref, refs_of
from services.governance.tellings import Telling, audience_of, tellings
from services.house import House
from services.leases import Lease, require_lease
from services.notices import write_notices
from services.scene import Scene, set_scene
from storage.queries.governance_items import Item, due_items, items_of, move_items, put_items
from storage.queries.office import note_pass

BATCH = 1000
_HORIZON = "horizon"
_AHEAD = timedelta(days=200)
_BEHIND = timedelta(days=30)


def governance_pass(house: House, now: datetime, lease: Lease | None = None) -> int:
    """Write every notice of governance that is due by the local day of `now`; return how many.

    What was missed is said once. Each batch is one unit of work.
    """
    written = 0
    while True:
        done, notices = _batch(house, now, lease)
        written += notices
        if not done:
            return written


def _batch(house: House, now: datetime, lease: Lease | None) -> tuple[int, int]:
    with house.store.write() as tx:
        require_lease(tx, lease)
        today = house.today(now)
        rows = due_items(tx, today, BATCH)
        if not rows:
            return 0, 0
        scene = set_scene(tx, house, now)
        matters = Matters(scene)
        notices: dict[tuple[str, int], NewNotice] = {}
        moves = []
        for row in rows:
            if row.kind == _HORIZON:
                unfold(matters)
                continue
            told, next_on = _owed(matters, row)
            notices |= told
            moves.append((row.id, today, next_on))
        move_items(tx, moves)
        write_notices(scene, notices.values())
        note_pass(tx, "governance", now, f"notices={len(notices)}")
        return len(rows), len(notices)


def start_governance(house: House, now: datetime) -> None:
    """Let the guard begin with what is configured: what lies behind is never told."""
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        unfold(Matters(scene))


def unfold(matters: Matters) -> None:
    """Keep an item for everything of which something may be told, and look again tomorrow.

    What had passed when it was configured is never told.
    """
    scene = matters.scene
    today = scene.today
    known = {
        (row.kind, row.code, row.original_on, row.part)
        for kind in MatterKind
        for row in items_of(scene.tx, kind)
    }
    silent = today - timedelta(days=1)
    rows = [
        Item(ref.kind, ref.code, ref.original_on, ref.part, silent, today if due_on >= today else None)
        for ref, due_on in _ahead(matters)
        if (ref.kind.value, ref.code, ref.original_on, ref.part) not in known
    ]
    tomorrow = min(today + timedelta(days=1), LAST_DAY)
    rows.append(Item(_HORIZON, "", NO_DAY, "", None, tomorrow))
    put_items(scene.tx, rows)


def _ahead(matters: Matters) -> Iterable[tuple[Ref, date]]:
    today = matters.scene.today
    for occurrence in matters.between(today - _BEHIND, min(today + _AHEAD, LAST_DAY)):
        yield from ((ref, occurrence.sorted_on) for ref in refs_of(matters, occurrence))
    for plan in matters.agreed.plans.values():
        for action in plan.actions:
            yield Ref(MatterKind.ACTION, plan.code, NO_DAY, action.code), action.period.latest_on
    holders: list[Plan | Oversight] = [*matters.agreed.plans.values(), *matters.agreed.oversight.values()]
    for holder in holders:
        for deadline in holder.deadlines:
            yield Ref(MatterKind.DEADLINE, holder.code, NO_DAY, deadline.code), deadline.when.latest_on


def _owed(matters: Matters, row: Item) -> tuple[dict[tuple[str, int], NewNotice], date | None]:
    scene = matters.scene
    ref = Ref(MatterKind(row.kind), row.code, row.original_on, row.part)
    matter = matters.get(ref)
    if matter is None:
        return {}, None
    told: dict[tuple[str, int], NewNotice] = {}
    coming = None
    for telling in tellings(matter, scene.rules.calendar, scene.today):
        if telling.on > scene.today:
            coming = telling.on
            break
        if row.told_through_on is None or telling.on > row.told_through_on:
            told |= _notices(scene, matter, telling)
    return told, coming


def _notices(scene: Scene, matter: Matter, telling: Telling) -> dict[tuple[str, int], NewNotice]:
    subject = matter.ref.subject(matter.version)
    return {
        (subject, person.id): NewNotice(
            subject=subject,
            rung=telling.audience,
            person_id=person.id,
            occasion=telling.occasion,
            occasion_on=telling.on,
        )
        for person in audience_of(scene, matter, telling)
    }
