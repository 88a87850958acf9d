"""The nine regions of Noord-Holland: every ladder of a case ends, begins, and finds who it asks."""

from datetime import date
from pathlib import Path

import pytest

from app.config import load_config, rules_of
from core.desks import DESK, DESK_KIND, Scope
from core.facts import FactKind, Told
from core.ladder import RungMode, flaw_of, top_of
from core.ledger import CaseLedger
from core.rules import Rules
from core.terms import derive_terms

ROUTES = Path(__file__).parents[2] / "examples" / "noord-holland-routes.toml"
TODAY = date(2026, 9, 7)
REGIONS = {
    "amsterdam": "Amsterdam",
    "gooi-en-vechtstreek": "Hilversum",
    "haarlemmermeer": "Haarlemmermeer",
    "kop-van-noord-holland": "Schagen",
    "ijmond": "Velsen",
    "zuid-kennemerland": "Zandvoort",
    "noord-kennemerland": "Alkmaar",
    "westfriesland": "Hoorn",
    "zaanstreek-waterland": "Zaanstad",
}
ORGANISATIONS = ("DJGB", "JBRA", "WSS")


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    """Return the rules of a configuration that includes the routes."""
    rows = [f'include = ["{ROUTES}"]']
    rows += [f'[[organisations]]\ncode = "{code}"\nname = "{code}"' for code in ORGANISATIONS]
    for code, municipality in REGIONS.items():
        places = f'["{municipality}", "Haarlem"]' if code == "zuid-kennemerland" else f'["{municipality}"]'
        rows.append(f'[[regions]]\ncode = "{code}"\nname = "{code}"\nmunicipalities = {places}')
    path = tmp_path_factory.mktemp("nh") / "config.toml"
    path.write_text("\n".join(rows), encoding="utf-8")
    return rules_of(load_config(path, {}))


@pytest.mark.parametrize("organisation", ORGANISATIONS)
@pytest.mark.parametrize("municipality", [*REGIONS.values(), "Haarlem"])
def test_every_ladder_of_a_case_begins_ends_and_finds_who_it_asks(
    rules: Rules, organisation: str, municipality: str
) -> None:
    scope, desks = rules.scope(organisation, municipality.lower()), rules.escalation.desks
    assert scope.region in REGIONS

    for code in rules.norms.codes:
        (norm,) = rules.norms.newest_first(code)
        ladder = desks.frozen(norm.ladder, scope, TODAY)
        if not norm.ladder:
            continue
        assert flaw_of(ladder) is None, (code, municipality)
        assert ladder[top_of(ladder)].mode is RungMode.ACT
        nobody = [
            rung.who
            for rung in ladder
            if rung.who.startswith((DESK, DESK_KIND)) and desks.present(rung.who, scope, TODAY) is None
        ]
        assert nobody == [], (code, municipality)


def route_names(rules: Rules, organisation: str, municipality: str) -> list[str]:
    scope, desks = rules.scope(organisation, municipality), rules.escalation.desks
    ladder = desks.frozen(rules.norms.newest_first("3")[0].ladder, scope, TODAY)
    found = [(rung, desks.present(rung.who, scope, TODAY)) for rung in ladder]
    return [desk.name if desk else rung.who for rung, desk in found]


