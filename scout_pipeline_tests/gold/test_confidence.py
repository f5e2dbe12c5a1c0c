"""How far a figure can be trusted: the four parts, the bands, and what a late sale does to the days after it."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline import rule_book
from scout_pipeline.database import Database
from scout_pipeline.gold import confidence
from scout_pipeline.quality import checking
from scout_pipeline_tests.floor_files import SMALL_WORLD, Document, Floor, item, reference, sale
from scout_pipeline_tests.gold.observed_floor import rebuilt

TABLE = "scout.gold_confidence"
PARTS = """
    select source_points, freshness_points, frequency_points, cross_validation_points, confidence, confidence_band
    from scout.gold_confidence inner join scout.store_registry using (store_id)
    where store_code = :store and date_key = :day and metric_name = :metric
"""
KEYED = "select store_id, date_key, metric_name, refreshed_at from scout.gold_confidence"


def metric(code: str, name: str, source: str, value: float, at: str, store: str = "S1") -> Document:
    """One measurement of the feed."""
    told: dict[str, Any] = {
        "metric_name": name,
        "metric_source": source,
        "metric_value": value,
        "measured_at": at,
    }
    return reference("store_metric", code, store_id=store, **told)


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    floor = Floor(database, tmp_path)
    floor.take_reference(*SMALL_WORLD)
    return floor


def parts(floor: Floor, store: str, day: str, name: str) -> tuple[Any, ...]:
    """The four parts, the score and its band."""
    (row,) = floor.rows(PARTS, store=store, day=day, metric=name)
    return row


def test_each_part_is_measured_from_what_came(floor: Floor) -> None:
    """A score that nobody can take apart is believed by nobody."""
    floor.take_sales(
        # two of three say their value, one of them wrongly; numbers 7 and 9 without 8; the last sale at nine at night
        sale("1", at="2026-02-05T09:00:00+08:00", device_id="D", sequence=7, peso_value=10, basket_size=1),
        sale("2", at="2026-02-05T12:00:00+08:00", device_id="D", sequence=9, peso_value=15),
        sale("3", at="2026-02-05T21:00:00+08:00"),
        # nothing after ten in the morning
        sale("4", store="S2", at="2026-02-05T10:59:00+08:00"),
    )
    floor.carry()
    assert parts(floor, "S1", "2026-02-05", "net_revenue") == (40, 20, 1, 7, 68, "good")
    assert parts(floor, "S1", "2026-02-05", "transaction_count") == (40, 20, 1, 13, 74, "good")
    assert parts(floor, "S1", "2026-02-05", "line_count") == (40, 20, 1, 7, 68, "good")
    assert parts(floor, "S2", "2026-02-05", "net_revenue") == (40, 11, 1, 0, 52, "fair")
    assert floor.broken_promises() == []


def test_the_feed_confirms_contradicts_and_stands_in(floor: Floor) -> None:
    """A till that lost half a day's sales would look as sound as one that lost none."""
    floor.take_sales(
        sale("1", at="2026-02-05T21:00:00+08:00", items=[item("RICE", 10)]),
        sale("2", at="2026-02-06T21:00:00+08:00", items=[item("RICE", 10)], peso_value=100),
    )
    floor.take_reference(
        metric("a", "net_revenue", "vision", 95, "2026-02-05T22:00:00+08:00"),
        # the device confirms itself, and another source does not
        metric("b", "net_revenue", "manual", 200, "2026-02-06T22:00:00+08:00"),
        # no sale on that day
        metric("c", "net_revenue", "manual", 80, "2026-02-07T08:00:00+08:00"),
        metric("d", "visitors", "mobile", 40, "2026-02-07T20:00:00+08:00"),
        metric("e", "visitors", "manual", 30, "2026-02-07T23:00:00+08:00"),
        metric("f", "visitors", "manual", 1, "2026-02-07T09:00:00+08:00"),
    )
    floor.carry()
    assert parts(floor, "S1", "2026-02-05", "net_revenue") == (40, 20, 1, 19, 80, "excellent")
    assert parts(floor, "S1", "2026-02-06", "net_revenue") == (40, 20, 1, 10, 71, "good")
    assert parts(floor, "S1", "2026-02-07", "net_revenue") == (10, 9, 2, 0, 21, "poor")
    assert parts(floor, "S1", "2026-02-07", "visitors") == (30, 20, 1, 15, 66, "good")
    shown = "select metric_value, metric_source, is_critical from scout.gold_confidence where date_key = '2026-02-07'"
    assert floor.rows(f"{shown} order by metric_name") == [(80, "manual", True), (40, "mobile", False)]
    assert floor.broken_promises() == []


