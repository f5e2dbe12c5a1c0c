"""Figures far from their own history are found, and nothing else: no holiday, no labelled day, no steady store."""

import math
import random
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline import rule_book
from scout_pipeline.database import Database
from scout_pipeline.quality import checking, issues
from scout_pipeline.silver import dim_date

DAILY = "scout.gold_daily_aggregates"
PRICES = "ops.code_prices"
# a Tuesday that is neither a holiday nor a pay day
DAY = date(2026, 3, 24)
# store 1 sells the same every day (MAD 0), store 2 varies, store 3 trades on weekdays only
HISTORY = """
    insert into scout.gold_daily_aggregates (
        store_id, date_key, transaction_count, line_count, units, gross_sales, returns_value, adjustments_value,
        net_revenue, unique_customers, avg_transaction_value
    )
    select
        store_id, days::date, sold, sold, sold * 2, sold * 50, 0, 0, sold * 50, 1, 50
    from generate_series(date '2026-01-05', date '2026-03-24', interval '1 day') as days
    cross join (values (1, 40, 0), (2, 40, 4), (3, 30, 2)) as shop (store_id, level, noise)
    cross join lateral (
        select level + ((extract(doy from days)::integer * 7) % 5 - 2) * noise / 2 as sold
    ) as sales
    where store_id <> 3 or extract(isodow from days) < 6
"""
STORES = """
    insert into scout.store_registry (store_id, store_code) overriding system value
    values (1, 'S1'), (2, 'S2'), (3, 'S3')
"""
PRICE_HISTORY = """
    insert into ops.code_prices (sku, date_key, avg_price, line_count)
    select sku, days::date, price, line_count
    from generate_series(date '2026-02-20', date '2026-03-24', interval '1 day') as days
    cross join (values ('RICE', 50, 20), ('KOPI', 8.5, 1)) as code (sku, price, line_count)
"""

# the days of eight weeks that a common day is compared with, and itself
ORDINARY_DAYS = "select date_key, day_class from ops.quality_days(:day, 56, true)"
UNUSUAL = """
    select
        regexp_replace(rule_id, '^.*[.]', '') as name, column_names[1] as asked, parameters ->> 'per' as per,
        parameters ->> 'limit' as limit, parameters ->> 'min_change' as min_change,
        parameters ->> 'min_history' as min_history, parameters ->> 'noise' as noise
    from ops.data_quality_rules
    where table_name = :relation and is_active and dimension = 'distribution'
"""
FIGURES = """
    insert into scout.gold_daily_aggregates (
        store_id, date_key, transaction_count, line_count, units, gross_sales, returns_value, adjustments_value,
        net_revenue, unique_customers, avg_transaction_value
    )
    values (:store, :day, :sales, :sales, :units, :revenue, 0, 0, :revenue, 1, 50)
"""


@pytest.fixture
def history(database: Database) -> Database:
    dim_date.refresh(database)
    checking.prepare(database, rule_book.TABLES)
    with database.transaction() as connection:
        for statement in (STORES, HISTORY, PRICE_HISTORY):
            connection.execute(sa.text(statement))
    return database


def found(database: Database, change: str = "", day: date = DAY) -> set[tuple[str, str]]:
    """(rule, store or code) of the findings of gold and of the prices, after a change that is taken back."""
    with database.engine.connect() as connection:
        transaction = connection.begin()
        if change:
            connection.execute(sa.text(change))
        for relation in (DAILY, PRICES):
            connection.execute(
                sa.text("select ops.check_data_quality(cast(:relation as regclass), :day)"),
                {"relation": relation, "day": day},
            )
        rows = connection.execute(
            sa.text(
                "select regexp_replace(rule_id, '^.*[.]', ''), coalesce(key ->> 'store_id', key ->> 'sku') "
                "from ops.data_quality_issues where key <> '{}' and status = 'open'"
            )
        ).all()
        transaction.rollback()
    return {(row[0], row[1]) for row in rows}


