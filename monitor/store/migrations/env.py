"""How Alembic runs our migrations: on the connection that `monitor.store.schema` hands it."""

from alembic import context

from monitor.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite alters a table by copying it
    render_item=lambda kind, item, _: (
        "sa.DateTime()" if kind == "type" and type(item).__name__ == "UtcDateTime" else False
    ),
)
with context.begin_transaction():
    context.run_migrations()
