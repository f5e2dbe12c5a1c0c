"""The 4-5-4 retail calendar and the pay days, against published dates and against their own rules."""

from datetime import date, timedelta
from itertools import groupby

import pytest

from scout_pipeline import retail_calendar
from scout_pipeline.retail_calendar import pay_days, retail_day, weeks_in_year, year_start

YEARS = range(2009, 2036)
# first days and 53-week years as the National Retail Federation publishes them
PUBLISHED_STARTS = {
    2012: date(2012, 1, 29),
    2017: date(2017, 1, 29),
    2018: date(2018, 2, 4),
    2023: date(2023, 1, 29),
    2024: date(2024, 2, 4),
    2025: date(2025, 2, 2),
    2026: date(2026, 2, 1),
}


def test_years_begin_and_end_where_they_are_published() -> None:
    """A year that begins a week off compares every week with the wrong one."""
    assert {year: year_start(year) for year in PUBLISHED_STARTS} == PUBLISHED_STARTS
    assert [year for year in YEARS if weeks_in_year(year) == 53] == [2012, 2017, 2023, 2028, 2034]
    assert retail_day(date(2024, 2, 3)) == retail_calendar.RetailDay(2023, 12, 53, True, 52)
    assert retail_day(date(2024, 2, 4)) == retail_calendar.RetailDay(2024, 1, 1, False, 1)


@pytest.mark.parametrize("year", YEARS)
def test_a_retail_year_has_whole_weeks_in_four_five_four(year: int) -> None:
    """A week of six days, or a month with another number of weeks, makes growth out of arithmetic."""
    days = [
        year_start(year) + timedelta(days=number) for number in range((year_start(year + 1) - year_start(year)).days)
    ]
    placed = [retail_day(day) for day in days]
    assert {place.year for place in placed} == {year}
    assert days[0].isoweekday() == 7
    assert days[-1].isoweekday() == 6
    assert abs((days[-1] - date(year + 1, 1, 31)).days) <= 3
    weeks = [(week, len(list(found))) for week, found in groupby(place.week for place in placed)]
    assert weeks == [(week, 7) for week in range(1, weeks_in_year(year) + 1)]
    assert len(weeks) in (52, 53)
    months = [(month, len(list(found)) // 7) for month, found in groupby(place.month for place in placed)]
    last = 5 if len(weeks) == 53 else 4
    assert months == list(enumerate([4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5, last], start=1))


def test_a_long_year_is_restated_by_one_week() -> None:
    """Week 1 of 2024 stands beside week 2 of 2023, a year before it; beside week 1 every holiday would move."""
    for day in (date(2024, 2, 4), date(2024, 7, 1), date(2025, 2, 1)):
        year_before = retail_day(day - timedelta(days=364))
        assert year_before.restated_week == retail_day(day).restated_week
    assert retail_day(date(2023, 1, 29)).restated_week is None
    assert retail_day(date(2023, 2, 5)).restated_week == 1


def test_pay_days_are_working_days() -> None:
    """Wages are not paid on a Sunday; the peak of the sales stands on the Friday before."""
    assert pay_days(date(2026, 2, 1)) == (date(2026, 2, 13), date(2026, 2, 27))
    assert pay_days(date(2024, 2, 1)) == (date(2024, 2, 15), date(2024, 2, 29))
    assert pay_days(date(2026, 12, 1)) == (date(2026, 12, 15), date(2026, 12, 31))
    for year in YEARS:
        for month in range(1, 13):
            middle, last = pay_days(date(year, month, 1))
            assert middle.isoweekday() <= 5
            assert last.isoweekday() <= 5
            assert middle.day in (13, 14, 15)
            assert (last + timedelta(days=4)).month != month or last.month != month
