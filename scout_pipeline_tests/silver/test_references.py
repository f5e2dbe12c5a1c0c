"""Dimensions with history: a sale finds the version of its day, waits for what is unknown, and follows what changes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline.silver import references
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, reference, sale
from scout_pipeline_tests.prepared import Prepared, State


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    return Floor(database, tmp_path)


def sales(floor: Floor) -> dict[str, tuple[object, ...]]:
    """Region, value and brand of each sale with one line."""
    return {
        str(row[0]): row[1:]
        for row in floor.rows("""
            select sale.transaction_id, sale.region, trim_scale(sale.peso_value), item.brand_name
            from scout.silver_transactions_cleaned as sale
            left join scout.silver_transaction_items as item using (store_id, date_key, source_id, transaction_id)
        """)
    }


def test_a_sale_takes_the_price_region_and_brand_of_its_day(floor: Floor) -> None:
    """Last year's sales would be valued at today's prices, in the region to which the shop has moved since."""
    floor.take_reference(
        *SMALL_WORLD,
        reference("product", "KOPI", "2026-02-10", brand_name="Kopiko Gold", category="beverages", unit_price=9),
        reference("store", "S1", "2026-03-01", region="Calabarzon"),
    )
    kopi = [item("KOPI", 2, None)]
    floor.take_sales(
        sale("before", at="2026-02-09T23:59:00+08:00", items=kopi),
        sale("after", at="2026-02-09T16:00:00Z", items=kopi),
        sale("moved", at="2026-03-01T08:00:00+08:00", items=kopi),
    )
    floor.carry()
    assert sales(floor) == {
        "before": ("NCR", 17, "Kopiko"),
        "after": ("NCR", 18, "Kopiko Gold"),
        "moved": ("Region IV-A", 18, "Kopiko Gold"),
    }
    assert floor.broken_promises() == []


def test_records_that_change_nothing_make_no_version(floor: Floor) -> None:
    """A feed that is sent anew each month would make a version a month, and every history a long list of equals."""
    floor.take_reference(*(reference("product", "RICE", f"2026-0{month}-01", unit_price=10) for month in (1, 2, 3)))
    floor.take_reference(reference("product", "RICE", "2026-04-01", unit_price=11))
    floor.carry()
    assert [
        tuple(map(str, row)) for row in floor.rows("select valid_from, valid_to, is_current from scout.dim_product")
    ] == [
        ("2026-01-01", "2026-04-01", "False"),
        ("2026-04-01", "9999-12-31", "True"),
    ]


def test_a_run_tells_how_many_rows_it_wrote_into_each_described_table(floor: Floor) -> None:
    """The page of a dimension would show how large it is, and never what the last file brought."""
    floor.take_reference(*SMALL_WORLD, reference("product", "SOAP", unit_price=4))
    written = flow.run_incremental(floor.database).silver.written_beside
    assert set(written) == {"silver/dimension_records", *(member.asset for member in references.MEMBERS)}
    tables = {member.asset: f"scout.{member.table}" for member in references.MEMBERS}
    tables["silver/dimension_records"] = "scout.dimension_records"
    held = {asset: floor.rows(f"select count(*) from {table}")[0][0] for asset, table in tables.items()}  # noqa: S608
    assert written == held
    assert written["silver/dim_product"] > 1
    floor.take_reference(reference("product", "SOAP", unit_price=5), reference("brand", "Tide", client="P&G"))
    written = flow.run_incremental(floor.database).silver.written_beside
    assert {asset: rows for asset, rows in written.items() if rows} == {
        "silver/dimension_records": 2,
        "silver/dim_product": 1,
        "silver/dim_brand": 1,
    }


def test_sales_of_unknown_shops_and_products_wait_and_enter_by_themselves(floor: Floor) -> None:
    """A new shop sells before the office has its papers; its first days would be lost, or typed in by hand."""
    floor.take_reference(*SMALL_WORLD, reference("device", "PI-9", store_id="NEW"))
    floor.take_sales(sale("1", store="NEW"), sale("2", items=[item("SOAP", 3, None), item("RICE")]), sale("3"))
    floor.take_sales(sale("nowhere", store=""))
    floor.carry()
    assert set(sales(floor)) == {"3"}
    waiting = "select transaction_id, reason_code, waits_for, status from scout.quarantine order by transaction_id"
    assert floor.rows(waiting) == [
        ("1", "unknown_store", "store/NEW", "open"),
        ("2", "unknown_product", "product/SOAP", "open"),
        ("device/PI-9/2026-01-01", "unknown_store", "store/NEW", "open"),
        ("nowhere", "missing_store_id", None, "open"),
    ]
    assert floor.broken_promises() == []
    floor.take_reference(reference("store", "NEW", region="Caraga"), reference("product", "SOAP", unit_price=4))
    floor.carry()
    assert {name: figures[:2] for name, figures in sales(floor).items()} == {
        "1": ("Caraga", 10),
        "2": ("NCR", 22),
        "3": ("NCR", 10),
    }
    *entered, nowhere = floor.rows(waiting)
    assert {row[3] for row in entered} == {"replayed"}
    assert nowhere == ("nowhere", "missing_store_id", None, "open"), "no description can let it in"
    assert len(floor.rows("select 1 from scout.dim_device where device_id = 'PI-9'")) == 1
    assert floor.rows("select sum(net_revenue) from scout.gold_daily_aggregates") == [(42,)]
    assert floor.broken_promises() == []


def test_a_sale_before_the_first_version_of_its_shop_waits(floor: Floor) -> None:
    """It would take the attributes of a shop that did not exist yet, or vanish in a join."""
    floor.take_reference(*SMALL_WORLD)
    floor.take_sales(sale("early", at="2025-12-30T10:00:00+08:00"))
    floor.carry()
    assert sales(floor) == {}
    floor.take_reference(
        reference("store", "S1", "2025-01-01", region="CAR"), reference("product", "RICE", "2025-01-01")
    )
    floor.carry()
    assert set(sales(floor)) == {"early"}
    assert sales(floor)["early"][0] == "CAR"


def test_a_corrected_price_is_followed_by_the_sales_that_took_it(floor: Floor) -> None:
    """Silver would go on with a price that was taken back, and a full rebuild would say something else."""
    floor.take_reference(*SMALL_WORLD)
    floor.take_sales(
        sale("listed", items=[item("KOPI", 1, None)]),
        sale("priced", items=[item("KOPI", 1, 8)]),
        sale("other", items=[item("CHIPS", 1, None)]),
    )
    floor.carry()
    untouched = floor.rows("select refreshed_at from scout.gold_daily_aggregates where store_id is not null")
    floor.take_reference(reference("product", "KOPI", brand_name="Kopiko", category="beverages", unit_price=12.25))
    floor.carry()
    assert {name: figures[1] for name, figures in sales(floor).items()} == pytest.approx(
        {"listed": 12.25, "priced": 8, "other": 7}
    )
    assert floor.rows("select refreshed_at from scout.gold_daily_aggregates") != untouched
    assert floor.broken_promises() == []


def test_any_order_of_records_and_sales_ends_like_the_right_one(database: Database, tmp_path: Path) -> None:
    """What a shop floor says would depend on whether the office or the counter was faster."""
    changes = (
        reference("product", "KOPI", "2026-02-04", brand_name="Kopiko", category="beverages", unit_price=9),
        reference("store", "S2", "2026-02-06", region="Region X"),
    )
    counter = (
        sale("1", items=[item("KOPI", 2, None)]),
        sale("2", store="S2", at="2026-02-06T01:00:00+08:00", customer_id="c1", gender="babae"),
        sale("3", items=[item("CHIPS"), item("KOPI", 1, None)], transcription_text="Pabili po"),
    )
    floor = Floor(database, tmp_path)
    floor.take_sales(*counter)
    floor.carry()
    floor.take_sales(sale("3", status="voided"), sale("1", items=[item("KOPI", 3, None)]))
    floor.take_reference(*changes)
    floor.carry()
    floor.take_reference(*SMALL_WORLD)
    floor.carry()
    assert floor.broken_promises() == []
    upside_down = fingerprint(database)
    flow.run_reconcile(database)
    assert fingerprint(database) == upside_down
    assert floor.broken_promises() == []
    assert sales(floor)["1"][1] == 27


# records that describe nothing, each with a code of its own, and the reason for setting it aside
NOTHING_DESCRIBED: list[tuple[dict[str, object], str]] = [
    (reference("store", "X", region="Atlantis"), "invalid_attribute"),
    (reference("store", "X", time_zone="Mars/One"), "invalid_attribute"),
    (reference("product", "X", unit_price="ten"), "invalid_attribute"),
    (reference("product", "X", unit_price=-1), "invalid_attribute"),
    (reference("brand", "X", is_tbwa_client="yes"), "invalid_attribute"),
    (reference("promotion_item", "X", promotion="P", sku="RICE", quantity=0), "invalid_attribute"),
    (reference("store_metric", "X", store_id="S1", metric_name="m", metric_source="oracle"), "invalid_attribute"),
    (reference("planet", "X"), "unknown_kind"),
    (reference("brand", " "), "missing_code"),
    (reference("brand", "X" * 101), "text_too_long"),
    (reference("brand", "X", "2026-02-30"), "invalid_date"),
    (reference("brand", "X", "tomorrow"), "invalid_date"),
    ({**reference("brand", "X"), "attributes": None}, "invalid_attribute"),
    ({**reference("brand", "X"), "id": "brand/Y/2026-01-01"}, "inconsistent_id"),
    (reference("category", "X", sort_order=99_999_999_999), "invalid_attribute"),
    (reference("brand", "X", owner="x" * 12_000), "text_too_long"),
    (reference("store_metric", "X", store_id="S1", metric_name="x" * 12_000), "text_too_long"),
    ({**reference("brand", "X"), "attributes": "[]"}, "invalid_attribute"),
]


def _describe_nothing(database: Database, folder: Path, _: object) -> None:
    """Every such record in a file of its own, before a small world in which something is sold."""
    floor = Floor(database, folder)
    for record, _ in NOTHING_DESCRIBED:
        floor.take_reference(record)
    floor.take_reference(*SMALL_WORLD)
    floor.take_sales(sale("1"))
    floor.carry()


DESCRIBED = State("records that describe nothing", _describe_nothing)


@pytest.mark.parametrize("number", range(len(NOTHING_DESCRIBED)))
def test_a_record_that_describes_nothing_is_set_aside_with_its_reason(prepared: Prepared, number: int) -> None:
    """One typing mistake in a catalogue would stop the night's load, or put nonsense into a dimension."""
    floor = Floor(prepared.look(DESCRIBED), Path())
    aside = floor.rows("select reason_code from scout.quarantine order by batch_id")
    assert len(aside) == len(NOTHING_DESCRIBED)
    assert aside[number] == (NOTHING_DESCRIBED[number][1],)


