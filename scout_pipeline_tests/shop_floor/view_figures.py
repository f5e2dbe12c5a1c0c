"""What the materialized views must show, computed with pandas from the simulator's truth."""

from collections import defaultdict
from datetime import date, datetime, time, timedelta
from typing import Any

from scout_pipeline_tests.shop_floor import customer_figures, product_figures, store_figures
from scout_pipeline_tests.shop_floor.exact import Figures, exact, pesos, rows, to_four, total
from scout_pipeline_tests.shop_floor.truth import Truth


def dashboard_kpis(truth: Truth) -> Figures:
    """Stores and hours of the last 30 days up to the newest with sales."""
    since = _newest(truth, 30)
    return {
        (store, day, hour): (datetime.combine(day, time(hour)), *figures)
        for (store, day, hour), figures in store_figures.hourly_kpis(truth).items()
        if day > since
    }


def brand_performance(truth: Truth) -> Figures:
    """Brands and days of the last 90 days, ranked within the day; lines without a brand have no rank."""
    since = _newest(truth, 90)
    days: dict[date, list[tuple[Any, ...]]] = defaultdict(list)
    for (brand, day), figures in product_figures.brand_performance(truth).items():
        if day > since and brand != "Unbranded":
            days[day].append((brand, *figures))
    found: Figures = {}
    for day, brands in days.items():
        for rank, (brand, sales, units, revenue, *others) in enumerate(
            sorted(brands, key=lambda row: (-row[3], row[0])), start=1
        ):
            tier = "Top 5" if rank <= 5 else "Top 10" if rank <= 10 else "Other"
            found[brand, day] = (sales, units, revenue, *others, rank, tier)
    return found


def store_daily_metrics(truth: Truth) -> Figures:
    """Transactions, revenue, their quotient and customers of each store and day."""
    found = truth.sales.groupby(["store_code", "business_date"]).agg(
        sales=("transaction_id", "size"), value=("peso_value_centavos", "sum"), customers=("customer_id", "nunique")
    )
    return {
        key: (row.sales, pesos(row.value), to_four(pesos(row.value), row.sales), row.customers)
        for key, row in rows(found)
    }


def customer_segments(truth: Truth) -> Figures:
    """How many customers a segment has, and what they are worth on average."""
    segments: dict[str, list[tuple[Any, ...]]] = defaultdict(list)
    for figures in customer_figures.customer_insights(truth).values():
        segments[figures[-1]].append(figures)
    found: Figures = {}
    for segment, customers in segments.items():
        recency, frequency, monetary = (total(customer[place] for customer in customers) for place in (2, 3, 4))
        count = len(customers)
        spent = sum((customer[4] for customer in customers), start=pesos(0))
        averages = (to_four(part, count) for part in (monetary, frequency, recency))
        found[(segment,)] = (count, spent, *averages)
    return found


def global_product_stats(truth: Truth) -> Figures:
    """Products of all stores and all time that were sold twice; every simulated code is a product."""
    regions = truth.sales.groupby("store_code").region.first()
    lines = truth.lines.assign(region=truth.lines.store_code.map(regions))
    found = lines.groupby("sku").agg(
        sales=("transaction_id", "nunique"),
        units=("quantity", "sum"),
        value=("subtotal_centavos", "sum"),
        stores=("store_code", "nunique"),
        regions=("region", "nunique"),
        months=("month", "nunique"),
        first=("business_date", "min"),
        last=("business_date", "max"),
    )
    earned = int(found.value.sum())
    best_first = sorted(rows(found), key=lambda product: (-product[1].value, product[0]))
    return {
        key: (
            *(row.sales, exact(row.units), pesos(row.value), row.stores, row.regions, row.months, row.first, row.last),
            *(to_four(100 * int(row.value), earned), rank),
        )
        for rank, (key, row) in enumerate(best_first, start=1)
        if row.sales >= 2
    }


def _newest(truth: Truth, days: int) -> date:
    """The day before the last so many days."""
    newest: date = truth.sales.business_date.max()
    return newest - timedelta(days=days)
