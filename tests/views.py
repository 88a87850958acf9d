"""Views as the outbox and the bot hand them to a template: usual ones, and the fullest and most hostile."""

from dataclasses import replace
from datetime import date, time, timedelta

from core.cases import Case
from core.facts import FactKind, Told
from core.groups import GroupScope, Hears
from core.ledger import CaseLedger
from core.norms import BUILT_IN_NORMS, Norm, NormBook
from core.occurrences import MeetingStatus, Occurrence
from core.rules import Rules
from core.series import Series, SeriesKind
from core.terms import derive_terms
from core.workdays import WorkingCalendar
from services.actions import ActionVerb, Offered
from services.case_views import CaseView, TermView, view_term
from services.digests import DigestLine, DigestView
from services.governance.changed import ChangedView
from services.governance.groups import GroupEnd, GroupEndedView
from services.governance.hearing import as_heard
from services.governance.lines import GovernanceLine
from services.governance.matters import Ref
from services.message_views import AssignedView
from services.trouble import TroubleView

TODAY = date(2026, 9, 7)
RULES = Rules(calendar=WorkingCalendar())
CODE = "GIA-2026-0001"
HOSTILE = '<script>alert("{{ 7 * 7 }}")</script> & Jan\'s'
LONGEST_CODE = "ABCDEF-2026-000001"
HOSTILE_CODE = "<b>&'{{ 7 * 7 }}-2026-000000000000000001"
"""As long as a case code can be, in a form that only a careless configuration would allow."""
LONGEST_NAME = "jb-" + "x" * 61


def some_terms(today: date = TODAY, rules: Rules = RULES, **dates: str) -> list[TermView]:
    """Return the terms of a case with these dates by name of `FactKind`."""
    given = {"in_kennis_gesteld": "2026-09-02", "uitspraak": "2026-09-01"} | dates
    ledger = {FactKind(kind): Told(date.fromisoformat(on)) for kind, on in given.items()}
    terms = derive_terms(CaseLedger(ledger), rules.norms, rules.calendar)
    return [view_term(term, None, rules, today) for term in terms]


def offers_of(norm: str, *kinds: FactKind, code: str = CODE) -> tuple[Offered, ...]:
    """Return an offer to record each kind, and one to open the case."""
    term = norm if norm.isdigit() else "x"
    record = ActionVerb.RECORD
    made = [Offered(record, f"doe-{term}-{n}", code, norm, kind) for n, kind in enumerate(kinds)]
    return (*made, Offered(ActionVerb.OPEN, f"kijk-{term}", code, norm))


def a_line(
    term: TermView,
    *codes: str,
    protector: str | None = None,
    nobody: bool = False,
    offers: tuple[Offered, ...] | None = None,
) -> DigestLine:
    """Return a line of a digest about a term of these cases."""
    codes = codes or (CODE,)
    if offers is None:
        offers = offers_of(term.norm.code, *term.term.missing, code=codes[0])
    return DigestLine(codes, term, protector, nobody, offers, (1,))


def a_digest(*lines: DigestLine, **counts: object) -> DigestView:
    """Return a digest of these lines."""
    everything = Offered(ActionVerb.TODAY, "alles", "")
    values = {"more": 0, "older": 0, "backlog": 0, "everything": everything} | counts
    return DigestView("jb-1", TODAY, lines, **values)  # type: ignore[arg-type]


def a_case_view(terms: list[TermView], **changed: object) -> CaseView:
    """Return a case with these terms."""
    case = Case(1, CODE, "GIA", "hoorn", "ots", None, 1, 2)
    names = ("Instelling A", "Hoorn", "ondertoezichtstelling", "jb-1", "tm-1")
    view = CaseView(case, *names, tuple(terms), {}, (), (), TODAY, may_record=True, may_couple=False)
    return replace(view, **changed)  # type: ignore[arg-type]


def an_assignment(by: str = "tm-1") -> AssignedView:
    """Return what somebody is told of a case that is now theirs."""
    terms = some_terms(gekoppeld="2026-09-07")
    offers = [offer for term in terms for offer in offers_of(term.norm.code, *term.term.missing)[:-1]]
    opening = Offered(ActionVerb.OPEN, "kijk", CODE)
    return AssignedView("jb-1", by, a_case_view(terms), (*offers, opening))


