"""Many stores over two years: how long people wait for their figures, and what 50 changed store-days cost.

    .venv/bin/python benchmarks/at_scale.py --home DIR [--transactions N] [--stores N] [--days N] [--calls N]
        [--load-only | --measure-only] [--json FILE]

Simulates the sales, loads them month by month through the calls behind `scout ingest` and `scout run`, then measures.
The home stays: a load that was killed goes on, and a loaded home is measured again. Goals: docs/performance.md.
"""

import argparse
import shutil
import sys
import time
from pathlib import Path

import recording
import scale_load
import scale_queries
import scale_rebuild
import scale_report
from rich.console import Console
from scale_home import Home, Size, open_home
from scale_report import Measured

from scout_pipeline import cluster, flow
from scout_pipeline.database import Database
from scout_pipeline.gold import daily_aggregates
from scout_pipeline.migrations import runner

# database and log; measured with a million sales
DISK_BYTES_PER_SALE = 5_000
ROUNDS = 3
TAIL_DAYS = 1


def main() -> int:
    arguments = _arguments()
    console = Console() if sys.stdout.isatty() else Console(width=150)
    try:
        home = open_home(arguments.home.absolute(), Size(arguments.transactions, arguments.stores, arguments.days))
    except ValueError as error:
        sys.exit(str(error))
    server = cluster.embedded()
    target = cluster.data_database()
    try:
        runner.up(target)
        if not home.is_loaded:
            _load(home, target, console, is_allowed=not arguments.measure_only)
        console.print(scale_report.load_table(home))
        if arguments.load_only:
            return 0
        measured = _measure(target, arguments.calls, console)
        facts = scale_report.facts(home, target)
    finally:
        target.dispose()
        if server is not None:
            server.stop("fast")
    for table in scale_report.tables(measured):
        console.print(table)
    figures = scale_report.figures(home, measured)
    recording.write(arguments.json, f"at scale, {home.size.transactions:,} sales", figures, facts, None, console)
    return 1 if any(figure.goal is not None and figure.value > figure.goal for figure in figures) else 0


def _load(home: Home, target: Database, console: Console, *, is_allowed: bool) -> None:
    if not is_allowed:
        sys.exit(f"{home.folder} is not loaded whole: run without --measure-only first")
    needed = home.size.transactions * DISK_BYTES_PER_SALE - scale_load.database_bytes(target)
    free = shutil.disk_usage(home.folder).free
    if free < needed:
        sys.exit(f"{home.folder} has {free / 2**30:.0f} GiB free, about {needed / 2**30:.0f} are needed")
    with _Teller(console) as tell:
        scale_load.load(home, target, tell)


def _measure(target: Database, calls: int, console: Console) -> Measured:
    """At rest, with plans made once, with a tail that gold has not rebuilt; then the changed store-days."""
    with _Teller(console) as tell:
        tell("carrying what an earlier measurement left ...")
        flow.run_incremental(target, on_step=tell)
        at_rest = scale_queries.measure(target.url, calls, is_generic=False, tell=tell)
        generic = scale_queries.measure(target.url, calls, is_generic=True, tell=tell)
        scale_rebuild.change(target, TAIL_DAYS, "tail")
        with_tail = scale_queries.measure(target.url, calls, is_generic=False, tell=tell)
        daily_aggregates.refresh(target)
        return Measured(at_rest, generic, with_tail, scale_rebuild.measure(target, ROUNDS, tell))


class _Teller:
    """Says what is done: in place on a terminal, a line a few seconds in a log."""

    PAUSE_SECONDS = 10.0

    def __init__(self, console: Console) -> None:
        self._console = console
        self._status = console.status("...")
        self._next = 0.0

    def __enter__(self) -> "_Teller":
        self._status.start()
        return self

    def __exit__(self, *raised: object) -> None:
        self._status.stop()

    def __call__(self, told: str) -> None:
        self._status.update(told)
        if not self._console.is_terminal and time.monotonic() >= self._next:
            self._next = time.monotonic() + self.PAUSE_SECONDS
            self._console.print(f"[dim]{time.strftime('%H:%M:%S')}[/] {told}", highlight=False)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, required=True, help="folder of the server and its data; it stays")
    parser.add_argument("--transactions", type=int, default=10_000_000, help="sales to simulate (default 10 million)")
    parser.add_argument("--stores", type=int, default=500)
    parser.add_argument("--days", type=int, default=730)
    parser.add_argument("--calls", type=int, default=200, help="calls of each query (default 200, at least 100)")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--load-only", action="store_true", help="stop when everything is loaded")
    only.add_argument("--measure-only", action="store_true", help="load nothing")
    parser.add_argument("--json", type=Path, help="where the figures go (default benchmarks/results/)")
    arguments = parser.parse_args()
    if arguments.stores < scale_rebuild.STORE_DAYS:
        parser.error(f"--stores must be at least {scale_rebuild.STORE_DAYS}: as many sell on the last day")
    if arguments.calls < 100:
        parser.error("--calls must be at least 100: fewer say nothing about 95 of 100")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
