"""People and contacts: add, import, revoke, settings. Rights and roles come from here."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time

from core.cadence import EVERY_WORKING_DAY, OwnDays
from core.errors import Problem, ProblemCode, refuse
from core.outbox import MessageKind, MessageState
from core.people import Actor, Person, Role
from core.rights import Nearness, Verb, demand, may, nearness_to_person
from core.rules import Rules
from services.derivation import rederive
from services.directory import Directory, load_directory
from services.house import House
from services.person_rows import (
    COLUMNS,
    NewPerson,
    check_person,
    doubles,
    parse_person,
    read_fte,
    read_weekdays,
)
from services.scene import set_scene
from storage.queries.calendars import end_feeds, feeds_of
from storage.queries.cases import cases_page
from storage.queries.office import leave_audit
from storage.queries.outbox import pending_for, withdraw_pending
from storage.queries.people import (
    add_person as store_person,
)
from storage.queries.people import (
    change_person,
    end_invitations,
    everybody,
    link_chat,
    person_by_chat,
    person_by_name,
    person_columns,
)
from storage.queries.signin import delete_sign_ins_of
from storage.store import Transaction

__all__ = [
    "COLUMNS",
    "NewPerson",
    "PeopleReport",
    "actor_of_chat",
    "actor_of_person",
    "add_person",
    "chat_works_again",
    "check_person",
    "import_people",
    "is_working_today",
    "list_people",
    "person_of_chat",
    "read_fte",
    "read_weekdays",
    "replan_all",
    "revoke",
    "set_own_days",
    "set_send_at",
    "sync_contacts",
    "team_protectors",
    "unlink_chat",
    "visible_name",
    "waiting_messages",
]


@dataclass(frozen=True, slots=True)
class PeopleReport:
    """What an import of people did."""

    rows: int
    created: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: int
    refused: tuple[Problem, ...] = field(default=())


def add_person(house: House, new: NewPerson, *, actor: Actor, now: datetime) -> Person:
    """Add a person or contact. Refuses a known name, unknown roles, institutions, regions, odd forms."""
    check_person(new, house.rules)
    with house.store.write() as tx:
        _demand_manage(actor, new)
        if person_by_name(tx, new.name):
            raise refuse(ProblemCode.PERSON_EXISTS, column="naam", value=new.name)
        store_person(tx, person_columns(_person(new)), now)
        leave_audit(
            tx,
            actor=actor.name,
            verb="add_person",
            subject=new.name,
            now=now,
            details={"roles": sorted(new.roles)},
        )
        return _known(tx, new.name)


def import_people(
    house: House,
    rows: Sequence[tuple[int, dict[str, str]]],
    *,
    actor: Actor,
    now: datetime,
    dry_run: bool = False,
) -> PeopleReport:
    """Add or change people from rows (line, cells by column of `COLUMNS`); all rows or none.

    A person who is missing from the file is left as is.
    """
    parsed = [(line, *parse_person(line, cells, house.rules)) for line, cells in rows]
    refused = [problem for _, _, problems in parsed for problem in problems]
    refused += doubles([(line, new) for line, new, _ in parsed if new])
    if refused:
        return PeopleReport(len(rows), (), (), 0, tuple(refused))
    created: list[str] = []
    changed: list[str] = []
    with house.store.write() as tx:
        known = {person.name: person for person in everybody(tx)}
        for _, new, _ in parsed:
            if new is None:
                continue
            _demand_manage(actor, new)
            person = _person(new)
            present = known.get(new.name)
            if present is None:
                created.append(new.name)
            elif person_columns(present) != person_columns(person):
                changed.append(new.name)
            else:
                continue
            if not dry_run:
                _keep(tx, present, person, actor=actor, now=now)
        if changed and not dry_run:
            replan_all(tx, house, [known[name].id for name in changed], now)
    return PeopleReport(len(rows), tuple(created), tuple(changed), len(rows) - len(created) - len(changed))


def _keep(tx: Transaction, present: Person | None, person: Person, *, actor: Actor, now: datetime) -> None:
    if present is None:
        store_person(tx, person_columns(person), now)
    else:
        change_person(tx, present.id, **person_columns(person))
    verb = "add_person" if present is None else "change_person"
    leave_audit(tx, actor=actor.name, verb=verb, subject=person.name, now=now)


def revoke(house: House, name: str, *, actor: Actor, now: datetime) -> list[str]:
    """Take away all access at once: chat, sessions, invitations, calendars, waiting messages.

    Returns the codes of the cases that the person still holds on paper: somebody else is told of them from
    now on.
    """
    with house.store.write() as tx:
        person = _known(tx, name)
        demand(actor, Verb.MANAGE_PEOPLE, nearness_to_person(actor, person))
        if person.revoked_at is None:
            change_person(tx, person.id, revoked_at=now, chat_id=None)
            end_invitations(tx, person.id, now)
            delete_sign_ins_of(tx, person.id)
            end_feeds(tx, [feed.id for feed in feeds_of(tx, person.id)], now)
            _withdraw_private(tx, person.id)
            leave_audit(tx, actor=actor.name, verb="revoke", subject=name, now=now)
            replan_all(tx, house, [person.id], now)
        return [case.code for case in cases_page(tx, held_by=[person.id], running_on=house.today(now))]


def replan_all(tx: Transaction, house: House, person_ids: Sequence[int], now: datetime) -> None:
    """Derive the cases again that these people hold: their own days or presence changed."""
    scene = set_scene(tx, house, now)
    teams = scene.directory.teams_led_by(person_ids)
    for case in cases_page(tx, held_by=person_ids, teams=teams):
        rederive(scene, case)


def _withdraw_private(tx: Transaction, person_id: int) -> None:
    """Withdraw what is for this person only; digests stay, since what they say goes to others at sending."""
    waiting = pending_for(tx, person_id)
    withdraw_pending(
        tx,
        [message.id for message in waiting if message.kind not in (MessageKind.DIGEST, MessageKind.URGENT)],
    )


def list_people(house: House, *, actor: Actor, now: datetime) -> tuple[list[Person], Directory]:
    """Return everybody the actor may see, and the directory they come from."""
    with house.store.read() as tx:
        directory = load_directory(tx, house, house.today(now))
    visible = [
        person
        for person in directory.everybody()
        if may(actor, Verb.SEE_PEOPLE, nearness_to_person(actor, person))
    ]
    return visible, directory


def team_protectors(house: House, code_organisation: str, *, actor: Actor, now: datetime) -> list[Person]:
    """Return the jeugdbeschermers the actor may couple: of the own team, else of the institution.

    A contact, which sees no people otherwise, gets those of its own institution.
    """
    people, directory = list_people(house, actor=actor, now=now)
    if Role.CONTACT in actor.roles and actor.organisation == code_organisation:
        people = directory.everybody()
    able = [
        person
        for person in people
        if Role.PROTECTOR in person.roles
        and person.revoked_at is None
        and person.organisation == code_organisation
    ]
    own_team = [person for person in able if actor.team is not None and person.team == actor.team]
    return own_team or able


def person_of_chat(house: House, chat_id: int) -> Person | None:
    """Return the person linked to a chat who has access."""
    with house.store.read() as tx:
        person = person_by_chat(tx, chat_id)
    return person if person and person.revoked_at is None else None


def actor_of_chat(house: House, chat_id: int, now: datetime) -> tuple[Person, Actor] | None:
    """Return the person linked to a chat, also as an actor; None for a stranger."""
    today = house.today(now)
    with house.store.read() as tx:
        person = person_by_chat(tx, chat_id)
        if person is None or person.revoked_at is not None:
            return None
        directory = load_directory(tx, house, today)
    return person, directory.actor(person, today)


def chat_works_again(house: House, person: Person, now: datetime) -> None:
    """Use a chat again that was given up: its owner wrote in it."""
    with house.store.write() as tx:
        change_person(tx, person.id, chat_lost_at=None)
        leave_audit(tx, actor=person.name, verb="chat_works_again", subject=person.name, now=now)


def actor_of_person(house: House, person_id: int, now: datetime) -> tuple[Person, Actor]:
    """Return a person as an actor. Refuses who was revoked or is unknown."""
    today = house.today(now)
    with house.store.read() as tx:
        directory = load_directory(tx, house, today)
    person = directory.person(person_id)
    if person is None or person.revoked_at is not None:
        raise refuse(ProblemCode.PERSON_REVOKED, name=person.name if person else "?")
    return person, directory.actor(person, today)


def set_send_at(house: House, send_at: time | None, *, actor: Actor, now: datetime) -> Person:
    """Set the own local time of the digest; None for the house's. Refuses a time in the quiet hours."""
    if send_at and house.rules.notices.quiet.covers(send_at):
        raise refuse(ProblemCode.INSTANT_FORM, value=send_at.isoformat("minutes"))
    with house.store.write() as tx:
        person = _own(tx, actor)
        change_person(tx, person.id, send_at=send_at)
        leave_audit(tx, actor=actor.name, verb="set_send_at", subject=person.name, now=now)
        return _known(tx, person.name)


