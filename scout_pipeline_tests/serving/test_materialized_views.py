"""Materialized views: refreshed one by one, only when their input changed, never twice at once, and audited."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.serving import mv_brand_performance, mv_dashboard_kpis, mv_store_daily_metrics
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, sale
from scout_pipeline_tests.prepared import Prepared, State

VIEWS = (
    "mv_brand_performance",
    "mv_customer_segments",
    "mv_dashboard_kpis",
    "mv_global_product_stats",
    "mv_store_daily_metrics",
)
DASHBOARD = ("mv_brand_performance", "mv_customer_segments", "mv_dashboard_kpis")
STATUS = "select view_name, refreshed_at, row_count from ops.mv_refresh_status order by view_name"


def _carry(database: Database, folder: Path, _: object) -> None:
    made = Floor(database, folder)
    made.take_reference(*SMALL_WORLD)
    made.take_sales(
        sale("1", customer_id="c1"),
        sale("2", store="S2", at="2026-02-06T23:10:00+08:00", items=[item("KOPI", 2, 9), item("CHIPS")]),
        sale("old", at="2026-01-02T09:00:00+08:00", items=[item("CHIPS", 3, 7)]),
    )
    made.carry()


CARRIED = State("materialized views", _carry)


@pytest.fixture
def floor(prepared: Prepared, tmp_path: Path) -> Floor:
    return Floor(prepared.copy(CARRIED), tmp_path)


REFRESHED = "select view_name from ops.mv_refresh_status where refreshed_at is not null order by view_name"


def make_due(connection: sa.Connection) -> None:
    """As if every input had changed, and no view been refreshed since."""
    connection.execute(sa.text("update ops.input_versions set version_xid = pg_current_xact_id()"))
    connection.execute(sa.text("update ops.mv_refresh_status set refreshed_at = null"))


def call(database: Database, procedure: str) -> None:
    with database.autocommit() as connection:
        connection.execute(sa.text(f"call scout.{procedure}()"))


# what a role needs to refresh one view; nothing of it is ownership
MAINTAINER = (
    "create role view_maintainer",
    "grant usage on schema ops, scout to view_maintainer",
    "grant execute on all functions in schema ops, scout to view_maintainer",
    "grant select on ops.mv_inputs, ops.input_versions to view_maintainer",
    "grant select, insert, update on ops.mv_refresh_status to view_maintainer",
    "grant select, maintain on scout.mv_store_daily_metrics to view_maintainer",
)


def test_whoever_may_maintain_a_view_refreshes_it_without_owning_it(floor: Floor) -> None:
    """Refreshing would need the owner, and the owner may do everything else too."""
    refresh = "select ops.refresh_materialized_view(cast(:view as text), :strategy)"
    with floor.database.transaction() as connection, connection.begin_nested() as undone:
        for statement in MAINTAINER:
            connection.execute(sa.text(statement))
        make_due(connection)
        connection.execute(sa.text("set local role view_maintainer"))
        asked = {"view": "scout.mv_store_daily_metrics", "strategy": "auto"}
        assert connection.scalar(sa.text(refresh), asked) is True
        done = "select strategy from ops.mv_refresh_status where view_name = 'scout.mv_store_daily_metrics'"
        assert connection.scalar(sa.text(done)) == "concurrently"
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied for materialized view mv_dashboard_kpis"):
            connection.execute(sa.text(refresh), {"view": "scout.mv_dashboard_kpis", "strategy": "concurrently"})
        undone.rollback()


def test_the_views_show_what_gold_has(floor: Floor) -> None:
    """A dashboard would show other figures than the table on which it stands."""
    hours = "select date_key::text, sold_hour, transaction_count, hour_at_store::text from scout.mv_dashboard_kpis"
    assert sorted(floor.rows(hours)) == [
        ("2026-02-05", 10, 1, "2026-02-05 10:00:00"),
        ("2026-02-06", 23, 1, "2026-02-06 23:00:00"),
    ]
    brands = "select brand_name, net_revenue, revenue_rank, tier from scout.mv_brand_performance where date_key = :day"
    assert sorted(floor.rows(brands, day="2026-02-06")) == [("Kopiko", 18, 1, "Top 5"), ("Oishi", 10, 2, "Top 5")]
    days = "select sum(total_revenue), sum(transaction_count) from scout.mv_store_daily_metrics"
    assert floor.rows(days) == [(59, 3)]
    assert [row[0] for row in floor.rows(STATUS)] == [f"scout.{view}" for view in VIEWS]


@pytest.mark.parametrize(("view", "dates"), [("mv_dashboard_kpis", 30), ("mv_brand_performance", 90)])
def test_a_view_of_the_latest_days_holds_so_many_dates(floor: Floor, view: str, dates: int) -> None:
    """A month of 31 dates is no month of 30, and two dashboards would never agree."""
    newest = date(2026, 6, 30)
    days = [newest - timedelta(days=back) for back in (0, dates - 1, dates)]
    floor.take_sales(*(sale(f"{day}", at=f"{day}T09:00:00+08:00", items=[item("KOPI")]) for day in days))
    floor.carry()
    shown = floor.rows(f"select distinct date_key from scout.{view} order by 1")  # noqa: S608 - names of this test
    assert [day for (day,) in shown] == [days[1], days[0]]


def test_a_view_is_refreshed_only_when_its_input_changed(floor: Floor) -> None:
    """Each run would compute every view whole, and the more there is, the longer for nothing."""
    before = floor.rows(STATUS)
    floor.carry()
    call(floor.database, "refresh_materialized_views")
    assert floor.rows(STATUS) == before
    floor.take_sales(sale("3"))
    floor.carry()
    changed = {now[0] for now, then in zip(floor.rows(STATUS), before, strict=True) if now[1] > then[1]}
    assert changed == {f"scout.{view}" for view in VIEWS if view != "mv_customer_segments"}


def test_the_procedures_of_the_documents_refresh_what_waits(floor: Floor) -> None:
    """People call them by name, and a call that does nothing looks like one that did."""
    with floor.database.transaction() as connection:
        connection.execute(sa.text("update scout.gold_hourly_kpis set units = units + 1"))
        make_due(connection)
    call(floor.database, "refresh_dashboard_views")
    assert floor.rows("select sum(units) from scout.mv_dashboard_kpis") == [(6,)]
    assert floor.rows(REFRESHED) == [(f"scout.{view}",) for view in DASHBOARD]


def test_two_refreshes_of_one_view_take_turns(floor: Floor) -> None:
    """A refresh that skipped because another was under way would miss what changed since that one began."""
    ask = sa.text("select ops.refresh_materialized_view('scout.mv_dashboard_kpis')")
    with floor.database.transaction() as connection:
        make_due(connection)

    def second() -> bool:
        with floor.database.transaction() as other:
            return bool(other.execute(ask).scalar_one())

    with ThreadPoolExecutor(1) as pool:
        with floor.database.transaction() as first:
            assert first.execute(ask).scalar_one() is True
            waiting = pool.submit(second)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
        assert waiting.result(timeout=30) is False
    assert mv_dashboard_kpis.refresh(floor.database).rows_written == 0


@pytest.mark.parametrize(
    ("procedure", "views"), [("refresh_materialized_views", VIEWS), ("refresh_dashboard_views", DASHBOARD)]
)
def test_failing_views_take_no_other_with_them_and_are_told_at_the_end(
    floor: Floor, procedure: str, views: tuple[str, ...]
) -> None:
    """One broken view would leave every view behind it at its state of yesterday, and nobody could see which it was."""
    broken = ["scout.mv_brand_performance", "scout.mv_dashboard_kpis"]
    with floor.database.transaction() as connection:
        make_due(connection)
        for view in broken:
            connection.exec_driver_sql(f"drop index {view}_grain")
    with pytest.raises(sa.exc.DBAPIError, match=f"2 of {len(views)} materialized views could not be") as refused:
        call(floor.database, procedure)
    assert all(f"{view}: cannot refresh materialized view" in str(refused.value) for view in broken)
    assert floor.rows(REFRESHED) == [(f"scout.{view}",) for view in views if f"scout.{view}" not in broken]
    failed = "select view_name from ops.mv_refresh_status where failed_at is not null and last_error ~ :said order by 1"
    assert floor.rows(failed, said="^cannot refresh materialized view") == [(view,) for view in broken]
    assert mv_store_daily_metrics.refresh(floor.database).buckets_rebuilt == int(views == DASHBOARD)


def test_a_mended_view_is_refreshed_by_the_next_call(floor: Floor) -> None:
    """A failure that is noted would count as the refresh that it was not."""
    with floor.database.transaction() as connection:
        make_due(connection)
        connection.exec_driver_sql("drop index scout.mv_dashboard_kpis_grain")
    with pytest.raises(sa.exc.DBAPIError, match="could not be refreshed"):
        call(floor.database, "refresh_dashboard_views")
    with floor.database.transaction() as connection:
        connection.exec_driver_sql(
            "create unique index mv_dashboard_kpis_grain on scout.mv_dashboard_kpis (store_id, date_key, sold_hour)"
        )
    call(floor.database, "refresh_dashboard_views")
    mended = "select view_name from ops.mv_refresh_status where refreshed_at > failed_at"
    assert floor.rows(mended) == [("scout.mv_dashboard_kpis",)]


def test_what_is_no_view_is_refused(floor: Floor) -> None:
    """A mistyped name must not run as something else."""
    with pytest.raises(sa.exc.DBAPIError, match="is no materialized view"):
        floor.rows("select ops.refresh_materialized_view('scout.gold_hourly_kpis')")


def test_a_view_that_was_emptied_is_filled_again(floor: Floor) -> None:
    """CONCURRENTLY is refused for a view that holds nothing, so that it would stay empty for ever."""
    with floor.database.transaction() as connection:
        connection.execute(sa.text("refresh materialized view scout.mv_brand_performance with no data"))
    assert mv_brand_performance.refresh(floor.database).rows_written == 3
    assert mv_brand_performance.refresh(floor.database).buckets_rebuilt == 0


def test_every_view_has_a_unique_index_over_plain_columns(floor: Floor) -> None:
    """Without it the view cannot be refreshed beside its readers."""
    found = floor.rows("""
        select c.relname from pg_class as c
        where c.relkind = 'm' and not exists (
            select 1 from pg_index as i
            where i.indrelid = c.oid and i.indisunique and i.indpred is null and i.indexprs is null
        )
    """)
    assert found == []