def test_records_that_describe_nothing_take_nothing_else_with_them(prepared: Prepared) -> None:
    """The good records and the sales behind them would be lost with one typing mistake."""
    floor = Floor(prepared.look(DESCRIBED), Path())
    assert set(sales(floor)) == {"1"}
    assert floor.broken_promises() == []


EVENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "promotion": ("created_at", {"promotion_name": "P", "status": "open"}),
    "approval": ("started_at", {"promotion": "P", "status": "pending"}),
    "experiment_event": ("occurred_at", {"experiment": "E", "store_id": "S1", "target_value": 1}),
    "store_metric": (
        "measured_at",
        {"store_id": "S1", "metric_name": "m", "metric_source": "pos", "metric_value": 1},
    ),
}


def test_an_event_of_a_clock_that_is_ahead_is_set_aside(floor: Floor) -> None:
    """A metric of the year 2126 would be the latest of its store for a hundred years."""
    now = datetime.now(UTC)
    floor.take_reference(
        *SMALL_WORLD,
        *(
            reference(kind, code, **{**attributes, clock: at.isoformat(timespec="seconds")})
            for kind, (clock, attributes) in EVENTS.items()
            for code, at in (("AHEAD", now + timedelta(days=2)), ("FAST", now + timedelta(hours=20)))
        ),
    )
    floor.carry()
    aside = "select transaction_id, reason_code from scout.quarantine order by 1"
    assert floor.rows(aside) == [(f"{kind}/AHEAD/2026-01-01", "timestamp_out_of_range") for kind in sorted(EVENTS)]
    latest = "select measured_at < now() + interval '1 day' from scout.gold_latest_store_metrics"
    assert floor.rows(latest) == [(True,)]
    assert floor.broken_promises() == []


