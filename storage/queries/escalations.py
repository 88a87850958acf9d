"""Escalations, their history, and blockers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, or_, select, update

from core.escalations import Blocker, Escalation, EscalationStep
from core.ladder import Delay, DelayUnit, Ladder, LadderRung, RungMode, Stage, StepKind
from storage.bulk import execute_many
from storage.store import Transaction
from storage.tables import blockers, escalation_steps, escalations

_ADD = insert(escalations)
_ADD_STEPS = insert(escalation_steps)
_CHANGE = update(escalations).where(
    escalations.c.id == bindparam("key_id"), escalations.c.version == bindparam("key_version")
)
"""Sets the columns whose values are given with it."""
_DUE = (
    select(escalations)
    .where(escalations.c.next_at <= bindparam("now"))
    .order_by(escalations.c.next_at, escalations.c.id)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True)
)


def due_escalations(tx: Transaction, now: datetime, most: int) -> list[Escalation]:
    """Return at most `most` escalations whose next moment has come, the longest waiting first.

    One that somebody is answering at this moment is left to them.
    """
    return [_escalation(row) for row in tx.execute(_DUE, {"now": now, "most": most})]


def next_climb(tx: Transaction) -> datetime | None:
    """Return the first moment at which an escalation moves by itself."""
    query = select(func.min(escalations.c.next_at)).where(escalations.c.next_at.is_not(None))
    moment: datetime | None = tx.execute(query).scalar_one()
    return moment


def any_climb_before(tx: Transaction, moment: datetime) -> bool:
    """Tell whether an escalation should have moved before `moment`."""
    query = select(escalations.c.id).where(escalations.c.next_at < moment).limit(1)
    return tx.execute(query).first() is not None


def add_escalations(tx: Transaction, rows: Sequence[Escalation]) -> None:
    """Store escalations that begin; their ids are given here."""
    execute_many(tx, _ADD, [_columns(row) for row in rows])


def escalation_by_id(tx: Transaction, escalation_id: int, *, lock: bool = False) -> Escalation | None:
    """Return an escalation; `lock` keeps others from changing it until the unit of work ends."""
    query = select(escalations).where(escalations.c.id == escalation_id)
    row = tx.execute(query.with_for_update() if lock else query).first()
    return _escalation(row) if row else None


def escalations_of(tx: Transaction, case_ids: Sequence[int]) -> dict[int, list[Escalation]]:
    """Return the escalations per case, in the order they began."""
    found: dict[int, list[Escalation]] = {case_id: [] for case_id in case_ids}
    query = select(escalations).where(escalations.c.case_id.in_(list(case_ids)))
    for row in tx.execute(query.order_by(escalations.c.id)):
        found[row.case_id].append(_escalation(row))
    return found


def held_by(tx: Transaction, person_ids: Iterable[int]) -> list[Escalation]:
    """Return the running escalations that wait for one of these people, the most urgent first."""
    query = (
        select(escalations)
        .where(escalations.c.holder_id.in_(list(person_ids)), escalations.c.next_at.is_not(None))
        .order_by(escalations.c.next_at, escalations.c.id)
    )
    return [_escalation(row) for row in tx.execute(query)]


def change_escalation(tx: Transaction, escalation: Escalation, **columns: object) -> Escalation | None:
    """Change an escalation that nobody changed meanwhile; None when somebody did."""
    values = columns | {"version": escalation.version + 1}
    key = {"key_id": escalation.id, "key_version": escalation.version}
    result = tx.execute(_CHANGE, key | values)
    return replace(escalation, **values) if result.rowcount == 1 else None  # type: ignore[arg-type]


def swap_ladder(tx: Transaction, escalation: Escalation, ladder: Ladder) -> None:
    """Give an escalation another way ahead; whose turn it is stays, so that it can answer."""
    tx.execute(
        update(escalations)
        .where(escalations.c.id == escalation.id, escalations.c.version == escalation.version)
        .values(ladder=_to_json(ladder))
    )


def add_steps(tx: Transaction, escalation_id: int, steps: Sequence[EscalationStep]) -> None:
    """Keep what happened in an escalation."""
    add_steps_of(tx, [(escalation_id, step) for step in steps])


def add_steps_of(tx: Transaction, steps: Sequence[tuple[int, EscalationStep]]) -> None:
    """Keep what happened in each of these escalations, by id."""
    execute_many(tx, _ADD_STEPS, [_step_columns(escalation_id, step) for escalation_id, step in steps])


def steps_of(tx: Transaction, escalation_id: int) -> list[EscalationStep]:
    """Return what happened in an escalation, in order."""
    query = select(escalation_steps).where(escalation_steps.c.escalation_id == escalation_id)
    return [
        EscalationStep(
            row.at, StepKind(row.kind), row.rung, row.person, row.by, row.reason, row.note, row.details
        )
        for row in tx.execute(query.order_by(escalation_steps.c.id))
    ]


def add_blocker(tx: Transaction, blocker: Blocker, *, now: datetime) -> int:
    """Store a blocker; return its id."""
    values = {name: value for name, value in asdict(blocker).items() if name != "id"}
    blocker_id: int = tx.execute(
        insert(blockers).values(**values, set_at=now).returning(blockers.c.id)
    ).scalar_one()
    return blocker_id


def end_blocker(tx: Transaction, blocker_id: int, through_on: date) -> bool:
    """Set the last day of a blocker; return whether there is such a one."""
    result = tx.execute(
        update(blockers)
        .where(blockers.c.id == blocker_id, blockers.c.withdrawn_at.is_(None))
        .values(through_on=through_on)
    )
    return result.rowcount == 1


def blockers_on(tx: Transaction, on: date) -> list[Blocker]:
    """Return the blockers that hold on a day or begin later."""
    query = select(blockers).where(
        blockers.c.withdrawn_at.is_(None), or_(blockers.c.through_on.is_(None), blockers.c.through_on >= on)
    )
    return [
        Blocker(
            row.id, row.kind, row.place, row.help_kind, row.region, row.from_on, row.through_on, row.set_by
        )
        for row in tx.execute(query.order_by(blockers.c.from_on, blockers.c.id))
    ]


def _columns(escalation: Escalation) -> dict[str, object]:
    return {
        "case_id": escalation.case_id,
        "norm": escalation.norm,
        "watched_on": escalation.watched_on,
        "ladder": _to_json(escalation.ladder),
        "stage": escalation.stage,
        "rung": escalation.rung,
        "holder_id": escalation.holder_id,
        "previous_id": escalation.previous_id,
        "held": escalation.held,
        "forecast": escalation.forecast,
        "began_at": escalation.began_at,
        "since_at": escalation.since_at,
        "next_at": escalation.next_at,
        "version": escalation.version,
    }


def _step_columns(escalation_id: int, step: EscalationStep) -> dict[str, object]:
    return {
        "escalation_id": escalation_id,
        "at": step.at,
        "kind": step.kind,
        "rung": step.rung,
        "person": step.person,
        "by": step.by,
        "reason": step.reason,
        "note": step.note,
        "details": dict(step.details),
    }


def _escalation(row: Row[Any]) -> Escalation:
    return Escalation(
        id=row.id,
        case_id=row.case_id,
        norm=row.norm,
        watched_on=row.watched_on,
        ladder=_from_json(row.ladder),
        stage=Stage(row.stage),
        rung=row.rung,
        holder_id=row.holder_id,
        previous_id=row.previous_id,
        held=row.held,
        forecast=row.forecast,
        began_at=row.began_at,
        since_at=row.since_at,
        next_at=row.next_at,
        version=row.version,
    )


@lru_cache(maxsize=1_000)
def _to_json(ladder: Ladder) -> list[dict[str, Any]]:
    """Return a ladder as it is stored; the same for many escalations, so nobody may change it."""
    return [asdict(rung) for rung in ladder]


def _from_json(kept: Iterable[Mapping[str, Any]]) -> Ladder:
    return tuple(
        LadderRung(
            code=rung["code"],
            who=rung["who"],
            mode=RungMode(rung["mode"]),
            at=_delay(rung["at"]),
            accept_within=_delay(rung["accept_within"]) or Delay(2),
            solve_within=_delay(rung["solve_within"]) or Delay(5),
            top=rung["top"],
            recheck=_delay(rung["recheck"]),
            form=rung["form"],
        )
        for rung in kept
    )


def _delay(kept: Mapping[str, Any] | None) -> Delay | None:
    return Delay(kept["count"], DelayUnit(kept["unit"])) if kept else None
