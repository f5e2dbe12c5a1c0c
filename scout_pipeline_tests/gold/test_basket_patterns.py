"""Codes bought together: counts, support, confidence and lift against a computation without SQL."""

import random
from collections import Counter
from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import combinations
from pathlib import Path

import pytest

from scout_pipeline import flow
from scout_pipeline.database import Database
from scout_pipeline_tests import shop_files
from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.gold.product_sales import CARRIED, Key, open_floor, to_four, written_at
from scout_pipeline_tests.prepared import Prepared, State
from scout_pipeline_tests.shop_files import Line

TABLE, GRAIN = "gold_basket_patterns", ("month", "sku_a", "sku_b")
FIGURES = """
    select month, sku_a, sku_b, basket_count, support_pct, confidence_ab_pct, confidence_ba_pct, lift
    from scout.gold_basket_patterns
"""
MAY, JUNE = date(2025, 5, 1), date(2025, 6, 1)


def receipts() -> list[Line]:
    """Sixty baskets of two months and two stores; codes repeat, one in seven is a return, one line in ten goes back."""
    chance = random.Random(7)
    lines = []
    for number in range(60):
        receipt = f"{'R' if number % 7 == 0 else ''}{number}"
        day = chance.choice(["2025-05-31 23:59:59", "2025-06-01 00:00:00", "2025-06-20 12:00:00"])
        for _ in range(chance.randint(1, 6)):
            quantity = "-1" if chance.random() < 0.1 else "1"
            code = chance.choice(["MILK", "SOAP", "RICE", "EGGS", "SALT"])
            lines.append(Line(receipt, store="AB"[number % 2], sold_at=day, sku=code, quantity=quantity))
    return lines


def stock_order(line_count: int) -> list[Line]:
    order = Line("order", sold_at="2025-06-20 13:00:00")
    return [replace(order, sku=["MILK", "SOAP", f"ONLY{number}"][min(number, 2)]) for number in range(line_count)]


def _carry(database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop_files.install_mapping(folder / "mappings", monkeypatch)
    shop_files.take(database, folder, "baskets.csv", *receipts(), *stock_order(11))
    flow.run_incremental(database)


BASKETS = State("baskets", _carry, CARRIED)


@pytest.fixture
def floor(prepared: Prepared, open_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    return open_floor(prepared, open_folder, monkeypatch, state=BASKETS)


def expected(floor: Floor) -> set[Key]:
    lines = floor.rows(
        """
        select item.source_id, item.transaction_id, item.date_key, item.sku, item.line_type
        from scout.silver_transaction_items as item
        """
    )
    line_counts = Counter(line[:2] for line in lines)
    baskets: dict[Key, set[str]] = {}
    for source, transaction, day, sku, line_type in lines:
        if line_type == "sale" and line_counts[source, transaction] <= 10:
            baskets.setdefault((day.replace(day=1), source, transaction), set()).add(sku)
    rows = set()
    for month in {key[0] for key in baskets}:
        held = [codes for key, codes in baskets.items() if key[0] == month]
        single = Counter(code for codes in held for code in codes)
        pairs = Counter(pair for codes in held for pair in combinations(sorted(codes), 2))
        for (a, b), count in pairs.items():
            shares = [to_four(Decimal(100 * count) / whole) for whole in (len(held), single[a], single[b])]
            if count >= 3:
                rows.add((month, a, b, count, *shares, to_four(Decimal(len(held) * count) / (single[a] * single[b]))))
    return rows


def test_patterns_equal_a_computation_without_sql(floor: Floor) -> None:
    """Confidence sold as lift, a code with two lines counted twice, or a return as a purchase: all look plausible."""
    found = set(floor.rows(FIGURES))
    assert found == expected(floor)
    assert {row[0] for row in found} == {MAY, JUNE}
    assert len(found) > 10
    assert all(row[1] < row[2] for row in found)
    assert floor.broken_promises() == []


def test_a_lift_by_hand(floor: Floor) -> None:
    """A wrong formula that both computations shared would agree with itself."""
    pairs = [["A", "B"]] * 4 + [["A"], ["B"], ["B"], ["C"]]
    lines = [
        Line(f"hand{number}", sold_at="2024-07-01 10:00:00", sku=code)
        for number, codes in enumerate(pairs)
        for code in codes
    ]
    shop_files.take(floor.database, floor.folder, "hand.csv", *lines)
    floor.carry()
    (row,) = [row for row in floor.rows(FIGURES) if row[0] == date(2024, 7, 1)]
    # 8 baskets, A in 5, B in 6, both in 4
    assert row[1:] == ("A", "B", 4, 50, 80, Decimal("66.6667"), Decimal("1.0667"))


def test_a_sale_of_more_than_ten_lines_is_no_basket(floor: Floor) -> None:
    """One stock order of a thousand codes makes half a million pairs, and says nothing of what people buy together."""
    before = {row[1:3]: row[3] for row in floor.rows(FIGURES) if row[0] == JUNE}
    shop_files.take(floor.database, floor.folder, "shorter.csv", *stock_order(10))
    floor.carry()
    after = {row[1:3]: row[3] for row in floor.rows(FIGURES) if row[0] == JUNE}
    assert after["MILK", "SOAP"] == before["MILK", "SOAP"] + 1
    assert set(floor.rows(FIGURES)) == expected(floor)


def test_late_moved_and_returned_baskets_rebuild_their_months(floor: Floor) -> None:
    """A pair that fell below three baskets would stay, and a month nobody touched would look new."""
    before = written_at(floor, TABLE, *GRAIN)
    late = [Line("late", sold_at="2025-06-21 10:00:00", sku=code) for code in ("MILK", "SALT")]
    shop_files.take(floor.database, floor.folder, "late.csv", *late)
    floor.carry()
    after = written_at(floor, TABLE, *GRAIN)
    assert {key for key in after if after[key] != before.get(key)} == {key for key in after if key[0] == JUNE}
    moved = [replace(line, sold_at="2025-05-02 10:00:00") for line in receipts() if line.receipt.startswith("1")]
    shop_files.take(floor.database, floor.folder, "moved.csv", *moved)
    floor.carry()
    assert set(floor.rows(FIGURES)) == expected(floor)
    assert floor.broken_promises() == []


def test_no_basket_makes_no_pattern(database: Database) -> None:
    """The first run of an empty house must not fail."""
    flow.run_incremental(database)
    assert Floor(database, Path()).rows(FIGURES) == []
