"""What a metric says now: the latest day, the most trusted source, and nothing that a correction took away."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline.database import Database
from scout_pipeline.silver import refresh as silver
from scout_pipeline_tests.floor_files import SMALL_WORLD, Document, Floor, reference, sale
from scout_pipeline_tests.gold.observed_floor import rebuilt, refreshed
from scout_pipeline_tests.prepared import Prepared, State

KEYED = "select store_id, metric_name, refreshed_at from scout.gold_latest_store_metrics"
SHOWN = """
    select store_code, metric_name, metric_value::text, metric_source, date_key::text
    from scout.gold_latest_store_metrics inner join scout.store_registry using (store_id)
"""
TRUST = ("pos", "mobile", "vision", "manual")


def metric(code: str, source: str, value: float, at: str, store: str = "S1", name: str = "visitors") -> Document:
    """One measurement of the feed."""
    return reference(
        "store_metric", code, store_id=store, metric_name=name, metric_source=source, metric_value=value, measured_at=at
    )


MEASURED = (
    metric("a", "pos", 10, "2026-02-05T09:00:00+08:00"),
    metric("b", "vision", 12, "2026-02-06T09:00:00+08:00"),
    # 00:30 in Manila: the day after
    metric("c", "mobile", 13, "2026-02-05T16:30:00Z"),
    metric("d", "manual", 14, "2026-02-06T23:00:00+08:00"),
    metric("e", "mobile", 15, "2026-02-06T08:00:00+08:00"),
    metric("f", "vision", 3, "2026-02-04T09:00:00+08:00", name="shelf_share"),
    metric("g", "vision", 4, "2026-02-04T09:00:00+08:00", name="shelf_share"),
    metric("h", "pos", 99.5, "2026-02-01T09:00:00+08:00", store="S2"),
)
# what comes later, and which metrics of which shops it writes
CHANGES: dict[str, tuple[Document, set[tuple[str, str]]]] = {
    "a later day": (metric("n", "manual", 1, "2026-02-07T01:00:00+08:00"), {("S1", "visitors")}),
    "more trusted": (metric("n", "pos", 2, "2026-02-06T00:10:00+08:00"), {("S1", "visitors")}),
    "an older day": (metric("n", "pos", 3, "2026-02-05T10:00:00+08:00"), set()),
    "a new metric": (metric("n", "pos", 4, "2026-02-05T10:00:00+08:00", name="tills"), {("S1", "tills")}),
    "moved to an earlier day": (metric("e", "mobile", 15, "2026-02-01T08:00:00+08:00"), {("S1", "visitors")}),
    "moved to another shop": (
        metric("e", "mobile", 15, "2026-02-06T08:00:00+08:00", store="S2"),
        {("S1", "visitors"), ("S2", "visitors")},
    ),
    "the only one moved away": (
        metric("h", "pos", 99.5, "2026-02-01T09:00:00+08:00", store="S2", name="tills"),
        {("S2", "tills")},
    ),
    "corrected": (metric("h", "pos", 98, "2026-02-01T09:00:00+08:00", store="S2"), {("S2", "visitors")}),
}


def _carry(database: Database, folder: Path, _: object) -> None:
    floor = Floor(database, folder)
    floor.take_reference(*SMALL_WORLD, *MEASURED)
    floor.carry()


CARRIED = State("latest store metrics", _carry)


@pytest.fixture
def floor(prepared: Prepared, tmp_path: Path) -> Floor:
    return Floor(prepared.copy(CARRIED), tmp_path)


def expected(floor: Floor) -> set[tuple[Any, ...]]:
    """The best measurement of each metric, chosen here."""
    found = defaultdict(list)
    for store, name, value, source, day, at, code in floor.rows(
        "select store_code, metric_name, metric_value::text, metric_source, date_key, measured_at, measurement_id"
        " from scout.silver_store_metrics inner join scout.store_registry using (store_id)"
    ):
        order = (-day.toordinal(), TRUST.index(source), -at.timestamp(), code)
        found[store, name].append((order, (store, name, value, source, day.isoformat())))
    return {min(measured)[1] for measured in found.values()}


def test_the_latest_day_then_trust_then_time_decides(floor: Floor) -> None:
    """A guess of noon would hide what the till counted; two equal ones would take turns at every refresh."""
    assert set(floor.rows(SHOWN)) == {
        ("S1", "visitors", "15", "mobile", "2026-02-06"),
        ("S1", "shelf_share", "3", "vision", "2026-02-04"),
        ("S2", "visitors", "99.5", "pos", "2026-02-01"),
    }
    assert set(floor.rows(SHOWN)) == expected(floor)
    assert floor.broken_promises() == []


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_writes_its_own_metrics_only(floor: Floor, change: str) -> None:
    """A correction that left its old place untouched would show a measurement that nobody stands by."""
    document, written = CHANGES[change]
    codes = dict(floor.rows("select store_id, store_code from scout.store_registry"))
    before = refreshed(floor, KEYED)
    floor.take_reference(document)
    floor.carry()
    after = refreshed(floor, KEYED)
    assert set(floor.rows(SHOWN)) == expected(floor)
    assert {(codes[key[0]], key[1]) for key in after if after[key] != before.get(key)} == written
    assert floor.broken_promises() == []
    assert floor.rows("select 1 from ops.dirty_buckets") == []
    floor.take_reference(document)
    floor.carry()
    assert refreshed(floor, KEYED) == after, "the same again changes nothing"


def test_what_was_kept_by_buckets_equals_a_full_rebuild(floor: Floor) -> None:
    """Only a rebuild shows whether some path forgot a metric."""
    for document, _ in CHANGES.values():
        floor.take_reference(document)
        floor.carry()
    as_is, again = rebuilt(floor)
    assert "scout.gold_latest_store_metrics" in as_is
    assert as_is == again


def test_sales_leave_metrics_alone(floor: Floor) -> None:
    """Every sale would send the metrics of its shop through the machine again."""
    floor.take_sales(sale("1"))
    silver.carry_all(floor.database)
    marked = {layer for (layer,) in floor.rows("select layer from ops.dirty_buckets")}
    assert "gold/daily_aggregates" in marked
    assert "gold/latest_store_metrics" not in marked
