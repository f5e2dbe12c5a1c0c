"""scout.gold_store_performance: one row per store and month."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport

LAYER = "gold/store_performance"


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> int:
    return buckets.replace(connection, clear="gold/store_performance_clear", insert="gold/store_performance")