def set_own_days(house: House, days: OwnDays, *, actor: Actor, now: datetime) -> Person:
    """Set the own working days. Refuses none at all."""
    if not days.weekdays:
        raise refuse(ProblemCode.WORKING_DAYS_FORM, value="")
    with house.store.write() as tx:
        person = _own(tx, actor)
        change_person(tx, person.id, weekdays="".join(str(day) for day in sorted(days.weekdays)))
        leave_audit(tx, actor=actor.name, verb="set_own_days", subject=person.name, now=now)
        replan_all(tx, house, [person.id], now)
        return _known(tx, person.name)


def unlink_chat(house: House, *, actor: Actor, now: datetime) -> Person:
    """Unlink the actor's own chat; mail goes on where there is an address."""
    with house.store.write() as tx:
        person = _own(tx, actor)
        link_chat(tx, person.id, None)
        leave_audit(tx, actor=actor.name, verb="unlink_chat", subject=person.name, now=now)
        return _known(tx, person.name)


def sync_contacts(house: House, now: datetime) -> None:
    """Make every configured contact known, of institutions, desks and governance, with its mail address."""
    with house.store.write() as tx:
        for person in _contacts(house.rules):
            present = person_by_name(tx, person.name)
            if present is None:
                store_person(tx, person_columns(person), now)
            elif Role.CONTACT in present.roles and present.mail != person.mail:
                change_person(tx, present.id, mail=person.mail)


