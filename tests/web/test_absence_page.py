"""Absence with a substitute, by page."""

from datetime import date

import pytest

from core.people import Role, command_line
from services.absences import list_absences, set_absence

ADMIN = command_line("test")
GOOD = {"voor": "jb-1", "van": "2026-09-14", "tot": "2026-09-18", "waarnemer": "jb-2"}


def absences(office) -> list[tuple[str, str, date, date]]:
    found = list_absences(office.house, actor=ADMIN, now=office.clock.now())
    return [(one.person, one.substitute, one.from_on, one.through_on) for one in found]


SET = [("jb-1", "jb-2", date(2026, 9, 14), date(2026, 9, 18))]


def test_an_own_absence_is_set_seen_and_ended(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    form = session.get("/waarneming")
    assert "Er is nu geen waarneming geregeld." in says(form)
    assert 'id="voor"' not in form.text
    answer = session.post("/waarneming", GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/waarneming")
    assert absences(office) == SET
    shown = says(session.get("/waarneming"))
    assert (
        "jb-2 neemt waar voor jb-1: maandag 14 september 2026 tot en met vrijdag 18 september 2026" in shown
    )
    session.post("/waarneming/einde", {"voor": "jb-1"})
    assert absences(office) == []


def test_the_substitute_sees_it_and_cannot_end_it(office, signed_in, says) -> None:
    days = (date(2026, 9, 14), date(2026, 9, 18))
    set_absence(office.house, "jb-1", "jb-2", *days, actor=ADMIN, now=office.clock.now())
    session = signed_in("jb-2")
    page = session.get("/waarneming")
    assert "jb-2 neemt waar voor jb-1" in says(page)
    assert "jb-1 is er weer" not in page.text
    assert session.post("/waarneming/einde", {"voor": "jb-1"}).status_code == 403
    assert absences(office) == SET


def test_the_manager_sets_it_for_the_team_and_for_nobody_else(office, signed_in) -> None:
    session = signed_in("tm-1")
    page = session.get("/waarneming?voor=jb-1").text
    assert '<option value="jb-1" selected>jb-1</option>' in page
    assert '<input type="hidden" name="voor" value="jb-1">' in page
    assert 'value="jb-3"' not in page.partition('id="voor"')[2].partition("</select>")[0]
    session.post("/waarneming", GOOD)
    assert absences(office) == SET
    session.post("/waarneming", GOOD | {"voor": "jb-3"})
    assert absences(office) == SET


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"van": ""}, "Vul een dag in."),
        ({"tot": "31-2-2026"}, "bestaat niet"),
        ({"tot": "2026-09-11"}, "ligt voor de eerste"),
        ({"van": "2026-09-01", "tot": "2026-09-02"}, "is al voorbij"),
        ({"waarnemer": ""}, "Kies wie waarneemt."),
        ({"waarnemer": "jb-1"}, "Kies wie waarneemt."),
        ({"waarnemer": "onbekend"}, "Kies wie waarneemt."),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(office, signed_in, says, changed, sentence) -> None:
    answer = signed_in("jb-1").post("/waarneming", GOOD | changed)
    assert answer.status_code == 400
    assert sentence in says(answer)
    assert absences(office) == []


def test_who_may_set_none_is_refused(office, signed_in) -> None:
    office.add("amb-1", Role.OFFICIAL)
    session = signed_in("amb-1")
    assert session.get("/waarneming").status_code == 403
    assert session.post("/waarneming", GOOD | {"voor": "amb-1"}).status_code == 403