def usual_digest() -> DigestView:
    """Return a digest with something to save, siblings, something late, and something settled."""
    first, course, _ = some_terms()
    late, *_ = some_terms(in_kennis_gesteld="2026-08-25", uitspraak="2026-08-24")
    return a_digest(
        a_line(first, nobody=True),
        a_line(course, "GIA-2026-0002", "GIA-2026-0003", protector="jb-2"),
        a_line(late, "GIA-2026-0004"),
        settled=(("GIA-2026-0009", "2"),),
    )


def some_trouble() -> TroubleView:
    """Return what did not and perhaps not arrive."""
    return TroubleView("beheer-1", (("jb-2", 3), ("tm-1", 1)), (("jb-7", 1),))


def most_trouble() -> TroubleView:
    """Return trouble with everybody, under the longest and most hostile names."""
    names = [HOSTILE, *(f"{LONGEST_NAME[:-2]}{number:02}" for number in range(40))]
    many = tuple((name, 12_345) for name in names)
    return TroubleView(LONGEST_NAME, many, many)


def hostile_norm(code: str = HOSTILE) -> Norm:
    """Return a norm whose words look like markup, and for which all there is has to be recorded."""
    return Norm(
        code,
        HOSTILE,
        BUILT_IN_NORMS[1].length,
        BUILT_IN_NORMS[1].starts,
        (*BUILT_IN_NORMS[0].evidence, FactKind.COURSE_SET, FactKind.HELP_ASKED, FactKind.HELP_STARTED),
        "bron",
        needed_by=FactKind.COURSE_NEEDED_BY,
    )


def hostile_term(code: str = HOSTILE) -> TermView:
    """Return a term of that norm, with an earlier date that has passed."""
    rules = replace(RULES, norms=NormBook([hostile_norm(code)]))
    [term] = some_terms(rules=rules, start="2026-08-16", nodig_uiterlijk_koers="2026-09-04")
    return term


def fullest_digest() -> DigestView:
    """Return the longest and most hostile digest: full lines, every count, words that look like markup."""
    siblings = tuple(f"ABCDEF-2026-{number:06}" for number in range(9))
    line = a_line(hostile_term(), *siblings, protector=HOSTILE, nobody=True)
    settled = tuple((f"ABCDEF-2026-1{number:05}", "1") for number in range(12))
    view = a_digest(*[line] * 10, more=24, older=31, backlog=1200, settled=settled)
    return replace(view, person=LONGEST_NAME)


def a_change(title: str = "Overleg Rijk en regio's", *, cancelled: str = "") -> ChangedView:
    """Return a meeting that was moved a week, or that does not take place."""
    series = Series("overleg", title, SeriesKind.MEETING, TODAY, times_a_year=4)
    status = MeetingStatus.CANCELLED if cancelled else MeetingStatus.MOVED
    on = TODAY + timedelta(days=14)
    present = Occurrence(series, TODAY, on, on, time(10, 0), "Haarlem", status, 2, why=cancelled)
    return ChangedView("pl-1", title, present, TODAY + timedelta(days=7), time(10, 0), "Haarlem", TODAY)


def a_discreet_change() -> ChangedView:
    """Return a cancelled meeting as a group reads it that hears dates and title only."""
    change = a_change(cancelled="ziekte van de voorzitter")
    return replace(change, occurrence=as_heard(change.occurrence, Hears.DATES), was_place=None)


def a_digest_to_a_group() -> DigestView:
    """Return what a group chat reads of a morning: two meetings of its region."""
    day = TODAY + timedelta(days=7)
    values = {"on": day, "at": time(10, 0), "place": None, "chairs": False, "coming": 0, "absent": 0}
    values |= {"cases": 0, "open": 0, "today": TODAY}
    lines = tuple(
        GovernanceLine("meeting_before", title, Ref.of_meeting(code, day), day, values | {"title": title})
        for code, title in (("rijk", "Overleg Rijk"), ("leer", HOSTILE))
    )
    return replace(a_digest(governance=lines, to_group=True), person="groep:1", everything=None)


def a_group_that_ended(
    title: str = "Overleg NHN", *, why: GroupEnd = GroupEnd.REMOVED, by: str = "termijnwacht"
) -> GroupEndedView:
    """Return what is told of a group's link that ended."""
    return GroupEndedView("pl-1", title, GroupScope.REGION, "Noord-Holland Noord", why, by)
