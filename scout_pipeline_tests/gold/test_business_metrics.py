"""scout.gold_business_metrics: each figure as its definition says, and days that depend on other days."""

import itertools
import statistics
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.gold import business_metrics, customer_insights, daily_aggregates
from scout_pipeline.silver import refresh as silver
from scout_pipeline_tests.conftest import fresh_database
from scout_pipeline_tests.floor_files import Document, Floor, item, reference, sale
from scout_pipeline_tests.gold import store_days
from scout_pipeline_tests.gold.store_days import CHANGED, CHANGES, KOPI, day, grouped, to_four
from scout_pipeline_tests.prepared import Prepared
from scout_pipeline_tests.shop_files import Line, take

TABLE = "scout.gold_business_metrics"
SHOWN = """
    select store_code, date_key, daily_revenue, transaction_count, avg_transaction_value, median_transaction_value,
        new_customers, returning_customers, anonymous_transactions, campaign_transactions, tbwa_revenue,
        top_payment_method
    from scout.gold_business_metrics join scout.store_registry using (store_id)
"""
TIMES = """
    select store_code, date_key, refreshed_at
    from scout.gold_business_metrics join scout.store_registry using (store_id)
"""
# by sale, as bought: silver's own lines joined with nothing
CLIENT_LINES = """
    select transaction_id, sum(subtotal)
    from scout.silver_transaction_items
    where brand_name in (select brand_name from scout.dim_brand where is_tbwa_client)
    group by transaction_id
"""


