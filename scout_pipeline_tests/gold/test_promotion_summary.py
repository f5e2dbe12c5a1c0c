"""Promotions by day and status: the open ones apart, and nothing that changes while nobody changes anything."""

from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline_tests.floor_files import SMALL_WORLD, Document, Floor, reference
from scout_pipeline_tests.gold.observed_floor import rebuilt, refreshed
from scout_pipeline_tests.gold.test_independent_figures import to_four
from scout_pipeline_tests.prepared import Prepared, State

KEYED = "select created_on, status, refreshed_at from scout.gold_promotion_summary"
SHOWN = """
    select
        created_on, status, promotion_count, valued_count, total_value, avg_value, open_count, closed_count,
        timed_count, closed_hours_total, avg_closed_hours
    from scout.gold_promotion_summary
"""


def promotion(code: str, status: str, created_at: str, **changes: Any) -> Document:
    """A promotion as it stands now."""
    return reference(
        "promotion", code, promotion_name=f"Promotion {code}", status=status, created_at=created_at, **changes
    )


def approval(code: str, of: str, status: str, finished_at: str | None = None) -> Document:
    """An approval of a promotion."""
    started_at = "2026-02-05T10:00:00+08:00"
    return reference("approval", code, promotion=of, status=status, started_at=started_at, finished_at=finished_at)


RECORDS = (
    promotion("p1", "approved", "2026-02-05T09:00:00+08:00", promotion_value=1000,
              approved_at="2026-02-05T12:00:00+08:00", closed_at="2026-03-05T12:00:00+08:00"),
    promotion("p2", "approved", "2026-02-04T16:00:00Z", promotion_value=500, store_id="S1"),
    promotion("p3", "approved", "2026-02-05T23:59:59+08:00"),
    promotion("p4", "approved", "2026-02-05T16:00:00Z", promotion_value=7, approved_at="2026-02-01T00:00:00Z"),
    promotion("p5", "open", "2026-02-05T09:00:00+08:00", promotion_value=20),
    promotion("p6", "open", "2026-02-05T09:00:00+08:00", promotion_value=30, closed_at="2026-02-06T09:00:00+08:00"),
    promotion("p7", "closed", "2026-01-05T09:00:00+08:00", promotion_value=40, closed_at="2026-01-06T09:30:00+08:00"),
    approval("a1", "p2", "approved", "2026-02-05T02:00:00+08:00"),
    approval("a2", "p2", "approved", "2026-02-05T06:00:00+08:00"),
    approval("a3", "p3", "approved", "2026-02-06T06:00:00+08:00"),
    approval("a4", "p3", "pending"),
    approval("a5", "nobody", "pending"),
)  # fmt: skip
# what comes later, and the days of creation that it changes
CHANGES: dict[str, tuple[Document, set[str]]] = {
    "another": (promotion("p8", "draft", "2026-02-05T10:00:00+08:00", store_id="S2"), {"2026-02-05"}),
    "approved by its last approval": (approval("a4", "p3", "approved", "2026-02-07T06:00:00+08:00"), {"2026-02-05"}),
    "status": (promotion("p7", "rejected", "2026-01-05T09:00:00+08:00"), {"2026-01-05"}),
    "another day": (promotion("p7", "closed", "2026-01-09T09:00:00+08:00"), {"2026-01-05", "2026-01-09"}),
    "another shop": (promotion("p2", "approved", "2026-02-04T16:00:00Z", store_id="S2"), {"2026-02-05"}),
    "of another one": (approval("a1", "p7", "approved", "2026-01-07T00:00:00Z"), {"2026-02-05", "2026-01-05"}),
    "the missing one": (promotion("nobody", "open", "2026-03-01T00:00:00+08:00"), {"2026-03-01"}),
}  # fmt: skip


def _carry(database: Database, folder: Path, _: object) -> None:
    floor = Floor(database, folder)
    floor.take_reference(*SMALL_WORLD, *RECORDS)
    floor.carry()


CARRIED = State("promotion summary", _carry)


@pytest.fixture
def floor(prepared: Prepared, tmp_path: Path) -> Floor:
    return Floor(prepared.copy(CARRIED), tmp_path)