@pytest.mark.parametrize(
    ("spelling", "region"),
    [
        ("Metro Manila", "NCR"),
        ("national capital region", "NCR"),
        ("4A", "Region IV-A"),
        ("REGION IV-A", "Region IV-A"),
        ("Region XIII", "Caraga"),
        (" Bicol ", "Region V"),
        ("Atlantis", None),
        ("", None),
        (None, None),
    ],
)
def test_a_region_is_known_in_every_usual_spelling(floor: Floor, spelling: str | None, region: str | None) -> None:
    """One region would be three lines in every table that people compare."""
    assert floor.rows("select scout.norm_region(:spelling)", spelling=spelling) == [(region,)]


def test_a_place_name_that_two_places_share_resolves_none(floor: Floor) -> None:
    """San Jose is a town in a dozen provinces: a guess would move sales across the country."""
    floor.take_reference(
        reference("city", "C1", place_name="San José", province="P1"),
        reference("city", "C2", place_name="San Jose", province="P2", aliases=["Pandan"]),
    )
    floor.carry()
    assert floor.rows("select scout.norm_citymun('SAN JOSE'), scout.norm_citymun('pandan')") == [(None, "C2")]


def test_a_corrected_event_replaces_the_earlier_one(floor: Floor) -> None:
    """A measurement that was booked on the wrong shop would be counted in both."""
    metric: dict[str, Any] = {
        "metric_name": "footfall",
        "metric_source": "pos",
        "measured_at": "2026-02-05T10:00:00Z",
        "metric_value": 5,
    }
    floor.take_reference(*SMALL_WORLD, reference("store_metric", "M1", store_id="S1", **metric))
    floor.carry()
    floor.take_reference(reference("store_metric", "M1", store_id="S2", **metric))
    floor.carry()
    found = "select store_code from scout.silver_store_metrics join scout.store_registry using (store_id)"
    assert floor.rows(found) == [("S2",)]
    assert floor.broken_promises() == []


