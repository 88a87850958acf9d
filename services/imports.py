"""Imports case files: the same file twice changes nothing, a changed date moves its terms."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from core.cases import Case, CaseChange, KeptTerm
from core.errors import Problem, ProblemCode
from core.facts import ATTESTED_BY_FILE, Fact, FactKind, Fit, Told
from core.ledger import CaseLedger
from core.people import Actor
from core.rights import Nearness, Verb, may
from services.case_desk import stored_case
from services.case_differences import compare
from services.casefile import DATE_COLUMNS, CaseRow, RowReader, check_header
from services.couplings import tell_assigned
from services.derivation import new_terms, rederive
from services.house import House
from services.planning import is_backlog, recipients
from services.scene import Scene, set_scene
from services.term_shifts import TermShifts, shifts_between
from sheets import SheetRow, read_table
from storage.queries.cases import (
    add_cases,
    add_facts,
    add_terms,
    case_columns,
    change_case,
    changes_of,
    codes_of_organisation,
    facts_of,
    lock_cases,
    one_opening_at_a_time,
    reserve_case_ids,
    term_columns,
    terms_of,
    withdraw_fact,
)
from storage.queries.guard import due_terms
from storage.queries.office import leave_audit

CHUNK = 2000
MOST_DIFFERENT, MOST_NAMED = 200, 10_000
"""So many different refusals are named, and so many in all."""
_VALUES = {FactKind.COURSE_SET: ATTESTED_BY_FILE, FactKind.HELP_STARTED: Fit.ATTESTED.value}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did, or with `kept` False would do.

    `messages` is how many messages the next pass would send; `missing` are codes of running cases of the same
    institutions that the file does not name; `backlog` counts terms that were due before this installation
    began, `unknown` those of which the file says nothing; `unnamed` is how many refusals `refused` leaves
    out, since there were too many; `shifts` is what changed cases do to their terms.
    """

    rows: int
    created: int
    changed: int
    unchanged: int
    refused: tuple[Problem, ...]
    refused_rows: int
    messages: int
    missing: tuple[str, ...]
    backlog: int
    unknown: int
    kept: bool
    unnamed: int = 0
    shifts: TermShifts = field(default_factory=TermShifts)


@dataclass
class _Tally:
    """Counts while the rows go by."""

    rows: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    refused_rows: int = 0
    backlog: int = 0
    unknown: int = 0
    problems: list[Problem] = field(default_factory=list)
    kinds: set[object] = field(default_factory=set)
    unnamed: int = 0
    assigned: int = 0
    shifts: TermShifts = field(default_factory=TermShifts)
    seen: dict[str, int] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    organisations: set[str] = field(default_factory=set)

    def refuse(self, problems: Sequence[Problem]) -> None:
        self.refused_rows += 1
        for problem in problems:
            kind = (problem.code, problem.column, problem.value, repr(sorted(problem.details.items())))
            known = kind in self.kinds or len(self.kinds) < MOST_DIFFERENT
            if known and len(self.problems) < MOST_NAMED:
                self.kinds.add(kind)
                self.problems.append(problem)
            else:
                self.unnamed += 1


class _Undo(Exception):
    """Leaves a unit of work so that nothing of it is kept but the report."""

    def __init__(self, report: ImportReport) -> None:
        super().__init__()
        self.report = report


_Row = dict[str, object]


@dataclass(frozen=True, slots=True)
class _NewRows:
    """The rows of a chunk's new cases; only these outlive each, for the garbage collector's sake."""

    cases: list[_Row] = field(default_factory=list)
    facts: list[_Row] = field(default_factory=list)
    terms: list[_Row] = field(default_factory=list)


def import_cases(
    house: House,
    content: bytes,
    filename: str,
    *,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
    partial: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
) -> ImportReport:
    """Import a case file (CSV or XLSX) in one unit of work.

    Unless `partial`, nothing is kept when any row is refused; with `dry_run` nothing is kept at all.
    `progress` is told the number of rows done. Raises `Refused` for a file that is no table or has unknown
    columns.
    """
    table = read_table(content, filename, date_columns=frozenset(DATE_COLUMNS))
    check_header(table.header)
    try:
        with house.store.write() as tx:
            one_opening_at_a_time(tx)
            work = _Import(set_scene(tx, house, now), actor, filename)
            work.take(table.rows, progress)
            keep = not dry_run and (partial or not work.tally.refused_rows)
            report = work.report(kept=keep)
            work.end(report)
    except _Undo as undone:
        return undone.report
    return report


