"""scout.gold_sales_windows: the last 1, 7 and 30 business days of each store, counted from one day for all."""

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets, daily_aggregates
from scout_pipeline.gold.buckets import GoldReport
from scout_pipeline.gold.latest_day import Spans
from scout_pipeline.gold.sales_figures import SALES, SALES_FIGURES
from scout_pipeline.quality.rules import RuleSet, in_range, referential, schema
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/sales_windows"
SPANS = Spans(LAYER, outdated="gold/outdated_stores", clear="gold/sales_windows_clear")
DAYS = [(SALES, "date_key"), (daily_aggregates.LAYER, "date_key")]
TABLE = Table(
    key=LAYER,
    relation="scout.gold_sales_windows",
    description="Revenue, transactions and units of each store in the last 1, 7 and 30 business days.",
    deps=(transactions_cleaned.TABLE, daily_aggregates.TABLE),
    lineage={
        "store_id": [(SALES, "store_id")],
        "as_of_date": [(daily_aggregates.LAYER, "date_key")],
        **{f"revenue_{days}d": [*SALES_FIGURES["net_revenue"], *DAYS] for days in (1, 7, 30)},
        **{
            f"{figure}_{days}d": [*SALES_FIGURES[figure], *DAYS]
            for figure in ("transaction_count", "units")
            for days in (1, 7, 30)
        },
    },
    quality=RuleSet(
        key=("store_id",),
        store="store_id",
        rules=(
            in_range("transaction_count_1d", min=0, max_column="transaction_count_7d"),
            in_range("transaction_count_7d", min=0, max_column="transaction_count_30d"),
            referential("store_id", table="scout.store_registry"),
            schema(
                "store_id integer, as_of_date date, revenue_1d numeric, transaction_count_1d bigint, "
                "units_1d numeric, revenue_7d numeric, transaction_count_7d bigint, units_7d numeric, "
                "revenue_30d numeric, transaction_count_30d bigint, units_30d numeric, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return SPANS.refresh(target)


sales_windows_asset = buckets.asset(TABLE, refresh)
