"""The page of linked group chats: for who leads meetings, with a link that is shown once."""

import re
from dataclasses import replace
from datetime import date

import pytest

from core.governance import Governance
from core.people import Role
from core.series import Series, SeriesKind
from services.governance.group_codes import is_group_code, link_group
from services.governance.groups import linked_groups
from services.upkeep import note_bot_name
from storage.queries.people import link_chat
from tests.web.conftest import ADMIN

SERIES = Series("rijk", "Overleg Rijk", SeriesKind.MEETING, date(2026, 9, 7), rule="FREQ=WEEKLY;INTERVAL=6")
LEADER = 190


@pytest.fixture
def led(office):
    agreed = replace(office.house.rules, governance=Governance({"rijk": SERIES}))
    object.__setattr__(office.house, "rules", agreed)
    office.add("pl-1", Role.PROJECT_LEADER, organisation="GIA", team=None)
    with office.house.store.write() as tx:
        link_chat(tx, office.people["pl-1"].id, LEADER)
    note_bot_name(office.house, "wacht_bot", office.clock.now())
    return office


def ticket(answer) -> str:
    found = re.search(r'name="bewijs" value="([\w-]+)"', answer.text)
    assert found is not None
    return found[1]


def names(office) -> list[str]:
    return [one.name for one in linked_groups(office.house, actor=ADMIN, now=office.clock.now())]


def test_a_link_is_shown_once_and_links_a_group_that_can_be_let_go(led, signed_in, says) -> None:
    session = signed_in("pl-1")
    first = session.get("/groepen")
    assert "Er is nog geen groep gekoppeld" in says(first)
    form = {"bewijs": ticket(first), "waarbij": "series:rijk"}
    made = session.post("/groepen", form)
    found = re.search(r'href="https://t\.me/wacht_bot\?startgroup=([\w-]+)"', made.text)
    assert found is not None
    # The same form again makes no other link: the first one still works.
    assert session.post("/groepen", form).status_code == 303
    assert is_group_code(led.house, found[1], led.clock.now())
    assert found[1] not in session.get("/groepen").text
    link_group(led.house, found[1], -4001, "Overleg", used_by=LEADER, now=led.clock.now())
    listed = session.get("/groepen")
    assert "Groep “Overleg”" in says(listed)
    number = re.search(r'name="nummer" value="(\d+)"', listed.text)
    assert number is not None
    assert session.post("/groepen/einde", {"nummer": number[1]}).status_code == 303
    assert names(led) == []


@pytest.mark.parametrize("given", ["", "series:niets", "region:oost", "rijk"])
def test_what_was_not_offered_is_asked_again(led, signed_in, says, given: str) -> None:
    session = signed_in("pl-1")
    answer = session.post("/groepen", {"bewijs": ticket(session.get("/groepen")), "waarbij": given})
    assert answer.status_code == 400
    assert "Kies een reeks of regio." in says(answer)


@pytest.mark.parametrize("number", ["", "0", "9" * 30, "x"])
def test_a_group_that_is_not_there_cannot_be_let_go(led, signed_in, number: str) -> None:
    session = signed_in("pl-1")
    session.get("/groepen")
    assert session.post("/groepen/einde", {"nummer": number}).status_code == 400


def test_who_leads_no_meetings_has_no_such_page(led, signed_in) -> None:
    session = signed_in("jb-1")
    assert session.get("/groepen").status_code == 403
    assert 'href="/groepen"' not in session.get("/overzicht").text
