"""What is wished of a person on the command line, and how a person is shown."""

from dataclasses import dataclass

from app.choices import organisation_code
from core.errors import ProblemCode, refuse
from core.people import GIVEN_ROLES, Person, Role
from core.rules import Rules
from services.people import NewPerson, read_fte, read_weekdays

_WEEKDAYS = ("ma", "di", "wo", "do", "vr")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What options say of a person; None or empty says nothing."""

    roles: tuple[str, ...]
    organisation: str | None
    team: str | None
    region: str | None
    fte: str | None
    days: str | None
    mail: str | None

    @property
    def role_names(self) -> list[str]:
        """Return each role that is named, however they were put together."""
        return [name.strip() for text in self.roles for name in text.split(",") if name.strip()]

    @property
    def any(self) -> bool:
        """Tell whether anything is wished."""
        return bool(self.role_names) or any((self.organisation, self.team, self.region, self.mail))


def wished_person(name: str, wishes: Wishes, rules: Rules) -> NewPerson:
    """Return somebody to add. Refuses an unknown role or institution, and days or fte that make no sense."""
    return NewPerson(
        name=name,
        roles=frozenset(_role(text) for text in wishes.role_names),
        organisation=organisation_code(rules, wishes.organisation),
        team=wishes.team,
        region=wishes.region,
        fte=_fte(wishes.fte),
        working_days=_days(wishes.days),
        mail=wishes.mail,
    )


def _role(text: str) -> Role:
    if text not in GIVEN_ROLES:
        raise refuse(ProblemCode.ROLE_UNKNOWN, column="--role", value=text, known=GIVEN_ROLES)
    return Role(text)


def _fte(text: str | None) -> float | None:
    fte = read_fte(text) if text is not None else None
    if text is not None and fte is None:
        raise refuse(ProblemCode.FTE_FORM, column="--fte", value=text)
    return fte


def _days(text: str | None) -> frozenset[int] | None:
    days = read_weekdays(text) if text is not None else None
    if text is not None and not days:
        raise refuse(ProblemCode.WORKING_DAYS_FORM, column="--days", value=text)
    return days


def as_row(name: str, present: Person | None, wishes: Wishes, rules: Rules) -> dict[str, str]:
    """Return the row of a people file for a person as known, with what is wished in its place."""
    wished = {
        "rollen": ",".join(wishes.role_names),
        "gi": organisation_code(rules, wishes.organisation),
        "team": wishes.team,
        "regio": wishes.region,
        "mail": wishes.mail,
    }
    known = _row_of(present) if present else {}
    return {"naam": name, **known, **{column: text for column, text in wished.items() if text}}


def _row_of(person: Person) -> dict[str, str]:
    return {
        "rollen": ",".join(sorted(person.roles)),
        "gi": person.organisation or "",
        "team": person.team or "",
        "regio": person.region or "",
        "fte": str(person.fte) if person.fte is not None else "",
        "werkdagen": ",".join(weekday_names(person)),
        "mail": person.mail or "",
    }


def weekday_names(person: Person) -> list[str]:
    """Return the own working days as files write them."""
    return [_WEEKDAYS[day - 1] for day in sorted(person.days.weekdays)]


def person_data(person: Person, rules: Rules) -> dict[str, object]:
    """Return a person as data."""
    revoked_at = person.revoked_at
    return {
        "name": person.name,
        "roles": sorted(person.roles),
        "organisation": person.organisation,
        "team": person.team,
        "region": person.region,
        "fte": person.fte,
        "days": weekday_names(person),
        "mail": person.mail,
        "linked": person.chat_id is not None,
        "reachable": person.reachable,
        "revoked_at": revoked_at.astimezone(rules.zone) if revoked_at else None,
    }
