"""The day to which figures of the last days reach has come: one clock that is ahead moves it for nobody."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline_tests.floor_files import Floor, reference, sale

LATEST = "select scout.latest_business_day()"
WINDOWS = """
    select store_code, as_of_date, transaction_count_1d, transaction_count_7d
    from scout.gold_sales_windows join scout.store_registry using (store_id) order by 1
"""
ACTIVITY = """
    select store_code, as_of_date, silent_days, transaction_count_7d, active_days_7d
    from scout.gold_store_activity_stats join scout.store_registry using (store_id) order by 1
"""
RECENCY = "select recency_days, recency_score from scout.gold_customer_insights order by monetary"


def zone() -> ZoneInfo:
    """One in which a minute less than a day from now is tomorrow."""
    manila = ZoneInfo("Asia/Manila")
    return manila if datetime.now(manila).hour else ZoneInfo("Asia/Tokyo")


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    made = Floor(database, tmp_path)
    made.take_reference(
        *(reference("store", code, "2020-01-01", time_zone=str(zone())) for code in ("S1", "S2")),
        reference("product", "RICE", "2020-01-01"),
    )
    return made


def sold(identifier: str, store: str, ahead: timedelta, **changes: Any) -> dict[str, Any]:
    return sale(identifier, store, (datetime.now(UTC) + ahead).isoformat(timespec="seconds"), **changes)


def today() -> date:
    return datetime.now(zone()).date()


def test_a_clock_that_is_ahead_takes_nobodys_day_away(floor: Floor) -> None:
    """A device that is a day ahead would make the revenue of today zero in every other shop."""
    floor.take_sales(
        sold("1", "S1", timedelta(0), customer_id="c1"),
        sold("2", "S2", timedelta(0), customer_id="c1"),
        sold("3", "S2", timedelta(days=1, minutes=-1), customer_id="c2"),
    )
    floor.carry()
    day = today()
    shown = "select count(*), max(date_key) from scout.gold_daily_aggregates"
    assert floor.rows(shown) == [(3, day + timedelta(days=1))], "the sale of tomorrow was taken"
    assert floor.rows(LATEST) == [(day,)]
    assert floor.rows(WINDOWS) == [("S1", day, 1, 1), ("S2", day, 1, 1)]
    assert floor.rows(ACTIVITY) == [("S1", day, 0, 1, 1), ("S2", day, 0, 1, 1)]
    assert floor.rows(RECENCY) == [(0, 5), (0, 5)]
    for view in ("mv_dashboard_kpis", "mv_brand_performance"):
        assert floor.rows(f"select count(*) from scout.{view} where date_key > :day", day=day) == [(0,)]  # noqa: S608
    assert floor.rows("select count(*) from scout.mv_dashboard_kpis") == [(2,)]
    assert floor.broken_promises() == []


def test_the_next_receipt_brings_the_next_day(floor: Floor) -> None:
    """What a clock said too early would never count."""
    floor.take_sales(sold("1", "S1", timedelta(0)), sold("2", "S2", timedelta(days=1, minutes=-1)))
    floor.carry()
    with floor.database.transaction() as connection:
        moved = "update scout.bronze_ingestion_batches set received_at = received_at + interval '1 day'"
        connection.execute(sa.text(moved))
    floor.carry()
    day = today() + timedelta(days=1)
    assert floor.rows(WINDOWS) == [("S1", day, 0, 1), ("S2", day, 1, 1)]


def test_days_of_the_past_end_with_their_own_last_day(floor: Floor) -> None:
    """Data of last year that is loaded today would have no last seven days."""
    floor.take_sales(sale("1", at="2024-02-05T10:00:00+08:00"), sale("2", "S2", "2024-02-07T10:00:00+08:00"))
    floor.carry()
    assert floor.rows(LATEST) == [(date(2024, 2, 7),)]
    assert floor.rows(WINDOWS) == [("S1", date(2024, 2, 7), 0, 1), ("S2", date(2024, 2, 7), 1, 1)]


def test_where_only_tomorrow_is_shown_figures_end_with_it(floor: Floor) -> None:
    """The first shop of all, with a wrong clock, would have no figures of its last days and no row."""
    floor.take_sales(sold("1", "S1", timedelta(days=1, minutes=-1)))
    floor.carry()
    assert floor.rows(WINDOWS) == [("S1", today() + timedelta(days=1), 1, 1)]
