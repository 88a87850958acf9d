"""Runs the migrations on the connection it is handed."""

from alembic import context

from storage.calendar_tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=False,
)
context.run_migrations()
