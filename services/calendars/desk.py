"""Handing out calendars: their bytes are made when something changed and kept until then."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from threading import Lock

from core.calendars import Calendar
from core.publishing import published, settle
from services.calendars.contents import Contents, Remembered
from services.calendars.views import View, label_of, public_view
from services.house import House
from services.invitations import hash_secret
from services.scene import set_scene
from storage.queries.calendars import (
    Feed,
    body_of,
    hold_calendar,
    installation_of,
    keep_body,
    keep_events,
    kept_events,
    note_use,
    usable_feed,
)
from storage.store import Transaction

MOST_BYTES = 64 * 1024 * 1024
"""How many bytes of calendars are kept in memory; what was made longest ago goes first."""

_MOST_FEEDS = 20_000
_SECOND = timedelta(seconds=1)

Render = Callable[[Calendar], bytes]
Mark = tuple[str, date]
"""What tells that nothing changed: the data's own mark, and the local day."""


@dataclass(frozen=True, slots=True)
class Served:
    """A calendar as bytes. `etag` follows from the bytes alone, `modified_at` never goes back."""

    body: bytes
    etag: str
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class _Made:
    """Bytes that were made, of which entries, and the mark that the data had then."""

    mark: Mark
    entries_hash: str
    served: Served


class CalendarDesk:
    """Hands out the calendars of one house, to as many threads as ask."""

    def __init__(self, house: House, render: Render) -> None:
        """Take the house, and what makes bytes of a calendar."""
        self._house, self._render = house, render
        self._remembered: Remembered = {}
        self._made: OrderedDict[View, _Made] = OrderedDict()
        self._feeds: OrderedDict[str, tuple[Mark, Feed]] = OrderedDict()
        self._size = 0
        self._lock = Lock()

    def public(self, name: str, *, now: datetime) -> Served | None:
        """Return the calendar at a fixed readable address; None when there is none."""
        view = public_view(self._house.rules, name)
        return self.view(view, now=now) if view else None

    def secret(self, secret: str, *, now: datetime, client: str) -> Served | None:
        """Return the calendar behind a secret address, and keep that this kind of client came today.

        None when the secret is unknown, revoked or ended, or when its owner has left.
        """
        today, secret_hash = self._house.today(now), hash_secret(secret)
        mark = (self._house.store.data_mark(), today)
        feed = self._feed(secret_hash, mark)
        if feed is None:
            return None
        if feed.used_on != today:
            with self._house.store.write() as tx:
                note_use(tx, feed.id, today, client)
            with self._lock:
                self._feeds.pop(secret_hash, None)
        return self.view(view_of(feed), now=now, mark=mark)

    def _feed(self, secret_hash: str, mark: Mark) -> Feed | None:
        known = self._feeds.get(secret_hash)
        if known is not None and known[0] == mark:
            return known[1]
        with self._house.store.read() as tx:
            feed = usable_feed(tx, secret_hash, mark[1])
        with self._lock:
            self._feeds.pop(secret_hash, None)
            if feed is not None:
                self._feeds[secret_hash] = (mark, feed)
                if len(self._feeds) > _MOST_FEEDS:
                    self._feeds.popitem(last=False)
        return feed

    def view(self, view: View, *, now: datetime, mark: Mark | None = None) -> Served:
        """Return a calendar as it stands; the same bytes as long as nothing in it changed."""
        mark = mark or (self._house.store.data_mark(), self._house.today(now))
        known = self._made.get(view)
        if known is not None and known.mark == mark:
            return known.served
        calendar = self.calendar(view, now=now)
        entries_hash = _hash_of(calendar)
        same = known is not None and known.entries_hash == entries_hash
        served = known.served if known and same else self._serve(calendar, view, now)
        self._remember(view, _Made(mark, entries_hash, served))
        return served

    def _serve(self, calendar: Calendar, view: View, now: datetime) -> Served:
        body = self._render(calendar)
        body_hash = sha256(body).hexdigest()
        with self._house.store.read() as tx:
            known = body_of(tx, view.key)
        if known is None or known[0] != body_hash:
            with self._house.store.write() as tx:
                known = (body_hash, _later(tx, view, now))
                keep_body(tx, view.key, *known)
        return Served(body, f'"{body_hash[:32]}"', known[1])

    def calendar(self, view: View, *, now: datetime) -> Calendar:
        """Return what a calendar says, and remember what of it is new."""
        with self._house.store.read() as tx:
            found = self._published(tx, view, now)
        if found is None:
            with self._house.store.write() as tx:
                hold_calendar(tx, view.key, now)
                self._settle(tx, view, now)
                found = self._published(tx, view, now)
        if found is None:
            message = f"calendar {view.key} did not settle"
            raise RuntimeError(message)
        return found

    def _contents(self, tx: Transaction, now: datetime) -> Contents:
        return Contents(set_scene(tx, self._house, now), installation_of(tx), self._remembered)

    def _published(self, tx: Transaction, view: View, now: datetime) -> Calendar | None:
        """Return the calendar; None while something of it has to be remembered first."""
        contents = self._contents(tx, now)
        events, kept = contents.of(view), kept_events(tx, view.key)
        if settle(events, kept, now):
            return None
        gone_since = now - timedelta(days=self._house.rules.calendars.gone_days)
        # what was told to be off leaves in silence: it would say that something done is cancelled after all
        still_from = max(contents.window.first, contents.gone_from)
        entries = published(events, kept, still_from=still_from, gone_since=gone_since)
        return Calendar(view.scope, label_of(self._house.rules, view), entries, self._house.rules.public_url)

    def _settle(self, tx: Transaction, view: View, now: datetime) -> None:
        events = self._contents(tx, now).of(view)
        keep_events(tx, view.key, settle(events, kept_events(tx, view.key), now))

    def _remember(self, view: View, made: _Made) -> None:
        with self._lock:
            old = self._made.pop(view, None)
            self._size += len(made.served.body) - (len(old.served.body) if old else 0)
            self._made[view] = made
            while self._size > MOST_BYTES and len(self._made) > 1:
                _, dropped = self._made.popitem(last=False)
                self._size -= len(dropped.served.body)


def _hash_of(calendar: Calendar) -> str:
    """Return what is another one whenever an entry is: each change of one raises its sequence number."""
    said = "".join(f"{entry.event.uid}{entry.sequence}" for entry in calendar.entries)
    return sha256(said.encode()).hexdigest()


def view_of(feed: Feed) -> View:
    """Return what a subscription shows."""
    return View(feed.scope, feed.target, feed.person_id, feed.alarms)


def _later(tx: Transaction, view: View, now: datetime) -> datetime:
    """Return a whole second that is now or, when the calendar changed within this second, after it."""
    hold_calendar(tx, view.key, now)
    known = body_of(tx, view.key)
    whole = now.replace(microsecond=0)
    return max(whole, known[1].replace(microsecond=0) + _SECOND) if known and known[0] else whole
