"""The queries that people wait for do work in proportion to what they ask: held on the plans, not on seconds."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from scout_pipeline import database as databases
from scout_pipeline import sql_files
from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline_tests import query_plans
from scout_pipeline_tests.conftest import fresh_database
from scout_pipeline_tests.query_plans import Plan

SALES = "silver_transactions_cleaned"
ITEMS = "silver_transaction_items"
DAYS = "gold_daily_aggregates"
HOURS = "gold_hourly_kpis"
REGION_DAYS = "gold_regional_performance"
REGION_HOURS = "gold_region_hours"
STORES = 100
MARCH = {"first": "2026-03-01", "end": "2026-04-01"}
# a hundred stores, half a year, two sales a day; and what gold makes of them
HISTORY = (
    "select ops.ensure_month_partition(relation::regclass, month::date)"
    " from unnest(array['scout.silver_transactions_cleaned', 'scout.silver_transaction_items']) as relation,"
    " generate_series(date '2026-01-01', date '2026-06-01', interval '1 month') as month",
    """insert into scout.dim_store (store_id, store_code, time_zone, currency_code, region)
    select number, 'S' || number, 'Asia/Manila', 'PHP', 'NCR' from generate_series(1, 100) as number""",
    """insert into scout.silver_transactions_cleaned (
        store_id, date_key, source_id, transaction_id, transaction_type, sold_at, customer_id, line_count, units,
        gross_sales, returns_value, adjustments_value, peso_value, content_hash, batch_id, sold_hour
    )
    select
        store, day, 1, concat_ws('-', store, day::date, hour), 'sale', day + make_interval(hours => hour),
        md5((store * hour)::text)::uuid, 1, 1, 10, 0, 0, 10, '', 1, hour
    from generate_series(1, 100) as store, unnest(array[9, 17]) as hour,
        generate_series(date '2026-01-01', date '2026-06-30', interval '1 day') as day""",
    """insert into scout.gold_daily_aggregates
    select store_id, date_key, count(*), 1, 1, 10, 0, 0, sum(peso_value), 1, 10
    from scout.silver_transactions_cleaned group by 1, 2""",
    """insert into scout.gold_hourly_kpis
    select store_id, date_key, sold_hour, count(*), 1, sum(peso_value), 1, 10
    from scout.silver_transactions_cleaned group by 1, 2, 3""",
    """insert into scout.gold_regional_performance
    select 'NCR', date_key, count(*), 1, 1, 10, 0, 0, sum(peso_value), 1, 10
    from scout.silver_transactions_cleaned group by 2""",
    """insert into scout.gold_region_hours
    select 'NCR', date_key, sold_hour, count(*), 1, sum(peso_value), 1, 10
    from scout.silver_transactions_cleaned group by 2, 3""",
    # what is dirty: one day of one store
    """insert into ops.dirty_buckets (store_id, date_key, layer, cause) select 7, date '2026-06-30', layer, 'new'
    from unnest(array[
        'gold/daily_aggregates', 'gold/hourly_kpis', 'gold/regional_performance', 'gold/region_hours',
        'gold/brand_performance'
    ]) as layer""",
    "analyze",
)


@pytest.fixture(scope="module")
def history(server: EmbeddedServer, template_database: str) -> Iterator[Database]:
    with fresh_database(server, template=template_database) as made:
        with made.transaction() as connection:
            for statement in HISTORY:
                connection.execute(sa.text(statement))
        yield made


def plan_of(history: Database, query: str, **values: str) -> Plan:
    with history.transaction() as connection:
        return query_plans.run(connection, query, **values)


def test_dashboard_metrics_read_their_month_and_no_other(history: Database) -> None:
    """A dashboard of one month would become slower with every month that is kept."""
    plan = plan_of(history, "select * from scout.get_dashboard_metrics(:first, :end)", **MARCH)
    assert plan.months(SALES) == {"2026m03"}
    # once for the customers; the tail of the live view finds no mark in March
    assert (plan.loops(DAYS), plan.rows(DAYS), plan.rows(SALES)) == (1, 31 * STORES, 31 * 2 * STORES)


def test_the_figures_of_a_store_read_its_rows_only(history: Database) -> None:
    """Every shopkeeper who looks at his day would read the sales of all the others."""
    plan = plan_of(history, "select * from scout.get_store_stats('S7', :first, :end)", **MARCH)
    assert plan.months(SALES) == {"2026m03"}
    assert not any(scan.is_sequential for scan in [*plan.of(SALES), *plan.of(DAYS)])
    assert (plan.rows(SALES), plan.rows(DAYS)) == (62, 31)


@pytest.mark.parametrize("period", ["hour", "day", "week", "month"])
def test_a_timeline_is_read_once(history: Database, period: str) -> None:
    """The figures of each period, or of each store, looked up one by one."""
    # no constant: as in a plan that is made once, what the filters leave out is known when it runs
    filters = "jsonb_build_object('region', cast(:region as text))"
    query = f"select * from scout.get_sales_timeline(:first, :end, :period, {filters})"  # noqa: S608
    plan = plan_of(history, query, period=period, region="NCR", **MARCH)
    read, other = (HOURS, DAYS) if period == "hour" else (DAYS, HOURS)
    assert (plan.loops(read), plan.loops(other)) == (1, 0)
    assert plan.rows(SALES) == 0, "nothing of March is dirty"
    dirty = plan_of(history, query, period=period, region="NCR", first="2026-06-01", end="2026-07-01")
    assert (dirty.rows(SALES), dirty.loops(ITEMS)) == (2, 0), "brands and categories are somebody else's question"


@pytest.mark.parametrize("period", ["hour", "day", "week", "month"])
def test_the_timeline_of_all_stores_adds_up_no_store(history: Database, period: str) -> None:
    """A year of five hundred stores is two hundred thousand rows; their regions have a few thousand."""
    query = "select * from scout.get_sales_timeline(:first, :end, :period)"
    plan = plan_of(history, query, period=period, **MARCH)
    read, other = (REGION_HOURS, REGION_DAYS) if period == "hour" else (REGION_DAYS, REGION_HOURS)
    assert (plan.loops(read), plan.loops(other)) == (1, 0)
    assert plan.rows(read) == 31 * (2 if period == "hour" else 1)
    assert [plan.rows(table) for table in (DAYS, HOURS, SALES)] == [0, 0, 0]
    dirty = plan_of(history, query, period=period, first="2026-06-01", end="2026-07-01")
    assert dirty.rows(HOURS if period == "hour" else DAYS) <= (2 if period == "hour" else 1) * STORES, "the 30th alone"
    assert dirty.rows(SALES) == 2


@pytest.mark.parametrize(
    ("everything", "table"),
    [
        ("select sum(net_revenue) from scout.v_live_store_day", DAYS),
        ("select sum(net_revenue) from scout.v_live_dashboard_kpis", HOURS),
    ],
)
def test_a_live_view_reads_silver_only_for_what_is_dirty(history: Database, everything: str, table: str) -> None:
    """The view that is right at every moment would cost as much as computing gold each time."""
    plan = plan_of(history, everything)
    assert plan.months(SALES) == {"2026m06"}
    assert (plan.loops(SALES), plan.rows(SALES), plan.loops(table)) == (1, 2, 1)
    one_store = plan_of(history, everything + " where store_id = 8 and date_key >= :first", first="2026-06-01")
    assert not any(scan.is_sequential for scan in one_store.of(table))
    assert one_store.rows(SALES) == 0


def windows(history: Database, statement: str) -> Plan:
    """The statement run as gold runs it, for all stores."""
    with history.transaction() as connection:
        connection.execute(sa.text("create temporary table buckets on commit drop as table ops.dirty_buckets"))
        connection.execute(sa.text("insert into buckets (store_id) select store_id from scout.dim_store"))
        databases.run(connection, "gold/touched_stores")
        databases.run(connection, "gold/touched_store_statistics")
        plan = query_plans.run(connection, statement)
        connection.rollback()
    return plan


def test_three_windows_are_one_scan_of_thirty_days(history: Database) -> None:
    """One scan a window reads the last day three times, and one a store reads it a hundred times."""
    plan = windows(history, sql_files.load("gold/sales_windows").text)
    scans = plan.of(SALES, subplan="windows")
    # thirty days that end with the last of June
    assert [(scan.relation[-7:], scan.loops, scan.rows) for scan in scans] == [("2026m06", 1, 30 * 2 * STORES)]


BAD: dict[str, tuple[str, Callable[[Plan], bool]]] = {
    "a month that no plan can see": (
        "select count(*) from scout.silver_transactions_cleaned where date_key + 0 >= :first and date_key + 0 < :end",
        lambda plan: plan.months(SALES) != {"2026m03"},
    ),
    "a look-up for each store": (
        """select (
            select sum(sale.peso_value) from scout.silver_transactions_cleaned as sale
            where sale.store_id = store.store_id and sale.date_key >= :first and sale.date_key < :end
        ) from scout.dim_store as store""",
        lambda plan: plan.loops(SALES) >= STORES,
    ),
    "a scan for each window": (
        """with month as (select sum(peso_value) from scout.silver_transactions_cleaned
            where date_key >= :first and date_key < :end),
        week as (select sum(peso_value) from scout.silver_transactions_cleaned
            where date_key >= date '2026-03-25' and date_key < :end)
        select * from month cross join week""",
        lambda plan: plan.loops(SALES) == 2,
    ),
    "a condition that no index knows": (
        "select * from scout.gold_daily_aggregates where store_id + 0 = 7 and date_key >= :first and date_key < :end",
        lambda plan: plan.of(DAYS)[0].is_sequential or plan.rows(DAYS) > 31,
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_plan_is_seen(history: Database, name: str) -> None:
    """Facts that no query can break would prove nothing."""
    query, is_seen = BAD[name]
    assert is_seen(plan_of(history, query, **MARCH))
