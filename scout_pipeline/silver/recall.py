"""Sales that silver computes again, because a store or product that they name was described otherwise.

They are a list in the database, written with the description and taken off with the computation: a process that is
killed between the two leaves the rest of the list to the next one.
"""

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.silver import grains, window_steps
from scout_pipeline.sources.watermarks import Window


def waiting_count(connection: sa.Connection) -> int:
    """How many sales wait to be computed again, and stores that landing registered while something waits for them."""
    return int(database.scalar(connection, "silver/waiting_work"))


def take(connection: sa.Connection, carried: Window, *, row_limit: int) -> Iterator[dict[str, Any]]:
    """Compute up to row_limit recalled sales again from all that was carried; one summary a source, none at rest."""
    database.run(connection, "silver/create_recalled")
    if database.run(connection, "silver/take_recalled", row_limit=row_limit).rowcount == 0:
        return
    yield from compute(connection, carried, cause="described")


def compute(connection: sa.Connection, carried: Window, *, cause: str) -> Iterator[dict[str, Any]]:
    """Compute the sales in `recalled_transactions` again from all that was carried; one summary a source."""
    for source_id, mapping in grains.of_sales(database.rows(connection, "silver/recalled_sources")):
        database.run(connection, "silver/recall_transactions", source_id=source_id)
        yield window_steps.take(connection, carried, source_id, mapping, cause=cause, is_rebuild=True)
