"""Requests at the counter: every figure equals a second computation, and only changed days are written."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline_tests.floor_files import Floor, sale
from scout_pipeline_tests.gold.observed_floor import CHANGED, CHANGES, OBSERVED, forget_region, refreshed
from scout_pipeline_tests.gold.test_independent_figures import to_four
from scout_pipeline_tests.prepared import Prepared

KEYED = "select region, date_key, request_mode, request_type, refreshed_at from scout.gold_request_behavior"
SHOWN = """
    select
        region, date_key, request_mode, request_type, transaction_count, suggestions_offered, suggestions_accepted,
        duration_seconds_total, duration_count, avg_duration_seconds
    from scout.gold_request_behavior
"""


@pytest.fixture
def floor(prepared: Prepared, tmp_path: Path) -> Floor:
    return Floor(prepared.copy(OBSERVED), tmp_path)


def expected(floor: Floor) -> set[tuple[Any, ...]]:
    """The figures, from rows of silver that are put together here."""
    regions = {
        key: region or "Unspecified"
        for *key_parts, region, deleted_at in floor.rows(
            "select source_id, transaction_id, region, deleted_at from scout.silver_transactions_cleaned"
        )
        if deleted_at is None and (key := tuple(key_parts))
    }
    groups = defaultdict(list)
    for source, number, day, mode, kind, *observed in floor.rows(
        "select source_id, transaction_id, date_key, request_mode, request_type, suggestion_offered,"
        " suggestion_accepted, duration_seconds from scout.silver_request_behaviors"
    ):
        groups[regions[source, number], day, mode or "unknown", kind or "unknown"].append(observed)
    found = set()
    for key, observed in groups.items():
        seconds = [duration for *_, duration in observed if duration is not None]
        total = sum(seconds, Decimal(0))
        found.add(
            (
                *key,
                len(observed),
                sum(offered is True for offered, *_ in observed),
                sum(offered is True and accepted is True for offered, accepted, _ in observed),
                total,
                len(seconds),
                to_four(total / len(seconds)) if seconds else None,
            )
        )
    return found


def test_requests_equal_an_independent_computation(floor: Floor) -> None:
    """A join that multiplies rows, or a null that swallows them, looks like another habit of the customers."""
    forget_region(floor, "6")
    shown = floor.rows(SHOWN)
    assert len(shown) == len(set(shown))
    assert set(shown) == expected(floor)
    by_key = {row[:4]: row[4:] for row in shown}
    # midnight in Manila parts sales 1 and 2; sale 3 took longer than anybody stands at a counter
    assert by_key["NCR", date(2026, 2, 5), "verbal", "branded"] == (1, 1, 1, Decimal("6.5"), 1, Decimal("6.5000"))
    assert by_key["NCR", date(2026, 2, 6), "verbal", "branded"] == (2, 1, 0, Decimal(7), 1, Decimal(7))
    assert by_key["Region VII", date(2026, 2, 6), "unknown", "unknown"] == (2, 1, 0, Decimal(0), 1, Decimal(0))
    assert by_key["Unspecified", date(2026, 2, 8), "unknown", "point"][4:] == (0, None)
    assert sum(row[4] for row in shown) == 10, "the voided sale counts nowhere"
    assert floor.broken_promises() == []


def test_only_what_was_offered_can_be_accepted(floor: Floor) -> None:
    """The two funnels would show different acceptance for the same day, and one of them more than 100 percent."""
    floor.take_sales(sale("contradiction", at="2026-03-02T10:00:00+08:00", suggestion_accepted=True))
    floor.carry()
    steps = "select suggestions_offered, suggestions_accepted from scout."
    ours = floor.rows(steps + "gold_request_behavior where date_key = :day", day=date(2026, 3, 2))
    theirs = floor.rows(steps + "gold_suggestion_funnel where date_key = :day", day=date(2026, 3, 2))
    assert ours == theirs == [(0, 0)]
    assert floor.broken_promises() == []


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_writes_its_own_days_only(prepared: Prepared, change: str) -> None:
    """Work would grow with history; a day left out would keep the old figure."""
    _, days = CHANGES[change]
    floor = Floor(prepared.look(CHANGED[change]), Path())
    before, after = refreshed(Floor(prepared.look(OBSERVED), Path()), KEYED), refreshed(floor, KEYED)
    assert set(floor.rows(SHOWN)) == expected(floor)
    touched = {date.fromisoformat(day) for day in days}
    assert {key for key in after if after[key] != before.get(key)} == {key for key in after if key[1] in touched}
    assert set(before) - set(after) <= {key for key in before if key[1] in touched}
