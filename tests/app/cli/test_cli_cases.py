"""`import`, `cases` and `case` on a real database."""

import io
from pathlib import Path

import pytest

from sheets import write_xlsx
from tests.app.cli.conftest import CONFIG, Cli

HEADER = "zaak;gi;gemeente;maatregel;in_kennis_gesteld;uitspraak;jeugdbeschermer;teammanager;gekoppeld"
ONE = "GIA-2026-0001;GIA;Hoorn;ots;2026-09-03;2026-09-02;jb-1;tm-1;2026-09-04"
TWO = "GIA-2026-0002;GIA;Alkmaar;voogdij;2026-08-03;2026-08-03;;tm-1;"


def _cases(cli: Cli, *rows: str) -> str:
    return cli.file("zaken.csv", "\n".join([HEADER, *rows]) + "\n")


def _import(cli: Cli, *rows: str) -> None:
    assert cli("import", _cases(cli, *rows), "--yes").status == 0


def _shape(data: dict[str, object]) -> dict[str, object]:
    contract = ("rows", "created", "changed", "unchanged", "refused", "messages")
    return {key: data[key] for key in contract}


def test_import_reports_what_it_did_and_the_second_time_changes_nothing(ready: Cli) -> None:
    file = _cases(ready, ONE)
    first = ready("import", file, "--json", "--yes")
    assert first.status == 0
    counts = {key: value for key, value in _shape(first.data).items() if key != "messages"}
    assert counts == {"rows": 1, "created": 1, "changed": 0, "unchanged": 0, "refused": []}
    second = ready("import", file, "--json", "--yes").data
    assert (second["created"], second["changed"], second["unchanged"]) == (0, 0, 1)


def test_a_dry_run_keeps_nothing(ready: Cli) -> None:
    ran = ready("import", _cases(ready, ONE), "--dry-run", "--json")
    assert ran.status == 0
    assert ran.data["created"] == 1
    assert ran.data["kept"] is False
    assert ready("cases", "--json").data == []


def test_a_refused_row_names_its_place_and_keeps_everything_out(ready: Cli) -> None:
    wrong = "GIA-2026-0002;GIA;Horn;ots;2026-09-03;31-2-2026;;;"
    ran = ready("import", _cases(ready, ONE, wrong))
    assert ran.status == 1
    lines = ran.err.splitlines()
    assert lines[0].startswith("bestand zaken.csv, regel 3, kolom gemeente: De gemeente 'Horn'")
    assert lines[1].startswith("bestand zaken.csv, regel 3, kolom uitspraak: De dag '31-2-2026'")
    assert "Niets ingelezen" in ran.out
    assert ready("cases", "--json").data == []


def test_partial_keeps_the_good_rows_and_still_says_what_was_refused(ready: Cli) -> None:
    wrong = "GIA-2026-0002;GIX;Hoorn;ots;2026-09-03;;;;"
    ran = ready("import", _cases(ready, ONE, wrong), "--partial", "--json", "--yes")
    assert ran.status == 1
    (refused,) = ran.data["refused"]
    assert (refused["line"], refused["column"], refused["value"]) == (3, "gi", "GIX")
    assert refused["code"] == "organisation_unknown"
    assert "staat niet in de configuratie" in refused["problem"]
    assert [one["case"] for one in ready("cases", "--json").data] == ["GIA-2026-0001"]


@pytest.mark.parametrize(
    "row",
    [
        "123456782;GIA;Hoorn;ots;2026-09-03;;;;",
        "Jan de Vries;GIA;Hoorn;ots;2026-09-03;;;;",
        "GIA-2026-0003;123456782;Hoorn;ots;2026-09-03;;;;",
        "GIA-2026-0003;GIA;Jan de Vries;ots;2026-09-03;;;;",
        "GIA-2026-0003;GIA;Hoorn;ots;123456782;;;;",
        "GIA-2026-0003;GIA;Hoorn;ots;2026-09-03;;Jan de Vries;;",
    ],
)
@pytest.mark.parametrize("as_json", [True, False])
def test_a_bsn_or_name_is_never_echoed(ready: Cli, row: str, as_json: bool) -> None:  # noqa: FBT001
    ran = ready("import", _cases(ready, row), *(["--json"] if as_json else []))
    assert ran.status == 1
    assert "123456782" not in ran.out + ran.err
    assert "Jan" not in ran.out + ran.err
    if as_json:
        assert {refused["value"] for refused in ran.data["refused"]} == {None}


