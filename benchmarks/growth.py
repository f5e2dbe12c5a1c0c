"""What grows in the databases, table by table: real days through the real flow, and Dagster's own storage beside it.

    .venv/bin/python benchmarks/growth.py [--days N] [--cycles N] [--cycles-a-day N] [--kept-days N] [--json FILE]

Data: N daily files of Online Retail, one after the other, each taken, carried and checked; a table's growth is what it
gained in the second half of the days. Dagster: `cycles` times the runs that a file causes (to gold, checking),
on a stored instance; what it gained after the first. Both extrapolated to 400 days; of Dagster's storage only
`kept-days` stay, the rest is pruned. What grows with stores or products rather than with days shows as a small rest.
"""

import argparse
import gzip
import json
import logging
import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

import dagster as dg
import sqlalchemy as sa
from rich.console import Console
from rich.table import Table as Grid
from scratch import default_data, scratch_server, statement

from scout_pipeline import flow, rule_book, settings
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.ops import dagster_instance, maintenance
from scout_pipeline.quality import checking
from scout_pipeline.sources import mapping as mappings

DAYS = 400
SOURCE = "online_retail"
SHOWN_SHARE = 0.005
Sizes = Mapping[str, int]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--days", type=int, default=24, help="daily files that are carried (24)")
    parser.add_argument("--cycles", type=int, default=3, help="times that Dagster runs its jobs (3)")
    parser.add_argument("--cycles-a-day", type=int, default=24, help="files a day, for the extrapolation (24)")
    parser.add_argument("--kept-days", type=int, default=settings.current().dagster_history_days)
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    logging.disable(logging.INFO)
    files = sorted(default_data().glob("*.csv.gz"))[: arguments.days + arguments.cycles]
    if len(files) < arguments.days + arguments.cycles:
        sys.exit(f"{default_data()} holds {len(files)} daily files: set SCOUT_TEST_DATA, or give fewer --days")
    console = Console(width=110)
    with scratch_server() as server, server.fresh_database() as url, server.fresh_database() as storage_url:
        lines, gained = data_growth(url, files[: arguments.days])
        per_day = {name: size / (arguments.days - arguments.days // 2) for name, size in gained.items()}
        show(console, f"Data, {lines:,.0f} lines a day", per_day, dict.fromkeys(per_day, DAYS))
        cycle = dagster_growth(url, storage_url, files[arguments.days :])
    of_dagster = {name: size * arguments.cycles_a_day for name, size in cycle.items()}
    show(
        console,
        f"Dagster, {arguments.cycles_a_day} files a day, {arguments.kept_days} days kept",
        of_dagster,
        dict.fromkeys(of_dagster, arguments.kept_days),
    )
    if arguments.json:
        result = {"data_bytes_a_day": per_day, "dagster_bytes_a_cycle": cycle, "lines_a_day": lines}
        arguments.json.write_text(json.dumps(result, indent=2), encoding="utf-8")


def data_growth(url: str, files: list[Path]) -> tuple[float, dict[str, int]]:
    """(lines a day, bytes that each table gained in the second half of the days)."""
    database = Database(url)
    mapping = mappings.load(SOURCE)
    lines, half = 0, {}
    try:
        checking.prepare(database, rule_book.TABLES)
        for number, path in enumerate(files):
            if number == len(files) // 2:
                half = sizes(database)
                lines = 0
            began = perf_counter()
            landing.ingest(database, [path], mapping)
            flow.run_incremental(database)
            with database.transaction() as connection:
                plan = checking.due(connection, rule_book.TABLES)
            checking.check(database, plan, on_check=lambda checked: None)
            maintenance.run(database, with_indexes=False, minutes=5)
            with gzip.open(path, "rb") as stream:
                lines += sum(1 for _ in stream) - 1
            print(f"day {number + 1} of {len(files)}: {perf_counter() - began:.1f} s", file=sys.stderr)
        return lines / (len(files) - len(files) // 2), gain(half, sizes(database))
    finally:
        database.dispose()


def dagster_growth(url: str, storage_url: str, files: list[Path]) -> dict[str, int]:
    """Bytes that each table of Dagster's storage gains by one file: after the first, the mean of the others."""
    os.environ["SCOUT_DATABASE_URL"] = url
    os.environ["SCOUT_SETTLE_SECONDS"] = "0"
    settings.current.cache_clear()
    now = settings.current()
    folder = now.landing / SOURCE
    folder.mkdir(parents=True)
    storage = Database(storage_url)
    psycopg2 = sa.make_url(storage_url).set(drivername="postgresql+psycopg2").render_as_string(hide_password=False)
    first: Sizes = {}
    with dagster_instance.of_home(now.home_dir, storage_url=psycopg2) as instance:
        for number, path in enumerate(files):
            shutil.copy(path, folder)
            run(instance, "take_files")
            run(instance, "check_quality")
            if number == 0:
                first = sizes(storage)
    gained = gain(first, sizes(storage))
    storage.dispose()
    return {name: size // max(1, len(files) - 1) for name, size in gained.items()}


def run(instance: dg.DagsterInstance, name: str) -> None:
    began = perf_counter()
    done = defs.resolve_job_def(name).execute_in_process(instance=instance)
    if not done.success:
        sys.exit(f"{name} failed")
    print(f"{name}: {perf_counter() - began:.1f} s", file=sys.stderr)


def sizes(database: Database) -> dict[str, int]:
    with database.transaction() as connection:
        found = connection.execute(sa.text(statement("sql/table_sizes")))
        return {str(name): int(size) for name, size in found}


def gain(before: Sizes, after: Sizes) -> dict[str, int]:
    return {name: size - before.get(name, 0) for name, size in after.items()}


def show(console: Console, title: str, per_day: Mapping[str, float], days: Mapping[str, int]) -> None:
    """The tables that make the growth, largest first, with the share that they explain; the rest in one line."""
    total = sum(per_day.values())
    grid = Grid("table", "KiB a day", "MiB in the end", "share", title=title)
    rest = 0.0
    for name, size in sorted(per_day.items(), key=lambda pair: -pair[1]):
        if size < SHOWN_SHARE * total:
            rest += size
            continue
        grid.add_row(name, f"{size / 1024:,.1f}", f"{size * days[name] / 1024**2:,.1f}", f"{size / total:.1%}")
    most = max(days.values())
    grid.add_row("all others", f"{rest / 1024:,.1f}", f"{rest * most / 1024**2:,.1f}", f"{rest / total:.1%}")
    grid.add_row("together", f"{total / 1024:,.1f}", f"{total * most / 1024**2:,.1f}", "100.0%")
    console.print(grid)


if __name__ == "__main__":
    main()