def expected(floor: Floor) -> set[tuple[Any, ...]]:
    """The figures, from promotions and approvals that are put together here."""
    approvals = defaultdict(list)
    for of, status, finished_at in floor.rows(
        "select promotion_id, status, finished_at from scout.silver_promotion_approvals"
    ):
        approvals[of].append((status, finished_at))
    groups = defaultdict(list)
    for code, status, value, created_at, approved_at, closed_at in floor.rows(
        "select promotion_id, status, promotion_value, created_at, approved_at, closed_at from scout.silver_promotions"
    ):
        found = approvals[code]
        is_settled = bool(found) and all(status != "pending" for status, _ in found)
        last = max((at for _, at in found if at), default=None) if is_settled else None
        is_closed = status not in ("draft", "open") or approved_at is not None or closed_at is not None
        decided_at = approved_at or last or closed_at
        hours = None
        if is_closed and decided_at is not None and decided_at >= created_at:
            hours = Decimal((decided_at - created_at) // timedelta(seconds=1)) / 3600
        day = created_at.astimezone(ZoneInfo("Asia/Manila")).date()
        groups[day, status].append((value, is_closed, hours))
    shown = set()
    for key, found_promotions in groups.items():
        values = [value for value, _, _ in found_promotions if value is not None]
        hours_known = [hours for _, _, hours in found_promotions if hours is not None]
        closed = sum(is_closed for _, is_closed, _ in found_promotions)
        shown.add(
            (
                *key,
                len(found_promotions),
                len(values),
                sum(values, Decimal(0)),
                to_four(sum(values, Decimal(0)) / len(values)) if values else None,
                len(found_promotions) - closed,
                closed,
                len(hours_known),
                to_four(sum(hours_known, Decimal(0))),
                to_four(sum(hours_known, Decimal(0)) / len(hours_known)) if hours_known else None,
            )
        )
    return shown


def test_what_is_open_grows_older_while_one_looks(floor: Floor) -> None:
    """An age that is kept stands still until the next refresh, and is averaged with what was decided long ago."""
    ahead = datetime.now(timezone.utc) + timedelta(hours=2)
    floor.take_reference(promotion("p9", "draft", ahead.isoformat(timespec="seconds")))
    floor.carry()
    ages = "select promotion_id, open_hours, now() from scout.v_open_promotions order by 1"
    (p5, hours, now), (p9, of_tomorrow, _) = floor.rows(ages)
    assert (p5, p9, of_tomorrow) == ("p5", "p9", 0)
    since = datetime.fromisoformat("2026-02-05T09:00:00+08:00")
    assert float(hours) == pytest.approx((now - since).total_seconds() / 3600, abs=0.001)
    assert floor.rows(ages)[0][1] >= hours
    assert floor.rows("select sum(open_count) from scout.gold_promotion_summary") == [(2,)]


def test_promotions_equal_an_independent_computation(floor: Floor) -> None:
    """Open promotions counted as decided now would look slower every day, and nobody would have done anything."""
    shown = floor.rows(SHOWN)
    assert set(shown) == expected(floor)
    by_key = {row[:2]: row[2:] for row in shown}
    # p1 took 3 hours, p2 6 by its last approval; p3 waits for one; all three were made on the 5th in Manila
    figures = (3, 2, Decimal(1500), Decimal(750), 0, 3, 2, Decimal(9), Decimal("4.5"))
    assert by_key[date(2026, 2, 5), "approved"] == figures
    # approved before it was made: closed, but no time
    assert by_key[date(2026, 2, 6), "approved"][4:] == (0, 1, 0, Decimal(0), None)
    assert by_key[date(2026, 2, 5), "open"] == (2, 2, Decimal(50), Decimal(25), 1, 1, 1, Decimal(24), Decimal(24))
    assert floor.broken_promises() == []


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_writes_its_own_days_only(floor: Floor, change: str) -> None:
    """A promotion that moved to another day would be counted on both."""
    document, days = CHANGES[change]
    before = refreshed(floor, KEYED)
    floor.take_reference(document)
    floor.carry()
    after = refreshed(floor, KEYED)
    assert set(floor.rows(SHOWN)) == expected(floor)
    touched = {date.fromisoformat(day) for day in days}
    assert {key for key in after if after[key] != before.get(key)} == {key for key in after if key[0] in touched}
    assert floor.broken_promises() == []
    floor.take_reference(document)
    floor.carry()
    assert refreshed(floor, KEYED) == after, "the same again changes nothing"


def test_nothing_changes_while_nobody_changes_anything(floor: Floor) -> None:
    """A figure that depends on the present is another one at every refresh."""
    before = refreshed(floor, KEYED)
    assert flow.run_incremental(floor.database).layers
    assert refreshed(floor, KEYED) == before


def test_what_was_kept_by_buckets_equals_a_full_rebuild(floor: Floor) -> None:
    """Only a rebuild shows whether some path forgot a promotion."""
    for document, _ in CHANGES.values():
        floor.take_reference(document)
        floor.carry()
    as_is, again = rebuilt(floor)
    assert "scout.gold_promotion_summary" in as_is
    assert as_is == again