@pytest.mark.parametrize("family", ["123456782", "1234 56 782", "Jansen", "familie De Vries"])
def test_a_family_under_a_bsn_or_name_is_refused(ready: Cli, family: str) -> None:
    text = f"zaak;gi;gemeente;maatregel;uitspraak;gezin\nGIA-2026-0001;GIA;Hoorn;ots;2026-09-02;{family}\n"
    ran = ready("import", ready.file("zaken.csv", text))
    assert ran.status == 1
    assert ran.err.startswith("bestand zaken.csv, regel 2, kolom gezin: Hier lijkt een ")
    assert family not in ran.err


@pytest.mark.parametrize("family", ["G1", "GEZIN-A", "Gezin-A", "gezin-a", "F-2026-001"])
def test_a_family_under_a_code_is_taken(ready: Cli, family: str) -> None:
    text = f"zaak;gi;gemeente;maatregel;uitspraak;gezin\nGIA-2026-0001;GIA;Hoorn;ots;2026-09-02;{family}\n"
    assert ready("import", ready.file("zaken.csv", text), "--yes").status == 0


def test_an_unknown_column_names_the_closest_one(ready: Cli) -> None:
    file = ready.file(
        "zaken.csv", "zaak;gi;gemeent;maatregel;uitspraak\nGIA-2026-0001;GIA;Hoorn;ots;2026-09-02\n"
    )
    ran = ready("import", file, "--json")
    assert (ran.status, ran.out) == (1, "")
    assert "bestand zaken.csv, regel 1, kolom gemeent: " in ran.err
    assert "Bedoel je 'gemeente'?" in ran.err


def test_a_file_that_is_not_there_is_refused(ready: Cli) -> None:
    ran = ready("import", "weg.csv")
    assert ran.status == 1
    assert ran.err.startswith("bestand weg.csv: Dit bestand is er niet.")


def test_an_excel_file_is_read_too(ready: Cli, tmp_path: Path) -> None:
    rows = [HEADER.split(";"), ONE.split(";")]
    (tmp_path / "zaken.xlsx").write_bytes(write_xlsx(rows[0], rows[1:]))
    assert ready("import", "zaken.xlsx", "--json", "--yes").data["created"] == 1


def test_many_messages_want_a_yes_where_nobody_can_be_asked(ready: Cli) -> None:
    ready.file("config.toml", CONFIG.replace("many_messages = 2", "many_messages = 1"))
    held = [f"GIA-2026-{n:04};GIA;Hoorn;ots;2026-09-01;2026-09-01;jb-1;tm-1;" for n in range(1, 4)]
    other = "GIB-2026-0001;GIB;Hoorn;ots;2026-09-01;2026-09-01;;;"
    file = _cases(ready, *held, other)
    would = ready("import", file, "--dry-run", "--json").data["messages"]
    assert would > 1
    ran = ready("import", file)
    assert ran.status == 1
    assert f"zou {would} berichten versturen, meer dan 1" in ran.err
    assert "--yes" in ran.err
    assert ready("cases", "--json").data == []
    assert ready("import", file, "--yes").status == 0


