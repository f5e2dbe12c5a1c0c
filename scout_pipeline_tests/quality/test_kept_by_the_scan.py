"""What the check of a day keeps of the rows that it reads: prices of codes and the make-up of the day, in one scan."""

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline import rule_book
from scout_pipeline.database import Database
from scout_pipeline.quality import checking
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, reference, sale

DAY = date(2026, 2, 5)
NEXT = DAY + timedelta(days=1)
SALES, ITEMS = "scout.silver_transactions_cleaned", "scout.silver_transaction_items"
SHARES = "select measure, round(share, 3), counted from {} where date_key = :day order by measure"
PRICES = "select sku, round(avg_price, 2), line_count, list_price from ops.code_prices where date_key = :day order by 1"
READ = """
    select coalesce(sum(seq_tup_read + idx_tup_fetch), 0)
    from pg_stat_xact_user_tables
    where relname like :partitions
"""


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    """Three sales of a day, one of the next, and one of another day of the same month."""
    made = Floor(database, tmp_path)
    made.take_reference(*SMALL_WORLD, reference("category", "canned_goods"))
    made.take_sales(
        sale("0", at="2026-02-01T10:00:00+08:00"),
        sale("1", at="2026-02-05T18:30:10+08:00", customer_id="c1", items=[item(), item("KOPI", unit_price=8.5)]),
        sale("2", at="2026-02-05T18:30:40+08:00", customer_id="c1", payment_method="cash"),
        sale("3", store="S2", at="2026-02-05T20:30:00+08:00", items=[item(unit_price=14)]),
        sale("4", at="2026-02-06T10:00:00+08:00"),
    )
    made.carry()
    checking.prepare(database, rule_book.TABLES)
    return made


def check(floor: Floor, day: date, *relations: str) -> None:
    with floor.database.transaction() as connection:
        checking.check_day(connection, day, relations)


def rows_read(connection: sa.Connection, relation: str) -> int:
    """Rows of a partitioned table that this session read lately, however they were found."""
    return int(connection.execute(sa.text(READ), {"partitions": f"{relation.removeprefix('scout.')}_y%"}).scalar_one())


def test_all_checks_of_a_day_read_each_of_its_rows_once(floor: Floor) -> None:
    """The prices and shares of a day would cost more than its rules, if they read the day again."""
    with floor.database.transaction() as connection:
        # the day's rows by the key, not all of the small partition
        connection.execute(sa.text("set local enable_seqscan = off"))
        before = {relation: rows_read(connection, relation) for relation in (SALES, ITEMS)}
        checking.check_day(connection, DAY, [table.relation for table in rule_book.TABLES])
        read = {relation: rows_read(connection, relation) - before[relation] for relation in before}
    assert read == {SALES: 3, ITEMS: 4}


def test_what_is_kept_is_what_the_day_consists_of(floor: Floor) -> None:
    """Prices and shares that are not those of the day are judged as if they were."""
    check(floor, DAY, SALES, ITEMS)
    rice, kopi = floor.rows(PRICES, day=DAY)[::-1]
    assert rice[0] == "RICE"
    assert rice[2] == 3
    assert kopi[:3] == ("KOPI", Decimal("8.50"), 1)
    (expected,) = floor.rows(
        "select round(sum(subtotal) / sum(quantity), 2) from scout.silver_transaction_items "
        "where date_key = :day and sku = 'RICE'",
        day=DAY,
    )[0]
    assert rice[1] == expected
    found = {row[0]: row[1:] for row in floor.rows(SHARES.format("ops.day_shares"), day=DAY)}
    assert found["hour 18"] == (Decimal("0.667"), 2)
    assert found["hour 20"] == (Decimal("0.333"), 1)
    assert found["customer given"] == (Decimal("0.667"), 2)
    assert found["customer none"] == (Decimal("0.333"), 1)
    assert found["the busiest minute"] == (Decimal("0.667"), 2)
    assert found["the most frequent customer"] == (Decimal("1.000"), 2)
    kinds = ("hour", "payment method", "customer", "customer type", "gender", "age bracket", "economic class", "type")
    assert sum(row[1] for row in found.values()) == len(kinds) * 3 + 2 + 2
    lines = floor.rows(SHARES.format("ops.line_shares"), day=DAY)
    assert {name.rsplit(" ", 1)[0] for name, _, _ in lines} == {"brand", "category", "detection method", "unit"}
    assert sum(counted for _, _, counted in lines) == 4 * 4


