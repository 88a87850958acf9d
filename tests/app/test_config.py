"""The configuration: its example, its values, and the rules that are made of it."""

import re
import tomllib
from collections.abc import Callable, Iterator
from datetime import date, time
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel

from app.config import Config, load_config, rules_of
from app.config_models import MunicipalityTable
from app.config_table import Table
from core.cadence import Cadence
from core.dates import BUILT_IN_DATES
from core.facts import FactKind, Told
from core.ledger import CaseLedger
from core.norms import BUILT_IN_NORMS, Length, Rounding, Unit
from core.rules import (
    MEASURES,
    Measure,
    Municipality,
    NoticeRules,
    Organisation,
    PrivacyRules,
    Quiet,
)
from core.terms import derive_terms
from core.workdays import DECREE_DAYS_KNOWN_THROUGH

EXAMPLE = Path(__file__).parents[2] / "config.example.toml"

Load = Callable[..., Config]


def test_the_example_loads_as_it_stands() -> None:
    config = load_config(EXAMPLE, {})

    assert [(row.code, row.contact) for row in config.organisations] == [
        ("GIA", "postbus-gia"),
        ("GIB", "postbus-gib"),
    ]
    assert [region.code for region in config.regions] == ["NHN", "ZKIJ"]


def test_the_include_of_the_example_works_without_the_tables_that_it_says_to_take_out(tmp_path: Path) -> None:
    text = EXAMPLE.read_text("utf-8").replace("# include =", "include =")
    said = text[: text.index("include =")].rpartition("\n\n")[2]
    tables = set(re.findall(r"\[\[(\w+)\]\]", said))
    named = re.compile(rf"\[\[?({'|'.join(tables)})\b")
    blocks = re.split(r"^(?=\[)", text, flags=re.MULTILINE)
    kept = "".join(block for block in blocks if not named.match(block))
    (tmp_path / "config.toml").write_text(kept, encoding="utf-8")
    (tmp_path / "examples").symlink_to(EXAMPLE.parent / "examples")

    config = load_config(tmp_path / "config.toml", {})

    assert tables == {"organisations", "regions", "closures", "series"}
    assert [row.code for row in config.organisations] == ["DJGB", "WSS", "LDH", "JBRA", "BRI"]


def test_the_values_that_the_example_shows_as_defaults_are_the_defaults() -> None:
    shown = re.sub(r"^# ([a-z_]+ = )", r"\1", EXAMPLE.read_text("utf-8"), flags=re.MULTILINE)
    tables = ("clock", "notices", "privacy", "web")
    by_table = {name: _keys_with_values(shown, name) for name in tables}

    config = Config.model_validate(by_table)

    differing = {"notices": {"start_on", "fallback"}, "web": {"metrics_token", "metrics_token_file"}}
    for name in tables:
        ignored = differing.get(name, set())
        assert getattr(config, name).model_dump(exclude=ignored) == getattr(Config(), name).model_dump(
            exclude=ignored
        )


def _keys_with_values(text: str, table: str) -> dict[str, Any]:
    section = text.split(f"\n[{table}]\n", 1)[1].split("\n[", 1)[0]
    return tomllib.loads(section)


def _documented() -> dict[str, set[str]]:
    """Return, by table of the example, the keys that have a sentence above them."""
    documented: dict[str, set[str]] = {"": set()}
    table, above = "", ""
    for line in EXAMPLE.read_text("utf-8").splitlines():
        if header := re.match(r"^(?:# )?\[+([a-z_.]+)\]+$", line):
            table = header[1]
            documented.setdefault(table, set())
        elif key := re.match(r"^(?:# )?([a-z_]+) = ", line):
            if _is_sentence(above):
                documented[table].add(key[1])
        elif key := re.match(r"^#   ([a-z_]+)  +\S", line):
            documented.setdefault(f"{table}.municipalities", set()).add(key[1])
        above = line
    return documented


def _is_sentence(line: str) -> bool:
    return line.startswith("# ") and not re.match(r"^# (\[|[a-z_]+ = )", line)


