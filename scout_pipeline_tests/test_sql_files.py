"""Statement files and their headers."""

import pytest

from scout_pipeline import sql_files
from scout_pipeline.sql_files import SqlFileError

STATEMENT = """\
-- thing: what it is
-- and a second line.
-- reads:  bronze/transactions_raw, silver/dim_store
-- params: stream, row_limit,
--         months
-- rerun:  safe
select 1;
"""


def test_a_header_is_parsed_over_its_lines() -> None:
    """Lineage and parameters are tested from the header; half a list would hide the rest."""
    parsed = sql_files.parse("x/y", STATEMENT)
    assert parsed.title == "thing: what it is and a second line."
    assert parsed.reads == ("bronze/transactions_raw", "silver/dim_store")
    assert parsed.params == ("stream", "row_limit", "months")
    assert parsed.rerun == "safe"


@pytest.mark.parametrize("key", ["reads", "params", "rerun"])
def test_a_header_without_a_line_is_refused(key: str) -> None:
    """A statement nobody described is a statement nobody dares to change."""
    lines = [line for line in STATEMENT.splitlines() if not line.startswith(f"-- {key}")]
    with pytest.raises(SqlFileError, match=key):
        sql_files.parse("x/y", "\n".join(lines))


def test_a_missing_statement_is_named() -> None:
    """A misspelt name must not end as an empty query."""
    with pytest.raises(SqlFileError, match="silver/nothing"):
        sql_files.load("silver/nothing")
