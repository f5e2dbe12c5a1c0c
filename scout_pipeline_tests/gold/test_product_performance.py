"""Codes by month over all stores: products from those of each store, the rest from lines, against plain Python."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.gold import product_performance, store_product_summary
from scout_pipeline_tests import shop_files
from scout_pipeline_tests.floor_files import Floor, reference
from scout_pipeline_tests.gold.product_sales import (
    MOVED,
    VOIDED,
    Key,
    groups,
    open_floor,
    sold_lines,
    units,
    value,
)
from scout_pipeline_tests.prepared import Prepared
from scout_pipeline_tests.shop_files import Line

FIGURES = "select month, sku, units, net_revenue, transactions from scout.gold_product_performance"
STORE_PRODUCTS = "select count(*) from scout.gold_store_product_summary where month = '2026-02-01'"


@pytest.fixture
def floor(prepared: Prepared, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return open_floor(prepared, open_folder, monkeypatch)


def expected(floor: Floor) -> set[Key]:
    codes = groups(sold_lines(floor), lambda line: (line.month, line.sku))
    return {(*code, units(lines), value(lines), len({line.sale for line in lines})) for code, lines in codes}


def test_codes_equal_a_computation_without_sql(floor: Floor) -> None:
    """A fee stands in no store's products and would be missing, or count each of its lines as a transaction."""
    shop_files.take(
        floor.database,
        floor.folder,
        "both.csv",
        # sold by another source, too
        Line("s9", sold_at="2026-02-09 08:00:00", sku="KOPI", store="B"),
        *(Line("s9", sold_at="2026-02-09 08:00:00", sku="FEE", store="B", unit_price=price) for price in ("5", "6")),
    )
    floor.carry()
    assert set(floor.rows(FIGURES)) == expected(floor)
    assert "FEE" in {row[1] for row in floor.rows(FIGURES)}
    assert floor.broken_promises() == []


def test_codes_are_right_whether_their_stores_were_computed_before_them_or_wait(floor: Floor) -> None:
    """Somebody may materialize this table alone: from stores of yesterday it would be wrong, and marked as done."""
    line = Line("stores first", sold_at="2026-02-07 08:00:00", sku="SOAP", quantity="7")
    shop_files.take(floor.database, floor.folder, "stores.csv", line)
    flow.carry(floor.database, layers=())
    store_product_summary.refresh(floor.database)
    fees = sum(line.sku == "FEE" for line in sold_lines(floor))
    read = product_performance.refresh(floor.database).rows_read
    assert (fees, read) == (1, floor.rows(STORE_PRODUCTS)[0][0] + fees), "a row for each product of a store"
    assert set(floor.rows(FIGURES)) == expected(floor)
    line = Line("stores later", sold_at="2026-02-08 08:00:00", sku="SOAP", quantity="9")
    shop_files.take(floor.database, floor.folder, "lines.csv", line)
    flow.carry(floor.database, layers=())
    february = [line for line in sold_lines(floor) if line.month.month == 2]
    assert product_performance.refresh(floor.database).rows_read == len(february), "the lines themselves"
    assert set(floor.rows(FIGURES)) == expected(floor)
    floor.carry()
    assert floor.broken_promises() == []


def test_moved_and_voided_sales_are_in_their_new_month_alone(floor: Floor) -> None:
    """A month would keep what was sold in it once."""
    floor.take_sales(MOVED)
    floor.take_sales(VOIDED)
    floor.carry()
    assert set(floor.rows(FIGURES)) == expected(floor)
    assert floor.broken_promises() == []


def sell(floor: Floor, name: str, sku: str, day: int) -> None:
    sold_at = f"2026-02-{day:02} 08:00:00"
    shop_files.take(floor.database, floor.folder, f"{name}.csv", Line(name, sold_at=sold_at, sku=sku, store="B"))


def test_a_code_that_becomes_a_product_or_ceases_to_be_one_is_counted_once(floor: Floor) -> None:
    """It would be counted from its lines and in its stores, or in neither."""
    floor.take_reference(reference("product", "FEE", "2026-01-01", category="services"))
    floor.carry()
    # now the codes of the month are marked, and its stores know the fee
    sell(floor, "as a product", "EGGS", 9)
    floor.carry()
    assert floor.rows("select count(*) from scout.gold_store_product_summary where sku = 'FEE'") == [(1,)]
    assert set(floor.rows(FIGURES)) == expected(floor)
    mapping = floor.folder / "mappings" / "test_shops.yaml"
    mapping.write_text(mapping.read_text().replace('"^FEE$"', '"^SOAP$"'))
    sell(floor, "said otherwise", "SOAP", 10)
    floor.carry()
    sell(floor, "as none", "EGGS", 11)
    floor.carry()
    assert floor.rows("select count(*) from scout.gold_store_product_summary where sku = 'SOAP'") == [(0,)]
    assert set(floor.rows(FIGURES)) == expected(floor)
    assert floor.broken_promises() == []


def test_a_store_whose_months_know_a_product_not_yet_is_counted_from_lines(floor: Floor) -> None:
    """A month that came back from the archive may be older than the catalogue: its rows tell, not what is a product."""
    removed = "delete from scout.gold_store_product_summary where sku = 'RICE' and store_id = (select min(store_id) {})"
    with floor.database.transaction() as connection:
        connection.execute(sa.text(removed.format("from scout.gold_store_product_summary where sku = 'RICE'")))
        connection.execute(
            sa.text(
                "insert into ops.dirty_buckets (store_id, date_key, layer, cause)"
                " select distinct store_id, date_key, :layer, 'restated' from scout.silver_transaction_items"
            ),
            {"layer": product_performance.LAYER},
        )
    product_performance.refresh(floor.database)
    assert set(floor.rows(FIGURES)) == expected(floor)
