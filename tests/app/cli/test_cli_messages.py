"""`messages`: what went out and what did not, for staff; never what a message says."""

from datetime import timedelta

import pytest

from app.config import load_config
from app.moments import present_moment
from app.opening import open_house
from core.outbox import MessageKind
from core.people import Role
from core.ports import ChannelName, DeliveryFailed, Outcome
from services.directory import read_directory
from storage.queries.outbox import add_message
from templates import known_phrases
from tests.app.cli.conftest import CONFIG, Cli
from tests.factories import Failing, deliver

HEADER = "zaak;gi;gemeente;maatregel;uitspraak;jeugdbeschermer;teammanager"
UNCLEAR = DeliveryFailed(Outcome.UNCLEAR, "test with text that says too much")


@pytest.fixture
def sent(ready: Cli) -> Cli:
    """Messages: one that was sent, an uncertain one, one for who cannot be reached, one that tells of it."""
    ready("people", "invite", "--name", "jb-1", "--mail", "jb-1@gia.example.nl")
    house = open_house(load_config(ready.folder / "config.toml", {}))
    now = present_moment()
    people = read_directory(house, now)
    payload = {"person": "beheer-1"}
    with house.store.write() as tx:
        for name in ("jb-1", "jb-1", "tm-1"):
            reader = people.named(name)
            assert reader is not None
            add_message(
                tx,
                reader.id,
                MessageKind.UNREACHABLE,
                house.today(now),
                send_after=now,
                now=now,
                payload=payload,
            )
    deliver(house, now, send=Failing([UNCLEAR]), channels=[ChannelName.MAIL])
    deliver(house, now + timedelta(minutes=1), send=Failing([UNCLEAR]), channels=[ChannelName.MAIL])
    house.store.close()
    return ready


def brief(ran: object) -> list[tuple[object, ...]]:
    keys = ("recipient", "state", "channel", "attempts", "repeated", "last_outcome")
    return [tuple(one[key] for key in keys) for one in ran.data]  # type: ignore[attr-defined]


def test_messages_are_listed_newest_first_with_how_they_ended(sent: Cli) -> None:
    ran = sent("messages", "--json")
    assert ran.status == 0
    assert list(ran.data[0]) == [
        "id", "on", "recipient", "kind", "state", "channel", "attempts", "repeated",
        "send_after", "sent_at", "last_outcome", "last_at",
    ]  # fmt: skip
    assert brief(ran) == [
        ("postbus-gia", "sent", "mail", 1, False, "sent"),
        ("tm-1", "failed", None, 1, False, None),
        ("jb-1", "sent", "mail", 1, False, "sent"),
        ("jb-1", "uncertain", "mail", 2, True, "unclear"),
    ]
    assert ran.data[2]["sent_at"] == ran.data[2]["last_at"] == "2026-09-07T10:00:00+02:00"
    assert [one["id"] for one in ran.data] == [4, 3, 2, 1]


@pytest.mark.parametrize(
    ("args", "found"),
    [
        (["--state", "failed"], [3]),
        (["--state", "UNCERTAIN"], [1]),
        (["--person", "jb-1"], [2, 1]),
        (["--person", "jb-1", "--state", "sent"], [2]),
        (["--state", "withdrawn"], []),
        (["--most", "2"], [4, 3]),
    ],
)
def test_messages_can_be_narrowed(sent: Cli, args: list[str], found: list[int]) -> None:
    assert [one["id"] for one in sent("messages", "--json", *args).data] == found


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (["--state", "kwijt"], 1, "--state: De status 'kwijt' ken ik niet. Kies uit: pending, sending, sent"),
        (["--person", "jb-9"], 1, "--person: 'jb-9' ken ik niet."),
        (["--most", "0"], 2, "De optie --most kan zo niet. Geef een getal vanaf 1."),
        (["--most", "veel"], 2, "De optie --most kan zo niet. Geef een getal vanaf 1."),
    ],
)
def test_what_cannot_be_asked_is_refused(sent: Cli, args: list[str], status: int, said: str) -> None:
    ran = sent("messages", *args)
    assert (ran.status, ran.out) == (status, "")
    assert said in ran.err


def test_the_list_for_people_is_a_table_in_dutch_without_any_text(sent: Cli) -> None:
    shown = sent("messages").out
    assert "Ontvanger" in shown
    assert "geen duidelijk antwoord" in shown
    assert "2026-09-07 10:01" in shown
    assert shown.endswith("\n4 berichten.\n")
    assert "too much" not in shown + sent("messages", "--json").out


def test_a_list_that_was_cut_says_so(sent: Cli) -> None:
    assert sent("messages", "--most", "2").out.endswith(
        "De nieuwste 2 berichten; er zijn er meer (--most).\n"
    )


def test_before_the_first_message_there_is_nothing(ready: Cli) -> None:
    ready.file("config.toml", CONFIG)
    assert ready("messages", "--json").data == []
    assert ready("messages").out == "Geen berichten gevonden.\n"


def test_doctor_counts_what_did_not_arrive(sent: Cli) -> None:
    checks = {check["name"]: check for check in sent("doctor", "--json").data["checks"]}
    assert checks["messages"]["ok"] is True
    assert checks["messages"]["detail"] == (
        "Er ligt niets te lang te wachten. In de laatste week: 1 niet bezorgd, 1 onzeker;"
        " `termijnwacht messages` laat zien welke."
    )


def test_every_kind_of_message_and_every_role_has_its_words() -> None:
    known = known_phrases()
    assert [kind for kind in MessageKind if f"kind_{kind}" not in known["cli"]] == []
    assert [role for role in Role if role not in known["role"]] == []
