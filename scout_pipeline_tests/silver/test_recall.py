"""Sales follow what is described later: those that it concerns, in batches, whoever is killed on the way."""

from pathlib import Path
from typing import Any

import pytest

from scout_pipeline import crash_points, flow, settings
from scout_pipeline.database import Database
from scout_pipeline.silver import refresh
from scout_pipeline.sources import mapping as mappings
from scout_pipeline.sources import watermarks
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, reference, sale

KOPI = {"brand_name": "Kopiko", "category": "beverages"}
RECALLED = "select transaction_id from ops.recalled_transactions order by transaction_id"


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    return Floor(database, tmp_path)


@pytest.fixture
def till(monkeypatch: pytest.MonkeyPatch) -> str:
    """A source like `scout` that registers the stores it names."""
    loaded = mappings.load
    mapping = loaded("scout").model_copy(update={"name": "till"})
    mapping = mapping.model_copy(update={"store": mapping.store.model_copy(update={"unknown": "register"})})
    monkeypatch.setattr(mappings, "load", lambda name: mapping if name == "till" else loaded(name))
    return "till"


def metric(code: str, store: str, measured_at: str, value: float = 5) -> dict[str, Any]:
    """One measurement of a store."""
    told: dict[str, Any] = {
        "metric_name": "footfall",
        "metric_source": "pos",
        "measured_at": measured_at,
        "metric_value": value,
    }
    return reference("store_metric", code, store_id=store, **told)


def recalled(floor: Floor, *records: dict[str, Any]) -> list[str]:
    """The sales that these records recall; they are computed again, too."""
    floor.take_reference(*records)
    refresh.carry_window(floor.database)
    named = [row[0] for row in floor.rows(RECALLED)]
    floor.carry()
    assert floor.rows(RECALLED) == []
    return named


def test_only_sales_for_which_something_changed_are_recalled(floor: Floor) -> None:
    """A new telephone number of a chain's head office would compute its whole history again."""
    floor.take_reference(*SMALL_WORLD, reference("store", "S1", "2026-03-01", region="CAR"))
    floor.take_sales(
        sale("listed", items=[item("KOPI", 1, None)]),
        sale("priced", items=[item("KOPI", 1, 8)]),
        sale("march", at="2026-03-02T10:00:00+08:00"),
        sale("elsewhere", store="S2"),
    )
    floor.carry()
    assert recalled(floor, reference("store", "S1", store_name="Another name")) == []
    assert recalled(floor, reference("store", "S1", region="Caraga")) == ["listed", "priced"]
    assert recalled(floor, reference("store", "S1", "2026-03-01", region="CAR", time_zone="Asia/Tokyo")) == ["march"]
    assert recalled(floor, reference("product", "KOPI", **KOPI, unit_price=9, pack_size="12 g")) == ["listed"]
    assert recalled(floor, reference("product", "KOPI", **{**KOPI, "brand_name": "Other"}, unit_price=9)) == [
        "listed",
        "priced",
    ]
    before = fingerprint(floor.database)
    flow.run_reconcile(floor.database)
    assert fingerprint(floor.database) == before
    assert floor.broken_promises() == []


