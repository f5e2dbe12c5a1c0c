"""Everything that changes the shape of the database: it runs sql/migrations, through Alembic, and proves it reversible.

Here: files (a migration on disk), script (Alembic), history (the ledger), locking, runner (up, down, status, verify),
plan (dry runs), loss (what a down would destroy), fingerprint (the catalogue as text), prove, new. Not here: the SQL
itself (sql/migrations), partitions of coming months (ops/), the commands people type (cli/migrate.py).
"""