@pytest.mark.parametrize(("answer", "status", "kept"), [("j\n", 0, 4), ("n\n", 1, 0), ("", 1, 0)])
def test_many_messages_are_asked_about_on_a_terminal(
    ready: Cli, monkeypatch: pytest.MonkeyPatch, answer: str, status: int, kept: int
) -> None:
    ready.file("config.toml", CONFIG.replace("many_messages = 2", "many_messages = 1"))
    held = [f"GIA-2026-{n:04};GIA;Hoorn;ots;2026-09-01;2026-09-01;jb-1;tm-1;" for n in range(1, 4)]
    file = _cases(ready, *held, "GIB-2026-0001;GIB;Hoorn;ots;2026-09-01;2026-09-01;;;")
    monkeypatch.setattr("app.commands.imports.on_terminal", lambda: True)
    monkeypatch.setattr("sys.stdin", io.StringIO(answer))
    ran = ready("import", file)
    assert ran.status == status
    assert "Toch inlezen? (j/n)" in ran.err
    assert len(ready("cases", "--json").data) == kept


def test_a_case_that_the_next_file_lacks_is_reported_and_stays(ready: Cli) -> None:
    _import(ready, ONE, TWO)
    ran = ready("import", _cases(ready, ONE), "--json", "--yes")
    assert ran.data["missing"] == ["GIA-2026-0002"]
    assert len(ready("cases", "--json").data) == 2


def test_cases_have_the_shape_of_the_contract(ready: Cli) -> None:
    _import(ready, ONE)
    assert ready("cases", "--json").data == [
        {
            "case": "GIA-2026-0001",
            "organisation": "GIA",
            "municipality": "hoorn",
            "measure": "ots",
            "protector": "jb-1",
            "manager": "tm-1",
            "worst_status": "open",
        }
    ]


@pytest.mark.parametrize(
    ("args", "found"),
    [
        (["--gi", "GIA"], ["GIA-2026-0001", "GIA-2026-0002"]),
        (["--gi", "instelling b"], []),
        (["--gemeente", "Alkmaar"], ["GIA-2026-0002"]),
        (["--gemeente", "GM0361"], ["GIA-2026-0002"]),
        (["--status", "unknown"], ["GIA-2026-0002"]),
        (["--norm", "1", "--status", "open"], ["GIA-2026-0001"]),
        (["--protector", "jb-1"], ["GIA-2026-0001"]),
    ],
)
def test_cases_can_be_narrowed(ready: Cli, args: list[str], found: list[str]) -> None:
    _import(ready, ONE, TWO)
    assert [one["case"] for one in ready("cases", "--json", *args).data] == found


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--gi", "GIX"], "--gi: De instelling 'GIX'"),
        (
            ["--gemeente", "Horn"],
            "--gemeente: De gemeente 'Horn' staat niet in de configuratie. Bedoel je 'Hoorn'?",
        ),
        (["--norm", "9"], "--norm: De norm '9' ken ik niet. Kies uit: 1, 2, 3, "),
        (["--status", "rood"], "--status: De status 'rood' ken ik niet."),
        (["--protector", "jb-9"], "--protector: 'jb-9' ken ik niet."),
    ],
)
def test_a_filter_that_means_nothing_is_refused(ready: Cli, args: list[str], said: str) -> None:
    ran = ready("cases", *args)
    assert ran.status == 1
    assert said in ran.err


def test_the_list_for_people_is_a_table_in_dutch(ready: Cli) -> None:
    _import(ready, ONE)
    shown = ready("cases").out
    assert "Jeugdbeschermer" in shown
    assert "GIA-2026-0001" in shown
    assert shown.endswith("1 zaak.\n")


