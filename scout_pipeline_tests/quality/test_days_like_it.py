"""What a day is compared with: days of its class, a pay day with pay days; and a closed store with nothing."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from scout_pipeline import retail_calendar, rule_book
from scout_pipeline.database import Database
from scout_pipeline.quality import checking
from scout_pipeline.silver import dim_date
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor
from scout_pipeline_tests.prepared import Prepared, State

DAILY = "scout.gold_daily_aggregates"
# pay days bring three times as much, to the store that trades; the last of them, and an ordinary Tuesday
PAY_DAY, TUESDAY = date(2026, 3, 13), date(2026, 3, 24)
HISTORY = """
    insert into scout.gold_daily_aggregates (
        store_id, date_key, transaction_count, line_count, units, gross_sales, returns_value, adjustments_value,
        net_revenue, unique_customers, avg_transaction_value
    )
    select store.store_id, days::date, sold, sold, sold * 2, sold * 50, 0, 0, sold * 50, 1, 50
    from generate_series(date '2025-10-01', date '2026-03-24', interval '1 day') as days
    inner join scout.dim_date as calendar on days::date = calendar.date_key
    cross join scout.store_registry as store
    cross join lateral (select case when calendar.is_payday then 120 else 40 end as sold) as sales
    where store.store_code in ('S1', 'S2')
"""
SELLS = """
    update scout.gold_daily_aggregates as known
    set transaction_count = :sold, units = :sold * 2, net_revenue = :sold * 50
    from scout.store_registry as store
    where known.store_id = store.store_id and store.store_code = 'S1' and known.date_key = :day
"""
NOTHING = """
    delete from scout.gold_daily_aggregates
    where date_key = :day and store_id in (select store_id from scout.store_registry where store_code = 'S1')
"""
CLOSED = "update scout.dim_store set closed_on = :day where store_code = 'S1' and is_current"
OUTLIERS = """
    select distinct store.store_code, outlier.expected
    from ops.quality_outliers('scout.gold_daily_aggregates', :day) as outlier
    inner join scout.store_registry as store on outlier.entity::integer = store.store_id
    where outlier.is_outlier and outlier.rule_id like '%.transaction_count_is_usual'
"""
SILENT = """
    select store.store_code, silent.expected
    from ops.data_quality_rules as rule
    cross join ops.quality_silent('scout.gold_daily_aggregates', rule, :day) as silent
    inner join scout.store_registry as store on silent.entity::integer = store.store_id
    where rule.rule_id = 'scout.gold_daily_aggregates.no_store_is_silent'
"""
CHECKED = """
    insert into ops.data_quality_metrics (
        metric_date, table_name, checked_at, total_records, null_count, passes, seconds
    )
    values (:day, 'scout.gold_daily_aggregates', cast(:day as date) + make_interval(hours => :hour), :rows, 0, true, 1)
"""
VOLUME = """
    select (ops.quality_volume(rule, :day, 100)).observed
    from ops.data_quality_rules as rule
    where
        rule.table_name = 'scout.gold_daily_aggregates' and rule.dimension = 'volume'
        and not rule.parameters ? 'entity'
"""

DAYS = "select date_key, day_class from ops.quality_days(:day, :window, :by_class)"
# as far back as a holiday looks
CALENDAR = """
    select date_key, is_holiday, is_payday from scout.dim_date where date_key between cast(:day as date) - 400 and :day
