"""Desks, routes, ladders, kinds and choices in the configuration, and the rules that are made of them."""

import re
from collections.abc import Callable
from datetime import date, time
from pathlib import Path

from app.config import Config, rules_of
from core.cadence import Cadence
from core.dates import BLOCKER_KINDS, BUILT_IN_DATES, HELP_KINDS, ITEM_KINDS, REASONS, Choice, ItemKind
from core.desks import Desk, Route, RouteStep, WeeklyTable
from core.errors import Problem
from core.facts import FactKind
from core.ladder import Delay, DelayUnit, LadderRung, RungMode
from core.norms import BUILT_IN_NORMS, Counting, Length, Unit
from core.rules import EscalationRules, Rules

Load = Callable[..., Config]
Refusals = Callable[..., tuple[Problem, ...]]
EXAMPLE = Path(__file__).parents[2] / "config.example.toml"
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
OTHER = "[[desks]]\ncode = 'ret'\nkind = 'expertteam'\nname = 'Expertteam'\n"
PLAN = "[[date_kinds]]\ncode = 'gezinsplan'\ntitle = 'gezinsplan'\nasks = ['begin']\n"
PLAN_NORM = (
    "[[norms]]\ncode = 'gezinsplan'\ntitle = 'gezinsplan klaar'\nlength = '3 maanden'\nsource = 'werkwijze'\n"
    "item_kind = 'gezinsplan'\n"
)


def rules(load: Load, text: str) -> Rules:
    return rules_of(load(PLACES + text))


def test_without_configuration_the_built_in_choices_hold(load: Load) -> None:
    found = rules_of(load("")).escalation

    assert (found.desks.desks, found.desks.routes) == ((), ())
    built_in = EscalationRules()
    for name in ("reasons", "help_kinds", "blocker_kinds", "item_kinds", "form"):
        assert getattr(found, name) == getattr(built_in, name), name


def test_a_desk_is_as_it_was_configured(load: Load) -> None:
    found = rules(
        load,
        """
        [[desks]]
        code = "ret-n"
        kind = "expertteam"
        name = "Expertteam Noord"
        region = "N"
        contact = "ret-n"
        contact_mail = "ret@n.example.nl"
        answer_within = "1 werkdag"
        table = { weekday = "wo", at = "14:00", cut_off_weekday = "ma", cut_off_at = "12:00" }
        fallback = "ret-z"
        valid_from = 2022-07-01
        valid_to = 2030-01-01
        source = "bron"
        assumed = true
        [[desks]]
        code = "ret-z"
        kind = "expertteam"
        name = "Expertteam Zuid"
        municipality = "haarlem"
        answer_within = "4 uren"
        """,
    )

    assert found.escalation.desks.desks == (
        Desk(
            "ret-n",
            "expertteam",
            "Expertteam Noord",
            region="N",
            contact="ret-n",
            contact_mail="ret@n.example.nl",
            answer_within=Delay(1),
            table=WeeklyTable(3, time(14), 1, time(12)),
            fallback="ret-z",
            valid_from=date(2022, 7, 1),
            valid_to=date(2030, 1, 1),
            source="bron",
            assumed=True,
        ),
        Desk(
            "ret-z",
            "expertteam",
            "Expertteam Zuid",
            municipality="haarlem",
            answer_within=Delay(4, DelayUnit.HOURS),
        ),
    )


def test_a_route_is_as_it_was_configured(load: Load) -> None:
    found = rules(
        load,
        DESK
        + OTHER
        + """
        [[routes]]
        municipality = "hoorn"
        valid_from = 2022-07-01
        source = "bron"
        [[routes.steps]]
        who = "desk:zm"
        code = "makelaar"
        accept_within = "1 werkdag"
        hint = "Bel eerst."
        [[routes.steps]]
        who = "loket:expertteam"
        top = true
        recheck = "2 werkdagen"
        form = true
        solve_within = "10 werkdagen"
        [[routes.steps]]
        who = "projectleider"
        mode = "inform"
        """,
    )

    assert found.escalation.desks.routes == (
        Route(
            steps=(
                RouteStep(LadderRung("makelaar", "desk:zm", accept_within=Delay(1)), "Bel eerst."),
                RouteStep(
                    LadderRung(
                        "expertteam",
                        "loket:expertteam",
                        solve_within=Delay(10),
                        top=True,
                        recheck=Delay(2),
                        form=True,
                    )
                ),
                RouteStep(LadderRung("projectleider", "projectleider", RungMode.INFORM)),
            ),
            municipality="hoorn",
            valid_from=date(2022, 7, 1),
            source="bron",
        ),
    )


def test_a_ladder_of_your_own_takes_the_place_of_the_built_in_one(load: Load) -> None:
    (norm,) = rules(
        load,
        """
        [[norms]]
        code = "2"
        [[norms.ladder]]
        who = "teammanager"
        at = "-5 werkdagen"
        accept_within = "1 werkdag"
        [[norms.ladder]]
        who = "persoon:tm.1"
        at = "0 werkdagen"
        [[norms.ladder]]
        who = "instelling"
        mode = "inform"
        """,
    ).norms.newest_first("2")

    assert norm.ladder == (
        LadderRung("teammanager", "teammanager", at=Delay(-5), accept_within=Delay(1)),
        LadderRung("tm-1", "persoon:tm.1", at=Delay(0)),
        LadderRung("instelling", "instelling", RungMode.INFORM),
    )
    assert norm.length == BUILT_IN_NORMS[1].length