def test_norm_3_goes_the_way_of_its_own_region(rules: Rules) -> None:
    assert {place: route_names(rules, "DJGB", place.lower()) for place in (*REGIONS.values(), "Haarlem")} == {
        "Amsterdam": ["teammanager", "Zorgbemiddeling Amsterdam", "Doorbraakteam Amsterdam", "instelling"],
        "Hilversum": [
            "teammanager",
            "Jeugdconsulent van de gemeente",
            "Experttafel Gooi- en Vechtstreek",
            "instelling",
        ],
        "Haarlemmermeer": [
            "teammanager",
            "Categoriemanager Haarlemmermeer",
            "teammanager",
            "Regionaal expertteam Haarlemmermeer",
            "instelling",
        ],
        "Schagen": [
            "teammanager",
            "Wijkteam Kop van Noord-Holland",
            "Zorgmakelaar NW4",
            "Regionaal expertteam Kop van Noord-Holland",
            "instelling",
        ],
        "Velsen": [
            "teammanager",
            "Zorgmakelaar NW4",
            "CJG IJmond",
            "Contractmanagement IJmond",
            "Regionaal expertteam IJmond en Zuid-Kennemerland",
            "instelling",
        ],
        "Zandvoort": [
            "teammanager",
            "Zorgmakelaar NW4",
            "CJG Zuid-Kennemerland",
            "Contractmanagement Zuid-Kennemerland",
            "Regionaal expertteam IJmond en Zuid-Kennemerland",
            "instelling",
        ],
        "Haarlem": [
            "teammanager",
            "Zorgmakelaar NW4",
            "Haarlems expertiseteam (HET)",
            "Regionaal expertteam IJmond en Zuid-Kennemerland",
            "instelling",
        ],
        "Alkmaar": [
            "teammanager",
            "Zorgmakelaar NW4",
            "Lokale toegang Noord-Kennemerland",
            "Inkoop en contractmanagement Noord-Kennemerland",
            "Regionaal expertteam Noord-Kennemerland",
            "instelling",
        ],
        "Hoorn": [
            "teammanager",
            "Lokale toegang Westfriesland",
            "Doorbraaktafel van het regionale expertteam Westfriesland",
            "instelling",
        ],
        "Zaanstad": [
            "teammanager",
            "Budgethouder en adviseur uitvoering van de gemeente",
            "Regionaal contractmanager Zaanstreek-Waterland",
            "Regionaal expertteam Zaanstreek-Waterland",
            "instelling",
        ],
    }


def test_an_institutions_own_agent_goes_before_the_regions(rules: Rules) -> None:
    assert route_names(rules, "JBRA", "alkmaar")[1] == "Zorgmakelaar van JBRA"
    assert route_names(rules, "DJGB", "alkmaar")[1] == "Zorgmakelaar NW4"


def test_a_child_in_crisis_in_gooi_en_vechtstreek_goes_to_the_breakthrough_table_first(rules: Rules) -> None:
    scope, desks = rules.scope("DJGB", "hilversum"), rules.escalation.desks
    first = desks.frozen(rules.norms.newest_first("crisisplek")[0].ladder, scope, TODAY)[0]

    found = desks.present(first.who, scope, TODAY)

    assert found is not None
    assert found.name == "Doorbraaktafel Gooi- en Vechtstreek"


def test_what_the_sources_do_not_say_is_marked_as_assumed(rules: Rules) -> None:
    desks = rules.escalation.desks

    assert all(desk.source and desk.assumed for desk in desks.desks)
    assert all(route.source for route in desks.routes)
    assert [route.region for route in desks.routes if route.assumed] == ["kop-van-noord-holland"]
    mails = {desk.contact_mail for desk in desks.desks}
    assert all(mail is not None and mail.endswith(".example") for mail in mails)


def test_before_there_was_an_expert_team_the_rung_had_nobody(rules: Rules) -> None:
    scope, desks = Scope("DJGB", "alkmaar", "noord-kennemerland"), rules.escalation.desks

    assert desks.present("loket:expertteam", scope, date(2022, 6, 30)) is None
    assert desks.present("loket:expertteam", scope, date(2022, 7, 1)) == desks.desk("ret-nk")


@pytest.mark.parametrize(
    ("organisation", "dates"),
    [
        ("JBRA", [("veiligheidsplan.1", date(2026, 4, 13)), ("gezinsplan.1", date(2026, 6, 2))]),
        ("DJGB", []),
    ],
)
def test_d8_the_plans_of_one_institution_are_its_own(
    rules: Rules, organisation: str, dates: list[tuple[str, date]]
) -> None:
    began = {FactKind.ITEM_STARTED: Told(date(2026, 3, 2))}
    ledger = CaseLedger({}, {"veiligheidsplan.1": began, "gezinsplan.1": began})

    terms = derive_terms(ledger, rules.norms, rules.calendar, organisation=organisation)

    assert [(term.norm, term.due_on) for term in terms] == dates
