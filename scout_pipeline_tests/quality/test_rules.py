"""Every kind of rule finds exactly the defect that was planted, and its finding resolves when the data is mended."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline import rule_book
from scout_pipeline.database import Database
from scout_pipeline.quality import checking, issues, registry
from scout_pipeline.tables import Table
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, reference, sale

DAY = date(2026, 2, 5)
SALES = "scout.silver_transactions_cleaned"
ITEMS = "scout.silver_transaction_items"
DAILY = "scout.gold_daily_aggregates"
RELATIONS = [table.relation for table in rule_book.TABLES]
DAMAGED = (
    SALES,
    ITEMS,
    DAILY,
    "scout.gold_hourly_kpis",
    "scout.gold_suggestion_funnel",
    "scout.dim_store",
    "scout.dim_product",
)
OPEN = "select rule_id from ops.data_quality_issues where status = 'open' and severity <> 'info' order by rule_id"

# kind of rule: the smallest damage, and the rules that rightly see it
DAMAGE = {
    "completeness": (
        "alter table scout.silver_transactions_cleaned alter peso_value drop not null; "
        "update scout.silver_transactions_cleaned set peso_value = null",
        {f"{SALES}.amount_null", f"{ITEMS}.subtotal_equals_silver_transactions_cleaned"}
        | {f"{DAILY}.net_revenue_equals_silver_transactions_cleaned"},
    ),
    "uniqueness": (
        "update scout.dim_store set store_code = 'S1' where store_code = 'S2'",
        {"scout.dim_store.store_code_and_valid_from_is_unique"},
    ),
    "validity": (
        "update scout.silver_transactions_cleaned set payment_method = 'barter'",
        {f"{SALES}.payment_method_is_known"},
    ),
    "range": ("update scout.silver_transaction_items set confidence = 1.5", {f"{ITEMS}.confidence_is_in_range"}),
    "range between columns": (
        "update scout.gold_daily_aggregates set unique_customers = transaction_count + 1",
        {f"{DAILY}.unique_customers_is_in_range"},
    ),
    "pattern": (
        "update scout.dim_product set barcode = 'twelve' where sku = 'RICE'",
        {"scout.dim_product.barcode_is_well_formed"},
    ),
    "pattern, an accent of two letters": (
        "update scout.dim_product set sku = U&'CAFE\\0301' where sku = 'RICE'",
        {"scout.dim_product.sku_cannot_be_mistaken", f"{ITEMS}.sku_is_described"},
    ),
    "pattern, a Cyrillic letter": (
        "update scout.dim_store set store_code = U&'\\0405' || '2' where store_code = 'S2'",
        {"scout.dim_store.store_code_cannot_be_mistaken"},
    ),
    "referential": (
        "update scout.silver_transactions_cleaned set campaign_id = 'NOBODY' where transaction_id = '1'",
        {f"{SALES}.campaign_id_is_described"},
    ),
    "freshness": (
        "update scout.silver_transactions_cleaned set sold_at = '2026-02-05 00:30+00'",
        {f"{SALES}.sold_at_is_fresh"},
    ),
    "reconciliation of rows": (
        "update scout.silver_transaction_items set subtotal = subtotal + 1 where transaction_id = '1'",
        {f"{ITEMS}.subtotal_is_product", f"{ITEMS}.subtotal_equals_silver_transactions_cleaned"},
    ),
    "reconciliation of days": (
        "update scout.gold_hourly_kpis set net_revenue = net_revenue + 1",
        {"scout.gold_hourly_kpis.net_revenue_equals_gold_daily_aggregates"},
    ),
    "schema": (
        "alter table scout.gold_suggestion_funnel alter suggestions_offered type integer",
        {"scout.gold_suggestion_funnel.schema_is_declared"},
    ),
}


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    made = Floor(database, tmp_path)
    made.take_reference(*SMALL_WORLD, reference("category", "canned_goods"))
    made.take_sales(
        sale("1", at="2026-02-05T18:30:00+08:00", customer_id="c1", items=[item(), item("KOPI", unit_price=8.5)]),
        sale("2", at="2026-02-05T19:30:00+08:00", payment_method="cash"),
        sale("3", store="S2", at="2026-02-05T20:30:00+08:00"),
    )
    made.carry()
    checking.prepare(database, rule_book.TABLES)
    return made


A_DAY_GOES_BY = """
    update ops.data_quality_metrics set metric_date = metric_date - 1
    where table_name in (select table_name from ops.data_quality_tables where day_grain = 'table')
