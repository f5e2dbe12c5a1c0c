"""scout.dim_date: one row per day, with holidays of the Philippines, pay days and the retail calendar."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database, periods, retail_calendar, tables
from scout_pipeline.database import Database
from scout_pipeline.quality.rules import RuleSet, completeness, in_range, schema, uniqueness
from scout_pipeline.tables import Table

FIRST_DAY = date(2009, 1, 1)
LAST_YEAR = 2035
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ESTIMATED = " (estimated)"
TABLE = Table(
    key="silver/dim_date",
    relation="scout.dim_date",
    description="One row per day: ISO and 4-5-4 retail weeks, holidays of the Philippines and pay days.",
    never_late="computed from no input; the promise calendar_is_whole says when it ends too early",
    quality=RuleSet(
        key=("date_key",),
        rules=(
            uniqueness("date_key").but(remedy="materialize silver/dim_date, which computes it again"),
            in_range("iso_week", min=1, max=53),
            in_range("weekday", min=1, max=7),
            completeness("holiday_name", when={"is_holiday": ("true",)}),
            schema(
                "date_key date, iso_year smallint, iso_week smallint, weekday smallint, weekday_name text, "
                "is_weekend boolean, day smallint, month smallint, quarter smallint, year smallint, "
                "holiday_name text, is_holiday boolean, is_holiday_estimated boolean, is_payday boolean, "
                "retail_year smallint, retail_month smallint, retail_week smallint, is_53_week_year boolean, "
                "restated_retail_week smallint, updated_at timestamp with time zone"
            ),
        ),
    ),
)


def refresh(target: Database) -> int:
    """Fill the calendar when it is missing or ends within a year; rows written. One small query when it is not due."""
    with target.transaction() as connection:
        due = database.run(connection, "silver/calendar_due").mappings().one()
    return target.retrying(lambda connection: fill(connection, due["today"].year)) if due["is_due"] else 0


def fill(connection: sa.Connection, this_year: int) -> int:
    """Compute the whole calendar and write the days that differ; rows written."""
    database.run(connection, "silver/calendar_days")
    copy_statement = database.compose("silver/calendar_copy")
    with database.driver_connection(connection).cursor() as cursor, cursor.copy(copy_statement) as copy:
        for row in calendar(FIRST_DAY, date(max(LAST_YEAR, this_year + 2), 12, 31)):
            copy.write_row(row)
    return database.run(connection, "silver/dim_date").rowcount


def calendar(first: date, last: date) -> Iterator[tuple[Any, ...]]:
    """Rows of scout.dim_date from `first` to `last`, both included, in the order of its columns."""
    names = _holidays(range(first.year, last.year + 1))
    paid = {day for month in periods.months(first, last) for day in retail_calendar.pay_days(month)}
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield _row(day, names.get(day), is_payday=day in paid)


def _row(day: date, holiday: str | None, *, is_payday: bool) -> tuple[Any, ...]:
    iso, retail = day.isocalendar(), retail_calendar.retail_day(day)
    return (
        day,
        iso.year,
        iso.week,
        iso.weekday,
        WEEKDAY_NAMES[iso.weekday - 1],
        iso.weekday >= retail_calendar.SATURDAY,
        day.day,
        day.month,
        (day.month + 2) // 3,
        day.year,
        holiday and holiday.replace(ESTIMATED, ""),
        holiday is not None,
        holiday is not None and ESTIMATED in holiday,
        is_payday,
        retail.year,
        retail.month,
        retail.week,
        retail.is_53_week_year,
        retail.restated_week,
    )


def _holidays(years: range) -> dict[date, str]:
    """Regular holidays and special non-working days; one that is only estimated says so."""
    # imported here: it takes as long as a whole run without news
    from holidays import country_holidays

    # without a language it takes that of the machine, and names differ from one to the next
    return dict(country_holidays("PH", years=years, language="en_PH").items())


def _figures(target: Database) -> dict[str, Any]:
    # always in full: a holiday may have been proclaimed since
    with target.transaction() as connection:
        due = database.run(connection, "silver/calendar_due").mappings().one()
        return {"rows_written": fill(connection, due["today"].year)}


dim_date_asset = tables.asset(TABLE, _figures)