def test_a_steady_history_has_no_outlier(history: Database) -> None:
    """A MAD of 0 makes a division by zero, or an outlier of everything."""
    assert found(history) == set()
    assert (
        found(
            history,
            "update scout.gold_daily_aggregates set net_revenue = 2050 where store_id = 1 and date_key = '2026-03-24'",
        )
        == set()
    )


def test_a_silent_store_and_a_doubled_day_are_found(history: Database) -> None:
    """The two commonest faults of delivery: a device that stopped, a file that came twice."""
    silent = "delete from scout.gold_daily_aggregates where store_id = 2 and date_key = '2026-03-24'"
    assert found(history, silent) == {("no_store_is_silent", "2")}
    doubled = """
        update scout.gold_daily_aggregates
        set transaction_count = transaction_count * 2, net_revenue = net_revenue * 2, units = units * 2
        where store_id = 2 and date_key = '2026-03-24'
    """
    # revenue varies more than what it is made of, and is judged more leniently
    assert found(history, doubled) == {("transaction_count_is_usual", "2"), ("units_is_usual", "2")}
    centavos = """
        update scout.gold_daily_aggregates set net_revenue = net_revenue * 100
        where store_id = 1 and date_key = '2026-03-24'
    """
    assert found(history, centavos) == {
        ("net_revenue_is_usual", "1"),
        ("net_revenue_per_transaction_count_is_usual", "1"),
    }


def test_a_store_that_never_trades_on_sundays_is_not_silent(history: Database) -> None:
    """An alarm every Sunday is an alarm that nobody reads on Monday."""
    assert found(history, day=date(2026, 3, 22)) == set()
    # a holiday is judged by holidays only, of which there are too few
    assert found(history, "delete from scout.gold_daily_aggregates where store_id = 2", day=date(2026, 2, 25)) == set()


def judged(database: Database, change: str) -> dict[tuple[str, str], tuple[Decimal, Decimal, bool]]:
    """What was expected of each judged figure, its score, and whether it is an outlier, after a change; taken back."""
    with database.engine.connect() as connection:
        connection.execute(sa.text(change))
        rows = connection.execute(
            sa.text(
                "select regexp_replace(rule_id, '^.*[.]', ''), entity, expected, score, is_outlier"
                " from ops.quality_outliers('scout.gold_daily_aggregates', '2026-03-24')"
            )
        ).all()
    return {(rule, entity): (expected, score, is_far) for rule, entity, expected, score, is_far in rows}


def test_the_tested_day_is_outside_its_own_training(history: Database) -> None:
    """A day that is its own history explains itself away."""
    change = "update scout.gold_daily_aggregates set net_revenue = {} where store_id = 1 and date_key = '2026-03-24'"
    for revenue, is_far_below in ((1, True), (9000, False)):
        expected, score, is_far = judged(history, change.format(revenue))["net_revenue_is_usual", "1"]
        assert expected == 2000
        assert (score < -6, is_far) == (is_far_below, True)


def test_a_figure_that_most_of_its_history_lies_near_is_not_put_in_order(history: Database) -> None:
    """Hundreds of codes would be sorted each day to learn that all of them are as always."""
    assert judged(history, "select 1") == {}


def test_a_figure_that_half_of_its_history_lies_near_is_put_in_order(history: Database) -> None:
    """The middle of as many near as far lies between them, and may be far."""
    with history.transaction() as connection:
        calendar = dict(map(tuple, connection.execute(sa.text(ORDINARY_DAYS), {"day": DAY}).all()))
    tuesdays = sorted(day for day, kind in calendar.items() if kind == "Tuesday" and day < DAY)
    one, *others = tuesdays
    far = ", ".join(f"'{day}'" for day in others[::2])
    assert 2 * len(others[::2]) == len(others)
    change = f"""
        with gone as (
            delete from scout.gold_daily_aggregates where store_id = 1 and date_key = '{one}'
        )
        update scout.gold_daily_aggregates set transaction_count = 400 where store_id = 1 and date_key in ({far})
    """  # noqa: S608
    expected, score, is_far = judged(history, change)["transaction_count_is_usual", "1"]
    assert (expected, is_far) == (Decimal(220), True)
    assert score < -4


