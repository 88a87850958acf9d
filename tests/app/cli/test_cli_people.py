"""`people`: who there is, who comes, who is invited and who goes."""

import pytest

from app.config import load_config
from app.moments import present_moment
from app.opening import open_house
from services.upkeep import note_bot_name
from tests.app.cli.conftest import CONFIG, Cli


def _names(cli: Cli) -> list[str]:
    return [one["name"] for one in cli("people", "--json").data]


def test_somebody_is_added_with_everything_that_is_known(ready: Cli) -> None:
    ran = ready(
        "people", "add", "jb-2", "--role", "jeugdbeschermer,teammanager", "--role", "projectleider",
        "--gi", "Instelling A", "--team", "zuid", "--region", "NHN", "--fte", "0,8", "--days", "ma,di",
        "--mail", "jb-2@gia.example.nl", "--json",
    )  # fmt: skip
    assert ran.status == 0
    assert ran.data == {
        "name": "jb-2",
        "roles": ["jeugdbeschermer", "projectleider", "teammanager"],
        "organisation": "GIA",
        "team": "zuid",
        "region": "NHN",
        "fte": 0.8,
        "days": ["ma", "di"],
        "mail": "jb-2@gia.example.nl",
        "linked": False,
        "reachable": True,
        "revoked_at": None,
    }
    assert ran.data in ready("people", "--json").data


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["jb-2", "--role", "baas"], "--role: De rol 'baas' ken ik niet. Kies uit: jeugdbeschermer"),
        (["jb-2"], "Er moet minstens één rol zijn."),
        (["jb-1", "--role", "ambtenaar"], "De gebruikersnaam 'jb-1' is al in gebruik."),
        (["JB", "--role", "ambtenaar"], "'JB' kan geen gebruikersnaam zijn."),
        (["jb-2", "--role", "ambtenaar", "--fte", "veel"], "--fte: 'veel' lees ik niet als fte."),
        (["jb-2", "--role", "ambtenaar", "--days", "ma,zo"], "--days: 'ma,zo' lees ik niet als werkdagen."),
        (["jb-2", "--role", "ambtenaar", "--gi", "GIX"], "--gi: De instelling 'GIX'"),
        (["jb-2", "--role", "ambtenaar", "--region", "XX"], "De regio 'XX' staat niet"),
        (["jb-2", "--role", "ambtenaar", "--mail", "jb"], "'jb' is geen mailadres."),
    ],
)
def test_somebody_who_cannot_be_added_is_refused(ready: Cli, args: list[str], said: str) -> None:
    before = _names(ready)
    ran = ready("people", "add", *args)
    assert (ran.status, ran.out) == (1, "")
    assert said in ran.err
    assert _names(ready) == before


def test_a_file_of_people_adds_changes_and_leaves(ready: Cli) -> None:
    rows = ("jb-1;jeugdbeschermer;GIA;zuid", "tm-1;teammanager;GIA;noord", "pl-1;projectleider;;")
    text = "\n".join(("naam;rollen;gi;team", *rows))
    file = ready.file("meer.csv", text)
    expected = {"rows": 3, "created": 1, "changed": 1, "unchanged": 1, "refused": []}
    assert ready("people", "import", file, "--dry-run", "--json").data == expected
    assert "pl-1" not in _names(ready)
    assert ready("people", "import", file, "--json").data == expected
    assert "pl-1" in _names(ready)


def test_what_was_done_is_said_in_dutch(ready: Cli) -> None:
    assert ready("people", "add", "jb-2", "--role", "jeugdbeschermer").out == (
        "jb-2 is toegevoegd. Uitnodigen doe je met `termijnwacht people invite --name jb-2`.\n"
    )
    file = ready.file("meer.csv", "naam;rollen\njb-3;jeugdbeschermer\n")
    assert "Nieuw: 1 (jb-3)\n" in ready("people", "import", file).out
    assert ready("people", "revoke", "jb-3").out == "De toegang van jb-3 is ingetrokken.\n"


def test_a_wrong_row_keeps_every_row_out(ready: Cli) -> None:
    file = ready.file("meer.csv", "naam;rollen;fte\npl-1;projectleider;1\npl-2;tovenaar;123456782\n")
    ran = ready("people", "import", file, "--json")
    assert ran.status == 1
    places = [(one["line"], one["column"], one["code"]) for one in ran.data["refused"]]
    assert (3, "rollen", "role_unknown") in places
    assert "bestand meer.csv, regel 3, kolom rollen: " in ran.err
    assert "123456782" not in ran.out + ran.err
    assert "pl-1" not in _names(ready)


