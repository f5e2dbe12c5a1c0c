"""What a check shows in Dagster can be used as it stands: counts, a sample, a query that runs, and the next step."""

from datetime import date
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from scout_pipeline import database as db
from scout_pipeline import rule_book, sql_files
from scout_pipeline.database import Database, driver_connection
from scout_pipeline.quality import checking, checks, promises, registry, rule_checks
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, sale

DAY = date(2026, 2, 5)
SALES = transactions_cleaned.TABLE
BROKEN = """
    insert into ops.archived_months (layer, month, state, sales_value) values ('silver', '2026-02-01', 'archived', 1)
"""


def shown_query(found: dg.AssetCheckResult) -> str:
    """The text an analyst copies out of the block of code."""
    block = found.metadata["query"]
    assert isinstance(block, dg.MarkdownMetadataValue), block
    assert block.value is not None
    return block.value.removeprefix("```sql\n").removesuffix("\n```")


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
        with floor.database.transaction() as connection:
            driver_connection(connection).execute(shown_query(found).encode())
    assert {name for name, found in shown.items() if "sample" in found.metadata} == {"payment_method_is_known"}
    assert floor.rows(shown_query(shown["payment_method_is_known"])) != []
    assert floor.rows(shown_query(shown["amount_null"])) == []


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
    with floor.database.transaction() as connection:
        checking.check_day(connection, DAY, [table.relation])
        rows = db.rows(connection, "quality/results_of_days", relation=table.relation, days=[DAY])
    found = {row["rule_id"]: row for row in rows}
    return {
        rule.name: rule_checks.evaluation(
            table, rule, found[registry.rule_id(table, rule)], dg.AssetCheckKey(table.asset_key, rule.name), set()
        )
        for rule in table.quality.rules
    }
