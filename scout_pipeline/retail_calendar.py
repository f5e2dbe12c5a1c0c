"""The retail calendar (4-5-4) and the pay days: arithmetic on business days that no calendar of months knows."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

# Weeks of the twelve months, as the US National Retail Federation lays them out; a 53rd week goes to the last one.
MONTH_WEEKS = (4, 5, 4) * 4
FRIDAY, SATURDAY = 5, 6


@dataclass(frozen=True)
class RetailDay:
    """Where a day stands in the retail calendar; weeks run from Sunday to Saturday and count from 1.

    `restated_week` compares a 53-week year with the next one: its week 2 is 1, its week 1 has none.
    """

    year: int
    month: int
    week: int
    is_53_week_year: bool
    restated_week: int | None


@cache
def year_start(year: int) -> date:
    """The Sunday on which a retail year begins: the day after the Saturday nearest to 31 January."""
    end_of_january = date(year, 1, 31)
    # 0 on a Saturday, up to 6 on a Friday: three days back or three days on, whichever is nearer
    since_saturday = (end_of_january.isoweekday() - SATURDAY) % 7
    nearest = -since_saturday if since_saturday <= 3 else 7 - since_saturday
    return end_of_january + timedelta(days=nearest + 1)


@cache
def weeks_in_year(year: int) -> int:
    """52 or 53."""
    return (year_start(year + 1) - year_start(year)).days // 7


def retail_day(day: date) -> RetailDay:
    """Year, month and week of a day."""
    year = day.year if day >= year_start(day.year) else day.year - 1
    week = (day - year_start(year)).days // 7 + 1
    is_long = weeks_in_year(year) == 53
    restated = (week - 1 or None) if is_long else week
    return RetailDay(year, _month_of_week(week), week, is_long, restated)


def _month_of_week(week: int) -> int:
    last_week = 0
    for month, weeks in enumerate(MONTH_WEEKS, start=1):
        last_week += weeks
        if week <= last_week:
            return month
    return len(MONTH_WEEKS)


def pay_days(month: date) -> tuple[date, date]:
    """The two pay days of a month (its first day): the 15th and the last, or the Friday before a weekend."""
    last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return _last_working_day(month.replace(day=15)), _last_working_day(last)


def _last_working_day(day: date) -> date:
    return day - timedelta(days=max(0, day.isoweekday() - FRIDAY))