def _contacts(rules: Rules) -> list[Person]:
    """Return the configured contacts, each once; a desk's is of no institution, of a region if it has one."""
    contacts: dict[str, Person] = {}
    role = frozenset({Role.CONTACT})
    for organisation in rules.organisations.values():
        if organisation.contact is not None:
            name, mail = organisation.contact, organisation.contact_mail
            contacts[name] = Person(0, name, role, organisation=organisation.code, mail=mail)
    for desk in rules.escalation.desks.desks:
        if desk.contact is None:
            continue
        known = contacts.setdefault(desk.contact, Person(0, desk.contact, role, region=desk.region))
        region = known.region if known.region == desk.region else None
        contacts[desk.contact] = replace(known, region=region, mail=known.mail or desk.contact_mail)
    for one in rules.governance.contacts.values():
        contacts.setdefault(
            one.name, Person(0, one.name, role, one.organisation, region=one.region, mail=one.mail)
        )
    return list(contacts.values())


def waiting_messages(house: House, name: str) -> int:
    """Count what waits to be sent to a person."""
    with house.store.read() as tx:
        return sum(message.state is MessageState.PENDING for message in pending_for(tx, _known(tx, name).id))


def _own(tx: Transaction, actor: Actor) -> Person:
    found = next((person for person in everybody(tx) if person.id == actor.person_id), None)
    if found is None or found.revoked_at is not None:
        raise refuse(ProblemCode.PERSON_UNKNOWN, value=actor.name)
    return found


def _known(tx: Transaction, name: str) -> Person:
    person = person_by_name(tx, name)
    if person is None:
        raise refuse(ProblemCode.PERSON_UNKNOWN, column="naam", value=name)
    return person


def _demand_manage(actor: Actor, new: NewPerson) -> None:
    same = actor.organisation is not None and actor.organisation == new.organisation
    demand(actor, Verb.MANAGE_PEOPLE, Nearness.ORGANISATION if same else Nearness.ANY)


def _person(new: NewPerson) -> Person:
    days = EVERY_WORKING_DAY if new.working_days is None else OwnDays(new.working_days)
    person = Person(0, new.name, new.roles, new.organisation, new.team, new.region, new.fte)
    return replace(person, days=days, mail=new.mail)


def visible_name(directory: Directory, person_id: int | None) -> str | None:
    """Return the user name for an id, None for nobody."""
    return directory.name(person_id)


def is_working_today(person: Person, rules: Rules, today: date) -> bool:
    """Tell whether a person works on `today`."""
    return person.days.first_on_or_after(today, rules.calendar) == today
