"""A case's help, requests, other dates, holders and escalations by page, for who is signed in."""

import re
from datetime import date

import pytest

from core.facts import FactKind
from core.people import Role
from services.blockers import register_blocker
from services.escalating import Answer
from services.items import ask_help
from tests.web.conftest import ADMIN

CASE = "/zaken/GIA-2026-0001"
HELP = {"soort": "ggz", "gevraagd_bij": "aanbieder", "gevraagd": "2026-09-04"}


def fill(session, path: str, given: dict[str, str]):
    """Open a form and send it with its own ticket."""
    page = session.get(path)
    found = re.search(r'name="bewijs" value="([\w-]+)"', page.text)
    return session.post(path, {"bewijs": found[1] if found else "", **given})


def link(page, label: str) -> str:
    return next(part for part in page.text.split('<a href="') if label in part).partition('"')[0]


@pytest.fixture(autouse=True)
def _case(office) -> None:
    office.open()


def test_a_need_is_added_and_every_step_of_it_recorded(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    answer = fill(session, f"{CASE}/hulpvraag", HELP)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{CASE}?gedaan=hulpvraag")
    page = session.get(answer.headers["location"])
    assert "De hulpvraag staat erbij." in says(page)
    assert "Hulpvraag 1: jeugd-ggz Gevraagd vrijdag 4 september 2026 aan aanbieder" in says(page)
    for label, given in (
        ("Contract vastleggen", {"value": "nee"}),
        ("Akkoord op de financiering vastleggen", {"on": "2026-09-05"}),
        ("Intake vastleggen", {"on": "2026-09-07"}),
        ("Verwachte start vastleggen", {"on": "2027-02-01"}),
        ("Start van de hulp vastleggen", {"on": "2026-09-07", "value": "passend"}),
    ):
        address = link(session.get(CASE), label)
        assert session.get(address).status_code == 200
        assert session.post(address, given).status_code == 200
    need = office.case().needs[0]
    assert (need.contracted, need.funded_on, need.intake_on) == ("nee", date(2026, 9, 5), date(2026, 9, 7))
    assert (need.expected_on, need.started_on, need.fits) == (date(2027, 2, 1), date(2026, 9, 7), True)


def test_an_expected_start_after_the_due_date_prompts_to_escalate_today(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    fill(session, f"{CASE}/hulpvraag", HELP)
    address = link(session.get(CASE), "Verwachte start vastleggen")
    assert "De hulp wordt pas na de datum verwacht." in says(session.post(address, {"on": "2027-02-01"}))
    page = session.get(CASE)
    assert "De hulp wordt pas na de datum verwacht." in says(page)
    assert f'href="{CASE}/opschalen/3"' in page.text


def test_of_several_needs_the_one_that_is_meant_is_picked(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    for _ in range(2):
        fill(session, f"{CASE}/hulpvraag", HELP)
    address = link(session.get(CASE), 'Intake vastleggen<span class="unseen">: hulpvraag 2')
    page = session.get(address)
    assert 'name="hulpvraag" value="2" required checked' in page.text
    plain = address.partition("?")[0]
    assert "Kies om welke hulpvraag het gaat." in says(session.post(plain, {"on": "2026-09-07"}))
    session.post(plain, {"on": "2026-09-07", "hulpvraag": "2"})
    assert [need.intake_on for need in office.case().needs] == [None, date(2026, 9, 7)]


def test_help_that_began_before_it_was_asked_is_flagged(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    fill(session, f"{CASE}/hulpvraag", HELP)
    address = link(session.get(CASE), "Start van de hulp vastleggen")
    text = says(session.post(address, {"on": "2026-09-02", "value": "passend"}))
    assert "Let op: dit is vóór de dag waarop de hulp is gevraagd." in text


def test_a_blocker_is_shown_at_the_need_it_blocks(office, signed_in, says) -> None:
    now = office.clock.now()
    for kind, place, region in (("ggz", "Aanbieder Een", "NHN"), ("verblijf", "Aanbieder Twee", None)):
        register_blocker(
            office.house,
            "opnamestop",
            place,
            date(2026, 9, 1),
            None,
            help_kind=kind,
            region=region,
            actor=ADMIN,
            now=now,
        )
    session = signed_in("jb-1")
    fill(session, f"{CASE}/hulpvraag", HELP)
    text = says(session.get(CASE))
    assert "opnamestop: Aanbieder Een" in text
    assert "Aanbieder Twee" not in text


def test_a_form_acts_once_however_often_it_is_sent(office, signed_in) -> None:
    session = signed_in("jb-1")
    page = session.get(f"{CASE}/hulpvraag")
    ticket = re.search(r'name="bewijs" value="([\w-]+)"', page.text)
    answers = [session.post(f"{CASE}/hulpvraag", {"bewijs": ticket[1], **HELP}) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {303}
    assert len(office.case().needs) == 1


@pytest.mark.parametrize(
    ("form", "given", "said"),
    [
        ("hulpvraag", {**HELP, "soort": "verzonnen"}, "Maak een keuze."),
        ("hulpvraag", {**HELP, "gevraagd": "2026-09-08"}, "toekomst"),
        ("hulpvraag", {**HELP, "gevraagd": ""}, "Vul een dag in."),
        ("hulpvraag", {**HELP, "gevraagd_bij": "Sanne"}, "Kies aan wie het is gevraagd."),
        ("aanvraag", {"soort": "crisisplek", "verstuurd": "2026-09-04"}, "Maak een keuze."),
        (
            "datum/machtiging",
            {"begin": "2026-09-04", "tot": "2026-09-01"},
            "niet na het begin (4-9-2026)",
        ),
        ("datum/crisisplek", {"begin": "31-2-2026"}, "31-2-2026"),
        (
            "verlengen/maatregel",
            {"tot": "2027-09-01", "reden": "late_hulp"},
            "nog geen einde van de maatregel",
        ),
        ("verlengen/maatregel", {"tot": "2027-09-01", "reden": "zomaar"}, "Kies een reden."),
        ("gemeente", {"gemeente": "utrecht"}, "gemeente"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(office, signed_in, says, form, given, said) -> None:
    session = signed_in("jb-1")
    before = len(office.case().facts)
    answer = fill(session, f"{CASE}/{form}", given)
    assert answer.status_code == 400
    assert said in says(answer)
    assert len(office.case().facts) == before


def test_a_request_runs_beside_norm_3_and_has_a_configured_answer(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    due = office.case().term("3").term.due_on
    fill(session, f"{CASE}/hulpvraag", HELP)
    fill(session, f"{CASE}/aanvraag", {"soort": "toegang", "verstuurd": "2026-09-04"})
    page = session.get(CASE)
    assert "Aanvraag toegang 1 Voor hulpvraag 1." in says(page)
    address = link(page, "Antwoord vastleggen")
    assert "Kies wat eruit kwam." in says(session.post(address, {"on": "2026-09-07", "value": "misschien"}))
    assert session.post(address, {"on": "2026-09-07", "value": "ja"}).status_code == 200
    view = office.case()
    assert (view.term("toegang.1").term.met_on, view.term("3").term.due_on) == (date(2026, 9, 7), due)


def test_another_date_is_added_extended_with_its_reason_and_reached(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    assert "Crisisplek" in says(session.get(f"{CASE}/datum"))
    fill(session, f"{CASE}/datum/crisisplek", {"begin": "2026-09-01"})
    assert office.case().term("crisisplek.1").term.due_on == date(2026, 11, 23)
    fill(session, f"{CASE}/verlengen/crisisplek.1", {"tot": "2026-12-01", "reden": "late_hulp"})
    page = session.get(CASE)
    assert "hulp kwam te laat" in says(page)
    assert office.case().term("crisisplek.1").term.due_on == date(2026, 11, 30)
    address = link(page, "Vervolgplek vastleggen")
    session.post(address, {"on": "2026-11-28"})
    assert office.case().term("crisisplek.1").term.met_on is not None


def test_what_was_added_by_mistake_is_taken_back_as_a_whole(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    fill(session, f"{CASE}/hulpvraag", HELP)
    fill(session, f"{CASE}/datum/crisisplek", {"begin": "2026-09-01"})
    for name in ("hulpvraag 1", "crisisplek 1"):
        address = link(session.get(CASE), f'Terugnemen<span class="unseen">: {name}')
        assert f"Terugnemen: {name}" in says(session.get(address))
        assert "Teruggenomen" in says(session.post(address))
        assert "Dit is al geregeld" in says(session.post(address))
    assert (office.case().needs, office.case().term("crisisplek.1")) == ((), None)


def test_a_milestone_keeps_only_its_month(office, signed_in) -> None:
    fill(signed_in("jb-1"), f"{CASE}/datum/achttien", {"tot": "2027-05-17"})
    assert office.case().items["achttien.1"][FactKind.ITEM_ENDS].on == date(2027, 5, 1)


def test_an_extended_measure_keeps_its_reason_and_the_norms_their_clocks(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    due = office.case().term("2").term.due_on
    address = link(session.get(CASE), "Einde van de maatregel vastleggen")
    session.post(address, {"on": "2027-03-01"})
    fill(session, f"{CASE}/verlengen/maatregel", {"tot": "2027-09-01", "reden": "late_hulp"})
    assert office.dated(FactKind.MEASURE_ENDS) == date(2027, 9, 1)
    assert office.case().term("2").term.due_on == due
    assert "einde van de maatregel op woensdag 1 september 2027, hulp kwam te laat" in says(session.get(CASE))
    answer = fill(session, f"{CASE}/verlengen/maatregel", {"tot": "2027-08-01", "reden": "late_hulp"})
    assert "ligt niet na de datum die nu geldt (1-9-2027)" in says(answer)


def test_moving_keeps_the_clocks_and_changes_the_route(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    due = [term.term.due_on for term in office.case().terms]
    fill(session, f"{CASE}/gemeente", {"gemeente": "alkmaar"})
    assert [term.term.due_on for term in office.case().terms] == due
    assert "Wie je in Alkmaar om hulp vraagt" in says(session.get(CASE))


def test_who_had_the_case_and_the_days_without_anybody_are_shown(office, signed_in, says) -> None:
    session = signed_in("tm-1")
    couple = link(session.get(CASE), "Jeugdbeschermer koppelen")
    session.post(couple, {"value": "jb-1", "on": "2026-09-04", "soort": "start"})
    answer = fill(session, f"{CASE}/zonder", {"op": "2026-09-05"})
    assert answer.status_code == 303
    text = says(session.get(CASE))
    assert "Jeugdbeschermer nog niemand" in text
    assert "jb-1 (begin van de zaak), vrijdag 4 september 2026 tot zaterdag 5 september 2026" in text
    assert "Zonder jeugdbeschermer" in text


def test_an_intake_team_needs_a_handover_date(office, signed_in, says) -> None:
    session = signed_in("tm-1")
    address = link(session.get(CASE), "Jeugdbeschermer koppelen")
    given = {"value": "jb-2", "on": "2026-09-07", "soort": "instroom"}
    refused = session.post(address, given)
    assert refused.status_code == 400
    assert "wanneer de vaste" in says(refused) or "waarop de vaste jeugdbeschermer" in says(refused)
    assert session.post(address, {**given, "overdracht_gepland": "2026-10-01"}).status_code == 200
    assert office.case().term("overdracht.1").term.due_on == date(2026, 10, 1)


def test_a_handover_talk_needs_somebody_to_hand_over_to(office, signed_in, says) -> None:
    manager = signed_in("tm-1")
    fill(manager, f"{CASE}/overdracht", {"wie": "", "op": "2026-09-07"})
    session = signed_in("jb-1")
    address = link(session.get(CASE), "Overdrachtsgesprek vastleggen")
    assert "nog niet vastgelegd wie de zaak overneemt" in says(session.post(address, {"on": "2026-09-07"}))
    fill(manager, f"{CASE}/overdracht", {"wie": "jb-2", "op": "2026-09-07"})
    session.post(link(session.get(CASE), "Overdrachtsgesprek vastleggen"), {"on": "2026-09-07"})
    assert office.case().protector == "jb-2"


def test_escalations_stand_in_the_case_with_history_and_what_can_be_answered(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    answer = fill(session, f"{CASE}/opschalen/3", {})
    assert answer.status_code == 303
    assert office.escalation().holder == "tm-1"
    office.answer("tm-1", Answer.HAND_BACK, reason="gezin", note="Bel eerst even met elkaar.")
    page = session.get(CASE)
    text = says(page)
    assert "Teruggegeven door tm-1: gezin of netwerk nog niet zover" in text
    assert "Bel eerst even met elkaar." in text
    assert f'href="{CASE}/opschalen/3"' not in page.text
    manager = signed_in("tm-1").get(CASE)
    assert "Naar een andere trede" in says(manager)


def test_explained_has_its_own_colour_and_words(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    found = [part for part in session.get(CASE).text.split('<a href="') if "Uitleggen waarom" in part]
    session.post(found[-1].partition('"')[0], {"value": "wachtlijst", "on": "2027-01-15"})
    page = session.get(CASE)
    assert '<span class="state blue">' in page.text
    assert "uitgelegd tot vrijdag 15 januari 2027" in says(page)


def test_who_may_only_look_gets_no_forms_and_cannot_send_them(office, signed_in) -> None:
    office.add("gd-1", Role.DATA_STEWARD)
    session = signed_in("gd-1")
    assert f"{CASE}/hulpvraag" not in session.get(CASE).text
    assert session.get(f"{CASE}/hulpvraag").status_code == 403
    assert session.post(f"{CASE}/hulpvraag", HELP).status_code == 403
    assert session.post(f"{CASE}/zonder", {"op": "2026-09-07"}).status_code == 403
    assert office.case().needs == ()


def test_of_another_team_there_is_no_case_and_no_form(office, signed_in) -> None:
    session = signed_in("jb-3")
    for path in (CASE, f"{CASE}/hulpvraag", f"{CASE}/opschalen/3", f"{CASE}/verlengen/maatregel"):
        assert session.get(path).status_code == 404


def test_help_kinds_and_notes_stay_on_pages_of_who_sees_the_case(office, signed_in, says) -> None:
    office.add_desk()
    now = office.clock.now()
    ask_help(office.house, "GIA-2026-0001", "verblijf", "aanbieder", now.date(), actor=ADMIN, now=now)
    office.escalate()
    office.answer("tm-1", Answer.JUMP, reason="gezin", note="geheime notitie", rung=1)
    assert "verblijf" in says(signed_in("jb-1").get(CASE))
    assert "geheime notitie" in says(signed_in("jb-1").get(CASE))
    desk = signed_in("ret-nhn")
    number = office.escalation().escalation.id
    for path in ("/opschalingen", f"/opschalingen/{number}"):
        text = says(desk.get(path))
        assert "GIA-2026-0001" in text
        for secret in ("verblijf", "geheim", "Hoorn", "Instelling A", "gezin of netwerk", "hulpvraag"):
            assert secret not in text
    assert [desk.get(path).status_code for path in (CASE, f"{CASE}/hulpvraag")] == [404, 404]
    assert desk.get("/wachtenden").status_code == 403
