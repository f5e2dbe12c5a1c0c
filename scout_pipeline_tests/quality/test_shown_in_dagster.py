"""What a check shows in Dagster can be used as it stands: counts, a sample, a query that runs, and the next step."""

import dagster as dg
import pytest
import sqlalchemy as sa

from scout_pipeline import sql_files
from scout_pipeline.database import Database, driver_connection
from scout_pipeline.quality import checks, promises

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