"""


def check(connection: sa.Connection, relations: Sequence[str] = DAMAGED) -> set[str]:
    """Tables for the day; the rules with an open finding that is more than a count."""
    checking.check_day(connection, DAY, relations)
    return set(connection.execute(sa.text(OPEN)).scalars())


def test_a_clean_world_has_no_finding_and_each_defect_exactly_its_own(floor: Floor) -> None:
    """A rule that cannot fail proves nothing, and one that fails with its neighbours hides the cause."""
    with floor.database.transaction() as connection:
        assert check(connection, RELATIONS) == set()
    for kind, (damage, expected) in DAMAGE.items():
        with floor.database.engine.connect() as connection:
            transaction = connection.begin()
            connection.exec_driver_sql("set local timezone to 'UTC'")
            for statement in damage.split("; "):
                connection.exec_driver_sql(statement)
            assert check(connection) == expected, kind
            transaction.rollback()


def test_a_finding_is_seen_again_and_resolves_when_the_data_is_mended(floor: Floor) -> None:
    """Findings that pile up for one condition, or stay when it is gone, are read by nobody after a week."""
    change = sa.text("update scout.silver_transactions_cleaned set payment_method = :method where transaction_id = '2'")
    for method in ("barter", "barter", "cash"):
        with floor.database.transaction() as connection:
            connection.execute(change, {"method": method})
            check(connection)
    rule = f"{SALES}.payment_method_is_known"
    assert floor.rows(
        "select status, times_seen, severity, observed, resolved_by from ops.data_quality_issues where rule_id = :rule",
        rule=rule,
    ) == [("resolved", 2, "warning", "1 of 3 rows", "check")]
    history = floor.rows(
        "select failing, passes, sample from ops.data_quality_results where rule_id = :rule order by checked_at",
        rule=rule,
    )
    assert [(failing, passes) for failing, passes, _ in history] == [(1, False), (1, False), (0, True)]
    assert history[0][2][0]["transaction_id"] == "2"
    (query,) = floor.rows("select ops.quality_query(:rule, :day)", rule=rule, day=DAY)[0]
    assert floor.rows(query) == []


def test_a_finding_of_a_table_without_days_goes_on_from_day_to_day_and_ends(floor: Floor) -> None:
    """It would be raised once a day, each time as another one, and those of yesterday would stay open for ever."""
    wrong = sa.text("update scout.dim_product set barcode = :barcode where sku = 'RICE'")
    found = "select issue_id, metric_date, status, times_seen from ops.data_quality_issues where rule_id = :rule"
    rule = "scout.dim_product.barcode_is_well_formed"

    def on(day: date, barcode: str) -> list[tuple[Any, ...]]:
        with floor.database.transaction() as connection:
            connection.execute(wrong, {"barcode": barcode})
            checking.check_day(connection, day, ["scout.dim_product", SALES])
        return [tuple(row) for row in floor.rows(found, rule=rule)]

    ((number, *first),) = on(DAY, "twelve")
    assert first == [DAY, "open", 1]
    with floor.database.transaction() as connection:
        connection.execute(sa.text("update scout.silver_transactions_cleaned set payment_method = 'barter'"))
        checking.check_day(connection, DAY, [SALES])
        assert issues.close(connection, number, status="acknowledged", by="ana", why="the sender knows")
    next_day = DAY + timedelta(days=1)
    assert on(next_day, "twelve") == [(number, next_day, "acknowledged", 2)]
    assert on(next_day + timedelta(days=1), "4800011111111") == [(number, next_day, "resolved", 2)]
    assert floor.rows(OPEN) == [(f"{SALES}.payment_method_is_known",)], "a day that was not asked keeps its findings"


def test_only_what_changed_is_due(floor: Floor) -> None:
    """A check that reads everything again each time is switched off within a month."""

    def due() -> dict[date, set[str]]:
        with floor.database.transaction() as connection:
            return {day: set(names) for day, names in checking.due(connection, rule_book.TABLES)}

    assert {SALES, ITEMS, DAILY, "ops.code_prices"} <= due()[DAY]
    with floor.database.transaction() as connection:
        plan = checking.due(connection, rule_book.TABLES)
    checking.check(floor.database, plan)
    assert due() == {}
    with floor.database.transaction() as connection:
        assert connection.execute(sa.text(A_DAY_GOES_BY)).rowcount > 0
    assert due() == {}, "a table without days is the same tomorrow"
    floor.take_sales(sale("4", at="2026-02-07T10:00:00+08:00"))
    received = next(iter(due()))
    assert due()[received] == {"scout.bronze_transactions_raw", "scout.bronze_ingestion_batches", "scout.quarantine"}
    floor.carry()
    found = due()
    assert DAY not in found
    assert DAILY in found[date(2026, 2, 7)]
    assert any("scout.dim_product" in names for names in found.values())
    # nothing came on the day between: only by looking can a silence be seen
    assert found[date(2026, 2, 6)] == {SALES, ITEMS, DAILY}


def test_a_day_is_read_in_one_scan_of_its_partition(floor: Floor) -> None:
    """A scan a rule costs thirty times as much; a range that is not on the key reads every month there is."""
    floor.take_sales(sale("5", at="2026-03-05T10:00:00+08:00"))
    floor.carry()
    for relation in (SALES, ITEMS):
        (statement,) = floor.rows(
            "select ops.quality_statement(cast(:name as regclass), :day)", name=relation, day=DAY
        )[0]
        with floor.database.transaction() as connection:
            plan = "\n".join(connection.exec_driver_sql(f"explain {statement}").scalars())
        assert plan.count(f"on {relation.removeprefix('scout.')}_y2026m02") == 1
        assert f"{relation.removeprefix('scout.')}_y2026m03" not in plan


def test_only_registered_tables_and_real_columns_are_asked(database: Database) -> None:
    """A name from outside that reaches a statement unasked is somebody else's statement."""
    checking.prepare(database, rule_book.TABLES)
    with database.transaction() as connection, pytest.raises(sa.exc.DBAPIError, match="no rules are registered"):
        checking.check_day(connection, DAY, ["ops.landing_files"])
    hostile = "update ops.data_quality_rules set column_names = array['peso_value; drop table x'] where rule_id = :rule"
    with database.transaction() as connection:
        connection.execute(sa.text(hostile), {"rule": f"{SALES}.amount_null"})
    with database.transaction() as connection, pytest.raises(sa.exc.DBAPIError, match="does not have"):
        checking.check_day(connection, DAY, [SALES])


