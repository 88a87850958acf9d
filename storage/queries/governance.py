"""What people decided about meetings, submissions, plans and oversight."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, delete, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from core.meeting_changes import NO_CHANGES, Change, Changes, Shift
from core.oversight import LadderStep
from core.planboard import Colour, Word
from core.submissions import Receipt
from storage.governance_tables import (
    answers,
    boxes,
    ladder,
    meetings,
    outcomes,
    receipts,
    shifts,
    steps,
    words,
)
from storage.store import Transaction

Dated = tuple[str, date]
"""A date of a series: its code and original date."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answered about a meeting; `who` comes instead, or for a mailbox."""

    person_id: int
    answer: str
    who: str
    version: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a dated matter ended; a later one corrects an earlier one."""

    value: str
    on: date
    at: datetime
    by: str


def _put(tx: Transaction, table: Table, key: Mapping[str, object], values: Mapping[str, object]) -> None:
    make = insert_sqlite if tx.dialect.name == "sqlite" else insert_postgresql
    new = make(table).values(**key, **values)
    tx.execute(new.on_conflict_do_update(index_elements=list(key), set_=dict(values)))


def changes_of(tx: Transaction, series: Iterable[str]) -> dict[str, Changes]:
    """Return what people changed of each series."""
    codes = list(series)
    rows: dict[str, dict[date, Change]] = {}
    for row in tx.execute(select(meetings).where(meetings.c.series.in_(codes))):
        values = dict(row._mapping)  # noqa: SLF001 - its public name
        del values["series"]
        rows.setdefault(row.series, {})[row.original_on] = Change(**values)
    moved: dict[str, list[Shift]] = {}
    for row in tx.execute(select(shifts).where(shifts.c.series.in_(codes)).order_by(shifts.c.id)):
        shift = Shift(row.after_on, row.days, row.withdrawn, row.changed_at)
        moved.setdefault(row.series, []).append(shift)
    return {
        code: Changes(rows.get(code, {}), tuple(moved.get(code, ())))
        if code in rows or code in moved
        else NO_CHANGES
        for code in codes
    }


def change_meeting(
    tx: Transaction, series: str, original_on: date, *, by: str, now: datetime, **columns: object
) -> None:
    """Change what is kept of an occurrence; its version goes up by one."""
    key = (meetings.c.series == series) & (meetings.c.original_on == original_on)
    values = {**columns, "changed_at": now, "changed_by": by}
    changed = tx.execute(update(meetings).where(key).values(version=meetings.c.version + 1, **values))
    if changed.rowcount == 0:
        new = {"series": series, "original_on": original_on, "added": False, "version": 1} | values
        tx.execute(insert(meetings).values(new))


def add_shift(tx: Transaction, series: str, after_on: date, days: int, *, by: str, now: datetime) -> None:
    """Let every occurrence after an original date come some days later."""
    values = {"series": series, "after_on": after_on, "days": days, "withdrawn": False}
    tx.execute(insert(shifts).values(values | {"changed_at": now, "changed_by": by}))


def withdraw_shifts(tx: Transaction, series: str, after_on: date, *, by: str, now: datetime) -> None:
    """Take back the shifts that began at an original date."""
    key = (shifts.c.series == series) & (shifts.c.after_on == after_on)
    values = {"withdrawn": True, "changed_at": now, "changed_by": by}
    tx.execute(update(shifts).where(key, shifts.c.withdrawn.is_(False)).values(values))


def put_answer(tx: Transaction, series: str, original_on: date, answer: Answer, now: datetime) -> None:
    """Keep what somebody answers, in place of an earlier answer."""
    key = {"series": series, "original_on": original_on, "person_id": answer.person_id}
    values = {"version": answer.version, "answer": answer.answer, "who": answer.who}
    _put(tx, answers, key, values | {"answered_at": now})


def answers_of(tx: Transaction, series: str, original_on: date) -> list[Answer]:
    """Return the answers about a meeting."""
    query = select(answers).where(answers.c.series == series, answers.c.original_on == original_on)
    return [Answer(row.person_id, row.answer, row.who, row.version) for row in tx.execute(query)]


def put_step(
    tx: Transaction, series: str, original_on: date, step: str, *, on: date, by: str, now: datetime
) -> None:
    """Keep that a step of a preparation is done."""
    key = {"series": series, "original_on": original_on, "step": step}
    _put(tx, steps, key, {"done_on": on, "done_by": by, "done_at": now})


def steps_done(tx: Transaction, series: str, original_on: date) -> dict[str, date]:
    """Return the steps that are done, each with its day."""
    return steps_done_at(tx, [(series, original_on)]).get((series, original_on), {})


def steps_done_at(tx: Transaction, dates: Iterable[Dated]) -> dict[Dated, dict[str, date]]:
    """Return the steps that are done of many dates at once; a date of which none is done is left out."""
    found: dict[Dated, dict[str, date]] = {}
    for row in _rows_at(tx, steps, dates):
        found.setdefault((row.series, row.original_on), {})[row.step] = row.done_on
    return found


def _rows_at(tx: Transaction, table: Table, dates: Iterable[Dated]) -> Iterator[Any]:
    """Yield the rows of these dates, in the order in which they were kept."""
    wanted = set(dates)
    if not wanted:
        return
    days = [on for _, on in wanted]
    query = select(table).where(
        table.c.series.in_({series for series, _ in wanted}),
        table.c.original_on.between(min(days), max(days)),
    )
    for row in tx.execute(query.order_by(table.c.id) if "id" in table.c else query):
        if (row.series, row.original_on) in wanted:
            yield row


def done_steps(tx: Transaction, series: Iterable[str]) -> dict[str, frozenset[tuple[date, str]]]:
    """Return of each series which steps are done: the original date of the meeting and the step."""
    found: dict[str, set[tuple[date, str]]] = {code: set() for code in series}
    for row in tx.execute(select(steps).where(steps.c.series.in_(found))):
        found[row.series].add((row.original_on, row.step))
    return {code: frozenset(done) for code, done in found.items()}


def add_receipt(tx: Transaction, series: str, original_on: date, receipt: Receipt) -> None:
    """Keep a receipt beside the earlier ones."""
    tx.execute(
        insert(receipts).values(
            series=series,
            original_on=original_on,
            organisation=receipt.organisation,
            value=receipt.value,
            received_on=receipt.received_on,
            recorded_at=receipt.recorded_at,
            recorded_by=receipt.recorded_by,
        )
    )


def receipts_of(tx: Transaction, series: str, original_on: date) -> list[Receipt]:
    """Return the receipts of one date, in the order they were recorded."""
    return receipts_at(tx, [(series, original_on)]).get((series, original_on), [])


def receipts_at(tx: Transaction, dates: Iterable[Dated]) -> dict[Dated, list[Receipt]]:
    """Return the receipts of many dates at once; a date without any is left out."""
    found: dict[Dated, list[Receipt]] = {}
    for row in _rows_at(tx, receipts, dates):
        receipt = Receipt(row.organisation, row.value, row.received_on, row.recorded_at, row.recorded_by)
        found.setdefault((row.series, row.original_on), []).append(receipt)
    return found


def add_word(tx: Transaction, plan: str, action: str, word: Word) -> None:
    """Keep a word about an action: its colour and why."""
    values = {"colour": word.colour, "why": word.why, "on": word.on, "at": word.at, "by": word.by}
    tx.execute(insert(words).values(plan=plan, action=action, **values))


def words_of(tx: Transaction, plan: str) -> dict[str, tuple[Word, ...]]:
    """Return the words about each action of a plan, in order."""
    found: dict[str, list[Word]] = {}
    for row in tx.execute(select(words).where(words.c.plan == plan).order_by(words.c.id)):
        found.setdefault(row.action, []).append(Word(Colour(row.colour), row.why, row.at, row.on, row.by))
    return {action: tuple(told) for action, told in found.items()}


def add_outcome(tx: Transaction, holder: str, code: str, outcome: Outcome) -> None:
    """Keep how a dated matter ended."""
    values = {"value": outcome.value, "on": outcome.on, "at": outcome.at, "by": outcome.by}
    tx.execute(insert(outcomes).values(holder=holder, code=code, **values))


def outcomes_of(tx: Transaction, holder: str) -> dict[str, Outcome]:
    """Return the outcome that counts of each dated matter of a plan or oversight."""
    query = select(outcomes).where(outcomes.c.holder == holder).order_by(outcomes.c.id)
    return {row.code: Outcome(row.value, row.on, row.at, row.by) for row in tx.execute(query)}


def add_ladder_step(tx: Transaction, oversight: str, step: LadderStep) -> None:
    """Keep a step of the intervention ladder."""
    tx.execute(
        insert(ladder).values(
            oversight=oversight,
            step=step.step,
            since_on=step.since_on,
            agreed=step.agreed,
            agreed_on=step.agreed_on,
            evidence=step.evidence,
            at=step.at,
            by=step.by,
        )
    )


def ladder_of(tx: Transaction, oversight: str) -> list[LadderStep]:
    """Return the steps that people recorded, in order."""
    query = select(ladder).where(ladder.c.oversight == oversight).order_by(ladder.c.id)
    return [
        LadderStep(row.step, row.since_on, row.agreed, row.agreed_on, row.evidence, row.at, row.by)
        for row in tx.execute(query)
    ]


def put_box(
    tx: Transaction, oversight: str, code: str, number: int, *, text: str, by: str, now: datetime
) -> None:
    """Keep the text of a box of a response; an empty one takes it away."""
    key = {"oversight": oversight, "code": code, "number": number}
    if text:
        _put(tx, boxes, key, {"text": text, "by": by, "at": now})
    else:
        same = [boxes.c[name] == value for name, value in key.items()]
        tx.execute(delete(boxes).where(*same))


def boxes_of(tx: Transaction, oversight: str, code: str) -> dict[int, str]:
    """Return the texts of a response by number."""
    query = select(boxes).where(boxes.c.oversight == oversight, boxes.c.code == code)
    return {row.number: row.text for row in tx.execute(query)}
