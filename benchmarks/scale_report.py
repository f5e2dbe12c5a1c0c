"""What the benchmark at scale found: tables for people, figures for the history."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median
from typing import Any

import psycopg
from psycopg.rows import dict_row
from rich.table import Table
from scale_home import Home
from scale_queries import Timing
from scale_rebuild import RATIO_GOAL, STORE_DAYS, Rebuild, median_ratio
from scratch import statement

from scout_pipeline.database import Database
from scout_pipeline.ops.baselines import Figure

MILLION = 1_000_000
SHOWN_LAYERS = 12


@dataclass(frozen=True)
class Measured:
    """The queries under three conditions, and the changed store-days by variant."""

    at_rest: list[Timing]
    generic: list[Timing]
    with_tail: list[Timing]
    rebuilds: dict[str, list[Rebuild]]

    def conditions(self) -> dict[str, list[Timing]]:
        return {
            "at rest": self.at_rest,
            "plans made once": self.generic,
            f"with {STORE_DAYS} store-days pending": self.with_tail,
        }


def load_table(home: Home) -> Table:
    """Seconds of each step, and of the layers that took most."""
    table = Table("step", "lines", "ingest s", "run s", "s a million", "database MiB", "most time went into")
    table.title = f"Load of {home.folder}"
    for column in table.columns[1:-1]:
        column.justify = "right"
    total: Counter[str] = Counter()
    for step in home.steps:
        total.update(step.layers)
        longest = ", ".join(f"{name} {seconds:.0f}" for name, seconds in Counter(step.layers).most_common(4))
        table.add_row(
            step.name if step.is_whole else f"{step.name} (went on)",
            f"{step.lines:,}",
            f"{step.ingest_seconds:.1f}",
            f"{step.run_seconds:.1f}",
            f"{step.seconds / max(1, step.lines) * MILLION:.0f}",
            f"{step.database_bytes / 2**20:,.0f}",
            longest,
        )
    lines = sum(step.lines for step in home.steps)
    seconds = sum(step.seconds for step in home.steps)
    longest = ", ".join(f"{name} {spent:.0f}" for name, spent in total.most_common(SHOWN_LAYERS))
    ingested = sum(step.ingest_seconds for step in home.steps)
    table.add_section()
    table.add_row(
        "all",
        f"{lines:,}",
        f"{ingested:.0f}",
        f"{seconds - ingested:.0f}",
        f"{seconds / max(1, lines) * MILLION:.0f}",
        "",
        longest,
    )
    return table


def tables(measured: Measured) -> Iterator[Table]:
    """A table a condition, and one for the changed store-days."""
    for condition, timings in measured.conditions().items():
        table = Table("query", "p50 ms", "p95 ms", "max ms", "goal", "met", title=f"Queries, {condition}")
        for column in table.columns[1:]:
            column.justify = "right"
        for timing in timings:
            goal = timing.query.goal_ms
            spent = (f"{value:.1f}" for value in (timing.p50_ms, timing.p95_ms, timing.max_ms))
            table.add_row(timing.query.name, *spent, _goal(goal), _verdict(timing.p95_ms, goal))
        yield table
    table = Table("50 store-days", "marking ms", "rebuilding ms", "refresh of the view ms", "ratio", "goal", "met")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, rounds in measured.rebuilds.items():
        spent = (
            f"{1000 * median(getattr(one, part) for one in rounds):,.1f}"
            for part in ("marking", "rebuilding", "refreshing")
        )
        ratio = median_ratio(rounds)
        table.add_row(name, *spent, f"1/{1 / ratio:.0f}", f"1/{1 / RATIO_GOAL:.0f}", _verdict(ratio, RATIO_GOAL))
    yield table


def figures(home: Home, measured: Measured) -> list[Figure]:
    """Every p95 with its goal, the ratios, and the seconds that a million sales took to load."""
    found = [
        Figure(
            metric=f"p95 of {timing.query.name}, {condition}",
            value=round(timing.p95_ms, 2),
            unit="ms",
            goal=timing.query.goal_ms,
        )
        for condition, timings in measured.conditions().items()
        for timing in timings
    ]
    for name, rounds in measured.rebuilds.items():
        found.append(
            Figure(
                metric=f"50 store-days {name} : refresh of a view",
                value=round(median_ratio(rounds), 6),
                unit="ratio",
                goal=RATIO_GOAL,
            )
        )
    whole = [step for step in home.steps if step.is_whole]
    lines = sum(step.lines for step in whole)
    seconds = sum(step.seconds for step in whole)
    if lines:
        found.append(Figure(metric="load of a million sales", value=round(seconds / lines * MILLION, 1), unit="s"))
    return found


def facts(home: Home, target: Database) -> dict[str, Any]:
    """Under what it was measured: the server, and the rows of the tables that are asked."""
    with psycopg.connect(target.url, row_factory=dict_row) as connection:
        counted = connection.execute(statement("sql/scale/facts")).fetchone() or {}
        version = connection.info.parameter_status("server_version")
    return {"postgresql": version, "stores": home.size.stores, "days": home.size.days, **counted}


def _goal(goal: float | None) -> str:
    return "-" if goal is None else f"{goal:g}"


def _verdict(value: float, goal: float | None) -> str:
    return "-" if goal is None else "yes" if value <= goal else "NO"