def test_a_case_has_the_shape_of_the_contract(ready: Cli) -> None:
    _import(ready, ONE)
    data = ready("case", "GIA-2026-0001", "--json").data
    terms = data.pop("terms")
    facts = data.pop("facts")
    beside = {key: data.pop(key) for key in ("needs", "items", "escalations")}
    assert beside == {"needs": [], "items": [], "escalations": []}
    assert data.pop("same_face")["days_without"] == 1
    assert data == ready("cases", "--json").data[0]
    contract = ("norm", "start_on", "start_from", "due_on", "atw_due_on", "needed_by_on", "status", "met_on")
    assert {key: terms[0][key] for key in contract} == {
        "norm": "1",
        "start_on": "2026-09-03",
        "start_from": "in_kennis_gesteld",
        "due_on": "2026-09-10",
        "atw_due_on": "2026-09-10",
        "needed_by_on": None,
        "status": "open",
        "met_on": None,
    }
    assert terms[0]["next_notice_on"] is not None
    assert [(one["norm"], one["due_on"]) for one in terms[1:]] == [("2", "2026-10-14"), ("3", "2026-12-02")]
    kinds = {fact["kind"]: fact for fact in facts}
    assert set(kinds) == {"in_kennis_gesteld", "uitspraak", "gekoppeld"}
    contract_fact = ("kind", "on", "recorded_at", "recorded_by", "withdrawn")
    assert {key: kinds["uitspraak"][key] for key in contract_fact} == {
        "kind": "uitspraak",
        "on": "2026-09-02",
        "recorded_at": "2026-09-07T10:00:00+02:00",
        "recorded_by": "cli:anna",
        "withdrawn": False,
    }


def test_a_case_can_be_seen_as_of_a_past_day(ready: Cli) -> None:
    _import(ready, ONE)
    data = ready("case", "GIA-2026-0001", "--as-of", "7-9-2026", "--json").data
    assert [term["norm"] for term in data["terms"]] == ["1", "2", "3"]
    assert ready("case", "GIA-2026-0001", "--as-of", "6-9-2026").status == 1


def test_a_case_for_people_tells_terms_and_facts(ready: Cli) -> None:
    _import(ready, ONE)
    shown = ready("case", "gia-2026-0001").out
    assert shown.startswith("GIA-2026-0001 · ondertoezichtstelling · Hoorn · Instelling A")
    assert "uiterlijk donderdag 10 september 2026 (nog 3 werkdagen)" in shown
    assert "2-9-2026: uitspraak, vastgelegd door cli:anna (bestand zaken.csv)" in shown


@pytest.mark.parametrize(("code", "echoed"), [("GIA-2026-9999", True), ("123456782", False)])
def test_an_unknown_case_is_refused(ready: Cli, code: str, echoed: bool) -> None:  # noqa: FBT001
    ran = ready("case", code)
    assert (ran.status, ran.out) == (1, "")
    assert (code in ran.err) is echoed


def test_the_same_refusal_on_many_lines_is_said_once_and_listed_in_full_as_json(ready: Cli) -> None:
    wrong = [f"GIX-2026-{n:04};GIX;Hoorn;ots;2026-09-03;;;;" for n in range(300)]
    other = "GIA-2026-0001;GIA;Horn;ots;2026-09-03;;;;"
    file = _cases(
        ready,
        *wrong,
        other,
        "123456782;GIA;Hoorn;ots;2026-09-03;;;;",
        "111222333;GIA;Hoorn;ots;2026-09-03;;;;",
    )
    ran = ready("import", file)
    assert [line.partition(":")[0] for line in ran.err.splitlines()] == [
        "bestand zaken.csv, regel 2 en nog 299 regels, kolom gi",
        "bestand zaken.csv, regel 302, kolom gemeente",
        "bestand zaken.csv, regel 303 en nog 1 regel, kolom zaak",
    ]
    data = ready("import", file, "--json").data
    assert (len(data["refused"]), data["refused_rows"], data["unnamed"]) == (303, 303, 0)
    assert [one["line"] for one in data["refused"]] == list(range(2, 305))


def test_of_too_many_different_refusals_the_first_are_named_and_the_rest_counted(ready: Cli) -> None:
    wrong = [f"GIA-2026-{n:04};GI{n};Hoorn;ots;2026-09-03;;;;" for n in range(210)]
    ran = ready("import", _cases(ready, *wrong, *wrong[:1]), "--json")
    assert (len(ran.data["refused"]), ran.data["refused_rows"], ran.data["unnamed"]) == (201, 211, 10)
    shown = ready("import", _cases(ready, *wrong)).out
    assert "Er zijn meer redenen om te weigeren; 10 worden hier niet genoemd." in shown