def test_less_than_nothing_is_far_from_something(history: Database) -> None:
    """As far below zero as usual above it: no ratio tells how far."""
    change = "update scout.gold_daily_aggregates set net_revenue = -2000 where store_id = 1 and date_key = '2026-03-24'"
    expected, _, is_far = judged(history, change)["net_revenue_is_usual", "1"]
    assert (expected, is_far) == (Decimal(2000), True)


def test_a_count_below_zero_stops_no_check(history: Database) -> None:
    """Adjustments may outnumber sales: such a count is as steady as none."""
    change = """
        update scout.gold_daily_aggregates
        set
            transaction_count = -transaction_count,
            net_revenue = case when date_key = '2026-03-24' then 9000 else 2000 end
        where store_id = 1
    """
    expected, _, is_far = judged(history, change)["net_revenue_is_usual", "1"]
    assert (expected, is_far) == (Decimal(2000), True)


@pytest.mark.parametrize("seed", range(6))
def test_outliers_are_those_of_plain_python(history: Database, seed: int) -> None:
    """A short cut past the medians must find what the medians find, of steady and of wild stores."""
    chance = random.Random(seed)
    with history.transaction() as connection:
        calendar = connection.execute(sa.text(ORDINARY_DAYS), {"day": DAY}).all()
        rules = connection.execute(sa.text(UNUSUAL), {"relation": DAILY}).all()
        connection.execute(sa.text("delete from scout.gold_daily_aggregates"))
    sold = {
        # the day itself is wild in all stores
        (store, day): days_figures(chance, wildness=1 if day == DAY else store / 40)
        for store in range(1, 31)
        for day, _ in calendar
    }
    with history.transaction() as connection:
        connection.execute(
            sa.text(FIGURES),
            [{"store": store, "day": day, **figures} for (store, day), figures in sold.items() if figures],
        )
    weekdays: dict[date, str] = dict(map(tuple, calendar))
    expected = {
        (rule.name, str(store))
        for rule in rules
        for store in range(1, 31)
        if is_outlier(rule, {day: sold[store, day] for day in weekdays if sold[store, day]}, weekdays)
    }
    outliers = {key for key, (_, _, is_far) in judged(history, "select 1").items() if is_far}
    assert outliers == expected
    assert outliers, "nothing was found in a wild world"


def days_figures(chance: random.Random, *, wildness: float) -> dict[str, int]:
    """Sales, units and revenue of a day, or nothing; the wilder, the farther from the level of every store."""
    if chance.random() < wildness / 8:
        return {}
    level = chance.choice((1, 1, 1, 1.3, 0.75, 2, 0.4, 5)) if chance.random() < wildness else 1
    count = round(40 * level * chance.uniform(0.95, 1.05))
    return {"sales": count, "units": count * chance.choice((2, 2, 3)), "revenue": count * chance.choice((50, 50, 51))}


def is_outlier(rule: Any, days: dict[date, dict[str, int]], weekdays: dict[date, str]) -> bool:
    """The rule as docs/data_quality.md tells it, of the figures of one store."""
    if DAY not in days:
        return False

    def figure(day: date) -> float:
        sold = days[day]
        amount = {"net_revenue": sold["revenue"], "transaction_count": sold["sales"], "units": sold["units"]}
        return amount[rule.asked] / (sold["sales"] if rule.per else 1)

    past = [day for day in days if day < DAY]
    like = {weekday: [figure(day) for day in past if weekdays[day] == weekday] for weekday in set(weekdays.values())}
    usual, least = like[weekdays[DAY]], int(rule.min_history)
    residuals = [
        2 * abs(math.sqrt(figure(day) / median(like[weekdays[day]])) - 1) * (1 + 1 / len(like[weekdays[day]]))
        for day in past
        if len(like[weekdays[day]]) > 1
    ]
    if len(usual) < least or len(residuals) < 2 * least:
        return False
    centre, today = median(usual), figure(DAY)
    sales = median(days[day]["sales"] for day in past if len(like[weekdays[day]]) > 1)
    deviation = 1.4826 * median(residuals) * (1 + 0.5 / len(usual))
    score = 2 * (math.sqrt(today / centre) - 1) / max(deviation, 0.05, float(rule.noise) / math.sqrt(sales))
    return abs(score) > float(rule.limit) and max(today / centre, centre / today) - 1 >= float(rule.min_change)