def test_recalled_sales_are_computed_in_batches_and_the_rest_is_not_forgotten(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One corrected price would hold the watermark for an hour, and a machine that is restarted begin anew."""
    monkeypatch.setenv("SCOUT_RECALL_LIMIT", "2")
    settings.current.cache_clear()
    floor.take_reference(*SMALL_WORLD)
    # two versions of a sale in different files, and one between the lines of another file
    floor.take_sales(sale("1", items=[item("KOPI", 5, None)]), sale("2", items=[item("KOPI", 1, None)]))
    floor.take_sales(*(sale(name, items=[item("KOPI", 1, None)]) for name in "1345"))
    floor.carry()
    floor.take_reference(reference("product", "KOPI", **KOPI, unit_price=12))
    steps = [refresh.carry_window(floor.database)]
    assert len(floor.rows(RECALLED)) == 5
    steps.append(refresh.carry_window(floor.database))
    assert [row[0] for row in floor.rows(RECALLED)] == ["3", "4", "5"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(crash_points, "reach", _interrupt)
        with pytest.raises(InterruptedError):
            refresh.carry_window(floor.database)
    assert len(floor.rows(RECALLED)) == 3
    while (step := refresh.carry_window(floor.database)) is not None:
        steps.append(step)
    assert [step.transactions_written for step in steps if step] == [0, 2, 2, 1]
    floor.carry()
    assert floor.rows("select count(*), sum(net_revenue) from scout.gold_daily_aggregates") == [(1, 60)]
    assert floor.broken_promises() == []


def _interrupt(point: str) -> None:
    if point == "silver.marked":
        raise InterruptedError


def test_a_rejected_version_gives_way_to_the_one_before_it(floor: Floor) -> None:
    """A price that nobody can pay sets the newest version aside; the sale would vanish, or differ from a rebuild."""
    floor.take_reference(*SMALL_WORLD)
    floor.take_sales(sale("1", items=[item("RICE", 2)]))
    floor.take_sales(sale("1", items=[item("KOPI", 1, None)]))
    floor.carry()
    assert recalled(floor, reference("product", "KOPI", **KOPI, unit_price=20_000)) == ["1"]
    assert floor.rows("select peso_value from scout.silver_transactions_cleaned") == [(20,)]
    before = fingerprint(floor.database)
    flow.run_reconcile(floor.database)
    assert fingerprint(floor.database) == before


def test_measurements_follow_the_time_zone_of_their_store(floor: Floor) -> None:
    """A corrected time zone would move a store's sales to the right day, and leave its footfall on the wrong one."""
    days = "select measurement_id, date_key::text from scout.silver_store_metrics order by measurement_id"
    floor.take_reference(
        *SMALL_WORLD,
        metric("M1", "S1", "2026-02-05T15:30:00Z"),
        metric("M2", "S1", "2026-03-05T15:30:00Z"),
        metric("M3", "S1", "2025-12-05T15:30:00Z"),
    )
    floor.carry()
    assert floor.rows(days) == [("M1", "2026-02-05"), ("M2", "2026-03-05"), ("M3", "2025-12-05")]
    floor.take_reference(reference("store", "S1", "2026-03-01", time_zone="Asia/Tokyo"))
    floor.carry()
    assert floor.rows(days) == [("M1", "2026-02-05"), ("M2", "2026-03-06"), ("M3", "2025-12-05")]
    floor.take_reference(reference("store", "S1", time_zone="Asia/Tokyo"))
    floor.carry()
    assert floor.rows(days) == [("M1", "2026-02-06"), ("M2", "2026-03-06"), ("M3", "2025-12-06")]
    latest = "select date_key::text from scout.gold_latest_store_metrics"
    assert floor.rows(latest) == [("2026-03-06",)]
    assert floor.broken_promises() == []


def test_a_store_that_a_sale_registers_lets_in_what_waits_for_it(floor: Floor, till: str) -> None:
    """The till knows the shop and the office does not: its devices and other sales would wait for ever."""
    floor.take_reference(
        *SMALL_WORLD[2:], reference("device", "PI-1", store_id="R1"), metric("M1", "R1", "2026-02-05T10:00:00Z")
    )
    floor.take_sales(sale("waits", store="R1"))
    floor.carry()
    assert len(floor.rows("select 1 from scout.quarantine where waits_for = 'store/R1' and status = 'open'")) == 3
    floor.take(till, sale("registers", store="R1"))
    floor.carry()
    assert floor.rows("select status from scout.quarantine where waits_for = 'store/R1'") == [("replayed",)] * 3
    assert floor.rows("select device_id from scout.dim_device") == [("PI-1",)]
    assert len(floor.rows("select 1 from scout.silver_transactions_cleaned")) == 2
    assert floor.rows("select * from ops.registered_stores") == []
    assert floor.broken_promises() == []


def test_a_registered_store_is_noticed_without_any_new_record(floor: Floor, till: str) -> None:
    """A file that holds nothing new may still name a shop for the first time under another rule."""
    floor.take_reference(*SMALL_WORLD[2:])
    floor.take_sales(sale("1", store="R1"))
    floor.carry()
    floor.take(till, sale("2", store="R1"))
    with floor.database.transaction() as connection:
        window = watermarks.open_window(connection, watermarks.SILVER, row_limit=10)
        assert window is not None
        watermarks.close_window(connection, window, last_event_at=None)
    refresh.carry_all(floor.database)
    assert floor.rows("select transaction_id from scout.silver_transactions_cleaned") == [("1",)]


def test_the_region_is_that_of_the_store_and_else_what_the_source_says(
    floor: Floor, till: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One region would stand in every table twice: as the shop has it, and as each till spells it."""
    known = mappings.load(till)
    spoken = known.model_copy(update={"fields": known.fields.model_copy(update={"region": "place"})})
    loaded = mappings.load
    monkeypatch.setattr(mappings, "load", lambda name: spoken if name == till else loaded(name))
    floor.take_reference(*SMALL_WORLD)
    floor.take(
        till,
        sale("described", place="Caraga"),
        sale("spelled", store="R1", place="metro manila"),
        sale("foreign", store="R1", place="Wales"),
        sale("silent", store="R1"),
    )
    floor.carry()
    assert dict(floor.rows("select transaction_id, region from scout.silver_transactions_cleaned")) == {
        "described": "NCR",
        "spelled": "NCR",
        "foreign": "Wales",
        "silent": None,
    }
