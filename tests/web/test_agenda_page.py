"""The agenda of a table on the page behind a mail link: codes for who chairs, a form for each deed."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.governance import Governance
from core.people import Role
from core.series import Participants, Series, SeriesKind
from services.actions import ActionVerb, Offer
from services.governance.matters import Ref

TABLE = Series(
    "tafel",
    "Tafel",
    SeriesKind.MEETING,
    date(2026, 9, 10),
    rule="FREQ=WEEKLY",
    chair="amb-1",
    participants=Participants(people=("amb-2",)),
    case_agenda=True,
)
REF = Ref.of_meeting("tafel", date(2026, 9, 10))


@pytest.fixture
def table(office):
    object.__setattr__(
        office.house, "rules", replace(office.house.rules, governance=Governance({"tafel": TABLE}))
    )
    for name in ("amb-1", "amb-2"):
        office.add(name, Role.OFFICIAL, team=None)
    office.open()
    return office


def page_of(office, name: str) -> str:
    return office.link_of(name, Offer(ActionVerb.GOVERNANCE, 0, about=REF.subject(0)))


def send(web, path: str, **fields: str):
    version = re.search(r'name="version" value="(\d+)"', web.get(path).text)
    assert version is not None
    return web.post(path, data={"version": version[1], **fields})


def test_a_chair_puts_a_case_on_the_agenda_and_says_what_came_of_it(table, web, says) -> None:
    path = page_of(table, "amb-1")
    added = send(web, path, deed="agenda_add", text="GIA-2026-0001")
    assert "Zaken op de agenda: GIA-2026-0001" in says(added)
    table.clock.at += timedelta(days=3)
    assert "Uitkomst van een zaak" in says(send(web, path, deed="held"))
    told = send(web, path, deed="case_outcome", case="GIA-2026-0001", choice="advies")
    assert "GIA-2026-0001: advies gekregen" in says(told)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"deed": "agenda_add", "text": "GIA-2026-9999"}, "Zaak GIA-2026-9999 ken ik hier niet."),
        ({"deed": "agenda_add", "text": ""}, "Hier moet iets staan."),
        ({"deed": "agenda_remove", "case": "GIA-2026-0001"}, "staat niet (meer) open op deze agenda"),
        ({"deed": "case_outcome", "case": "GIA-2026-0001", "choice": "advies"}, "Dit kan nu niet"),
    ],
)
def test_what_cannot_be_is_refused_on_the_page(table, web, says, fields, sentence) -> None:
    answer = send(web, page_of(table, "amb-1"), **fields)
    assert (answer.status_code, sentence in says(answer)) == (400, True), says(answer)


def test_who_takes_part_reads_no_codes_and_has_no_form_for_them(table, web, says) -> None:
    send(web, page_of(table, "amb-1"), deed="agenda_add", text="GIA-2026-0001")
    text = says(web.get(page_of(table, "amb-2")))
    assert "GIA-2026-0001" not in text
    assert "op de agenda" not in text