def _tables(model: type[BaseModel], at: str = "") -> Iterator[tuple[str, set[str]]]:
    """Yield each table of the configuration with its own keys."""
    below = {name: _model_in(info.annotation) for name, info in model.model_fields.items()}
    for name, inner in below.items():
        if inner:
            yield from _tables(inner, f"{at}.{name}".removeprefix("."))
    yield at, {name for name, inner in below.items() if inner is None or inner is MunicipalityTable}


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part))), None)


def test_every_key_stands_in_the_example_under_a_sentence_that_explains_it() -> None:
    expected = {table: keys for table, keys in _tables(Config) if keys}
    expected[""] = {"include"}

    assert _documented() == expected


# ---- values


def test_without_any_key_everything_has_its_default(load: Load) -> None:
    config = load("")

    assert config.model_copy(update={"database": Config().database}) == Config()
    assert Config().database.url.get_secret_value() == "sqlite:///termijnwacht.db"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("sqlite:////var/lib/t.db", "sqlite:////var/lib/t.db"),
        ("postgresql://a:b@c/d", "postgresql+psycopg://a:b@c/d"),
        ("postgres://a:b@c/d", "postgresql+psycopg://a:b@c/d"),
        ("postgresql+psycopg://a:b@c/d", "postgresql+psycopg://a:b@c/d"),
    ],
)
def test_a_database_address_gets_the_driver_that_is_installed(load: Load, given: str, used: str) -> None:
    assert load(f"[database]\nurl = '{given}'").database.url.get_secret_value() == used


def test_two_equal_times_mean_no_quiet_hours(load: Load) -> None:
    config = load("[notices]\nquiet = ['00:00', '00:00']\nsend_at = '03:00'")

    assert not rules_of(config).notices.quiet.covers(time(3, 0))


def test_a_case_code_of_your_own_is_taken(load: Load) -> None:
    assert load("[privacy]\ncase_code = '^JB[0-9]{6}$'").privacy.case_code == re.compile("^JB[0-9]{6}$")


# ---- rules


def test_the_rules_hold_what_was_configured(load: Load) -> None:
    rules = rules_of(
        load(
            """
            [web]
            public_url = "https://t.example.nl/"
            [clock]
            timezone = "Europe/Brussels"
            holidays_known_through = 2031-12-31
            [notices]
            live = false
            start_on = 2026-09-01
            send_at = "09:00"
            quiet = ["20:00", "07:00"]
            digest_lines = 12
            many_messages = 30
            fallback = "beheer.2"
            [privacy]
            case_code = '^JB\\d{6}$'
            free_text_in_chat = true
            [[organisations]]
            code = "GIA"
            name = "Gecertificeerde Instelling A"
            valid_to = 2027-01-01
            contact = "postbus"
            contact_mail = "a@example.nl"
            telegram = false
            [[regions]]
            code = "NHN"
            name = "Noord-Holland Noord"
            municipalities = ["Dijk en Waard", { code = "GM0361", name = "Alkmaar", valid_from = 2015-01-01 }]
            [[measures]]
            code = "vv"
            name = "voorlopige voogdij"
            [[holidays]]
            on = 2029-05-11
            name = "dag bij koninklijk besluit"
            source = "Stcrt."
            """
        )
    )

    assert (rules.public_url, rules.zone) == ("https://t.example.nl", ZoneInfo("Europe/Brussels"))
    assert rules.notices == NoticeRules(
        live=False,
        guarded_from=date(2026, 9, 1),
        send_at=time(9),
        quiet=Quiet(time(20), time(7)),
        digest_lines=12,
        many_messages=30,
        fallback="beheer.2",
    )
    assert rules.privacy == PrivacyRules(re.compile(r"^JB\d{6}$"), free_text_in_chat=True)
    assert rules.organisations == {
        "GIA": Organisation(
            "GIA",
            "Gecertificeerde Instelling A",
            valid_to=date(2027, 1, 1),
            contact="postbus",
            contact_mail="a@example.nl",
            telegram=False,
        )
    }
    assert rules.regions == {"NHN": "Noord-Holland Noord"}
    assert rules.municipalities == {
        "dijk-en-waard": Municipality("dijk-en-waard", "Dijk en Waard", "NHN"),
        "GM0361": Municipality("GM0361", "Alkmaar", "NHN", valid_from=date(2015, 1, 1)),
    }
    assert list(rules.measures.values()) == [*MEASURES, Measure("vv", "voorlopige voogdij")]
    assert not rules.calendar.is_working_day(date(2029, 5, 11))
    assert rules.calendar.known_through == date(2031, 12, 31)


