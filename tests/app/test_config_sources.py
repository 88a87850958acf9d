"""Where configuration comes from: variables, secret files and included files."""

from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from app.config import Config, load_config, token_or_refuse
from app.opening import sqlite_file
from core.errors import Problem, ProblemCode, Refused

Load = Callable[..., Config]
Refusals = Callable[..., tuple[Problem, ...]]


SECRET = "7654321:hunter2-hunter2"


def codes_and_keys(problems: tuple[Problem, ...]) -> list[tuple[str, object]]:
    return [(problem.code.value, problem.details["key"]) for problem in problems]


def test_a_variable_overrides_the_file_in_the_type_of_its_key(load: Load) -> None:
    config = load(
        "[notices]\nlive = true\ndigest_lines = 5\n[mail]\nhost = 'a'",
        {
            "TERMIJNWACHT_NOTICES__LIVE": "false",
            "TERMIJNWACHT_NOTICES__QUIET": '["20:00", "06:00"]',
            "TERMIJNWACHT_NOTICES__START_ON": "2026-09-01",
            "TERMIJNWACHT_WEB__PORT": "9000",
            "TERMIJNWACHT_MAIL__HOST": "b",
            "TERMIJNWACHT_CONFIG": "elsewhere.toml",
            "TERMIJNWACHT_CLOCK__TIMEZONE": "",
            "HOME": "/nowhere",
        },
    )

    assert config.notices.live is False
    assert config.notices.digest_lines == 5
    assert config.notices.quiet == (time(20), time(6))
    assert config.notices.start_on == date(2026, 9, 1)
    assert (config.web.port, config.mail.host, config.clock.timezone) == (9000, "b", "Europe/Amsterdam")


@pytest.mark.parametrize(
    ("name", "value", "code", "key"),
    [
        ("TERMIJNWACHT_WEB__PORT", "veel", "config_wrong_value", "web.port"),
        ("TERMIJNWACHT_WEB__PORTT", "1", "config_unknown_key", "web.portt"),
        ("TERMIJNWACHT_WEBB__PORT", "1", "config_unknown_key", "webb.port"),
        ("TERMIJNWACHT_NOTICES__QUIET", "[", "config_wrong_value", "notices.quiet"),
        ("TERMIJNWACHT_NOTICES__LIVE", "misschien", "config_wrong_value", "notices.live"),
    ],
)
def test_what_is_wrong_with_a_variable_names_the_variable(
    refused: Refusals, name: str, value: str, code: str, key: str
) -> None:
    (problem,) = refused("", {name: value})

    assert (problem.code.value, problem.details["file"], problem.details["key"]) == (code, name, key)


