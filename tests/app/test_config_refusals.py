"""What a configuration must not say, and by which words that is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.config import Config, load_config
from core.errors import Problem, ProblemCode, Refused
from core.facts import FactKind
from core.rules import DEFAULT_CASE_CODE

Load = Callable[..., Config]
Refusals = Callable[..., tuple[Problem, ...]]


def codes_and_keys(problems: tuple[Problem, ...]) -> list[tuple[str, object]]:
    return [(problem.code.value, problem.details["key"]) for problem in problems]


IMPOSSIBLE, WRONG, MISSING, DOUBLE = (
    "config_impossible_rule",
    "config_wrong_value",
    "config_missing_key",
    "config_double",
)
CASE_CODE = DEFAULT_CASE_CODE.pattern
KINDS = "|".join(FactKind)


@pytest.mark.parametrize(
    ("text", "code", "key", "expected"),
    [
        ("telegram = true", WRONG, "telegram", "[…]"),
        ("telegram.enabled = 'ja'", WRONG, "telegram.enabled", "true|false"),
        ("telegram.token = ''", WRONG, "telegram.token", "…"),
        ("telegram.api_url = 'https://a.nl/bot'", WRONG, "telegram.api_url", "https://a.nl"),
        ("telegram.webhook_url = 'https://a.nl/t'", MISSING, "telegram.webhook_secret", "…"),
        ("telegram.webhook_url = 'a.nl'", WRONG, "telegram.webhook_url", "https://termijnwacht.example.nl"),
        ("telegram.webhook_secret = 'een spatie'", WRONG, "telegram.webhook_secret", "A-Za-z0-9_-"),
        ("telegram.webhook_listen = '8443'", WRONG, "telegram.webhook_listen", "127.0.0.1:8443"),
        ("mail.security = 'ssl'", WRONG, "mail.security", "starttls|tls|none"),
        ("mail.port = 0", WRONG, "mail.port", "1-65535"),
        ("mail.port = '587'", WRONG, "mail.port", "1-65535"),
        ("mail.user = 'x'", MISSING, "mail.password", "…"),
        ("mail.password = 'x'", MISSING, "mail.user", "termijnwacht"),
        ("mail.sender = 'x'", WRONG, "mail.sender", "Termijnwacht <termijnwacht@example.nl>"),
        ("mail = {enabled = true, sender = 'a@b.nl'}", MISSING, "mail.host", "smtp.example.nl"),
        ("mail = {enabled = true, host = 'x'}", MISSING, "mail.sender", "termijnwacht@example.nl"),
        ("database.url = 'mysql://x/y'", WRONG, "database.url", "sqlite:///termijnwacht.db"),
        (
            "watchdog.heartbeat_url = 'http://a.nl/x'",
            WRONG,
            "watchdog.heartbeat_url",
            "https://hartslag.example.nl/…",
        ),
        (
            "watchdog.heartbeat_url = 'https://'",
            WRONG,
            "watchdog.heartbeat_url",
            "https://hartslag.example.nl/…",
        ),
        (
            "watchdog.heartbeat_url = 'https://a@b.nl/x'",
            WRONG,
            "watchdog.heartbeat_url",
            "https://hartslag.example.nl/…",
        ),
        ("web.metrics_token = 'too-short'", WRONG, "web.metrics_token", "…"),
        ("web.metrics_token = 'with a space in it'", WRONG, "web.metrics_token", "…"),
        ("web.public_url = 'a.nl'", WRONG, "web.public_url", "https://termijnwacht.example.nl"),
        ("clock.timezone = 'Amsterdam'", WRONG, "clock.timezone", "Europe/Amsterdam"),
        ("clock.timezone = 'UTC'", WRONG, "clock.timezone", "Europe/Amsterdam"),
        ("clock.timezone = 'America/New_York'", WRONG, "clock.timezone", "Europe/Amsterdam"),
        ("clock.timezone = '../etc'", WRONG, "clock.timezone", "Europe/Amsterdam"),
        ("clock.holidays_known_through = 2128-12-31", WRONG, "clock.holidays_known_through", "2026-09-01"),
        ("notices.start_on = 0", WRONG, "notices.start_on", "2026-09-01"),
        ("notices.start_on = '1-9-2026'", WRONG, "notices.start_on", "2026-09-01"),
        ("notices.start_on = '2026-02-30'", WRONG, "notices.start_on", "2026-09-01"),
        ("notices.start_on = 2026-09-01T00:00:00", WRONG, "notices.start_on", "2026-09-01"),
        ("notices.send_at = '8:30'", WRONG, "notices.send_at", "08:30"),
        ("notices.send_at = 830", WRONG, "notices.send_at", "08:30"),
        ("notices.quiet = ['19:00']", WRONG, "notices.quiet", '["19:00", "07:30"]'),
        ("notices.quiet = ['19:00', '24:30']", WRONG, "notices.quiet[1]", "08:30"),
        ("notices.send_at = '07:00'", IMPOSSIBLE, "notices.send_at", "07:30"),
        ("notices.quiet = ['08:00', '12:00']", IMPOSSIBLE, "notices.send_at", "12:00"),
        ("notices.digest_lines = 21", WRONG, "notices.digest_lines", "1-20"),
        ("notices.many_messages = 0", WRONG, "notices.many_messages", ">=1"),
        ("notices.fallback = 'Jan de Vries'", WRONG, "notices.fallback", "beheerder"),
        ("privacy.case_code = '^[A-Z'", WRONG, "privacy.case_code", CASE_CODE),
        ("privacy.case_code = 'JB-[0-9]+'", WRONG, "privacy.case_code", CASE_CODE),
        (r"privacy.case_code = '^JB-[0-9]+\$'", WRONG, "privacy.case_code", CASE_CODE),
        ("privacy.case_code = '^[0-9]{9}$'", IMPOSSIBLE, "privacy.case_code", CASE_CODE),
        ("privacy.case_code = '^[A-Z][a-z]+$'", IMPOSSIBLE, "privacy.case_code", CASE_CODE),
        ("organisations = [{code = 'A'}]", MISSING, "organisations[0].name", "Gecertificeerde Instelling A"),
        ("organisations = [{name = 'A'}]", MISSING, "organisations[0].code", "GIA"),
        (
            "organisations = [{code = 'A', name = 'A', valid_from = 2026-01-01, valid_to = 2026-01-01}]",
            IMPOSSIBLE,
            "organisations[0].valid_to",
            ">2026-01-01",
        ),
        (
            "organisations = [{code = 'A', name = 'A', contact_mail = 'a@example.nl'}]",
            MISSING,
            "organisations[0].contact",
            "postbus-gia",
        ),
        (
            "organisations = [{code = 'A', name = 'A', contact = 'aa', contact_mail = 'a'}]",
            WRONG,
            "organisations[0].contact_mail",
            "jeugd@example.nl",
        ),
        (
            "organisations = [{code = 'A', name = 'Een'}, {code = 'a', name = 'Twee'}]",
            DOUBLE,
            "organisations[1].code",
            "",
        ),
        (
            "organisations = [{code = 'A', name = 'B'}, {code = 'B', name = 'C'}]",
            DOUBLE,
            "organisations[1].code",
            "",
        ),
        ("regions = [{code = 'N', name = 'X'}, {code = 'N', name = 'Y'}]", DOUBLE, "regions[1].code", ""),
        (
            (
                "regions = [{code = 'N', name = 'X', municipalities = ['A']},"
                " {code = 'Z', name = 'Y', municipalities = ['B', 'a']}]"
            ),
            DOUBLE,
            "regions[1].municipalities[1]",
            "",
        ),
        (
            "regions = [{code = 'N', name = 'X', municipalities = [{code = 'GM1'}]}]",
            MISSING,
            "regions[0].municipalities[0].name",
            "Alkmaar",
        ),
        (
            (
                "[[regions]]\ncode = 'N'\nname = 'X'\n[[regions.municipalities]]\nname = 'Y'\n"
                "valid_from = 2026-01-01\nvalid_to = 2025-01-01"
            ),
            IMPOSSIBLE,
            "regions[0].municipalities[0].valid_to",
            ">2026-01-01",
        ),
        ("measures = [{code = 'OTS', name = 'x'}]", DOUBLE, "measures[0].code", ""),
        ("norms = [{code = 1}]", WRONG, "norms[0].code", '"1"'),
        ("norms = [{code = '1', length = '0 weken'}]", IMPOSSIBLE, "norms[0].length", "1 weken"),
        (
            "norms = [{code = '1', length = '5 dag en'}]",
            WRONG,
            "norms[0].length",
            "5 werkdagen|4 dagen|6 weken|3 maanden",
        ),
        ("norms = [{code = '1', rounding = 'up'}]", WRONG, "norms[0].rounding", "strict|atw"),
        ("norms = [{code = '1', evidence = ['gekopeld']}]", WRONG, "norms[0].evidence[0]", KINDS),
        ("norms = [{code = '1', starts = [['start', 'x']]}]", WRONG, "norms[0].starts[0][1]", KINDS),
        ("norms = [{code = '1', starts = [[]]}]", IMPOSSIBLE, "norms[0].starts", '[["in_kennis_gesteld"]]'),
        ("norms = [{code = '1', evidence = []}]", IMPOSSIBLE, "norms[0].evidence", '["gekoppeld"]'),
        ("norms = [{code = '1', evidence = ['koers', 'einde']}]", IMPOSSIBLE, "norms[0].evidence[1]", ""),
        (
            "norms = [{code = '1', needed_by = 'start'}]",
            IMPOSSIBLE,
            "norms[0].needed_by",
            "nodig_uiterlijk_koers|nodig_uiterlijk_hulp",
        ),
        (
            "[[norms]]\ncode = '1'\n[norms.reminders]\nprotector_before = [2, -1]",
            IMPOSSIBLE,
            "norms[0].reminders.protector_before[1]",
            ">=0",
        ),
        (
            "norms = [{code = '2'}, {code = '1', reminders = {after = [1, 2, 1]}}]",
            IMPOSSIBLE,
            "norms[1].reminders.after[2]",
            "",
        ),
        (
            "norms = [{code = '1', reminders = {after = [0]}}]",
            IMPOSSIBLE,
            "norms[0].reminders.after[0]",
            ">=1",
        ),
        ("norms = [{code = '1'}, {code = '1'}]", DOUBLE, "norms[1].code", ""),
        (
            (
                "norms = [{code = '1', valid_from = 2027-01-01}, {code = '1'},"
                " {code = '1', valid_from = 2027-01-01}]"
            ),
            DOUBLE,
            "norms[2].code",
            "",
        ),
        ("holidays = [{name = 'x', source = 'y'}]", MISSING, "holidays[0].on", "2029-05-11"),
        (
            (
                "holidays = [{on = 2029-05-11, name = 'x', source = 'y'},"
                " {on = 2029-05-11, name = 'x', source = 'y'}]"
            ),
            DOUBLE,
            "holidays[1].on",
            "",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_key_and_what_would_be_right(
    *,
    refused: Refusals,
    tmp_path: Path,
    text: str,
    code: str,
    key: str,
    expected: str,
) -> None:
    (problem,) = refused(text)

    assert (problem.code.value, problem.details["key"], problem.details["expected"]) == (code, key, expected)
    assert problem.details["file"] == str(tmp_path / "config.toml")


@pytest.mark.parametrize(
    ("text", "key", "closest"),
    [
        ("[telegram]\ntokn = 'x'", "telegram.tokn", "token"),
        ("[notice]\nlive = true", "notice", "notices"),
        ("[web]\nzzz = 1", "web.zzz", ""),
        ("[privacy]\nretention_days = 730", "privacy.retention_days", ""),
        (
            "[[organisations]]\ncode = 'A'\nname = 'A'\ncontactmail = 'x'",
            "organisations[0].contactmail",
            "contact_mail",
        ),
        ("[[norms]]\ncode = '1'\nreminders = { aftr = [1] }", "norms[0].reminders.aftr", "after"),
        (
            "[[regions]]\ncode = 'N'\nname = 'N'\nmunicipalities = [{ name = 'Hoorn', naam = 'x' }]",
            "regions[0].municipalities[0].naam",
            "name",
        ),
    ],
)
def test_an_unknown_key_is_refused_with_the_closest_known_one(
    refused: Refusals, text: str, key: str, closest: str
) -> None:
    (problem,) = refused(text)

    assert (problem.code, problem.details["key"], problem.details["closest"]) == (
        ProblemCode.CONFIG_UNKNOWN_KEY,
        key,
        closest,
    )


def test_a_wrong_choice_names_the_closest_right_one(refused: Refusals) -> None:
    (problem,) = refused("[[norms]]\ncode = '1'\nevidence = ['gekopeld']")

    assert (problem.value, problem.details["closest"]) == ("gekopeld", "gekoppeld")


def test_a_norm_of_your_own_needs_all_that_makes_a_norm(refused: Refusals) -> None:
    problems = refused("[[norms]]\ncode = 'plan'")

    keys = ("title", "length", "starts", "evidence", "source")
    assert codes_and_keys(problems) == [("config_missing_key", f"norms[0].{key}") for key in keys]


def test_all_that_is_wrong_is_told_at_once(refused: Refusals) -> None:
    problems = refused(
        "[telegram]\ntokn = 'x'\n[mail]\nenabled = true\n[notices]\nsend_at = '03:00'\n"
        "[[organisations]]\ncode = 'A'\n[[holidays]]\non = 2029-05-11\nname = 'x'\nsource = ''",
        {"TERMIJNWACHT_WEB__PORT": "veel"},
    )

    assert codes_and_keys(problems) == [
        ("config_unknown_key", "telegram.tokn"),
        ("config_missing_key", "mail.host"),
        ("config_missing_key", "mail.sender"),
        ("config_wrong_value", "web.port"),
        ("config_impossible_rule", "notices.send_at"),
        ("config_missing_key", "organisations[0].name"),
        ("config_wrong_value", "holidays[0].source"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [("[web]\nport = \n", 2, "8"), ("[web\n", 1, "5"), ("a = 1\nb = [1,\n", 3, "1")],
)
def test_a_syntax_error_names_file_line_and_column(
    refused: Refusals, tmp_path: Path, text: str, line: int, column: str
) -> None:
    (problem,) = refused(text)

    assert (problem.code, problem.line, problem.column) == (ProblemCode.CONFIG_SYNTAX, line, column)
    assert problem.details["file"] == str(tmp_path / "config.toml")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        load_config(tmp_path / "config.toml", {})

    (problem,) = caught.value.problems
    assert (problem.code, problem.details["file"]) == (
        ProblemCode.CONFIG_MISSING,
        str(tmp_path / "config.toml"),
    )


@pytest.mark.parametrize("make", [Path.mkdir, lambda path: path.write_bytes(b"# \xff\xfe")])
def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "config.toml")

    with pytest.raises(Refused) as caught:
        load_config(tmp_path / "config.toml", {})

    assert [problem.code for problem in caught.value.problems] == [ProblemCode.CONFIG_UNREADABLE]


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_bytes(b"\xef\xbb\xbf[web]\nport = 81\n")

    assert load_config(tmp_path / "config.toml", {}).web.port == 81