def test_an_unknown_column_of_people_names_the_closest(ready: Cli) -> None:
    ran = ready("people", "import", ready.file("meer.csv", "naam;rolen\npl-1;projectleider\n"))
    assert ran.status == 1
    assert "kolom rolen: Deze kolom ken ik niet. Bedoel je 'rollen'?" in ran.err


def test_an_invitation_has_the_shape_of_the_contract(ready: Cli) -> None:
    data = ready("people", "invite", "--name", "jb-1", "--json").data
    assert len(data["code"]) >= 24
    assert (data["name"], data["link"]) == ("jb-1", None)
    assert data["expires_at"] == "2026-09-14T10:00:00+02:00"


def test_an_invitation_links_to_the_bot_that_ran(ready: Cli) -> None:
    house = open_house(load_config(ready.folder / "config.toml", {}))
    note_bot_name(house, "termijnwacht_bot", present_moment())
    house.store.close()
    data = ready("people", "invite", "--name", "jb-1", "--json").data
    assert data["link"] == f"https://t.me/termijnwacht_bot?start={data['code']}"
    assert data["code"] not in ready("people").out


def test_who_is_new_is_added_when_invited_with_a_role(ready: Cli) -> None:
    ran = ready(
        "people", "invite", "--name", "jb-3", "--role", "jeugdbeschermer", "--gi", "GIA", "--team", "noord"
    )
    assert ran.status == 0
    assert "/start " in ran.out
    added = next(one for one in ready("people", "--json").data if one["name"] == "jb-3")
    assert (added["roles"], added["organisation"], added["team"]) == (["jeugdbeschermer"], "GIA", "noord")


def test_who_is_new_and_has_no_role_is_refused(ready: Cli) -> None:
    ran = ready("people", "invite", "--name", "jb-3")
    assert ran.status == 1
    assert "'jb-3' ken ik niet." in ran.err


def test_an_address_given_with_an_invitation_is_kept_beside_the_rest(ready: Cli) -> None:
    assert ready("people", "invite", "--name", "jb-1", "--mail", "jb-1@gia.example.nl").status == 0
    known = next(one for one in ready("people", "--json").data if one["name"] == "jb-1")
    assert (known["mail"], known["team"], known["roles"]) == (
        "jb-1@gia.example.nl",
        "noord",
        ["jeugdbeschermer"],
    )


@pytest.mark.parametrize("args", [["--name", "postbus-gia"], ["--name", "nieuw-1", "--role", "contact"]])
def test_a_mailbox_is_not_invited(ready: Cli, args: list[str]) -> None:
    before = _names(ready)
    ran = ready("people", "invite", *args)
    assert ran.status == 1
    assert "is een postbus en krijgt geen uitnodiging" in ran.err
    assert _names(ready) == before


def test_mailing_an_invitation_wants_mail_to_be_on(ready: Cli) -> None:
    ran = ready("people", "invite", "--name", "jb-1", "--mail", "jb-1@gia.example.nl", "--send")
    assert ran.status == 1
    assert "sleutel mail.enabled: " in ran.err


def test_a_mailed_invitation_shows_no_code_that_would_end_when_the_mail_goes(ready: Cli) -> None:
    mail = '\n[mail]\nenabled = true\nhost = "127.0.0.1"\nsender = "tw@example.nl"\n'
    ready.file("config.toml", CONFIG + mail)
    ran = ready("people", "invite", "--name", "jb-1", "--mail", "jb-1@gia.example.nl", "--send", "--json")
    assert ran.status == 0
    assert ran.data == {"name": "jb-1", "code": None, "link": None, "expires_at": None, "mailed": True}
    assert ready("people", "invite", "--name", "tm-1", "--send").status == 1


def test_access_is_taken_away_at_once_and_held_cases_are_named(ready: Cli) -> None:
    row = "GIA-2026-0001;GIA;Hoorn;ots;2026-09-02;jb-1"
    file = ready.file("zaken.csv", f"zaak;gi;gemeente;maatregel;uitspraak;jeugdbeschermer\n{row}\n")
    assert ready("import", file, "--yes").status == 0
    assert ready("people", "revoke", "jb-1", "--json").data == {"name": "jb-1", "cases": ["GIA-2026-0001"]}
    known = next(one for one in ready("people", "--json").data if one["name"] == "jb-1")
    assert known["revoked_at"] == "2026-09-07T10:00:00+02:00"
    assert "ingetrokken" in ready("people").out
    assert ready("people", "revoke", "jb-9").status == 1


def test_a_revoked_administrator_comes_back_by_a_new_invitation(ready: Cli) -> None:
    assert ready("people", "revoke", "beheer-1").status == 0
    assert ready("init", "--json").data["invitation"] is None
    assert ready("people", "invite", "--name", "beheer-1").status == 0
    known = next(one for one in ready("people", "--json").data if one["name"] == "beheer-1")
    assert known["revoked_at"] is None
