"""A check of a day sees one moment of it, whoever writes meanwhile, and what came after that moment is due."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline import rule_book
from scout_pipeline.database import Database
from scout_pipeline.gold import daily_aggregates
from scout_pipeline.quality import checking
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, sale

DAY = date(2026, 2, 5)
SALES, DAILY = transactions_cleaned.TABLE.relation, daily_aggregates.TABLE.relation
# the scan of a day keeps shares of its sales: here it waits, its snapshot taken
HELD = "select share from ops.day_shares where date_key = :day for update"
WAITING = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
# what a window of silver does, as far as a check sees it
CHANGE = "update scout.silver_transactions_cleaned set payment_method = 'barter' where transaction_id = '1'"
MARK = """
    insert into ops.changed_days (date_key) values (:day)
    on conflict (date_key) do update set changed_xid = excluded.changed_xid
"""
ODD = "select times_seen, status from ops.data_quality_issues where rule_id ~ 'payment_method_is_known'"
UNEQUAL = "select rule_id, observed from ops.data_quality_issues where rule_id ~ '_equals_'"


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    """A sale of one day, carried and checked."""
    made = Floor(database, tmp_path)
    made.take_reference(*SMALL_WORLD)
    made.take_sales(sale("1"))
    made.carry()
    checking.prepare(database, rule_book.TABLES)
    checking.check(database, [(DAY, [SALES, DAILY])])
    return made


@contextmanager
def held_scan(floor: Floor) -> Iterator[None]:
    """A check of the sales that begins in here is in the middle of its scan until the end."""
    with floor.database.transaction() as connection:
        connection.execute(sa.text(HELD), {"day": DAY})
        yield


def wait_for(floor: Floor, count: int) -> None:
    """Until so many sessions wait for a lock."""
    deadline = time.monotonic() + 30
    while floor.rows(WAITING)[0][0] < count:
        assert time.monotonic() < deadline, "nobody waits"
        time.sleep(0.02)


def is_due(floor: Floor) -> bool:
    with floor.database.transaction() as connection:
        return any(day == DAY and SALES in names for day, names in checking.due(connection, rule_book.TABLES))


def test_what_a_writer_commits_during_the_scan_is_due(floor: Floor) -> None:
    """A writer that began before the check and ends within it would be in no scan, and asked about by no later one."""
    assert not is_due(floor)
    with ThreadPoolExecutor(1) as pool:
        with held_scan(floor), floor.database.transaction() as writer:
            # its id is older than that of the check
            writer.execute(sa.text("select pg_current_xact_id()"))
            checked = pool.submit(checking.check, floor.database, [(DAY, [SALES])])
            wait_for(floor, 1)
            writer.execute(sa.text(CHANGE))
            writer.execute(sa.text(MARK), {"day": DAY})
        checked.result()
    assert floor.rows(ODD) == []
    assert is_due(floor)
    checking.check(floor.database, [(DAY, [SALES])])
    assert floor.rows(ODD) == [(1, "open")]


def test_the_tables_of_a_day_are_compared_as_they_were_at_one_moment(floor: Floor) -> None:
    """Silver before a sale and gold after it would be unequal: an error that blocks, and that nobody can find."""
    # before the check: what comes while a check writes is carried when it has ended
    floor.take_sales(sale("2"))
    with ThreadPoolExecutor(1) as pool:
        with held_scan(floor):
            checked = pool.submit(checking.check, floor.database, [(DAY, [SALES, DAILY])])
            wait_for(floor, 1)
            floor.carry()
        sales, daily = checked.result()
    assert floor.rows(UNEQUAL) == []
    assert (sales.total_records, daily.passes) == (1, True)
    assert is_due(floor)


def test_checks_of_one_day_at_once_all_come_to_an_end(floor: Floor) -> None:
    """Of two operators, or an operator and the job, one would be told of a serialization failure."""
    with floor.database.transaction() as connection:
        connection.execute(sa.text(CHANGE))
    with ThreadPoolExecutor(4) as pool:
        with held_scan(floor):
            checks = [pool.submit(checking.check, floor.database, [(DAY, [SALES, DAILY])]) for _ in range(3)]
            wait_for(floor, 3)
        assert [len(done.result()) for done in checks] == [2, 2, 2]
    assert floor.rows(ODD) == [(3, "open")]
    counted = "select count(*) from ops.data_quality_metrics group by table_name"
    assert floor.rows(counted) == [(4,), (4,)]
