"""scout.gold_confidence: how far each figure of a store and day can be trusted, from 0 to 100, and in bands.

What the four parts are measured from, docs/decisions/0022 says. A score is a function of the data and the day.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts
from scout_pipeline.gold.sales_figures import SALES
from scout_pipeline.quality.rules import RuleSet, adds_up, in_range, referential, schema, validity
from scout_pipeline.silver import dim_store, store_metrics, transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/confidence"
FEED = store_metrics.TABLE.key
SHOWN_ROWS = 20
DAYS = [(SALES, "date_key"), (FEED, "date_key")]
AGREEMENT = [
    *((SALES, column) for column in ("peso_value", "stated_value", "line_count", "stated_basket_size")),
    (SALES, "device_sequence"),
    (FEED, "metric_value"),
]
HOURS = [(SALES, "sold_hour"), (FEED, "measured_at"), (dim_store.TABLE.key, "time_zone")]
SOURCES = [(FEED, "metric_source")]
PARTS = ("source_points", "freshness_points", "frequency_points", "cross_validation_points")
ASK_FOR_MORE = (
    "scout.gold_confidence shows which part is low: let the store's till deliver, or a second source confirm the figure"
)


def _shown(connection: sa.Connection) -> dict[str, Any]:
    """For the catalogue: the least trusted figures of the newest day, and how many lie in each band."""
    return {
        "lowest_confidence": _plain(database.rows(connection, "gold/lowest_confidence", row_limit=SHOWN_ROWS)),
        "confidence_bands": _plain(database.rows(connection, "gold/confidence_bands")),
    }


def _plain(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, int | str]] | None:
    """Rows for people; None, which is not shown, where there are none."""
    return [
        {name: value if isinstance(value, int) else str(value) for name, value in row.items()} for row in rows
    ] or None


TABLE = Table(
    key=LAYER,
    shown=_shown,
    relation="scout.gold_confidence",
    description="How far each metric of a store and business day can be trusted, 0 to 100 points, with its four parts.",
    deps=(transactions_cleaned.TABLE, store_metrics.TABLE, dim_store.TABLE),
    lineage={
        "store_id": [(SALES, "store_id"), (FEED, "store_id")],
        "date_key": DAYS,
        "metric_name": [(FEED, "metric_name")],
        "is_critical": [(FEED, "metric_name")],
        "metric_value": [(SALES, "peso_value"), (SALES, "line_count"), (FEED, "metric_value")],
        "metric_source": SOURCES,
        "source_points": SOURCES,
        "newest_hour": HOURS,
        "freshness_points": HOURS,
        "days_seen": DAYS,
        "usual_gap_days": DAYS,
        "frequency_points": DAYS,
        "agreement_pct": AGREEMENT,
        "cross_validation_points": AGREEMENT,
        "confidence": [*SOURCES, *HOURS, *DAYS, *AGREEMENT],
        "confidence_band": [*SOURCES, *HOURS, *DAYS, *AGREEMENT],
    },
    quality=RuleSet(
        key=("store_id", "date_key", "metric_name"),
        day="date_key",
        store="store_id",
        rules=(
            in_range("confidence", min=30, when={"is_critical": ["true"]}).but(
                name="confidence_of_critical_metrics",
                question="Is every critical metric trusted with at least 30 points of 100?",
                remedy=ASK_FOR_MORE,
            ),
            in_range("confidence", min=0, max=100),
            in_range("source_points", min=0, max=40),
            in_range("freshness_points", min=0, max=20),
            in_range("frequency_points", min=0, max=20),
            in_range("cross_validation_points", min=0, max=20),
            adds_up("confidence", *PARTS),
            validity("confidence_band", ("excellent", "good", "fair", "poor")),
            referential("store_id", table="scout.store_registry"),
            schema(
                "store_id integer, date_key date, metric_name text, is_critical boolean, metric_value numeric, "
                "metric_source text, source_points smallint, newest_hour smallint, freshness_points smallint, "
                "days_seen smallint, usual_gap_days numeric, frequency_points smallint, agreement_pct numeric, "
                "cross_validation_points smallint, confidence integer, confidence_band text, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    """Score the dirty days of each store again, and how often the figures of the 27 days after them came."""
    return buckets.refresh(target, LAYER, _steps, grain=Grain.MONTH)


def _steps(connection: sa.Connection) -> RowCounts:
    buckets.run(connection, "gold/confidence_inputs")
    database.run(connection, "gold/confidence_statistics")
    database.run(connection, "gold/confidence_seen")
    counts = buckets.replace(connection, clear="gold/confidence_clear", insert=LAYER)
    following = database.run(connection, "gold/confidence_following").rowcount
    return counts + RowCounts(0, following)


confidence_asset = buckets.asset(TABLE, refresh)
