"""`escalation`, `explain`, `waiting`, `route`, `blockers` and `reassign` on a real database."""

import io
from datetime import date

import pytest

from tests.app.cli.conftest import CONFIG, Cli

HEADER = "zaak;gi;gemeente;maatregel;in_kennis_gesteld;uitspraak;jeugdbeschermer;gekoppeld;eerste_contact"
CODES = ("GIA-2026-0001", "GIA-2026-0002", "GIA-2026-0003")
DESKS = """
[[desks]]
code = "zm"
kind = "zorgmakelaar"
name = "zorgmakelaar NHN"
region = "NHN"
contact = "zm-nhn"
contact_mail = "zm@nhn.example.nl"
answer_within = "3 werkdagen"
source = "een bron"
assumed = true

[[routes]]
region = "NHN"
source = "Regiorapport"

[[routes.steps]]
code = "zorgmakelaar"
who = "loket:zorgmakelaar"
hint = "bel eerst"
"""


@pytest.fixture
def region(cli: Cli) -> Cli:
    """Return the command line with a desk, a route, and three cases whose help is due on 9 September."""
    cli.file("config.toml", CONFIG.replace("start_on = 2026-09-01", "start_on = 2026-01-01") + DESKS)
    assert cli("init").status == 0
    people = (
        "naam;rollen;gi;team;mail\njb-1;jeugdbeschermer;GIA;noord;\njb-2;jeugdbeschermer;GIA;noord;\n"
        "tm-1;teammanager;GIA;noord;tm-1@gia.example.nl\n"
    )
    assert cli("people", "import", cli.file("mensen.csv", people)).status == 0
    rows = [f"{code};GIA;Hoorn;ots;2026-06-09;2026-06-09;jb-1;2026-06-09;2026-06-09" for code in CODES]
    assert cli("import", cli.file("zaken.csv", "\n".join([HEADER, *rows])), "--yes").status == 0
    return cli


def test_a_term_is_explained_and_explaining_again_says_that_the_manager_hears_it(region: Cli) -> None:
    first = region("explain", CODES[0], "3", "--reason", "wachtlijst", "--until", "1-10-2026", "--json")

    assert first.status == 0
    assert first.data == {
        "case": CODES[0],
        "norm": "3",
        "due_on": "2026-09-09",
        "explained_on": "2026-10-01",
        "reason": "wachtlijst",
        "explanations": 1,
        "status": "explained",
    }
    again = region(
        "explain", CODES[0], "3", "--reason", "plafond", "--until", "2026-11-02", "--note", "nog een keer"
    )
    assert again.status == 0
    assert "norm 3: uitgelegd tot maandag 2 november 2026 (voor de 2e keer" in again.out
    assert "uitgelegd is niet gehaald" in again.out
    term = next(one for one in region("case", CODES[0], "--json").data["terms"] if one["norm"] == "3")
    assert (term["status"], term["explained_on"], term["explanations"]) == ("explained", "2026-11-02", 2)


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["3", "--until", "2026-10-01"], "Kies een reden: wachtlijst"),
        (["3", "--reason", "zomaar", "--until", "2026-10-01"], "De reden 'zomaar' ken ik niet"),
        (["3", "--reason", "wachtlijst", "--until", "2026-09-01"], "--until: "),
        (["3", "--reason", "wachtlijst", "--until", "9-9-2026"], "ligt niet na de datum die nu geldt"),
        (["1", "--reason", "wachtlijst", "--until", "2026-10-01"], "alleen bij norm 2 en 3"),
        (["3", "--reason", "wachtlijst", "--until", "morgen"], "--until"),
        (
            ["3", "--reason", "wachtlijst", "--until", "2026-10-01", "--note", "BSN 123456782"],
            "BSN",
        ),
    ],
)
def test_what_is_no_explanation_is_refused_with_status_1(region: Cli, args: list[str], said: str) -> None:
    ran = region("explain", CODES[0], *args)

    assert ran.status == 1
    assert said in ran.err
    assert "123456782" not in ran.err
    assert all(one["explanations"] == 0 for one in region("case", CODES[0], "--json").data["terms"])


def test_an_explanation_without_a_date_is_wrong_usage(region: Cli) -> None:
    assert region("explain", CODES[0], "3", "--reason", "wachtlijst").status == 2


