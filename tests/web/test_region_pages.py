"""Who waits for help, handing over caseloads, blockers and routes."""

import re
from datetime import date, timedelta

import pytest

from core.facts import FactKind
from core.people import Role
from services.blockers import present_blockers
from services.cases import record_fact
from tests.web.conftest import ADMIN

BLOCKER = {
    "soort": "opnamestop",
    "plaats": "Aanbieder Een",
    "hulp": "ggz",
    "regio": "NHN",
    "van": "2026-09-01",
}


def send(session, path: str, given: dict[str, object], to: str = ""):
    """Open a page and send a form of it with its ticket."""
    found = re.search(r'name="bewijs" value="([\w-]+)"', session.get(path).text)
    return session.post(to or path.partition("?")[0], {"bewijs": found[1] if found else "", **given})


def known(office):
    return present_blockers(office.house, actor=ADMIN, now=office.clock.now())


def test_the_three_groups_of_who_waits(office, signed_in, says) -> None:
    office.open()
    office.open("GIA-2026-0002")
    office.open("GIA-2026-0003", protector="jb-2")
    now = office.clock.now()
    for code, kind, on, value in (
        ("GIA-2026-0002", FactKind.HELP_STARTED, date(2026, 9, 4), "niet_passend"),
        ("GIA-2026-0003", FactKind.HELP_NEEDED_BY, date(2026, 9, 10), None),
    ):
        record_fact(office.house, code, kind, on, value=value, actor=ADMIN, now=now)
    office.clock.at += timedelta(days=14)
    session = signed_in("tm-1")
    text = says(session.get("/wachtenden"))
    assert "Wacht langer dan drie maanden (0)" in text
    assert "Zaak GIA-2026-0003" in says(session.get("/wachtenden?groep=sooner"))
    assert "Zaak GIA-2026-0002" in says(session.get("/wachtenden?groep=unfit"))
    office.clock.at += timedelta(days=90)
    assert "Zaak GIA-2026-0001" in says(signed_in("tm-1").get("/wachtenden?groep=long&blad=9"))
    assert signed_in("jb-1").get("/wachtenden").status_code == 403


def test_a_caseload_goes_to_colleagues_in_turn_with_its_clocks(office, signed_in, says) -> None:
    for number in (1, 2, 3):
        office.open(f"GIA-2026-000{number}")
    due = [term.term.due_on for term in office.case().terms]
    session = signed_in("tm-1")
    assert "3 zaken van jb-1" in says(session.get("/overdragen?van=jb-1"))
    given = {"van": "jb-1", "naar": ["jb-2"], "soort": "ongepland", "op": "2026-09-07"}
    done = send(session, "/overdragen?van=jb-1", given)
    assert "3 zaken zijn overgedragen." in says(done)
    assert {office.case(f"GIA-2026-000{n}").protector for n in (1, 2, 3)} == {"jb-2"}
    assert [term.term.due_on for term in office.case().terms] == due


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"soort": "ongepland", "op": "2026-09-07"}, "Kies minstens één collega."),
        ({"naar": "jb-3", "soort": "ongepland", "op": "2026-09-07"}, "Kies minstens één collega."),
        ({"naar": "jb-2", "op": "2026-09-07"}, "Maak een keuze."),
        ({"naar": "jb-2", "soort": "start", "op": "2026-09-07"}, "Maak een keuze."),
        ({"naar": "jb-2", "soort": "ongepland", "op": "2026-09-08"}, "toekomst"),
    ],
)
def test_a_handover_that_cannot_be_changes_nothing(office, signed_in, says, given, said) -> None:
    office.open()
    answer = send(signed_in("tm-1"), "/overdragen?van=jb-1", {"van": "jb-1", **given})
    assert answer.status_code == 400
    assert said in says(answer)
    assert office.case().protector == "jb-1"


def test_an_institution_moves_all_its_cases_for_who_may(office, signed_in, says) -> None:
    office.open()
    office.add("gd-1", Role.DATA_STEWARD)
    office.add("gd-b", Role.DATA_STEWARD, organisation="GIB")
    given = {"uit": "GIA", "in": "GIB", "vanaf": "2026-09-07"}
    assert "Van instelling naar instelling" not in says(signed_in("tm-1").get("/overdragen"))
    for name in ("tm-1", "gd-b"):
        assert send(signed_in(name), "/overdragen", given, "/overdragen/instelling").status_code == 400
    assert signed_in("jb-1").get("/overdragen").status_code == 403
    done = send(signed_in("gd-1"), "/overdragen", given, "/overdragen/instelling")
    assert "1 zaak is overgedragen." in says(done)
    assert (office.case().organisation_name, office.case().protector) == ("Instelling B", None)


