"""A swap puts a new copy in the place of a materialized view, and nobody who reads or owns it notices."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.migrations import fingerprint

VIEW = "scout.mv_store_daily_metrics"
SWAP = "select ops.refresh_materialized_view('scout.mv_store_daily_metrics', 'swap')"
# everything that can be said of a materialized view, of its columns, its indexes and of who stands on it
FURNISHED = """
    create role swap_owner;
    create role swap_reader;
    create role swap_friend;
    grant usage on schema scout to swap_owner, swap_reader, swap_friend;
    grant select on scout.gold_daily_aggregates to swap_owner;
    create index by_revenue on scout.mv_store_daily_metrics ((total_revenue * 2), "date_key" desc)
        include (unique_customers) with (fillfactor = 71) where total_revenue > 0;
    alter index scout.by_revenue alter column 1 set statistics 77;
    comment on index scout.by_revenue is 'It''s for the best days';
    alter materialized view scout.mv_store_daily_metrics set (autovacuum_enabled = false, fillfactor = 90);
    alter materialized view scout.mv_store_daily_metrics alter column total_revenue set statistics 250;
    alter materialized view scout.mv_store_daily_metrics alter column total_revenue set storage external;
    alter materialized view scout.mv_store_daily_metrics alter column total_revenue set compression pglz;
    alter materialized view scout.mv_store_daily_metrics alter column store_id set (n_distinct = -0.1);
    alter materialized view scout.mv_store_daily_metrics rename column avg_transaction to "Average of a sale";
    alter materialized view scout.mv_store_daily_metrics cluster on idx_mv_store_metrics_date;
    comment on column scout.mv_store_daily_metrics.total_revenue is 'In the reporting currency';
    alter materialized view scout.mv_store_daily_metrics owner to swap_owner;
    grant select on scout.mv_store_daily_metrics to swap_reader with grant option;
    grant select (store_id, date_key) on scout.mv_store_daily_metrics to public;
    grant select (total_revenue) on scout.mv_store_daily_metrics to swap_friend with grant option;
    grant maintain on scout.mv_store_daily_metrics to swap_friend;
    set local role swap_reader;
    grant select on scout.mv_store_daily_metrics to swap_friend;
    reset role;
    create view scout.best_days with (security_barrier = true) as
        select m.date_key, m.total_revenue as revenue from scout.mv_store_daily_metrics as m where m.total_revenue > 0;
    alter view scout.best_days alter column revenue set default 0;
    comment on column scout.best_days.revenue is 'What came in';
    alter view scout.best_days owner to swap_owner;
    grant select on scout.best_days to swap_reader;
    create view public.best_weeks as
        select date_trunc('week', date_key) as week, sum(revenue) as revenue from scout.best_days group by 1;
    create view public.mixed as
        select * from scout.best_days join scout.mv_store_daily_metrics using (date_key);
    create function public.best() returns numeric language sql begin atomic
        select max(revenue) from public.best_weeks; end;
"""
SUM = "select sum(total_revenue) from scout.mv_store_daily_metrics"
RAW = """
    select relacl::text, reloptions, relowner::regrole::text from pg_class
    where oid = 'scout.mv_store_daily_metrics'::regclass
    union all select attacl::text, null, attname from pg_attribute
    where attrelid = 'scout.mv_store_daily_metrics'::regclass and attacl is not null
    union all select attstattarget::text, null, 'statistics of by_revenue' from pg_attribute
    where attrelid = to_regclass('scout.by_revenue') and attnum = 1