def test_a_metric_is_expected_as_often_as_it_uses_to_come(floor: Floor) -> None:
    """A weekly count would look unreliable for ever, and one that stopped for weeks as regular as before."""
    days = ("2026-01-05", "2026-01-12", "2026-01-19", "2026-01-26", "2026-03-02")
    floor.take_reference(*(metric(day, "visitors", "pos", 5, f"{day}T20:00:00+08:00") for day in days))
    floor.take_sales(*(sale(f"x{day}", at=f"2026-01-{day:02}T20:00:00+08:00") for day in range(1, 29)))
    floor.carry()
    points = "select days_seen, usual_gap_days, frequency_points from scout.gold_confidence where metric_name = :metric"
    assert floor.rows(f"{points} order by date_key", metric="visitors") == [
        (1, None, 1),
        (2, 7, 10),
        (3, 7, 15),
        (4, 7, 20),
        (1, None, 1),
    ]
    assert floor.rows(f"{points} order by date_key desc limit 1", metric="net_revenue") == [(28, 1, 20)]
    assert floor.broken_promises() == []


def test_a_late_day_raises_the_days_after_it_and_nothing_else(floor: Floor) -> None:
    """Incremental and full loads would differ for ever, or a single late sale compute the history of its shop again."""
    floor.take_sales(
        *(sale(f"a{day}", at=f"2026-02-{day:02}T20:00:00+08:00") for day in (1, 4, 20)),
        sale("b", store="S2", at="2026-02-10T20:00:00+08:00"),
        sale("far", at="2026-04-20T20:00:00+08:00"),
    )
    floor.carry()
    before = {row[:3]: row[3] for row in floor.rows(KEYED)}
    floor.take_sales(sale("late", at="2026-02-03T20:00:00+08:00"))
    floor.carry()
    after = {row[:3]: row[3] for row in floor.rows(KEYED)}
    written = {str(key[1]) for key in after if after[key] != before.get(key)}
    assert written == {"2026-02-03", "2026-02-04", "2026-02-20"}
    assert parts(floor, "S1", "2026-02-20", "net_revenue")[2] == 3
    # and back again, when the only sale of a day is voided
    floor.take_sales(sale("late", at="2026-02-03T20:00:00+08:00", status="voided"))
    floor.carry()
    assert parts(floor, "S1", "2026-02-20", "net_revenue")[2] == 2
    as_is, again = (hashes[TABLE] for hashes in rebuilt(floor))
    assert as_is == again
    assert floor.broken_promises() == []


def test_another_time_zone_moves_the_hour_of_a_measurement(floor: Floor) -> None:
    """A corrected time zone would leave the hour that it had before, unlike a computation of everything."""
    floor.take_reference(metric("a", "visitors", "pos", 5, "2026-02-05T10:30:00Z"))
    floor.carry()
    assert floor.rows("select newest_hour from scout.gold_confidence") == [(18,)]
    floor.take_reference(reference("store", "S1", time_zone="Asia/Tokyo"))
    floor.carry()
    assert floor.rows("select newest_hour from scout.gold_confidence") == [(19,)]
    as_is, again = (hashes[TABLE] for hashes in rebuilt(floor))
    assert as_is == again


