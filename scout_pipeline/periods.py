"""All arithmetic on time: months, ranges of months, and time formats. Business days are computed in SQL, once."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta, timezone

MONTH = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")
TOKENS = {
    "YYYY": "[0-9]{4}",
    "MM": "[0-9]{2}",
    "DD": "[0-9]{2}",
    "HH24": "[0-9]{2}",
    "MI": "[0-9]{2}",
    "SS": "[0-9]{2}",
}


def month(text: str) -> date:
    """First day of a month written YYYY-MM; raises ValueError."""
    found = MONTH.match(text)
    if not found:
        raise ValueError(f"{text!r} is no month; write it as 2011-03")
    return date(int(found[1]), int(found[2]), 1)


def month_range(text: str) -> tuple[date, date]:
    """First days of the first and last month of `2011-03..2011-05` (or of one month); raises ValueError."""
    first, separator, last = text.partition("..")
    start, end = month(first), month(last if separator else first)
    if end < start:
        raise ValueError(f"{text!r} ends before it begins; write the earlier month first")
    return start, end


def next_month(day: date) -> date:
    """First day of the following month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def utc_bounds(day: date) -> tuple[datetime, datetime]:
    """The instants between which the month of a day lies in UTC, half open."""
    first, end = day.replace(day=1), next_month(day)
    return (
        datetime(first.year, first.month, 1, tzinfo=timezone.utc),
        datetime(end.year, end.month, 1, tzinfo=timezone.utc),
    )


def next_day(day: date) -> date:
    """The day after."""
    return day + timedelta(days=1)


def months(start: date, end: date) -> list[date]:
    """First days of all months from `start` to `end`, both included."""
    found = [start.replace(day=1)]
    while found[-1] < end.replace(day=1):
        found.append(next_month(found[-1]))
    return found


def strict_pattern(time_format: str) -> tuple[str, str]:
    """Anchored regular expression for a declared time format, and the replacement that makes ISO 8601 of it.

    `DD/MM/YYYY HH24:MI` gives `^([0-9]{2})/([0-9]{2})/([0-9]{4}) ([0-9]{2}):([0-9]{2})$` and `\\3-\\2-\\1 \\4:\\5:00`.
    ASCII digits only; raises ValueError when a part of the date is missing or repeated.
    """
    parts = re.split("(" + "|".join(TOKENS) + ")", time_format)
    used = [part for part in parts if part in TOKENS]
    if not {"YYYY", "MM", "DD"} <= set(used) or len(used) != len(set(used)):
        raise ValueError(f"{time_format!r} needs each of YYYY, MM, DD once, and may have HH24, MI, SS; or write iso")
    if re.search("[A-Za-z0-9]", "".join(part for part in parts if part not in TOKENS)):
        raise ValueError(f"{time_format!r} has letters or digits that are none of {', '.join(TOKENS)}")
    pattern = "^" + "".join(f"({TOKENS[part]})" if part in TOKENS else re.escape(part) for part in parts) + "$"
    group = {token: f"\\{used.index(token) + 1}" if token in used else "00" for token in TOKENS}
    return pattern, "{YYYY}-{MM}-{DD} {HH24}:{MI}:{SS}".format(**group)


def partition_month(key: str) -> date:
    """First day of the month of a Dagster partition key (YYYY-MM-DD)."""
    return date.fromisoformat(key).replace(day=1)


def month_runs(found: Iterable[date]) -> list[tuple[date, date]]:
    """Months joined into ranges without a gap, each as its first and last month."""
    runs: list[tuple[date, date]] = []
    for day in sorted({day.replace(day=1) for day in found}):
        if runs and next_month(runs[-1][1]) == day:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