"""


def rows(database: Database, query: str) -> list[tuple[Any, ...]]:
    with database.transaction() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query))]


def execute(database: Database, statements: str) -> None:
    with database.transaction() as connection:
        connection.execute(sa.text(statements))


def make_due(database: Database) -> None:
    """Change the input, by ten more for each store and day."""
    execute(
        database,
        """update scout.gold_daily_aggregates set net_revenue = net_revenue + 10;
        update ops.input_versions set version_xid = pg_current_xact_id()""",
    )


@pytest.fixture
def filled(database: Database) -> Database:
    """Two stores with ten each, as if gold had computed them, and the view refreshed from it."""
    execute(
        database,
        """insert into scout.gold_daily_aggregates
        select store_id, date '2026-02-05', 1, 1, 1, 10, 0, 0, 10, 1, 10 from generate_series(1, 2) as store_id;
        insert into ops.input_versions (input_name) values ('gold/daily_aggregates')""",
    )
    assert refresh(database, "auto")
    return database


def refresh(database: Database, strategy: str, view: str = VIEW) -> bool:
    with database.transaction() as connection:
        ask = sa.text("select ops.refresh_materialized_view(:view, :strategy)")
        return bool(connection.execute(ask, {"view": view, "strategy": strategy}).scalar_one())


def catalogue(filled: Database) -> tuple[fingerprint.Fingerprint, list[tuple[Any, ...]]]:
    with filled.transaction() as connection:
        return fingerprint.read(connection), sorted(rows(filled, RAW))


@pytest.fixture
def roles(database: Database) -> Any:
    """Roles belong to the server: they go when the test ends."""
    yield None
    execute(database, "drop owned by swap_owner, swap_reader, swap_friend cascade")
    execute(database, "drop role swap_owner, swap_reader, swap_friend")


def test_everything_but_the_contents_stays(filled: Database, roles: None) -> None:
    """A reader without his right, an index that is gone, a view that reads the old copy: found by users, days later."""
    execute(filled, FURNISHED)
    make_due(filled)
    before, oid = catalogue(filled), rows(filled, "select 'scout.mv_store_daily_metrics'::regclass::oid")
    assert refresh(filled, "swap")
    after = catalogue(filled)
    assert fingerprint.difference(before[0], after[0]) == []
    assert before[1] == after[1]
    assert rows(filled, "select 'scout.mv_store_daily_metrics'::regclass::oid") != oid
    assert rows(filled, "select sum(revenue), public.best() from public.best_weeks") == [(40, 40)]
    assert rows(filled, "select sum(total_revenue) from public.mixed") == [(80,)]
    ((strategy, row_count, locked),) = rows(
        filled,
        "select strategy, row_count, locked_ms from ops.mv_refresh_status",
    )
    assert (strategy, row_count) == ("swap", 2)
    assert locked > 0


def test_a_view_without_rights_stays_without_them(filled: Database) -> None:
    """What the defaults give to new relations would open the figures of all stores to whoever they name."""
    make_due(filled)
    before = catalogue(filled)
    assert refresh(filled, "swap")
    assert rows(filled, "select relacl from pg_class where oid = 'scout.mv_store_daily_metrics'::regclass") == [(None,)]
    execute(filled, "alter default privileges grant select on tables to public")
    make_due(filled)
    assert refresh(filled, "swap")
    execute(filled, "alter default privileges revoke select on tables from public")
    assert fingerprint.difference(before[0], catalogue(filled)[0]) == []


def hold(
    database: Database, query: str, let_go: Event, *, last: str = SUM, isolation: str = "READ COMMITTED"
) -> Callable[[], Any]:
    """Read and keep the transaction open until told; the function returns what its last query says."""
    held = Event()

    def read() -> Any:
        with database.engine.connect().execution_options(isolation_level=isolation) as connection:
            connection.execute(sa.text(query))
            held.set()
            assert let_go.wait(30)
            return connection.execute(sa.text(last)).scalar_one()

    pool = ThreadPoolExecutor(1)
    answer = pool.submit(read)
    assert held.wait(10)
    pool.shutdown(wait=False)
    return lambda: answer.result(timeout=30)


def test_readers_never_fail_and_never_wait_behind_a_long_one(filled: Database) -> None:
    """One forgotten psql session would stop every dashboard until somebody finds it."""
    execute(filled, "create view scout.totals as select sum(total_revenue) as total from scout.mv_store_daily_metrics")
    done, let_go = Event(), Event()
    answers: set[Any] = set()
    longest = 0.0

    def keep_reading(query: str) -> None:
        nonlocal longest
        plain = filled.url
        with psycopg.connect(plain, autocommit=True, prepare_threshold=0) as connection:
            while not done.is_set():
                started = time.perf_counter()
                answers.add(connection.execute(query).fetchone())
                longest = max(longest, time.perf_counter() - started)

    with ThreadPoolExecutor(3) as pool:
        queries = ("select total from scout.totals", "select sum(total_revenue) from scout.mv_store_daily_metrics")
        readers = [pool.submit(keep_reading, query) for query in queries]
        for _ in range(5):
            make_due(filled)
            assert refresh(filled, "swap")
        make_due(filled)
        finish = hold(filled, "select total from scout.totals", let_go)
        swapping = pool.submit(refresh, filled, "swap")
        with pytest.raises(TimeoutError):
            swapping.result(timeout=1)
        let_go.set()
        assert finish() == 120
        assert swapping.result(timeout=30)
        done.set()
        for reader in readers:
            reader.result(timeout=30)
    assert answers >= {(20,), (140,)}
    assert (None,) not in answers
    assert longest < 0.9, "the wait for a lock is a tenth of a second"
    assert rows(filled, "select strategy, swaps_since_measured from ops.mv_refresh_status where locked_ms > 0") == [
        ("swap", 6)
    ]


def test_an_older_snapshot_sees_the_rows_of_the_copy(filled: Database) -> None:
    """A long report would find the view empty, and say so without an error."""
    let_go = Event()
    finish = hold(filled, "select count(*) from scout.dim_store", let_go, isolation="REPEATABLE READ")
    make_due(filled)
    assert refresh(filled, "swap")
    let_go.set()
    assert finish() == 40


def test_readers_who_never_leave_get_a_refresh_beside_them(filled: Database) -> None:
    """The view would stay at its state of yesterday for as long as a report runs."""
    let_go = Event()
    make_due(filled)
    before = catalogue(filled)[0]
    finish = hold(filled, SUM, let_go)
    assert refresh(filled, "swap")
    assert rows(
        filled,
        "select strategy, changed_pct from ops.mv_refresh_status where view_name = 'scout.mv_store_daily_metrics'",
    ) == [("concurrently", 100)]
    assert fingerprint.difference(before, catalogue(filled)[0]) == []
    let_go.set()
    assert finish() == 40


def test_a_swap_that_is_killed_leaves_the_old_view_and_nothing_else(filled: Database) -> None:
    """Half a swap would be a view that is gone, or a copy that the next swap stumbles over."""
    make_due(filled)
    before, let_go = catalogue(filled)[0], Event()
    finish = hold(filled, SUM, let_go)
    with ThreadPoolExecutor(1) as pool:
        killed = pool.submit(refresh, filled, "swap")
        kill = """select pg_terminate_backend(pid) from pg_locks
            where locktype = 'relation' and not granted and relation = 'scout.mv_store_daily_metrics'::regclass"""
        while not rows(filled, kill):
            time.sleep(0.01)
        with pytest.raises(sa.exc.DBAPIError, match="terminating connection"):
            killed.result(timeout=30)
    let_go.set()
    assert finish() == 20
    assert fingerprint.difference(before, catalogue(filled)[0]) == []
    assert refresh(filled, "swap")
    assert rows(filled, "select sum(total_revenue) from scout.mv_store_daily_metrics") == [(40,)]


def test_two_swaps_of_one_view_take_turns(filled: Database) -> None:
    """Both would build the same copy, or the second would look for the view that the first one dropped."""
    make_due(filled)
    with ThreadPoolExecutor(1) as pool:
        with filled.transaction() as first:
            assert first.execute(sa.text(SWAP)).scalar_one() is True
            second = pool.submit(refresh, filled, "swap")
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        assert second.result(timeout=30) is False


OBSTACLES = {
    "create materialized view scout.mv_on_it as table scout.mv_store_daily_metrics": "rule _RETURN on mater",
    """create function scout.on_it() returns bigint language sql begin atomic
    select count(*) from scout.mv_store_daily_metrics; end""": "function scout.on_it",
    "create view scout.rows as select m from scout.mv_store_daily_metrics as m": "column m of view scout.rows",
    "create statistics scout.s on store_id, date_key from scout.mv_store_daily_metrics": "statistics object scout.s",
}


def test_what_a_swap_could_not_carry_over_refuses_it(filled: Database) -> None:
    """A swap that fails half-way, or forgets something, is worse than the slower refresh."""
    for made, reason in OBSTACLES.items():
        make_due(filled)
        with filled.engine.connect() as connection:
            connection.execute(sa.text(made))
            with pytest.raises(sa.exc.DBAPIError, match=f"cannot be swapped: {reason}"):
                connection.execute(sa.text(SWAP))
    execute(filled, next(iter(OBSTACLES)))
    execute(filled, "update ops.mv_refresh_status set changed_pct = 90, row_count = 1e6")
    assert refresh(filled, "auto")
    assert rows(filled, "select strategy, row_count from ops.mv_refresh_status") == [("concurrently", 2)]


# share of the last measured refresh, rows, swaps since: what auto does
CHOICES = {
    (None, 1_000_000, 0): "concurrently",
    (20, 2_000, 0): "swap",
    (19.9, 1_000_000, 0): "concurrently",
    (20, 1_999, 0): "concurrently",
    (100, 1_000_000, 9): "swap",
    (100, 1_000_000, 10): "concurrently",
}


def test_auto_swaps_large_views_that_change_as_a_whole(filled: Database) -> None:
    """A small view would be locked for nothing, a calm one written whole, and one that calmed down never be seen."""
    known = "update ops.mv_refresh_status set changed_pct = :pct, row_count = :rows, swaps_since_measured = :swaps"
    status = "select strategy, changed_pct, swaps_since_measured from ops.mv_refresh_status"
    for (changed_pct, row_count, swaps), strategy in CHOICES.items():
        with filled.transaction() as connection:
            connection.execute(sa.text(known), {"pct": changed_pct, "rows": row_count, "swaps": swaps})
        make_due(filled)
        assert refresh(filled, "auto")
        expected = (strategy, changed_pct, swaps + 1) if strategy == "swap" else (strategy, 100, 0)
        assert rows(filled, status) == [expected]


def test_a_misspelt_strategy_is_refused(filled: Database) -> None:
    """It would run as the default, and look like an answer to what was asked."""
    with pytest.raises(sa.exc.DBAPIError, match="strategy is 'swop'; it must be one of"):
        refresh(filled, "swop")
