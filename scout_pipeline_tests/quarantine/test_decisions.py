"""What a person or a rule keeps out stays out in every way silver is computed, and has a way back."""

from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.quarantine import decisions, entries, replay, retention
from scout_pipeline.quarantine.selection import Selection, SelectionError
from scout_pipeline.silver import reconcile, set_aside
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, reference, sale
from scout_pipeline_tests.sales_files import csv_bytes, line, mapping_with, open_counter, write_mapping

FEBRUARY = date(2026, 2, 1)
# as quality/ makes it; here only what says whether a rule still holds
RULE = """
insert into ops.data_quality_rules (rule_id, table_name, dimension, scope, severity, owner, question, remedy,
    action)
values ('silver_transactions_cleaned.value', 'scout.silver_transactions_cleaned', 'range', 'row', 'error', 'team:x',
    'Is it?', 'look', 'quarantine')
"""


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    made = Floor(database, tmp_path)
    made.take_reference(*SMALL_WORLD)
    made.take_sales(sale("1"), sale("2", items=[item("KOPI", 2, 5), item()]), sale("bad", items=[item(quantity=-5)]))
    made.carry()
    return made


def change(floor: Floor, statement: str) -> None:
    with floor.database.transaction() as connection:
        connection.execute(sa.text(statement))


def stays(floor: Floor) -> None:
    """However silver is computed again, it says the same, and every promise holds."""
    before = fingerprint(floor.database)
    for month in (FEBRUARY, None):
        if month:
            flow.run_rebuild(floor.database, month, month)
        else:
            flow.run_reconcile(floor.database)
        assert fingerprint(floor.database) == before
        assert floor.broken_promises() == []


def test_a_rule_sets_a_sale_aside_until_it_is_changed(floor: Floor) -> None:
    """A sale that a rule took out would return with the next rebuild, or never."""
    whole = fingerprint(floor.database)
    change(floor, RULE)
    source_id = floor.rows("select source_id from scout.dim_source where source_name = 'scout'")[0][0]
    set_aside.set_aside(
        floor.database,
        [(source_id, "2"), (source_id, "no such sale")],
        rule_id="silver_transactions_cleaned.value",
        rule_version=1,
        detail="too much",
        by="the check",
    )
    floor.carry()
    assert floor.rows("select transaction_id from scout.silver_transactions_cleaned") == [("1",)]
    assert floor.rows("select net_revenue from scout.gold_daily_aggregates") == [(10,)]
    assert floor.broken_promises() == []
    stays(floor)
    assert replay.replay(floor.database, Selection(reason="broken_rule"), by="anna").unchanged == 1
    change(floor, "update ops.data_quality_rules set version = 2")
    assert replay.replay(floor.database, Selection(reason="broken_rule"), by="anna").entered == 1
    floor.carry()
    assert fingerprint(floor.database) == whole
    assert floor.broken_promises() == []


