"""docs/kpis.md against the catalogue: what people can look at is described there, and nothing else is."""

import re

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline_tests.conftest import REPOSITORY

PAGE = (REPOSITORY / "docs" / "kpis.md").read_text(encoding="utf-8")
SHOWN = """
    select shown.relname, shown_column.attname, obj_description(shown.oid, 'pg_class')
    from pg_class as shown
    inner join pg_attribute as shown_column on shown.oid = shown_column.attrelid
    where
        shown.relnamespace = 'scout'::regnamespace
        and shown.relname ~ '^(gold|mv|v)_'
        and shown.relkind in ('r', 'p', 'm', 'v')
        and not shown.relispartition
        and shown_column.attnum > 0
        and not shown_column.attisdropped
"""
# under the names of the documents; the page has a table of its own for it
OF_THE_DOCUMENTS = "v_transactions"


@pytest.fixture
def shown(database: Database) -> dict[str, tuple[set[str], str | None]]:
    """Every table of gold and every view: its columns and its comment."""
    found: dict[str, tuple[set[str], str | None]] = {}
    with database.transaction() as connection:
        for relation, column, comment in connection.execute(sa.text(SHOWN)):
            found.setdefault(relation, (set(), comment))[0].add(column)
    return found


def names(text: str) -> set[str]:
    return set(re.findall(r"`([a-z_0-9]+)`", text))


def first_cells(text: str) -> set[str]:
    """Names in the first cells of all tables in a part of the page."""
    cells = [line.split("|")[1] for line in text.splitlines() if line.startswith("| ")]
    return set().union(*map(names, cells))


def test_every_column_that_people_see_is_described(shown: dict[str, tuple[set[str], str | None]]) -> None:
    """Two people would argue about a number that no page defines."""
    described = names(PAGE.partition("## Functions")[0])
    windows = {re.sub(r"_[0-9]+d$", "", name) for name in described if re.search(r"_[0-9]+d$", name)}
    columns = {
        (relation, column) for relation, (found, _) in shown.items() if relation != OF_THE_DOCUMENTS for column in found
    }
    undescribed = {
        f"{relation}.{column}"
        for relation, column in columns
        if column not in described and re.sub(r"_[0-9]+d$", "", column) not in windows
    }
    assert not undescribed
    of_documents = PAGE.partition(f"`scout.{OF_THE_DOCUMENTS}` shows")[2].partition("## Which")[0]
    assert shown[OF_THE_DOCUMENTS][0] <= names(of_documents)


def test_no_figure_is_described_that_nobody_can_see(shown: dict[str, tuple[set[str], str | None]]) -> None:
    """A definition that outlives its column sends people to look for it."""
    with_parts = {column for found, _ in shown.values() for column in found}
    # of the functions alone
    with_parts |= {"share_pct", "active_stores", "substitution_count", "unique_customers_reason"}
    assert first_cells(PAGE.partition("## Functions")[0]) <= with_parts


def test_every_table_and_view_has_its_grain(shown: dict[str, tuple[set[str], str | None]]) -> None:
    """Whoever does not know what a row is adds up customers of days, or stores of regions."""
    of_tables = PAGE.partition("## Which table has which grain")[2].partition("The same by what is asked")[0]
    assert first_cells(of_tables) == shown.keys()
    assert all(comment for _, comment in shown.values())
