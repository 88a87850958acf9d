"""What the guard asks: which terms are due for a notice, and what it writes down when it has spoken."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, or_, select, update

from storage.bulk import execute_many
from storage.columns import Day
from storage.store import Transaction
from storage.tables import cases, postponements, terms


class DueTerm(NamedTuple):
    """A term of which something has to be said, with who holds its case; `due_on` is the guarded date."""

    case_id: int
    norm: str
    start_on: date
    due_on: date
    needed_by_on: date | None
    ends_on: date | None
    coupled: bool
    told_through_on: date | None
    organisation: str
    protector_id: int | None
    manager_id: int | None
    explained: bool = False
    party: str | None = None
    escalate_on: date | None = None


_DUE = (
    select(
        terms.c.case_id,
        terms.c.norm,
        terms.c.start_on,
        func.coalesce(terms.c.explained_on, terms.c.due_on, type_=Day()),
        terms.c.needed_by_on,
        terms.c.ends_on,
        terms.c.coupled,
        terms.c.told_through_on,
        cases.c.organisation,
        cases.c.protector_id,
        cases.c.manager_id,
        terms.c.explained_on.is_not(None),
        terms.c.party,
        terms.c.escalate_on,
    )
    .join(cases, cases.c.id == terms.c.case_id)
    .where(terms.c.next_notice_on <= bindparam("today"))
    .order_by(terms.c.next_notice_on)
    .limit(bindparam("most"))
)


def due_terms(tx: Transaction, today: date, most: int) -> list[DueTerm]:
    """Return at most `most` terms whose next notice is due by `today`, the longest waiting first."""
    return [DueTerm(*row) for row in tx.execute(_DUE, {"today": today, "most": most})]


_MOVE = (
    update(terms)
    .where(terms.c.case_id == bindparam("key_case"), terms.c.norm == bindparam("key_norm"))
    .values(told_through_on=bindparam("new_told"), next_notice_on=bindparam("new_next"))
)


def move_on(tx: Transaction, rows: Sequence[tuple[int, str, date | None, date | None]]) -> None:
    """Set for each (case id, norm) the day told through and the day of the next notice."""
    names = ("key_case", "key_norm", "new_told", "new_next")
    execute_many(tx, _MOVE, [dict(zip(names, row, strict=True)) for row in rows])


_FORGET = (
    update(terms)
    .where(terms.c.case_id == bindparam("key_case"), terms.c.norm == bindparam("key_norm"))
    .values(escalate_on=bindparam("new_day"))
)


def forget_climb(tx: Transaction, keys: Sequence[tuple[int, str]]) -> None:
    """Note for each (case id, norm) that its ladder has begun."""
    names = ("key_case", "key_norm", "new_day")
    execute_many(tx, _FORGET, [dict(zip(names, (*key, None), strict=True)) for key in keys])


def bring_forward(tx: Transaction, case_id: int, norm: str, on: date) -> None:
    """Let the guard look at a term on `on` at the latest."""
    later = or_(terms.c.next_notice_on.is_(None), terms.c.next_notice_on > on)
    tx.execute(
        update(terms)
        .where(terms.c.case_id == case_id, terms.c.norm == norm, terms.c.met_on.is_(None), later)
        .values(next_notice_on=on)
    )


def anything_due(tx: Transaction, today: date) -> bool:
    """Tell whether a term waits for the guard."""
    query = select(terms.c.case_id).where(terms.c.next_notice_on <= today).limit(1)
    return tx.execute(query).first() is not None


def next_notice_day(tx: Transaction) -> date | None:
    """Return the first day on which the guard has something to say."""
    query = select(func.min(terms.c.next_notice_on)).where(terms.c.next_notice_on.is_not(None))
    first: date | None = tx.execute(query).scalar_one()
    return first


def postpone(
    tx: Transaction, *, case_id: int, norm: str, person_id: int, until_on: date, now: datetime
) -> None:
    """Remember that a person wants to hear of a term again on `until_on`."""
    key = {"case_id": case_id, "norm": norm, "person_id": person_id}
    tx.execute(
        delete(postponements).where(
            postponements.c.case_id == case_id,
            postponements.c.norm == norm,
            postponements.c.person_id == person_id,
        )
    )
    tx.execute(postponements.insert().values(**key, until_on=until_on, set_at=now))


def postponed_until(tx: Transaction, case_ids: Sequence[int]) -> Mapping[tuple[int, str, int], date]:
    """Return for (case id, norm, person id) the day until which the person wants no reminder."""
    found: dict[tuple[int, str, int], date] = {}
    for start in range(0, len(case_ids), 500):
        chunk = case_ids[start : start + 500]
        for row in tx.execute(select(postponements).where(postponements.c.case_id.in_(chunk))):
            found[row.case_id, row.norm, row.person_id] = row.until_on
    return found


def end_postponements(tx: Transaction, case_id: int, norm: str | None = None) -> None:
    """Forget the postponements of a case, or of one of its terms."""
    query = delete(postponements).where(postponements.c.case_id == case_id)
    tx.execute(query if norm is None else query.where(postponements.c.norm == norm))
