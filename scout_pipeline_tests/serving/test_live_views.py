"""Live views are exact at every instant: what gold has, and from silver what gold has not rebuilt yet."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.gold import brand_performance, daily_aggregates, hourly_kpis
from scout_pipeline.gold.buckets import GoldReport
from scout_pipeline.silver import refresh as silver
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, reference, sale

STORE_DAYS = """
    select store_id, date_key, count(*), sum(line_count)::bigint, trim_scale(sum(units)), trim_scale(sum(peso_value)),
        count(distinct customer_id), round(sum(peso_value) / count(*), 4)
    from scout.silver_transactions_cleaned where deleted_at is null group by 1, 2
"""
HOURS = """
    select store_id, date_key, sold_hour, count(*), trim_scale(sum(units)), trim_scale(sum(peso_value)),
        count(distinct customer_id), round(sum(peso_value) / count(*), 4)
    from scout.silver_transactions_cleaned where deleted_at is null group by 1, 2, 3
"""
BRANDS = """
    select coalesce(item.brand_name, 'Unbranded'), date_key, count(distinct (source_id, transaction_id)),
        trim_scale(sum(item.quantity)), trim_scale(sum(item.subtotal)), count(distinct sale.customer_id),
        round(sum(item.subtotal) / sum(item.quantity), 4), count(distinct store_id)
    from scout.silver_transaction_items as item
    join scout.silver_transactions_cleaned as sale using (store_id, date_key, source_id, transaction_id)
    where deleted_at is null group by 1, 2
"""
# list prices that no product has at first
CORRECTED_PRICES = (4.5, 12.5)
LIVE = {
    "v_live_store_day": (
        STORE_DAYS,
        """select store_id, date_key, transaction_count, line_count, trim_scale(units), trim_scale(net_revenue),
        unique_customers, avg_transaction_value from scout.v_live_store_day""",
        "gold_daily_aggregates",
    ),
    "v_live_dashboard_kpis": (
        HOURS,
        """select store_id, date_key, sold_hour, transaction_count, trim_scale(units), trim_scale(net_revenue),
        unique_customers, avg_transaction_value from scout.v_live_dashboard_kpis""",
        "gold_hourly_kpis",
    ),
    "v_live_brand_day": (
        BRANDS,
        """select brand_name, date_key, transaction_count, trim_scale(units), trim_scale(net_revenue),
        unique_customers, avg_unit_price, store_count from scout.v_live_brand_day""",
        "gold_brand_performance",
    ),
}


def draw_sale(dice: random.Random, number: int) -> dict[str, object]:
    """A sale of one of a few days and customers; a known number corrects, moves or voids the earlier sale."""
    day, hour = dice.randint(1, 4), dice.choice((0, 9, 9, 23))
    return sale(
        str(dice.randint(1, number)),
        store=dice.choice(("S1", "S2")),
        at=f"2026-02-0{day}T{hour:02}:30:00+08:00",
        items=[
            item(dice.choice(("RICE", "KOPI", "CHIPS")), dice.randint(1, 3), dice.choice((None, 5, 7.25)))
            for _ in range(dice.randint(1, 3))
        ],
        customer_id=dice.choice((None, "c1", "c2")),
        status=dice.choice(("completed", "completed", "completed", "voided")),
    )


def draw_correction(dice: random.Random) -> dict[str, object]:
    """Another brand, category and list price of a product, from the beginning or from the third day on."""
    return reference(
        "product",
        dice.choice(("RICE", "KOPI", "CHIPS")),
        dice.choice(("2026-01-01", "2026-02-03")),
        brand_name=dice.choice(("Kopiko", "Oishi", None)),
        category=dice.choice(("beverages", "snacks")),
        unit_price=dice.choice(CORRECTED_PRICES),
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_live_view_equals_silver_after_every_step(database: Database, tmp_path: Path, seed: int) -> None:
    """A reader would see a sale twice, or not at all, between the load and the refresh."""
    dice = random.Random(seed)
    floor = Floor(database, tmp_path)
    floor.take_reference(*SMALL_WORLD)
    lagging = 0
    refreshes: tuple[Callable[[Database], GoldReport], ...] = (
        daily_aggregates.refresh,
        hourly_kpis.refresh,
        brand_performance.refresh,
    )
    for step in range(12):
        floor.take_sales(*(draw_sale(dice, 10 + step) for _ in range(dice.randint(1, 5))))
        if dice.random() < 0.4:
            floor.take_reference(draw_correction(dice))
        if dice.random() < 0.8:
            silver.carry_all(database)
        for refresh in refreshes:
            if dice.random() < 0.4:
                refresh(database)
        for plain, live, _ in LIVE.values():
            assert sorted(floor.rows(live), key=str) == sorted(floor.rows(plain), key=str)
        lagging += floor.rows("select count(*) from scout.v_live_store_day where is_tail")[0][0]
    assert lagging, "no step left a tail: the views were never asked for more than gold has"
    voided = "select count(*) from scout.silver_transactions_cleaned where deleted_at is not null"
    corrected = "select count(*) from scout.silver_transaction_items where is_list_price and unit_price = any(:prices)"
    assert floor.rows(voided) > [(0,)], "no sale was voided"
    assert floor.rows(corrected, prices=list(CORRECTED_PRICES)) > [(0,)], "no price of a sale was corrected"


def test_a_view_without_its_tail_would_be_seen(database: Database, tmp_path: Path) -> None:
    """The comparison above must be able to fail: the gold table alone lags behind."""
    floor = Floor(database, tmp_path)
    floor.take_reference(*SMALL_WORLD)
    floor.take_sales(sale("1"))
    floor.carry()
    floor.take_sales(sale("2"))
    silver.carry_all(database)
    assert floor.rows("select transaction_count from scout.gold_daily_aggregates") == [(1,)]
    assert floor.rows("select transaction_count, is_tail from scout.v_live_store_day") == [(2, True)]
    assert floor.rows("select sum(transaction_count) from scout.v_live_dashboard_kpis") == [(2,)]
    assert floor.rows("select transaction_count from scout.v_live_brand_day") == [(2,)]


def test_a_mark_on_an_archived_day_hides_nothing(database: Database, tmp_path: Path) -> None:
    """Its sales are not here to be counted again: a stray mark would take what gold has of it away."""
    floor = Floor(database, tmp_path)
    floor.take_reference(*SMALL_WORLD)
    floor.take_sales(sale("1", items=[item("KOPI")]), sale("2", "S2"))
    floor.carry()
    timeline = "select * from scout.get_sales_timeline('2026-02-01', '2026-03-01', :period)"

    def shown() -> list[list[tuple[object, ...]]]:
        views = [sorted(floor.rows(live), key=str) for _, live, _ in LIVE.values()]
        return [*views, *(floor.rows(timeline, period=period) for period in ("hour", "day", "month"))]

    before = shown()
    assert all(before)
    with database.transaction() as connection:
        for statement in (
            "insert into ops.archived_months (layer, month, state) values ('silver', '2026-02-01', 'archived')",
            "delete from scout.silver_transaction_items",
            "delete from scout.silver_transactions_cleaned",
            """insert into ops.dirty_buckets (store_id, date_key, layer, cause)
            select store_id, '2026-02-05', layer, 'corrected' from scout.store_registry, ops.bucket_layers
            where store_id > 0
            on conflict do nothing""",
        ):
            connection.execute(sa.text(statement))
    assert shown() == before
