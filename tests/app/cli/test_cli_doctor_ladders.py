"""`doctor` on escalating: which rung finds nobody in which region, which desk ended, what is assumed."""

from typing import Any

import pytest

from tests.app.cli.conftest import CONFIG, Cli

MAIL = '\n[mail]\nenabled = true\nhost = "127.0.0.1"\nport = 1\nsender = "tw@example.nl"\n'
SECOND_REGION = (
    '\n[[regions]]\ncode = "ZKIJ"\nname = "Zuid-Kennemerland"\nmunicipalities = ["Haarlem", "Velsen"]\n'
)


def desk(code: str, scope: str, more: str = "", *, kind: str = "expertteam") -> str:
    return (
        f'\n[[desks]]\ncode = "{code}"\nkind = "{kind}"\nname = "Loket {code}"\n{scope}\n'
        f'contact = "{code}"\ncontact_mail = "{code}@example.nl"\n{more}\n'
    )


ROUTE = '\n[[routes]]\nsteps = [{ who = "loket:expertteam", top = true }]\n'


def checks(cli: Cli, config: str) -> dict[str, dict[str, Any]]:
    cli.file("config.toml", config)
    assert cli("init").status == 0
    return {check["name"]: check for check in cli("doctor", "--json").data["checks"]}


def test_without_desks_nothing_is_wrong(cli: Cli) -> None:
    found = checks(cli, CONFIG)

    assert found["desks"] == {
        "name": "desks",
        "ok": True,
        "detail": "Er staan geen loketten in de configuratie: opschalen blijft binnen de instelling.",
        "advice": "",
    }
    assert found["ladders"]["ok"] is True


def test_a_desk_for_every_region_is_enough(cli: Cli) -> None:
    found = checks(cli, CONFIG + SECOND_REGION + MAIL + desk("ret", "") + ROUTE)

    assert found["ladders"]["detail"] == "Op elke stap is in elke regio iemand te bereiken."
    assert found["desks"]["detail"] == "Er is 1 loket en 1 route."


def test_a_region_without_the_desk_is_named_with_the_ladders_and_who_gets_it(cli: Cli) -> None:
    found = checks(cli, CONFIG + SECOND_REGION + MAIL + desk("ret-nhn", 'region = "NHN"') + ROUTE)

    assert found["ladders"] == {
        "name": "ladders",
        "ok": False,
        "detail": "Niemand te bereiken: loket:expertteam in Zuid-Kennemerland (3, crisisplek en verhuizing).",
        "advice": (
            "Zet het loket in [[desks]], geef het een contact dat te bereiken is, of pas de ladder aan. "
            "Tot dan krijgt de teammanager wat daar hoort, anders de postbus van de instelling, "
            "anders de beheerder."
        ),
    }


def test_a_gap_in_one_municipality_or_for_one_institution_says_so(cli: Cli) -> None:
    covered = desk("ret-nhn", 'region = "NHN"') + desk("ret-gib", 'organisation = "GIB"')
    found = checks(
        cli, CONFIG + SECOND_REGION + MAIL + covered + desk("ret-velsen", 'municipality = "velsen"') + ROUTE
    )

    assert found["ladders"]["detail"] == (
        "Niemand te bereiken: loket:expertteam in Zuid-Kennemerland, Haarlem, GIA "
        "(3, crisisplek en verhuizing)."
    )


def test_a_desk_whose_mailbox_cannot_be_reached_holds_nothing(cli: Cli) -> None:
    found = checks(cli, CONFIG + desk("ret", "") + ROUTE)

    assert found["ladders"]["ok"] is False
    assert "loket:expertteam in Noord-Holland Noord" in found["ladders"]["detail"]
    assert "ret" in found["people"]["detail"]


def test_a_desk_without_a_mailbox_holds_nothing(cli: Cli) -> None:
    bare = '\n[[desks]]\ncode = "ret"\nkind = "expertteam"\nname = "RET"\n'
    found = checks(cli, CONFIG + MAIL + bare + ROUTE)

    assert (
        "loket:expertteam in Noord-Holland Noord (3, crisisplek en verhuizing)" in found["ladders"]["detail"]
    )


@pytest.mark.parametrize(
    ("who", "ok"), [("persoon:tm-9", False), ("persoon:beheer-1", False), ("projectleider", False)]
)
def test_a_person_who_is_not_there_or_not_reached_is_a_gap(cli: Cli, who: str, ok: bool) -> None:  # noqa: FBT001
    ladder = f'\n[[norms]]\ncode = "2"\nladder = [{{ who = "{who}", at = "1 werkdag" }}]\n'
    found = checks(cli, CONFIG + MAIL + ladder)

    assert found["ladders"]["ok"] is ok
    assert f"{who} in Noord-Holland Noord (2)" in found["ladders"]["detail"]


ENDED = desk("oud", 'region = "NHN"', "valid_to = 2026-09-07", kind="inkoop")


def test_a_desk_that_ended_with_nobody_in_its_place_is_named(cli: Cli) -> None:
    found = checks(cli, CONFIG + MAIL + ENDED)["desks"]

    assert (found["ok"], found["detail"]) == (False, "Opgehouden zonder opvolger: Loket oud.")
    assert "fallback" in found["advice"]


@pytest.mark.parametrize(
    "text",
    [
        ENDED.replace("2026-09-07", "2026-09-08"),
        ENDED + desk("nieuw", 'region = "NHN"', "valid_from = 2026-09-07", kind="inkoop"),
        ENDED.replace("valid_to", 'fallback = "ret"\nvalid_to') + desk("ret", ""),
    ],
)
def test_a_desk_that_works_today_or_was_followed_up_is_well(cli: Cli, text: str) -> None:
    assert checks(cli, CONFIG + MAIL + text)["desks"]["ok"] is True


def test_what_is_assumed_is_counted(cli: Cli) -> None:
    assumed = desk("ret", "", "assumed = true") + ROUTE + "assumed = true\n" + desk("zeker", "")
    found = checks(cli, CONFIG + MAIL + assumed)["desks"]

    assert (found["ok"], found["detail"]) == (
        True,
        "Er zijn 2 loketten en 1 route. Daarvan zijn er 2 aangenomen: vraag na of ze kloppen.",
    )


def test_the_mailbox_of_a_desk_is_made_known_once_and_follows_the_configuration(cli: Cli) -> None:
    shared = desk("a", 'region = "NHN"').replace('contact = "a"', 'contact = "loket"')
    again = desk("b", 'municipality = "hoorn"').replace('contact = "b"', 'contact = "loket"')
    checks(cli, CONFIG + shared + again.replace("b@", "a@"))
    people = cli("people", "--json").data
    keys = ("roles", "mail", "organisation", "region")
    before = {one["name"]: [one[key] for key in keys] for one in people}

    checks(cli, CONFIG + (shared + again).replace("a@", "nieuw@").replace("b@", "nieuw@"))
    after = {one["name"]: one["mail"] for one in cli("people", "--json").data}

    assert before["loket"] == [["contact"], "a@example.nl", None, None]
    assert after["loket"] == "nieuw@example.nl"
    assert list(after) == list(before)


def test_a_refusal_of_a_desk_names_file_key_and_what_would_be_right(cli: Cli) -> None:
    cli.file("config.toml", CONFIG + desk("ret", 'region = "NHM"'))
    ran = cli("doctor", "--json")

    (check,) = ran.data["checks"]
    assert (ran.status, check["name"], check["ok"]) == (3, "configuration", False)
    assert check["detail"] == (
        "bestand config.toml, sleutel desks[0].region: "
        "'NHM' staat nergens in de configuratie. Bedoel je `NHN`?"
    )
