"""The one statement of a day against each rule asked by itself: short cuts must count what the rules count."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline import rule_book
from scout_pipeline.database import Database
from scout_pipeline.quality import checking
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, reference, sale

DAY = date(2026, 2, 5)
SALES, ITEMS = "scout.silver_transactions_cleaned", "scout.silver_transaction_items"
# every limit of a range of prices and quantities, what lies at both sides of it, and nothing
FIGURES = (
    None,
    "-1000000000",
    "-999999999",
    "-0.01",
    "0",
    "0.01",
    "1",
    "100",
    "101",
    "10000",
    "10000.01",
    "1000000000",
)
RULES = """
    select rule.rule_id, ops.quality_condition(cast(cast(:relation as text) as regclass), rule) as condition
    from ops.data_quality_rules as rule
    where rule.table_name = :relation and rule.is_active and rule.scope = 'row'
    order by rule.rule_id
"""

GUARDS = """
    select
        regexp_replace(rule.rule_id, '^.*[.]', ''),
        ops.quality_range_guard(cast(cast(:relation as text) as regclass), rule)
    from ops.data_quality_rules as rule
    where
        rule.table_name = :relation and rule.is_active and rule.scope = 'row'
        and rule.column_names = array[cast(:column as text)]
"""

GROUPED = """
    select regexp_replace(rule.rule_id, '^.*[.]', '')
    from ops.data_quality_rules as rule
    where
        rule.table_name = :relation and rule.is_active and rule.scope = 'row'
        and ops.quality_grouped_condition(cast(cast(:relation as text) as regclass), rule) is not null
"""
# a rule as one that stands, with other words
ANOTHER = """
    insert into ops.data_quality_rules
    select (
        jsonb_populate_record(
            rule, cast(:words as jsonb) || jsonb_build_object('rule_id', rule.table_name || '.' || cast(:name as text))
        )
    ).*
    from ops.data_quality_rules as rule
    where rule.rule_id = :known
