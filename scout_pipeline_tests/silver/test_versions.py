"""The current version of a store or product is that of today: what is announced for later is not in force yet."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline_tests.floor_files import Floor, reference, sale

STORE = "select region, is_active from scout.dim_store where store_code = :code and is_current"
PRODUCT = "select category from scout.dim_product where sku = 'RICE' and is_current"
# time is moved, not the clock: what was announced for later begins yesterday
LATER = (
    "update scout.dim_store set valid_to = now()::date - 1, valid_to_at = now() - interval '1 day'"
    " where store_code = 'S1' and valid_to between now()::date and now()::date + 99",
    "update scout.dim_store set valid_from = now()::date - 1, valid_from_at = now() - interval '1 day'"
    " where store_code = 'S1' and valid_from > now()::date",
    "update scout.dim_store set closed_on = now()::date - 1 where closed_on is not null",
    "update scout.dim_product set valid_to = now()::date - 1 where valid_to between now()::date and now()::date + 99",
    "update scout.dim_product set valid_from = now()::date - 1 where valid_from > now()::date",
)


def days_on(days: int) -> str:
    return str((datetime.now(UTC) + timedelta(days=days)).date())


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    made = Floor(database, tmp_path)
    made.take_reference(
        reference("store", "S1", "2020-01-01"),
        reference("store", "S1", days_on(40), region="Region VII"),
        reference("store", "S2", "2020-01-01", closed_on=days_on(40)),
        reference("store", "S3", "2020-01-01", closed_on=days_on(-40)),
        reference("store", "S4", days_on(40)),
        reference("store", "S4", days_on(50), region="Region VII"),
        reference("product", "RICE", "2020-01-01", category="canned_goods"),
        reference("product", "RICE", days_on(40), category="snacks"),
    )
    made.carry()
    return made


def test_what_is_announced_for_later_is_not_in_force(floor: Floor) -> None:
    """A store that moves next month would be in its new region today, and one that closes then be closed."""
    assert floor.rows(STORE, code="S1") == [("NCR", True)]
    assert floor.rows(STORE, code="S2") == [("NCR", True)]
    assert floor.rows(STORE, code="S3") == [("NCR", False)]
    assert floor.rows(STORE, code="S4") == [("NCR", True)], "of a store that begins later, its first version"
    assert floor.rows(PRODUCT) == [("canned_goods",)]
    assert "histories_are_sound" not in floor.broken_promises()


def test_a_run_makes_the_version_current_whose_day_has_come(floor: Floor) -> None:
    """Nobody sends a record on the day on which a store moves: its old region would stay for ever."""
    with floor.database.transaction() as connection:
        for statement in LATER:
            connection.execute(sa.text(statement))
    flow.run_incremental(floor.database)
    assert floor.rows(STORE, code="S1") == [("Region VII", True)]
    assert floor.rows(STORE, code="S2") == [("NCR", False)]
    assert floor.rows(PRODUCT) == [("snacks",)]
    assert "histories_are_sound" not in floor.broken_promises()


def test_a_sale_still_finds_the_version_of_its_time(floor: Floor) -> None:
    """Which version is current is a matter of today; what was sold a year ago is none."""
    floor.take_reference(reference("store", "S1", "2025-06-01", region="CAR"))
    floor.take_sales(
        sale("1", at="2025-05-31T10:00:00+08:00"),
        sale("2", at="2025-06-01T10:00:00+08:00"),
    )
    floor.carry()
    assert floor.rows(STORE, code="S1") == [("CAR", True)]
    regions = "select region from scout.silver_transactions_cleaned order by transaction_id"
    assert floor.rows(regions) == [("NCR",), ("CAR",)]
