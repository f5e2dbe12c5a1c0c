"""Alembic's environment. It runs on the connection, and in the transaction, that script.py hands over."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, version_table_schema="ops")
with context.begin_transaction():
    context.run_migrations()
