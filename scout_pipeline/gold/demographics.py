"""scout.gold_demographics: who buys, one row per region, week, gender, age bracket and economic class."""

import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import buckets
from scout_pipeline.gold.buckets import GoldReport, Grain, RowCounts
from scout_pipeline.gold.figure_rules import figure_rules
from scout_pipeline.gold.sales_figures import SALES
from scout_pipeline.quality.rules import RuleSet, schema
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table

LAYER = "gold/demographics"
TABLE = Table(
    key=LAYER,
    relation="scout.gold_demographics",
    description="Sales, customers and revenue of each region and ISO week by gender, age bracket and economic class.",
    deps=(transactions_cleaned.TABLE,),
    lineage={
        "region": [(SALES, "region")],
        "week_start": [(SALES, "date_key")],
        "gender": [(SALES, "gender")],
        "age_bracket": [(SALES, "age_bracket")],
        "economic_class": [(SALES, "economic_class")],
        "transaction_count": [(SALES, "transaction_id")],
        "unique_customers": [(SALES, "customer_id")],
        "net_revenue": [(SALES, "peso_value")],
        "units": [(SALES, "units")],
    },
    quality=RuleSet(
        key=("region", "week_start", "gender", "age_bracket", "economic_class"),
        day="week_start",
        grain="week",
        rules=(
            *figure_rules("transaction_count", "units", "net_revenue", "unique_customers"),
            schema(
                "region text, week_start date, gender text, age_bracket text, economic_class text, "
                "transaction_count bigint, unique_customers bigint, net_revenue numeric, units numeric, "
                "refreshed_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> GoldReport:
    return buckets.refresh(target, LAYER, _steps, grain=Grain.MONTH)


def _steps(connection: sa.Connection) -> RowCounts:
    return buckets.replace(connection, clear="gold/demographics_clear", insert="gold/demographics")


demographics_asset = buckets.asset(TABLE, refresh)