def test_the_history_of_an_escalation_says_who_had_it_when(region: Cli) -> None:
    assert region("tick", "--at", "2026-09-07T10:00").status == 0
    assert region("tick", "--at", "2026-09-08T10:00").status == 0

    ran = region("escalation", CODES[0], "3", "--json")

    (one,) = ran.data
    assert (one["norm"], one["stage"], one["running"], one["rung"], one["holder"]) == (
        "3",
        "offered",
        True,
        "teammanager",
        "tm-1",
    )
    assert [(step["kind"], step["person"], step["at"][:10]) for step in one["steps"]] == [
        ("announced", "jb-1", "2026-09-07"),
        ("offered", "tm-1", "2026-09-08"),
    ]
    assert [rung["rung"] for rung in one["ladder"]] == ["teammanager", "zorgmakelaar", "instelling"]
    text = region("escalation", CODES[0])
    assert text.status == 0
    assert f"{CODES[0]} · norm 3: gevraagd, nu bij tm-1" in text.out
    assert "gevraagd aan tm-1" in text.out
    shown = region("case", CODES[0], "--json").data["escalations"]
    assert {"norm": "3", "stage": "offered", "running": True, "holder": "tm-1"}.items() <= shown[-1].items()


def test_without_an_escalation_it_says_so(region: Cli) -> None:
    assert region("escalation", CODES[0], "--json").data == []
    assert f"Bij {CODES[0]} is er geen opschaling geweest." in region("escalation", CODES[0]).out


@pytest.mark.parametrize("args", [["GIA-2026-9999"], [CODES[0], "9"]])
def test_an_unknown_case_or_norm_is_refused(region: Cli, args: list[str]) -> None:
    assert region("escalation", *args).status == 1


def test_who_waits_is_shown_in_three_groups(region: Cli) -> None:
    groups = region("waiting", "--json").data
    assert {group: [one["case"] for one in cases] for group, cases in groups.items()} == {
        "long": [],
        "sooner": [],
        "unfit": [],
    }
    late = HEADER + f"\n{CODES[0]};GIA;Hoorn;ots;2026-05-06;2026-05-06;jb-1;2026-06-09;2026-06-09"
    assert region("import", region.file("later.csv", late), "--yes").status == 0

    assert [one["case"] for one in region("waiting", "--json").data["long"]] == [CODES[0]]
    assert "Wacht langer dan drie maanden: 1 zaak" in region("waiting", "--gi", "GIA").out
    assert "Wacht langer dan drie maanden: 0 zaken" in region("waiting", "--gemeente", "Alkmaar").out
    assert region("waiting", "--gi", "GIX").status == 1


def test_a_route_shows_the_desk_its_time_and_its_source(region: Cli) -> None:
    data = region("route", "hoorn", "--json").data

    assert (data["municipality"], data["region"], data["source"]) == (
        "Hoorn",
        "Noord-Holland Noord",
        "Regiorapport",
    )
    (step,) = data["steps"]
    assert (step["rung"], step["accept_within"], step["hint"], step["desk"]["assumed"]) == (
        "zorgmakelaar",
        "3 werkdagen",
        "bel eerst",
        True,
    )
    text = region("route", "Alkmaar").out
    assert "1. zorgmakelaar NHN" in text
    assert "antwoord binnen 3 werkdagen (aangenomen)" in text
    assert region("route", "Atlantis").status == 1


def test_a_blocker_is_registered_shown_and_ended(region: Cli) -> None:
    assert "Er is niets dat hulp tegenhoudt." in region("blockers").out
    made = region(
        "blockers", "add", "--kind", "plafond", "--place", "Aanbieder X", "--region", "NHN",
        "--from", "2026-09-01", "--to", "2026-12-31", "--json",
    )  # fmt: skip
    assert made.status == 0
    assert made.data == {
        "id": 1,
        "kind": "plafond",
        "place": "Aanbieder X",
        "help_kind": None,
        "region": "NHN",
        "from_on": "2026-09-01",
        "through_on": "2026-12-31",
        "set_by": "cli:anna",
    }
    assert region("blockers", "--json").data == [made.data]
    table = region("blockers").out
    assert "budgetplafond bereikt" in table
    assert "Noord-Holland Noord" in table

    assert (
        "De laatste dag is zondag 6 september 2026." in region("blockers", "end", "1", "--on", "6-9-2026").out
    )
    assert region("blockers", "--json").data == []


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (["end", "99"], 1),
        (["end", "x"], 1),
        (["add", "--kind", "vloek", "--place", "X"], 1),
        (["add", "--kind", "plafond", "--place", "X", "--from", "2026-10-01", "--to", "2026-09-01"], 1),
        (["add", "--kind", "plafond"], 2),
        (["weg"], 2),
    ],
)
def test_a_blocker_that_cannot_be_is_refused(region: Cli, args: list[str], status: int) -> None:
    assert region("blockers", *args).status == status
    assert region("blockers", "--json").data == []


