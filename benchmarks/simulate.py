"""How fast the shop simulator writes, and how much memory it needs for it.

    .venv/bin/python benchmarks/simulate.py [--stores N] [--days N] [--rate N] [--workers N] [--rounds N] [--json FILE]

Two million transactions by default, with dirt and delay, truth tables included; the goal is under two minutes on two
cores. Processor seconds are those of all processes: on a machine that others use too, they are the figure to compare.
"""

import argparse
import os
import resource
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import recording
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from scout_pipeline.ops.baselines import Figure
from scout_pipeline.simulate import simulation
from scout_pipeline.simulate.arguments import Arguments, default_first_day

MEBIBYTE = 1024 * 1024
RSS_UNIT = 1 if sys.platform == "darwin" else 1024
GOAL_SECONDS_PER_TWO_MILLION = 120.0
TWO_MILLION = 2_000_000
PIPED_WIDTH = 120


@dataclass
class Round:
    """One simulation; `seconds` is wall time, `processor_seconds` that of all processes together."""

    transactions: int
    items: int
    lines: int
    seconds: float
    processor_seconds: float
    parent_peak_mib: float
    worker_peak_mib: float
    written_mib: float
    load_average: float

    @property
    def per_second(self) -> float:
        return self.transactions / self.seconds

    @property
    def seconds_for_two_million(self) -> float:
        return self.seconds / self.transactions * TWO_MILLION


def main() -> int:
    arguments = _arguments()
    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPED_WIDTH)
    rounds = [measure(arguments, console) for _ in range(arguments.rounds)]
    console.print(_table(rounds))
    seconds = median(each.seconds_for_two_million for each in rounds)
    console.print(
        f"{median(each.per_second for each in rounds):,.0f} transactions per second; two million in {seconds:.0f} s, "
        f"goal {GOAL_SECONDS_PER_TWO_MILLION:.0f} s"
    )
    facts = {"sales": rounds[0].transactions, "stores": arguments.stores, "days": arguments.days}
    recording.write(arguments.json, "simulate", _figures(rounds), facts, [asdict(each) for each in rounds], console)
    return 1 if seconds > GOAL_SECONDS_PER_TWO_MILLION else 0


def measure(arguments: argparse.Namespace, console: Console) -> Round:
    """Write one simulation into a folder that is removed again."""
    folder = Path(tempfile.mkdtemp(prefix="scout-b-"))
    told = Arguments(
        stores=arguments.stores,
        days=arguments.days,
        first_day=default_first_day(arguments.days),
        rate=arguments.rate,
        seed=1,
        dirty=0.02,
        late=0.02,
    )
    try:
        before = _processor_seconds()
        started = perf_counter()
        with Progress(console=console, transient=True) as bar:
            task = bar.add_task("sales", total=None)
            truth = simulation.run(
                told,
                folder / "out",
                workers=arguments.workers,
                force=False,
                on_progress=lambda done, total: bar.update(task, completed=done, total=total),
            )
        seconds = perf_counter() - started
        return _round(truth, folder, seconds, _processor_seconds() - before)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _round(truth: dict[str, Any], folder: Path, seconds: float, processor_seconds: float) -> Round:
    written = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return Round(
        transactions=truth["totals"]["sales"],
        items=truth["totals"]["items"],
        lines=truth["totals"]["lines_delivered"],
        seconds=round(seconds, 2),
        processor_seconds=round(processor_seconds, 2),
        parent_peak_mib=_peak_mib(resource.RUSAGE_SELF),
        worker_peak_mib=_peak_mib(resource.RUSAGE_CHILDREN),
        written_mib=round(written / MEBIBYTE, 1),
        load_average=round(os.getloadavg()[0], 2),
    )


def _processor_seconds() -> float:
    """User and system time of this process and of its children that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def _peak_mib(who: int) -> float:
    """Of children, the peak of the largest one."""
    return round(resource.getrusage(who).ru_maxrss * RSS_UNIT / MEBIBYTE, 1)


def _table(rounds: list[Round]) -> Table:
    table = Table(title="scout simulate")
    for name in (
        "sales",
        "items",
        "wall s",
        "processor s",
        "sales/s",
        "parent MiB",
        "worker MiB",
        "written MiB",
        "load",
    ):
        table.add_column(name, justify="right")
    for each in rounds:
        table.add_row(
            f"{each.transactions:,}",
            f"{each.items:,}",
            f"{each.seconds:.1f}",
            f"{each.processor_seconds:.1f}",
            f"{each.per_second:,.0f}",
            f"{each.parent_peak_mib:.0f}",
            f"{each.worker_peak_mib:.0f}",
            f"{each.written_mib:,.0f}",
            f"{each.load_average:.1f}",
        )
    return table


def _figures(rounds: list[Round]) -> list[Figure]:
    return [
        Figure(
            metric="two million sales",
            value=round(median(each.seconds_for_two_million for each in rounds), 2),
            unit="s",
            goal=GOAL_SECONDS_PER_TWO_MILLION,
        ),
        Figure(metric="peak of a worker", value=max(each.worker_peak_mib for each in rounds), unit="MiB"),
    ]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stores", type=int, default=200)
    parser.add_argument("--days", type=int, default=250)
    parser.add_argument("--rate", type=float, default=40.0, help="sales per store and day")
    parser.add_argument("--workers", type=int, help="processes (default: as many as are useful)")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--json", type=Path, help="where the figures go (default benchmarks/results/)")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