def test_a_critical_metric_that_nobody_can_trust_fails_its_check(floor: Floor) -> None:
    """A revenue that somebody typed in at eight in the morning would be decided by like any other."""
    floor.take_sales(sale("1", store="S2", at="2026-02-05T20:00:00+08:00"))
    floor.carry()
    checking.prepare(floor.database, rule_book.TABLES)
    day = date(2026, 2, 5)
    with floor.database.transaction() as connection:
        assert checking.check_day(connection, day, [TABLE])[0].passes
        checking.check_day(connection, day, [confidence.TABLE.relation])
    floor.take_reference(
        metric("a", "net_revenue", "manual", 80, "2026-02-05T08:00:00+08:00"),
        # as little trusted, and nobody decides by it
        metric("b", "visitors", "manual", 80, "2026-02-05T08:00:00+08:00"),
    )
    floor.carry()
    with floor.database.transaction() as connection:
        due = dict(checking.due(connection, rule_book.TABLES))
        assert TABLE in due[day], "what a measurement changed is asked about again"
        (checked,) = checking.check_day(connection, day, [TABLE])
        assert dict(checked.constraint_violations) == {"confidence_of_critical_metrics": 1}
        assert not checked.passes
        (issue,) = connection.execute(
            sa.text("select severity, status from ops.data_quality_issues where table_name = :table"), {"table": TABLE}
        )
    assert tuple(issue) == ("error", "open")


def test_the_bands_of_a_day_are_counted(floor: Floor) -> None:
    """A feed of which nine in ten can hardly be trusted would look like one that is fine."""
    # source and hour of one, two, three and four stores: 81, 61, 41 and 17 points
    measured = [("pos", 20)] * 3 + [("vision", 20)] * 3 + [("manual", 5)] * 4
    stores = [f"B{number}" for number in range(len(measured))]
    floor.take_reference(*(reference("store", store) for store in stores))
    told = [(store, source, hour) for store, (source, hour) in zip(stores, measured, strict=True)]
    floor.take_reference(
        *(
            metric(f"{store}-{source}", "visitors", source, 5, f"2026-02-05T{hour:02}:00:00+08:00", store)
            for store, source, hour in [*told, ("B0", "vision", 20)]
        )
    )
    floor.carry()
    assert floor.rows(
        "select metric_name, is_critical, figure_count, excellent_count, good_count, fair_count, poor_count,"
        " avg_confidence, not_poor_pct from ops.v_quality_bands"
    ) == [("visitors", False, 10, 1, 2, 3, 4, Decimal("39.4"), Decimal(60))]


def test_people_see_it_beside_the_figures(floor: Floor) -> None:
    """A score in a table of its own is looked at by nobody."""
    floor.take_sales(
        sale("1", at="2026-02-05T20:00:00+08:00", peso_value=10), sale("2", at="2026-02-09T20:00:00+08:00")
    )
    floor.take_reference(metric("a", "visitors", "vision", 5, "2026-02-05T20:00:00+08:00"))
    floor.carry()
    assert floor.rows(
        "select net_revenue, net_revenue_confidence, net_revenue_band, transaction_count_confidence"
        " from scout.v_daily_aggregates_with_confidence order by date_key"
    ) == [(10, 81, "excellent", 61), (10, 61, "good", 61)]
    assert floor.rows(
        "select metric_value, days_old, confidence, confidence_band from scout.v_store_metrics_with_confidence"
    ) == [(5, 4, 41, "fair")]
    assert floor.rows(
        "select figure_count, good_count, avg_confidence from ops.v_quality_bands"
        " where metric_name = 'net_revenue' and date_key = '2026-02-09'"
    ) == [(1, 1, 61)]
    with floor.database.transaction() as connection:
        shown = confidence._shown(connection)
    (lowest, *_) = shown["lowest_confidence"]
    assert (lowest["store_code"], lowest["metric_name"], lowest["confidence"]) == ("S1", "net_revenue", 61)
    assert {row["metric_name"] for row in shown["confidence_bands"]} == {
        "net_revenue",
        "transaction_count",
        "line_count",
    }
