"""Calendars: who subscribed to what, and what each calendar has said so far."""

from secrets import token_hex

import sqlalchemy as sa
from alembic import op

from storage.columns import Day, Moment

revision = "0030"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('calendar_feeds',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('secret_hash', sa.String(length=64), nullable=False),
    sa.Column('scope', sa.String(length=12), nullable=False),
    sa.Column('target', sa.String(length=40), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=True),
    sa.Column('alarms', sa.Boolean(), nullable=False),
    sa.Column('through_on', Day(), nullable=True),
    sa.Column('created_at', Moment(), nullable=False),
    sa.Column('created_by', sa.String(length=80), nullable=False),
    sa.Column('revoked_at', Moment(), nullable=True),
    sa.Column('used_on', Day(), nullable=True),
    sa.Column('client', sa.String(length=20), nullable=True),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_calendar_feeds_person_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calendar_feeds')),
    sa.UniqueConstraint('secret_hash', name=op.f('uq_calendar_feeds_secret_hash'))
    )
    op.create_index(op.f('ix_calendar_feeds_person_id'), 'calendar_feeds', ['person_id'], unique=False)
    op.create_table('calendars',
    sa.Column('view', sa.String(length=120), nullable=False),
    sa.Column('body_hash', sa.String(length=64), nullable=False),
    sa.Column('modified_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('view', name=op.f('pk_calendars'))
    )
    op.create_table('calendar_events',
    sa.Column('view', sa.String(length=120), nullable=False),
    sa.Column('uid', sa.String(length=60), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('sequence', sa.Integer(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('title', sa.Text(), nullable=False),
    sa.Column('on', Day(), nullable=False),
    sa.Column('at', sa.Time(), nullable=True),
    sa.Column('minutes', sa.Integer(), nullable=False),
    sa.Column('last_on', Day(), nullable=False),
    sa.Column('gone_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('view', 'uid', name=op.f('pk_calendar_events'))
    )
    versions = sa.table('versions', sa.column('name', sa.String()), sa.column('token', sa.String()))
    op.bulk_insert(versions, [{'name': 'installation', 'token': token_hex(8)}])
