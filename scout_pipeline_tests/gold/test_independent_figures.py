"""Every gold table against the same figures computed without SQL, from real files of December 2010."""

import hashlib
import hmac
import uuid
from collections.abc import Iterator
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from scout_pipeline import flow, settings
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.gold.test_buckets import query, segment

pytestmark = pytest.mark.real_data
KEY = "the key of this file's tests"
KINDS = ("sale", "return", "adjustment")
Figures = dict[tuple[Any, ...], tuple[Any, ...]]


@pytest.fixture
def december(online_retail_dir: Path) -> list[Path]:
    files = sorted(online_retail_dir.glob("2010-12-*.csv.gz"))
    assert len(files) == 20
    return files


def read(files: list[Path]) -> pd.DataFrame:
    """Lines as the mapping reads them; amounts are Decimal, days are the shop's own."""
    lines = pd.concat([pd.read_csv(file, dtype=str, keep_default_na=False) for file in files], ignore_index=True)
    lines["units"] = lines.Quantity.map(Decimal)
    lines["value"] = lines.units * lines.UnitPrice.map(Decimal)
    lines["day"] = lines.InvoiceDate.map(lambda text: date.fromisoformat(text[:10]))
    lines["sku"] = lines.StockCode.str.strip().str.upper()
    lines["region"] = lines.Country.str.strip()
    lines["customer"] = lines.CustomerID.map(pseudonym)
    lines["kind"] = [
        "return" if invoice[0] == "C" else "adjustment" if invoice[0] == "A" or units < 0 else "sale"
        for invoice, units in zip(lines.InvoiceNo, lines.units, strict=True)
    ]
    for kind in KINDS:
        lines[kind] = lines.value.where(lines.kind == kind, Decimal(0))
    return lines


def pseudonym(identifier: str) -> str:
    """HMAC-SHA-256 of the customer's number without its .0, empty when there is none."""
    number = identifier.removesuffix(".0")
    return str(uuid.UUID(hmac.new(KEY.encode(), number.encode(), hashlib.sha256).hexdigest()[:32])) if number else ""


def receipts(lines: pd.DataFrame) -> pd.DataFrame:
    sums = {name: (name, "sum") for name in ("units", "value", *KINDS)}
    whole = lines.groupby("InvoiceNo").agg(
        day=("day", "min"), region=("region", "max"), customer=("customer", "max"), lines=("kind", "size"), **sums
    )
    kinds = lines.groupby("InvoiceNo").kind.agg(lambda kind: kind.iloc[0] if kind.nunique() == 1 else "mixed")
    return whole.assign(kind=kinds, month=whole.day.map(lambda day: day.replace(day=1)))


def to_four(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def figures(whole: pd.DataFrame, *grain: str) -> Figures:
    """Counts, sums, distinct customers and the average, at this grain."""
    found: Figures = {}
    for key, part in whole.groupby(list(grain)):
        value = part.value.sum()
        found[tuple(key)] = (
            len(part),
            part.lines.sum(),
            part.units.sum(),
            *(part[kind].sum() for kind in KINDS),
            value,
            part.customer[part.customer != ""].nunique(),
            to_four(Decimal(value) / len(part)),
        )
    return found


def score(value: Any, thresholds: tuple[int, ...]) -> int:
    return 1 + sum(bool(value >= threshold) for threshold in thresholds)


def insights(whole: pd.DataFrame) -> Iterator[tuple[Any, ...]]:
    latest = whole.day.max()
    for customer, part in whole[whole.customer != ""].groupby("customer"):
        sales = part[part.kind.isin(["sale", "mixed"])]
        days = (sales if len(sales) else part).day
        recency, monetary = (latest - days.max()).days, part.value.sum()
        scores = (
            score(-recency, (-180, -90, -30, -7)),
            score(len(sales), (5, 10, 15, 20)),
            score(monetary, (1000, 2500, 5000, 10000)),
        )
        yield (customer, days.min(), days.max(), recency, len(sales), monetary, *scores, segment(*scores))


def test_all_gold_tables_equal_an_independent_computation(
    database: Database, december: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wrong join or a customer counted twice looks like a plausible figure; only a second computation tells."""
    monkeypatch.setenv("SCOUT_PSEUDONYM_KEY", KEY)
    settings.current.cache_clear()
    landing.ingest(database, december, mappings.load("online_retail"))
    flow.run_incremental(database)
    lines = read(december)
    whole = receipts(lines)
    common = (
        "transaction_count, line_count, units, gross_sales, returns_value, adjustments_value, net_revenue, "
        "unique_customers, avg_transaction_value"
    )

    def table(name: str, *grain: str, columns: str = common) -> Figures:
        wanted: list[sa.ColumnClause[Any]] = [sa.column(column) for column in (*grain, *columns.split(", "))]
        rows = query(database, sa.select(*wanted).select_from(sa.table(name, schema="scout")))
        return {row[: len(grain)]: row[len(grain) :] for row in rows}

    assert table("gold_daily_aggregates", "date_key") == figures(whole, "day")
    assert table("gold_regional_performance", "region", "date_key") == figures(whole, "region", "day")
    days = {(month,): (whole.day[whole.month == month].nunique(),) for month in set(whole.month)}
    store_months = figures(whole, "month")
    assert table("gold_store_performance", "month", columns=common + ", active_days") == {
        month: (*store_months[month], *days[month]) for month in store_months
    }
    products = lines.groupby("sku").agg(
        units=("units", "sum"), value=("value", "sum"), receipts=("InvoiceNo", "nunique")
    )
    assert table("gold_product_performance", "sku", "month", columns="units, net_revenue, transactions") == {
        (sku, date(2010, 12, 1)): (row.units, row.value, row.receipts) for sku, row in products.iterrows()
    }
    expected = sorted(insights(whole))
    found = query(
        database,
        "select customer_id::text, first_purchase_date, last_purchase_date, recency_days, frequency, monetary,"
        " recency_score, frequency_score, monetary_score, segment from scout.gold_customer_insights order by 1",
    )
    assert len(found) > 900
    assert found == expected
    segments = pd.DataFrame([(row[-1], row[5], row[4], row[3]) for row in expected], columns=list("smfr")).groupby("s")
    assert sorted(query(database, "select * from scout.mv_customer_segments")) == sorted(
        (
            name,
            len(part),
            part.m.sum(),
            *(to_four(sum(map(Decimal, part[column].tolist()), Decimal(0)) / len(part)) for column in "mfr"),
        )
        for name, part in segments
    )
