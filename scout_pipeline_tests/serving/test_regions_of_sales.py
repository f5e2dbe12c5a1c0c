"""A region is answered from where each sale was made, also of stores that say no region or were in another one."""

from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.gold import daily_aggregates, hourly_kpis
from scout_pipeline.silver import refresh as silver
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, reference, sale
from scout_pipeline_tests.shop_files import Line, install_mapping, take

# two regular days, and one with a country that the source itself calls unspecified
DAYS = ("2010-12-01", "2010-12-07", "2011-05-19")
FILTERS = "jsonb_strip_nulls(jsonb_build_object('region', cast(:region as text), 'store_code', cast(:store as text)))"
METRICS = f"""
    select net_revenue, transaction_count, units, active_stores, unique_customers
    from scout.get_dashboard_metrics('2010-12-01', '2011-06-01', {FILTERS})
"""  # noqa: S608 - words of this file alone
TIMELINE = f"""
    select period_start, transaction_count, units, net_revenue
    from scout.get_sales_timeline('2010-12-01', '2011-06-01', :period, {FILTERS})
"""  # noqa: S608 - words of this file alone
SALES = """
    select sum(peso_value), count(*), sum(units), count(distinct store_id), count(distinct customer_id)
    from scout.silver_transactions_cleaned where deleted_at is null and coalesce(region, 'Unspecified') = :region
"""
GOLD = {
    "hour": """select date_key + make_interval(hours => sold_hour), sum(transaction_count), sum(units), sum(net_revenue)
        from scout.gold_region_hours where region = :region group by 1 order by 1""",
    "day": """select date_key::timestamp, sum(transaction_count), sum(units), sum(net_revenue)
        from scout.gold_regional_performance where region = :region group by 1 order by 1""",
    "month": """select date_trunc('month', date_key::timestamp), sum(transaction_count), sum(units), sum(net_revenue)
        from scout.gold_regional_performance where region = :region group by 1 order by 1""",
}


@pytest.mark.real_data
def test_a_country_has_the_figures_that_gold_shows_of_it(
    database: Database, online_retail_dir: Path, tmp_path: Path
) -> None:
    """France would have revenue on one page and zeros on the next."""
    landing.ingest(database, [online_retail_dir / f"{day}.csv.gz" for day in DAYS], mappings.load("online_retail"))
    flow.run_incremental(database)
    floor = Floor(database, tmp_path)
    countries = [region for (region,) in floor.rows("select distinct region from scout.gold_regional_performance")]
    assert {"United Kingdom", "France", "Germany", "EIRE", "Unspecified"} <= set(countries)
    for country in countries:
        for store in (None, "online-retail"):
            asked = {"region": country, "store": store}
            assert floor.rows(METRICS, **asked) == floor.rows(SALES, region=country)
            for period, gold in GOLD.items():
                found = floor.rows(TIMELINE, period=period, **asked)
                assert found == floor.rows(gold, region=country), (country, period)
    everywhere = floor.rows(METRICS, region=None, store=None)[0]
    assert sum(floor.rows(METRICS, region=country, store=None)[0][0] for country in countries) == everywhere[0]
    assert floor.rows(METRICS, region="NCR", store=None) == [(0, 0, 0, 0, 0)]


