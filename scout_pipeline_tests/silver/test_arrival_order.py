"""Offices, technicians and tills deliver when they like: the end is the same, whoever comes first."""

import json
import random
from pathlib import Path

import pytest

from scout_pipeline import database as db
from scout_pipeline import flow
from scout_pipeline import settings as scout_settings
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.quality import promises
from scout_pipeline.silver import refresh
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.floor_files import item, reference, sale
from scout_pipeline_tests.shop_files import Line, install_mapping, write
from scout_pipeline_tests.silver.test_recall import metric
from scout_pipeline_tests.test_equivalence import empty

# `scout` waits for stores and products, `test_shops` registers and derives them; stores A and B belong to both
FILES: dict[str, tuple[str, tuple[object, ...]]] = {
    "stores": (
        "scout_reference",
        (
            reference("store", "A", "2024-02-01", region="CAR"),
            reference("store", "A", "2024-03-06", region="Caraga", time_zone="Asia/Tokyo"),
            reference("store", "C", "2024-01-01"),
        ),
    ),
    "products": ("office", (reference("product", "RICE", "2024-01-01"), reference("product", "FEE", "2024-01-01"))),
    "devices": ("scout_reference", tuple(reference("device", f"PI-{store}", store_id=store) for store in "ABC")),
    "footfall": (
        "office",
        (
            metric("M1", "A", "2024-01-05T15:30:00Z", 1),
            metric("M2", "A", "2024-03-07T15:30:00Z", 2),
            metric("M3", "B", "2024-03-07T15:30:00Z", 3),
        ),
    ),
    "counter": (
        "scout",
        tuple(
            sale(f"{store}-{sku}-{day}", store, f"2024-{day}T23:30:00+08:00", [item(sku, 2, price)], customer_id="c1")
            for store in "ABC"
            for sku, price in (("RICE", None), ("SOAP", 4))
            for day in ("01-05", "03-07")
        ),
    ),
    "till": (
        "test_shops",
        (
            Line("1", "A", "2024-03-07 23:30:00", region="metro manila"),
            Line("2", "B", "2024-01-05 10:00:00", sku="SOAP"),
            Line("3", "B", "2024-03-07 10:00:00", sku="FEE", region="Wales"),
        ),
    ),
}
# a correction comes after what it corrects
CORRECTED = (reference("product", "RICE", "2024-01-01", unit_price=12, brand_name="Oryza"),)


@pytest.fixture
def paths(open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    install_mapping(open_folder / "mappings", monkeypatch)
    office = mappings.load("scout_reference").model_copy(update={"name": "office"})
    loaded = mappings.load
    monkeypatch.setattr(mappings, "load", lambda name: office if name == "office" else loaded(name))
    monkeypatch.setenv("SCOUT_RECALL_LIMIT", "3")
    scout_settings.current.cache_clear()
    made = {"correction": documents(open_folder / "correction.jsonl", CORRECTED)}
    for name, (source, content) in FILES.items():
        if source == "test_shops":
            made[name] = write(open_folder / f"{name}.csv", [line for line in content if isinstance(line, Line)])
        else:
            made[name] = documents(open_folder / f"{name}.jsonl", content)
    return made


def documents(path: Path, content: tuple[object, ...]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in content), encoding="utf-8")
    return path


def take(database: Database, paths: dict[str, Path], name: str) -> None:
    source = FILES[name][0] if name in FILES else "office"
    (outcome,) = landing.ingest(database, [paths[name]], mappings.load(source))
    assert outcome.status == "loaded", outcome


def said(database: Database) -> dict[str, str]:
    """Silver and gold, and what waits."""
    with database.transaction() as connection:
        assert [result for result in promises.check_all(connection) if not result.holds] == []
        waiting = db.driver_connection(connection).execute(
            "select transaction_id, reason_code, waits_for from scout.quarantine where status = 'open' order by 1, 2, 3"
        )
        days = db.driver_connection(connection).execute(
            "select measurement_id, date_key::text from scout.silver_store_metrics order by 1"
        )
        return {**fingerprint(database), "waiting": str(waiting.fetchall()), "days": str(days.fetchall())}


def test_sources_that_wait_and_sources_that_register_may_come_in_any_order(
    database: Database, paths: dict[str, Path]
) -> None:
    """A device would stay unknown, or a sale in quarantine, because the till was faster than the office."""
    chance = random.Random(17)
    empty(database)
    for name in [*FILES, "correction"]:
        take(database, paths, name)
    flow.run_incremental(database)
    expected = said(database)
    for _ in range(4):
        order = chance.sample(sorted(FILES), len(FILES))
        order.insert(chance.randint(order.index("products") + 1, len(order)), "correction")
        empty(database)
        for name in order:
            take(database, paths, name)
            if chance.random() < 0.5:
                refresh.carry_all(database)
        flow.run_incremental(database)
        assert said(database) == expected, order
    flow.run_reconcile(database)
    assert said(database) == expected