def test_the_real_environment_is_not_looked_at(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERMIJNWACHT_WEB__PORT", "9000")

    assert load("").web.port == 8080


# ---- secrets


@pytest.mark.parametrize(
    ("table", "key", "read"),
    [
        ("telegram", "token", lambda config: config.telegram.token),
        ("telegram", "webhook_secret", lambda config: config.telegram.webhook_secret),
        ("mail", "password", lambda config: config.mail.password),
        ("database", "url", lambda config: config.database.url),
    ],
)
def test_a_secret_comes_from_a_file_beside_the_configuration(
    load: Load, tmp_path: Path, table: str, key: str, read: Callable[[Config], Any]
) -> None:
    secret = "sqlite:////srv/secret.db" if key == "url" else "abc-123"
    (tmp_path / "hidden").write_text(f"{secret}\n", encoding="utf-8")
    user = "user = 'x'\n" if table == "mail" else ""

    config = load(f"[{table}]\n{user}{key}_file = 'hidden'")

    assert read(config).get_secret_value() == secret


def test_the_file_of_a_database_is_seen_from_the_file_that_names_it(tmp_path: Path) -> None:
    folder = tmp_path / "een map met 100% ?"
    (folder / "deel").mkdir(parents=True)
    named = {
        "default": "",
        "url": "[database]\nurl = 'sqlite:///data/t.db'",
        "url_file": "[database]\nurl_file = 'deel/adres'",
        "include": "include = ['deel/database.toml']",
    }
    (folder / "deel" / "adres").write_text("sqlite:///t.db")
    (folder / "deel" / "database.toml").write_text("[database]\nurl = 'sqlite:///t.db'")
    found = {}
    for name, text in named.items():
        (folder / "config.toml").write_text(text)
        found[name] = sqlite_file(load_config(folder / "config.toml", {}))

    assert found == {
        "default": folder / "termijnwacht.db",
        "url": folder / "data" / "t.db",
        "url_file": folder / "t.db",
        "include": folder / "deel" / "t.db",
    }


@pytest.mark.parametrize(
    "url", ["sqlite:///t.db", "sqlite:////srv/t.db", "sqlite:///:memory:", "postgresql+psycopg://a@b/c"]
)
def test_a_database_of_a_variable_stays_as_it_is_written(load: Load, url: str) -> None:
    config = load("", {"TERMIJNWACHT_DATABASE__URL": url})

    assert config.database.url.get_secret_value() == url


@pytest.mark.parametrize(
    "table_and_key", ["telegram.token", "telegram.webhook_secret", "mail.password", "database.url"]
)
def test_a_secret_and_its_file_together_are_refused(refused: Refusals, table_and_key: str) -> None:
    table, key = table_and_key.split(".")
    problems = refused(f"[{table}]\n{key} = 'sqlite:///x'\n{key}_file = 'hidden'")

    double = problems[0]
    assert (double.code, double.details["key"], double.details["first"]) == (
        ProblemCode.CONFIG_DOUBLE,
        f"{table_and_key}_file",
        table_and_key,
    )


def test_a_secret_file_that_is_not_there_is_refused(refused: Refusals) -> None:
    (problem,) = refused("[telegram]\ntoken_file = 'hidden'")

    assert (problem.code, problem.details["key"], problem.value) == (
        ProblemCode.CONFIG_DANGLING,
        "telegram.token_file",
        "hidden",
    )


def test_an_empty_secret_file_is_refused(refused: Refusals, tmp_path: Path) -> None:
    (tmp_path / "hidden").write_text("\n", encoding="utf-8")

    assert codes_and_keys(refused("[telegram]\ntoken_file = 'hidden'")) == [
        ("config_wrong_value", "telegram.token_file")
    ]


def test_a_variable_takes_the_place_of_a_secret_file(load: Load) -> None:
    config = load("[telegram]\ntoken_file = 'not-there'", {"TERMIJNWACHT_TELEGRAM__TOKEN": "1:a"})

    assert token_or_refuse(config) == "1:a"


def test_secrets_are_masked_when_shown(load: Load) -> None:
    config = load(
        f"[telegram]\ntoken = '{SECRET}'\nwebhook_secret = 'hunter2'\n"
        f"[mail]\nuser = 'x'\npassword = '{SECRET}'\n[database]\nurl = 'postgresql://a:hunter2@b/c'"
    )

    assert "hunter2" not in repr(config) + str(config) + config.model_dump_json()


@pytest.mark.parametrize(
    "text",
    [
        f"[telegram]\ntokn = '{SECRET}'",
        f"[telegram]\ntoken = ['{SECRET}']",
        f"[telegram]\ntoken = ' {SECRET}'",
        f"[telegram]\nwebhook_secret = '{SECRET}!'",
        f"[telegram]\ntoken = '{SECRET}'\ntoken_file = 'x'",
        f"[mail]\nuser = 'x'\npassword = {{ a = '{SECRET}' }}",
        f"[database]\nurl = 'mysql://a:{SECRET}@b/c'",
        f"[telegram]\ntoken = '{SECRET}",
        f"tokn = '{SECRET}'",
    ],
)
def test_no_refusal_tells_a_secret(refused: Refusals, text: str) -> None:
    problems = refused(text)

    assert "hunter2" not in repr(problems) + str(Refused(*problems))


def test_the_bot_is_refused_without_a_token(load: Load) -> None:
    with pytest.raises(Refused) as caught:
        token_or_refuse(load(""))

    assert [problem.code for problem in caught.value.problems] == [ProblemCode.TELEGRAM_TOKEN]


# ---- include


def test_included_files_add_rows_and_fill_tables(load: Load) -> None:
    config = load(
        "include = ['more.toml']\n[web]\nport = 81\n[[organisations]]\ncode = 'A'\nname = 'Een'",
        more="include = ['deeper.toml']\n[web]\nhost = '::1'\n[[organisations]]\ncode = 'B'\nname = 'Twee'",
        deeper="[[organisations]]\ncode = 'C'\nname = 'Drie'\n[mail]\nport = 25",
    )

    assert (config.web.host, config.web.port, config.mail.port) == ("::1", 81, 25)
    assert [row.code for row in config.organisations] == ["A", "B", "C"]


def test_an_include_is_found_from_the_file_that_names_it(load: Load, tmp_path: Path) -> None:
    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "one.toml").write_text("include = ['two.toml']", encoding="utf-8")
    (folder / "two.toml").write_text("[telegram]\ntoken_file = 'hidden'", encoding="utf-8")
    (folder / "hidden").write_text("1:a", encoding="utf-8")

    assert token_or_refuse(load("include = ['examples/one.toml']")) == "1:a"


