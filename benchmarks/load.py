"""How fast the pipeline is, as a ratio to a hand-written load of the same files on the same server in the same run.

    .venv/bin/python benchmarks/load.py [--data DIR] [--files PATTERN] [--rounds N] [--json FILE]

The floor copies the files into an untyped table and fills the same silver and gold shapes with plain INSERT .. SELECT.
A floor whose tables differ from the pipeline's stops the run. Goals and figures: docs/performance.md.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

import hand_written
import pipeline_side
import psycopg
import recording
from pipeline_side import Late, Pass
from psycopg import sql
from rich.console import Console
from rich.table import Table
from scratch import ScratchServer, default_data, scratch_server, settle, statement
from step_times import StepTimes

from scout_pipeline.database import Database
from scout_pipeline.ops.baselines import Figure

RATIO_GOAL = 2.5
ONE_DAY_GOAL = 1.0
NOTHING_NEW_GOAL = 0.3
LATE_MONTH = "2011-03"
NEXT_DAYS = 3
SHOWN_STEPS = 25
WARM_UP_FILES = 3


@dataclass
class Inputs:
    """The files of a round: most make the full load; the last days, one by one, and one past day come on top."""

    full: list[Path]
    next_days: list[Path]
    late: Path


@dataclass
class Round:
    """What one round measured; seconds are wall time."""

    order: str
    floor: dict[str, float] = field(default_factory=dict)
    bare_floor: dict[str, float] = field(default_factory=dict)
    full: Pass | None = None
    load_average: float = 0.0
    processor: dict[str, float] = field(default_factory=dict)
    steps: StepTimes = field(default_factory=StepTimes)
    next_days: list[Pass] = field(default_factory=list)
    nothing_new: float = 0.0
    known_again: float = 0.0
    late: Late | None = None

    @property
    def full_seconds(self) -> float:
        """Of the tables that both sides have."""
        return self.full.shared_seconds if self.full else 0.0

    @property
    def ratio(self) -> float:
        return self.full_seconds / sum(self.floor.values())

    @property
    def whole_ratio(self) -> float:
        """Of everything that the pipeline computes, also what the floor has no table for."""
        whole = self.full.seconds if self.full else 0.0
        return whole / sum(self.floor.values())

    @property
    def processor_ratio(self) -> float:
        return self.processor["pipeline"] / self.processor["floor"]

    @property
    def bare_ratio(self) -> float:
        return self.full_seconds / sum(self.bare_floor.values())


def main() -> int:
    arguments = _arguments()
    console = Console()
    inputs = _inputs(arguments.data, arguments.files)
    rounds = []
    with console.status("starting a server ...") as status, scratch_server() as server:
        facts = server.facts()
        # the first queries of a new server pay for cold caches, whoever asks them
        measure(server, replace(inputs, full=inputs.full[:WARM_UP_FILES]), pipeline_first=False)
        for number in range(1, arguments.rounds + 1):
            status.update(f"round {number} of {arguments.rounds}: {len(inputs.full)} files ...")
            rounds.append(measure(server, inputs, pipeline_first=number % 2 == 0))
    print_report(rounds, inputs, console)
    detail = [{**asdict(one), "steps": dict(one.steps.seconds)} for one in rounds]
    recording.write(arguments.json, f"load of {len(inputs.full)} files", _recorded(rounds), facts, detail, console)
    return 1 if missed(rounds) else 0


def measure(server: ScratchServer, inputs: Inputs, *, pipeline_first: bool) -> Round:
    """One round: both floors and the pipeline, each in a fresh database after a checkpoint."""
    done = Round("pipeline first" if pipeline_first else "floor first")
    with ExitStack() as databases:
        floor_url = databases.enter_context(server.fresh_database())
        url = databases.enter_context(server.fresh_database())
        if not pipeline_first:
            _measure_floors(server, inputs, floor_url, done)
        target = Database(url)
        databases.callback(target.dispose)
        server.checkpoint()
        with _processor(server, done, "pipeline"):
            done.full, done.steps = pipeline_side.timed_carry(target, inputs.full)
        if pipeline_first:
            _measure_floors(server, inputs, floor_url, done)
        done.load_average = os.getloadavg()[0]
        compare(floor_url, url)
        _measure_increments(server, target, inputs, done)
    return done


@contextmanager
def _processor(server: ScratchServer, done: Round, side: str) -> Iterator[None]:
    before = server.processor_seconds()
    yield
    done.processor[side] = server.processor_seconds() - before


def _measure_floors(server: ScratchServer, inputs: Inputs, floor_url: str, done: Round) -> None:
    hand_written.create_tables(floor_url, with_secondary_indexes=True)
    server.checkpoint()
    with _processor(server, done, "floor"):
        done.floor = hand_written.load(floor_url, inputs.full)
    with server.fresh_database() as bare_url:
        hand_written.create_tables(bare_url, with_secondary_indexes=False)
        server.checkpoint()
        done.bare_floor = hand_written.load(bare_url, inputs.full)


def _measure_increments(server: ScratchServer, target: Database, inputs: Inputs, done: Round) -> None:
    # the next day comes a day later, when autovacuum has long been there
    settle(target.url)
    done.next_days = [pipeline_side.carry(target, [day]) for day in inputs.next_days]
    done.nothing_new = pipeline_side.carry(target, []).run_seconds
    done.known_again = pipeline_side.ingest_known(target, [*inputs.full, *inputs.next_days])
    done.late = pipeline_side.carry_late(target, inputs.late)


def compare(floor_url: str, pipeline_url: str) -> None:
    """Stop when any table of the floor does not hold what the pipeline's holds: it would be no floor."""
    floor, pipeline = _fingerprint(floor_url, "floor"), _fingerprint(pipeline_url, "scout")
    different = [name for name in pipeline if pipeline[name] != floor.get(name)]
    if different:
        told = "; ".join(f"{name}: floor {floor.get(name)}, pipeline {pipeline[name]}" for name in different)
        raise AssertionError(f"the floor computed something else: {told}")


