"""People, invitations and absences."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from secrets import token_hex
from typing import Any

from sqlalchemy import Row, insert, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from core.cadence import OwnDays
from core.people import Absence, Person, Role
from storage.store import Transaction
from storage.tables import absences, invitations, people, versions


def people_version(tx: Transaction) -> str | None:
    """Return a text that is another one whenever people or absences have changed; None before the first."""
    version: str | None = tx.execute(_VERSION).scalar()
    return version


_PEOPLE = "people"
_VERSION = select(versions.c.token).where(versions.c.name == _PEOPLE)


def _new_version(tx: Transaction) -> None:
    """Let nobody take what they remember of people for the present state; called before every change.

    The token is random: a number that a unit of work gave up would come back with other people behind it.
    """
    make = insert_sqlite if tx.dialect.name == "sqlite" else insert_postgresql
    token = token_hex(8)
    new = make(versions).values(name=_PEOPLE, token=token)
    tx.execute(new.on_conflict_do_update(index_elements=["name"], set_={"token": token}))


def everybody(tx: Transaction) -> list[Person]:
    """Return all people and contacts, revoked ones too, in order of name."""
    return [_person(row) for row in tx.execute(select(people).order_by(people.c.name))]


def person_by_id(tx: Transaction, person_id: int) -> Person | None:
    """Return the person with that id."""
    row = tx.execute(select(people).where(people.c.id == person_id)).first()
    return _person(row) if row else None


def person_by_name(tx: Transaction, name: str) -> Person | None:
    """Return the person with that user name."""
    row = tx.execute(select(people).where(people.c.name == name)).first()
    return _person(row) if row else None


def person_by_chat(tx: Transaction, chat_id: int) -> Person | None:
    """Return the person linked to that Telegram chat, also when the chat was lost."""
    row = tx.execute(select(people).where(people.c.chat_id == chat_id)).first()
    return _person(row) if row else None


def add_person(tx: Transaction, values: Mapping[str, object], now: datetime) -> int:
    """Store a person from the columns of `person_columns`; return the id."""
    _new_version(tx)
    new = insert(people).values(**values, created_at=now).returning(people.c.id)
    person_id: int = tx.execute(new).scalar_one()
    return person_id


def change_person(tx: Transaction, person_id: int, **columns: object) -> None:
    """Change columns of a person."""
    _new_version(tx)
    tx.execute(update(people).where(people.c.id == person_id).values(**columns))


def lock_person(tx: Transaction, person_id: int) -> None:
    """Let units of work that decide something for the same person wait for each other."""
    query = select(people.c.id).where(people.c.id == person_id)
    tx.execute(query.with_for_update(key_share=True))


def person_columns(person: Person) -> dict[str, object]:
    """Return the columns that describe a person apart from id, chat and moments."""
    return {
        "name": person.name,
        "roles": ",".join(sorted(person.roles)),
        "organisation": person.organisation,
        "team": person.team,
        "region": person.region,
        "fte": person.fte,
        "weekdays": "".join(str(day) for day in sorted(person.days.weekdays)),
        "mail": person.mail,
    }


def link_chat(tx: Transaction, person_id: int, chat_id: int | None) -> None:
    """Link a chat to a person and to nobody else; None unlinks."""
    _new_version(tx)
    if chat_id is not None:
        tx.execute(update(people).where(people.c.chat_id == chat_id).values(chat_id=None))
    change_person(tx, person_id, chat_id=chat_id, chat_lost_at=None)


def add_invitation(
    tx: Transaction, person_id: int, code_hash: str, *, now: datetime, expires_at: datetime
) -> None:
    """Store an invitation; earlier unused ones of the person end."""
    tx.execute(
        update(invitations)
        .where(invitations.c.person_id == person_id, invitations.c.used_at.is_(None))
        .values(expires_at=now)
    )
    tx.execute(
        insert(invitations).values(
            person_id=person_id, code_hash=code_hash, created_at=now, expires_at=expires_at
        )
    )


def use_invitation(tx: Transaction, code_hash: str, now: datetime) -> int | None:
    """Use an invitation that is valid at `now`, once; return the person's id, or None."""
    used = tx.execute(
        update(invitations)
        .where(
            invitations.c.code_hash == code_hash,
            invitations.c.used_at.is_(None),
            invitations.c.expires_at > now,
        )
        .values(used_at=now)
    )
    if used.rowcount != 1:
        return None
    person_id: int = tx.execute(
        select(invitations.c.person_id).where(invitations.c.code_hash == code_hash)
    ).scalar_one()
    return person_id


def end_invitations(tx: Transaction, person_id: int, now: datetime) -> None:
    """End every unused invitation of a person."""
    tx.execute(
        update(invitations)
        .where(invitations.c.person_id == person_id, invitations.c.used_at.is_(None))
        .values(expires_at=now)
    )


def absences_from(tx: Transaction, from_on: date) -> list[Absence]:
    """Return the absences that last until `from_on` or later."""
    rows = tx.execute(
        select(absences)
        .where(absences.c.withdrawn_at.is_(None), absences.c.through_on >= from_on)
        .order_by(absences.c.from_on, absences.c.id)
    )
    return [Absence(row.id, row.person_id, row.substitute_id, row.from_on, row.through_on) for row in rows]


def add_absence(tx: Transaction, absence: Absence, *, set_by: str, now: datetime) -> int:
    """Store an absence; return its id."""
    _new_version(tx)
    new = (
        insert(absences)
        .values(
            person_id=absence.person_id,
            substitute_id=absence.substitute_id,
            from_on=absence.from_on,
            through_on=absence.through_on,
            set_by=set_by,
            set_at=now,
        )
        .returning(absences.c.id)
    )
    absence_id: int = tx.execute(new).scalar_one()
    return absence_id


def withdraw_absences(tx: Transaction, absence_ids: Iterable[int], now: datetime) -> None:
    """Withdraw absences by id."""
    _new_version(tx)
    tx.execute(update(absences).where(absences.c.id.in_(list(absence_ids))).values(withdrawn_at=now))


def _person(row: Row[Any]) -> Person:
    return Person(
        id=row.id,
        name=row.name,
        roles=_roles(row.roles),
        organisation=row.organisation,
        team=row.team,
        region=row.region,
        fte=row.fte,
        days=_own_days(row.weekdays),
        mail=row.mail,
        chat_id=row.chat_id if row.chat_lost_at is None else None,
        send_at=row.send_at,
        revoked_at=row.revoked_at,
    )


@lru_cache(maxsize=200)
def _roles(names: str) -> frozenset[Role]:
    return frozenset(Role(name) for name in names.split(",") if name)


@lru_cache(maxsize=200)
def _own_days(digits: str) -> OwnDays:
    """Return the working days; the same object for the same days, which makes comparing them cheap."""
    return OwnDays(frozenset(int(digit) for digit in digits))
