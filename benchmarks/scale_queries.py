"""The queries that people make, with drawn parameters: how long the client waits for each, against its goal."""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import quantiles
from time import perf_counter
from typing import Any

import psycopg
from psycopg.rows import dict_row
from scratch import statement

from scout_pipeline import periods

PERIODS = ("hour", "day", "week", "month")
LONGEST_BY_HOUR = 14
Draw = Callable[["Choices", random.Random], dict[str, Any]]


@dataclass(frozen=True)
class Choices:
    """What parameters are drawn from: `last_day` is the latest business day with sales."""

    first_day: date
    last_day: date
    regions: list[str]
    store_codes: list[str]
    store_ids: list[int]
    brands: list[str]
    skus: list[str]

    def days(self, dice: random.Random, count: int) -> dict[str, Any]:
        """A half-open range of that many days, as far as there are so many."""
        latest_start = max(0, (self.last_day - self.first_day).days + 1 - count)
        start = self.first_day + timedelta(days=dice.randint(0, latest_start))
        return {"from": start, "to": start + timedelta(days=count)}

    def last_days(self, count: int) -> dict[str, Any]:
        """The latest range of that many days: the one that most people look at, and the one with the tail."""
        end = self.last_day + timedelta(days=1)
        return {"from": end - timedelta(days=count), "to": end}


@dataclass(frozen=True)
class Query:
    """A statement of sql/scale, how its parameters are drawn, and the milliseconds that 95 of 100 calls may take."""

    name: str
    file: str
    draw: Draw
    goal_ms: float | None = None


def _any_days(count: int) -> Draw:
    return lambda choices, dice: {
        **choices.days(dice, count),
        "region": dice.choice(choices.regions),
        "store_code": dice.choice(choices.store_codes),
        "store_id": dice.choice(choices.store_ids),
        "brand": dice.choice(choices.brands),
        "sku": dice.choice(choices.skus),
    }


def _last_days(count: int) -> Draw:
    return lambda choices, dice: {**_any_days(count)(choices, dice), **choices.last_days(count)}


def _whole_months(count: int) -> Draw:
    """From the first of a month on, as far as there are so many months."""

    def drawn(choices: Choices, dice: random.Random) -> dict[str, Any]:
        found = _any_days(31 * count)(choices, dice)
        start = found["from"] if found["from"].day == 1 else periods.next_month(found["from"])
        end = start
        for _ in range(count):
            end = periods.next_month(end)
        return {**found, "from": start, "to": end}

    return drawn


def _any_range(choices: Choices, dice: random.Random) -> dict[str, Any]:
    """A week to a year by a period that suits: nobody draws a year by hours."""
    period = dice.choice(PERIODS)
    count = dice.randint(1, LONGEST_BY_HOUR) if period == "hour" else dice.choice((7, 30, 90, 365))
    return {**_any_days(count)(choices, dice), "period": period}


QUERIES = (
    Query("dashboard KPIs, 30 days, one region", "dashboard_kpis", _any_days(30), 50),
    Query("dashboard KPIs, last 30 days, one region", "dashboard_kpis", _last_days(30), 50),
    Query("dashboard KPIs, 30 days, all stores", "dashboard_kpis_everywhere", _any_days(30)),
    Query("time range, one region", "sales_timeline", _any_range, 120),
    Query("time range, all stores", "sales_timeline_everywhere", _any_range, 120),
    Query("brand analytics, last 90 days, all brands", "brand_analytics", _last_days(90), 200),
    Query("brand analytics, 90 days, one brand by day", "brand_by_day", _any_days(90), 200),
    Query("brand analytics, its top products, three months", "top_products", _whole_months(3), 200),
    Query("brand analytics, its top products, any 30 days", "top_products", _any_days(30)),
    Query("store statistics, last 30 days", "store_stats", _last_days(30), 30),
    Query("store statistics, 365 days", "store_stats", _any_days(365), 30),
    Query("category tree", "product_mix_tree", _any_days(1), 100),
    Query("latest metrics", "latest_metrics", _any_days(1), 10),
    Query("live days of a store, last 30", "store_day", _last_days(30)),
    Query("live hours of a store, last 7 days", "store_hours", _last_days(7)),
    Query("basket patterns of a product", "basket_patterns", _any_days(1)),
    Query("substitution flows, 30 days", "substitution_flows", _any_days(30)),
    Query("suggestion funnel, 30 days, one region", "suggestion_funnel", _any_days(30)),
)


@dataclass(frozen=True)
class Timing:
    """Milliseconds of many calls of one query."""

    query: Query
    p50_ms: float
    p95_ms: float
    max_ms: float
    calls: int


def measure(url: str, calls: int, *, is_generic: bool, tell: Callable[[str], None]) -> list[Timing]:
    """Time every query. Each call was made once before, so that what is measured is warm.

    `is_generic` has each statement planned once without its values, as pools with prepared statements come to do.
    """
    with psycopg.connect(url, autocommit=True, prepare_threshold=0 if is_generic else None) as connection:
        if is_generic:
            connection.execute(statement("sql/generic_plans"))
        with connection.cursor(row_factory=dict_row) as cursor:
            choices = Choices(**(cursor.execute(statement("sql/scale/choices")).fetchone() or {}))
        timings = []
        for query in QUERIES:
            tell(f"{query.name} ...")
            timings.append(_time(connection, query, choices, calls))
        return timings


def _time(connection: psycopg.Connection[tuple[Any, ...]], query: Query, choices: Choices, calls: int) -> Timing:
    dice = random.Random(query.name)
    drawn = [query.draw(choices, dice) for _ in range(calls)]
    text = statement(f"sql/scale/{query.file}")
    for values in drawn:
        _call(connection, text, values)
    dice.shuffle(drawn)
    spent = sorted(_call(connection, text, values) for values in drawn)
    return Timing(query, spent[len(spent) // 2], quantiles(spent, n=20, method="inclusive")[-1], spent[-1], calls)


def _call(connection: psycopg.Connection[tuple[Any, ...]], text: str, values: Mapping[str, Any]) -> float:
    """Milliseconds from the question to the last row."""
    started = perf_counter()
    connection.execute(text, values).fetchall()
    return (perf_counter() - started) * 1000