def test_labelled_days_are_neither_judged_nor_learned_from(history: Database) -> None:
    """A typhoon that is learned from makes the next ordinary Tuesday an outlier."""
    silent = "delete from scout.gold_daily_aggregates where store_id = 2 and date_key = '2026-03-24'"
    # a fair on most of the Tuesdays that store 1 is judged by
    fair = """
        update scout.gold_daily_aggregates
        set net_revenue = net_revenue * 3, units = units * 3, transaction_count = transaction_count * 3
        where store_id = 1 and extract(isodow from date_key) = 2 and date_key between '2026-02-16' and '2026-03-23'
    """
    assert ("net_revenue_is_usual", "1") in found(history, fair)
    label(history, "S2", DAY, DAY)
    label(history, "S1", date(2026, 2, 16), date(2026, 3, 23))
    assert found(history, silent) == set()
    # what the fair leaves is too little history to judge by
    assert found(history, fair) == set()


def label(history: Database, store_code: str, first: date, last: date) -> None:
    with history.transaction() as connection:
        number = issues.label(
            connection, store_code=store_code, first=first, last=last, kind="event", by="ana", note="a fair"
        )
    assert number is not None


def test_the_price_of_a_code_is_held_against_its_own(history: Database) -> None:
    """Centavos for pesos in one source moves no store's day out of its band, and every price of a code."""
    price = "update ops.code_prices set avg_price = avg_price * {} where sku = '{}' and date_key = '2026-03-24'"
    assert found(history, price.format(1.1, "RICE")) == set()
    assert found(history, price.format(1.4, "RICE")) == {("code_price_is_usual", "RICE")}
    # one line may be dear, but not a hundred times
    assert found(history, price.format(1.4, "KOPI")) == set()
    for factor in (100, 0.01):
        assert found(history, price.format(factor, "KOPI")) == {("code_price_is_plausible", "KOPI")}


def test_findings_beyond_those_that_are_listed_are_counted_in_one_more(history: Database) -> None:
    """A thousand listed of many thousand looks like a thousand."""
    codes = """
        insert into ops.code_prices (sku, date_key, avg_price, line_count)
        select 'C' || code, days::date, case when days = date '2026-03-24' then 30 else 10 end, 20
        from generate_series(date '2026-03-12', date '2026-03-24', interval '1 day') as days
        cross join generate_series(1, 1003) as code
    """
    listed = """
        select key ->> 'beyond', count(*), min(observed) filter (where key ? 'beyond')
        from ops.data_quality_issues
        where rule_id like 'ops.code_prices.%' and status = 'open'
        group by key ->> 'beyond' order by key ->> 'beyond'
    """
    steps = (
        (codes, [("limit", 1, "3 findings beyond the 1000 that are listed, 1003 in all"), (None, 1000, None)]),
        ("delete from ops.code_prices where sku like 'C%' and right(sku, 1) < '5'", [(None, 500, None)]),
    )
    for change, expected in steps:
        with history.transaction() as connection:
            connection.execute(sa.text(change))
            connection.execute(sa.text("select ops.check_data_quality('ops.code_prices', :day)"), {"day": DAY})
            assert [tuple(row) for row in connection.execute(sa.text(listed))] == expected
