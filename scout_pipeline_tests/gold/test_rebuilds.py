"""Every table of gold that came about by changes says what one computation of everything says."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline_tests.fingerprint import compared_tables, fingerprint
from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.gold import observed_floor, product_sales, store_days
from scout_pipeline_tests.gold.test_basket_patterns import BASKETS
from scout_pipeline_tests.prepared import Prepared
from scout_pipeline_tests.shop_files import install_mapping

BY_STORE = {
    "scout.gold_business_metrics",
    "scout.gold_hourly_kpis",
    "scout.gold_region_hours",
    "scout.gold_region_periods",
    "scout.gold_store_periods",
    "scout.gold_suggestion_funnel",
    "scout.gold_time_of_day",
}
BY_PRODUCT = {
    "scout.gold_basket_patterns",
    "scout.gold_brand_hours",
    "scout.gold_brand_performance",
    "scout.gold_brand_periods",
    "scout.gold_category_hours",
    "scout.gold_category_periods",
    "scout.gold_category_summary",
    "scout.gold_product_mix",
    "scout.gold_store_product_summary",
}


def places(database: Database) -> dict[str, set[tuple[str, str]]]:
    """Where each row of gold lies and which transaction wrote it."""
    with database.transaction() as connection:
        names = [name for name in compared_tables(connection) if name.startswith("gold_")]
        assert len(names) > 25
        place: list[sa.ColumnElement[str]] = [sa.literal_column("ctid::text"), sa.literal_column("xmin::text")]
        return {
            name: {
                tuple(row) for row in connection.execute(sa.select(*place).select_from(sa.table(name, schema="scout")))
            }
            for name in names
        }


@pytest.mark.parametrize("name", store_days.CHANGES)
def test_what_a_change_left_is_what_a_rebuild_of_its_months_says(
    prepared: Prepared, open_folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """The history of arrivals would show in the figures of shops, and running again would write what nobody changed."""
    install_mapping(open_folder / "mappings", monkeypatch)
    floor = Floor(prepared.copy(store_days.SUGGESTED_CHANGED[name]), Path())
    known = fingerprint(floor.database)
    assert set(known) >= BY_STORE
    assert floor.broken_promises() == []
    before = places(floor.database)
    floor.carry()
    assert places(floor.database) == before, "nothing came, and rows were written"
    store_days.rebuild(floor)
    assert fingerprint(floor.database) == known
    assert floor.broken_promises() == []


def test_late_moved_and_voided_sales_end_like_one_computation_of_everything(
    prepared: Prepared, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The history of arrivals would show in the figures of products, brands, categories and baskets."""
    floor = product_sales.open_floor(prepared, open_folder, monkeypatch, state=BASKETS)
    product_sales.assert_equal_to_a_rebuild(floor, *BY_PRODUCT)


@pytest.mark.parametrize("name", observed_floor.CHANGES)
def test_the_same_again_writes_nothing(prepared: Prepared, tmp_path: Path, name: str) -> None:
    """A file that is delivered twice would make every figure look new."""
    floor = Floor(prepared.copy(observed_floor.CHANGED[name]), tmp_path)
    assert floor.broken_promises() == []
    before = places(floor.database)
    floor.take_sales(observed_floor.CHANGES[name][0])
    floor.carry()
    assert places(floor.database) == before


def test_what_was_kept_by_buckets_equals_a_full_rebuild(prepared: Prepared, tmp_path: Path) -> None:
    """Only a rebuild shows whether some path forgot a day of what was observed at the counter."""
    floor = Floor(prepared.copy(observed_floor.OBSERVED), tmp_path)
    for document, _ in observed_floor.CHANGES.values():
        floor.take_sales(document)
        floor.carry()
    as_is, again = observed_floor.rebuilt(floor)
    assert {"scout.gold_demographics", "scout.gold_request_behavior"} <= set(as_is)
    assert as_is == again