"""
SPECIAL = ("holiday", "payday")


def _sell(database: Database, folder: object, monkeypatch: pytest.MonkeyPatch) -> None:
    dim_date.refresh(database)
    floor = Floor(database, folder)  # type: ignore[arg-type]
    floor.take_reference(*SMALL_WORLD)
    floor.carry()
    checking.prepare(database, rule_book.TABLES)
    with database.transaction() as connection:
        connection.execute(sa.text(HISTORY))


SOLD = State("half a year with pay days", _sell)


@pytest.fixture
def connection(prepared: Prepared) -> Iterator[sa.Connection]:
    """A transaction that is taken back, in a copy: what was prepared takes no change."""
    with prepared.copy(SOLD).engine.connect() as open_connection:
        transaction = open_connection.begin()
        yield open_connection
        transaction.rollback()


def found(connection: sa.Connection, query: str, day: date) -> list[tuple[str, int]]:
    return [(row[0], int(row[1])) for row in connection.execute(sa.text(query), {"day": day})]


def sells(connection: sa.Connection, day: date, sold: int) -> None:
    connection.execute(sa.text(SELLS), {"day": day, "sold": sold})


def close(connection: sa.Connection, closed_on: date | None) -> None:
    """Store S1 has nothing on the Tuesday, and closed on a day, or did not."""
    connection.execute(sa.text(NOTHING), {"day": TUESDAY})
    connection.execute(sa.text(CLOSED), {"day": closed_on})


def test_a_pay_day_is_compared_with_pay_days(connection: sa.Connection) -> None:
    """Every pay day would be an alarm, and one on which nobody was paid a quiet day."""
    assert PAY_DAY in retail_calendar.pay_days(date(2026, 3, 1))
    assert found(connection, OUTLIERS, PAY_DAY) == []
    sells(connection, PAY_DAY, 40)
    assert found(connection, OUTLIERS, PAY_DAY) == [("S1", 120)], "an ordinary day is little for a pay day"
    sells(connection, PAY_DAY, 360)
    assert found(connection, OUTLIERS, PAY_DAY) == [("S1", 120)]


@pytest.mark.parametrize("zone", ["UTC", "Asia/Manila", "Africa/Cairo"])
@pytest.mark.parametrize("window", [0, 28, 84])
@pytest.mark.parametrize("by_class", [True, False])
def test_the_days_like_it_are_those_of_plain_python(
    connection: sa.Connection, zone: str, window: int, by_class: bool
) -> None:
    """Days before a clock change, or pay days before the window, were lost to one of several ways to step back."""
    connection.execute(sa.text("select set_config('TimeZone', :zone, true)"), {"zone": zone})
    # of Cairo, whose clocks skip the midnight of 24 April 2026
    days = [PAY_DAY, TUESDAY, date(2026, 4, 23), date(2026, 4, 24), date(2026, 4, 28), date(2026, 12, 25)]
    for day in days:
        found = connection.execute(sa.text(DAYS), {"day": day, "window": window, "by_class": by_class}).all()
        assert dict(map(tuple, found)) == days_like(connection, day, window, by_class=by_class), day


def days_like(connection: sa.Connection, day: date, window: int, *, by_class: bool) -> dict[date, str]:
    """The day and those that it is compared with, each with its class, as docs/data_quality.md tells it."""
    calendar = {row.date_key: row for row in connection.execute(sa.text(CALENDAR), {"day": day})}
    classes = {
        known: "any day"
        if not by_class
        else "holiday"
        if row.is_holiday
        else "payday"
        if row.is_payday
        else f"{known:%A}"
        for known, row in calendar.items()
    }
    if classes[day] in SPECIAL:
        return {known: told for known, told in classes.items() if told == classes[day]}
    first = day - timedelta(days=window)
    return {known: told for known, told in classes.items() if known >= first and told not in SPECIAL}


def test_an_ordinary_day_learns_nothing_from_pay_days(connection: sa.Connection) -> None:
    """A band as wide as from a Tuesday to a pay day lets a doubled file through."""
    assert found(connection, OUTLIERS, TUESDAY) == []
    sells(connection, TUESDAY, 120)
    assert found(connection, OUTLIERS, TUESDAY) == [("S1", 40)]
    # the weekday after a month whose Tuesdays were all pay days would have nothing else to learn from
    classes = sa.text("select distinct day_class from ops.quality_days(:day, 56, true) order by 1")
    assert "payday" not in set(connection.execute(classes, {"day": TUESDAY}).scalars())
    assert set(connection.execute(classes, {"day": PAY_DAY}).scalars()) == {"payday"}


def test_a_store_that_was_silent_on_a_pay_day_is_missed_by_pay_days(connection: sa.Connection) -> None:
    """What a silence costs would be told in ordinary days."""
    connection.execute(sa.text(NOTHING), {"day": PAY_DAY})
    assert found(connection, SILENT, PAY_DAY) == [("S1", 120)]


def test_a_store_that_closed_is_not_silent_from_that_day_on(connection: sa.Connection) -> None:
    """A shop that was given up would be an alarm for eight weeks; one that closes tomorrow must still deliver."""
    close(connection, None)
    assert found(connection, SILENT, TUESDAY) == [("S1", 40)]
    for closed_on, expected in (
        (date(2026, 3, 25), [("S1", 40)]),
        (TUESDAY, []),
        (date(2026, 3, 1), []),
    ):
        close(connection, closed_on)
        assert found(connection, SILENT, TUESDAY) == expected, closed_on


def test_a_day_counts_with_its_latest_check(connection: sa.Connection) -> None:
    """An open day is checked a hundred times: held against what days had at noon, every whole day is twice as long."""
    for weeks in range(1, 9):
        for hour, rows in ((12, 50), (23, 100), (18, 120)):
            connection.execute(sa.text(CHECKED), {"day": TUESDAY - timedelta(weeks=weeks), "hour": hour, "rows": rows})
    assert [observed for (observed,) in connection.execute(sa.text(VOLUME), {"day": TUESDAY})] == [
        "100 rows, 100 expected"
    ]
