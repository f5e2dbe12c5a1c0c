"""When somebody last looked for work: what nobody looks for cannot be known to be up to date."""

from datetime import datetime

import sqlalchemy as sa

from scout_pipeline import database

LANDING = "bronze/transactions_raw"
SILVER = "silver/transactions_cleaned"
SERVING = "serving"


def beat(connection: sa.Connection, *, process: str) -> None:
    """Work of this process is looked for now; what waits for it stands in tables."""
    database.run(connection, "ops/beat", process=process, waiting_since=None, waiting_for=None)


def beat_with(
    connection: sa.Connection, *, process: str, waiting_since: datetime | None, waiting_for: str | None
) -> None:
    """Work of this process is looked for now, and what has waited longest stands in no table; None when nothing waits.

    It takes the place of what was found at the last look.
    """
    database.run(connection, "ops/beat", process=process, waiting_since=waiting_since, waiting_for=waiting_for)
