"""Every table. Dates are local, moments UTC; a naive moment is refused by its column type."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
    UniqueConstraint,
)

from core.clocktime import aware

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Day(TypeDecorator[date]):
    """A local date, which SQLite keeps as text."""

    impl = Date
    cache_ok = True

    def bind_processor(self, dialect: Any) -> Any:  # noqa: ANN401
        """Return what makes the text of a date where it is kept as text."""
        return _day_text if dialect.name == "sqlite" else None


def _day_text(value: date | None) -> str | None:
    return None if value is None else value.isoformat()


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment; refuses a naive one. SQLite keeps it as text without offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def bind_processor(self, dialect: Any) -> Any:  # noqa: ANN401
        """Return what turns an aware moment into UTC."""
        return _moment_text if dialect.name == "sqlite" else _in_utc

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:  # noqa: ANN401, ARG002
        """Return the moment with its offset."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else aware(value)


def _moment_text(value: datetime | None) -> str | None:
    return None if value is None else aware(value).replace(tzinfo=None).isoformat(" ", "microseconds")


def _id() -> Column[int]:
    return Column("id", Integer, primary_key=True, autoincrement=True)


def _to(table: str, *, name: str, nullable: bool = False, index: bool = False) -> Column[int]:
    return Column(name, Integer, ForeignKey(f"{table}.id"), nullable=nullable, index=index)


people = Table(
    "people",
    metadata,
    _id(),
    Column("name", String(64), nullable=False, unique=True),
    Column("roles", String(200), nullable=False),
    Column("organisation", String(64)),
    Column("team", String(64)),
    Column("region", String(64)),
    Column("fte", Float),
    Column("weekdays", String(5), nullable=False),
    Column("mail", String(254)),
    Column("chat_id", BigInteger, unique=True),
    Column("chat_lost_at", Moment),
    Column("send_at", Time),
    Column("revoked_at", Moment),
    Column("created_at", Moment, nullable=False),
)

