"""Each gold table and view against the same figures computed with pandas from the truth, never from silver."""

from collections.abc import Callable, Iterator
from functools import cache

import pytest
import sqlalchemy as sa

from scout_pipeline.definitions import defs
from scout_pipeline_tests.shop_floor.exact import Figures
from scout_pipeline_tests.shop_floor.gold_tables import EXCEPTIONS, TABLES, VIEWS, GoldTable, differences
from scout_pipeline_tests.shop_floor.shop import Shop

DEFINED = defs.resolve_asset_graph().get_all_asset_keys()
every_table = pytest.mark.parametrize("table", TABLES, ids=lambda table: table.stem)
every_figure = pytest.mark.parametrize("table", [*TABLES, *VIEWS], ids=lambda table: table.name)
every_view = pytest.mark.parametrize("view", VIEWS, ids=lambda view: view.stem)
TAMPERED = {
    "date": "{column} + 1",
    "timestamp with time zone": "{column} + interval '1 second'",
    "boolean": "not {column}",
    "text": "concat({column}, '?')",
}
NUMBER = "case when {column} > 1 then {column} - 1 else coalesce({column}, 0) + 1 end"


@pytest.fixture(scope="module")
def expected(shop: Shop) -> Callable[[GoldTable], Figures]:
    """The independent figures of a table, computed once."""
    return cache(lambda table: table.compute(shop.truth))


@pytest.fixture
def rolled_back(shop: Shop) -> Iterator[sa.Connection]:
    """A transaction whose changes nobody else sees."""
    with shop.database.transaction() as connection, connection.begin_nested() as tampering:
        yield connection
        tampering.rollback()


def column_types(connection: sa.Connection, table: GoldTable) -> dict[str, str]:
    """The columns of a table or view as the catalogue has them."""
    query = sa.text(
        "select attname, format_type(atttypid, null) as data_type from pg_attribute"
        " where attrelid = cast(:relation as regclass) and attnum > 0 and not attisdropped"
    )
    return {row.attname: row.data_type for row in connection.execute(query, {"relation": table.relation})}


def test_every_gold_table_has_a_computation_or_a_reason_for_none() -> None:
    """A table that is added without a second computation would be right by assertion only."""
    computed = {table.stem for table in TABLES}
    assert computed | EXCEPTIONS.keys() == {key.path[-1] for key in DEFINED if key.path[0] == "gold"}
    assert not computed & EXCEPTIONS.keys()
    assert {view.name for view in VIEWS} == {key.path[-1] for key in DEFINED if key.path[0] == "serving"}


@every_figure
def test_gold_equals_the_truth(
    shop: Shop,
    expected: Callable[[GoldTable], Figures],
    table: GoldTable,
    record_property: Callable[[str, object], None],
) -> None:
    """A wrong join, a customer counted twice or a late sale left out looks like a plausible figure."""
    with shop.database.transaction() as connection:
        found = table.read(connection)
        columns = column_types(connection, table).keys() - {"refreshed_at", "store_id"}
    assert columns == {*table.key, *table.columns} - {"store_code"}, "a column is not compared"
    assert expected(table), "a comparison of nothing proves nothing"
    assert not (found_differences := differences(expected(table), found)), "\n".join(found_differences)
    record_property("shop_floor", f"{table.name:<27} {len(found):>9,} rows x {len(table.columns):>2} equal")


@every_view
def test_each_comparison_of_a_view_can_fail(
    shop: Shop, expected: Callable[[GoldTable], Figures], view: GoldTable
) -> None:
    """As below; nobody can change a row of a view, so what was read of it is changed."""
    with shop.database.transaction() as connection:
        found = view.read(connection)
    key, figures = next(iter(found.items()))
    for place in range(len(figures)):
        changed = {**found, key: (*figures[:place], "?", *figures[place + 1 :])}
        (only,) = differences(expected(view), changed)
        assert only.startswith("1 differ")
    (only,) = differences(expected(view), {other: row for other, row in found.items() if other != key})
    assert only.startswith("1 missing")


@every_table
def test_each_comparison_can_fail(
    shop: Shop, expected: Callable[[GoldTable], Figures], rolled_back: sa.Connection, table: GoldTable
) -> None:
    """A comparison that leaves out rows or columns is green whatever the table says."""
    types = column_types(rolled_back, table)
    for column in table.columns:
        value = TAMPERED.get(types[column], NUMBER).format(column=column)
        with rolled_back.begin_nested() as one_change:
            rolled_back.execute(
                sa.text(
                    f"update {table.relation} set {column} = {value}"  # noqa: S608 - names of this test alone
                    f" where ctid = (select min(ctid) from {table.relation})"
                )
            )
            (only,) = differences(expected(table), table.read(rolled_back))
            assert only.startswith("1 differ"), f"{column}: {only}"
            one_change.rollback()
    rolled_back.execute(
        sa.text(
            f"delete from {table.relation} where ctid = (select min(ctid) from {table.relation})"  # noqa: S608
        )
    )
    (only,) = differences(expected(table), table.read(rolled_back))
    assert only.startswith("1 missing")