def test_an_empty_ladder_means_that_nothing_climbs(load: Load) -> None:
    assert rules(load, "[[norms]]\ncode = '2'\nladder = []").norms.newest_first("2")[0].ladder == ()


def test_a_built_in_date_can_be_changed_like_a_norm(load: Load) -> None:
    (norm,) = rules(
        load, "[[norms]]\ncode = 'crisisplek'\nlength = '10 weken'\nreminders = { explained_before = [3] }"
    ).norms.newest_first("crisisplek")
    built_in = next(one for one in BUILT_IN_DATES if one.code == "crisisplek")

    assert norm.length == Length(10, Unit.WEEKS)
    assert (norm.item_kind, norm.evidence, norm.ladder, norm.expires) == (
        built_in.item_kind,
        built_in.evidence,
        built_in.ladder,
        True,
    )
    assert norm.cadence.explained_before == (3,)
    assert norm.cadence.protector_before == built_in.cadence.protector_before


def test_a_clock_of_an_institutions_own_needs_no_length_when_it_ends_on_a_typed_day(load: Load) -> None:
    found = rules(
        load,
        PLAN.replace("begin", "tot")
        + "organisations = ['GIA']\n"
        + PLAN_NORM.replace("length = '3 maanden'\n", "")
        + "counting = 'laatste_dag'\nstarts = [['tot']]\nevidence = ['vervolgplek']\nexpires = true\n"
        "measures = ['ots']\nnot_measures = ['vots']\norganisations = ['GIA']",
    )

    (norm,) = found.norms.newest_first("gezinsplan")
    assert (norm.counting, norm.length, norm.expires) == (Counting.LAST_DAY, Length(1, Unit.DAYS), True)
    assert norm.holds_for("ots", "GIA")
    assert not norm.holds_for("vots", "GIA")
    assert not norm.holds_for("ots", "GIB")
    assert norm.cadence == Cadence()
    assert found.escalation.item_kinds["gezinsplan"] == ItemKind(
        "gezinsplan", "gezinsplan", asks=(FactKind.ITEM_ENDS,), organisations=frozenset({"GIA"})
    )


def test_a_request_of_your_own_asks_when_it_was_sent(load: Load) -> None:
    found = rules(
        load,
        "[[date_kinds]]\ncode = 'school'\ntitle = 'vraag aan school'\nis_request = true\n"
        "outcomes = [{ code = 'ja', label = 'akkoord' }]\n"
        "[[norms]]\ncode = 'school'\ntitle = 'antwoord'\nlength = '2 weken'\nsource = 'afspraak'\n"
        "item_kind = 'school'\nstarts = [['aanvraag']]\nevidence = ['antwoord']",
    )

    assert found.escalation.item_kinds["school"] == ItemKind(
        "school",
        "vraag aan school",
        asks=(FactKind.REQUEST_SENT,),
        is_request=True,
        outcomes=(Choice("ja", "akkoord"),),
    )


def test_a_built_in_kind_keeps_what_is_not_named(load: Load) -> None:
    kinds = rules(load, "[[date_kinds]]\ncode = 'verhuizing'\ntitle = 'de plek sluit'").escalation.item_kinds
    built_in = next(kind for kind in ITEM_KINDS if kind.code == "verhuizing")

    assert kinds["verhuizing"] == ItemKind(
        "verhuizing", "de plek sluit", asks=built_in.asks, source=built_in.source
    )
    assert list(kinds) == [kind.code for kind in ITEM_KINDS]


def test_a_choice_with_a_known_code_gets_other_words_and_another_is_added(load: Load) -> None:
    found = rules(
        load,
        "[[reasons]]\ncode = 'plafond'\nlabel = 'geld op'\n"
        "[[reasons]]\ncode = 'vervoer'\nlabel = 'geen vervoer'\n"
        "[[help_kinds]]\ncode = 'pleegzorg'\nlabel = 'pleegzorg'\n"
        "[[blocker_kinds]]\ncode = 'personeel'\nlabel = 'te weinig mensen'\n"
        "[[escalation.form]]\ncode = 'doel'\nlabel = 'wat er anders moet'",
    ).escalation

    assert list(found.reasons) == [*(choice.code for choice in REASONS), "vervoer"]
    assert found.reasons["plafond"] == Choice("plafond", "geld op")
    assert list(found.help_kinds) == [*(choice.code for choice in HELP_KINDS), "pleegzorg"]
    assert list(found.blocker_kinds) == [*(choice.code for choice in BLOCKER_KINDS), "personeel"]
    assert found.form == (Choice("doel", "wat er anders moet"),)


def test_an_institution_has_its_own_word_for_a_worker(load: Load) -> None:
    text = "[[organisations]]\ncode = 'J'\nname = 'J'\nprotector_label = 'gezinsmanager'"

    assert rules_of(load(text)).organisations["J"].protector_label == "gezinsmanager"


def test_the_desk_and_route_that_the_example_shows_can_be_switched_on(load: Load) -> None:
    text = EXAMPLE.read_text("utf-8")
    start, end = text.index("# [[desks]]"), text.index("# Soorten data en verzoeken")
    live = re.sub(r"^# ((?:\[|[a-z_]+ = ).*)$", r"\1", text[start:end], flags=re.MULTILINE)
    live = "\n".join(line for line in live.splitlines() if not line.startswith(("fallback", "series =")))

    found = rules_of(load(text[:start] + live)).escalation.desks

    assert [(desk.code, desk.region) for desk in found.desks] == [("ret-nhn", "NHN")]
    assert [step.rung.who for step in found.routes[0].steps] == ["loket:expertteam"]
