"""scout.gold_store_activity_stats: the last 7, 30 and 90 days of each store and its status, to one day for all."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline.gold import daily_aggregates, store_activity_stats, store_product_summary
from scout_pipeline_tests.floor_files import Floor, item, sale
from scout_pipeline_tests.gold import store_days
from scout_pipeline_tests.gold.store_days import Change, day

TABLE = "scout.gold_store_activity_stats"
TIMES = (
    "select store_code, refreshed_at from scout.gold_store_activity_stats join scout.store_registry using (store_id)"
)
STATUS = """
    select store_code, silent_days, activity_status
    from scout.gold_store_activity_stats join scout.store_registry using (store_id)
"""
LATEST = day("2026-06-15")


@pytest.fixture
def floor(database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return store_days.open_floor(database, open_folder, monkeypatch)


def on(days_ago: int, store: str = "S1", **changes: Any) -> Any:
    """A sale so many days before the latest one, at noon."""
    return sale(f"{store} {days_ago}", store, f"{LATEST - timedelta(days=days_ago)}T12:00:00+08:00", **changes)


def status(floor: Floor) -> dict[str, tuple[int, str]]:
    return {row[0]: row[1:] for row in floor.rows(STATUS)}


def test_spans_have_as_many_days_as_they_say(floor: Floor) -> None:
    """A span of 31 days would make every month better than the one before."""
    floor.take_sales(
        on(0, device_id="D1", items=[item("KOPI", 2, 8.5), item("RICE")]),
        *(on(days_ago, device_id="D1") for days_ago in (6, 7)),
        on(29, device_id="D2", items=[item("CHIPS", 3, 7)]),
        *(on(days_ago, device_id="D3", items=[item("KOPI")]) for days_ago in (30, 89, 90)),
        sale("again", at=f"{LATEST}T13:00:00+08:00", items=[item("RICE", 2)]),
        sale("void", at=f"{LATEST - timedelta(days=3)}T13:00:00+08:00", device_id="D4", status="voided"),
    )
    floor.carry()
    ((*figures,),) = floor.rows("""
        select as_of_date, first_sale_date, last_sale_date, active_days_7d, active_days_30d, active_days_90d,
            transaction_count_7d, transaction_count_30d, transaction_count_90d,
            revenue_7d, revenue_30d, revenue_90d, product_count_30d, device_count_30d, avg_daily_revenue_30d
        from scout.gold_store_activity_stats
    """)
    assert figures[:3] == [LATEST, LATEST - timedelta(days=90), LATEST]
    assert figures[3:9] == [2, 4, 6, 3, 5, 7]
    assert figures[9:12] == [57, 88, 108]
    assert figures[12:] == [3, 2, Decimal("22.0000")]
    assert floor.broken_promises() == []


def products_sold(floor: Floor) -> dict[str, int]:
    rows = "select store_code, product_count_30d from scout.gold_store_activity_stats join scout.store_registry"
    return {store: int(count) for store, count in floor.rows(f"{rows} using (store_id)")}


def test_products_are_right_whether_their_months_were_computed_before_or_wait(floor: Floor) -> None:
    """A month would lend the span what was sold before its first day, or lack what is not computed there yet."""
    before_the_span = on(30, items=[item("CHIPS", 3, 7)])
    floor.take_sales(
        on(0, items=[item("KOPI")]),
        on(29, items=[item("RICE"), item("KOPI"), item("KOPI")]),
        before_the_span,
        on(2, "S2", items=[item("RICE")]),
    )
    floor.carry()
    assert products_sold(floor) == {"S1": 2, "S2": 1}
    assert floor.broken_promises() == []
    floor.take_sales(on(1, items=[item("CHIPS"), item("KOPI"), item("KOPI")]))
    flow.carry(floor.database, layers=(daily_aggregates,))
    report = store_activity_stats.refresh(floor.database)
    assert products_sold(floor) == {"S1": 3, "S2": 1}
    assert report.rows_read == 4 + 7, "its sales, and its lines of 30 days"
    store_product_summary.refresh(floor.database)
    floor.take_sales(on(3, items=[item("KOPI")]))
    flow.carry(floor.database, layers=(daily_aggregates, store_product_summary))
    report = store_activity_stats.refresh(floor.database)
    assert products_sold(floor) == {"S1": 3, "S2": 1}
    assert report.rows_read == 5 + 4, "its sales, and two products in each of two months"
    # both are counted again, and only one of them waits
    floor.take_sales(on(-1, "S2", items=[item("KOPI")]))
    flow.carry(floor.database, layers=(daily_aggregates, store_product_summary))
    floor.take_sales(on(-1, items=[item("RICE")]))
    flow.carry(floor.database, layers=(daily_aggregates, store_activity_stats))
    assert products_sold(floor) == {"S1": 3, "S2": 2}
    floor.carry()
    assert floor.broken_promises() == []


def test_a_day_that_is_not_shown_yet_sells_no_product(floor: Floor) -> None:
    """The span ends with the latest day of all stores, and a month may be ahead of it."""
    floor.take_sales(on(0, items=[item("KOPI")]))
    floor.carry()
    floor.take_sales(on(-1, items=[item("CHIPS")]))
    flow.carry(floor.database, layers=(store_product_summary, store_activity_stats))
    assert products_sold(floor) == {"S1": 1}
    floor.carry()
    assert products_sold(floor) == {"S1": 2}
    assert floor.broken_promises() == []


def test_another_number_of_products_breaks_the_promise(floor: Floor) -> None:
    """The figure depends on another table of gold, which might be wrong."""
    floor.take_sales(on(0, items=[item("KOPI")]))
    floor.carry()
    with floor.database.transaction() as connection:
        connection.execute(sa.text("update scout.gold_store_activity_stats set product_count_30d = 2"))
    assert floor.broken_promises() == ["activity_equals_silver"]


def test_a_store_that_falls_silent_slows_down_and_is_lost(floor: Floor) -> None:
    """A store that sells nothing would stay active for ever, because nothing marks it."""
    floor.take_sales(on(0), on(6, "S2"), on(29, "QUIET"))
    floor.carry()
    assert status(floor) == {"S1": (0, "active"), "S2": (6, "active"), "QUIET": (29, "slowing")}
    for days, moved in ((1, ["active", "slowing", "dormant"]), (61, ["active", "dormant", "lost"])):
        floor.take_sales(on(-days))
        floor.carry()
        assert [status(floor)[store][1] for store in ("S1", "S2", "QUIET")] == moved
    silent = "select revenue_30d, avg_daily_revenue_30d from scout.gold_store_activity_stats where silent_days > 30"
    assert set(floor.rows(silent)) == {(0, None)}
    assert floor.broken_promises() == []
    store_days.assert_a_rebuild_says_the_same(floor, TABLE, TIMES)


def test_a_change_writes_the_touched_stores_only(floor: Floor) -> None:
    """All stores would be counted again for each sale, and one whose only sale was voided would stay."""
    floor.take_sales(on(0), on(6, "S2"), on(2, "QUIET"))
    floor.carry()
    voided = Change((on(2, "QUIET", status="voided"),), frozenset())
    assert store_days.written_by(floor, voided, TIMES) == {("QUIET",)}
    assert set(status(floor)) == {"S1", "S2"}
