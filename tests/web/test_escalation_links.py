"""Links to answer an escalation: with a reason where one is asked, and who has it when it moved on."""

from datetime import timedelta

import pytest

from core.facts import FactKind
from core.ladder import Stage, StepKind
from services.escalating import Answer

REASON = {"value": "wachtlijst"}


@pytest.fixture(autouse=True)
def _case(office) -> None:
    office.add_desk()
    office.open()


def stage(office) -> Stage:
    return office.escalation().escalation.stage


def at_the_desk(office) -> None:
    """Bring norm 3 to the expert team."""
    office.escalate()
    office.answer("tm-1", Answer.JUMP, reason="plaats", rung=1)


def test_looking_at_a_link_asks_and_changes_nothing(office, web, says) -> None:
    office.escalate()
    address = office.answer_link("tm-1", Answer.ACCEPT)
    before = office.everything()
    text = says(web.get(address))
    assert "Deze vraag oppakken Zaak GIA-2026-0001" in text
    assert "Norm 3: passende hulp" in text
    assert "Ligt nu bij tm-1 (de teammanager): gevraagd." in text
    assert "Jeugdbeschermer jb-1" in text
    assert web.head(address).status_code == 200
    assert office.everything() == before


def test_accepting_is_not_solving(office, web, says) -> None:
    office.escalate()
    text = says(web.post(office.answer_link("tm-1", Answer.ACCEPT)))
    assert "Opgepakt" in text
    assert "De vraag staat op naam van tm-1. Op ma 14 sep vragen we" in text
    assert stage(office) is Stage.ACCEPTED


@pytest.mark.parametrize(
    ("answer", "then"),
    [(Answer.HAND_BACK, Stage.BOUNCED), (Answer.MORE_TIME, Stage.ACCEPTED)],
)
def test_an_answer_with_a_reason_wants_one(office, web, says, answer, then) -> None:
    office.escalate()
    office.answer("tm-1", Answer.ACCEPT)
    address = office.answer_link("tm-1", answer)
    refused = web.post(address, data={"toelichting": "Er is nog overleg."})
    assert (refused.status_code, stage(office)) == (400, Stage.ACCEPTED)
    assert "Kies een reden." in says(refused)
    assert "Er is nog overleg." in refused.text
    web.post(address, data={**REASON, "toelichting": "Er is nog overleg."})
    last = office.escalation().steps[-1]
    assert (stage(office), last.reason, last.note) == (then, "wachtlijst", "Er is nog overleg.")


def test_a_note_is_guarded(office, web, says) -> None:
    office.escalate()
    refused = web.post(
        office.answer_link("tm-1", Answer.HAND_BACK), data={**REASON, "toelichting": "Vraag Sanne Verzonnen."}
    )
    assert refused.status_code == 400
    assert "lijkt een naam te staan" in says(refused)
    assert stage(office) is Stage.OFFERED


def test_the_protector_holds_an_announced_one_once(office, web, says) -> None:
    case = office.case()
    office.clock.at += timedelta(days=75)
    from services.notices import guard_pass  # noqa: PLC0415

    guard_pass(office.house, office.clock.at)
    assert (stage(office), case.protector) == (Stage.ANNOUNCED, "jb-1")
    text = says(web.post(office.answer_link("jb-1", Answer.HOLD), data=REASON))
    assert "De opschaling wacht." in text
    again = web.get(office.answer_link("jb-1", Answer.HOLD))
    assert "al een keer tegengehouden" in says(again)
    assert web.post(office.answer_link("jb-1", Answer.HOLD), data=REASON).status_code == 400


def test_a_jump_chooses_a_rung_and_a_reason(office, web, says) -> None:
    office.escalate()
    address = office.answer_link("tm-1", Answer.JUMP)
    page = web.get(address)
    assert "Expertteam Noord" in says(page)
    assert 'name="trede" value="1"' in page.text
    assert 'name="trede" value="0"' not in page.text
    assert "Kies waar de vraag heen moet." in says(web.post(address, data=REASON))
    assert "Kies waar de vraag heen moet." in says(web.post(address, data={**REASON, "trede": "7"}))
    web.post(address, data={**REASON, "trede": "1"})
    assert office.escalation().holder == "ret-nhn"


def test_an_application_wants_an_applicant_and_keeps_the_configured_fields(office, web, says) -> None:
    at_the_desk(office)
    address = office.answer_link("jb-1", Answer.APPLY)
    given = {"veld_vraag": "Meedenken over een plek.", "veld_geprobeerd": "Drie aanbieders gebeld."}
    refused = web.post(address, data=given)
    assert refused.status_code == 400
    assert "Vul in wie de aanmelder is." in says(refused)
    assert "Drie aanbieders gebeld." in refused.text
    bad = web.post(address, data={**given, "aanmelder": "jb-1", "veld_vraag": "BSN 111222333"})
    assert (bad.status_code, 'id="veld_vraag" name="veld_vraag"' in bad.text) == (400, True)
    web.post(address, data={**given, "aanmelder": "jb-1", "veld_verzonnen": "x"})
    applied = office.escalation().steps[-1]
    assert applied.kind is StepKind.APPLIED
    assert applied.details == {
        "aanmelder": "jb-1",
        "vraag": given["veld_vraag"],
        "geprobeerd": given["veld_geprobeerd"],
    }


