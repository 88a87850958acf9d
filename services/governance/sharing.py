"""Links by which anybody may see the dates and title of a series, and nothing else of it."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from core.errors import NotAllowed, Problem, ProblemCode, refuse
from core.occurrences import MeetingStatus, Occurrence
from core.people import Actor
from core.rights import Verb, may, nearness_to_agreement
from core.series import Series
from core.submissions import working_deadline
from services.governance.matters import Matters
from services.house import House
from services.scene import Scene, set_scene
from storage.queries.office import leave_audit
from storage.queries.series_links import add_link, end_links, link_of, links_in_use, series_of

SHARE_PATH = "/reeks"
SHOWN_AHEAD = timedelta(days=366)
_TOKEN_BYTES = 24


@dataclass(frozen=True, slots=True)
class SharedDate:
    """A date as anybody may see it. `on` is None while it is to be set, by `due_on` at the latest."""

    on: date | None
    due_on: date
    at: time | None
    cancelled: bool


@dataclass(frozen=True, slots=True)
class SharedSeries:
    """What the page behind a link shows: from `first` through `last`, both included."""

    title: str
    is_submission: bool
    first: date
    last: date
    dates: tuple[SharedDate, ...]


@dataclass(frozen=True, slots=True)
class Shareable:
    """A series that may have a link, and the address of the one it has."""

    series: Series
    address: str | None


def share_address(root: str, token: str) -> str:
    """Return the address behind a link, given the root of the pages."""
    return f"{root.rstrip('/')}{SHARE_PATH}/{token}"


def address_in_use(scene: Scene, series: Series) -> str | None:
    """Return the address at which anybody sees the dates of a series, None when there is none."""
    root = scene.rules.public_url
    token = link_of(scene.tx, series.code) if root and series.may_be_shared else None
    return share_address(root, token) if root and token else None


def make_link(scene: Scene, series: Series, actor: Actor) -> str:
    """Return the address of the link to a series, made where there is none.

    Refuses a series that only its members may see, and an installation whose pages have no address.
    """
    if not series.may_be_shared:
        raise refuse(ProblemCode.SERIES_NOT_SHARED, column="series", value=series.code)
    if scene.rules.public_url is None:
        raise refuse(ProblemCode.PAGES_NOWHERE)
    token = link_of(scene.tx, series.code)
    if token is None:
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        add_link(scene.tx, series.code, token, by=actor.name, now=scene.now)
    return share_address(scene.rules.public_url, token)


def take_link_back(scene: Scene, series: Series, actor: Actor) -> None:
    """Let the link to a series work no longer; the next one is another."""
    end_links(scene.tx, series.code, by=actor.name, now=scene.now)


def share_series(house: House, code: str, *, actor: Actor, now: datetime) -> str:
    """Make the link to a series for who leads it; return its address."""
    series = _led(house, code, actor)
    with house.store.write() as tx:
        address = make_link(set_scene(tx, house, now), series, actor)
        leave_audit(tx, actor=actor.name, verb="share_series", subject=code, now=now)
        return address


def unshare_series(house: House, code: str, *, actor: Actor, now: datetime) -> None:
    """Take the link to a series back."""
    series = _led(house, code, actor)
    with house.store.write() as tx:
        take_link_back(set_scene(tx, house, now), series, actor)
        leave_audit(tx, actor=actor.name, verb="unshare_series", subject=code, now=now)


def _led(house: House, code: str, actor: Actor) -> Series:
    series = house.rules.governance.series.get(code)
    if series is None or not series.may_be_shared:
        raise refuse(ProblemCode.SERIES_NOT_SHARED, column="series", value=code or None)
    if not _leads(actor, series):
        details = {"verb": Verb.LEAD_AGREEMENT, "actor": actor.name}
        raise NotAllowed(Problem(ProblemCode.NOT_ALLOWED, details))
    return series


def _leads(actor: Actor, series: Series) -> bool:
    near = nearness_to_agreement(actor, taking_part=False, region=series.region)
    return may(actor, Verb.LEAD_AGREEMENT, near)


def shareable_series(house: House, actor: Actor) -> list[Shareable]:
    """Return the series that an actor leads and that may have a link, by title."""
    root = house.rules.public_url
    led = [one for one in house.rules.governance.series.values() if one.may_be_shared and _leads(actor, one)]
    if root is None or not led:
        return []
    with house.store.read() as tx:
        tokens = links_in_use(tx)
    found = [
        Shareable(one, share_address(root, tokens[one.code]) if one.code in tokens else None) for one in led
    ]
    return sorted(found, key=lambda one: (one.series.title, one.series.code))


def shared_series(house: House, token: str, *, now: datetime) -> SharedSeries | None:
    """Return the dates and title behind a link; None when it never worked, does not any more, or may not."""
    with house.store.read() as tx:
        code = series_of(tx, token)
        series = house.rules.governance.series.get(code or "")
        if series is None or not series.may_be_shared:
            return None
        scene = set_scene(tx, house, now)
        first, last = scene.today, scene.today + SHOWN_AHEAD
        found = Matters(scene).between(first, last, [series])
    dates = tuple(_shown(scene, one) for one in found if one.status is not MeetingStatus.SKIPPED)
    return SharedSeries(series.title, series.is_submission, first, last, dates)


def _shown(scene: Scene, one: Occurrence) -> SharedDate:
    due_on = one.due_on
    if one.series.is_submission:
        due_on = working_deadline(one.series, one.sorted_on, scene.rules.calendar)
    cancelled = one.status in (MeetingStatus.CANCELLED, MeetingStatus.NOT_HELD)
    return SharedDate(one.on, due_on, one.at if one.on else None, cancelled)
