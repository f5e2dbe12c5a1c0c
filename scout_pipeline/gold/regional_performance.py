"""scout.gold_regional_performance: one row per region and business day, over all stores."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport

LAYER = "gold/regional_performance"


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps)


def _steps(connection: sa.Connection) -> int:
    return buckets.replace(connection, clear="gold/regional_performance_clear", insert="gold/regional_performance")
