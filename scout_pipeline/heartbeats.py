"""When somebody last looked for work: what nobody looks for cannot be known to be up to date."""

import sqlalchemy as sa

from scout_pipeline import database

LANDING = "bronze/transactions_raw"
SILVER = "silver/transactions_cleaned"
SERVING = "serving"


def beat(connection: sa.Connection, *, process: str) -> None:
    """Work of this process is looked for now."""
    database.run(connection, "ops/beat", process=process)