def test_what_is_wrong_in_an_included_file_names_that_file_and_its_own_row(
    refused: Refusals, tmp_path: Path
) -> None:
    (problem,) = refused(
        "include = ['more.toml']\n[[organisations]]\ncode = 'A'\nname = 'Een'",
        more="[[organisations]]\ncode = 'B'",
    )

    assert (problem.details["file"], problem.details["key"]) == (
        str(tmp_path / "more.toml"),
        "organisations[0].name",
    )


@pytest.mark.parametrize(
    ("text", "files", "code", "rule", "file", "key"),
    [
        ("include = ['gone.toml']", {}, "config_dangling", "file_missing", "config.toml", "include[0]"),
        ("include = 'more.toml'", {}, "config_wrong_value", "include", "config.toml", "include"),
        (
            "include = ['config.toml']",
            {},
            "config_impossible_rule",
            "include_cycle",
            "config.toml",
            "include[0]",
        ),
        (
            "include = ['a.toml']",
            {"a": "include = ['b.toml']", "b": "include = ['a.toml']"},
            "config_impossible_rule",
            "include_cycle",
            "b.toml",
            "include[0]",
        ),
        (
            "include = ['a.toml', 'a.toml']",
            {"a": ""},
            "config_double",
            "include_twice",
            "config.toml",
            "include[1]",
        ),
        (
            "include = ['a.toml']\n[web]\nport = 1",
            {"a": "[web]\nport = 1"},
            "config_double",
            "key_twice",
            "a.toml",
            "web.port",
        ),
        (
            "include = ['a.toml']\n[notices]\nquiet = ['20:00', '07:00']",
            {"a": "notices.quiet = ['20:00', '07:00']"},
            "config_double",
            "key_twice",
            "a.toml",
            "notices.quiet",
        ),
    ],
)
def test_an_include_that_cannot_be_is_refused_where_it_is_named(
    *,
    refused: Refusals,
    tmp_path: Path,
    text: str,
    files: dict[str, str],
    code: str,
    rule: str,
    file: str,
    key: str,
) -> None:
    (problem,) = refused(text, **files)

    details = problem.details
    assert (problem.code.value, details["rule"], details["key"]) == (code, rule, key)
    assert details["file"] == str(tmp_path / file)


def test_two_files_with_syntax_errors_are_both_named(refused: Refusals) -> None:
    problems = refused("include = ['a.toml', 'b.toml']", a="[", b="]")

    assert [Path(str(problem.details["file"])).name for problem in problems] == ["a.toml", "b.toml"]