def test_the_findings_of_a_rule_end_with_it(floor: Floor) -> None:
    """Nobody asks a retired rule again: what it found would stand open for ever, and hide what is wrong today."""
    with floor.database.transaction() as connection:
        connection.execute(
            sa.text("update scout.silver_transactions_cleaned set payment_method = 'barter', campaign_id = 'NOBODY'")
        )
        check(connection)
        # as the sweep does: what was never a rule does not end with one
        connection.execute(
            sa.text("select ops.raise_data_quality_issue('a.sweep', :day, 1, null, 'info', '1', '0')"), {"day": DAY}
        )
    retired = f"{SALES}.payment_method_is_known"
    status = "select rule_id, status, resolved_by, resolution from ops.data_quality_issues order by rule_id"
    before = {row[0]: row[1:] for row in floor.rows(status)}
    assert before[retired] == before["a.sweep"] == ("open", None, None)
    checking.prepare(floor.database, without("payment_method_is_known"))
    assert {row[0]: row[1:] for row in floor.rows(status)} == {
        **before,
        retired: ("resolved", "registry", "the rule was retired"),
    }
    checking.prepare(floor.database, rule_book.TABLES)
    with floor.database.transaction() as connection:
        assert retired in check(connection), "a rule that is declared again finds it again"


def without(name: str) -> list[Table]:
    """The tables as they are declared, but for the rules of this name."""
    return [
        replace(
            table,
            quality=table.quality
            and replace(table.quality, rules=tuple(rule for rule in table.quality.rules if rule.name != name)),
        )
        for table in rule_book.TABLES
    ]


def test_a_changed_rule_gets_a_version_and_one_that_is_gone_is_retired(database: Database, tmp_path: Path) -> None:
    """Results of last month must say which rule they were measured with."""
    floor = Floor(database, tmp_path)
    checking.prepare(database, rule_book.TABLES)
    with database.transaction() as connection:
        assert registry.register(connection, rule_book.TABLES) == 0
        assert registry.register(connection, rule_book.TABLES[:1]) > 100
    assert floor.rows("select count(*) from ops.data_quality_tables where is_active") == [(1,)]
    checking.prepare(database, rule_book.TABLES)
    assert floor.rows("select min(version) from ops.data_quality_rules where table_name = :name", name=SALES) == [(2,)]


def test_rules_that_are_registered_are_only_looked_at(database: Database, tmp_path: Path) -> None:
    """Each of the many steps of a run would send all rules and lock their rows, and wait for the steps of another."""
    written = sa.text("select pg_current_xact_id_if_assigned()::text")
    checking.prepare(database, rule_book.TABLES)
    with database.transaction() as connection:
        assert registry.register(connection, rule_book.TABLES) == 0
        assert connection.execute(written).scalar() is None
    with database.transaction() as connection:
        connection.execute(
            sa.text("update ops.data_quality_rules set threshold = 1 where rule_id like '%.amount_null'")
        )
    with database.transaction() as connection:
        assert registry.register(connection, rule_book.TABLES) == 1, "what somebody changed by hand is made equal again"
    changed = without("amount_null")
    for declared, count in ((changed, 1), (changed, 0), (rule_book.TABLES, 1)):
        with database.transaction() as connection:
            assert registry.register(connection, declared) == count
    assert Floor(database, tmp_path).rows("select count(*) from ops.data_quality_registry") == [(1,)]
