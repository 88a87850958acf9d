"""Cases, their facts and their terms."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from sqlalchemy import BindParameter, Row, Select, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from core.cases import Case, CaseChange, CaseRecord, KeptTerm
from core.facts import Fact, FactKind
from core.terms import Term
from storage.bulk import execute_many
from storage.store import Transaction
from storage.tables import case_changes, cases, facts, people, terms

_T = TypeVar("_T")

# What every press of a button asks is built once.
_IDS: BindParameter[Sequence[int]] = bindparam("ids", expanding=True)
_BY_CODE = select(cases).where(cases.c.code == bindparam("code"))
_LOCKED = select(cases).where(cases.c.id == bindparam("id")).with_for_update()
_FACTS = select(facts).where(facts.c.case_id.in_(_IDS)).order_by(facts.c.id)
_TERMS = select(terms).where(terms.c.case_id.in_(_IDS)).order_by(terms.c.norm)
_CHANGES = select(case_changes).where(case_changes.c.case_id.in_(_IDS)).order_by(case_changes.c.id)
_ADD_CASES, _ADD_FACTS, _ADD_TERMS = insert(cases), insert(facts), insert(terms)


def case_by_code(tx: Transaction, code: str) -> Case | None:
    """Return the case with that code."""
    row = tx.execute(_BY_CODE, {"code": code}).first()
    return _case(row) if row else None


def case_by_id(tx: Transaction, case_id: int) -> Case | None:
    """Return the case with that id."""
    row = tx.execute(select(cases).where(cases.c.id == case_id)).first()
    return _case(row) if row else None


def lock_case(tx: Transaction, case_id: int) -> Case | None:
    """Return the case, and keep others from changing it until the unit of work ends."""
    row = tx.execute(_LOCKED, {"id": case_id}).first()
    return _case(row) if row else None


def lock_cases(tx: Transaction, codes: Sequence[str]) -> dict[str, Case]:
    """Return the known cases among `codes`, and keep others from changing them meanwhile."""
    found: dict[str, Case] = {}
    for chunk in _chunks(sorted(codes)):
        query = select(cases).where(cases.c.code.in_(chunk)).order_by(cases.c.code)
        for row in tx.execute(query.with_for_update()):
            found[row.code] = _case(row)
    return found


def cases_by_ids(tx: Transaction, case_ids: Sequence[int]) -> dict[int, Case]:
    """Return the cases with those ids."""
    found: dict[int, Case] = {}
    for chunk in _chunks(case_ids):
        for row in tx.execute(select(cases).where(cases.c.id.in_(chunk))):
            found[row.id] = _case(row)
    return found


def codes_of_organisation(tx: Transaction, organisation: str, running_on: date) -> list[str]:
    """Return the codes of the institution's cases that have not ended by `running_on`."""
    ended = (
        select(terms.c.case_id).where(terms.c.case_id == cases.c.id, terms.c.ends_on <= running_on).exists()
    )
    query = select(cases.c.code).where(cases.c.organisation == organisation, ~ended).order_by(cases.c.code)
    return list(tx.execute(query).scalars())


def add_case(tx: Transaction, case: Case, *, now: datetime, by: str) -> int | None:
    """Store a case; return its id, or None when somebody was first with that code."""
    make = insert_sqlite if tx.dialect.name == "sqlite" else insert_postgresql
    new = make(cases).values(**case_columns(case), created_at=now, created_by=by)
    return tx.execute(new.on_conflict_do_nothing().returning(cases.c.id)).scalar()


def case_columns(case: Case) -> dict[str, object]:
    """Return the columns of a case apart from its id."""
    return {
        "code": case.code,
        "organisation": case.organisation,
        "municipality": case.municipality,
        "measure": case.measure,
        "family": case.family,
        "protector_id": case.protector_id,
        "manager_id": case.manager_id,
    }


def one_opening_at_a_time(tx: Transaction) -> None:
    """Let others who open cases wait until this unit of work ends; on SQLite every writer waits already."""
    if tx.dialect.name == "postgresql":
        tx.execute(select(func.pg_advisory_xact_lock(_OPENING)))


_OPENING = 7_041_313


