"""The own settings, by page."""

from datetime import time

import pytest

from services.people import actor_of_person
from storage.queries.people import link_chat


def me(office):
    return actor_of_person(office.house, office.people["jb-1"].id, office.clock.now())[0]


def test_the_time_of_the_message_is_chosen_and_can_be_the_usual_one_again(office, signed_in, says) -> None:
    session = signed_in("jb-1")
    assert (
        '<option value="08:30" selected>8.30 uur (de gewone tijd)</option>'
        in session.get("/instellingen").text
    )
    answer = session.post("/instellingen/tijd", {"tijd": "12:00"})
    assert answer.headers["location"] == "/instellingen?bewaard"
    assert me(office).send_at == time(12, 0)
    page = session.get(answer.headers["location"])
    assert "Bewaard." in says(page)
    assert '<option value="12:00" selected>12.00 uur</option>' in page.text
    session.post("/instellingen/tijd", {"tijd": "08:30"})
    assert me(office).send_at is None


@pytest.mark.parametrize("chosen", ["", "23:00", "08:31", "straks"])
def test_a_time_that_was_not_offered_is_refused(office, signed_in, says, chosen) -> None:
    answer = signed_in("jb-1").post("/instellingen/tijd", {"tijd": chosen})
    assert answer.status_code == 400
    assert "Kies hoe laat je bericht komt." in says(answer)
    assert me(office).send_at is None


def test_the_own_working_days_are_chosen(office, signed_in) -> None:
    session = signed_in("jb-1")
    session.post("/instellingen/dagen", {"dagen": ["1", "3", "5", "7", "x"]})
    assert me(office).days.weekdays == {1, 3, 5}
    page = session.get("/instellingen").text
    assert [f'value="{day}" checked' in page for day in range(1, 6)] == [True, False, True, False, True]


def test_no_working_day_at_all_is_refused(office, signed_in, says) -> None:
    answer = signed_in("jb-1").post("/instellingen/dagen", {"dagen": ["6"]})
    assert answer.status_code == 400
    assert "Kies minstens één werkdag." in says(answer)
    assert me(office).days.weekdays == {1, 2, 3, 4, 5}


def test_a_linked_chat_can_be_let_go(office, signed_in) -> None:
    session = signed_in("jb-1")
    assert "Ontkoppel" not in session.get("/instellingen").text
    with office.house.store.write() as tx:
        link_chat(tx, office.people["jb-1"].id, 77)
    assert "Ontkoppel Telegram" in session.get("/instellingen").text
    session.post("/instellingen/chat")
    assert me(office).chat_id is None
