"""Products by month and revenue: shares, ranks and the Pareto set against a computation without SQL."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline import flow
from scout_pipeline.gold import product_mix, product_performance
from scout_pipeline.migrations import runner
from scout_pipeline.migrations.loss import CONFIRMATION
from scout_pipeline_tests import shop_files
from scout_pipeline_tests.floor_files import Floor, reference
from scout_pipeline_tests.gold.product_sales import (
    LATE,
    MOVED,
    VOIDED,
    Key,
    Sold,
    groups,
    open_floor,
    sold_lines,
    to_four,
    touched,
    units,
    value,
)
from scout_pipeline_tests.prepared import Prepared
from scout_pipeline_tests.shop_files import Line

TABLE, GRAIN = "gold_product_mix", ("month", "sku")
FIGURES = """
    select month, sku, units, net_revenue, revenue_share_pct, revenue_rank, cumulative_pct, is_pareto_80
    from scout.gold_product_mix
"""


@pytest.fixture
def floor(prepared: Prepared, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return open_floor(prepared, open_folder, monkeypatch)


def expected(floor: Floor) -> set[Key]:
    months = groups((line for line in sold_lines(floor) if line.is_product), lambda line: (line.month,))
    return {row for (month,), lines in months for row in month_rows(month, lines)}


def month_rows(month: date, lines: list[Sold]) -> set[Key]:
    codes = {sku: (units(sold), value(sold)) for (sku,), sold in groups(lines, lambda line: (line.sku,))}
    total, running, rows = value(lines), Decimal(0), set()
    for rank, sku in enumerate(sorted(codes, key=lambda code: (-codes[code][1], code)), start=1):
        count, revenue = codes[sku]
        is_pareto = revenue > 0 and running * 10 < total * 8
        running += revenue
        shares = [to_four(100 * part / total) if total > 0 else None for part in (revenue, running)]
        rows.add((month, sku, count, revenue, shares[0], rank, shares[1], is_pareto))
    return rows


def test_the_mix_equals_a_computation_without_sql(floor: Floor) -> None:
    """A fee would rank as a product, and returns would move the line at 80 %."""
    assert set(floor.rows(FIGURES)) == expected(floor)
    months: dict[date, set[str]] = {}
    for month, sku in floor.rows("select month, sku from scout.gold_product_mix"):
        months.setdefault(month, set()).add(sku)
    assert months[date(2026, 1, 1)] == {"KOPI", "RICE"}
    assert months[date(2026, 2, 1)] == {"KOPI", "RICE", "CHIPS", "SOAP", "EGGS"}, "FEE is no product"
    assert floor.broken_promises() == []


def test_ties_are_broken_by_code_and_a_month_of_returns_has_no_shares(floor: Floor) -> None:
    """Two runs would rank equal codes differently, and a negative total would turn every share round."""
    shop_files.take(
        floor.database,
        floor.folder,
        "ties.csv",
        *(Line(code, sku=code, sold_at="2025-06-01 10:00:00", unit_price="20.00") for code in "DBACE"),
        Line("R6", sku="A", quantity="-3", sold_at="2025-07-01 10:00:00"),
        Line("7", sku="B", sold_at="2025-07-01 10:00:00"),
        Line("8", sku="A", sold_at="2025-08-01 10:00:00", unit_price="0"),
    )
    floor.carry()
    assert set(floor.rows(FIGURES)) == expected(floor)
    mix = {(row[0].month, row[1]): row[4:] for row in floor.rows(FIGURES) if row[0].year == 2025}
    assert [mix[6, code] for code in "ABCDE"] == [
        (20, rank, 20 * rank, is_pareto) for rank, is_pareto in enumerate([True, True, True, True, False], start=1)
    ]
    assert mix[7, "B"] == (None, 1, None, False)
    assert mix[7, "A"] == (None, 2, None, False)
    assert mix[8, "A"] == (None, 1, None, False)
    assert floor.broken_promises() == []


def test_a_late_sale_rebuilds_its_month(floor: Floor) -> None:
    """Every share of the month changes with one sale, and none of another month."""
    codes = ("KOPI", "RICE", "CHIPS", "SOAP", "EGGS")
    assert touched(floor, TABLE, GRAIN, LATE) == {(date(2026, 2, 1), sku) for sku in codes}


def of_february(floor: Floor) -> tuple[date, list[Sold]]:
    month = date(2026, 2, 1)
    return month, [line for line in sold_lines(floor) if line.is_product and line.month == month]


def test_the_mix_is_right_whether_its_codes_were_computed_before_it_or_wait(floor: Floor) -> None:
    """Somebody may materialize the mix alone: from codes of yesterday it would be wrong, and marked as done."""
    line = Line("codes first", sold_at="2026-02-07 08:00:00", sku="SOAP", quantity="7")
    shop_files.take(floor.database, floor.folder, "codes.csv", line)
    flow.carry(floor.database, layers=())
    product_performance.refresh(floor.database)
    assert product_mix.refresh(floor.database).rows_read == len(month_rows(*of_february(floor))), "one row a code"
    assert set(floor.rows(FIGURES)) == expected(floor)
    line = Line("codes later", sold_at="2026-02-08 08:00:00", sku="SOAP", quantity="9")
    shop_files.take(floor.database, floor.folder, "lines.csv", line)
    flow.carry(floor.database, layers=())
    assert product_mix.refresh(floor.database).rows_read == len(of_february(floor)[1]), "the lines themselves"
    assert set(floor.rows(FIGURES)) == expected(floor)
    floor.carry()
    assert floor.broken_promises() == []


def test_moved_and_voided_sales_leave_no_share(floor: Floor) -> None:
    """A product whose only sale moved away would keep its rank."""
    assert {month for month, _ in touched(floor, TABLE, GRAIN, MOVED)} == {date(2026, 2, 1), date(2026, 3, 1)}
    assert set(floor.rows(FIGURES)) == expected(floor)
    assert {month for month, _ in touched(floor, TABLE, GRAIN, VOIDED)} == {date(2026, 2, 1)}
    assert set(floor.rows(FIGURES)) == expected(floor)


def shown(floor: Floor, sku: str) -> set[int]:
    """The months of 2026 in whose mix a code stands."""
    return {month.month for month, code in floor.rows("select month, sku from scout.gold_product_mix") if code == sku}


def test_a_code_that_becomes_a_product_or_ceases_to_be_one_changes_its_months(floor: Floor) -> None:
    """Months computed before would rank a fee for ever, or leave out a product, until one of their sales changes."""
    assert (shown(floor, "FEE"), shown(floor, "SOAP")) == (set(), {2})
    # from a day after its sales: those are not computed again, and yet they were sales of a product
    floor.take_reference(reference("product", "FEE", "2026-03-01", category="services"))
    floor.carry()
    assert shown(floor, "FEE") == {2}, "listed in the catalogue"
    mapping = floor.folder / "mappings" / "test_shops.yaml"
    mapping.write_text(mapping.read_text().replace('"^FEE$"', '"^SOAP$"'))
    shop_files.take(floor.database, floor.folder, "later.csv", Line("l1", sold_at="2026-03-02 08:00:00", sku="SOAP"))
    floor.carry()
    assert shown(floor, "SOAP") == set(), "said to be no product by the mapping"
    assert set(floor.rows(FIGURES)) == expected(floor)
    assert floor.broken_promises() == []


def test_the_migration_mends_months_that_were_ranked_with_other_products(floor: Floor) -> None:
    """A deployment that keeps such a month would show it until somebody rebuilds it by hand."""
    with floor.database.transaction() as connection:
        connection.execute(sa.text("update scout.dim_product set is_product = false where sku = 'RICE'"))
    runner.down(floor.database, to="0017", confirm=CONFIRMATION)
    runner.up(floor.database)
    floor.carry()
    assert shown(floor, "RICE") == set()
    assert floor.broken_promises() == []
