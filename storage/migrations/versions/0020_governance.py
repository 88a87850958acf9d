"""Governance: what people changed of agreements, what came in, and what has to be said when."""

import sqlalchemy as sa
from alembic import op

from storage.columns import Day, Moment

revision = "0020"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('chain_steps',
    sa.Column('series', sa.String(length=24), nullable=False),
    sa.Column('original_on', Day(), nullable=False),
    sa.Column('step', sa.String(length=24), nullable=False),
    sa.Column('done_on', Day(), nullable=False),
    sa.Column('done_by', sa.String(length=80), nullable=False),
    sa.Column('done_at', Moment(), nullable=False),
    sa.PrimaryKeyConstraint('series', 'original_on', 'step', name=op.f('pk_chain_steps'))
    )
    op.create_table('deadline_outcomes',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('holder', sa.String(length=24), nullable=False),
    sa.Column('code', sa.String(length=24), nullable=False),
    sa.Column('value', sa.String(length=400), nullable=False),
    sa.Column('on', Day(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_deadline_outcomes'))
    )
    op.create_index('ix_deadline_outcomes_of', 'deadline_outcomes', ['holder', 'code'], unique=False)
    op.create_table('governance_items',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('kind', sa.String(length=12), nullable=False),
    sa.Column('code', sa.String(length=24), nullable=False),
    sa.Column('original_on', Day(), nullable=False),
    sa.Column('part', sa.String(length=64), nullable=False),
    sa.Column('told_through_on', Day(), nullable=True),
    sa.Column('next_notice_on', Day(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_governance_items')),
    sa.UniqueConstraint('kind', 'code', 'original_on', 'part', name='uq_governance_items_of')
    )
    op.create_index('ix_governance_items_next_notice_on', 'governance_items', ['next_notice_on'], unique=False, sqlite_where=sa.text('next_notice_on IS NOT NULL'), postgresql_where=sa.text('next_notice_on IS NOT NULL'))
    op.create_table('group_codes',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('code_hash', sa.String(length=64), nullable=False),
    sa.Column('scope', sa.String(length=8), nullable=False),
    sa.Column('target', sa.String(length=40), nullable=False),
    sa.Column('made_by', sa.String(length=80), nullable=False),
    sa.Column('expires_at', Moment(), nullable=False),
    sa.Column('used_at', Moment(), nullable=True),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_group_codes')),
    sa.UniqueConstraint('code_hash', name=op.f('uq_group_codes_code_hash'))
    )
    op.create_table('ladder_steps',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('oversight', sa.String(length=24), nullable=False),
    sa.Column('step', sa.Integer(), nullable=False),
    sa.Column('since_on', Day(), nullable=False),
    sa.Column('agreed', sa.String(length=400), nullable=False),
    sa.Column('agreed_on', Day(), nullable=True),
    sa.Column('evidence', sa.String(length=400), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_ladder_steps'))
    )
    op.create_index(op.f('ix_ladder_steps_oversight'), 'ladder_steps', ['oversight'], unique=False)
    op.create_table('meetings',
    sa.Column('series', sa.String(length=24), nullable=False),
    sa.Column('original_on', Day(), nullable=False),
    sa.Column('moved_on', Day(), nullable=True),
    sa.Column('moved_at', sa.Time(), nullable=True),
    sa.Column('place', sa.String(length=200), nullable=True),
    sa.Column('cancelled', sa.String(length=200), nullable=True),
    sa.Column('added', sa.Boolean(), nullable=False),
    sa.Column('held', sa.Boolean(), nullable=True),
    sa.Column('outcome', sa.String(length=400), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('changed_by', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('series', 'original_on', name=op.f('pk_meetings'))
    )
    op.create_table('plan_words',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('plan', sa.String(length=24), nullable=False),
    sa.Column('action', sa.String(length=24), nullable=False),
    sa.Column('colour', sa.String(length=8), nullable=False),
    sa.Column('why', sa.String(length=400), nullable=False),
    sa.Column('on', Day(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_plan_words'))
    )
    op.create_index('ix_plan_words_of', 'plan_words', ['plan', 'action'], unique=False)
    op.create_table('response_boxes',
    sa.Column('oversight', sa.String(length=24), nullable=False),
    sa.Column('code', sa.String(length=24), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('at', Moment(), nullable=False),
    sa.Column('by', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('oversight', 'code', 'number', name=op.f('pk_response_boxes'))
    )
    op.create_table('series_shifts',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('series', sa.String(length=24), nullable=False),
    sa.Column('after_on', Day(), nullable=False),
    sa.Column('days', sa.Integer(), nullable=False),
    sa.Column('withdrawn', sa.Boolean(), nullable=False),
    sa.Column('changed_at', Moment(), nullable=False),
    sa.Column('changed_by', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_series_shifts'))
    )
    op.create_index(op.f('ix_series_shifts_series'), 'series_shifts', ['series'], unique=False)
    op.create_table('submission_receipts',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('series', sa.String(length=24), nullable=False),
    sa.Column('original_on', Day(), nullable=False),
    sa.Column('organisation', sa.String(length=64), nullable=False),
    sa.Column('value', sa.String(length=200), nullable=False),
    sa.Column('received_on', Day(), nullable=False),
    sa.Column('recorded_at', Moment(), nullable=False),
    sa.Column('recorded_by', sa.String(length=80), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_submission_receipts'))
    )
    op.create_index('ix_submission_receipts_of', 'submission_receipts', ['series', 'original_on'], unique=False)
    op.create_table('group_links',
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('scope', sa.String(length=8), nullable=False),
    sa.Column('target', sa.String(length=40), nullable=False),
    sa.Column('linked_by', sa.String(length=80), nullable=False),
    sa.Column('linked_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_group_links_person_id')),
    sa.PrimaryKeyConstraint('person_id', name=op.f('pk_group_links'))
    )
    op.create_table('meeting_answers',
    sa.Column('series', sa.String(length=24), nullable=False),
    sa.Column('original_on', Day(), nullable=False),
    sa.Column('person_id', sa.Integer(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('answer', sa.String(length=12), nullable=False),
    sa.Column('who', sa.String(length=64), nullable=False),
    sa.Column('answered_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['person_id'], ['people.id'], name=op.f('fk_meeting_answers_person_id')),
    sa.PrimaryKeyConstraint('series', 'original_on', 'person_id', name=op.f('pk_meeting_answers'))
    )
    op.create_table('agenda_cases',
    sa.Column('series', sa.String(length=24), nullable=False),
    sa.Column('original_on', Day(), nullable=False),
    sa.Column('case_id', sa.Integer(), nullable=False),
    sa.Column('outcome', sa.String(length=400), nullable=True),
    sa.Column('added_by', sa.String(length=80), nullable=False),
    sa.Column('added_at', Moment(), nullable=False),
    sa.ForeignKeyConstraint(['case_id'], ['cases.id'], name=op.f('fk_agenda_cases_case_id')),
    sa.PrimaryKeyConstraint('series', 'original_on', 'case_id', name=op.f('pk_agenda_cases'))
    )
