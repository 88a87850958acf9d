"""What chats and mails about escalations, signals and handovers say, word for word."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from bot.rendering import render_view
from core.escalations import Escalation, EscalationStep
from core.facts import FactKind, Told
from core.help import Need
from core.ladder import LadderRung, Stage, StepKind
from core.ledger import CaseLedger
from core.outbox import MessageKind
from core.rules import Rules
from core.terms import derive_terms
from core.workdays import WorkingCalendar
from mail.letter import plain_letter
from mail.rendering import mail_content
from services.actions import ActionVerb, Offered
from services.alerts import AlertKind
from services.case_views import TermView, view_term
from services.digests import DigestLine, DigestView
from services.escalating import Answer
from services.escalation_views import EscalationView, RungView
from services.message_views import AlertView, EscalationLine, EscalationsView, ReassignedView, View
from templates import chat_text
from tests.goldens import Golden

TODAY = date(2026, 9, 7)
RULES = Rules(calendar=WorkingCalendar())
CODE = "GIA-2026-0001"
NOON = datetime(2026, 9, 7, 10, 0, tzinfo=UTC)
HOSTILE = "<b>&\"'"
LADDER = (
    LadderRung("teammanager", "teammanager"),
    LadderRung("zorgmakelaar", "loket:zorgmakelaar", form=True),
)


def _term(key: str = "3", **told: Told) -> TermView:
    ledger = {FactKind.NOTIFIED: Told(date(2026, 7, 2)), FactKind.ORDERED: Told(date(2026, 7, 1))}
    ledger |= {FactKind(kind): one for kind, one in told.items()}
    found = derive_terms(CaseLedger(ledger), RULES.norms, RULES.calendar, measure="ots")
    return next(view_term(term, None, RULES, TODAY) for term in found if term.norm == key)


def _view(stage: Stage = Stage.OFFERED, rung: int = 1, **changed: object) -> EscalationView:
    term = _term(hulp_wachtlijst=Told(date(2026, 12, 1)))
    one = Escalation(
        7, 1, "3", term.term.due_on, LADDER, stage, rung, 5, 2, False, True, NOON, NOON,
        None if stage in (Stage.SOLVED, Stage.WITHDRAWN) else datetime(2026, 9, 9, 6, 30, tzinfo=UTC), 4,
    )  # fmt: skip
    rungs = (RungView(0, "teammanager", "teammanager", True), RungView(1, "zorgmakelaar", HOSTILE, True))
    steps = (
        EscalationStep(NOON, StepKind.ANNOUNCED, -1, "jb-1", "termijnwacht"),
        EscalationStep(NOON, StepKind.OFFERED, 0, "tm-1", "termijnwacht"),
        EscalationStep(NOON, StepKind.HANDED_BACK, 0, "tm-1", "tm-1", "wachtlijst", "geheime toelichting"),
        EscalationStep(NOON, StepKind.FALLBACK, 1, "tm-1", "termijnwacht"),
        EscalationStep(
            NOON, StepKind.APPLIED, 1, "jb-1", "jb-1", details={"aanmelder": "jb-1", "vraag": "geheime vraag"}
        ),
    )
    values: dict[str, object] = {
        "escalation": one,
        "code": CODE,
        "norm": term.norm,
        "term": term.term,
        "today": TODAY,
        "holder": "zm-noord",
        "previous": "tm-1",
        "protector": "jb-1",
        "manager": "tm-1",
        "rung": rungs[rung],
        "rungs": rungs,
        "blockers": ("wachtlijst bij de aanbieder",),
        "steps": steps,
        "is_holder": True,
        "may_escalate": False,
        "table_on": date(2026, 9, 10),
        "closes_at": datetime(2026, 9, 9, 10, 0, tzinfo=UTC),
        "labels": {"wachtlijst": "wachtlijst bij de aanbieder"},
    }
    return EscalationView(**(values | changed))  # type: ignore[arg-type]


def _line(
    what: StepKind, *answers: Answer, over: bool = False, view: EscalationView | None = None
) -> EscalationLine:
    offers = tuple(
        Offered(ActionVerb.ESCALATE, f"antwoord-{what}-{answer}", CODE, "3", None, answer)
        for answer in answers
    )
    return EscalationLine(view or _view(), what, over, offers)


def _escalations(*lines: EscalationLine) -> EscalationsView:
    return EscalationsView("zm-noord", TODAY, lines)


def _digest() -> DigestView:
    late = _term(
        hulp_uitgelegd=Told(date(2026, 11, 2), "wachtlijst"), hulp_wachtlijst=Told(date(2026, 12, 1))
    )
    record = Offered(ActionVerb.RECORD, "doe", CODE, "3", FactKind.HELP_STARTED)
    explain = Offered(ActionVerb.EXPLAIN, "uitleg", CODE, "3")
    hold = Offered(ActionVerb.ESCALATE, "wacht", CODE, "3", None, Answer.HOLD)
    line = DigestLine(
        (CODE,), late, None, False, (record, explain, hold), (1,), "teammanager", date(2026, 9, 9)
    )
    return DigestView("jb-1", TODAY, (line,), 0, 0, 0, ((CODE, "crisisplek.2"),))


OFFERED = _line(StepKind.OFFERED, Answer.ACCEPT, Answer.HAND_BACK)
SOLVED = _line(StepKind.OFFERED, over=True, view=_view(Stage.SOLVED))
CASES: dict[str, tuple[MessageKind, View, bool]] = {
    "escalation": (MessageKind.ESCALATION, _escalations(OFFERED), False),
    "escalation-asked": (
        MessageKind.ESCALATION,
        _escalations(
            _line(
                StepKind.ASKED, Answer.MORE_TIME, Answer.HAND_BACK, Answer.OUTCOME, view=_view(Stage.ASKED)
            ),
            _line(StepKind.HANDED_BACK, Answer.ACCEPT, Answer.JUMP, view=_view(Stage.BOUNCED, 0)),
            SOLVED,
        ),
        True,
    ),
    "escalation-informed": (
        MessageKind.ESCALATION,
        _escalations(
            _line(StepKind.INFORMED, view=_view(Stage.ACCEPTED, protector=None, blockers=(), table_on=None))
        ),
        False,
    ),
    "escalation-applied": (MessageKind.ESCALATION, _escalations(_line(StepKind.APPLIED)), False),
    "escalation-on-an-agenda": (
        MessageKind.ESCALATION,
        _escalations(
            _line(
                StepKind.OFFERED,
                Answer.ACCEPT,
                Answer.HAND_BACK,
                view=_view(agenda_on=date(2026, 9, 17)),
            )
        ),
        False,
    ),
    "escalation-outcome": (
        MessageKind.ESCALATION,
        _escalations(
            _line(
                StepKind.OUTCOME,
                view=_view(
                    Stage.ACCEPTED,
                    steps=(
                        EscalationStep(NOON, StepKind.OUTCOME, 1, "pl-1", "pl-1", "advies", "geheime noot"),
                    ),
                    labels={"advies": "advies gekregen"},
                ),
            )
        ),
        False,
    ),
    "alert-outcome": (
        MessageKind.ALERT,
        AlertView("jb-1", AlertKind.TABLE_OUTCOME, CODE, None, "jb-1", 1, "advies gekregen"),
        False,
    ),
    "escalation-over": (MessageKind.ESCALATION, _escalations(SOLVED), False),
    "alert-explained": (
        MessageKind.ALERT,
        AlertView("tm-1", AlertKind.EXPLAINED_AGAIN, CODE, "3", "jb-1", 2),
        False,
    ),
    "alert-switch": (
        MessageKind.ALERT,
        AlertView("tm-1", AlertKind.SECOND_SWITCH, CODE, None, "jb-2", 2),
        True,
    ),
    "alert-lost": (
        MessageKind.ALERT,
        AlertView("tm-1", AlertKind.LOST_PROTECTOR, CODE, None, None, 0),
        False,
    ),
    "reassigned": (
        MessageKind.REASSIGNED,
        ReassignedView(
            "jb-2",
            "tm-1",
            tuple(f"GIA-2026-{number:04d}" for number in range(1, 46)),
            Offered(ActionVerb.TODAY, "alles", ""),
        ),
        False,
    ),
    "reassigned-one": (MessageKind.REASSIGNED, ReassignedView("jb-2", "cli:root", (CODE,), None), False),
    "digest-climbs": (MessageKind.DIGEST, _digest(), False),
}


def _chat(name: str) -> str:
    kind, view, repeated = CASES[name]
    content = render_view(kind, view, repeated=repeated)
    buttons = [" | ".join(button.label for button in row) for row in content.buttons]
    return (
        "\n\n".join(part for part in (content.text, "\n".join(f"[{row}]" for row in buttons)) if part) + "\n"
    )


def _mail(name: str) -> str:
    kind, view, repeated = CASES[name]
    content = mail_content(
        kind, view, repeated=repeated, public_url="https://wacht.example.nl/", bot_link=lambda _: None
    )
    return f"Onderwerp: {content.subject}\n\n{plain_letter(content)}"


@pytest.mark.parametrize("name", CASES)
def test_a_chat_reads_as_its_golden_file(name: str, golden: Golden) -> None:
    golden(f"telegram/escalations/{name}.txt", _chat(name))


@pytest.mark.parametrize("name", CASES)
def test_a_mail_reads_as_its_golden_file(name: str, golden: Golden) -> None:
    golden(f"mail/escalations/{name}.txt", _mail(name))


@pytest.mark.parametrize("name", CASES)
def test_no_message_repeats_a_note_or_a_form(name: str) -> None:
    said = _chat(name) + _mail(name)
    assert [word for word in ("geheime", HOSTILE) if word in said] == []
    assert "\n\n\n" not in said


def test_a_history_and_hostile_words_are_escaped() -> None:
    shown = chat_text("escalations.history", code=CODE, views=[_view(holder=HOSTILE)], more=0)
    assert HOSTILE not in shown
    assert "Ligt nu bij &lt;b&gt;&amp;" in shown
    assert "geheime" not in shown
    assert "teruggegeven door tm-1 (wachtlijst bij de aanbieder)" in shown


def test_a_need_is_named_by_its_number_and_never_by_its_kind() -> None:
    need = Need("hulpvraag.2", TODAY, "ggz", "aanbieder", "nee", TODAY, TODAY, date(2026, 12, 1), fit=None)
    shown = chat_text("help_chain.needs", code=CODE, needs=(need,), requests=[], today=TODAY)
    assert "Hulpvraag 2 (gevraagd ma 7 sep)" in shown
    assert "ggz" not in shown
    stranger = replace(need, asked_of="Iemand Anders")
    assert "Iemand" not in chat_text(
        "help_chain.needs", code=CODE, needs=(stranger,), requests=[], today=TODAY
    )