def _fingerprint(url: str, schema: str) -> dict[str, tuple[Any, ...]]:
    query = sql.SQL(statement("sql/fingerprint")).format(schema=sql.Identifier(schema))
    with psycopg.connect(url) as connection:
        return {row[0]: row[1:] for row in connection.execute(query)}


def print_report(rounds: list[Round], inputs: Inputs, console: Console) -> None:
    """Every round, the medians against their goals, and where the time of the median round went."""
    console.print(_rounds_table(rounds, inputs))
    console.print(_goals_table(rounds))
    console.print(_steps_table(sorted(rounds, key=lambda one: one.full_seconds)[len(rounds) // 2]))
    console.print(_late_table(rounds[-1]))


def _rounds_table(rounds: list[Round], inputs: Inputs) -> Table:
    lines = rounds[0].full.lines_read if rounds[0].full else 0
    table = Table(title=f"Full load, {len(inputs.full)} files, {lines:,} lines (seconds)")
    for name in (
        "round",
        "order",
        "floor",
        "bare floor",
        "ingest",
        "run",
        "beyond",
        "compared",
        "ratio",
        "processor",
        "load average",
    ):
        table.add_column(name, justify="right")
    for number, one in enumerate(rounds, 1):
        if one.full is None:
            continue
        seconds = (
            sum(one.floor.values()),
            sum(one.bare_floor.values()),
            one.full.ingest_seconds,
            one.full.run_seconds,
            one.full.beyond_seconds,
            one.full.shared_seconds,
            one.ratio,
            one.processor_ratio,
            one.load_average,
        )
        table.add_row(str(number), one.order, *(f"{value:.2f}" for value in seconds))
    return table


def _goals_table(rounds: list[Round]) -> Table:
    table = Table("figure", "median", "best", "worst", "goal", "met", title="Against the goals")
    for name, (values, goal) in _figures(rounds).items():
        shown = [f"{value:.2f}" for value in (median(values), min(values), max(values))]
        is_met = "-" if goal is None else "NO" if name in missed(rounds) else "yes"
        table.add_row(name, *shown, "-" if goal is None else f"{goal:g}", is_met)
    return table


def missed(rounds: list[Round]) -> list[str]:
    """The figures whose median does not reach its goal."""
    return [name for name, (values, goal) in _figures(rounds).items() if goal is not None and median(values) > goal]


def _figures(rounds: list[Round]) -> dict[str, tuple[list[float], float | None]]:
    return {
        "full load : floor, same keys": ([one.ratio for one in rounds], RATIO_GOAL),
        "best full load : best floor": (
            [min(one.full_seconds for one in rounds) / min(sum(one.floor.values()) for one in rounds)],
            None,
        ),
        "full load : floor, all tables": ([one.whole_ratio for one in rounds], None),
        "full load : floor, processor time, all tables": ([one.processor_ratio for one in rounds], None),
        "full load : floor without secondary indexes": ([one.bare_ratio for one in rounds], None),
        "one more day (s)": ([day.seconds for one in rounds for day in one.next_days], ONE_DAY_GOAL),
        "nothing new (s)": ([one.nothing_new for one in rounds], NOTHING_NEW_GOAL),
        "all known files again (s)": ([one.known_again for one in rounds], None),
        "one late file (s)": ([one.late.done.seconds for one in rounds if one.late], None),
        "buckets written beside the late file's own": (
            [float(len(one.late.strays)) for one in rounds if one.late],
            0.0,
        ),
    }


def _steps_table(one: Round) -> Table:
    # gold is computed two tables at a time: their seconds add up to more than the clock shows
    table = Table("statement", "calls", "seconds", title="Where the time of the median full load goes")
    for name, seconds in one.steps.seconds.most_common(SHOWN_STEPS):
        table.add_row(name, f"{one.steps.calls[name]:,}", f"{seconds:.2f}")
    for name, spent in one.floor.items():
        table.add_row(f"floor: {name}", "", f"{spent:.2f}")
    return table


def _late_table(one: Round) -> Table:
    table = Table("table", "buckets taken", "bucket", "rows written", "refreshed", title="What one late file changed")
    for row in one.late.written if one.late else []:
        taken = one.late.done.buckets.get(row["table_name"].replace("_", "/", 1), 0) if one.late else 0
        counts = (f"{row['row_count']:,}", f"{row['refreshed_count']:,}")
        table.add_row(row["table_name"], f"{taken:,}", row["bucket"], *counts)
    return table


def _recorded(rounds: list[Round]) -> list[Figure]:
    """The medians, under the names of the table; a unit in brackets is not part of the name."""
    return [
        Figure(
            metric=name.removesuffix(" (s)"),
            value=round(median(values), 3),
            unit="s" if name.endswith(" (s)") else "rows" if name.startswith("buckets") else "ratio",
            goal=goal,
        )
        for name, (values, goal) in _figures(rounds).items()
    ]


def _inputs(data: Path, pattern: str) -> Inputs:
    files = sorted(data.glob(pattern))
    needed = NEXT_DAYS + 2
    if len(files) < needed:
        sys.exit(f"{data} holds {len(files)} files {pattern}, {needed} are needed: give --data, or set SCOUT_TEST_DATA")
    rest, next_days = files[:-NEXT_DAYS], files[-NEXT_DAYS:]
    late = next((path for path in rest if path.name.startswith(LATE_MONTH)), rest[len(rest) // 2])
    return Inputs([path for path in rest if path != late], next_days, late)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=default_data(), help="folder of daily Online Retail files")
    parser.add_argument("--files", default="*.csv.gz", metavar="PATTERN", help="which of them, e.g. '2010-12-*.csv.gz'")
    parser.add_argument("--rounds", type=int, default=3, help="rounds; the order alternates (default 3)")
    parser.add_argument("--json", type=Path, help="where the figures go (default benchmarks/results/)")
    arguments = parser.parse_args()
    if arguments.rounds < 1:
        parser.error("--rounds must be at least 1")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
