"""What a check shows in Dagster can be used as it stands: counts, a sample, a query that runs, and the next step."""

from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from scout_pipeline import database as db
from scout_pipeline import rule_book, sql_files
from scout_pipeline.database import Database, driver_connection
from scout_pipeline.gold import daily_aggregates, hourly_kpis, suggestion_funnel
from scout_pipeline.quality import checking, checks, promises, registry, rule_checks
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, sale

DAY = date(2026, 2, 5)
SALES = transactions_cleaned.TABLE
# a day that was checked when it had 40 sales
CHECKED_BEFORE = """
    insert into ops.data_quality_metrics (metric_date, table_name, total_records, null_count, passes, seconds)
    values (:day, :relation, 40, 0, true, 0)
"""
STORE_2 = "select store_id from scout.store_registry where store_code = 'S2'"
SILENT = """
    with moved as (
        delete from scout.gold_daily_aggregates as daily
        using scout.store_registry as registry
        where daily.store_id = registry.store_id and registry.store_code = 'S2'
        returning daily.*
    )

    insert into scout.gold_daily_aggregates
    select (jsonb_populate_record(
        null::scout.gold_daily_aggregates,
        to_jsonb(moved) || jsonb_build_object('date_key', date_key - weeks * 7, 'transaction_count', 3)
    )).*
    from moved
    cross join generate_series(1, 4) as weeks
"""
BROKEN = """
    insert into ops.archived_months (layer, month, state, sales_value) values ('silver', '2026-02-01', 'archived', 1)
"""


def at(day: date, hour: int = 0, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), timezone.utc)


def shown_query(found: dg.AssetCheckResult) -> str:
    """The text an analyst copies out of the block of code."""
    block = found.metadata["query"]
    assert isinstance(block, dg.MarkdownMetadataValue), block
    assert block.value is not None
    return block.value.removeprefix("```sql\n").removesuffix("\n```")


def run(floor: Floor, query: str) -> list[tuple[Any, ...]]:
    """What a query returns as it stands: a percent sign or a colon in it is no parameter."""
    with floor.database.transaction() as connection:
        return driver_connection(connection).execute(query.encode()).fetchall()


@pytest.mark.parametrize("broken", [False, True])
def test_every_promise_shows_the_statement_that_asked(database: Database, broken: bool) -> None:
    """The path of a file is no query: who sees only Dagster cannot ask again, nor for more than the sample."""
    samples = set()
    if broken:
        with database.transaction() as connection:
            connection.execute(sa.text(BROKEN))
    for promise in (*promises.PROMISES, *promises.WARNINGS):
        with database.transaction() as connection:
            result = promises.check(connection, promise)
            found = checks.evaluation(result, dg.AssetKey(promise.asset.split("/")))
            again = driver_connection(connection).execute(shown_query(found).encode()).fetchone()
        assert again is not None
        assert again[0] == result.violations, promise.name
        samples |= {promise.name} if "sample" in found.metadata else set()
        assert found.metadata["remedy"].value == promise.remedy
        assert (sql_files.root().parent / str(found.metadata["file"].value)).is_file()
    assert ("archived_months_are_shown" in samples) == broken


def test_every_rule_shows_counts_the_query_and_the_next_step_whether_it_holds_or_not(floor: Floor) -> None:
    """A rule that holds is asked about too: of how many rows, by what, and what would be done."""
    change = "update scout.silver_transactions_cleaned set payment_method = 'barter' where transaction_id = '2'"
    with floor.database.transaction() as connection:
        connection.execute(sa.text(change))
    shown = shown_rules(floor, SALES)
    for name, found in shown.items():
        assert {"failing", "rows", "query", "remedy"} <= set(found.metadata), name
        assert found.metadata["rows"].value == 2, name
        run(floor, shown_query(found))
    assert {name for name, found in shown.items() if "sample" in found.metadata} == {"payment_method_is_known"}
    assert run(floor, shown_query(shown["payment_method_is_known"])) != []
    assert run(floor, shown_query(shown["amount_null"])) == []


def test_a_rule_about_a_day_shows_what_it_compared(floor: Floor) -> None:
    """The list of earlier results says that a day fails, and never which rows, sums or columns made it fail."""

    def query(table: Table, rule: str) -> list[tuple[Any, ...]]:
        rule_id = f"{table.relation}.{rule}"
        return run(floor, floor.rows("select ops.quality_query(:rule_id, :day)", rule_id=rule_id, day=DAY)[0][0])

    like_it = DAY - timedelta(days=7)
    with floor.database.transaction() as connection:
        connection.execute(sa.text(CHECKED_BEFORE), {"relation": SALES.relation, "day": like_it})
    assert query(SALES, "volume_is_usual") == [(DAY, "Thursday", 2), (like_it, "Thursday", 40)]
    ((newest, until, at_most, *_, last_event),) = query(SALES, "sold_at_is_fresh")
    assert (newest, until) == (at(DAY, 11, 30), at(DAY + timedelta(days=1)))
    assert at_most == timedelta(hours=18)
    assert last_event == newest
    with floor.database.transaction() as connection:
        connection.execute(sa.text("update scout.gold_hourly_kpis set net_revenue = net_revenue + 1"))
        connection.execute(sa.text("alter table scout.gold_suggestion_funnel alter suggestions_offered type integer"))
    ((here, there, tolerance, waits),) = query(hourly_kpis.TABLE, "net_revenue_equals_gold_daily_aggregates")
    assert (here - there, tolerance, waits) == (2, 0, False)
    first, second, *_ = query(suggestion_funnel.TABLE, "schema_is_declared")
    assert first == ("suggestions_offered", "bigint", "integer")
    assert second[1] == second[2]
    # one store of two was silent, and had been there on each Thursday before
    with floor.database.transaction() as connection:
        connection.execute(sa.text(SILENT))
    ((store, usual),) = query(daily_aggregates.TABLE, "no_store_is_silent")
    assert (store, usual) == (str(floor.rows(STORE_2)[0][0]), 3)


def test_every_rule_of_every_table_has_a_query_that_runs(floor: Floor) -> None:
    """A query that fails on the one table where it is needed is found out on the worst day."""
    queries = floor.rows("select rule_id, ops.quality_query(rule_id, :day) from ops.data_quality_rules", day=DAY)
    assert len(queries) > 100
    for rule_id, query in queries:
        assert "ops.data_quality_results" not in query, rule_id
        run(floor, query)


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    """Two sales of one day, carried; the rules are registered."""
    made = Floor(database, tmp_path)
    made.take_reference(*SMALL_WORLD)
    made.take_sales(
        sale("1", at="2026-02-05T18:30:00+08:00", customer_id="c1"),
        sale("2", store="S2", at="2026-02-05T19:30:00+08:00", customer_id="c2"),
    )
    made.carry()
    checking.prepare(database, rule_book.TABLES)
    return made


def shown_rules(floor: Floor, table: Table) -> dict[str, dg.AssetCheckResult]:
    """Check the table for the day; what Dagster shows of each of its rules, by name."""
    assert table.quality is not None
    bounds = {"relation": table.relation, "first_date": None, "until": None}
    with floor.database.transaction() as connection:
        checking.check_day(connection, DAY, [table.relation])
        rows = db.rows(connection, "quality/results_of_days", days=[DAY], is_anew=True, **bounds)
    found = {row["rule_id"]: row for row in rows}
    return {
        rule.name: rule_checks.evaluation(
            table, rule, found[registry.rule_id(table, rule)], dg.AssetCheckKey(table.asset_key, rule.name), set()
        )
        for rule in table.quality.rules
    }
