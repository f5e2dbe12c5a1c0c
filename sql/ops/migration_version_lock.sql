-- migration version lock: nobody else moves the version until this transaction ends.
-- reads:  -
-- params: -
-- rerun:  safe, a lock until the end of the transaction
lock table ops.alembic_version in share row exclusive mode;
