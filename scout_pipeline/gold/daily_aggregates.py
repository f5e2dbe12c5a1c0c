"""scout.gold_daily_aggregates: one row per store and business day, with a restatement when a closed day changes."""

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport

LAYER = "gold/daily_aggregates"


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> int:
    database.run(connection, "gold/previous_figures")
    written = buckets.replace(connection, clear="gold/daily_aggregates_clear", insert="gold/daily_aggregates")
    database.run(connection, "gold/restatements")
    return written
