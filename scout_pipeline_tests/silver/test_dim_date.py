"""The calendar: known days are what they are, it is written once, and a run without news does not look at it long."""

from datetime import date
from time import perf_counter
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline.silver import dim_date


@pytest.fixture
def without_calendar(database: Database) -> Database:
    """A migrated database as it is elsewhere: the calendar of the tests' own template taken away."""
    with database.transaction() as connection:
        connection.execute(sa.text("delete from scout.dim_date"))
    return database


@pytest.fixture
def calendar(without_calendar: Database) -> Database:
    assert dim_date.refresh(without_calendar) == 9861
    return without_calendar


def rows(database: Database, query: str, **values: Any) -> list[tuple[Any, ...]]:
    with database.transaction() as connection:
        return [tuple(row) for row in connection.execute(sa.text(query), values)]


def names(database: Database, first: str, last: str) -> dict[Any, Any]:
    """Holidays between two days, by day."""
    query = """
        select date_key::text, holiday_name from scout.dim_date
        where is_holiday and date_key between cast(:first as date) and cast(:last as date)
    """
    found: list[Any] = rows(database, query, first=first, last=last)
    return dict(found)


def test_holidays_of_the_philippines_are_named(calendar: Database) -> None:
    """A peak on Black Saturday that nobody can explain looks like an error of the data."""
    assert names(calendar, "2026-03-01", "2026-06-30") == {
        "2026-03-20": "Eid'l Fitr",
        "2026-04-02": "Maundy Thursday",
        "2026-04-03": "Good Friday",
        "2026-04-04": "Black Saturday",
        "2026-04-09": "Araw ng Kagitingan",
        "2026-05-01": "Labor Day",
        "2026-05-27": "Eid'l Adha",
        "2026-06-12": "Independence Day",
    }
    assert names(calendar, "2024-08-20", "2024-08-31") == {
        "2024-08-23": "Ninoy Aquino Day",
        "2024-08-26": "National Heroes Day",
    }, "moved by proclamation"
    estimated = rows(
        calendar, "select min(date_key), bool_and(is_holiday) from scout.dim_date where is_holiday_estimated"
    )
    assert estimated[0][0] > date(2026, 12, 31)
    assert estimated[0][1]
    assert rows(calendar, "select 1 from scout.dim_date where holiday_name like '%estimated%'") == []


def test_a_day_has_its_weeks_and_its_pay_days(calendar: Database) -> None:
    """The last days of December stand in a week of the next year; a pay day on a Sunday is the Friday before."""
    wanted = """
        select
            iso_year, iso_week, weekday, weekday_name, is_weekend, quarter,
            retail_year, retail_month, retail_week, is_53_week_year, restated_retail_week
        from scout.dim_date where date_key = :day
    """
    assert rows(calendar, wanted, day=date(2024, 2, 3)) == [(2024, 5, 6, "Saturday", True, 1, 2023, 12, 53, True, 52)]
    assert rows(calendar, wanted, day=date(2024, 12, 30)) == [(2025, 1, 1, "Monday", False, 4, 2024, 11, 48, False, 48)]
    paid = "select date_key::text from scout.dim_date where is_payday and year = 2026 and month = 2 order by 1"
    assert rows(calendar, paid) == [("2026-02-13",), ("2026-02-27",)]
    assert rows(calendar, "select min(date_key), max(date_key) from scout.dim_date") == [
        (date(2009, 1, 1), date(2035, 12, 31))
    ]


def test_a_second_fill_writes_what_differs(calendar: Database) -> None:
    """A holiday that is proclaimed later changes its day; the other days keep the time of their writing."""
    with calendar.transaction() as connection:
        assert dim_date.fill(connection, 2026) == 0
    with calendar.transaction() as connection:
        connection.execute(
            sa.text(
                "update scout.dim_date set is_holiday = false, holiday_name = null, updated_at = '2020-01-01'"
                " where date_key = '2026-05-27'"
            )
        )
        connection.execute(sa.text("delete from scout.dim_date where date_key = '2030-01-01'"))
    with calendar.transaction() as connection:
        assert dim_date.fill(connection, 2026) == 2
    assert names(calendar, "2026-05-20", "2026-05-30") == {"2026-05-27": "Eid'l Adha"}
    assert rows(calendar, "select 1 from scout.dim_date where updated_at = '2020-01-01'") == []


def test_the_flow_fills_a_calendar_that_is_missing_or_ends_soon(without_calendar: Database) -> None:
    """Sales of a day that is not in the calendar vanish from every report by weekday."""
    database = without_calendar
    flow.run_incremental(database)
    assert rows(database, "select count(*) from scout.dim_date") == [(9861,)]
    with database.transaction() as connection:
        connection.execute(sa.text("delete from scout.dim_date where date_key > current_date + 360"))
    flow.run_incremental(database)
    assert rows(database, "select count(*) from scout.dim_date") == [(9861,)]


def test_a_calendar_that_is_there_costs_nothing(calendar: Database) -> None:
    """The flow asks at every pass, several times a minute."""
    seconds = []
    for _ in range(5):
        started = perf_counter()
        assert dim_date.refresh(calendar) == 0
        seconds.append(perf_counter() - started)
    assert min(seconds) < 0.03