@pytest.fixture
def moved(database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    """S1 was in NCR until the seventh of February; nobody describes A, its receipts say where it sold, or do not."""
    install_mapping(open_folder / "mappings", monkeypatch)
    floor = Floor(database, open_folder)
    floor.take_reference(
        *SMALL_WORLD,
        reference("store", "S1", "2026-02-07", region="Region VII"),
        reference("store", "S4", store_type="rural"),
    )
    floor.take_sales(
        sale("1", at="2026-02-06T10:00:00+08:00", items=[item(quantity=1)], customer_id="c1"),
        sale("2", at="2026-02-07T10:00:00+08:00", items=[item(quantity=2)], customer_id="c1"),
        sale("3", "S2", "2026-02-07T11:00:00+08:00", items=[item(quantity=4)], customer_id="c2"),
        sale("5", "S4", "2026-02-08T12:00:00+08:00", items=[item(quantity=16)]),
        sale("void", at="2026-02-07T10:00:00+08:00", items=[item(quantity=32)], status="voided"),
    )
    sell_at_a(floor, Line("4", "A", "2026-02-07 12:00:00", quantity="8", region=""))
    sell_at_a(floor, Line("5", "A", "2026-02-07 12:00:00", quantity="512", region="North"))
    floor.carry()
    return floor


def sell_at_a(floor: Floor, line: Line) -> None:
    take(floor.database, floor.folder, f"{line.receipt}.csv", line)


def metrics(floor: Floor, filters: str, first: str = "2026-02-01") -> tuple[Any, ...]:
    """Units, stores and customers of February, of which each sale has another power of two."""
    query = """select units, active_stores, unique_customers
        from scout.get_dashboard_metrics(:first, '2026-03-01', :filters)"""
    return floor.rows(query, first=first, filters=filters)[0]


def hours(floor: Floor, filters: str) -> list[tuple[Any, ...]]:
    query = "select period_start, units from scout.get_sales_timeline('2026-02-01', '2026-03-01', 'hour', :filters)"
    return floor.rows(query, filters=filters)


def test_a_store_that_moved_is_counted_where_it_sold(moved: Floor) -> None:
    """All its past would move with it, and no region would have the figures that gold shows."""
    assert metrics(moved, '{"region": "NCR"}') == (17, 2, 1)
    assert metrics(moved, '{"region": "Region VII"}') == (6, 2, 2)
    assert metrics(moved, '{"region": "Unspecified"}') == (8, 1, 1)
    assert metrics(moved, '{"region": "NCR", "store_code": "s1"}') == (1, 1, 1)
    assert metrics(moved, '{"region": "NCR", "store_type": "rural"}') == (16, 1, 0)
    assert metrics(moved, '{"region": "North"}') == (512, 1, 1)
    assert metrics(moved, '{"region": "North", "store_code": "a"}') == (512, 1, 1)
    assert metrics(moved, '{"region": "North", "store_type": "rural"}') == (0, 0, 0)
    assert metrics(moved, '{"region": "Unspecified", "store_code": "S2"}') == (0, 0, 0)
    assert hours(moved, '{"region": "Region VII"}') == [(datetime(2026, 2, 7, 10), 2), (datetime(2026, 2, 7, 11), 4)]
    gold = "select region, sum(units) from scout.gold_regional_performance group by 1 order by 1"
    assert moved.rows(gold) == [("NCR", 17), ("North", 512), ("Region VII", 6), ("Unspecified", 8)]


def test_a_sale_is_in_its_region_before_gold_has_it(moved: Floor) -> None:
    """Between the load and the refresh a region would miss a sale, or have it twice."""
    moved.take_sales(sale("7", "S4", "2026-02-07T12:30:00+08:00", items=[item(quantity=64)]))
    sell_at_a(moved, Line("6", "A", "2026-02-07 12:30:00", quantity="64", region=""))
    silver.carry_all(moved.database)
    for layer in (daily_aggregates, hourly_kpis):
        assert [metrics(moved, f'{{"region": "{place}"}}')[0] for place in ("Unspecified", "NCR")] == [72, 81]
        assert [row[1] for row in hours(moved, '{"region": "Unspecified"}')] == [72]
        layer.refresh(moved.database)


def test_of_archived_sales_a_region_has_what_gold_shows(moved: Floor) -> None:
    """The sales are not here: a store that says no region would have sold nothing."""
    sell_at_a(moved, Line("8", "A", "2026-03-05 12:00:00", quantity="256", region="", customer=""))
    moved.carry()
    with moved.database.transaction() as connection:
        for statement in (
            "insert into ops.archived_months (layer, month, state) values ('silver', '2026-02-01', 'archived')",
            "delete from scout.silver_transactions_cleaned where date_key < '2026-03-01'",
        ):
            connection.execute(sa.text(statement))
    query = """
        select units, active_stores, unique_customers, unique_customers_reason
        from scout.get_dashboard_metrics(:first, '2026-04-01', :filters)
    """
    ((units, stores, customers, reason),) = moved.rows(query, first="2026-02-01", filters='{"region": "Unspecified"}')
    assert (units, stores, customers) == (264, None, None)
    assert "ask from 2026-03-01 on" in reason
    assert moved.rows(query, first="2026-03-01", filters='{"region": "Unspecified"}') == [(256, 1, 0, None)]
    assert hours(moved, '{"region": "Region VII"}') == [(datetime(2026, 2, 7, 10), 2), (datetime(2026, 2, 7, 11), 4)]
    assert moved.rows(query, first="2026-02-01", filters='{"region": "NCR", "store_code": "S4"}')[0][:2] == (16, 1)
    assert moved.rows(query, first="2026-02-01", filters='{"store_code": "A"}')[0][:2] == (776, 1)
    with pytest.raises(sa.exc.DataError, match="Ask from 2026-03-01 on, or for the region alone"):
        moved.rows(query, first="2026-02-01", filters='{"region": "Unspecified", "store_code": "A"}')


def test_labels_of_the_tree_can_be_asked_for(moved: Floor) -> None:
    """The tree shows a branch of what has no brand, and the list of its products would be empty."""
    query = "select sku, brand_name, category, revenue_share_pct from scout.get_top_products(:first, :end, 9, :c, :b)"
    february = {"first": "2026-02-01", "end": "2026-03-01"}
    all_of_it = [("RICE", "Unbranded", "canned_goods", Decimal(100))]
    assert moved.rows(query, **february, c=None, b="Unbranded") == all_of_it
    assert moved.rows(query, **february, c="Uncategorised", b=None) == []
    assert moved.rows(query, **february, c=None, b="Kopiko") == []
    with moved.database.transaction() as connection:
        connection.execute(sa.text("update scout.dim_product set category = null where sku = 'RICE'"))
    ((_, _, category, _),) = moved.rows(query, **february, c="Uncategorised", b=None)
    assert category == "Uncategorised"