def test_a_deleted_sale_has_no_share_and_what_is_called_none_is_none(floor: Floor) -> None:
    """What was taken back would be part of the day, and a payment that is called `none` stopped the check."""
    with floor.database.transaction() as connection:
        connection.execute(sa.text("update scout.silver_transactions_cleaned set payment_method = null"))
        for damage in (
            "payment_method = 'none' where transaction_id = '2'",
            # the same customer and payment as another sale: one group of what stands and what does not
            "customer_id = (select customer_id from scout.silver_transactions_cleaned where transaction_id = '1')",
            "deleted_at = now(), gender = 'robot' where transaction_id = '3'",
        ):
            connection.exec_driver_sql(f"update scout.silver_transactions_cleaned set {damage}")  # noqa: S608
    check(floor, DAY, SALES)
    found = {row[0]: row[1:] for row in floor.rows(SHARES.format("ops.day_shares"), day=DAY)}
    assert found["payment method none"] == (1, 2)
    assert found["hour 18"] == (1, 2)
    assert found["type sale"] == (1, 2)
    assert found["the busiest minute"] == (1, 2)
    assert found["the most frequent customer"] == (1, 2)
    assert {"hour 20", "gender robot"}.isdisjoint(found)


@pytest.mark.parametrize("damage", ["line_type = 'return'", "unit_price = 0, subtotal = 0", "quantity = -1"])
def test_what_was_not_sold_for_money_has_no_part_in_a_price(floor: Floor, damage: str) -> None:
    """What is given back or given away would be a price that nobody paid."""
    with floor.database.transaction() as connection:
        connection.exec_driver_sql(
            f"update scout.silver_transaction_items set {damage} where transaction_id = '3'"  # noqa: S608
        )
    check(floor, DAY, ITEMS)
    sold = floor.rows(
        "select round(sum(subtotal) / sum(quantity), 2), count(*) from scout.silver_transaction_items "
        "where date_key = :day and sku = 'RICE' and transaction_id <> '3'",
        day=DAY,
    )
    assert [row[1:3] for row in floor.rows(PRICES, day=DAY) if row[0] == "RICE"] == sold


def test_what_is_gone_has_a_share_of_nothing_and_no_price(floor: Floor) -> None:
    """A brand that vanished is seen by its absence; a price that nobody paid any more would be judged for ever."""
    check(floor, DAY, SALES, ITEMS)
    check(floor, NEXT, SALES, ITEMS)
    found = {row[0]: row[1:] for row in floor.rows(SHARES.format("ops.day_shares"), day=NEXT)}
    assert found["hour 18"] == (0, 0)
    assert found["hour 10"] == (1, 1)
    with floor.database.transaction() as connection:
        connection.execute(sa.text("delete from scout.silver_transaction_items where sku = 'KOPI'"))
        connection.execute(sa.text("update scout.silver_transactions_cleaned set sold_hour = 20 where sold_hour = 18"))
    check(floor, DAY, SALES, ITEMS)
    assert [row[0] for row in floor.rows(PRICES, day=DAY)] == ["RICE"]
    assert "hour 18" not in {row[0] for row in floor.rows(SHARES.format("ops.day_shares"), day=DAY)}
    # nothing came at all: silence is for other rules
    check(floor, DAY - timedelta(days=1), SALES, ITEMS)
    assert floor.rows(SHARES.format("ops.day_shares"), day=DAY - timedelta(days=1)) == []


@pytest.mark.parametrize("relation", checking.KEPT_BY)
def test_what_is_kept_is_there_when_it_is_asked_alone(floor: Floor, relation: str) -> None:
    """A check of one table alone would judge what was kept before the day changed, or nothing."""
    check(floor, DAY, relation)
    judged = floor.rows("select table_name, total_records > 0 from ops.data_quality_metrics")
    assert judged == [(relation, True)]