def test_the_default_rules_are_those_of_the_house(load: Load) -> None:
    rules = rules_of(load(""))

    assert (rules.notices, rules.privacy) == (NoticeRules(), PrivacyRules())
    assert [rules.norms.newest_first(norm.code) for norm in BUILT_IN_NORMS] == [(n,) for n in BUILT_IN_NORMS]
    assert rules.calendar.known_through == DECREE_DAYS_KNOWN_THROUGH


def test_a_municipality_that_changed_region_is_in_the_last_one(load: Load) -> None:
    rules = rules_of(
        load(
            "[[regions]]\ncode = 'N'\nname = 'Noord'\n"
            "municipalities = [{ name = 'Hoorn', valid_from = 2026-01-01 }]\n"
            "[[regions]]\ncode = 'Z'\nname = 'Zuid'\n"
            "municipalities = [{ name = 'Hoorn', valid_to = 2026-01-01 }]"
        )
    )

    assert rules.municipalities["hoorn"].region == "N"


@pytest.mark.parametrize(
    ("name", "code"),
    [("Haarlem", "haarlem"), ("Súdwest-Fryslân", "sudwest-fryslan"), ("'s-Hertogenbosch", "s-hertogenbosch")],
)
def test_a_municipality_without_a_code_gets_one_from_its_name(load: Load, name: str, code: str) -> None:
    config = load(f'[[regions]]\ncode = "N"\nname = "N"\nmunicipalities = ["{name}"]')

    assert config.regions[0].municipalities == (MunicipalityTable(code=code, name=name),)


def test_changing_a_built_in_norm_changes_the_due_date_and_nothing_else(load: Load) -> None:
    rules = rules_of(load("[[norms]]\ncode = '2'\nlength = '4 weken'\nreminders = { after = [1] }"))
    ledger = CaseLedger({FactKind.MEASURE_STARTED: Told(date(2026, 3, 2))})

    terms = derive_terms(ledger, rules.norms, rules.calendar)

    assert [(term.norm, term.due_on) for term in terms] == [
        ("1", date(2026, 3, 9)),
        ("2", date(2026, 3, 30)),
        ("3", date(2026, 6, 2)),
    ]
    (changed,) = rules.norms.newest_first("2")
    built_in = BUILT_IN_NORMS[1]
    assert (changed.title, changed.starts, changed.evidence) == (
        built_in.title,
        built_in.starts,
        built_in.evidence,
    )
    assert changed.cadence == Cadence(protector_before=(15, 10, 5, 2, 0), manager_before=(2, 0), after=(1,))


def test_a_later_version_holds_for_clocks_from_its_day_on(load: Load) -> None:
    rules = rules_of(
        load("[[norms]]\ncode = '2'\nvalid_from = 2027-01-01\nlength = '5 weken'\nrounding = 'atw'")
    )

    def due(start_on: date) -> date:
        return derive_terms(
            CaseLedger({FactKind.MEASURE_STARTED: Told(start_on)}), rules.norms, rules.calendar
        )[1].due_on

    assert due(date(2026, 12, 31)) == date(2027, 2, 11)
    assert due(date(2027, 1, 1)) == date(2027, 2, 5)


def test_a_norm_of_your_own_is_counted_after_the_built_in_ones(load: Load) -> None:
    rules = rules_of(
        load(
            "[[norms]]\ncode = 'contact'\ntitle = 'tweede contact'\nlength = '4 dagen'\n"
            "starts = [['gekoppeld']]\nevidence = ['eerste_contact']\nsource = 'werkafspraak'"
        )
    )

    built_in = tuple(norm.code for norm in (*BUILT_IN_NORMS, *BUILT_IN_DATES))
    assert rules.norms.codes == (*built_in, "contact")
    (own,) = rules.norms.newest_first("contact")
    assert (own.length, own.rounding, own.cadence) == (Length(4, Unit.DAYS), Rounding.STRICT, Cadence())
