"""Which computation each gold table and each materialized view is held against, and how both are read and compared."""

from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from scout_pipeline_tests.shop_floor import (
    confidence_figures,
    customer_figures,
    floor_figures,
    product_figures,
    store_figures,
    view_figures,
)
from scout_pipeline_tests.shop_floor.exact import Figures
from scout_pipeline_tests.shop_floor.truth import Truth

SHOWN = 3
WHOLE = (
    "transaction_count line_count units gross_sales returns_value adjustments_value net_revenue unique_customers"
    " avg_transaction_value"
)
PERIOD = "transaction_count units net_revenue unique_customers avg_transaction_value"
BRAND = "transaction_count units net_revenue unique_customers avg_unit_price store_count"
CATEGORY = "transaction_count units net_revenue unique_customers brand_count sku_count"


@dataclass(frozen=True)
class GoldTable:
    """A table or view by its name, the columns of its key and its other columns; stores are compared by their code."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    compute: Callable[[Truth], Figures]

    @property
    def stem(self) -> str:
        return self.name.partition("_")[2]

    @property
    def relation(self) -> str:
        return f"scout.{self.name}"

    def read(self, connection: sa.Connection) -> Figures:
        """What the table says now."""
        gold = sa.table(self.name, *map(_column, ("store_id", *self.key, *self.columns)), schema="scout")
        stores = sa.table("store_registry", _column("store_id"), _column("store_code"), schema="scout")
        wanted = [(stores if name == "store_code" else gold).c[name] for name in (*self.key, *self.columns)]
        query = sa.select(*wanted).select_from(gold)
        if "store_code" in self.key:
            query = sa.select(*wanted).select_from(gold.join(stores, gold.c.store_id == stores.c.store_id))
        width = len(self.key)
        return {tuple(row[:width]): tuple(row[width:]) for row in connection.execute(query)}


def _column(name: str) -> "sa.ColumnClause[object]":
    return sa.column(name)


def _table(stem: str, key: str, columns: str, compute: Callable[[Truth], Figures]) -> GoldTable:
    return GoldTable(f"gold_{stem}", tuple(key.split()), tuple(columns.split()), compute)


def _view(stem: str, key: str, columns: str, compute: Callable[[Truth], Figures]) -> GoldTable:
    return GoldTable(f"mv_{stem}", tuple(key.split()), tuple(columns.split()), compute)


TABLES = (
    _table("daily_aggregates", "store_code date_key", WHOLE, store_figures.daily_aggregates),
    _table("regional_performance", "region date_key", WHOLE, store_figures.regional_performance),
    _table("store_performance", "store_code month", f"{WHOLE} active_days", store_figures.store_performance),
    _table("store_periods", "store_code period period_start", PERIOD, store_figures.store_periods),
    _table("region_periods", "region period period_start", PERIOD, store_figures.region_periods),
    _table("region_hours", "region date_key sold_hour", PERIOD, store_figures.region_hours),
    _table("hourly_kpis", "store_code date_key sold_hour", PERIOD, store_figures.hourly_kpis),
    _table(
        "time_of_day",
        "store_code date_key time_of_day",
        "transaction_count units net_revenue unique_customers",
        store_figures.time_of_day,
    ),
    _table(
        "business_metrics",
        "store_code date_key",
        "daily_revenue transaction_count avg_transaction_value median_transaction_value new_customers"
        " returning_customers anonymous_transactions campaign_transactions tbwa_revenue top_payment_method",
        store_figures.business_metrics,
    ),
    _table(
        "sales_windows",
        "store_code",
        "as_of_date revenue_1d transaction_count_1d units_1d revenue_7d transaction_count_7d units_7d"
        " revenue_30d transaction_count_30d units_30d",
        store_figures.sales_windows,
    ),
    _table(
        "store_activity_stats",
        "store_code",
        "as_of_date first_sale_date last_sale_date silent_days activity_status"
        " active_days_7d active_days_30d active_days_90d"
        " transaction_count_7d transaction_count_30d transaction_count_90d revenue_7d revenue_30d revenue_90d"
        " product_count_30d device_count_30d avg_daily_revenue_30d",
        store_figures.store_activity_stats,
    ),
    _table("product_performance", "sku month", "units net_revenue transactions", product_figures.product_performance),
    _table("brand_performance", "brand_name date_key", BRAND, product_figures.brand_performance),
    _table("brand_periods", "brand_name period period_start", BRAND, product_figures.brand_periods),
    _table("brand_hours", "brand_name date_key sold_hour", BRAND, product_figures.brand_hours),
    _table("category_summary", "category date_key", CATEGORY, product_figures.category_summary),
    _table("category_periods", "category period period_start", CATEGORY, product_figures.category_periods),
    _table("category_hours", "category date_key sold_hour", CATEGORY, product_figures.category_hours),
    _table(
        "store_product_summary",
        "store_code month sku",
        "units net_revenue transaction_count unique_customers first_sold_date last_sold_date revenue_share_pct"
        " revenue_rank",
        product_figures.store_product_summary,
    ),
    _table(
        "product_mix",
        "month sku",
        "units net_revenue revenue_share_pct revenue_rank cumulative_pct is_pareto_80",
        product_figures.product_mix,
    ),
    _table(
        "basket_patterns",
        "month sku_a sku_b",
        "basket_count support_pct confidence_ab_pct confidence_ba_pct lift",
        product_figures.basket_patterns,
    ),
    _table(
        "substitution_flows",
        "date_key from_sku to_sku reason",
        "substitution_count store_count",
        product_figures.substitution_flows,
    ),
    _table(
        "request_behavior",
        "region date_key request_mode request_type",
        "transaction_count suggestions_offered suggestions_accepted duration_seconds_total duration_count"
        " avg_duration_seconds",
        floor_figures.request_behavior,
    ),
    _table(
        "suggestion_funnel",
        "store_code date_key",
        "transactions_observed suggestions_offered suggestions_accepted suggestions_rejected acceptance_pct",
        floor_figures.suggestion_funnel,
    ),
    _table(
        "demographics",
        "region week_start gender age_bracket economic_class",
        "transaction_count unique_customers net_revenue units",
        floor_figures.demographics,
    ),
    _table(
        "latest_store_metrics",
        "store_code metric_name",
        "metric_value metric_source date_key measured_at",
        floor_figures.latest_store_metrics,
    ),
    _table(
        "confidence",
        "store_code date_key metric_name",
        "is_critical metric_value metric_source source_points newest_hour freshness_points days_seen usual_gap_days"
        " frequency_points agreement_pct cross_validation_points confidence confidence_band",
        confidence_figures.confidence,
    ),
    _table(
        "promotion_summary",
        "created_on status",
        "promotion_count valued_count total_value avg_value open_count closed_count timed_count closed_hours_total"
        " avg_closed_hours",
        floor_figures.promotion_summary,
    ),
    _table(
        "experiment_results",
        "store_code experiment",
        "event_count measured_count avg_target avg_actual lift_pct",
        floor_figures.experiment_results,
    ),
    _table(
        "customer_insights",
        "customer_id",
        "first_purchase_date last_purchase_date recency_days frequency monetary recency_score frequency_score"
        " monetary_score segment",
        customer_figures.customer_insights,
    ),
)

VIEWS = (
    _view("dashboard_kpis", "store_code date_key sold_hour", f"hour_at_store {PERIOD}", view_figures.dashboard_kpis),
    _view("brand_performance", "brand_name date_key", f"{BRAND} revenue_rank tier", view_figures.brand_performance),
    _view(
        "store_daily_metrics",
        "store_code date_key",
        "transaction_count total_revenue avg_transaction unique_customers",
        view_figures.store_daily_metrics,
    ),
    _view(
        "customer_segments",
        "segment",
        "customer_count monetary avg_monetary avg_frequency avg_recency_days",
        view_figures.customer_segments,
    ),
    _view(
        "global_product_stats",
        "sku",
        "transaction_count units net_revenue store_count region_count month_count first_sold_date last_sold_date"
        " revenue_share_pct revenue_rank",
        view_figures.global_product_stats,
    ),
)

# Gold tables that are not held against an independent computation, each with the reason.
EXCEPTIONS: dict[str, str] = {}


def differences(expected: Figures, found: Figures) -> list[str]:
    """What is missing, what nobody expects, and what is otherwise; a few examples of each."""
    missing = sorted(expected.keys() - found.keys(), key=str)
    surplus = sorted(found.keys() - expected.keys(), key=str)
    changed = [key for key, figures in expected.items() if key in found and found[key] != figures]
    return [
        *(f"{len(missing)} missing, such as {key}: {expected[key]}" for key in missing[:SHOWN]),
        *(f"{len(surplus)} not expected, such as {key}: {found[key]}" for key in surplus[:SHOWN]),
        *(f"{len(changed)} differ, such as {key}: {expected[key]}, found {found[key]}" for key in changed[:SHOWN]),
    ]
