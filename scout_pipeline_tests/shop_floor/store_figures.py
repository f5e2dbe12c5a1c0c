"""Figures of stores and regions, computed with pandas from the simulator's truth."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pandas as pd

from scout_pipeline_tests.shop_floor.exact import Figures, exact, pesos, rows, to_four
from scout_pipeline_tests.shop_floor.truth import Truth

NOTHING = Decimal(0)


def daily_aggregates(truth: Truth) -> Figures:
    return _whole_figures(truth.sales, "store_code", "business_date")


def regional_performance(truth: Truth) -> Figures:
    return _whole_figures(truth.sales, "region", "business_date")


def store_performance(truth: Truth) -> Figures:
    days = truth.sales.groupby(["store_code", "month"]).business_date.nunique().to_dict()
    figures = _whole_figures(truth.sales, "store_code", "month")
    return {key: (*row, days[key]) for key, row in figures.items()}


def hourly_kpis(truth: Truth) -> Figures:
    return _hours(truth.sales, "store_code")


def time_of_day(truth: Truth) -> Figures:
    return {
        key: (row.transactions, exact(row.units), pesos(row.value), row.customers)
        for key, row in _sums(truth.sales, "store_code", "business_date", "time_of_day")
    }


def business_metrics(truth: Truth) -> Figures:
    """First purchases are looked for in all stores, clients are those of the brands' latest records."""
    day = ["store_code", "business_date"]
    sales = truth.sales.assign(
        is_anonymous=truth.sales.customer_id.isna(),
        is_of_campaign=truth.sales.campaign_influenced.where(
            truth.sales.campaign_influenced.notna(), truth.sales.campaign_id.notna()
        ).astype(bool),
    )
    counted = sales.groupby(day)[["is_anonymous", "is_of_campaign"]].sum()
    values = sales.groupby(day).peso_value_centavos.agg(list).to_dict()
    first_days = sales.groupby("customer_id").business_date.min()
    buyers = sales.dropna(subset=["customer_id"]).drop_duplicates([*day, "customer_id"])
    is_new = buyers.business_date == buyers.customer_id.map(first_days)
    new = buyers[is_new].groupby(day).size().to_dict()
    returning = buyers[~is_new].groupby(day).size().to_dict()
    clients = {name for name, brand in truth.members("brand").items() if brand["is_tbwa_client"]}
    of_clients = truth.lines[truth.lines.brand_name.isin(clients)].groupby(day).subtotal_centavos.sum().to_dict()
    paid_by = _most_frequent(sales, day, "payment_method")
    return {
        key: (
            pesos(sum(values[key])),
            len(values[key]),
            to_four(pesos(sum(values[key])), len(values[key])),
            _median(values[key]),
            new.get(key, 0),
            returning.get(key, 0),
            row.is_anonymous,
            row.is_of_campaign,
            pesos(of_clients.get(key, 0)),
            paid_by.get(key),
        )
        for key, row in rows(counted)
    }


def sales_windows(truth: Truth) -> Figures:
    """The last 1, 7 and 30 days up to the latest day of any store."""
    latest: date = truth.sales.business_date.max()
    windows = [
        {
            key: (pesos(row.value), row.transactions, exact(row.units))
            for key, row in _sums(
                truth.sales[truth.sales.business_date > latest - timedelta(days=length)], "store_code"
            )
        }
        for length in (1, 7, 30)
    ]
    return {
        (store,): (latest, *(figure for window in windows for figure in window.get((store,), (NOTHING, 0, NOTHING))))
        for store in truth.sales.store_code.unique()
    }


def store_activity_stats(truth: Truth) -> Figures:
    """The life of each store and its last 7, 30 and 90 days up to the latest day of any store."""
    latest: date = truth.sales.business_date.max()
    figures: Figures = {}
    for (store,), sales in truth.sales.groupby(["store_code"]):
        spans = [sales[sales.business_date > latest - timedelta(days=length)] for length in (7, 30, 90)]
        month = spans[1]
        lines = truth.lines[truth.lines.transaction_id.isin(month.transaction_id)]
        first, last = sales.business_date.min(), sales.business_date.max()
        silent = (latest - last).days
        status = "active" if silent < 7 else "slowing" if silent < 30 else "dormant" if silent < 90 else "lost"
        revenue = pesos(int(month.peso_value_centavos.sum()))
        figures[store,] = (
            *(latest, first, last, silent, status),
            *(span.business_date.nunique() for span in spans),
            *(len(span) for span in spans),
            *(pesos(int(span.peso_value_centavos.sum())) for span in spans),
            lines.sku.nunique(),
            month.device_id.nunique(),
            to_four(revenue, month.business_date.nunique()) if len(month) else None,
        )
    return figures


def region_hours(truth: Truth) -> Figures:
    return _hours(truth.sales, "region")


def store_periods(truth: Truth) -> Figures:
    return _periods(truth.sales, "store_code")


def region_periods(truth: Truth) -> Figures:
    return _periods(truth.sales, "region")


def _periods(sales: pd.DataFrame, member: str) -> Figures:
    """Days, weeks and months, each counted for itself."""
    return {
        (key[0], period, key[1]): (
            row.transactions,
            exact(row.units),
            pesos(row.value),
            row.customers,
            _average(row),
        )
        for period, start in (("day", "business_date"), ("week", "week"), ("month", "month"))
        for key, row in _sums(sales, member, start)
    }


def _hours(sales: pd.DataFrame, member: str) -> Figures:
    """Transactions, units, revenue, customers and the average of each hour."""
    return {
        key: (row.transactions, exact(row.units), pesos(row.value), row.customers, _average(row))
        for key, row in _sums(sales, member, "business_date", "hour")
    }


def _sums(sales: pd.DataFrame, *grain: str) -> Iterator[tuple[tuple[Any, ...], Any]]:
    found = sales.groupby(list(grain)).agg(
        transactions=("transaction_id", "size"),
        lines=("line_count", "sum"),
        units=("units", "sum"),
        value=("peso_value_centavos", "sum"),
        customers=("customer_id", "nunique"),
    )
    return rows(found)


def _whole_figures(sales: pd.DataFrame, *grain: str) -> Figures:
    """Counts, units, money, customers and the average. A simulated sale neither returns nor adjusts anything."""
    return {
        key: (
            row.transactions,
            row.lines,
            exact(row.units),
            pesos(row.value),
            NOTHING,
            NOTHING,
            pesos(row.value),
            row.customers,
            _average(row),
        )
        for key, row in _sums(sales, *grain)
    }


def _average(row: Any) -> Decimal:
    return to_four(pesos(row.value), row.transactions)


def _median(centavos: list[int]) -> Decimal:
    """The middle value, or the mean of the two in the middle."""
    ordered = sorted(centavos)
    middle = len(ordered) // 2
    return (pesos(ordered[middle]) + pesos(ordered[-1 - middle])) / 2


def _most_frequent(sales: pd.DataFrame, grain: list[str], column: str) -> dict[tuple[Any, ...], str]:
    """The most frequent word of each group that has one, of several the first in the alphabet."""
    best: dict[tuple[Any, ...], tuple[int, str]] = {}
    for (*key, word), row in rows(sales.groupby([*grain, column]).agg(times=(column, "size"))):
        best[tuple(key)] = min(best.get(tuple(key), (0, "")), (-row.times, word))
    return {key: word for key, (_, word) in best.items()}