def reserve_case_ids(tx: Transaction, count: int) -> list[int]:
    """Return ids for that many new cases, which nobody else gets."""
    if tx.dialect.name == "postgresql":
        sequence = func.pg_get_serial_sequence("cases", "id")
        numbers = select(func.nextval(sequence)).select_from(func.generate_series(1, count))
        return list(tx.execute(numbers).scalars())
    highest: int = tx.execute(select(func.coalesce(func.max(cases.c.id), 0))).scalar_one()
    return list(range(highest + 1, highest + 1 + count))


def add_cases(tx: Transaction, rows: Sequence[dict[str, object]]) -> None:
    """Store many cases, ids included."""
    execute_many(tx, _ADD_CASES, rows)


def change_case(
    tx: Transaction, case: Case, field: str, new: object, *, now: datetime, by: str, source: str = ""
) -> None:
    """Change one column of a case and keep what it was."""
    old = getattr(case, field)
    tx.execute(update(cases).where(cases.c.id == case.id).values({field: new}))
    tx.execute(
        insert(case_changes).values(
            case_id=case.id,
            field=field,
            old=None if old is None else str(old),
            new=None if new is None else str(new),
            source=source,
            at=now,
            by=by,
        )
    )


def changes_of(tx: Transaction, case_ids: Sequence[int]) -> dict[int, list[CaseChange]]:
    """Return the changes per case, in the order they were made."""
    found: dict[int, list[CaseChange]] = {case_id: [] for case_id in case_ids}
    for chunk in _chunks(case_ids):
        for row in tx.execute(_CHANGES, {"ids": chunk}):
            change = CaseChange(row.field, row.old, row.new, row.source, row.at, row.by)
            found[row.case_id].append(change)
    return found


def facts_of(tx: Transaction, case_ids: Sequence[int]) -> dict[int, list[Fact]]:
    """Return the facts per case, withdrawn ones too, in the order they were recorded."""
    found: dict[int, list[Fact]] = {case_id: [] for case_id in case_ids}
    for chunk in _chunks(case_ids):
        for row in tx.execute(_FACTS, {"ids": chunk}):
            found[row.case_id].append(_fact(row))
    return found


def add_facts(tx: Transaction, rows: Sequence[dict[str, object]]) -> None:
    """Store facts (columns of the table, without id)."""
    execute_many(tx, _ADD_FACTS, rows)


def withdraw_fact(tx: Transaction, fact_id: int, *, now: datetime, by: str) -> bool:
    """Withdraw a fact that stands; return whether it still stood."""
    result = tx.execute(
        update(facts)
        .where(facts.c.id == fact_id, facts.c.withdrawn_at.is_(None))
        .values(withdrawn_at=now, withdrawn_by=by)
    )
    return result.rowcount == 1


def terms_of(tx: Transaction, case_ids: Sequence[int]) -> dict[int, list[KeptTerm]]:
    """Return the kept terms per case, in the order of their norm's code."""
    found: dict[int, list[KeptTerm]] = {case_id: [] for case_id in case_ids}
    for chunk in _chunks(case_ids):
        for row in tx.execute(_TERMS, {"ids": chunk}):
            found[row.case_id].append(kept_term(row))
    return found


def add_terms(tx: Transaction, rows: Sequence[dict[str, object]]) -> None:
    """Store terms (columns of the table)."""
    execute_many(tx, _ADD_TERMS, rows)


def replace_terms(tx: Transaction, case_id: int, rows: Sequence[dict[str, object]]) -> None:
    """Replace all terms of a case."""
    tx.execute(delete(terms).where(terms.c.case_id == case_id))
    add_terms(tx, rows)


def term_columns(kept: KeptTerm) -> dict[str, object]:
    """Return the columns of a term."""
    term = kept.term
    return {
        "case_id": kept.case_id,
        "norm": term.norm,
        "start_on": term.start_on,
        "start_from": str(term.start_from),
        "stand_in": term.stand_in,
        "due_on": term.due_on,
        "strict_on": term.strict_on,
        "atw_due_on": term.atw_due_on,
        "needed_by_on": term.needed_by_on,
        "statutory_due_on": term.statutory_due_on,
        "met_on": term.met_on,
        "ends_on": term.ends_on,
        "missing": ",".join(term.missing),
        "told": term.told,
        "coupled": term.coupled,
        "version": kept.version,
        "told_through_on": kept.told_through_on,
        "next_notice_on": kept.next_notice_on,
        "explained_on": term.explained_on,
        "explanations": term.explanations,
        "expected_on": term.expected_on,
        "party": term.party,
        "escalate_on": kept.escalate_on,
    }


