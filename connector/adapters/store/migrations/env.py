"""Alembic's entry point: migrates over the connection that the store hands in."""

from alembic import context

from connector.adapters.store.models.ledger import Base

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    user_module_prefix="columns.",
)
with context.begin_transaction():
    context.run_migrations()
