"""A house with a few people and a case, and a browser without JavaScript that visits it."""

import asyncio
import html
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from core.desks import Desk, DeskBook, Route, RouteStep
from core.facts import FactKind
from core.ladder import LadderRung
from core.people import Person, Role, command_line
from core.rules import EscalationRules, Municipality, Organisation, Rules
from core.workdays import WorkingCalendar
from services.actions import ActionVerb, Offer, Offered, offer_case, offer_these
from services.case_views import CaseView
from services.cases import NewCase, open_case, read_case
from services.directory import read_directory
from services.escalating import Answer, Given, answer_escalation, escalate_now
from services.escalation_views import EscalationView, case_escalations
from services.house import House
from services.people import NewPerson, actor_of_person, add_person, sync_contacts
from services.signin import own_link, sign_in
from storage.store import open_store
from web.app import build_web

MONDAY = datetime(2026, 9, 7, 8, 0, tzinfo=UTC)
ADMIN = command_line("test")
RULES = Rules(
    calendar=WorkingCalendar(),
    organisations={
        "GIA": Organisation(
            "GIA", "Instelling A", contact="postbus-gia", contact_mail="jeugd@gia.example.nl"
        ),
        "GIB": Organisation("GIB", "Instelling B"),
    },
    regions={"NHN": "Noord-Holland Noord"},
    municipalities={
        "hoorn": Municipality("hoorn", "Hoorn", "NHN"),
        "alkmaar": Municipality("alkmaar", "Alkmaar", "NHN"),
    },
    escalation=EscalationRules(
        desks=DeskBook(
            [
                Desk(
                    "ret-nhn",
                    "expertteam",
                    "Expertteam Noord",
                    region="NHN",
                    contact="ret-nhn",
                    contact_mail="ret@nhn.example.nl",
                    source="verzonnen voor de tests",
                    assumed=True,
                ),
            ],
            [
                Route(
                    (RouteStep(LadderRung("expertteam", "desk:ret-nhn", form=True), "Bel eerst even."),),
                    region="NHN",
                    source="verzonnen voor de tests",
                )
            ],
        )
    ),
    public_url="http://test",
)


@dataclass
class Clock:
    """Stands still until a test moves it."""

    at: datetime = MONDAY

    def now(self) -> datetime:
        return self.at


@dataclass
class Office:
    """The house as a test talks about it."""

    house: House
    clock: Clock
    people: dict[str, Person] = field(default_factory=dict)

    def add(self, name: str, role: Role, organisation: str = "GIA", team: str | None = "noord") -> Person:
        new = NewPerson(name, frozenset({role}), organisation, team, mail=f"{name}@gia.example.nl")
        self.people[name] = add_person(self.house, new, actor=ADMIN, now=self.clock.now())
        return self.people[name]

    def open(self, code: str = "GIA-2026-0001", protector: str | None = "jb-1", **also: str) -> CaseView:
        dates = {FactKind.NOTIFIED: date(2026, 9, 2), FactKind.ORDERED: date(2026, 9, 1)}
        new = NewCase(code, "GIA", "hoorn", "ots", protector=protector, manager="tm-1", dates=dates, **also)
        return open_case(self.house, new, actor=ADMIN, now=self.clock.now())

    def case(self, code: str = "GIA-2026-0001") -> CaseView:
        return read_case(self.house, code, actor=ADMIN, now=self.clock.now())

    def dated(self, kind: FactKind, code: str = "GIA-2026-0001") -> date | None:
        told = self.case(code).ledger.get(kind)
        return told.on if told else None

    def offers(self, name: str, code: str = "GIA-2026-0001") -> list[Offered]:
        person, actor = actor_of_person(self.house, self.people[name].id, self.clock.now())
        view = read_case(self.house, code, actor=actor, now=self.clock.now())
        return offer_case(self.house, view, person, self.clock.now(), long=True)

    def link(
        self, name: str, kind: FactKind, code: str = "GIA-2026-0001", *, also: tuple[int, ...] = ()
    ) -> str:
        """Return the address that a mail to this person has for recording `kind`."""
        found = next(offer for offer in self.offers(name, code) if offer.kind is kind)
        if not also:
            return f"/a/{found.token}"
        case = self.case(code)
        term = case.term(found.norm or "")
        offer = Offer(found.verb, case.case.id, found.norm, kind, term.version if term else 0, also)
        return self.link_of(name, offer)

    def link_of(self, name: str, offer: Offer) -> str:
        person = self.people[name]
        return f"/a/{offer_these(self.house, [offer], {}, person, self.clock.now(), long=True)[0].token}"

    def link_to_open(self, name: str, code: str = "GIA-2026-0001", also: tuple[int, ...] = ()) -> str:
        return self.link_of(name, Offer(ActionVerb.OPEN, self.case(code).case.id, also=also))

    def add_desk(self) -> Person:
        """Return the mailbox of the expert team, which belongs to no institution."""
        sync_contacts(self.house, self.clock.now())
        found = read_directory(self.house, self.clock.now()).named("ret-nhn")
        assert found is not None
        self.people["ret-nhn"] = found
        return found

    def escalate(self, norm: str = "3", code: str = "GIA-2026-0001") -> EscalationView:
        """Let a term climb to its first rung now."""
        return escalate_now(self.house, code, norm, actor=ADMIN, now=self.clock.now()).view

    def escalation(self, code: str = "GIA-2026-0001") -> EscalationView:
        """Return the last escalation of a case as the administrator sees it."""
        return case_escalations(self.house, code, actor=ADMIN, now=self.clock.now())[-1]

    def answer(self, name: str, answer: Answer, **given: Any) -> None:
        """Let somebody answer the last escalation."""
        _, actor = actor_of_person(self.house, self.people[name].id, self.clock.now())
        found = self.escalation().escalation.id
        answer_escalation(self.house, found, answer, Given(**given), actor=actor, now=self.clock.now())

    def answer_link(self, name: str, answer: Answer) -> str:
        """Return the address that a mail to this person has for an answer to the last escalation."""
        found = self.escalation().escalation
        return self.link_of(
            name,
            Offer(
                ActionVerb.ESCALATE,
                found.case_id,
                found.norm,
                version=found.version,
                escalation=found.id,
                answer=answer,
            ),
        )

    def sign_in_link(self, name: str, leads_to: str = "") -> str:
        """Return the path of a fresh link that signs somebody in."""
        _, actor = actor_of_person(self.house, self.people[name].id, self.clock.now())
        link = own_link(self.house, actor=actor, now=self.clock.now(), leads_to=leads_to)
        return link.removeprefix("http://test")

    def session(self, name: str) -> str:
        """Return the secret of a fresh session of somebody."""
        token = self.sign_in_link(name).rpartition("/")[2]
        return sign_in(self.house, token, now=self.clock.now()).secret

    def everything(self) -> str:
        """Return all that is stored but the tokens themselves, to see whether anything changed."""
        with self.house.store.read() as tx:
            names = [
                row[0] for row in tx.exec_driver_sql("select name from sqlite_master where type = 'table'")
            ]
            tables = {name: tx.exec_driver_sql(f'select * from "{name}"').all() for name in sorted(names)}  # noqa: S608
        used = [row for row in tables.pop("actions") if "used" in row]
        return repr((tables, used))