@pytest.fixture
def floor(database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return store_days.open_floor(database, open_folder, monkeypatch)


def shown(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    return {row[:2]: row[2:] for row in floor.rows(SHOWN)}


def computed(floor: Floor) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """The same figures without SQL, from the sales that count."""
    sales = store_days.sales_of(floor)
    client_lines = dict(floor.rows(CLIENT_LINES))
    bought = [row for row in sales if row["kind"] in ("sale", "mixed")]
    first = {
        customer: min(row["day"] for row in rows)
        for (customer,), rows in grouped(bought, "customer").items()
        if customer is not None
    }
    found = {}
    for (store, business_day), rows in grouped(sales, "store", "day").items():
        values = [row["value"] for row in rows]
        revenue = sum(values, Decimal(0))
        buyers = {row["customer"] for row in rows if row in bought} - {None}
        payments = Counter(row["payment"] for row in rows if row["payment"])
        found[store, business_day] = (
            revenue,
            len(rows),
            to_four(revenue / len(rows)),
            statistics.median(values),
            sum(first[buyer] == business_day for buyer in buyers),
            sum(first[buyer] < business_day for buyer in buyers),
            sum(row["customer"] is None for row in rows),
            sum(row["influenced"] if row["influenced"] is not None else row["campaign"] is not None for row in rows),
            sum((client_lines.get(row["key"], Decimal(0)) for row in rows), Decimal(0)),
            min(payments, key=lambda method: (-payments[method], method)) if payments else None,
        )
    return found


def test_figures_are_those_of_their_definitions(sold: Floor) -> None:
    """A figure that only this table computes would be believed without anything to compare it with."""
    found = shown(sold)
    assert found == computed(sold)
    # and by hand, for the day with most edges: 10 + 17, 21, 10, 0.0000001
    assert found["S1", day("2026-02-05")] == (
        Decimal("58.0000001"), 4, Decimal("14.5000"), Decimal("15.5"), 2, 0, 1, 1, Decimal(21), "cash"
    )  # fmt: skip
    assert found["S1", day("2026-02-06")][4:6] == (0, 1), "c1 bought the day before"
    assert found["S2", day("2026-02-05")][4:8] == (2, 0, 0, 1), "new in both shops; a campaign that did not influence"
    assert found["A", day("2026-02-07")][4:6] == (1, 0), "x2 only brought something back"
    assert found["A", day("2026-02-08")][4:6] == (0, 0), "so did x1 a day after"


def test_one_sale_is_its_own_median_and_says_how_it_was_paid(floor: Floor) -> None:
    """A median by position takes the wrong one of one or two."""
    floor.take_sales(sale("1"), sale("2", "S2", items=[item(unit_price=0.0001)]), sale("3", "S2"))
    floor.carry()
    found = {key[0]: (row[3], row[9]) for key, row in shown(floor).items()}
    assert found == {"S1": (Decimal(10), None), "S2": (Decimal("5.00005"), None)}


@pytest.mark.parametrize("name", CHANGES)
def test_a_change_writes_the_touched_days_only(prepared: Prepared, name: str) -> None:
    """Work would grow with history, and every day would look new although nothing changed."""
    before, after = store_days.around(prepared, CHANGED[name])
    assert store_days.written_between(before, after, TIMES) == CHANGES[name].touched
    assert shown(after) == computed(after)


FIRST_PURCHASES: dict[str, tuple[Document, set[tuple[str, date]]]] = {
    "an_earlier_first_purchase_makes_the_old_one_a_return": (
        sale("before", "S2", "2026-02-03T10:00:00+08:00", customer_id="c1"),
        # c1 was new on the fifth, in both shops
        {("S2", day("2026-02-03")), ("S1", day("2026-02-05")), ("S2", day("2026-02-05"))},
    ),
    "without_the_first_purchase_the_second_is_the_first": (
        sale("7", "S2", "2026-02-05T17:59:59+08:00", customer_id="c3", status="voided"),
        {("S2", day("2026-02-05")), ("S2", day("2026-02-09"))},
    ),
    "a_first_purchase_of_somebody_else": (
        sale("7", "S2", "2026-02-05T17:59:59+08:00", customer_id="c4"),
        # c3 is new on the ninth now, c4 not any more on the first of April
        {("S2", day("2026-02-05")), ("S2", day("2026-02-09")), ("S2", day("2026-04-01"))},
    ),
}


@pytest.mark.parametrize("name", FIRST_PURCHASES)
def test_a_first_purchase_that_moves_changes_the_days_of_both(open_shops: Floor, name: str) -> None:
    """The customer would be new on two days, or on none."""
    floor = open_shops
    correction, touched = FIRST_PURCHASES[name]
    assert store_days.written_by(floor, store_days.Change((correction,), frozenset(touched)), TIMES) == touched
    assert shown(floor) == computed(floor)
    store_days.assert_a_rebuild_says_the_same(floor, TABLE, TIMES)


def test_a_brand_that_becomes_a_client_changes_the_days_that_sold_it(floor: Floor) -> None:
    """The client's report would begin with the day of the contract in one shop and years before in the next."""
    store_days.sell(floor, sale("kopi", "S2", "2026-03-01T10:00:00+08:00", items=[KOPI]))
    before = store_days.refresh_times(floor, TIMES)
    floor.take_reference(reference("brand", "Kopiko", "2026-06-01", owner="Mayora", is_tbwa_client=True))
    floor.carry()
    after = store_days.refresh_times(floor, TIMES)
    written = {key for key in after if after[key] != before[key]}
    assert written == {("S1", day("2026-02-05")), ("S2", day("2026-03-01"))}
    assert shown(floor) == computed(floor)
    assert shown(floor)["S2", day("2026-03-01")][8] == 17
    store_days.assert_a_rebuild_says_the_same(floor, TABLE, TIMES)


def test_a_brand_with_another_owner_changes_no_figure(open_shops: Floor) -> None:
    """The nightly file of brands would compute all history again, for a spelling."""
    open_shops.take_reference(reference("brand", "Oishi", "2026-06-01", owner="Another", is_tbwa_client=True))
    silver.carry_all(open_shops.database)
    assert open_shops.rows("select 1 from ops.dirty_buckets where layer = 'gold/business_metrics'") == []


# few shops, days and customers, so that they meet
sales = st.builds(
    lambda number, store, on, customer, brand, status: sale(
        str(number),
        store,
        f"2026-02-{on:02}T10:00:00+08:00",
        items=[item(brand, number + 1, 7)],
        customer_id=customer,
        status=status,
        payment_method=["cash", "gcash", None][number % 3],
    ),
    st.integers(0, 9),
    st.sampled_from(["S1", "S2"]),
    st.integers(5, 8),
    st.sampled_from(["c1", "c1", "c1", "c2", None]),
    st.sampled_from(["KOPI", "CHIPS"]),
    st.sampled_from([None, None, None, None, "voided"]),
)
returns = st.builds(
    lambda on, customer: Line("R", store="S1", sold_at=f"2026-02-{on:02} 11:00:00", customer=customer, quantity="-1"),
    st.integers(5, 8),
    st.sampled_from(["c1", "c2"]),
)
clients = st.builds(
    lambda month, is_client: reference("brand", "Kopiko", f"2026-{month:02}-01", is_tbwa_client=is_client),
    st.integers(2, 12),
    st.booleans(),
)
REFRESHES: dict[str, Callable[[Database], object]] = {
    "silver": silver.carry_all,
    # recency counts to a day that is shown
    "customers": lambda database: (daily_aggregates.refresh(database), customer_insights.refresh(database)),
    "business": business_metrics.refresh,
    "everything": flow.run_incremental,
}


def test_any_order_of_changes_and_refreshes_ends_like_one_computation(
    server: EmbeddedServer, template_database: str, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A day that depends on another day is right after each single change, and wrong after the next two."""
    seen: Counter[str] = Counter()
    numbers = itertools.count()

    @settings(
        max_examples=9,
        deadline=None,
        derandomize=True,
        phases=[Phase.generate],
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
    )
    @given(
        steps=st.lists(
            st.tuples(
                st.lists(sales, min_size=3, max_size=6) | returns | clients,
                st.lists(st.sampled_from([*REFRESHES, *["everything"] * 4]), max_size=2),
            ),
            min_size=4,
            max_size=8,
        )
    )
    def check(steps: list[tuple[Any, list[str]]]) -> None:
        folder = open_folder / str(next(numbers))
        folder.mkdir()
        with fresh_database(server, template=template_database) as database:
            floor = store_days.open_floor(database, folder, monkeypatch)
            for number, (change, refreshes) in enumerate(steps):
                if isinstance(change, Line):
                    take(database, folder, f"{number}.csv", replace(change, receipt=f"R{number}"))
                elif isinstance(change, dict):
                    floor.take_reference(change)
                else:
                    floor.take_sales(*change)
                for refresh in refreshes:
                    REFRESHES[refresh](database)
            floor.carry()
            incremental = shown(floor)
            assert incremental == computed(floor)
            assert floor.broken_promises() == []
            flow.run_rebuild(database, date(2026, 2, 1), date(2026, 2, 1))
            assert shown(floor) == incremental
            seen["new"] += sum(row[4] for row in incremental.values())
            seen["returning"] += sum(row[5] for row in incremental.values())

    check()
    assert seen["returning"] > 8, "the examples never got to what they are for"


def test_the_promise_waits_for_customers_whose_insights_are_not_computed_yet(open_shops: Floor) -> None:
    """Between two refreshes of one run the check would stop the run."""
    floor = open_shops
    floor.take_sales(sale("before", "S2", "2026-02-03T10:00:00+08:00", customer_id="c1"))
    silver.carry_all(floor.database)
    business_metrics.refresh(floor.database)
    assert "business_equals_silver" not in floor.broken_promises()
    with floor.database.transaction() as connection:
        connection.execute(sa.text("delete from ops.dirty_customers"))
    assert "business_equals_silver" in floor.broken_promises(), "without the mark nobody would mend it"