def test_a_version_begins_at_midnight_of_the_store(floor: Floor) -> None:
    """Manila is eight hours ahead: the first morning of a new shop would wait for ever."""
    floor.take_reference(
        reference("product", "RICE"),
        reference("store", "S1", "2026-03-01", region="CAR"),
        reference("store", "S1", "2026-04-01", region="Caraga"),
    )
    floor.take_sales(
        sale("too early", at="2026-02-28T23:59:59+08:00"),
        sale("first", at="2026-03-01T00:00:00+08:00"),
        sale("last", at="2026-03-31T23:59:59+08:00"),
        sale("moved", at="2026-04-01T00:00:00+08:00"),
    )
    floor.carry()
    assert {name: figures[0] for name, figures in sales(floor).items()} == {
        "first": "CAR",
        "last": "CAR",
        "moved": "Caraga",
    }
    assert floor.broken_promises() == []


def test_a_store_that_sold_before_it_was_described_keeps_its_sales(database: Database, tmp_path: Path) -> None:
    """A record from March would throw January's revenue into quarantine, at the next full computation."""
    floor = Floor(database, tmp_path)
    mapping = mappings.load("scout").model_copy(update={"name": "till"})
    mapping = mapping.model_copy(update={"store": mapping.store.model_copy(update={"unknown": "register"})})
    with pytest.MonkeyPatch.context() as patch:
        loaded = mappings.load
        patch.setattr(mappings, "load", lambda name: mapping if name == "till" else loaded(name))
        floor.take_reference(reference("product", "RICE", "2025-01-01"))
        floor.take("till", sale("1", store="R1", at="2026-01-10T10:00:00+08:00"))
        floor.carry()
        floor.take_reference(reference("store", "R1", "2026-03-01", region="CAR"))
        floor.take("till", sale("2", store="R1", at="2026-03-10T10:00:00+08:00"))
        floor.carry()
        assert {name: figures[0] for name, figures in sales(floor).items()} == {"1": None, "2": "CAR"}
        assert floor.broken_promises() == []
        before = fingerprint(database)
        flow.run_reconcile(database)
        assert fingerprint(database) == before


def test_a_corrected_list_price_lets_in_what_it_kept_out(floor: Floor) -> None:
    """A typing mistake in a price list would cost every sale of the product, also after it was mended."""
    floor.take_reference(*SMALL_WORLD, reference("product", "DEAR", unit_price=20_000))
    floor.take_sales(sale("1", items=[item("DEAR", 1, None)]))
    floor.carry()
    assert floor.rows("select reason_code from scout.quarantine") == [("unit_price_out_of_range",)]
    floor.take_reference(reference("product", "DEAR", unit_price=20))
    floor.carry()
    assert sales(floor)["1"][1] == 20


def test_a_record_waits_for_a_store_of_any_source(floor: Floor) -> None:
    """The head office knows the shop, the technician the device: the device would wait for ever."""
    floor.take_reference(reference("device", "PI-1", store_id="S9"))
    floor.carry()
    other = mappings.load("scout_reference").model_copy(update={"name": "office"})
    with pytest.MonkeyPatch.context() as patch:
        loaded = mappings.load
        patch.setattr(mappings, "load", lambda name: other if name == "office" else loaded(name))
        floor.take("office", reference("store", "S9"))
        floor.carry()
    assert floor.rows("select device_id from scout.dim_device") == [("PI-1",)]
    assert floor.broken_promises() == []


@pytest.mark.parametrize("change", ["region = 'Nowhere'", "province = 'x'", "city = 'x'", "barangay = 'x'"])
def test_a_store_that_is_not_where_its_record_says_breaks_a_promise(floor: Floor, change: str) -> None:
    """Months that are computed again would move to another region, and all promises of gold would hold."""
    floor.take_reference(*SMALL_WORLD)
    floor.carry()
    assert floor.broken_promises() == []
    with floor.database.transaction() as connection:
        connection.exec_driver_sql("update scout.dim_store set " + change + " where store_code = 'S1'")  # noqa: S608
    assert floor.broken_promises() == ["records_are_described"]
