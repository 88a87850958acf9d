"""`/metrics`: figures for who has the token, and nobody's name or case in them."""

import re
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from core.facts import FactKind
from core.outbox import MessageKind, MessageState
from core.ports import DeliveryFailed, Outcome
from services.cases import record_fact
from services.figures import count_figures
from services.house import House
from services.notices import guard_pass
from services.upkeep import tidy, watch
from storage.schema import migrate
from storage.store import open_store
from tests.factories import CLI, MONDAY, Failing, a_case, at, deliver
from tests.web.conftest import MONDAY as WEB_MONDAY
from tests.web.conftest import RULES, Browser, Clock
from web.app import build_web

TOKEN = "prometheus-token-0123456789"
ALLOWED = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def measured(office) -> Browser:
    return Browser(build_web(office.house, office.clock, ready=lambda: True, metrics_token=TOKEN))


def samples(text: str) -> dict[str, float]:
    return {
        f"{one.name}{sorted(one.labels.items())}": one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
    }


@pytest.mark.parametrize(
    "given",
    [
        None,
        "",
        TOKEN,
        f"Basic {TOKEN}",
        "Bearer ",
        f"Bearer {TOKEN}x",
        f"Bearer {TOKEN[:-1]}",
        "Bearer \u00e9",
    ],
)
def test_who_has_no_token_gets_no_figures(measured, given) -> None:
    headers = {} if given is None else {"Authorization": given.encode()}
    answer = measured.request("GET", "/metrics", headers=headers)
    assert (answer.status_code, answer.text) == (401, "unauthorized\n")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert answer.headers["cache-control"] == "no-store"


def test_without_a_configured_token_there_are_no_figures(web) -> None:
    answer = web.request("GET", "/metrics", headers=ALLOWED)
    assert answer.status_code == 404
    assert "termijnwacht_messages" not in answer.text


def test_figures_are_counts_that_prometheus_reads(measured, office) -> None:
    office.open()
    guard_pass(office.house, WEB_MONDAY)
    watch(office.house, WEB_MONDAY)
    answer = measured.request("GET", "/metrics", headers=ALLOWED)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")
    found = samples(answer.text)
    assert found["termijnwacht_messages[('kind', 'digest'), ('state', 'pending')]"] == 2
    assert found["termijnwacht_messages[('kind', 'digest'), ('state', 'failed')]"] == 0
    assert found["termijnwacht_oldest_waiting_message_seconds[]"] == 0
    assert found["termijnwacht_job_last_pass_timestamp_seconds[('job', 'guard')]"] == WEB_MONDAY.timestamp()
    assert found["termijnwacht_open_terms[('due', 'later'), ('norm', '1')]"] == 1


def test_no_label_tells_of_a_person_or_a_case(measured, office) -> None:
    office.open()
    guard_pass(office.house, WEB_MONDAY)
    text = measured.request("GET", "/metrics", headers=ALLOWED).text
    labels = set(re.findall(r'(\w+)="([^"]*)"', text))
    assert {name for name, _ in labels} == {"state", "kind", "job", "norm", "due"}
    held = ("GIA", "jb-1", "tm-1", "hoorn", "noord", "2026-0001")
    assert [word for word in held if word in text] == []


def test_figures_stay_for_half_a_minute(measured, office) -> None:
    def pending() -> float:
        text = measured.request("GET", "/metrics", headers=ALLOWED).text
        return samples(text)["termijnwacht_messages[('kind', 'digest'), ('state', 'pending')]"]

    assert pending() == 0
    office.open()
    guard_pass(office.house, WEB_MONDAY)
    office.clock.at = WEB_MONDAY + timedelta(seconds=29)
    assert pending() == 0
    office.clock.at = WEB_MONDAY + timedelta(seconds=30)
    assert pending() == 2


def test_without_a_database_there_are_no_figures_and_it_says_so(tmp_path) -> None:
    house = House(open_store(f"sqlite:///{tmp_path}/never-made.db"), RULES)
    browser = Browser(build_web(house, Clock(), ready=lambda: False, metrics_token=TOKEN))
    answer = browser.request("GET", "/metrics", headers=ALLOWED)
    assert (answer.status_code, answer.text) == (503, "the database cannot be read\n")
    migrate(house.store)
    assert browser.request("GET", "/metrics", headers=ALLOWED).status_code == 200
    house.store.close()


def test_everything_is_counted_once_on_both_engines(house: House) -> None:
    a_case(house, "GIA-2026-001", protector_coupled=MONDAY)
    record_fact(house, "GIA-2026-001", FactKind.FIRST_CONTACT, MONDAY, actor=CLI, now=at(MONDAY, 9, 0))
    a_case(house, "GIA-2026-003", protector="jb-2", protector_coupled=MONDAY)
    due = MONDAY + timedelta(days=7)
    guard_pass(house, at(due, 6, 0))
    deliver(house, at(due), send=Failing([DeliveryFailed(Outcome.UNCLEAR, "x")]))
    tidy(house, at(due, 9, 0))
    found = count_figures(house, at(due, 9, 0))
    assert len(found.messages) == len(MessageState) * len(MessageKind)
    sent = found.messages[MessageState.SENT, MessageKind.DIGEST]
    assert (sent, found.messages[MessageState.PENDING, MessageKind.DIGEST]) == (1, 1)
    assert found.oldest_waiting == timedelta(minutes=29, seconds=30).total_seconds()
    assert found.open_terms["1", "today"] == 1
    assert {key: count for key, count in found.open_terms.items() if key[0] == "3" and count} == {
        ("3", "later"): 2
    }
    assert set(found.passes) == {"guard", "tidy"}


def test_terms_from_before_the_start_are_counted_apart(with_rules) -> None:
    house = with_rules(guarded_from=MONDAY)
    a_case(house, ordered=MONDAY - timedelta(days=100))
    a_case(house, "GIA-2026-002", ordered=MONDAY - timedelta(days=42))
    terms = count_figures(house, at(MONDAY + timedelta(days=1))).open_terms
    assert {key: count for key, count in terms.items() if count} == {
        ("1", "before_start"): 2,
        ("2", "before_start"): 1,
        ("2", "passed"): 1,
        ("3", "before_start"): 1,
        ("3", "later"): 1,
    }


def test_terms_of_a_measure_that_has_ended_are_not_counted(house: House) -> None:
    a_case(house, measure_ends=MONDAY + timedelta(days=1))
    for day, running in ((MONDAY, 3), (MONDAY + timedelta(days=1), 0)):
        counts = count_figures(house, at(day)).open_terms
        assert sum(count for (norm, _), count in counts.items() if norm in ("1", "2", "3")) == running
