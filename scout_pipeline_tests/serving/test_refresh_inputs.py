"""A change of an input that was committed is in the view after the next refresh, in whatever order it came about."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline import database as db
from scout_pipeline.database import Database
from scout_pipeline.migrations import runner
from scout_pipeline.migrations.loss import CONFIRMATION
from scout_pipeline.serving import mv_dashboard_kpis
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, sale
from scout_pipeline_tests.prepared import Prepared, State

VIEW = "scout.mv_dashboard_kpis"
HOURS, DAYS = "gold/hourly_kpis", "gold/daily_aggregates"
CHANGE = "update scout.gold_hourly_kpis set units = units + 1"
BEHIND = "select should_refresh, changed_rows from ops.should_refresh_views() where view_name = :view"


def _carry(database: Database, folder: Path, _: object) -> None:
    made = Floor(database, folder)
    made.take_reference(*SMALL_WORLD)
    made.take_sales(sale("1"), sale("2", "S2", "2026-02-06T23:10:00+08:00", [item("KOPI", 2, 9)]))
    made.carry()
    with database.transaction() as connection:
        # two tables as inputs, whatever the view is declared with
        connection.execute(
            sa.text("insert into ops.mv_inputs values (:view, :input) on conflict do nothing"),
            {"view": VIEW, "input": DAYS},
        )
    refresh(database)


CARRIED = State("inputs of a materialized view", _carry)


@pytest.fixture
def floor(prepared: Prepared, tmp_path: Path) -> Floor:
    return Floor(prepared.copy(CARRIED), tmp_path)


def refresh(database: Database) -> bool:
    return mv_dashboard_kpis.refresh(database).buckets_rebuilt == 1


def note(connection: sa.Connection, input_name: str, rows: int = 1) -> None:
    db.run(connection, "gold/note_input_version", input_name=input_name, row_count=rows)


def change(connection: sa.Connection) -> None:
    """Another figure in an input of the view, as gold writes it."""
    connection.execute(sa.text(CHANGE))
    note(connection, HOURS)


@contextmanager
def begun(database: Database) -> Iterator[sa.Connection]:
    """A transaction that has its number already."""
    with database.transaction() as connection:
        connection.execute(sa.text("select pg_current_xact_id()"))
        yield connection


def is_behind(floor: Floor) -> bool:
    return bool(floor.rows(BEHIND, view=VIEW)[0][0])


def is_exact(floor: Floor) -> bool:
    sums = "select (select sum(units) from scout.mv_dashboard_kpis) = (select sum(units) from scout.gold_hourly_kpis)"
    return bool(floor.rows(sums)[0][0])


def test_what_began_first_and_was_committed_last_is_not_skipped(floor: Floor) -> None:
    """The greatest number of a transaction would stand for all inputs, and hide the change of another one for ever."""
    with begun(floor.database) as first:
        with begun(floor.database) as second:
            note(second, DAYS)
        assert refresh(floor.database) is True
        change(first)
    assert not is_exact(floor)
    assert is_behind(floor)
    assert refresh(floor.database) is True
    assert is_exact(floor)
    assert not is_behind(floor)
    assert refresh(floor.database) is False


def test_a_change_of_rows_that_are_gone_is_one(floor: Floor) -> None:
    """A day whose only sale was voided writes no row, and its figures would stand in the view for ever."""
    with floor.database.transaction() as connection:
        connection.execute(sa.text("delete from scout.gold_hourly_kpis where date_key = '2026-02-05'"))
        note(connection, HOURS, rows=0)
    assert is_behind(floor)
    assert refresh(floor.database) is True
    assert is_exact(floor)


def test_what_is_rolled_back_changes_nothing(floor: Floor) -> None:
    """A failed load would make every view be computed again."""
    with floor.database.transaction() as connection, connection.begin_nested() as undone:
        change(connection)
        undone.rollback()
    assert not is_behind(floor)
    assert refresh(floor.database) is False


def test_a_refresh_that_is_rolled_back_is_done_again(floor: Floor) -> None:
    """Noted and not done: the view would lie a change behind."""
    with floor.database.transaction() as connection:
        change(connection)
    with floor.database.transaction() as connection, connection.begin_nested() as undone:
        assert connection.scalar(sa.text(f"select ops.refresh_materialized_view('{VIEW}')")) is True
        undone.rollback()
    assert not is_exact(floor)
    assert refresh(floor.database) is True
    assert is_exact(floor)


def test_two_changes_of_one_transaction_are_two(floor: Floor) -> None:
    """A refresh between them would count as one after both: they carry the same transaction's number."""
    with floor.database.transaction() as connection:
        change(connection)
        assert connection.scalar(sa.text(f"select ops.refresh_materialized_view('{VIEW}')")) is True
        change(connection)
    assert refresh(floor.database) is True
    assert is_exact(floor)


