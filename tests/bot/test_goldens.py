"""What each kind of chat message and each screen says, word for word, at its usual and at its fullest."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from bot.callbacks import LONGEST, Look
from bot.fitting import MOST_CHARACTERS, fits
from bot.rendering import render_view
from bot.screens import PAGE, Screen, case_screen, list_screen, why_screen
from core.cases import Case
from core.facts import FactKind, Told
from core.ladder import StepKind
from core.norms import NormBook
from core.outbox import MessageKind
from core.people import Role
from core.ports import Button
from demo.telegram.entities import parse_html, utf16_length
from services.actions import ActionVerb, Offered
from services.case_lists import CaseSummary
from services.case_reading import count_term
from services.digests import DigestView
from services.governance.groups import GroupEnd
from services.message_views import AssignedView, SubstituteView, UnreachableView, View
from services.trouble import HolidaysView
from templates import chat_text
from tests.agreement_views import a_governance_digest, a_reminder, fullest_reminder
from tests.escalation_views import an_alert, an_escalation, escalations, fullest_escalations, reassigned
from tests.goldens import Golden, golden_names
from tests.views import (
    CODE,
    HOSTILE,
    HOSTILE_CODE,
    LONGEST_CODE,
    LONGEST_NAME,
    RULES,
    TODAY,
    a_case_view,
    a_change,
    a_digest,
    a_digest_to_a_group,
    a_discreet_change,
    a_group_that_ended,
    a_line,
    an_assignment,
    fullest_digest,
    hostile_norm,
    hostile_term,
    most_trouble,
    offers_of,
    some_terms,
    some_trouble,
    usual_digest,
)

FOLDER = Path(__file__).parents[2] / "templates" / "telegram"
EARLY = date(2026, 9, 14)
LATE = date(2026, 9, 25)
LONGEST_NORM = "n" * 20
_HOSTILE_CASE = Case(1, HOSTILE_CODE, "GIA", "hoorn", "ots", None, 1, 2)


def _for_chat(view: View) -> View:
    """Return the view with the offers that a chat gets: a button opens the case without a token."""
    if isinstance(view, DigestView):
        return replace(view, lines=tuple(replace(one, offers=_doing(one.offers)) for one in view.lines))
    return replace(view, offers=_doing(view.offers)) if isinstance(view, AssignedView) else view


def _doing(offers: tuple[Offered, ...]) -> tuple[Offered, ...]:
    return tuple(offer for offer in offers if offer.verb is not ActionVerb.OPEN)


def _message(kind: MessageKind, view: View, *, repeated: bool = False) -> Screen:
    content = render_view(kind, _for_chat(view), repeated=repeated)
    return content.text, [list(row) for row in content.buttons]


def _fullest_case() -> Screen:
    """Return a case with all that can be known of it, every norm late, and a button for everything."""
    terms = [hostile_term(LONGEST_NORM), *some_terms(date(2026, 12, 31), start="2026-08-16")]
    ledger = {kind: Told(date(2026, 12, 31)) for kind in FactKind}
    view = a_case_view(terms, case=_HOSTILE_CASE, ledger=ledger, protector=HOSTILE, manager=LONGEST_NAME)
    offers = [offer for term in terms for offer in offers_of(term.norm.code, *term.term.missing)[:-1]]
    return case_screen(view, offers)


def _list(*items: CaseSummary, page: int = 1, roles: Role = Role.PROTECTOR) -> Screen:
    texts = {"title": chat_text("title_cases"), "empty": chat_text("no_cases")}
    return list_screen(items, page, Look.LIST, roles=frozenset({roles}), **texts)


def _summary(code: str, *terms: object, protector: str = "jb-1") -> CaseSummary:
    case = Case(1, code, "GIA", "hoorn", "ots", None, 1, 2)
    return CaseSummary(case, protector, "tm-1", terms or tuple(some_terms()), TODAY)  # type: ignore[arg-type]


def _fullest_list() -> Screen:
    terms = [hostile_term(LONGEST_NORM), *some_terms(date(2026, 12, 31))]
    items = [_summary(LONGEST_CODE, *terms, protector=HOSTILE) for _ in range(3 * PAGE)]
    return _list(*items, page=2, roles=Role.MANAGER)


def _fullest_why() -> Screen:
    """Return the longest explanation: many days that did not count, a stand-in, and the statutory date."""
    why = count_term(replace(RULES, norms=NormBook([hostile_norm()])), HOSTILE, date(2026, 4, 11))
    long = count_term(RULES, "1", date(2026, 4, 24))
    return why_screen(
        replace(
            why,
            case_code=LONGEST_CODE,
            start_from=FactKind.NOTIFIED,
            stand_in=True,
            statutory_due_on=EARLY,
            skipped=long.skipped * 6,
        ),
        TODAY,
    )


_FIRST, _COURSE, _HELP = some_terms()
_TO_COUPLE = (Offered(ActionVerb.COUPLE, "t", LONGEST_CODE, "1"),)

CASES: dict[str, Screen] = {
    "digest": _message(MessageKind.DIGEST, usual_digest()),
    "digest-fullest": _message(MessageKind.DIGEST, fullest_digest(), repeated=True),
    "digest-anew": _message(MessageKind.DIGEST, replace(usual_digest(), day_on=date(2026, 9, 3))),
    "digest-folded": _message(MessageKind.DIGEST, a_digest(older=1, backlog=3)),
    "digest-one-line": _message(
        MessageKind.DIGEST, a_digest(a_line(_FIRST, LONGEST_CODE, offers=_TO_COUPLE, nobody=True))
    ),
    "digest-governance": _message(MessageKind.DIGEST, a_governance_digest()),
    "digest-empty": _message(MessageKind.DIGEST, a_digest(settled=((CODE, "1"),))),
    "urgent": _message(MessageKind.URGENT, a_digest(a_line(_FIRST, nobody=True))),
    "urgent-fullest": _message(MessageKind.URGENT, fullest_digest(), repeated=True),
    "urgent-empty": _message(MessageKind.URGENT, a_digest()),
    "assigned": _message(MessageKind.ASSIGNED, an_assignment()),
    "assigned-fullest": _message(
        MessageKind.ASSIGNED,
        replace(
            an_assignment(HOSTILE),
            case=a_case_view(
                [hostile_term(LONGEST_NORM)] * 8,
                case=_HOSTILE_CASE,
            ),
        ),
        repeated=True,
    ),
    "assigned-empty": _message(
        MessageKind.ASSIGNED, replace(an_assignment(""), case=a_case_view([]), offers=())
    ),
    "substitute": _message(MessageKind.SUBSTITUTE, SubstituteView("jb-1", "jb-2", EARLY, LATE, TODAY)),
    "substitute-fullest": _message(
        MessageKind.SUBSTITUTE, SubstituteView(LONGEST_NAME, HOSTILE, EARLY, LATE, TODAY), repeated=True
    ),
    "unreachable": _message(MessageKind.UNREACHABLE, UnreachableView("tm-1", "jb-2", 3)),
    "unreachable-fullest": _message(
        MessageKind.UNREACHABLE, UnreachableView(LONGEST_NAME, HOSTILE, 12_345), repeated=True
    ),
    "unreachable-empty": _message(MessageKind.UNREACHABLE, UnreachableView("tm-1", "jb-2", 0)),
    "trouble": _message(MessageKind.TROUBLE, some_trouble()),
    "trouble-fullest": _message(MessageKind.TROUBLE, most_trouble(), repeated=True),
    "trouble-uncertain": _message(MessageKind.TROUBLE, replace(some_trouble(), failed=())),
    "holidays": _message(MessageKind.HOLIDAYS, HolidaysView("beheer-1", date(2028, 12, 31))),
    "escalation": _message(MessageKind.ESCALATION, escalations(an_escalation())),
    "escalation-asked": _message(MessageKind.ESCALATION, escalations(an_escalation(StepKind.ASKED))),
    "escalation-two": _message(
        MessageKind.ESCALATION,
        escalations(an_escalation(StepKind.HANDED_BACK), an_escalation(StepKind.INFORMED)),
    ),
    "escalation-over": _message(MessageKind.ESCALATION, escalations(an_escalation(over=True))),
    "escalation-fullest": _message(MessageKind.ESCALATION, fullest_escalations(), repeated=True),
    "changed": _message(MessageKind.CHANGED, a_change()),
    "changed-to-a-group-of-a-region": _message(MessageKind.CHANGED, a_discreet_change()),
    "group_ended": _message(MessageKind.GROUP_ENDED, a_group_that_ended()),
    "group_ended-fullest": _message(
        MessageKind.GROUP_ENDED, a_group_that_ended(HOSTILE, why=GroupEnd.RELINKED, by=HOSTILE), repeated=True
    ),
    "digest-to-a-group": _message(MessageKind.DIGEST, a_digest_to_a_group()),
    "changed-fullest": _message(MessageKind.CHANGED, a_change(HOSTILE, cancelled=HOSTILE), repeated=True),
    "reminder": _message(MessageKind.REMINDER, a_reminder()),
    "reminder-fullest": _message(MessageKind.REMINDER, fullest_reminder(), repeated=True),
    "alert": _message(MessageKind.ALERT, an_alert()),
    "alert-fullest": _message(
        MessageKind.ALERT, replace(an_alert(), code=HOSTILE_CODE, protector=HOSTILE), repeated=True
    ),
    "reassigned": _message(MessageKind.REASSIGNED, reassigned(CODE, "GIA-2026-0002")),
    "reassigned-fullest": _message(
        MessageKind.REASSIGNED, reassigned(*[HOSTILE_CODE] * 400, by=HOSTILE), repeated=True
    ),
    "case": case_screen(
        a_case_view(some_terms(gekoppeld="2026-09-04")), _doing(offers_of("1", FactKind.FIRST_CONTACT))
    ),
    "case-fullest": _fullest_case(),
    "case-empty": case_screen(a_case_view([], protector=None, manager=None), ()),
    "list": _list(_summary(CODE), _summary("GIA-2026-0002", _COURSE)),
    "list-fullest": _fullest_list(),
    "list-empty": _list(),
    "why": why_screen(count_term(RULES, "1", date(2026, 4, 24)), TODAY),
    "why-fullest": _fullest_why(),
}


def _shown(screen: Screen) -> str:
    """Return a message with its buttons, a row on a line."""
    text, rows = screen
    buttons = ["   ".join(f"[{one.label}]({one.data or one.url})" for one in row) for row in rows]
    return "\n".join([text, *(["", *buttons] if buttons else []), ""])


@pytest.mark.parametrize("name", CASES)
def test_a_chat_message_reads_as_its_golden_file(name: str, golden: Golden) -> None:
    golden(f"telegram/{name}.txt", _shown(CASES[name]))


@pytest.mark.parametrize("name", CASES)
def test_telegram_takes_the_fullest_message(name: str) -> None:
    text, rows = CASES[name]
    parsed = parse_html(text)
    assert 0 < utf16_length(parsed.text) <= MOST_CHARACTERS
    buttons: list[Button] = [button for row in rows for button in row]
    assert len(buttons) <= 100
    assert max((len((button.data or "").encode()) for button in buttons), default=0) <= LONGEST
    assert max((len(row) for row in rows), default=0) <= 8


@pytest.mark.parametrize("name", CASES)
def test_a_chat_message_is_tidy(name: str) -> None:
    text, _ = CASES[name]
    assert "\n\n\n" not in text
    assert not [line for line in text.splitlines() if line != line.rstrip()]


@pytest.mark.parametrize("name", CASES)
def test_every_line_of_a_chat_message_closes_its_own_tags(name: str) -> None:
    for line in CASES[name][0].splitlines():
        assert parse_html(f"x{line}").text.startswith("x")


@pytest.mark.parametrize("name", [name for name in CASES if name.endswith("-fullest")])
def test_hostile_words_in_a_message_are_text(name: str) -> None:
    text, _ = CASES[name]
    assert "<script" not in text
    assert "{{ 7 * 7 }}" in text


@pytest.mark.parametrize(
    ("lines", "codes", "siblings_named", "details_named"),
    [(10, 2, True, True), (16, 4, False, True), (20, 9, False, False)],
)
def test_a_digest_of_more_than_fits_says_less_about_each_line(
    lines: int,
    codes: int,
    siblings_named: bool,  # noqa: FBT001
    details_named: bool,  # noqa: FBT001
) -> None:
    first, *siblings = (f"{LONGEST_CODE}{number}" for number in range(codes))
    line = a_line(_FIRST, first, *siblings, protector=LONGEST_NAME)
    text, _ = _message(MessageKind.DIGEST, a_digest(*[line] * lines))
    assert fits(text)
    assert text.count(f"<b>{first}</b>") == lines
    assert (siblings[0] in text, "nog nodig" in text) == (siblings_named, details_named)


def test_what_telegram_counts_are_utf_16_units_after_the_tags() -> None:
    assert fits("<b>" + "x" * MOST_CHARACTERS + "</b>")
    assert fits("&amp;" * MOST_CHARACTERS)
    assert not fits("x" * (MOST_CHARACTERS + 1))
    assert not fits("\N{LARGE RED CIRCLE}" * (MOST_CHARACTERS // 2 + 1))


SCREENS_OF_GOVERNANCE = {"agenda", "matter", "plan", "submissions"}
"""Screens with golden files of their own: see `test_agreement_screens`."""


def test_every_template_has_a_golden_file_and_every_golden_file_is_used() -> None:
    templates = {path.stem for path in FOLDER.glob("[!_]*.html")} - {"texts"} - SCREENS_OF_GOVERNANCE
    assert templates == {name.partition("-")[0] for name in CASES}
    assert golden_names("telegram") == set(CASES)
