"""What a configuration must not say of desks, routes, ladders and kinds, and by which words that is told."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.config import Config
from core.errors import Problem
from templates import problem_sentence

Load = Callable[..., Config]
Refusals = Callable[..., tuple[Problem, ...]]
PLACES = """
[[organisations]]
code = "GIA"
name = "Instelling A"
contact = "postbus-gia"
contact_mail = "jeugd@gia.example.nl"
[[regions]]
code = "N"
name = "Noord"
municipalities = ["Hoorn", "Alkmaar"]
[[regions]]
code = "Z"
name = "Zuid"
municipalities = ["Haarlem"]
"""
DESK = "[[desks]]\ncode = 'zm'\nkind = 'zorgmakelaar'\nname = 'Zorgmakelaar'\n"
TABLED = DESK + (
    "[desks.table]\nweekday = 'do'\nat = '10:00'\ncut_off_weekday = 'di'\ncut_off_at = '12:00'\n"
)
AGENDA = (
    "\n[[series]]\ncode = 'het'\ntitle = 'HET'\nstarts_on = 2026-01-01\nrule = 'FREQ=WEEKLY'\n"
    "case_agenda = true"
)
OTHER = "[[desks]]\ncode = 'ret'\nkind = 'expertteam'\nname = 'Expertteam'\n"
ROUTE = "[[routes]]\nregion = 'N'\n"
PLAN = "[[date_kinds]]\ncode = 'gezinsplan'\ntitle = 'gezinsplan'\nasks = ['begin']\n"
PLAN_NORM = (
    "[[norms]]\ncode = 'gezinsplan'\ntitle = 'gezinsplan klaar'\nlength = '3 maanden'\nsource = 'werkwijze'\n"
    "item_kind = 'gezinsplan'\n"
)
OF_ITEMS = "antwoord|besluit|gereed|uitgevoerd|vervolgplek"
IMPOSSIBLE, WRONG, MISSING, DOUBLE, DANGLING = (
    "config_impossible_rule",
    "config_wrong_value",
    "config_missing_key",
    "config_double",
    "config_dangling",
)
_TM = "{ who = 'teammanager', at = '1 werkdag' }"


def ladder(*rungs: str) -> str:
    return f"[[norms]]\ncode = '2'\nladder = [{', '.join(rungs)}]"


def steps(*rows: str) -> str:
    return f"{ROUTE}steps = [{', '.join(rows)}]"


@pytest.mark.parametrize(
    ("text", "code", "key", "words"),
    [
        (DESK + "region = 'X'", DANGLING, "desks[0].region", "Wat er wel staat: N, Z"),
        (DESK + "municipality = 'horn'", DANGLING, "desks[0].municipality", "Bedoel je `hoorn`?"),
        (DESK + "organisation = 'gia'", DANGLING, "desks[0].organisation", "Bedoel je `GIA`?"),
        (DESK + "fallback = 'weg'", DANGLING, "desks[0].fallback", "'weg' staat nergens"),
        (TABLED + "series = 'hett'" + AGENDA, DANGLING, "desks[0].table.series", "Bedoel je `het`?"),
        (
            TABLED + "series = 'het'" + AGENDA.replace("case_agenda = true", ""),
            IMPOSSIBLE,
            "desks[0].table.series",
            "heeft geen agenda van zaken",
        ),
        (DESK + "fallback = 'zm'", IMPOSSIBLE, "desks[0].fallback", "in een kringetje"),
        (DESK + "region = 'Z'\nmunicipality = 'hoorn'", IMPOSSIBLE, "desks[0].region", "maar bij N"),
        (DESK + "contact_mail = 'a@example.nl'", MISSING, "desks[0].contact", "ret-nhn"),
        (
            DESK + "contact = 'postbus-gia'\ncontact_mail = 'ander@example.nl'",
            IMPOSSIBLE,
            "desks[0].contact_mail",
            "jeugd@gia.example.nl",
        ),
        (DESK + DESK, DOUBLE, "desks[1].code", "'zm' staat er twee keer"),
        (DESK + "answer_within = '2 weken'", WRONG, "desks[0].answer_within", "2 werkdagen of 4 uren"),
        (DESK + "answer_within = '0 uren'", IMPOSSIBLE, "desks[0].answer_within", "minstens één"),
        (
            DESK + "valid_from = 2026-01-01\nvalid_to = 2025-01-01",
            IMPOSSIBLE,
            "desks[0].valid_to",
            "na 2026-01-01",
        ),
        (
            DESK + "table = { weekday = 'woe', at = '14:00', cut_off_weekday = 'ma', cut_off_at = '12:00' }",
            WRONG,
            "desks[0].table.weekday",
            "ma of di of wo",
        ),
        (
            DESK + "table = { weekday = 'wo', at = '14:00', cut_off_weekday = 'wo', cut_off_at = '15:00' }",
            IMPOSSIBLE,
            "desks[0].table.cut_off_at",
            "al begonnen",
        ),
        (DESK + "table = { weekday = 'wo' }", MISSING, "desks[0].table.at", "14:00"),
        (steps("{ who = 'loket:zorgmakelaar' }"), DANGLING, "routes[0].steps[0].who", "staat nergens"),
        (
            DESK + steps("{ who = 'loket:zorgmaker' }"),
            DANGLING,
            "routes[0].steps[0].who",
            "Bedoel je `loket:zorgmakelaar`?",
        ),
        (DESK + steps("{ who = 'desk:zn' }"), DANGLING, "routes[0].steps[0].who", "Bedoel je `desk:zm`?"),
        (steps("{ who = 'teammanger' }"), WRONG, "routes[0].steps[0].who", "Bedoel je `teammanager`?"),
        (steps("{ who = 'Jan Jansen' }"), WRONG, "routes[0].steps[0].who", "loket:zorgmakelaar"),
        (steps("{ who = 'route' }"), IMPOSSIBLE, "routes[0].steps[0].who", "niet uit een andere route"),
        (steps(), WRONG, "routes[0].steps", "loket:zorgmakelaar"),
        (
            steps("{ who = 'beheerder', mode = 'inform' }"),
            IMPOSSIBLE,
            "routes[0].steps",
            "niemand iets gevraagd",
        ),
        (
            steps("{ who = 'beheerder', top = true }", "{ who = 'projectleider' }"),
            IMPOSSIBLE,
            "routes[0].steps[1].mode",
            "Boven de top",
        ),
        (
            steps("{ who = 'beheerder' }", "{ who = 'projectleider', mode = 'inform', form = true }"),
            IMPOSSIBLE,
            "routes[0].steps[1].form",
            "wordt niets gevraagd",
        ),
        (
            steps("{ who = 'beheerder', accept_within = '1 uur' }", "{ who = 'projectleider' }"),
            MISSING,
            "routes[0].steps[0].solve_within",
            "4 uren",
        ),
        (
            steps("{ who = 'beheerder', accept_within = '1 werkdag', solve_within = '4 uren' }"),
            IMPOSSIBLE,
            "routes[0].steps[0].solve_within",
            "deels in uren en deels in werkdagen",
        ),
        (
            steps("{ who = 'beheerder' }", "{ who = 'desk:beheerder' }"),
            DOUBLE,
            "routes[0].steps[1].code",
            "een eigen code",
        ),
        (steps("{ who = 'teammanager' }"), DOUBLE, "routes[0].steps", "als je de route meetelt"),
        (
            steps("{ who = 'beheerder' }") + "\n" + steps("{ who = 'projectleider' }"),
            DOUBLE,
            "routes[1]",
            "Voor 'N' geldt op dezelfde dag al een route",
        ),
        (
            "[[routes]]\nregion = 'X'\nsteps = [{ who = 'beheerder' }]",
            DANGLING,
            "routes[0].region",
            "Wat er wel staat: N, Z",
        ),
        (
            ladder("{ who = 'teammanager' }"),
            IMPOSSIBLE,
            "norms[0].ladder[0].at",
            "anders begint de ladder nooit",
        ),
        (
            ladder("{ who = 'teammanager', at = '1 werkdag', mode = 'inform' }"),
            IMPOSSIBLE,
            "norms[0].ladder",
            "niemand iets gevraagd",
        ),
        (
            ladder(_TM, "{ who = 'instelling', at = '-1 werkdag' }"),
            IMPOSSIBLE,
            "norms[0].ladder[1].at",
            "begint eerder",
        ),
        (
            ladder(_TM, "{ who = 'instelling', at = '4 uren' }"),
            IMPOSSIBLE,
            "norms[0].ladder[1].at",
            "deels in uren",
        ),
        (
            ladder(_TM, "{ who = 'instelling', accept_within = '4 uren' }"),
            IMPOSSIBLE,
            "norms[0].ladder[1].accept_within",
            "deels in uren",
        ),
        (
            ladder("{ who = 'teammanager', at = '-4 uren' }"),
            IMPOSSIBLE,
            "norms[0].ladder[0].at",
            "vanaf het begin van de termijn",
        ),
        (ladder("{ who = 'teammanager', at = 'morgen' }"), WRONG, "norms[0].ladder[0].at", "-10 werkdagen"),
        (
            ladder(
                "{ who = 'teammanager', at = '1 werkdag', top = true }", "{ who = 'instelling', top = true }"
            ),
            IMPOSSIBLE,
            "norms[0].ladder[1].top",
            "één top",
        ),
        (ladder(_TM, _TM), DOUBLE, "norms[0].ladder[1].code", "een eigen code"),
        (
            ladder("{ who = 'route', at = '1 werkdag' }"),
            IMPOSSIBLE,
            "norms[0].ladder",
            "In een regio zonder route",
        ),
        (
            ladder("{ who = 'route', at = '1 werkdag' }", "{ who = 'teammanager' }"),
            IMPOSSIBLE,
            "norms[0].ladder",
            "In een regio zonder route",
        ),
        (
            ladder(_TM, "{ who = 'route', accept_within = '1 werkdag' }"),
            IMPOSSIBLE,
            "norms[0].ladder[1].accept_within",
            "hun eigen accept_within",
        ),
        (ladder(_TM, "{ who = 'loket:ret' }"), DANGLING, "norms[0].ladder[1].who", "staat nergens"),
        (
            steps("{ who = 'beheerder', top = true }")
            + "\n"
            + ladder(_TM, "{ who = 'route' }", "{ who = 'instelling' }"),
            IMPOSSIBLE,
            "norms[0].ladder",
            "Boven de top",
        ),
        ("[[norms]]\ncode = '2'\nmeasures = ['otss']", DANGLING, "norms[0].measures[0]", "Bedoel je `ots`?"),
        ("[[norms]]\ncode = '2'\norganisations = ['X']", DANGLING, "norms[0].organisations[0]", "GIA"),
        (
            "[[norms]]\ncode = '2'\nmeasures = ['ots']\nnot_measures = ['ots']",
            IMPOSSIBLE,
            "norms[0].not_measures[0]",
            "zowel in measures",
        ),
        (
            "[[norms]]\ncode = '2'\nexplained_by = 'koers'",
            IMPOSSIBLE,
            "norms[0].explained_by",
            "koers_uitgelegd",
        ),
        ("[[norms]]\ncode = '2'\nparty = 'koers'", IMPOSSIBLE, "norms[0].party", "overdracht_gepland"),
        ("[[norms]]\ncode = '2'\nitem_kind = 'spoed'", IMPOSSIBLE, "norms[0].item_kind", "bij de zaak zelf"),
        ("[[norms]]\ncode = '2'\ncounting = 'ooit'", WRONG, "norms[0].counting", "laatste_dag"),
        (
            "[[norms]]\ncode = 'crisisplek'\nrounding = 'atw'",
            IMPOSSIBLE,
            "norms[0].rounding",
            "schuift nooit op",
        ),
        (
            "[[norms]]\ncode = '2'\nevidence = ['gereed']",
            IMPOSSIBLE,
            "norms[0].evidence[0]",
            "zou nooit gehaald zijn",
        ),
        ("[[norms]]\ncode = '2'\nstarts = [['begin']]", IMPOSSIBLE, "norms[0].starts", "zou nooit starten"),
        (
            PLAN + PLAN_NORM + "starts = [['tot']]\nevidence = ['gereed']",
            IMPOSSIBLE,
            "norms[0].starts",
            '[["begin"]]',
        ),
        (
            PLAN + PLAN_NORM + "starts = [['begin']]\nevidence = ['koers']",
            IMPOSSIBLE,
            "norms[0].evidence[0]",
            OF_ITEMS.replace("|", " of "),
        ),
        (
            PLAN_NORM + "starts = [['begin']]\nevidence = ['gereed']",
            DANGLING,
            "norms[0].item_kind",
            "'gezinsplan' staat nergens",
        ),
        (PLAN, IMPOSSIBLE, "date_kinds[0].code", "hoort nog geen klok"),
        ("[[date_kinds]]\ncode = 'gezinsplan'", MISSING, "date_kinds[0].title", "gezinsplan"),
        (
            "[[date_kinds]]\ncode = 'crisisplek'\nasks = ['koers']",
            WRONG,
            "date_kinds[0].asks[0]",
            "begin of tot of aanvraag",
        ),
        (
            "[[date_kinds]]\ncode = 'crisisplek'\nasks = []",
            IMPOSSIBLE,
            "date_kinds[0].asks",
            "Er moet een datum",
        ),
        (
            "[[date_kinds]]\ncode = 'crisisplek'\nis_request = true",
            IMPOSSIBLE,
            "date_kinds[0].asks",
            "aanvraag",
        ),
        (
            "[[date_kinds]]\ncode = 'crisisplek'\norganisations = ['X']",
            DANGLING,
            "date_kinds[0].organisations[0]",
            "GIA",
        ),
        (
            "[[date_kinds]]\ncode = 'hulpvraag'\ntitle = 'x'",
            IMPOSSIBLE,
            "date_kinds[0].code",
            "maakt Termijnwacht zelf",
        ),
        (
            "reasons = [{ code = 'a', label = 'A' }, { code = 'a', label = 'B' }]",
            DOUBLE,
            "reasons[1].code",
            "een eigen code",
        ),
        ("help_kinds = [{ code = 'a' }]", MISSING, "help_kinds[0].label", "wachtlijst"),
        (
            "blocker_kinds = [{ code = 'Een code', label = 'x' }]",
            WRONG,
            "blocker_kinds[0].code",
            "kan hier niet",
        ),
        (
            "escalation = { form = [{ code = 'a', label = 'A' }, { code = 'a', label = 'B' }] }",
            DOUBLE,
            "escalation.form[1].code",
            "een eigen code",
        ),
    ],
)
def test_what_cannot_be_is_refused_with_its_place_and_what_would_be_right(
    *, refused: Refusals, text: str, code: str, key: str, words: str
) -> None:
    bare = "=" in text.partition("\n")[0]
    problem, *_ = refused(text + PLACES if bare else PLACES + text)

    assert (problem.code.value, problem.details["key"]) == (code, key)
    assert words in problem_sentence(problem)


def test_fallbacks_that_refer_to_each_other_are_all_named(refused: Refusals) -> None:
    problems = refused(DESK + "fallback = 'ret'\n" + OTHER + "fallback = 'zm'")

    assert [problem.details["key"] for problem in problems] == ["desks[0].fallback", "desks[1].fallback"]


def test_what_is_wrong_in_an_included_file_names_that_file(refused: Refusals, tmp_path: Path) -> None:
    (problem,) = refused(f'include = ["routes.toml"]\n{PLACES}', routes=DESK + "region = 'X'")

    assert (problem.details["file"], problem.details["key"]) == (
        str(tmp_path / "routes.toml"),
        "desks[0].region",
    )


def test_two_routes_that_follow_each_other_are_no_double(load: Load) -> None:
    first = "[[routes]]\nregion = 'N'\nvalid_to = 2026-01-01\nsteps = [{ who = 'beheerder' }]\n"
    second = "[[routes]]\nregion = 'N'\nvalid_from = 2026-01-01\nsteps = [{ who = 'projectleider' }]\n"

    assert len(load(PLACES + first + second).routes) == 2


def test_later_versions_of_an_own_clock_stay_with_its_kind(refused: Refusals) -> None:
    norm = PLAN_NORM + "starts = [['begin']]\nevidence = ['gereed']\n"
    later = norm.replace("item_kind = 'gezinsplan'", "item_kind = 'crisisplek'") + "valid_from = 2027-01-01"

    (problem,) = refused(PLAN + norm + later)

    assert (problem.details["key"], problem.details["rule"]) == ("norms[1].item_kind", "item_kind_fixed")
