"""What is announced for later is not in force yet, and comes in force by itself: stores, products, all the others."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline.silver import announced
from scout_pipeline_tests.floor_files import Floor, item, reference, sale

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


MEMBERS = {
    "brand": "select is_tbwa_client from scout.dim_brand where brand_name = 'Kopiko'",
    "category": "select display_name from scout.dim_category where category = 'snacks'",
    "province": "select place_name from (select province_name from scout.dim_province) as named (place_name)",
    "campaign": "select campaign_name from scout.dim_campaign",
    "device": "select model from scout.dim_device",
    "promotion": "select promotion_name from scout.silver_promotions",
    "promotion_item": "select quantity from scout.silver_promotion_items",
    "only announced": "select is_tbwa_client from scout.dim_brand where brand_name = 'Oishi'",
}
CLIENT_REVENUE = "select trim_scale(sum(tbwa_revenue)) from scout.gold_business_metrics"


def announcing(floor: Floor) -> None:
    """Members as they are, and as they will be in forty days; of Oishi only the latter, twice."""
    for day, (word, number) in (("2026-01-01", ("now", 1)), (days_on(40), ("later", 2))):
        floor.take_reference(
            reference("store", "S1"),
            reference("product", "KOPI", brand_name="Kopiko", unit_price=10),
            reference("brand", "Kopiko", day, is_tbwa_client=number == 2),
            reference("brand", "Oishi", days_on(38 + number), is_tbwa_client=number == 2),
            reference("category", "snacks", day, display_name=word),
            reference("province", "P", day, place_name=word, region="NCR"),
            reference(
                "campaign", "C", day,
                campaign_name=word, campaign_type="tv", brand_name="Kopiko",
                starts_on="2026-01-01", ends_on="2026-12-31",
            ),
            reference("device", "D", day, store_id="S1", model=word, installed_on="2026-01-01"),
            reference(
                "promotion", "PR", day,
                promotion_name=word, status="open", store_id="S1",
                promotion_value=number, created_at="2026-01-02T10:00:00Z",
            ),
            reference("promotion_item", "PI", day, promotion="PR", sku="KOPI", quantity=number),
        )  # fmt: skip
    floor.take_sales(sale("1", items=[item("KOPI", 3)]))
    floor.carry()


def members(floor: Floor) -> dict[str, Any]:
    return {name: floor.rows(query)[0][0] for name, query in MEMBERS.items()}


def test_a_record_of_any_kind_that_is_announced_waits_for_its_day(database: Database, tmp_path: Path) -> None:
    """A brand that becomes a client next month would be one today, with all that it sold last year."""
    floor = Floor(database, tmp_path)
    announcing(floor)
    now = {
        "brand": False, "category": "now", "province": "now", "campaign": "now", "device": "now",
        "promotion": "now", "promotion_item": 1, "only announced": False,
    }  # fmt: skip
    assert members(floor) == now
    assert floor.rows(CLIENT_REVENUE) == [(0,)]
    assert floor.rows("select count(*) from scout.quarantine") == [(0,)]
    with database.transaction() as connection:
        connection.execute(
            sa.text("update scout.dimension_records set valid_from = valid_from - 41 where is_announced")
        )
    assert flow.run_incremental(database).silver.windows == 0, "nothing has arrived"
    assert members(floor) == {
        "brand": True, "category": "later", "province": "later", "campaign": "later", "device": "later",
        "promotion": "later", "promotion_item": 2, "only announced": True,
    }  # fmt: skip
    assert floor.rows(CLIENT_REVENUE) == [(30,)]
    assert floor.rows("select count(*) from scout.dimension_records where is_announced") == [(0,)]
    assert not announced.refresh(database), "once is enough"
    assert "records_are_described" not in floor.broken_promises()


def test_a_late_record_does_not_bring_what_is_announced(database: Database, tmp_path: Path) -> None:
    """A correction of last year, sent after the announcement, must neither be lost nor call the announcement in."""
    floor = Floor(database, tmp_path)
    announcing(floor)
    floor.take_reference(reference("category", "snacks", "2026-03-01", display_name="corrected"))
    floor.carry()
    assert members(floor)["category"] == "corrected"
