"""The pipeline's side: the calls that `scout ingest` and `scout run` make, in this process, and what they changed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any

import psycopg
from psycopg.rows import dict_row
from scratch import statement
from step_times import StepTimes

from scout_pipeline import flow, side_by_side
from scout_pipeline.bronze import landing
from scout_pipeline.bronze.landing import FileOutcome
from scout_pipeline.database import Database
from scout_pipeline.gold.buckets import GoldReport
from scout_pipeline.sources import mapping as mappings

SOURCE = "online_retail"
# The tables that the floor has too. What else gold computes has nothing to be compared with, and is shown apart.
SHARED_LAYERS = frozenset(
    {
        "gold/daily_aggregates",
        "gold/regional_performance",
        "gold/store_performance",
        "gold/product_performance",
        "gold/customer_insights",
        "serving/mv_customer_segments",
    }
)


@dataclass
class Pass:
    """One ingest and run: seconds of both, lines read, rows written and buckets rebuilt by table.

    `beyond_seconds` is the part of `run_seconds` that went into tables which the floor does not have, where they were
    computed after the others.
    """

    ingest_seconds: float
    run_seconds: float
    beyond_seconds: float
    lines_read: int
    buckets: dict[str, int]
    rows: dict[str, int]

    @property
    def seconds(self) -> float:
        return self.ingest_seconds + self.run_seconds

    @property
    def shared_seconds(self) -> float:
        """Seconds for the tables that the floor has too."""
        return self.seconds - self.beyond_seconds


def carry(target: Database, files: Sequence[Path]) -> Pass:
    """Take the files into bronze and carry what is new to the end of the flow, as `scout ingest` and `scout run` do."""
    started = perf_counter()
    outcomes = landing.ingest(target, files, mappings.load(SOURCE)) if files else []
    ingested = perf_counter()
    report = flow.run_incremental(target)
    return _pass(outcomes, report.layers, (started, ingested, perf_counter()), beyond_seconds=0.0)


def carry_shared_first(target: Database, files: Sequence[Path]) -> Pass:
    """`carry` with gold in two parts, so that the tables which the floor has too can be timed apart from the others."""
    started = perf_counter()
    outcomes = landing.ingest(target, files, mappings.load(SOURCE))
    ingested = perf_counter()
    everything = (*flow.GOLD, *flow.SERVING)
    shared = flow.carry(target, [layer for layer in everything if layer.TABLE.key in SHARED_LAYERS])
    compared = perf_counter()
    others = side_by_side.refresh(target, [layer for layer in everything if layer.TABLE.key not in SHARED_LAYERS])
    done = perf_counter()
    return _pass(outcomes, [*shared.layers, *others], (started, ingested, done), beyond_seconds=done - compared)


def _pass(
    outcomes: Sequence[FileOutcome],
    layers: Sequence[GoldReport],
    times: tuple[float, float, float],
    *,
    beyond_seconds: float,
) -> Pass:
    started, ingested, done = times
    return Pass(
        ingest_seconds=ingested - started,
        run_seconds=done - ingested,
        beyond_seconds=beyond_seconds,
        lines_read=sum(outcome.lines_read for outcome in outcomes),
        buckets={layer.layer: layer.buckets_rebuilt for layer in layers},
        rows={layer.layer: layer.rows_written for layer in layers},
    )


def timed_carry(target: Database, files: Sequence[Path]) -> tuple[Pass, StepTimes]:
    """`carry_shared_first`, with the seconds of each statement."""
    with StepTimes().measure() as times:
        return carry_shared_first(target, files), times


def ingest_known(target: Database, files: Sequence[Path]) -> float:
    """Seconds to be told again about files that were all taken before."""
    started = perf_counter()
    outcomes = landing.ingest(target, files, mappings.load(SOURCE))
    unknown = [outcome.path.name for outcome in outcomes if outcome.status != "known"]
    if unknown:
        raise AssertionError(f"these files were not known: {', '.join(unknown[:5])}")
    return perf_counter() - started


@dataclass
class Late:
    """What a late file changed: the pass itself, and the gold rows written by table and bucket."""

    day: date
    done: Pass
    written: list[dict[str, Any]]

    @property
    def strays(self) -> list[dict[str, Any]]:
        """Rows written outside the file's own day, month and customers; there must be none."""
        own = {f"{self.day:%Y-%m-%d}", f"{self.day:%Y-%m}", f"customers of {self.day:%Y-%m-%d}"}
        return [row for row in self.written if row["bucket"] not in own]


def carry_late(target: Database, file: Path) -> Late:
    """Load the file of a past day last, and look which gold rows that wrote."""
    day = date.fromisoformat(file.name[:10])
    with psycopg.connect(target.url, autocommit=True, row_factory=dict_row) as connection:
        marker = connection.execute(statement("sql/marker")).fetchone()
        done = carry(target, [file])
        written = connection.execute(statement("sql/rows_written_since"), {**(marker or {}), "day": day}).fetchall()
    return Late(day, done, written)
