"""The tables of calendars: who subscribed to what, and what each calendar has said so far."""

from sqlalchemy import Boolean, Column, Integer, String, Table, Text, Time

from storage.columns import Day, Moment, id_column, to
from storage.governance_tables import metadata

__all__ = ["metadata"]

feeds = Table(
    "calendar_feeds",
    metadata,
    id_column(),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("scope", String(12), nullable=False),
    Column("target", String(40), nullable=False),
    to("people", name="person_id", nullable=True, index=True),
    Column("alarms", Boolean, nullable=False),
    Column("through_on", Day),
    Column("created_at", Moment, nullable=False),
    Column("created_by", String(80), nullable=False),
    Column("revoked_at", Moment),
    Column("used_on", Day),
    Column("client", String(20)),
)

calendars = Table(
    "calendars",
    metadata,
    Column("view", String(120), primary_key=True),
    Column("body_hash", String(64), nullable=False),
    Column("modified_at", Moment, nullable=False),
)

events = Table(
    "calendar_events",
    metadata,
    Column("view", String(120), primary_key=True),
    Column("uid", String(60), primary_key=True),
    Column("digest", String(64), nullable=False),
    Column("sequence", Integer, nullable=False),
    Column("changed_at", Moment, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("title", Text, nullable=False),
    Column("on", Day, nullable=False),
    Column("at", Time),
    Column("minutes", Integer, nullable=False),
    Column("last_on", Day, nullable=False),
    Column("gone_at", Moment),
)
