"""The fingerprint by which two ways to the same content are compared: nothing may be outside it unsaid."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline_tests import fingerprint
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, reference, sale
from scout_pipeline_tests.shop_files import Line, install_mapping, take

# every relation of schema scout that holds rows of its own
TABLES = """
    select oid::regclass::text, array_agg(attname::text)
    from pg_class inner join pg_attribute on attrelid = pg_class.oid and attnum > 0 and not attisdropped
    where relnamespace = 'scout'::regnamespace and relkind = any('{r,p,m}') and not relispartition
    group by pg_class.oid
"""
# the smallest damage of each kind: a value, a key, a row too much, a row too few
DAMAGE = {
    "silver_transactions_cleaned": "set peso_value = peso_value + 0.0001 where transaction_id = '1'",
    "silver_transaction_items": "set description = null where transaction_id = '1'",
    "silver_request_behaviors": "set suggestion_offered = not suggestion_offered",
    "dim_store": "set store_name = store_name || ' ' where is_current",
    "dim_product": "set barcode = 'x' where sku = 'RICE'",
    "dim_product_descriptions": "set line_count = line_count + 1",
    "dim_date": "set is_payday = not is_payday where date_key = '2026-02-05'",
    "dim_brand": "set variants = variants || '{x}'",
    "dimension_records": "set attributes = attributes || '{\"x\": 1}' where code = 'S2'",
    "place_aliases": "set code = 'x' where alias_key = 'ncr'",
    "gold_daily_aggregates": "set unique_customers = unique_customers + 1",
    "gold_business_metrics": "set median_transaction_value = median_transaction_value + 0.00001",
    "gold_store_periods": "set period_start = period_start - 7 where period = 'week'",
    "gold_regional_performance": "set region = region || ' '",
    "gold_customer_insights": "set frequency = frequency + 1",
    "gold_product_mix": "set revenue_rank = revenue_rank + 1",
}
ROWS = {
    "dim_customer": "delete from scout.dim_customer where customer_id = (select min(customer_id::text)::uuid"
    " from scout.dim_customer)",
    "gold_product_performance": "insert into scout.gold_product_performance"
    " select sku, month + 40, units, net_revenue, transactions from scout.gold_product_performance limit 1",
}


@pytest.fixture
def loaded(database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """Something in most tables, from both contracts."""
    install_mapping(open_folder / "mappings", monkeypatch)
    take(database, open_folder, "a.csv", Line("1"), Line("2", customer="c2", sku="SOAP"))
    floor = Floor(database, open_folder)
    floor.take_reference(*SMALL_WORLD, reference("brand", "Tang", owner="Mondelez", is_tbwa_client=False))
    floor.take_sales(sale("4", items=[item("KOPI")], request_mode="verbal", suggestion_offered=True))
    floor.carry()
    return database


def bare(relations: dict[str, str]) -> dict[str, str]:
    return {name.removeprefix("scout."): value for name, value in relations.items()}


def test_every_table_and_column_is_in_it_or_named_with_a_reason(loaded: Database) -> None:
    """A table that nobody compares may say one thing after a rebuild and another after the incremental path."""
    with loaded.transaction() as connection:
        found = {name.removeprefix("scout."): columns for name, columns in connection.execute(sa.text(TABLES))}
        compared = set(fingerprint.compared_tables(connection))
    assert compared | fingerprint.TABLES_LEFT_OUT.keys() == found.keys()
    assert set(fingerprint.WRITTEN) <= {column for table in compared for column in found[table]}
    for table, columns in fingerprint.COLUMNS_LEFT_OUT.items():
        assert set(columns) <= set(found[table])


def test_it_sees_every_change(loaded: Database) -> None:
    """A fingerprint that overlooks a change would make every comparison of the tests worthless."""
    damage = {name: f"update scout.{name} {change}" for name, change in DAMAGE.items()} | ROWS
    with loaded.transaction() as connection:
        before = bare(fingerprint.of_tables(connection))
        for name, statement in damage.items():
            with connection.begin_nested() as planted:
                assert connection.execute(sa.text(statement.replace(":", "\\:"))).rowcount > 0, name
                after = bare(fingerprint.of_tables(connection))
                planted.rollback()
            assert {known for known in before.keys() | after.keys() if before.get(known) != after.get(known)} == {name}
        assert bare(fingerprint.of_tables(connection)) == before


def test_it_does_not_see_how_a_number_is_written(loaded: Database) -> None:
    """1.5 and 1.50 are one figure; which of them stands there depends on what was added up."""
    with loaded.transaction() as connection:
        before = fingerprint.of_tables(connection)
        connection.execute(sa.text("update scout.gold_daily_aggregates set net_revenue = net_revenue + 0.0000000"))
        assert fingerprint.of_tables(connection) == before
