"""Who is signed in, and the way to the pages that this person's roles allow."""

import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from core.people import Actor, Person
from core.rights import Nearness, Verb, may
from services.calendars.subscriptions import PAGES_PATH
from services.signin import FILE_PATH, GROUPS_PATH, OVERVIEW_PATH
from web.matter_paths import AGENDA_PATH, MATTER_PATH, PLAN_PATH, SUBMISSIONS_PATH

CLIMBING_PATH, WAITING_PATH, ROUTES_PATH = "/opschalingen", "/wachtenden", "/routes"
BLOCKERS_PATH, REASSIGN_PATH = "/belemmeringen", "/overdragen"
CALENDARS_PATH, AGENDAS_PATH = "/kalender", PAGES_PATH
"""One's own calendars, and those that are public."""

_PAGES: tuple[tuple[str, Verb | None, Nearness], ...] = (
    (OVERVIEW_PATH, Verb.SEE_CASE, Nearness.OWN),
    (AGENDA_PATH, Verb.SEE_AGREEMENT, Nearness.OWN),
    (CLIMBING_PATH, None, Nearness.OWN),
    (WAITING_PATH, Verb.SEE_CASE, Nearness.TEAM),
    ("/nieuw", Verb.CREATE_CASE, Nearness.ORGANISATION),
    (REASSIGN_PATH, Verb.REASSIGN, Nearness.TEAM),
    (BLOCKERS_PATH, Verb.SEE_BLOCKERS, Nearness.OWN),
    (GROUPS_PATH, Verb.LEAD_AGREEMENT, Nearness.ORGANISATION),
    (ROUTES_PATH, None, Nearness.OWN),
    (CALENDARS_PATH, Verb.SUBSCRIBE, Nearness.OWN),
    ("/waarneming", Verb.SET_ABSENCE, Nearness.OWN),
    (FILE_PATH, Verb.IMPORT, Nearness.ORGANISATION),
    ("/instellingen", None, Nearness.OWN),
)
"""Each page of the menu, and the right that it takes; None for everybody."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in, at the moment of one request for `path`.

    `form_token` must come back with every form of this session.
    """

    person: Person
    actor: Actor
    now: datetime
    path: str
    form_token: str

    @property
    def menu(self) -> list[str]:
        """Return the pages that this person's roles allow; the services ask the rights again."""
        return [path for path, verb, near in _PAGES if verb is None or may(self.actor, verb, near)]

    @property
    def home(self) -> str:
        """Return the page to begin at."""
        return self.menu[0]

    def sent(self, form_token: str) -> bool:
        """Tell whether a form with this token comes from a page of this session."""
        return hmac.compare_digest(form_token.encode(), self.form_token.encode())


def form_token_of(secret: str) -> str:
    """Return the token of the forms of a session, from which its secret cannot be found."""
    return hmac.new(secret.encode(), b"form", sha256).hexdigest()


_OF_A_CASE = re.compile(r"/zaken/[A-Za-z0-9-]+(/[a-z]+(/[a-z0-9.]+)?)?|/opschalingen/[0-9]{1,18}", re.ASCII)

_OF_A_MATTER = re.compile(MATTER_PATH + r"/[a-z]+(/[A-Za-z0-9_.-]{1,64}){2,3}", re.ASCII)


def own_page(path: str) -> str:
    """Return `path` when it is one of the pages for who is signed in, else nothing.

    What comes from outside must not send anybody elsewhere.
    """
    known = {page for page, _, _ in _PAGES} | {SUBMISSIONS_PATH, PLAN_PATH, AGENDA_PATH + "/nieuw"}
    return path if path in known or _OF_A_CASE.fullmatch(path) or _OF_A_MATTER.fullmatch(path) else ""