def test_a_blocker_is_added_once_and_ended(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    ticket = re.search(r'name="bewijs" value="([\w-]+)"', session.get("/belemmeringen").text)
    for _ in range(2):
        assert session.post("/belemmeringen", {"bewijs": ticket[1], **BLOCKER}).status_code == 303
    assert [(one.kind, one.place, one.help_kind) for one in known(office)] == [
        ("opnamestop", "Aanbieder Een", "ggz")
    ]
    text = says(session.get("/belemmeringen"))
    assert "Opnamestop: Aanbieder Een" in text
    number = known(office)[0].id
    early = session.post("/belemmeringen/einde", {"nummer": str(number), "einde": "2026-08-01"})
    assert (early.status_code, known(office)[0].through_on) == (400, None)
    assert session.post("/belemmeringen/einde", {"nummer": "999", "einde": "2026-09-09"}).status_code == 400
    session.post("/belemmeringen/einde", {"nummer": str(number), "einde": "2026-09-09"})
    assert known(office)[0].through_on == date(2026, 9, 9)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"soort": "verzonnen"}, "Maak een keuze."),
        ({"plaats": ""}, "Vul in waar het speelt"),
        ({"plaats": "x" * 65}, "Vul in waar het speelt"),
        ({"plaats": "bij 111222333"}, "BSN"),
        ({"plaats": "bij Sanne Verzonnen"}, "lijkt een naam te staan"),
        ({"tot": "2026-08-01"}, "ligt voor de eerste"),
        ({"van": ""}, "Vul een dag in."),
    ],
)
def test_a_blocker_that_cannot_be_is_refused_and_what_was_written_stays(
    office, signed_in, says, change, said
) -> None:
    answer = send(signed_in("jb-1"), "/belemmeringen", {**BLOCKER, **change})
    assert answer.status_code == 400
    assert said in says(answer)
    assert change.get("plaats", "Aanbieder Een") in answer.text
    assert known(office) == []


def test_the_name_of_a_provider_passes_when_it_is_said_to_be_none_of_a_person(office, signed_in) -> None:
    given = {**BLOCKER, "plaats": "bij Sanne Verzonnen", "geen_naam": "Sanne Verzonnen"}
    assert send(signed_in("jb-1"), "/belemmeringen", given).status_code == 303
    assert known(office)[0].place == "bij Sanne Verzonnen"


def test_an_official_sees_the_register_and_adds_nothing(office, signed_in) -> None:
    office.add("ambt-1", Role.OFFICIAL, organisation=None)
    session = signed_in("ambt-1")
    assert "Toevoegen" not in session.get("/belemmeringen").text
    assert session.post("/belemmeringen", BLOCKER).status_code == 403


def test_the_route_of_a_municipality_shows_its_desks_and_where_it_is_from(signed_in, says) -> None:
    session = signed_in("jb-1")
    text = says(session.get("/routes?gemeente=hoorn"))
    assert "Hoorn (Noord-Holland Noord)" in text
    assert "Expertteam Noord Bel eerst even." in text
    assert "een aanname" in text
    assert "Bron: verzonnen voor de tests." in text
    assert session.get("/routes?gemeente=utrecht").status_code == 400


def test_what_waits_for_somebody_leads_to_its_answers(office, signed_in, says) -> None:
    office.open()
    office.escalate()
    session = signed_in("tm-1")
    page = session.get("/opschalingen")
    assert "1 vraag wacht op jou" in says(page)
    address = next(p for p in page.text.split('<a href="') if "Ik pak dit op" in p).partition('"')[0]
    assert session.browser.get(address).status_code == 403
    session.get(address)
    assert "Opgepakt" in says(session.post(address))
    assert "Er wacht nu niets op je." in says(signed_in("jb-3").get("/opschalingen"))


@pytest.mark.parametrize("number", ["999", "0", "x", "-1", "9" * 30, "²"])
def test_an_escalation_that_is_not_there_is_not_there(office, signed_in, number) -> None:
    office.open()
    assert signed_in("jb-1").get(f"/opschalingen/{number}").status_code == 404


def test_an_escalation_of_another_is_as_unknown_as_none(office, signed_in) -> None:
    office.open()
    number = office.escalate().escalation.id
    assert signed_in("jb-3").get(f"/opschalingen/{number}").status_code == 404
    assert signed_in("jb-1").get(f"/opschalingen/{number}").status_code == 200
