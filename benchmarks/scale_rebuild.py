"""50 changed store-days: marking and rebuilding them, against refreshing a materialized view of the same figures."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import psycopg
from scale_load import SALES
from scratch import statement
from step_times import StepTimes

from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.gold import daily_aggregates
from scout_pipeline.silver import refresh as silver
from scout_pipeline.sources import mapping as mappings

STORE_DAYS = 50
RATIO_GOAL = 1 / 200
MARKING = "silver/mark_buckets"
# the days from which the store-days are taken, counted back from the latest; None: all
VARIANTS = {"of the last 7 days": 7, "of any day": None}
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Rebuild:
    """One round, in seconds.

    Marking is the statement that writes ops.dirty_buckets, for every layer that follows sales. Rebuilding is the whole
    refresh of gold/daily_aggregates, from the question whether anything is marked to the commit. Refreshing is REFRESH
    MATERIALIZED VIEW CONCURRENTLY alone, after the same changes.
    """

    buckets: int
    marking: float
    rebuilding: float
    refreshing: float

    @property
    def ratio(self) -> float:
        return (self.marking + self.rebuilding) / self.refreshing


def measure(target: Database, rounds: int, tell: Tell) -> dict[str, list[Rebuild]]:
    """Both variants, `rounds` times each; what the changes mean for other tables stays marked for the next run."""
    with _view(target.url, tell) as connection:
        return {
            name: [_round(target, connection, days, f"{name}, {number} of {rounds}", tell) for number in range(rounds)]
            for name, days in VARIANTS.items()
        }


def median_ratio(rounds: list[Rebuild]) -> float:
    return median(one.ratio for one in rounds)


def change(target: Database, days: int | None, seed: str) -> float:
    """Send one sale of each of 50 store-days again with another quantity, carry it to silver; seconds of marking."""
    with psycopg.connect(target.url) as connection:
        values = {"days": days, "seed": seed, "count": STORE_DAYS}
        documents = [row[0] for row in connection.execute(statement("sql/scale/changed_sales"), values)]
    with tempfile.TemporaryDirectory(prefix="scout-b-") as folder, StepTimes().measure() as times:
        path = Path(folder) / "changed.jsonl"
        path.write_text("".join(f"{document}\n" for document in documents), encoding="utf-8")
        (outcome,) = landing.ingest(target, [path], mappings.load(SALES))
        if outcome.lines_loaded != STORE_DAYS:
            raise AssertionError(f"{outcome.lines_loaded} of {STORE_DAYS} changed sales were new: {outcome}")
        silver.carry_all(target)
    return times.seconds[MARKING]


@contextmanager
def _view(url: str, tell: Tell) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement("sql/scale/store_days_drop"))
        tell("filling the materialized view ...")
        for step in ("store_days_schema", "store_days_view", "store_days_key", "store_days_statistics"):
            connection.execute(statement(f"sql/scale/{step}"))
        try:
            yield connection
        finally:
            connection.execute(statement("sql/scale/store_days_drop"))


def _round(
    target: Database, connection: psycopg.Connection[tuple[Any, ...]], days: int | None, name: str, tell: Tell
) -> Rebuild:
    tell(f"50 store-days {name} ...")
    marking = change(target, days, name)
    rebuilt = daily_aggregates.refresh(target)
    started = perf_counter()
    connection.execute(statement("sql/scale/store_days_refresh"))
    refreshing = perf_counter() - started
    row = connection.execute(statement("sql/scale/store_days_differences")).fetchone()
    if row is None or row[0]:
        raise AssertionError(f"the view and gold differ in {row} store-days: there is nothing to compare")
    return Rebuild(rebuilt.buckets_rebuilt, marking, rebuilt.seconds, refreshing)
