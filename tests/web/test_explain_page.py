"""The page on which a term is explained: a reason, a new date and, if wanted, a guarded text."""

from datetime import date

import pytest

from core.facts import FactKind
from services.actions import ActionVerb, Offer

GIVEN = {"value": "wachtlijst", "on": "2027-01-15"}


def link(office, name: str = "jb-1", norm: str = "3", also: tuple[int, ...] = ()) -> str:
    case = office.case()
    term = case.term(norm)
    return office.link_of(
        name, Offer(ActionVerb.EXPLAIN, case.case.id, norm, None, term.version if term else 0, also)
    )


def test_it_asks_a_reason_a_later_date_and_a_text_and_changes_nothing(office, web, says) -> None:
    office.open()
    before = office.everything()
    page = web.get(link(office))
    text = says(page)
    assert "Uitleggen waarom het later wordt" in text
    assert "Norm 3: passende hulp" in text
    assert "Wachtlijst bij de aanbieder" in text
    assert "Hooguit 600 tekens" in text
    assert 'name="on" required value="" min="2026-12-02"' in page.text
    assert office.everything() == before


def test_it_explains_and_the_term_is_explained_never_met(office, web, says) -> None:
    office.open()
    text = says(web.post(link(office), data={**GIVEN, "toelichting": "De aanbieder belt in december."}))
    assert "Norm 3 is uitgelegd tot vrijdag 15 januari 2027." in text
    view = office.case()
    assert (view.term("3").term.explained_on, view.term("3").term.met_on) == (date(2027, 1, 15), None)
    told = next(fact for fact in view.facts if fact.kind is FactKind.HELP_EXPLAINED)
    assert (told.value, told.note) == ("wachtlijst", "De aanbieder belt in december.")


def test_a_second_explanation_says_that_the_manager_hears_of_it(office, web, says) -> None:
    office.open()
    web.post(link(office), data=GIVEN)
    assert "je teammanager krijgt bericht" in says(web.get(link(office)))
    text = says(web.post(link(office), data={"value": "plaats", "on": "2027-02-15"}))
    assert "Dat is de 2e keer; je teammanager krijgt daarover bericht." in text


def test_siblings_are_explained_together(office, web) -> None:
    office.open()
    other = office.open("GIA-2026-0002")
    web.post(link(office, also=(other.case.id,)), data=GIVEN)
    explained = [office.case(code).term("3").term.explanations for code in ("GIA-2026-0001", "GIA-2026-0002")]
    assert explained == [1, 1]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"on": "2027-01-15"}, "Kies een reden."),
        ({"value": "verzonnen", "on": "2027-01-15"}, "Kies een reden."),
        ({"value": "wachtlijst"}, "Vul een dag in."),
        ({"value": "wachtlijst", "on": "2026-09-01"}, "ligt in het verleden"),
        ({"value": "wachtlijst", "on": "2026-12-01"}, "ligt niet na de datum die nu geldt (1-12-2026)"),
        ({"value": "wachtlijst", "on": "31-2-2027"}, "31-2-2027"),
        ({**GIVEN, "toelichting": "x" * 601}, "langer dan 600 tekens"),
        ({**GIVEN, "toelichting": "BSN 111222333"}, "Hier lijkt een BSN te staan"),
        ({**GIVEN, "toelichting": "geboren op 3-4-2019"}, "Hier lijkt een geboortedatum te staan"),
        ({**GIVEN, "toelichting": "Gebeld met Sanne Verzonnen."}, "lijkt een naam te staan"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_lost_or_recorded(office, web, says, given, said) -> None:
    office.open()
    address = link(office)
    before = office.everything()
    answer = web.post(address, data=given)
    assert answer.status_code == 400
    assert said in says(answer)
    assert given.get("toelichting", "") in answer.text
    assert f'value="{given.get("on", "")}"' in answer.text
    assert office.everything() == before


def test_everything_that_is_wrong_is_told_at_once(office, web, says) -> None:
    office.open()
    text = says(web.post(link(office), data={}))
    assert "Kies een reden. Vul een dag in." in text


def test_how_many_characters_are_too_many_is_counted_as_they_are_read(office, web, says) -> None:
    office.open()
    text = says(web.post(link(office), data={**GIVEN, "toelichting": "a\r\n" * 301}))
    assert "er staan er nu 601, dat zijn er 1 te veel" in text


def test_what_is_no_name_can_be_said_so_and_only_that_piece_passes(office, web, says) -> None:
    office.open()
    text = {"toelichting": "Gebeld met Huize Zonnebloem."}
    page = web.post(link(office), data={**GIVEN, **text})
    assert 'name="geen_naam" value="Huize Zonnebloem"' in page.text
    other = {
        "toelichting": "Gebeld met Huize Zonnebloem en Sanne Verzonnen.",
        "geen_naam": "Huize Zonnebloem",
    }
    refused = web.post(link(office), data={**GIVEN, **other})
    assert (refused.status_code, 'value="Sanne Verzonnen"' in refused.text) == (400, True)
    assert 'value="Huize Zonnebloem" checked' in refused.text
    assert web.post(link(office), data={**GIVEN, **text, "geen_naam": "Huize Zonnebloem"}).status_code == 200
    assert office.case().term("3").term.explanations == 1


def test_norm_1_is_not_explained(office, web, says) -> None:
    office.open()
    answer = web.post(link(office, norm="1"), data=GIVEN)
    assert answer.status_code == 400
    assert "alleen bij norm 2 en 3" in says(answer)


def test_used_twice_it_tells_what_was_decided(office, web, says) -> None:
    office.open()
    address = link(office)
    web.post(address, data=GIVEN)
    before = office.everything()
    assert "Dit is al geregeld" in says(web.post(address, data={"value": "plaats", "on": "2027-03-01"}))
    assert office.everything() == before


def test_who_may_only_look_explains_nothing(office, web) -> None:
    from core.people import Role  # noqa: PLC0415

    office.open()
    office.add("gd-1", Role.DATA_STEWARD)
    address = link(office, "gd-1")
    assert (web.get(address).status_code, web.post(address, data=GIVEN).status_code) == (403, 403)
    assert office.case().term("3").term.explanations == 0


def test_a_link_of_a_colleague_without_the_case_is_nothing(office, web) -> None:
    office.open()
    address = link(office, "jb-3")
    assert (web.get(address).status_code, web.post(address, data=GIVEN).status_code) == (404, 404)
