"""Subscriptions: who may have which calendar, its secret address that is shown once, and ending it."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime

from core.calendars import CalendarScope
from core.errors import NotAllowed, Problem, ProblemCode, refuse
from core.people import Actor, Person
from core.rights import Nearness, Verb, demand, may, nearness_to_person
from services.calendars.desk import view_of
from services.calendars.views import View, label_of
from services.governance.overview import sees
from services.house import House
from services.invitations import hash_secret
from services.scene import Scene, set_scene
from storage.queries.calendars import Feed, add_feed, end_feeds, feed_by_id, feeds_of
from storage.queries.office import leave_audit

FEED_PATH, PAGES_PATH = "/feeds", "/agendas"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class FreshFeed:
    """A subscription that was just made; the address is in no other place and only its hash is kept."""

    id: int
    scope: CalendarScope
    label: str
    url: str


@dataclass(frozen=True, slots=True)
class FeedView:
    """A subscription in a list. `used_on` is the last day on which a client came, `client` which kind."""

    id: int
    scope: CalendarScope
    label: str
    person: str | None
    alarms: bool
    created_at: datetime
    through_on: date | None
    used_on: date | None
    client: str | None


@dataclass(frozen=True, slots=True)
class Wish:
    """What calendar is wanted. `person` is a user name, None for the actor; `through_on` its last day."""

    scope: CalendarScope
    target: str = ""
    person: str | None = None
    alarms: bool = False
    through_on: date | None = None


def create_feed(house: House, wish: Wish, *, actor: Actor, now: datetime) -> FreshFeed:
    """Make a subscription and return its address, this once.

    Refuses what the person may not see, an unknown person, series or region, a last day that has passed, and
    a calendar of cases for nobody.
    """
    if house.rules.public_url is None:
        raise refuse(ProblemCode.PAGES_NOWHERE)
    secret = secrets.token_urlsafe(_SECRET_BYTES)
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        person = _owner(scene, wish, actor)
        _check(scene, wish, person)
        number = add_feed(
            tx,
            hash_secret(secret),
            wish.scope,
            wish.target,
            person_id=person.id if person else None,
            alarms=wish.alarms,
            through_on=wish.through_on,
            by=actor.name,
            now=now,
        )
        details = {"scope": wish.scope.value, "target": wish.target, "person": person.name if person else ""}
        leave_audit(tx, actor=actor.name, verb="create_feed", subject=str(number), now=now, details=details)
        made = feed_by_id(tx, number)
    label = label_of(house.rules, view_of(made)) if made else ""
    return FreshFeed(number, wish.scope, label, feed_address(house.rules.public_url, secret))


def view_of_wish(house: House, wish: Wish, *, actor: Actor, now: datetime) -> View:
    """Return what a calendar would show, without a subscription to it. Refuses as `create_feed` does."""
    with house.store.read() as tx:
        scene = set_scene(tx, house, now)
        person = _owner(scene, wish, actor)
        _check(scene, wish, person)
    return View(wish.scope, wish.target, person.id if person else None, wish.alarms)


def feed_address(root: str, name: str) -> str:
    """Return the address of a calendar, given the root of the pages and its secret or fixed name."""
    return f"{root.rstrip('/')}{FEED_PATH}/{name}.ics"


def pages_address(root: str, name: str = "") -> str:
    """Return the address of the page of a public calendar, or of the list of all; never of a secret one."""
    return f"{root.rstrip('/')}{PAGES_PATH}" + (f"/{name}" if name else "")


def _owner(scene: Scene, wish: Wish, actor: Actor) -> Person | None:
    """Return whose calendar it will be; None for a calendar of what is public, made on the command line."""
    if wish.person is None:
        person = scene.directory.person(actor.person_id)
    else:
        person = scene.directory.named(wish.person)
        if person is None:
            raise refuse(ProblemCode.PERSON_UNKNOWN, column="--person", value=wish.person)
    if person is not None and person.revoked_at is not None:
        raise refuse(ProblemCode.PERSON_REVOKED, column="--person", name=person.name)
    near = nearness_to_person(actor, person) if person else Nearness.ANY
    demand(actor, Verb.SUBSCRIBE, near)
    return person


def _check(scene: Scene, wish: Wish, person: Person | None) -> None:
    rules = scene.rules
    if wish.through_on is not None and wish.through_on < scene.today:
        raise refuse(ProblemCode.FEED_ENDED, column="--until", value=wish.through_on.isoformat())
    if wish.scope is CalendarScope.REGION and wish.target not in rules.regions:
        raise refuse(
            ProblemCode.FEED_OF_UNKNOWN, column="--region", value=wish.target, known=sorted(rules.regions)
        )
    if wish.scope is CalendarScope.SERIES:
        _check_series(scene, wish, person)
    if wish.scope in (CalendarScope.MINE, CalendarScope.TEAM) and person is None:
        raise refuse(ProblemCode.FEED_OF_NOBODY, column="--person", value="")
    if wish.scope is CalendarScope.TEAM and person is not None:
        leads = may(scene.directory.actor(person, scene.today), Verb.SEE_CASE, Nearness.TEAM)
        if not leads:
            raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, {"verb": Verb.SUBSCRIBE, "actor": person.name}))


def _check_series(scene: Scene, wish: Wish, person: Person | None) -> None:
    """Refuse a series that the reader does not see, in the same words as one that is not there."""
    series = scene.rules.governance.series
    reader = scene.directory.actor(person, scene.today) if person else Actor("", frozenset())
    known = sorted(code for code, one in series.items() if sees(scene, one, reader))
    if wish.target not in known:
        raise refuse(ProblemCode.FEED_OF_UNKNOWN, column="--series", value=wish.target, known=known)


def list_feeds(house: House, *, actor: Actor, now: datetime) -> list[FeedView]:
    """Return the actor's own subscriptions; for who may revoke everybody's, all of them."""
    everybody = may(actor, Verb.SUBSCRIBE, Nearness.ANY)
    if actor.person_id is None and not everybody:
        return []
    with house.store.read() as tx:
        scene = set_scene(tx, house, now)
        found = feeds_of(tx, None if everybody else actor.person_id)
        return [_view(scene, feed) for feed in found]


def own_feeds(house: House, *, actor: Actor, now: datetime) -> list[FeedView]:
    """Return the subscriptions of the actor alone."""
    if actor.person_id is None:
        return []
    with house.store.read() as tx:
        scene = set_scene(tx, house, now)
        return [_view(scene, feed) for feed in feeds_of(tx, actor.person_id)]


def _view(scene: Scene, feed: Feed) -> FeedView:
    return FeedView(
        feed.id,
        feed.scope,
        label_of(scene.rules, view_of(feed)),
        scene.directory.name(feed.person_id),
        feed.alarms,
        feed.created_at,
        feed.through_on,
        feed.used_on,
        feed.client,
    )


def revoke_feed(house: House, number: int, *, actor: Actor, now: datetime) -> bool:
    """End a subscription at once; tell whether it still ran. Refuses one that is unknown or another's."""
    with house.store.write() as tx:
        scene = set_scene(tx, house, now)
        feed = feed_by_id(tx, number)
        owner = scene.directory.person(feed.person_id) if feed else None
        near = nearness_to_person(actor, owner) if owner else Nearness.ANY
        if feed is None or not may(actor, Verb.SUBSCRIBE, near):
            raise refuse(ProblemCode.FEED_UNKNOWN, value=str(number))
        if feed.revoked_at is not None:
            return False
        end_feeds(tx, [number], now)
        leave_audit(tx, actor=actor.name, verb="revoke_feed", subject=str(number), now=now)
        return True