def test_an_applicant_is_one_of_those_who_have_to_do_with_it(office, web) -> None:
    at_the_desk(office)
    answer = web.post(office.answer_link("jb-1", Answer.APPLY), data={"aanmelder": "Sanne Verzonnen"})
    assert answer.status_code == 400
    assert office.escalation().needs_form


def test_an_outcome_is_one_of_the_configured(office, web, says) -> None:
    at_the_desk(office)
    office.answer("ret-nhn", Answer.ACCEPT)
    address = office.answer_link("ret-nhn", Answer.OUTCOME)
    assert "Kies wat eruit kwam." in says(web.post(address, data={"value": "wachtlijst"}))
    assert "Uitkomst vastgelegd" in says(web.post(address, data={"value": "hulp_gevonden"}))
    assert office.escalation().steps[-1].reason == "hulp_gevonden"


def test_of_two_who_accept_the_first_has_it_and_the_second_is_told(office, web, says) -> None:
    office.escalate()
    first, second = (office.answer_link("tm-1", Answer.ACCEPT) for _ in range(2))
    web.post(first)
    before = office.everything()
    for answer in (web.post(second), web.get(second)):
        text = says(answer)
        assert "Deze vraag is al verder" in text
        assert "Ligt nu bij tm-1 (de teammanager): opgepakt." in text
    assert office.everything() == before


def test_a_press_on_an_earlier_state_says_who_has_it_now(office, web, says) -> None:
    office.escalate()
    address = office.answer_link("tm-1", Answer.ACCEPT)
    office.answer("tm-1", Answer.JUMP, reason="plaats", rung=1)
    assert "Ligt nu bij ret-nhn (het expertteam): gevraagd." in says(web.post(address))


def test_an_answer_to_what_is_withdrawn_says_so(office, web, says) -> None:
    from services.cases import record_fact  # noqa: PLC0415
    from tests.web.conftest import ADMIN  # noqa: PLC0415

    office.escalate()
    address = office.answer_link("tm-1", Answer.ACCEPT)
    now = office.clock.now()
    record_fact(
        office.house,
        "GIA-2026-0001",
        FactKind.HELP_STARTED,
        now.date(),
        value="passend",
        actor=ADMIN,
        now=now,
    )
    text = says(web.post(address))
    assert "Deze vraag is al verder" in text
    assert stage(office) in (Stage.SOLVED, Stage.WITHDRAWN)


def test_who_does_not_hold_it_is_told_who_does(office, web, says) -> None:
    office.escalate()
    answer = web.get(office.answer_link("jb-1", Answer.ACCEPT))
    assert answer.status_code == 403
    assert "Deze opschaling ligt niet bij jou, maar bij tm-1." in says(answer)
    assert web.post(office.answer_link("jb-1", Answer.ACCEPT)).status_code == 403


def test_to_somebody_else_it_does_not_exist(office, web) -> None:
    office.escalate()
    address = office.answer_link("jb-3", Answer.ACCEPT)
    assert (web.get(address).status_code, web.head(address).status_code) == (404, 404)
    assert web.post(address).status_code == 404


def test_a_desk_sees_code_norm_dates_blocker_and_holder_and_nothing_else(office, web, says) -> None:
    from services.explanations import explain  # noqa: PLC0415
    from services.items import ask_help  # noqa: PLC0415
    from tests.web.conftest import ADMIN  # noqa: PLC0415

    now = office.clock.now()
    ask_help(office.house, "GIA-2026-0001", "verblijf", "aanbieder", now.date(), actor=ADMIN, now=now)
    explain(
        office.house,
        "GIA-2026-0001",
        "3",
        "plaats",
        now.date() + timedelta(days=200),
        note="geheime toelichting van de jeugdbeschermer",
        actor=ADMIN,
        now=now,
    )
    office.escalate()
    office.answer("tm-1", Answer.JUMP, reason="gezin", note="geheime notitie van de manager", rung=1)
    pages = [web.get(office.answer_link("ret-nhn", one)) for one in (Answer.ACCEPT, Answer.HAND_BACK)]
    pages.append(web.post(office.answer_link("ret-nhn", Answer.ACCEPT)))
    for page in pages:
        text = says(page)
        assert "GIA-2026-0001" in text
        assert "Wat in de weg staat er is geen plek" in text
        assert "jb-1" in text
        for secret in ("verblijf", "geheime", "Hoorn", "Instelling A", "ondertoezicht", "hulpvraag", "tm-1"):
            assert secret not in text