def test_somebodys_cases_are_given_to_others(region: Cli) -> None:
    args = ["--from", "jb-1", "--to", "jb-2", "--kind", "ongepland"]

    ran = region("reassign", *args, "--yes", "--json")

    assert ran.status == 0
    assert ran.data == {
        "from": "jb-1",
        "on": "2026-09-07",
        "count": 3,
        "given": [{"to": "jb-2", "cases": list(CODES)}],
    }
    case = region("case", CODES[0], "--json").data
    assert case["protector"] == "jb-2"
    assert case["same_face"]["unplanned"] == 1
    assert [one["due_on"] for one in case["terms"] if one["norm"] == "3"] == ["2026-09-09"]
    back = region("reassign", "--from", "jb-2", "--to", "jb-1", "--kind", "gepland", "--yes")
    assert "Van jb-2 zijn 3 zaken overgedragen" in back.out


def test_an_institutions_cases_are_moved(region: Cli) -> None:
    ran = region("reassign", "--from-gi", "instelling a", "--to-gi", "GIB", "--yes", "--json")

    assert (ran.status, ran.data["from"], ran.data["given"]) == (
        0,
        "GIA",
        [{"to": "GIB", "cases": list(CODES)}],
    )
    case = region("case", CODES[0], "--json").data
    assert (case["organisation"], case["protector"]) == ("GIB", None)
    assert [one["item"] for one in case["items"]] == ["koppeling.1"]


def test_without_a_terminal_it_wants_yes_and_says_how_many(region: Cli) -> None:
    ran = region("reassign", "--from", "jb-1", "--to", "jb-2", "--kind", "gepland")

    assert ran.status == 1
    assert "Dit draagt 3 zaken van jb-1 over" in ran.err
    assert region("case", CODES[0], "--json").data["protector"] == "jb-1"


@pytest.mark.parametrize(
    ("answer", "status", "holder"), [("j\n", 0, "jb-2"), ("n\n", 1, "jb-1"), ("", 1, "jb-1")]
)
def test_on_a_terminal_it_asks(
    region: Cli, monkeypatch: pytest.MonkeyPatch, answer: str, status: int, holder: str
) -> None:
    monkeypatch.setattr("app.commands.reassigning.on_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))

    ran = region("reassign", "--from", "jb-1", "--to", "jb-2", "--kind", "gepland")

    assert ran.status == status
    assert "Dit draagt 3 zaken van jb-1 over. Doorgaan? (j/n)" in ran.err
    assert region("case", CODES[0], "--json").data["protector"] == holder


@pytest.mark.parametrize(
    ("args", "status"),
    [
        ([], 2),
        (["--from", "jb-1"], 2),
        (["--from", "jb-1", "--to", "jb-2"], 2),
        (["--from-gi", "GIA"], 2),
        (["--from", "jb-1", "--from-gi", "GIA"], 2),
        (["--from", "jb-1", "--to", "jb-2", "--kind", "vakantie"], 1),
        (["--from", "jb-1", "--to", "jb-9", "--kind", "gepland"], 1),
        (["--from", "jb-1", "--to", "jb-1", "--kind", "gepland"], 1),
        (["--from", "jb-2", "--to", "jb-1", "--kind", "gepland"], 1),
        (["--from-gi", "GIA", "--to-gi", "GIX"], 1),
    ],
)
def test_what_cannot_be_reassigned_is_refused_and_changes_nothing(
    region: Cli, args: list[str], status: int
) -> None:
    assert region("reassign", *args, "--yes").status == status
    assert {one["protector"] for one in region("cases", "--json").data} == {"jb-1"}


def test_a_case_shows_its_same_face_and_adds_keys_only(region: Cli) -> None:
    data = region("case", CODES[0], "--json").data

    assert {"case", "organisation", "municipality", "measure", "protector", "manager"} <= set(data)
    assert {"worst_status", "terms", "facts", "needs", "items", "same_face", "escalations"} <= set(data)
    assert data["same_face"] == {
        "days_without": 0,
        "days_in_intake": 0,
        "unplanned": 0,
        "holdings": [{"person": "jb-1", "kind": "start", "from_on": "2026-06-09", "to_on": None}],
    }
    assert "Vast gezicht\n  0 dagen zonder iemand" in region("case", CODES[0]).out


def test_help_in_a_file_is_the_first_need_of_a_case(region: Cli) -> None:
    helped = (
        HEADER
        + ";hulp_gestart\n"
        + (f"{CODES[0]};GIA;Hoorn;ots;2026-06-09;2026-06-09;jb-1;2026-06-09;2026-06-09;2026-08-03")
    )
    assert region("import", region.file("hulp.csv", helped), "--yes").status == 0

    (need,) = region("case", CODES[0], "--json").data["needs"]
    assert (need["number"], need["started_on"], need["fit"]) == (1, date(2026, 8, 3).isoformat(), "bestand")
    assert "Hulpvraag 1: gestart 3-8-2026" in region("case", CODES[0]).out
