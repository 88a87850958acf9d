"""What each kind of mail says, word for word: compare the golden files after a change of a template."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.cases import Case
from core.facts import FactKind, Told
from core.ledger import CaseLedger
from core.norms import BUILT_IN_NORMS, Norm, NormBook
from core.outbox import MessageKind
from core.ports import Content
from core.rules import Rules
from core.terms import derive_terms
from core.workdays import WorkingCalendar
from mail.letter import html_letter, plain_letter
from mail.rendering import mail_content
from services.actions import ActionVerb, Offered
from services.case_views import CaseView, TermView, view_term
from services.digests import DigestLine, DigestView
from services.invitations import Invitation
from services.message_views import (
    AssignedView,
    InvitationView,
    SignInView,
    SubstituteView,
    UnreachableView,
    View,
)
from services.signin import SignInLink

GOLDEN = Path(__file__).parent.parent / "golden" / "mail"
TODAY = date(2026, 9, 7)
RULES = Rules(calendar=WorkingCalendar())
LONG_TOKEN = "t" * 32
HOSTILE = '<script>alert("{{ 7 * 7 }}")</script> & Jan\'s'


def _terms(today: date = TODAY, rules: Rules = RULES, **dates: str) -> list[TermView]:
    given = {"in_kennis_gesteld": "2026-09-02", "uitspraak": "2026-09-01"} | dates
    ledger = {FactKind(kind): Told(date.fromisoformat(on)) for kind, on in given.items()}
    return [
        view_term(t, None, rules, today)
        for t in derive_terms(CaseLedger(ledger), rules.norms, rules.calendar)
    ]


def _offers(norm: str, *kinds: FactKind, code: str = "GIA-2026-0001") -> tuple[Offered, ...]:
    term = norm if norm.isdigit() else "x"
    record = ActionVerb.RECORD
    made = [Offered(record, f"doe-{term}-{n}", code, norm, kind) for n, kind in enumerate(kinds)]
    return (*made, Offered(ActionVerb.OPEN, f"kijk-{term}", code, norm))


def _line(term: TermView, *codes: str, protector: str | None = None, coupled: bool = True) -> DigestLine:
    codes = codes or ("GIA-2026-0001",)
    offers = _offers(term.norm.code, *term.term.missing, code=codes[0])
    return DigestLine(codes, term, protector, coupled, offers, (1,))


def _digest(*lines: DigestLine, **counts: object) -> DigestView:
    everything = Offered(ActionVerb.TODAY, "alles", "")
    values = {"more": 0, "older": 0, "backlog": 0, "everything": everything} | counts
    return DigestView("jb-1", TODAY, lines, **values)  # type: ignore[arg-type]


def _case(terms: list[TermView]) -> CaseView:
    case = Case(1, "GIA-2026-0001", "GIA", "hoorn", "ots", None, 1, 2)
    names = ("Instelling A", "Hoorn", "ondertoezichtstelling", "jb-1", "tm-1")
    return CaseView(case, *names, tuple(terms), {}, (), (), TODAY, may_record=True, may_couple=False)


def _assigned(by: str = "tm-1") -> AssignedView:
    terms = _terms(gekoppeld="2026-09-07")
    offers = [offer for term in terms for offer in _offers(term.norm.code, *term.term.missing)[:-1]]
    opening = Offered(ActionVerb.OPEN, "kijk", "GIA-2026-0001")
    return AssignedView("jb-1", by, _case(terms), (*offers, opening))


def _usual() -> DigestView:
    first, course, _ = _terms()
    late, *_ = _terms(in_kennis_gesteld="2026-08-25", uitspraak="2026-08-24")
    return _digest(
        _line(first, coupled=False),
        _line(course, "GIA-2026-0002", "GIA-2026-0003", protector="jb-2"),
        _line(late, "GIA-2026-0004"),
        settled=(("GIA-2026-0009", "2"),),
    )


def _fullest() -> DigestView:
    """Return the longest and most hostile digest: full lines, every count, words that look like markup."""
    odd = Norm(
        HOSTILE,
        HOSTILE,
        BUILT_IN_NORMS[1].length,
        BUILT_IN_NORMS[1].starts,
        (*BUILT_IN_NORMS[0].evidence, FactKind.COURSE_SET, FactKind.HELP_ASKED, FactKind.HELP_STARTED),
        "bron",
        needed_by=FactKind.COURSE_NEEDED_BY,
    )
    rules = replace(RULES, norms=NormBook([odd]))
    [term] = _terms(rules=rules, start="2026-08-16", nodig_uiterlijk_koers="2026-09-04")
    siblings = tuple(f"ABCDEF-2026-{number:06}" for number in range(9))
    line = _line(term, *siblings, protector=HOSTILE, coupled=False)
    settled = tuple((f"ABCDEF-2026-1{number:05}", "1") for number in range(12))
    view = _digest(*[line] * 10, more=24, older=31, backlog=1200, settled=settled)
    return replace(view, person="jb-" + "x" * 61)


EXPIRES = datetime(2026, 9, 14, 6, 30, tzinfo=UTC)
CASES: dict[str, tuple[MessageKind, View, bool]] = {
    "digest": (MessageKind.DIGEST, _usual(), False),
    "digest-fullest": (MessageKind.DIGEST, _fullest(), True),
    "digest-folded": (MessageKind.DIGEST, _digest(older=1, backlog=3), False),
    "urgent": (MessageKind.URGENT, _digest(_line(_terms()[0], coupled=False)), False),
    "assigned": (MessageKind.ASSIGNED, _assigned(), False),
    "substitute": (
        MessageKind.SUBSTITUTE,
        SubstituteView("jb-1", "jb-2", date(2026, 9, 14), date(2026, 9, 25)),
        False,
    ),
    "unreachable": (MessageKind.UNREACHABLE, UnreachableView("tm-1", "jb-2", 3), True),
    "invitation": (
        MessageKind.INVITATION,
        InvitationView("jb-1", Invitation("jb-1", "c0de", EXPIRES)),
        False,
    ),
    "sign_in": (MessageKind.SIGN_IN, SignInView("jb-1", SignInLink("t0ken", EXPIRES)), False),
}


def _content(name: str, bot: str | None = "wacht_bot") -> Content:
    kind, view, repeated = CASES[name]
    link = (lambda code: f"https://t.me/{bot}?start={code}") if bot else (lambda _: None)
    root = "https://wacht.example.nl/"
    return mail_content(kind, view, repeated=repeated, public_url=root, bot_link=link)


@pytest.mark.parametrize("name", CASES)
def test_mail_reads_as_its_golden_file(name: str) -> None:
    content = _content(name)
    assert f"Onderwerp: {content.subject}\n\n{plain_letter(content)}" == (
        (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize("name", CASES)
def test_mail_is_tidy(name: str) -> None:
    content = _content(name)
    assert "\n\n\n" not in content.text
    assert not [line for line in content.text.splitlines() if line != line.rstrip()]
    assert "\n" not in content.subject
    assert len(content.subject) < 100


@pytest.mark.parametrize("name", CASES)
def test_every_link_stands_in_the_text_once_and_is_a_real_link_in_html(name: str) -> None:
    content = _content(name)
    urls = {button.url for row in content.buttons for button in row}
    html = html_letter(content)
    assert {url for url in urls if f'<a href="{url}"' not in html} == set()
    assert set(re.findall(r"https?://\S+", content.text)) == urls


def test_html_of_hostile_words_is_text() -> None:
    html = html_letter(_content("digest-fullest"))
    assert "<script" not in html
    assert "49" not in re.sub(r"&#\d+;", "", html)
    assert "&lt;script&gt;alert" in html


@pytest.mark.parametrize("name", ["digest", "digest-fullest", "digest-folded"])
def test_subject_of_a_digest_names_no_case(name: str) -> None:
    assert "-2026-" not in _content(name).subject


@pytest.mark.parametrize(
    ("name", "said"), [("digest", False), ("digest-fullest", True), ("unreachable", True)]
)
def test_a_repeated_message_says_so_first(name: str, said: bool) -> None:  # noqa: FBT001
    assert _content(name).text.startswith("Dit bericht komt misschien voor de tweede keer.") is said


def test_invitation_without_a_known_bot_gives_the_command() -> None:
    content = _content("invitation", bot=None)
    assert "/start c0de" in content.text
    assert [button.url for row in content.buttons for button in row] == ["https://wacht.example.nl/inloggen"]


@pytest.mark.parametrize("by", ["termijnwacht", "cli:root", ""])
def test_who_is_no_colleague_is_not_named_as_one(by: str) -> None:
    link = "https://wacht.example.nl"
    content = mail_content(
        MessageKind.ASSIGNED, _assigned(by), repeated=False, public_url=link, bot_link=lambda _: None
    )
    assert "heeft je gekoppeld" not in content.text


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (date(2026, 9, 9), "Uiterlijk wo 9 sep (vandaag)."),
        (date(2026, 9, 8), "Uiterlijk wo 9 sep (nog 1 werkdag)."),
        (date(2026, 9, 11), "De laatste dag was wo 9 sep (2 werkdagen te laat)."),
        (date(2027, 1, 4), "De laatste dag was wo 9 sep 2026"),
    ],
)
def test_a_date_says_how_far_it_is(today: date, said: str) -> None:
    assert said in _text_on(today, _terms(today)[0])


@pytest.mark.parametrize(
    ("ordered", "today", "said"),
    [
        (
            "2026-08-30",
            date(2026, 10, 9),
            "Uiterlijk zo 11 okt (geen werkdag meer). Met de Algemene termijnenwet: ma 12 okt.",
        ),
        ("2026-08-29", date(2026, 10, 11), "De laatste dag was za 10 okt (die dag is voorbij)."),
    ],
)
def test_a_date_in_a_weekend_promises_no_working_day(ordered: str, today: date, said: str) -> None:
    assert said in _text_on(today, _terms(today, uitspraak=ordered)[1])


def _text_on(today: date, term: TermView) -> str:
    view = replace(_digest(_line(term)), today=today)
    return mail_content(
        MessageKind.DIGEST, view, repeated=False, public_url="https://w.nl", bot_link=lambda _: None
    ).text
