"""Quality: what must hold, in one vocabulary, for users, tests and Dagster checks alike.

A promise is a statement in `sql/quality/` that returns the number of violations and a bounded sample. What a table is
lives in that table's module.
"""