def case_record(tx: Transaction, case: Case) -> CaseRecord:
    """Return all that is kept of a case."""
    return CaseRecord(
        case=case,
        facts=tuple(facts_of(tx, [case.id])[case.id]),
        terms=tuple(terms_of(tx, [case.id])[case.id]),
        changes=tuple(changes_of(tx, [case.id])[case.id]),
    )


def cases_page(
    tx: Transaction,
    *,
    organisations: Iterable[str] | None = None,
    municipality: str | None = None,
    held_by: Iterable[int] | None = None,
    teams: Iterable[tuple[str, str]] = (),
    running_on: date | None = None,
    after_code: str | None = None,
    limit: int | None = None,
) -> list[Case]:
    """Return cases in order of code.

    `held_by`: protector or manager among these people; `teams`: or held by somebody of such an
    (organisation, team). `running_on`: only those whose measure has not ended by then.
    """
    query = select(cases)
    if organisations is not None:
        query = query.where(cases.c.organisation.in_(list(organisations)))
    if municipality is not None:
        query = query.where(cases.c.municipality == municipality)
    if held_by is not None:
        query = _held(query, list(held_by), teams)
    if running_on is not None:
        ended = select(terms.c.case_id).where(terms.c.case_id == cases.c.id, terms.c.ends_on <= running_on)
        query = query.where(~ended.exists())
    if after_code is not None:
        query = query.where(cases.c.code > after_code)
    rows = tx.execute(query.order_by(cases.c.code).limit(limit))
    return [_case(row) for row in rows]


def _held(query: Select[Any], ids: list[int], teams: Iterable[tuple[str, str]]) -> Select[Any]:
    conditions = [cases.c.protector_id.in_(ids), cases.c.manager_id.in_(ids)]
    for team in teams:
        members = select(people.c.id).where(people.c.organisation == team[0], people.c.team == team[1])
        conditions.append(cases.c.protector_id.in_(members))
    return query.where(or_(*conditions))


def kept_term(row: Row[Any]) -> KeptTerm:
    """Read a term from a row with the columns of the table."""
    term = Term(
        norm=row.norm,
        start_on=row.start_on,
        start_from=FactKind(row.start_from),
        stand_in=row.stand_in,
        due_on=row.due_on,
        strict_on=row.strict_on,
        atw_due_on=row.atw_due_on,
        needed_by_on=row.needed_by_on,
        statutory_due_on=row.statutory_due_on,
        met_on=row.met_on,
        ends_on=row.ends_on,
        missing=tuple(FactKind(kind) for kind in row.missing.split(",") if kind),
        told=row.told,
        coupled=row.coupled,
        explained_on=row.explained_on,
        explanations=row.explanations,
        expected_on=row.expected_on,
        party=row.party,
    )
    return KeptTerm(row.case_id, term, row.version, row.told_through_on, row.next_notice_on, row.escalate_on)


def _case(row: Row[Any]) -> Case:
    return Case(
        row.id,
        row.code,
        row.organisation,
        row.municipality,
        row.measure,
        row.family,
        row.protector_id,
        row.manager_id,
    )


def _fact(row: Row[Any]) -> Fact:
    return Fact(
        id=row.id,
        kind=FactKind(row.kind),
        on=row.on,
        value=row.value,
        measure_no=row.measure_no,
        source=row.source,
        recorded_at=row.recorded_at,
        recorded_by=row.recorded_by,
        withdrawn_at=row.withdrawn_at,
        withdrawn_by=row.withdrawn_by,
        item=row.item,
        detail=row.detail,
        note=row.note,
    )


def _chunks(items: Sequence[_T], size: int = 500) -> Iterable[Sequence[_T]]:
    return (items[start : start + size] for start in range(0, len(items), size))
