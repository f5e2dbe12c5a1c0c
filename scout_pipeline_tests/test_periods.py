"""Months, ranges and time formats."""

import re
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout_pipeline import periods


def test_a_range_of_months_is_its_first_and_last_month() -> None:
    """The rebuild would otherwise miss a month or take one too many."""
    assert periods.month_range("2011-03..2011-05") == (date(2011, 3, 1), date(2011, 5, 1))
    assert periods.month_range("2011-12") == (date(2011, 12, 1), date(2011, 12, 1))


@pytest.mark.parametrize("text", ["2011-13", "2011-3", "2011", "2011-05..2011-03", "2011-03..", "..2011-03", "x"])
def test_what_is_no_range_of_months_is_refused(text: str) -> None:
    """A guessed range would rebuild the wrong months."""
    with pytest.raises(ValueError, match=r"month|2011-05"):
        periods.month_range(text)


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1)), st.integers(0, 40))
def test_months_follow_each_other_without_a_gap(start: date, count: int) -> None:
    """A missed December would be a hole between two years' partitions."""
    end = start
    for _ in range(count):
        end = periods.next_month(end)
    found = periods.months(start, end)
    assert len(found) == count + 1
    assert periods.month_runs(found) == [(found[0], found[-1])]


def test_separate_months_are_separate_runs() -> None:
    """Two far months in one range would mark everything between them as computed."""
    days = [date(2011, 1, 9), date(2010, 12, 3), date(2011, 6, 30)]
    assert periods.month_runs(days) == [
        (date(2010, 12, 1), date(2011, 1, 1)),
        (date(2011, 6, 1), date(2011, 6, 1)),
    ]


def test_a_declared_time_format_becomes_iso() -> None:
    """Day and month must not depend on a server's DateStyle."""
    pattern, iso = periods.strict_pattern("DD/MM/YYYY HH24:MI")
    assert re.sub(pattern, iso, "01/02/2026 08:26") == "2026-02-01 08:26:00"
    assert re.match(pattern, "1/2/2026 08:26") is None
    assert re.match(pattern, "\u0660\u0661/02/2026 08:26") is None


@pytest.mark.parametrize("text", ["DD/MM", "YYYY-MM-DD-DD", "YYYY-MM-DD at HH24", "", "Mon DD YYYY"])
def test_an_unreadable_time_format_is_refused(text: str) -> None:
    """It would be found out only when the first file was rejected line by line."""
    with pytest.raises(ValueError, match=r"YYYY|none of"):
        periods.strict_pattern(text)