class _Import:
    """One import in its unit of work."""

    def __init__(self, scene: Scene, actor: Actor, filename: str) -> None:
        self._scene, self._actor = scene, actor
        self._source = f"bestand {filename}"[:120]
        self._filename = filename
        self._reader = RowReader(scene.rules, scene.directory, scene.today)
        self.tally = _Tally()

    def take(self, rows: Iterator[SheetRow], progress: Callable[[int], None]) -> None:
        """Take every row, chunk by chunk."""
        while chunk := list(islice(rows, CHUNK)):
            self._take_chunk(chunk)
            progress(self.tally.rows)

    def _take_chunk(self, chunk: list[SheetRow]) -> None:
        parsed = [row for sheet_row in chunk if (row := self._parse(sheet_row))]
        known = lock_cases(self._scene.tx, [row.code for row in parsed])
        self._create([row for row in parsed if row.code not in known])
        self._update([(row, known[row.code]) for row in parsed if row.code in known])

    def _parse(self, sheet_row: SheetRow) -> CaseRow | None:
        self.tally.rows += 1
        self.tally.named.add(sheet_row.cells.get("zaak", ""))
        row, problems = self._reader.read(sheet_row.line, sheet_row.cells)
        if row is not None:
            problems = self._demand(row)
        if row is None or problems:
            self.tally.refuse(problems)
            return None
        self.tally.seen[row.code] = row.line
        self.tally.organisations.add(row.organisation)
        return row

    def _demand(self, row: CaseRow) -> list[Problem]:
        if row.code in self.tally.seen:
            details: dict[str, object] = {"first_line": self.tally.seen[row.code]}
            return [Problem(ProblemCode.CASE_TWICE, details, row.line, "zaak", row.code)]
        near = Nearness.ORGANISATION if self._actor.organisation == row.organisation else Nearness.ANY
        if not may(self._actor, Verb.IMPORT, near):
            details = {"verb": Verb.IMPORT, "actor": self._actor.name}
            return [Problem(ProblemCode.NOT_ALLOWED, details, row.line, "gi", row.organisation)]
        return []

    def _create(self, rows: list[CaseRow]) -> None:
        if not rows:
            return
        ids = reserve_case_ids(self._scene.tx, len(rows))
        new = _NewRows()
        for case_id, row in zip(ids, rows, strict=True):
            self._add_case(new, case_id, row)
        add_cases(self._scene.tx, new.cases)
        add_facts(self._scene.tx, new.facts)
        add_terms(self._scene.tx, new.terms)
        self.tally.created += len(rows)

    def _add_case(self, new: _NewRows, case_id: int, row: CaseRow) -> None:
        scene, case = self._scene, _case_of(case_id, row)
        new.cases.append(
            {"id": case_id, **case_columns(case), "created_at": scene.now, "created_by": self._actor.name}
        )
        ledger = _ledger(row)
        new.facts.extend([self._fact(case_id, kind, told) for kind, told in ledger.items()])
        for kept in new_terms(scene, case, CaseLedger(ledger)):
            new.terms.append(term_columns(kept))
            self._count_backlog(kept)

    def _count_backlog(self, kept: KeptTerm) -> None:
        """Count what is listed once and never nagged; of an ended measure nothing is said at all."""
        if kept.next_notice_on is not None and is_backlog(self._scene.rules, kept.term.due_on):
            self.tally.backlog += 1
            self.tally.unknown += not kept.term.told

    def _fact(self, case_id: int, kind: FactKind, told: Told, measure_no: int = 1) -> _Row:
        """Return the columns of a fact that the file states; it has no items, details or notes."""
        return {
            "case_id": case_id,
            "kind": str(kind),
            "on": told.on,
            "value": told.value,
            "measure_no": measure_no,
            "source": self._source,
            "recorded_at": self._scene.now,
            "recorded_by": self._actor.name,
        }

    def _update(self, rows: list[tuple[CaseRow, Case]]) -> None:
        case_ids = [case.id for _, case in rows]
        facts, changes = facts_of(self._scene.tx, case_ids), changes_of(self._scene.tx, case_ids)
        for row, case in rows:
            if case.organisation != row.organisation:
                problem = Problem(ProblemCode.CASE_ELSEWHERE, self._where(case), row.line, "zaak", row.code)
                self.tally.refuse([problem])
            elif self._apply(row, case, facts[case.id], changes[case.id]):
                self.tally.changed += 1
            else:
                self.tally.unchanged += 1

    def _where(self, case: Case) -> dict[str, object]:
        """Name the institution that has the case only to who may see its cases."""
        near = Nearness.ORGANISATION if self._actor.organisation == case.organisation else Nearness.ANY
        return {"organisation": case.organisation if may(self._actor, Verb.SEE_CASE, near) else None}

    def _apply(self, row: CaseRow, case: Case, facts: list[Fact], changes: list[CaseChange]) -> bool:
        """Bring a known case to what its row states; return whether that changed anything."""
        differences = compare(row, case, facts, changes)
        if not differences:
            return False
        standing = [fact for fact in facts if fact.stands()]
        tx, now, by = self._scene.tx, self._scene.now, self._actor.name
        told = _ledger(row)
        for name, value in differences.fields.items():
            change_case(tx, case, name, value, now=now, by=by, source=self._source)
        for kind in differences.dates:
            if present := differences.replaced(kind, standing):
                withdraw_fact(tx, present.id, now=now, by=by)
            add_facts(tx, [self._fact(case.id, kind, told[kind], differences.measure_no(kind, standing))])
        fresh = stored_case(tx, case.id)
        before = [kept.term for kept in terms_of(tx, [case.id])[case.id]]
        after = [kept.term for kept in rederive(self._scene, fresh)]
        self.tally.shifts += shifts_between(before, after, self._scene.today)
        self._tell_new_protector(case, fresh)
        details = {"changed": sorted(differences.fields), "facts": sorted(differences.dates)}
        leave_audit(tx, actor=by, verb="import_change", subject=case.code, now=now, details=details)
        return True

    def _tell_new_protector(self, before: Case, after: Case) -> None:
        protector = self._scene.directory.person(after.protector_id)
        if protector and before.protector_id != after.protector_id:
            tell_assigned(self._scene, protector, after, by=self._actor.name)
            self.tally.assigned += 1

    def report(self, *, kept: bool) -> ImportReport:
        """Return what was done so far."""
        tally = self.tally
        missing = [
            code
            for organisation in sorted(tally.organisations)
            for code in codes_of_organisation(self._scene.tx, organisation, self._scene.today)
            if code not in tally.named
        ]
        return ImportReport(
            rows=tally.rows,
            created=tally.created,
            changed=tally.changed,
            unchanged=tally.unchanged,
            refused=tuple(tally.problems),
            refused_rows=tally.refused_rows,
            unnamed=tally.unnamed,
            messages=messages_of_next_pass(self._scene) + tally.assigned,
            missing=tuple(missing),
            backlog=tally.backlog,
            unknown=tally.unknown,
            kept=kept,
            shifts=tally.shifts,
        )

    def end(self, report: ImportReport) -> None:
        """Keep in counts that the file was imported, or leave so that nothing is kept."""
        if not report.kept:
            raise _Undo(report)
        details = {
            "rows": report.rows,
            "created": report.created,
            "changed": report.changed,
            "refused": report.refused_rows,
        }
        scene, subject = self._scene, self._filename[:120]
        leave_audit(
            scene.tx, actor=self._actor.name, verb="import", subject=subject, now=scene.now, details=details
        )


def messages_of_next_pass(scene: Scene) -> int:
    """Count the people to whom the next pass on a working day would send something."""
    pass_on = scene.rules.calendar.on_or_after(scene.today)
    rows = due_terms(scene.tx, pass_on, 1_000_000)
    return len(recipients(rows, scene.rules, scene.directory, pass_on))


def _case_of(case_id: int, row: CaseRow) -> Case:
    return Case(
        case_id,
        row.code,
        row.organisation,
        row.municipality,
        row.measure,
        row.family,
        row.protector_id,
        row.manager_id,
    )


def _ledger(row: CaseRow) -> dict[FactKind, Told]:
    """Return what a row states of each kind, with the value that the kind needs beside a date."""
    values = {FactKind.PROTECTOR_COUPLED: row.protector, **_VALUES}
    return {kind: Told(on, values.get(kind)) for kind, on in row.dates.items()}
