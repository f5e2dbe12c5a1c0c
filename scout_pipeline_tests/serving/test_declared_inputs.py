"""What a materialized view is declared to read is what the catalogue says, and any change of it reaches the view."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline import assets, flow, sql_files
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.serving import (
    mv_brand_performance,
    mv_customer_segments,
    mv_dashboard_kpis,
    mv_global_product_stats,
    mv_store_daily_metrics,
)
from scout_pipeline.tables import Table
from scout_pipeline_tests.catalogue_reads import Catalogue
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, reference, sale
from scout_pipeline_tests.gold.test_latest_business_day import zone
from scout_pipeline_tests.prepared import Prepared, State

TABLES = (
    mv_brand_performance.TABLE,
    mv_customer_segments.TABLE,
    mv_dashboard_kpis.TABLE,
    mv_global_product_stats.TABLE,
    mv_store_daily_metrics.TABLE,
)
LATEST = "scout.latest_business_day()"
INPUTS = "select input_name from ops.mv_inputs where view_name = :view"
SHOWN = "select max(date_key) from scout.mv_dashboard_kpis"
SALE_TOMORROW = timedelta(days=1, minutes=-1)


def _carry(database: Database, folder: Path, _: object) -> None:
    made = Floor(database, folder)
    made.take_reference(*SMALL_WORLD)
    made.take_sales(sale("1", customer_id="c1"), sale("2", "S2"), sale("3", "S2"))
    made.carry()


CARRIED = State("declared inputs", _carry)


@pytest.fixture
def floor(prepared: Prepared, tmp_path: Path) -> Floor:
    return Floor(prepared.copy(CARRIED), tmp_path)


@pytest.fixture
def catalogue(prepared: Prepared) -> Catalogue:
    with prepared.look(CARRIED).transaction() as connection:
        return Catalogue(connection)


def key_of(relation: str) -> str:
    """The asset of a relation that a view reads; there is one for each."""
    graph = defs.resolve_asset_graph()
    (key,) = [
        key.to_user_string()
        for key in graph.get_all_asset_keys()
        if graph.get(key).metadata["dagster/relation_identifier"] == relation
    ]
    return key


def test_every_materialized_view_is_looked_at(prepared: Prepared) -> None:
    """A new view would be held against nothing."""
    views = Floor(prepared.look(CARRIED), Path()).rows("select matviewname from pg_matviews where schemaname = 'scout'")
    assert {f"scout.{view}" for (view,) in views} == {table.relation for table in TABLES}


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.key)
def test_a_view_declares_every_table_behind_it(catalogue: Catalogue, table: Table) -> None:
    """Lineage that ends at a function hides who must be told before its tables change."""
    behind = {key_of(relation) for relation in catalogue.reads(table.relation).tables}
    assert {upstream.key for upstream in table.deps} == behind
    assert {dep.asset_key.to_user_string() for dep in assets.spec(table).deps} == behind
    assert set(sql_files.load(table.key).reads) == behind


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.key)
def test_the_inputs_of_a_view_are_all_that_it_reads(prepared: Prepared, catalogue: Catalogue, table: Table) -> None:
    """What is no input can change without a refresh, for ever."""
    declared = {name for (name,) in Floor(prepared.look(CARRIED), Path()).rows(INPUTS, view=table.relation)}
    routines = {name.removesuffix("()") for name in declared if name.endswith("()")}
    read = catalogue.reads(table.relation, but=routines)
    assert routines <= read.routines
    assert declared == {f"{name}()" for name in routines} | {key_of(relation) for relation in read.tables}


def test_every_input_has_a_state_and_that_of_a_function_is_its_value(floor: Floor) -> None:
    """An input that nobody notes never changes, however its table does."""
    states = "select input_name, state from ops.mv_inputs cross join lateral ops.input_state(input_name)"
    known = dict(floor.rows(states))
    assert [name for name, state in known.items() if state is None] == []
    for name in known:
        if name.endswith("()"):
            assert floor.rows(f"select {name}::text") == [(known[name],)]


def test_what_the_state_of_a_function_rests_on_is_all_that_it_reads(catalogue: Catalogue) -> None:
    """A value that went and came back during a refresh is known by what it rests on, if that is complete."""
    behind = {key_of(relation) for relation in catalogue.reads("scout.latest_business_day").tables}
    assert behind == {"bronze/ingestion_batches", "gold/daily_aggregates", "silver/dim_store"}


@pytest.mark.parametrize(
    "body",
    [
        "begin atomic select max(region_count) from scout.v_planted; end",
        "return scout.told()",
    ],
)
def test_what_is_read_through_functions_and_views_would_be_seen(floor: Floor, body: str) -> None:
    """The comparison must be able to fail: the catalogue knows nothing of what a body kept as text reads."""
    planted = (
        "create view scout.v_planted as select count(*) as region_count from scout.dim_region",
        "create function scout.told() returns bigint language plpgsql as "
        "'begin return (select count(*) from scout.dim_region); end'",
        f"create function scout.planted() returns bigint language sql {body}",
        "create materialized view scout.mv_planted as select scout.planted() as found",
    )
    with floor.database.transaction() as connection, connection.begin_nested() as undone:
        for statement in planted:
            connection.execute(sa.text(statement))
        assert Catalogue(connection).reads("scout.mv_planted").tables == {"scout.dim_region"}
        undone.rollback()


def receive(floor: Floor) -> None:
    """A file that holds nothing new, received a day later."""
    floor.take_sales(sale("1", customer_id="c1"))
    with floor.database.transaction() as connection:
        # its contents are known, so that its row in the ledger is all that came of it
        connection.execute(
            sa.text(
                "update scout.bronze_ingestion_batches set received_at = received_at + interval '1 day' "
                "where batch_id = (select max(batch_id) from scout.bronze_ingestion_batches)"
            )
        )


def take_tomorrow(floor: Floor) -> None:
    """Sales of today, and one of a clock that is nearly a day ahead."""
    floor.take_reference(reference("store", "S1", time_zone=str(zone())))
    now = datetime.now(UTC)
    for identifier, at in (("today", now), ("tomorrow", now + SALE_TOMORROW)):
        floor.take_sales(sale(identifier, at=at.isoformat(timespec="seconds")))
    floor.carry()


def test_a_receipt_that_moves_the_latest_day_refreshes_what_ends_with_it(floor: Floor) -> None:
    """The day that came would be missing until the next sale: nothing in gold tells that it came."""
    take_tomorrow(floor)
    before = floor.rows(SHOWN)
    hours = "select changed_rows from ops.input_versions where input_name = 'gold/hourly_kpis'"
    written = floor.rows(hours)
    receive(floor)
    behind = "select view_name from ops.should_refresh_views() where should_refresh order by 1"
    assert floor.rows(behind) == [("scout.mv_brand_performance",), ("scout.mv_dashboard_kpis",)]
    flow.run_incremental(floor.database)
    assert floor.rows(hours) == written
    assert floor.rows(SHOWN) > before
    assert floor.rows(behind) == []


def test_a_receipt_that_moves_nothing_refreshes_nothing(floor: Floor) -> None:
    """Every request would have the views of the dashboards computed again."""
    before = floor.rows("select view_name, refreshed_at from ops.mv_refresh_status order by 1")
    floor.take_sales(sale("1", customer_id="c1"))
    floor.carry()
    assert floor.rows("select view_name, refreshed_at from ops.mv_refresh_status order by 1") == before


def test_a_store_in_another_region_refreshes_what_counts_regions(floor: Floor) -> None:
    """Products would be sold in two regions for ever after their shops moved into one."""
    regions = "select region_count from scout.mv_global_product_stats"
    assert floor.rows(regions) == [(2,)]
    floor.take_reference(reference("store", "S2", region="NCR"))
    floor.carry()
    assert floor.rows(regions) == [(1,)]


@pytest.mark.parametrize(
    ("statement", "changed"),
    [
        ("update scout.dim_store set region = 'CAR' where store_code = 'S1'", 1),
        ("update scout.dim_store set region = region", 0),
        ("update scout.dim_store set region = 'CAR' where false", 0),
        ("delete from scout.dim_store where store_code = 'S1'", 1),
    ],
)
def test_rows_of_stores_that_differ_are_counted(floor: Floor, statement: str, changed: int) -> None:
    """A statement that writes what stands there already would make views be computed again."""
    state = "select changed_rows, state from ops.input_state('silver/dim_store')"
    ((rows_before, state_before),) = floor.rows(state)
    with floor.database.transaction() as connection:
        connection.execute(sa.text(statement))
    ((rows_after, state_after),) = floor.rows(state)
    assert rows_after - rows_before == changed
    assert (state_after != state_before) == (changed > 0)


def test_a_day_that_came_and_went_during_a_refresh_is_not_taken_for_one_that_stayed(floor: Floor) -> None:
    """The view would end with a day that is the latest one no more, and say that it is up to date."""
    take_tomorrow(floor)
    before = floor.rows(SHOWN)
    choose = "create or replace function ops.refresh_strategy(p_view text) returns text language plpgsql as $$ begin"
    chosen = "return 'concurrently'; end $$"
    # between the look at the inputs and the snapshot of the refresh
    meanwhile = """
        insert into scout.bronze_ingestion_batches (source_id, file_name, content_sha256, mapping_sha256, byte_count,
            status, received_at)
        select source_id, 'of tomorrow', '\\x00', mapping_sha256, 1, 'loaded', received_at + interval '1 day'
        from scout.bronze_ingestion_batches order by batch_id desc limit 1;
    """
    with floor.database.transaction() as connection:
        connection.exec_driver_sql("select ops.note_input_change('gold/hourly_kpis', 1)")
        connection.exec_driver_sql(f"{choose} {meanwhile} {chosen}")
    assert mv_dashboard_kpis.refresh(floor.database).buckets_rebuilt == 1
    assert floor.rows(SHOWN) > before
    with floor.database.transaction() as connection:
        connection.exec_driver_sql("delete from scout.bronze_ingestion_batches where file_name = 'of tomorrow'")
        connection.exec_driver_sql(f"{choose} {chosen}")
    assert mv_dashboard_kpis.refresh(floor.database).buckets_rebuilt == 1
    assert floor.rows(SHOWN) == before
    assert mv_dashboard_kpis.refresh(floor.database).buckets_rebuilt == 0