def test_a_set_aside_receipt_of_lines_goes_and_comes_back_whole(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line of a receipt would come back as the whole of it."""
    counter = open_counter(database, tmp_path, monkeypatch, mapping_with())
    counter.take("a.csv", csv_bytes(line(), line(sku="TEA"), line("T2")))
    counter.carry()
    before = counter.silver()
    (source,) = counter.rows("select source_id from scout.dim_source")
    set_aside.set_aside(database, [(source["source_id"], "T1")], rule_id="r", rule_version=1, detail="d", by="b")
    counter.assert_promises()
    assert counter.receipts() == ["T2"]
    (first, _) = counter.rows("select quarantine_id from scout.quarantine order by 1")
    replay.replay(database, Selection(ids=[first["quarantine_id"]]), by="anna", is_forced=True)
    counter.assert_promises()
    assert counter.silver() == before


def test_what_was_discarded_stays_out_until_it_is_opened_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody decided that a sale never happened; the next rebuild under a wider mapping would bring it in."""
    strict = mapping_with(limits={"quantity": {"at_most": "10"}})
    counter = open_counter(database, tmp_path, monkeypatch, strict)
    counter.take("a.csv", csv_bytes(line(), line("T2", quantity="11"), line("T3", quantity="12")))
    counter.carry()
    (entry, _) = counter.rows("select quarantine_id from scout.quarantine order by transaction_id")
    chosen = Selection(ids=[entry["quarantine_id"]])
    assert decisions.discard(database, chosen, by="anna", why="a test of the till") == 1
    counter.assert_promises()
    write_mapping(tmp_path / "mappings", mapping_with())
    assert replay.replay(database, Selection(), by="ben").entered == 1
    assert counter.receipts() == ["T1", "T3"]
    reconcile.restart(database)
    counter.carry()
    assert counter.receipts() == ["T1", "T3"]
    assert decisions.reopen(database, chosen, by="anna", why="it was real") == 1
    counter.assert_promises()
    assert replay.replay(database, Selection(), by="ben").entered == 1
    assert counter.receipts() == ["T1", "T2", "T3"]
    (row,) = counter.rows("select history from scout.quarantine where quarantine_id = :id", id=entry["quarantine_id"])
    assert [event["what"] for event in row["history"]] == ["discarded", "reopened", "replayed"]


def test_a_reference_record_enters_once_it_is_right(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop that was refused for a spelling nobody knew would wait for ever, and its sales with it."""
    floor.take_reference(reference("store", "S3", region="Lakelands"))
    floor.take_sales(sale("3", store="S3"))
    floor.carry()
    change(floor, "insert into scout.place_aliases values ('region', 'lakelands', 'CAR')")
    report = replay.replay(floor.database, Selection(source="scout_reference"), by="anna", is_forced=True)
    assert (report.entered, report.refused) == (1, 0)
    floor.carry()
    assert floor.rows("select region from scout.silver_transactions_cleaned where transaction_id = '3'") == [("CAR",)]
    assert floor.broken_promises() == []


def test_only_what_was_closed_long_ago_is_pruned(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger would no longer add up, or a discarded sale come back once its entry is gone."""
    counter = open_counter(database, tmp_path, monkeypatch, mapping_with(limits={"quantity": {"at_most": "10"}}))
    counter.take("a.csv", csv_bytes(line(), line("T2", quantity="11"), line("")) + b"too,short\n")
    counter.carry()
    decisions.discard(database, Selection(), by="anna", why="a test")
    decisions.reopen(database, Selection(reason="missing_transaction_id"), by="anna", why="a test")
    change_age = "update scout.quarantine set resolved_at = resolved_at - interval '401 days'"
    with database.transaction() as connection:
        assert retention.prunable(connection, 400) == retention.Prunable(0, 0)
        connection.execute(sa.text(change_age))
        assert retention.prunable(connection, 400) == retention.Prunable(1, 1)
    assert retention.prune(database, 400) == 2
    assert retention.prune(database, 400) == 0
    assert [(row["layer"], row["reason_code"], row["payload"] == {}) for row in counter.quarantine()] == [
        ("bronze", "missing_transaction_id", False),
        ("silver", "quantity_out_of_range", True),
    ]
    reconcile.restart(database)
    counter.carry()
    assert counter.receipts() == ["T1"]


def test_a_selection_that_names_nothing_is_refused(floor: Floor) -> None:
    """A misspelt source would look like one without any entry."""
    with floor.database.transaction() as connection:
        for wrong in (Selection(source="nowhere"), Selection(store="S9"), Selection(reason="nothing")):
            with pytest.raises(SelectionError, match=r"nowhere|S9|nothing"):
                wrong.bound(connection)


MOVE = sa.text("update scout.quarantine set quarantined_at = cast(:moment as timestamptz) where transaction_id = :name")


@pytest.fixture
def spread(floor: Floor) -> Floor:
    """Entries by transaction id: two stores, two layers, and the first and last moments of a day."""
    floor.take_sales(
        sale("second", store="S2", items=[item(quantity=-5)]),
        sale("late", items=[item(quantity=-5)]),
        sale("next", store="S2", items=[item(quantity=-5)]),
    )
    floor.carry()
    (floor.folder / "broken.jsonl").write_text('{"id": "unread"\n', encoding="utf-8")
    landing.ingest(floor.database, [floor.folder / "broken.jsonl"], mappings.load("scout"))
    change(floor, "update scout.quarantine set transaction_id = layer where transaction_id is null")
    for name, moment in {
        "bad": "2026-02-05 00:00:00+00",
        "second": "2026-02-05 12:00:00+00",
        "late": "2026-02-05 23:59:59.999999+00",
        "next": "2026-02-06 00:00:00+00",
        "bronze": "2026-02-04 23:59:59.999999+00",
    }.items():
        with floor.database.transaction() as connection:
            connection.execute(MOVE, {"moment": moment, "name": name})
    return floor


MEANT: tuple[tuple[Selection, set[str]], ...] = (
    (Selection(), {"bad", "second", "late", "next", "bronze"}),
    (Selection(store="S1"), {"bad", "late"}),
    (Selection(store="S2"), {"second", "next"}),
    (Selection(layer="bronze"), {"bronze"}),
    (Selection(layer="silver"), {"bad", "second", "late", "next"}),
    (Selection(first_day=date(2026, 2, 5)), {"bad", "second", "late", "next"}),
    (Selection(last_day=date(2026, 2, 5)), {"bad", "second", "late", "bronze"}),
    (Selection(first_day=date(2026, 2, 5), last_day=date(2026, 2, 5)), {"bad", "second", "late"}),
    (Selection(store="S2", layer="silver", last_day=date(2026, 2, 5)), {"second"}),
    (Selection(store="S2", layer="bronze"), set()),
)


def test_a_store_a_layer_and_days_are_what_is_meant_and_nothing_else(spread: Floor) -> None:
    """To discard one store's entries would discard everybody's."""
    for selection, expected in MEANT:
        with spread.database.transaction() as connection:
            page = entries.page(connection, selection, row_limit=50, before=None)
        assert {entry["transaction_id"] for entry in page} == expected, selection
        assert replay.open_count(spread.database, selection) == len(expected), selection
        assert decisions.discard(spread.database, selection, by="anna", why="a test") == len(expected), selection
        closed = spread.rows("select transaction_id from scout.quarantine where status = 'discarded'")
        assert {name for (name,) in closed} == expected, selection
        assert decisions.reopen(spread.database, selection, by="anna", why="a test") == len(expected), selection