def test_what_is_committed_during_a_refresh_is_seen_by_the_next(floor: Floor) -> None:
    """The snapshot of a refresh is older than its end: what came between is not in the view."""
    with floor.database.transaction() as connection:
        change(connection)
    with ThreadPoolExecutor(1) as pool:
        with floor.database.transaction() as holder:
            # the refresh has looked at its inputs, has its snapshot, and waits for the lock
            holder.execute(sa.text(f"analyze {VIEW}"))
            waiting = pool.submit(refresh, floor.database)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.5)
            with floor.database.transaction() as writer:
                change(writer)
        assert waiting.result(timeout=30) is True
    assert refresh(floor.database) is True
    assert is_exact(floor)
    assert refresh(floor.database) is False


def test_two_refreshes_at_once_leave_nothing_out(floor: Floor) -> None:
    """The second would take the first one's word for a change that came after it began."""
    ask = sa.text(f"select ops.refresh_materialized_view('{VIEW}')")
    with floor.database.transaction() as connection:
        change(connection)

    def second() -> bool:
        with floor.database.transaction() as other:
            return bool(other.execute(ask).scalar_one())

    with ThreadPoolExecutor(1) as pool:
        with floor.database.transaction() as first:
            assert first.execute(ask).scalar_one() is True
            waiting = pool.submit(second)
            with pytest.raises(TimeoutError):
                waiting.result(timeout=0.3)
            with floor.database.transaction() as writer:
                change(writer)
        assert waiting.result(timeout=30) is True
    assert is_exact(floor)
    assert refresh(floor.database) is False


def test_an_upgrade_finds_what_was_skipped_before_it(floor: Floor) -> None:
    """Old refreshes noted one number for all inputs: taken for up to date, a view would keep its hole for ever."""
    ask = f"select ops.refresh_materialized_view('{VIEW}')"
    noted = "update ops.input_versions set version_xid = pg_current_xact_id() where input_name = '{}'"

    def in_old_way() -> bool:
        with floor.database.transaction() as connection:
            return bool(connection.scalar(sa.text(ask)))

    with floor.database.transaction() as connection:
        connection.execute(
            sa.text("delete from ops.mv_inputs where view_name = :view and input_name = :input"),
            {"view": VIEW, "input": DAYS},
        )
    runner.down(floor.database, to="0047", confirm=CONFIRMATION)
    assert in_old_way() is True, "going back refreshes once"
    assert in_old_way() is False
    with begun(floor.database) as first:
        with begun(floor.database) as second:
            second.execute(sa.text(noted.format(DAYS)))
        assert in_old_way() is True
        first.execute(sa.text(f"{CHANGE}; {noted.format(HOURS)}"))
    assert in_old_way() is False
    assert not is_exact(floor)
    runner.up(floor.database)
    behind = floor.rows("select view_name from ops.should_refresh_views() where should_refresh order by 1")
    assert behind == floor.rows("select view_name from ops.mv_refresh_status order by 1")
    assert refresh(floor.database) is True
    assert is_exact(floor)
    assert refresh(floor.database) is False
