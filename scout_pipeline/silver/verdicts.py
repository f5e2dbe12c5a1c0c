"""Verdicts on the records of a window: what is kept out by decision, what goes to quarantine, and what leaves it."""

import collections.abc

import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import database
from scout_pipeline.sources.mapping import Mapping


def hold(connection: sa.Connection, records: str) -> None:
    """Reject what a person discarded or a rule set aside; `records` is the temporary table of what is judged."""
    _run(connection, "silver/hold_records", records)


def write(connection: sa.Connection, records: str, refused_by: collections.abc.Mapping[int, Mapping]) -> None:
    """Quarantine what is in `window_rejected`, and close the entries of the other records.

    `refused_by` has the mapping of each source whose records are judged.
    """
    database.run(
        connection,
        "silver/rejected_lines",
        source_ids=list(refused_by),
        rule_ids=[mapping.rule_id for mapping in refused_by.values()],
        rule_versions=[mapping.version for mapping in refused_by.values()],
    )
    _run(connection, "silver/release_records", records)


def _run(connection: sa.Connection, statement: str, records: str) -> None:
    composed = database.compose(statement, records=sql.Identifier(records))
    database.driver_connection(connection).execute(composed)