@pytest.fixture(scope="session")
def new_office(
    tmp_path_factory: pytest.TempPathFactory, sqlite_files: Path
) -> tuple[Path, dict[str, Person]]:
    """The database of an office on its first morning, and who works there."""
    path = tmp_path_factory.mktemp("office") / "office.db"
    shutil.copy(sqlite_files / "migrated.db", path)
    store = open_store(f"sqlite:///{path}")
    office = Office(House(store, RULES), Clock())
    sync_contacts(office.house, MONDAY)
    office.add("tm-1", Role.MANAGER)
    office.add("jb-1", Role.PROTECTOR)
    office.add("jb-2", Role.PROTECTOR)
    office.add("jb-3", Role.PROTECTOR, team="zuid")
    store.close()
    return path, office.people


@pytest.fixture
def office(tmp_path: Path, new_office: tuple[Path, dict[str, Person]]) -> Iterator[Office]:
    path, people = new_office
    shutil.copy(path, tmp_path / "house.db")
    store = open_store(f"sqlite:///{tmp_path}/house.db")
    yield Office(House(store, RULES), Clock(), dict(people))
    store.close()


class Browser:
    """Visits an application in this process, and follows nothing by itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def visit() -> httpx.Response:
            async with httpx.AsyncClient(transport=self._transport, base_url="http://test") as client:
                return await client.request(method, path, **options)

        return asyncio.run(visit())

    def get(self, path: str) -> httpx.Response:
        return self.request("GET", path)

    def head(self, path: str) -> httpx.Response:
        return self.request("HEAD", path)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self.request("POST", path, **options)


class Session:
    """A browser of somebody who is signed in: it keeps the cookie, and sends the token of the last form."""

    def __init__(self, browser: Browser, secret: str, cookie: str = "termijnwacht") -> None:
        self.browser, self.cookie, self.secret = browser, cookie, secret
        self.form_token = ""

    def get(self, path: str) -> httpx.Response:
        answer = self.browser.request("GET", path, headers=self._headers())
        found = re.search(r'name="formulier" value="(\w+)"', answer.text)
        self.form_token = found[1] if found else self.form_token
        return answer

    def post(self, path: str, data: dict[str, Any] | None = None, **options: Any) -> httpx.Response:
        """Send a form, with the token of the last page unless `data` has one."""
        fields = {"formulier": self.form_token, **(data or {})}
        return self.browser.request("POST", path, data=fields, headers=self._headers(), **options)

    def _headers(self) -> dict[str, str]:
        return {"cookie": f"{self.cookie}={self.secret}"}


SignIn = Callable[[str], Session]


@pytest.fixture
def signed_in(office: Office, web: Browser) -> SignIn:
    """Sign somebody in by a link; return their browser, which has seen one page."""

    def enter(name: str) -> Session:
        secret = office.session(name)
        session = Session(web, secret)
        session.get("/")
        return session

    return enter


@pytest.fixture
def ready() -> dict[str, bool]:
    return {"ready": True}


@pytest.fixture
def web(office: Office, ready: dict[str, bool]) -> Browser:
    return Browser(build_web(office.house, office.clock, ready=lambda: ready["ready"]))


Says = Callable[[httpx.Response], str]


@pytest.fixture
def says() -> Says:
    """Return the text of a page as a person reads it."""

    def text(response: httpx.Response) -> str:
        body = response.text.partition('<main id="inhoud">')[2]
        return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", body).split()))

    return text
