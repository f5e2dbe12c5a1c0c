"""Figures of products, brands, categories, baskets and substitutions, from the simulator's truth."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pandas as pd

from scout_pipeline_tests.shop_floor.exact import Figures, exact, pesos, rows, to_four
from scout_pipeline_tests.shop_floor.truth import Truth

LONGEST_BASKET = 10
FEWEST_BASKETS = 3
PARETO_PERCENT = 80


def product_performance(truth: Truth) -> Figures:
    return {
        key: (exact(row.units), pesos(row.value), row.transactions) for key, row in _sums(truth.lines, "sku", "month")
    }


def brand_performance(truth: Truth) -> Figures:
    return {key: _brand(row) for key, row in _sums(_named(truth), "brand_name", "business_date")}


def category_summary(truth: Truth) -> Figures:
    return {key: _category(row) for key, row in _sums(_named(truth), "category", "business_date")}


def brand_periods(truth: Truth) -> Figures:
    return {
        (key[0], period, key[1]): _brand(row)
        for period in ("week", "month")
        for key, row in _sums(_named(truth), "brand_name", period)
    }


def category_periods(truth: Truth) -> Figures:
    return {
        (key[0], period, key[1]): _category(row)
        for period in ("week", "month")
        for key, row in _sums(_named(truth), "category", period)
    }


def brand_hours(truth: Truth) -> Figures:
    return {key: _brand(row) for key, row in _sums(_named(truth), "brand_name", "business_date", "hour")}


def category_hours(truth: Truth) -> Figures:
    return {key: _category(row) for key, row in _sums(_named(truth), "category", "business_date", "hour")}


def store_product_summary(truth: Truth) -> Figures:
    """Products of each store's month, the best first; every simulated code is a product."""
    grain = ["store_code", "month", "sku"]
    days = truth.lines.groupby(grain).business_date.agg(["min", "max"])
    spans = {key: (row.min, row.max) for key, row in rows(days)}
    months: dict[tuple[Any, ...], list[tuple[tuple[Any, ...], Any]]] = {}
    for key, row in _sums(truth.lines, *grain):
        months.setdefault(key[:2], []).append((key, row))
    figures: Figures = {}
    for products in months.values():
        earned = sum(row.value for _, row in products)
        best_first = sorted(products, key=lambda found: (-found[1].value, found[0]))
        for rank, (key, row) in enumerate(best_first, start=1):
            share = to_four(100 * int(row.value), int(earned)) if earned else None
            sold = (exact(row.units), pesos(row.value), row.transactions, row.customers)
            figures[key] = (*sold, *spans[key], share, rank)
    return figures


def product_mix(truth: Truth) -> Figures:
    """Shares, ranks and the Pareto codes of each month; every simulated code is a product."""
    months: dict[date, list[tuple[int, str, float]]] = {}
    for (sku, month), row in _sums(truth.lines, "sku", "month"):
        months.setdefault(month, []).append((row.value, sku, row.units))
    figures: Figures = {}
    for month, products in months.items():
        earned = sum(value for value, _, _ in products)
        reached = 0
        for rank, (value, sku, units) in enumerate(sorted(products, key=lambda found: (-found[0], found[1])), start=1):
            is_pareto = value > 0 and reached * 100 < earned * PARETO_PERCENT
            reached += value
            shares = [to_four(100 * part, earned) if earned else None for part in (value, reached)]
            figures[month, sku] = (exact(units), pesos(value), shares[0], rank, shares[1], is_pareto)
    return figures


def basket_patterns(truth: Truth) -> Figures:
    """Pairs of codes that enough baskets of a month hold together."""
    small = truth.sales.transaction_id[truth.sales.line_count <= LONGEST_BASKET]
    contents = truth.lines[truth.lines.transaction_id.isin(small)][["month", "transaction_id", "sku"]].drop_duplicates()
    baskets = contents.groupby("month").transaction_id.nunique().to_dict()
    with_code = contents.groupby(["month", "sku"]).size().to_dict()
    together = contents.merge(contents, on=["month", "transaction_id"], suffixes=("_a", "_b"))
    pairs = together[together.sku_a < together.sku_b].groupby(["month", "sku_a", "sku_b"]).agg(count=("sku_a", "size"))
    figures: Figures = {}
    for (month, a, b), row in rows(pairs[pairs["count"] >= FEWEST_BASKETS]):
        count: int = row[0]
        all_baskets, with_a, with_b = baskets[month], with_code[month, a], with_code[month, b]
        figures[month, a, b] = (
            count,
            to_four(100 * count, all_baskets),
            to_four(100 * count, with_a),
            to_four(100 * count, with_b),
            to_four(all_baskets * count, with_a * with_b),
        )
    return figures


def substitution_flows(truth: Truth) -> Figures:
    """Substitutions of which both products are known."""
    sales = truth.sales
    complete = sales[
        sales.substitution_occurred.eq(True) & sales.substitution_from_sku.notna() & sales.substitution_to_sku.notna()
    ]
    flows = complete.assign(reason=complete.substitution_reason.fillna("unknown")).groupby(
        ["business_date", "substitution_from_sku", "substitution_to_sku", "reason"]
    )
    found = flows.agg(sales=("transaction_id", "size"), stores=("store_code", "nunique"))
    return {key: (row.sales, row.stores) for key, row in rows(found)}


def _named(truth: Truth) -> pd.DataFrame:
    """Lines under the words that gold has for no brand and no category; `brand` keeps the null."""
    return truth.lines.assign(
        brand=truth.lines.brand_name,
        brand_name=truth.lines.brand_name.fillna("Unbranded"),
        category=truth.lines.category.fillna("Uncategorised"),
    )


def _sums(lines: pd.DataFrame, *grain: str) -> Iterator[tuple[tuple[Any, ...], Any]]:
    brand = "brand" if "brand" in lines else "brand_name"
    found = lines.groupby(list(grain)).agg(
        transactions=("transaction_id", "nunique"),
        units=("quantity", "sum"),
        value=("subtotal_centavos", "sum"),
        customers=("customer_id", "nunique"),
        stores=("store_code", "nunique"),
        brands=(brand, "nunique"),
        skus=("sku", "nunique"),
    )
    return rows(found)


def _brand(row: Any) -> tuple[Any, ...]:
    average = to_four(pesos(row.value), exact(row.units)) if row.units else None
    return (row.transactions, exact(row.units), pesos(row.value), row.customers, average, row.stores)


def _category(row: Any) -> tuple[Any, ...]:
    return (row.transactions, exact(row.units), pesos(row.value), row.customers, row.brands, row.skus)