invitations = Table(
    "invitations",
    metadata,
    _id(),
    _to("people", name="person_id", index=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

absences = Table(
    "absences",
    metadata,
    _id(),
    _to("people", name="person_id", index=True),
    _to("people", name="substitute_id"),
    Column("from_on", Day, nullable=False),
    Column("through_on", Day, nullable=False),
    Column("set_by", String(80), nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
)

cases = Table(
    "cases",
    metadata,
    _id(),
    Column("code", String(40), nullable=False, unique=True),
    Column("organisation", String(64), nullable=False),
    Column("municipality", String(64), nullable=False),
    Column("measure", String(64), nullable=False),
    Column("family", String(64)),
    _to("people", name="protector_id", nullable=True, index=True),
    _to("people", name="manager_id", nullable=True, index=True),
    Column("created_at", Moment, nullable=False),
    Column("created_by", String(80), nullable=False),
)

case_changes = Table(
    "case_changes",
    metadata,
    _id(),
    _to("cases", name="case_id", index=True),
    Column("field", String(20), nullable=False),
    Column("old", String(64)),
    Column("new", String(64)),
    Column("source", String(120), nullable=False),
    Column("at", Moment, nullable=False),
    Column("by", String(80), nullable=False),
)

facts = Table(
    "facts",
    metadata,
    _id(),
    _to("cases", name="case_id", index=True),
    Column("kind", String(32), nullable=False),
    Column("on", Day),
    Column("value", String(64)),
    Column("measure_no", Integer, nullable=False),
    Column("source", String(120), nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("recorded_by", String(80), nullable=False),
    Column("withdrawn_at", Moment),
    Column("withdrawn_by", String(80)),
    Column("item", String(32)),
    Column("detail", String(64)),
    Column("note", Text),
)

terms = Table(
    "terms",
    metadata,
    Column("case_id", Integer, ForeignKey("cases.id"), primary_key=True),
    Column("norm", String(32), primary_key=True),
    Column("start_on", Day, nullable=False),
    Column("start_from", String(32), nullable=False),
    Column("stand_in", Boolean, nullable=False),
    Column("due_on", Day, nullable=False),
    Column("strict_on", Day, nullable=False),
    Column("atw_due_on", Day, nullable=False),
    Column("needed_by_on", Day),
    Column("statutory_due_on", Day),
    Column("met_on", Day),
    Column("ends_on", Day),
    Column("missing", String(120), nullable=False),
    Column("told", Boolean, nullable=False),
    Column("coupled", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("told_through_on", Day),
    Column("next_notice_on", Day),
    Column("explained_on", Day),
    Column("explanations", Integer, nullable=False, server_default="0"),
    Column("expected_on", Day),
    Column("party", String(64)),
    Column("escalate_on", Day),
)
Index(
    "ix_terms_next_notice_on",
    terms.c.next_notice_on,
    sqlite_where=terms.c.next_notice_on.is_not(None),
    postgresql_where=terms.c.next_notice_on.is_not(None),
)

escalations = Table(
    "escalations",
    metadata,
    _id(),
    _to("cases", name="case_id", index=True),
    Column("norm", String(32), nullable=False),
    Column("watched_on", Day, nullable=False),
    Column("ladder", JSON, nullable=False),
    Column("stage", String(10), nullable=False),
    Column("rung", Integer, nullable=False),
    _to("people", name="holder_id", nullable=True, index=True),
    _to("people", name="previous_id", nullable=True),
    Column("held", Boolean, nullable=False),
    Column("forecast", Boolean, nullable=False),
    Column("began_at", Moment, nullable=False),
    Column("since_at", Moment, nullable=False),
    Column("next_at", Moment),
    Column("version", Integer, nullable=False),
)
_climbing = escalations.c.next_at.is_not(None)
Index("ix_escalations_next_at", escalations.c.next_at, sqlite_where=_climbing, postgresql_where=_climbing)
Index(
    "uq_escalations_running",
    escalations.c.case_id,
    escalations.c.norm,
    unique=True,
    sqlite_where=_climbing,
    postgresql_where=_climbing,
)

escalation_steps = Table(
    "escalation_steps",
    metadata,
    _id(),
    _to("escalations", name="escalation_id", index=True),
    Column("at", Moment, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("rung", Integer, nullable=False),
    Column("person", String(64)),
    Column("by", String(80), nullable=False),
    Column("reason", String(64)),
    Column("note", Text),
    Column("details", JSON, nullable=False),
)

blockers = Table(
    "blockers",
    metadata,
    _id(),
    Column("kind", String(32), nullable=False),
    Column("place", String(64), nullable=False),
    Column("help_kind", String(32)),
    Column("region", String(64)),
    Column("from_on", Day, nullable=False),
    Column("through_on", Day),
    Column("set_by", String(80), nullable=False),
    Column("set_at", Moment, nullable=False),
    Column("withdrawn_at", Moment),
)

postponements = Table(
    "postponements",
    metadata,
    _id(),
    _to("cases", name="case_id", index=True),
    Column("norm", String(32), nullable=False),
    _to("people", name="person_id"),
    Column("until_on", Day, nullable=False),
    Column("set_at", Moment, nullable=False),
    UniqueConstraint("case_id", "norm", "person_id"),
)

messages = Table(
    "messages",
    metadata,
    _id(),
    _to("people", name="person_id", index=True),
    Column("kind", String(16), nullable=False),
    Column("day_on", Day, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("state", String(10), nullable=False),
    Column("send_after", Moment, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("channel", String(10)),
    Column("claimed_by", String(80)),
    Column("lease_until", Moment),
    Column("attempts", Integer, nullable=False),
    Column("repeated", Boolean, nullable=False),
    Column("chat_id", BigInteger),
    Column("external_id", String(200)),
    Column("sent_at", Moment),
    Column("refresh_at", Moment),
)
_waiting = messages.c.state.in_(("pending", "sending"))
Index("ix_messages_waiting", messages.c.send_after, sqlite_where=_waiting, postgresql_where=_waiting)
_stale = messages.c.refresh_at.is_not(None)
Index("ix_messages_refresh_at", messages.c.refresh_at, sqlite_where=_stale, postgresql_where=_stale)
_digest = messages.c.kind == "digest"
Index(
    "uq_messages_digest",
    messages.c.person_id,
    messages.c.day_on,
    unique=True,
    sqlite_where=_digest,
    postgresql_where=_digest,
)

notices = Table(
    "notices",
    metadata,
    _id(),
    Column("subject", String(120), nullable=False),
    Column("rung", String(20), nullable=False),
    _to("people", name="person_id"),
    Column("occasion", String(60), nullable=False),
    Column("case_id", Integer, ForeignKey("cases.id"), index=True),
    Column("norm", String(32)),
    Column("due_on", Day),
    Column("occasion_on", Day, nullable=False),
    _to("messages", name="message_id", index=True),
    Column("state", String(10), nullable=False),
    Column("deferred", Boolean, nullable=False),
    Column("created_at", Moment, nullable=False),
    UniqueConstraint("subject", "rung", "person_id", "occasion", name="uq_notices_occasion"),
)

deliveries = Table(
    "deliveries",
    metadata,
    _id(),
    _to("messages", name="message_id", index=True),
    Column("channel", String(10), nullable=False),
    Column("at", Moment, nullable=False),
    Column("outcome", String(20), nullable=False),
    Column("detail", String(200), nullable=False),
)

actions = Table(
    "actions",
    metadata,
    _id(),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("verb", String(20), nullable=False),
    _to("people", name="person_id"),
    Column("case_id", Integer, ForeignKey("cases.id"), index=True),
    Column("norm", String(32)),
    Column("version", Integer, nullable=False),
    Column("payload", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("used_at", Moment),
    Column("used_by", String(80)),
)

questions = Table(
    "questions",
    metadata,
    _id(),
    _to("people", name="person_id", index=True),
    Column("kind", String(20), nullable=False),
    Column("draft", JSON, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Column("asked_at", Moment, nullable=False),
    Column("answered_at", Moment),
)

updates = Table(
    "updates",
    metadata,
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("payload", Text),
    Column("received_at", Moment, nullable=False),
    Column("handled_at", Moment),
    Column("attempts", Integer, nullable=False),
)
_unhandled = updates.c.handled_at.is_(None)
Index("ix_updates_unhandled", updates.c.update_id, sqlite_where=_unhandled, postgresql_where=_unhandled)

strangers = Table(
    "strangers",
    metadata,
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("greeted_at", Moment, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    _id(),
    _to("people", name="person_id"),
    Column("filename", String(200), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("uploaded_at", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    _id(),
    Column("at", Moment, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("verb", String(40), nullable=False),
    Column("subject", String(120), nullable=False),
    Column("details", JSON, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("holder", String(80), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("expires_at", Moment, nullable=False),
)

passes = Table(
    "passes",
    metadata,
    Column("job", String(20), primary_key=True),
    Column("ran_at", Moment, nullable=False),
    Column("detail", String(200), nullable=False),
)

versions = Table(
    "versions",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("token", String(16), nullable=False),
)

sign_in_requests = Table(
    "sign_in_requests",
    metadata,
    _id(),
    Column("address_hash", String(64), nullable=False, index=True),
    Column("asked_at", Moment, nullable=False, index=True),
)

sign_in_links = Table(
    "sign_in_links",
    metadata,
    _id(),
    _to("people", name="person_id", index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("leads_to", String(120), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("used_at", Moment),
)

sessions = Table(
    "sessions",
    metadata,
    _id(),
    _to("people", name="person_id", index=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False, index=True),
)