"""


@pytest.fixture
def day(database: Database, tmp_path: Path) -> Iterator[sa.Connection]:
    """A day of as many sales as there are figures, which may be damaged: nothing is kept."""
    floor = Floor(database, tmp_path)
    floor.take_reference(*SMALL_WORLD, reference("category", "canned_goods"))
    floor.take_sales(
        *(
            sale(str(number), items=[item("KOPI", 1, 8.5), item()], customer_id=f"c{number}" if number % 3 else None)
            for number in range(len(FIGURES))
        )
    )
    floor.carry()
    checking.prepare(database, rule_book.TABLES)
    with database.engine.connect() as connection, connection.begin() as transaction:
        yield connection
        transaction.rollback()


def asked_at_once(connection: sa.Connection, relation: str) -> Mapping[str, Any]:
    statement = connection.execute(
        sa.text("select ops.quality_statement(cast(:relation as regclass), :day)"), {"relation": relation, "day": DAY}
    ).scalar_one()
    found: Mapping[str, Any] = connection.exec_driver_sql(statement.replace("%", "%%")).scalar_one()
    return found


def asked_alone(connection: sa.Connection, relation: str) -> dict[str, int]:
    """How many rows break each rule; those that none breaks are left out."""
    failing = {}
    for rule_id, condition in connection.execute(sa.text(RULES), {"relation": relation}).all():
        count = connection.exec_driver_sql(
            f"select count(*) from {relation} as t where t.date_key = '{DAY}' and {condition}"  # noqa: S608
        ).scalar_one()
        if count:
            failing[rule_id] = count
    return failing


def counted(found: Mapping[str, Any]) -> dict[str, int]:
    return {rule_id: told["failing"] for rule_id, told in found["rows"].items()}


@pytest.mark.parametrize("line_type", ["sale", "return", "adjustment"])
@pytest.mark.parametrize("column", ["unit_price", "quantity"])
def test_a_value_at_any_limit_breaks_the_rules_that_it_breaks_alone(
    day: sa.Connection, column: str, line_type: str
) -> None:
    """What lies within all limits of a column is not compared with each of them: one too wide would hide a defect."""
    day.exec_driver_sql(f"alter table {ITEMS} alter {column} drop not null")
    for figure, number in zip(FIGURES, range(len(FIGURES)), strict=True):
        day.execute(
            sa.text(f"update {ITEMS} set {column} = :figure, line_type = :type where transaction_id = :id"),  # noqa: S608
            {"figure": figure and Decimal(figure), "type": line_type, "id": str(number)},
        )
    expected = asked_alone(day, ITEMS)
    assert len(expected) > 3
    assert counted(asked_at_once(day, ITEMS)) == expected


def test_a_usual_value_is_compared_with_two_limits_of_its_column(day: sa.Connection) -> None:
    """One rule that asks adjustments for the contrary of what all others ask closed the way past them for every row."""
    guards = dict(map(tuple, day.execute(sa.text(GUARDS), {"relation": ITEMS, "column": "quantity"}).all()))
    assert guards["quantity_is_in_range"] == "t.quantity > '0' and t.quantity < '100'"
    assert guards["money_adjusted"] is None
    asked_by = {name for name, guard in guards.items() if guard == guards["quantity_is_in_range"]}
    assert asked_by == {"quantity_impossible", "quantity_is_in_range", "quantity_is_usual", "quantity_negative"}


def test_values_of_sales_at_any_limit_break_the_rules_that_they_break_alone(day: sa.Connection) -> None:
    """As above, with a limit that only sales have."""
    for figure, number in zip(FIGURES[1:], range(1, len(FIGURES)), strict=True):
        day.execute(
            sa.text(f"update {SALES} set peso_value = :figure where transaction_id = :id"),  # noqa: S608
            {"figure": figure and Decimal(figure), "id": str(number)},
        )
    expected = asked_alone(day, SALES)
    assert {f"{SALES}.amount_implausible", f"{SALES}.amount_impossible", f"{SALES}.amount_negative"} <= set(expected)
    assert counted(asked_at_once(day, SALES)) == expected


def test_what_is_asked_of_groups_counts_rows_and_shows_them(day: sa.Connection) -> None:
    """A code, a brand or a category is asked about once for all lines that name it, and every line counts."""
    damages = (
        "sku = 'NOBODY' where transaction_id in ('1', '2', '3')",
        "brand_name = 'Nobody' where transaction_id in ('3', '4') and line_number = 1",
        "category = 'nothing' where line_number = 2",
        "detection_method = 'smell' where transaction_id = '5'",
    )
    for damage in damages:
        day.exec_driver_sql(f"update {ITEMS} set {damage}")  # noqa: S608
    found = asked_at_once(day, ITEMS)
    assert counted(found) == asked_alone(day, ITEMS)
    failing = {
        name: found["rows"][f"{ITEMS}.{name}"]["failing"]
        for name in (
            "sku_is_described",
            "brand_name_is_described",
            "category_is_described",
            "detection_method_is_known",
        )
    }
    assert failing == {
        "sku_is_described": 6,
        "brand_name_is_described": 2,
        "category_is_described": len(FIGURES),
        "detection_method_is_known": 2,
    }
    shown = found["rows"][f"{ITEMS}.brand_name_is_described"]["sample"]
    assert {(key["transaction_id"], key["line_number"]) for key in shown} == {("3", 1), ("4", 1)}


def test_what_is_asked_of_values_of_sales_counts_sales_and_lines_and_shows_them(day: sa.Connection) -> None:
    """A value of one set says nothing of another, a deleted sale is asked about too, and lines weigh what they did."""
    damages = (
        "gender = 'robot' where transaction_id in ('1', '2')",
        "age_bracket = 'old', deleted_at = now() where transaction_id in ('2', '3', '4')",
        "payment_method = 'shells', transaction_type = 'mixed' where transaction_id = '5'",
        "device_id = 'NOBODY', store_type = 'boat' where transaction_id = '6'",
        "campaign_id = 'NOTHING', line_count = 7 where transaction_id in ('6', '7')",
        "customer_id = '00000000-0000-0000-0000-000000000000' where transaction_id in ('4', '7', '8')",
    )
    for damage in damages:
        day.exec_driver_sql(f"update {SALES} set {damage}")  # noqa: S608
    found = asked_at_once(day, SALES)
    assert counted(found) == asked_alone(day, SALES)
    grouped = set(day.execute(sa.text(GROUPED), {"relation": SALES}).scalars())
    told = {rule_id.removeprefix(f"{SALES}."): told for rule_id, told in found["rows"].items()}
    expected = {
        "gender_is_known": (["1", "2"], 4),
        "age_bracket_is_known": (["2", "3", "4"], 6),
        "payment_method_is_known": (["5"], 2),
        "device_id_is_described": (["6"], 7),
        "store_type_is_known": (["6"], 7),
        "campaign_id_is_described": (["6", "7"], 14),
        "customer_id_is_described": (["4", "7", "8"], 11),
    }
    assert set(expected) <= grouped, "asked of each sale, and not of each value"
    for name, (transactions, lines) in expected.items():
        assert sorted(key["transaction_id"] for key in told[name]["sample"]) == transactions, name
        assert told[name]["weight"] == lines, name


@pytest.mark.parametrize(
    ("parameters", "is_grouped"),
    [
        ({"values": []}, True),
        ({"values": ["male"], "when": {"age_bracket": ["old"]}}, True),
        ({"values": ["male"], "when": {"age_bracket": None}}, True),
        ({"values": ["male"], "when": {"payment_method": ["shells"]}}, False),
        ({"values": ["male"], "when": {"payment_method": None}}, False),
        ({"values": ["male"], "when": {"peso_value": ["1"]}}, False),
    ],
)
def test_rules_of_values_count_what_they_count_alone(
    day: sa.Connection, parameters: dict[str, Any], is_grouped: bool
) -> None:
    """A group does not know the values of other sets: a rule that asks for both would count nothing, or everything."""
    words = json.dumps({"parameters": parameters})
    day.execute(sa.text(ANOTHER), {"words": words, "name": "another", "known": f"{SALES}.gender_is_known"})
    for damage in (
        "gender = 'robot'",
        "gender = 'male' where transaction_id = '1'",
        "age_bracket = 'old' where transaction_id in ('1', '2', '3')",
        "payment_method = 'shells' where transaction_id in ('3', '4')",
    ):
        day.exec_driver_sql(f"update {SALES} set {damage}")  # noqa: S608
    grouped = set(day.execute(sa.text(GROUPED), {"relation": SALES}).scalars())
    assert ("another" in grouped) is is_grouped
    assert counted(asked_at_once(day, SALES)) == asked_alone(day, SALES)


def test_a_limit_that_is_a_column_stands_beside_those_that_are_numbers(day: sa.Connection) -> None:
    """What lies within the numbers may well lie beyond the column."""
    words = json.dumps({"parameters": {"max_column": "unit_price"}})
    day.execute(sa.text(ANOTHER), {"words": words, "name": "another", "known": f"{ITEMS}.quantity_is_usual"})
    day.exec_driver_sql(f"update {ITEMS} set quantity = 50 where transaction_id = '1'")  # noqa: S608
    expected = asked_alone(day, ITEMS)
    assert expected[f"{ITEMS}.another"] > 0
    assert counted(asked_at_once(day, ITEMS)) == expected


def test_rows_that_lack_something_are_counted_once_and_no_others(day: sa.Connection) -> None:
    """The count of nulls had the rows of a few other rules in it, because their bits were shifted."""
    without_customer = len(range(0, len(FIGURES), 3))
    assert asked_at_once(day, SALES)["nulls"] == without_customer
    assert asked_at_once(day, ITEMS)["nulls"] == len(FIGURES), "RICE has no brand"
    day.exec_driver_sql(f"update {ITEMS} set sku = 'NOBODY', detection_method = 'smell' where line_number = 1")  # noqa: S608
    day.exec_driver_sql(f"update {SALES} set payment_method = 'barter', device_id = 'D'")  # noqa: S608
    assert asked_at_once(day, ITEMS)["nulls"] == len(FIGURES)
    assert asked_at_once(day, SALES)["nulls"] == without_customer


REPEATS = """
    select coalesce(sum(alike.n - 1), 0)
    from (
        select count(*) as n
        from scout.silver_transaction_items
        where date_key = :day
        group by transaction_id, sku, description, quantity, unit_price, sold_at
    ) as alike
