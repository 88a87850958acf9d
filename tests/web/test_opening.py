"""Opening a case by page."""

from datetime import date

import pytest

from core.errors import Refused
from core.facts import FactKind
from core.people import Role

GOOD = {
    "zaak": "GIA-2026-0042",
    "gi": "GIA",
    "gemeente": "hoorn",
    "maatregel": "ots",
    "in_kennis_gesteld": "2026-09-04",
    "uitspraak": "",
}
BSN = "123456782"


def known(office, code: str = "GIA-2026-0042") -> bool:
    try:
        office.case(code)
    except Refused:
        return False
    return True


@pytest.mark.parametrize(("name", "holds"), [("jb-1", ("jb-1", None)), ("tm-1", (None, "tm-1"))])
def test_a_case_is_opened_on_the_name_of_who_opens_it(office, signed_in, says, name, holds) -> None:
    session = signed_in(name)
    form = session.get("/nieuw")
    assert '<option value="alkmaar">Alkmaar</option>\n<option value="hoorn">Hoorn</option>' in form.text
    assert '<input type="hidden" name="gi" value="GIA">' in form.text
    answer = session.post("/nieuw", GOOD | {"zaak": " gia-2026-0042 ", "in_kennis_gesteld": "4-9-2026"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/zaken/GIA-2026-0042?geopend")
    opened = office.case("GIA-2026-0042")
    assert (opened.protector, opened.manager) == holds
    assert opened.ledger[FactKind.NOTIFIED].on == date(2026, 9, 4)
    assert FactKind.ORDERED not in opened.ledger
    assert "De zaak is geopend." in says(session.get(answer.headers["location"]))


def test_everything_that_is_not_right_is_said_at_once_with_the_field(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    wrong = GOOD | {"zaak": "", "gemeente": "", "maatregel": "iets", "uitspraak": "31-2-2026"}
    answer = session.post("/nieuw", wrong)
    assert answer.status_code == 400
    text = says(answer)
    for sentence in ("Vul de zaakcode in.", "Kies de gemeente.", "Kies de maatregel.", "bestaat niet"):
        assert text.count(sentence) == 2
    for name in ("zaak", "gemeente", "maatregel", "uitspraak"):
        assert f'<a href="#{name}">' in answer.text
        assert f'id="{name}-fout"' in answer.text
    assert 'value="2026-09-04"' in answer.text
    assert not known(office)


@pytest.mark.parametrize(
    ("changed", "field", "sentence"),
    [
        ({"in_kennis_gesteld": ""}, "in_kennis_gesteld", "of op welke dag de rechter uitspraak deed"),
        ({"uitspraak": "2026-09-08"}, "uitspraak", "ligt in de toekomst"),
        ({"zaak": "X-1"}, "zaak", "niet de vorm van een zaakcode"),
        ({"zaak": "GIA-2026-0001"}, "zaak", "is er al"),
        ({"gi": "GIB"}, "gi", "Kies de instelling."),
    ],
)
def test_what_the_service_refuses_stands_at_its_field(
    office, signed_in, says, changed, field, sentence
) -> None:
    office.open()
    answer = signed_in("jb-1").post("/nieuw", GOOD | changed)
    assert answer.status_code == 400
    assert sentence in says(answer)
    assert f'<a href="#{field}">' in answer.text
    assert not known(office)


@pytest.mark.parametrize("code", [BSN, "Jan Jansen"])
def test_what_looks_like_a_person_is_refused_and_not_shown_again(office, signed_in, says, code) -> None:
    answer = signed_in("jb-1").post("/nieuw", GOOD | {"zaak": code})
    assert answer.status_code == 400
    assert "mag hier niet staan" in says(answer)
    assert code not in answer.text
    assert 'value="hoorn" selected' in answer.text


def test_the_administrator_chooses_the_institution(office, signed_in) -> None:
    office.add("beheer-1", Role.ADMINISTRATOR, None, None)
    session = signed_in("beheer-1")
    form = session.get("/nieuw").text
    assert '<option value="GIA">Instelling A</option>\n<option value="GIB">Instelling B</option>' in form
    session.post("/nieuw", GOOD | {"zaak": "GIB-2026-0001", "gi": "GIB"})
    assert office.case("GIB-2026-0001").organisation_name == "Instelling B"


def test_who_may_open_none_is_refused_also_by_form(office, signed_in) -> None:
    office.add("pl-1", Role.PROJECT_LEADER)
    session = signed_in("pl-1")
    assert session.get("/nieuw").status_code == 403
    assert session.post("/nieuw", GOOD).status_code == 403
    assert not known(office)
