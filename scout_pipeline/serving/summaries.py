"""Named queries that sum up a deployment for people: months, regions, quarantine, reconciliation."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database

Rows = list[Mapping[str, Any]]


def monthly_revenue(connection: sa.Connection) -> Rows:
    """One row per month and currency: sums over its stores, customers counted over the month and stores.

    Of an archived month with several currencies the customers of each are not known: None.
    """
    return database.rows(connection, "serving/monthly_revenue")


def top_regions(connection: sa.Connection, *, region_limit: int) -> Rows:
    """The regions with the largest net revenue over all days, with their share in per cent."""
    return database.rows(connection, "serving/top_regions", region_limit=region_limit)


def quarantine(connection: sa.Connection) -> Rows:
    """Open quarantine entries by layer and reason."""
    return database.rows(connection, "serving/quarantine_summary")


def reconciliation(connection: sa.Connection) -> Mapping[str, Any]:
    """Lines, transactions and value in files, silver and gold: figures that must agree.

    What silver and the archive hold together is what gold shows. `archived_lines` is None while a month is on its way.
    """
    return database.rows(connection, "serving/reconciliation")[0]