"""


def test_lines_are_repeated_when_all_that_the_rule_names_is_the_same(day: sa.Connection) -> None:
    """Each column is hashed by itself: neither what lacks something nor what is exchanged may look like another."""
    day.exec_driver_sql(f"alter table {ITEMS} alter sku drop not null")
    pairs: dict[str, list[dict[str, str | None]]] = {
        "1": [{}, {}],
        "2": [{"sku": None}, {"sku": None}],
        "3": [{"description": None}, {"description": ""}],
        "4": [{"sku": "A", "description": "B"}, {"sku": "B", "description": "A"}],
        "5": [{"quantity": "2", "unit_price": "3"}, {"quantity": "3", "unit_price": "2"}],
        "6": [{"quantity": "2.0"}, {"quantity": "2.00"}],
        "7": [{"sku": None, "description": "A"}, {"sku": None, "description": "B"}],
        "8": [{"quantity": "1", "unit_price": "10000"}, {"quantity": "10000", "unit_price": "1"}],
        "9": [{"quantity": "1"}, {"quantity": "-1"}],
    }
    usual = {"sku": "RICE", "description": "", "quantity": "1", "unit_price": "5"}
    for transaction_id, lines in pairs.items():
        for number, line in enumerate(lines, start=1):
            day.execute(
                sa.text(
                    f"update {ITEMS} set sku = :sku, description = :description, quantity = cast(:quantity as numeric),"  # noqa: S608
                    " unit_price = cast(:unit_price as numeric) where transaction_id = :id and line_number = :number"
                ),
                {**usual, **line, "id": transaction_id, "number": number},
            )
    assert day.execute(sa.text(REPEATS), {"day": DAY}).scalar_one() == 3
    told = asked_at_once(day, ITEMS)["days"][f"{ITEMS}.line_is_repeated"]
    assert told["failing"] == 3
    assert {key["f4"] for key in told["sample"]} == {"1", "2", "6"}


def test_a_column_of_any_type_is_hashed(day: sa.Connection) -> None:
    """The hash of some types is that of another one, and takes no column of theirs."""
    day.exec_driver_sql(
        """
        create temporary table odd (
            word varchar(9), numbers integer[], day date, id uuid, at timestamptz, "an odd name" smallint, told jsonb
        )
        """
    )
    day.exec_driver_sql(
        """
        insert into odd
        select word, array[number], '2026-02-05', '00000000-0000-0000-0000-000000000000', now(), number, '{}'
        from (values ('a'), ('b'), (null)) as words (word) cross join generate_series(1, 2) as numbers (number)
        """
    )
    day.exec_driver_sql("insert into odd select * from odd where word = 'a'")
    expression = day.exec_driver_sql(
        """
        select ops.quality_hash(
            'odd', array(select attname::text from pg_attribute where attrelid = 'odd'::regclass and attnum > 0)
        )
        """
    ).scalar_one()
    assert expression.startswith("hash_record_extended(row(t.word), 1) # ")
    assert "coalesce(uuid_hash_extended(t.id, 4), 4)" in expression
    counted_apart = day.exec_driver_sql(
        f"select count(*), count(distinct {expression}), count(distinct t) from odd as t"  # noqa: S608
    ).one()
    assert tuple(counted_apart) == (8, 6, 6)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (f"{SALES}.sold_at_is_fresh", {"table_name": ITEMS}),
        (f"{ITEMS}.subtotal_equals_silver_transactions_cleaned", {"column_names": ["unit_price"]}),
    ],
)
def test_what_groups_do_not_know_is_summed_of_rows(day: sa.Connection, known: str, words: dict[str, Any]) -> None:
    """Lines are summed in groups, of which none knows a price or the newest line: a rule may ask for them any day."""
    before = asked_at_once(day, ITEMS)
    made = day.execute(sa.text(ANOTHER), {"words": json.dumps(words), "name": "another", "known": known})
    assert made.rowcount == 1
    found = asked_at_once(day, ITEMS)
    assert (found["total"], found["nulls"], found["rows"]) == (before["total"], before["nulls"], before["rows"])
    assert found["total"] == 2 * len(FIGURES)
    newest, prices = day.exec_driver_sql(
        f"select to_jsonb(max(sold_at)), sum(unit_price) from {ITEMS} where date_key = '{DAY}'"  # noqa: S608
    ).one()
    if "column_names" in words:
        assert Decimal(str(found["measures"]["unit_price"])) == prices
    else:
        assert found["days"][f"{SALES}.another"] == newest


def test_a_sum_may_be_off_by_what_is_tolerated(day: sa.Connection) -> None:
    """What is equal is not subtracted any more; what differs by no more than the tolerance still passes."""
    for transaction_id, off in {"1": "0.01", "2": "-0.01", "3": "0.011", "4": "-0.011", "5": "0"}.items():
        day.execute(
            sa.text(f"update {ITEMS} set subtotal = subtotal + cast(:off as numeric) where transaction_id = :id"),  # noqa: S608
            {"off": off, "id": transaction_id},
        )
    for transaction_id, off in {"1": "+ 0.001", "2": "- 0.001"}.items():
        day.exec_driver_sql(
            f"update {SALES} set peso_value = peso_value {off} where transaction_id = '{transaction_id}'"  # noqa: S608
        )
    lines, sales = counted(asked_at_once(day, ITEMS)), counted(asked_at_once(day, SALES))
    assert lines[f"{ITEMS}.subtotal_is_product"] == 4
    assert sales[f"{SALES}.peso_value_adds_up"] == 2
