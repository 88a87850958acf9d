"""What each kind of mail says, word for word: compare the golden files after a change of a template."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from core.outbox import MessageKind
from core.ports import Content
from mail.letter import html_letter, plain_letter
from mail.rendering import mail_content
from services.case_views import TermView
from services.governance.groups import GroupEnd
from services.invitations import Invitation
from services.message_views import InvitationView, SignInView, SubstituteView, UnreachableView, View
from services.signin import SignInLink
from services.trouble import HolidaysView
from tests.agreement_views import a_governance_digest, a_reminder, fullest_reminder
from tests.escalation_views import an_alert, an_escalation, escalations, fullest_escalations, reassigned
from tests.goldens import Golden, golden_names
from tests.views import (
    HOSTILE,
    TODAY,
    a_change,
    a_digest,
    a_group_that_ended,
    a_line,
    an_assignment,
    fullest_digest,
    most_trouble,
    some_terms,
    some_trouble,
    usual_digest,
)

BODIES = (Path(__file__).parents[2] / "templates" / "mail").glob("*/body.txt")
EXPIRES = datetime(2026, 9, 14, 6, 30, tzinfo=UTC)
CASES: dict[str, tuple[MessageKind, View, bool]] = {
    "digest": (MessageKind.DIGEST, usual_digest(), False),
    "digest-fullest": (MessageKind.DIGEST, fullest_digest(), True),
    "digest-folded": (MessageKind.DIGEST, a_digest(older=1, backlog=3), False),
    "urgent": (MessageKind.URGENT, a_digest(a_line(some_terms()[0], nobody=True)), False),
    "assigned": (MessageKind.ASSIGNED, an_assignment(), False),
    "substitute": (
        MessageKind.SUBSTITUTE,
        SubstituteView("jb-1", "jb-2", date(2026, 9, 14), date(2026, 9, 25), TODAY),
        False,
    ),
    "unreachable": (MessageKind.UNREACHABLE, UnreachableView("tm-1", "jb-2", 3), True),
    "trouble": (MessageKind.TROUBLE, some_trouble(), False),
    "trouble-fullest": (MessageKind.TROUBLE, most_trouble(), True),
    "holidays": (MessageKind.HOLIDAYS, HolidaysView("beheer-1", date(2028, 12, 31)), False),
    "escalation": (MessageKind.ESCALATION, escalations(an_escalation()), False),
    "escalation-fullest": (MessageKind.ESCALATION, fullest_escalations(), True),
    "changed": (MessageKind.CHANGED, a_change(), False),
    "group_ended": (MessageKind.GROUP_ENDED, a_group_that_ended(), False),
    "group_ended-fullest": (
        MessageKind.GROUP_ENDED,
        a_group_that_ended("", why=GroupEnd.RELINKED, by=HOSTILE),
        True,
    ),
    "changed-cancelled": (MessageKind.CHANGED, a_change(cancelled="te weinig aanmeldingen"), False),
    "reminder": (MessageKind.REMINDER, a_reminder(), False),
    "reminder-fullest": (MessageKind.REMINDER, fullest_reminder(), True),
    "digest-governance": (MessageKind.DIGEST, a_governance_digest(), False),
    "alert": (MessageKind.ALERT, an_alert(), False),
    "reassigned": (MessageKind.REASSIGNED, reassigned("GIA-2026-0001", "GIA-2026-0002"), False),
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
def test_mail_reads_as_its_golden_file(name: str, golden: Golden) -> None:
    content = _content(name)
    golden(f"mail/{name}.txt", f"Onderwerp: {content.subject}\n\n{plain_letter(content)}")


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


def test_every_kind_of_mail_has_a_golden_file_and_every_golden_file_is_used() -> None:
    assert {kind.value for kind, _, _ in CASES.values()} == {path.parent.name for path in BODIES}
    assert golden_names("mail") == set(CASES)


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
        MessageKind.ASSIGNED, an_assignment(by), repeated=False, public_url=link, bot_link=lambda _: None
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
    assert said in _text_on(today, some_terms(today)[0])


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
    assert said in _text_on(today, some_terms(today, uitspraak=ordered)[1])


def _text_on(today: date, term: TermView) -> str:
    view = replace(a_digest(a_line(term)), today=today)
    return mail_content(
        MessageKind.DIGEST, view, repeated=False, public_url="https://w.nl", bot_link=lambda _: None
    ).text
