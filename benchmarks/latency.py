"""How long a file takes to become gold, as a ratio to a bare one-asset Dagster job beside it, in the same run.

    .venv/bin/python benchmarks/latency.py [--rounds N] [--data DIR] [--json FILE]

Two daemons with the shipped settings run on one embedded server: one with the pipeline, one with `bare_job.py`, whose
sensor looks as often. In each round, at a random moment, a file appears for the one and then for the other. The bare
job's time ends with its run, the pipeline's with the commit of its last gold table. Goal: docs/performance.md.
"""

import argparse
import math
import os
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import psycopg
import recording
from rich.console import Console
from scratch import HERE, ScratchServer, default_data, scratch_server, statement

from scout_pipeline import cluster, settings
from scout_pipeline.automation.landing_sensor import landing_sensor
from scout_pipeline.migrations import runner
from scout_pipeline.ops import services, supervision
from scout_pipeline.ops.baselines import Figure
from scout_pipeline.ops.services import Service

GOAL = 1.3
SOURCE = "online_retail"
LONGEST_SECONDS = 180.0
BARE_DATABASE = "dagster_bare"


class LatencyError(Exception):
    """A round that did not end; the message says where to look."""


@dataclass
class Round:
    """Seconds from the file to the end of the bare run, and to the commit of gold."""

    file: str
    bare: float
    gold: float


@dataclass(frozen=True)
class Sides:
    """Where files appear, and the databases that tell what became of them."""

    bare_folder: Path
    landing: Path
    bare_url: str
    dagster_url: str
    data_url: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--minutes", type=float, default=60.0, help="begin no round after so long")
    parser.add_argument("--data", type=Path, default=None, help="folder of daily Online Retail files")
    parser.add_argument("--json", type=Path, default=None)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    console = Console()
    files = sorted((options.data or default_data()).glob("*.csv.gz"))[: options.rounds + 1]
    if len(files) < options.rounds + 1:
        console.print(f"{options.rounds + 1} daily files are needed in {options.data or default_data()}")
        return 2
    moments = random.Random(options.seed)
    with scratch_server() as scratch, deployment(scratch) as sides:
        # the first file makes the partitions and fills every cache of both sides; it does not count
        measure(sides, files[0], moments)
        rounds: list[Round] = []
        deadline = time.monotonic() + options.minutes * 60
        for path in files[1:]:
            if time.monotonic() > deadline:
                break
            rounds.append(measure(sides, path, moments))
            console.print(f"{path.name}: bare {rounds[-1].bare:.1f} s, gold {rounds[-1].gold:.1f} s")
        facts = scratch.facts()
    figures = summary(rounds)
    for figure in figures:
        console.print(f"{figure.metric}: {figure.value} {figure.unit}")
    recording.write(options.json, "latency", figures, facts, [asdict(one) for one in rounds], console)
    return 0 if figures[0].value <= GOAL else 1


def summary(rounds: list[Round]) -> list[Figure]:
    """The ratio of the 95th percentiles first, then what it is made of."""
    bare, gold = [one.bare for one in rounds], [one.gold for one in rounds]
    told: list[tuple[str, float, str, float | None]] = [
        ("p95 file to gold : bare job", percentile(gold, 95) / percentile(bare, 95), "ratio", GOAL),
        ("median file to gold : bare job", median(gold) / median(bare), "ratio", None),
        ("p95 file to gold", percentile(gold, 95), "s", None),
        ("p95 bare job", percentile(bare, 95), "s", None),
        ("median file to gold", median(gold), "s", None),
        ("median bare job", median(bare), "s", None),
        ("rounds", len(rounds), "rounds", None),
    ]
    return [Figure(metric=name, value=round(value, 3), unit=unit, goal=goal) for name, value, unit, goal in told]


def percentile(values: list[float], share: int) -> float:
    """The smallest value that `share` per cent of the values do not exceed."""
    return sorted(values)[max(math.ceil(len(values) * share / 100) - 1, 0)]


@contextmanager
def deployment(scratch: ScratchServer) -> Iterator[Sides]:
    """Both daemons, as `scout up` starts one; stopped at the end with all that they started."""
    now = settings.current()
    home = now.home_dir
    database = cluster.data_database()
    runner.up(database)
    database.dispose()
    cluster.create_database(scratch.server.url("postgres"), BARE_DATABASE)
    storage = cluster.dagster_storage_url()
    bare_url = scratch.server.url(BARE_DATABASE)
    services.prepare_home(home)
    sides = Sides(home / "bare", now.landing / SOURCE, bare_url, scratch.server.url("dagster"), cluster.data_url())
    for folder in (sides.bare_folder, sides.landing, home / "bare-dagster"):
        folder.mkdir(parents=True)
    shutil.copyfile(services.deployment_file("dagster.yaml"), home / "bare-dagster" / "dagster.yaml")
    workspace = home / "bare.yaml"
    workspace.write_text(f"load_from:\n  - python_file: {HERE / 'bare_job.py'}\n", encoding="utf-8")
    variables = services.environment(now, storage_url=storage)
    bare = {
        **variables,
        "SCOUT_DAGSTER_STORAGE_URL": storage.replace("/dagster?", f"/{BARE_DATABASE}?"),
        "DAGSTER_HOME": str(home / "bare-dagster"),
        "BARE_FOLDER": str(sides.bare_folder),
        "BARE_INTERVAL_SECONDS": str(landing_sensor.minimum_interval_seconds),
    }
    ours = services.deployment_file("workspace.yaml")
    daemons = []
    try:
        for name, where, given in (("daemon", ours, variables), ("bare", workspace, bare)):
            service = Service(name, "benchmark", ("dagster._daemon", "run", "-w", str(where)))
            daemons.append(supervision.start(service, home=home, variables=given))
        for url in (sides.bare_url, sides.dagster_url):
            wait(partial(ask, url, "sensors_tick"), "the first ticks of the sensors")
        yield sides
    except LatencyError:
        for daemon in daemons:
            print(services.log_path(home, daemon.service).read_text(encoding="utf-8")[-3000:], file=sys.stderr)
        raise
    finally:
        supervision.stop(daemons)


def measure(sides: Sides, path: Path, moments: random.Random) -> Round:
    """A file for the bare job, and once its run is over the same file for the pipeline, at random moments."""
    time.sleep(moments.uniform(0, 10))
    bare_began = appear(path, sides.bare_folder)
    ended = wait(lambda: ask(sides.bare_url, "bare_finished", name=path.name), f"bare run of {path.name}")
    time.sleep(moments.uniform(0, 10))
    gold_began = appear(path, sides.landing)
    committed = wait(lambda: ask(sides.dagster_url, "gold_committed", since=gold_began), f"gold of {path.name}")
    if not ask(sides.data_url, "is_carried", name=path.name):
        raise LatencyError(f"the run took another file than {path.name}, or left something undone")
    return Round(path.name, ended - bare_began, committed - gold_began)


def appear(path: Path, folder: Path) -> float:
    """Write the file under an unfinished name and rename it, as docs/operations.md tells senders; the moment of it."""
    draft = folder / f"{path.name}.part"
    draft.write_bytes(path.read_bytes())
    draft.rename(folder / path.name)
    return time.time()


def ask(url: str, question: str, /, **params: object) -> Any:
    try:
        with psycopg.connect(url) as connection:
            row = connection.execute(statement(f"sql/latency/{question}"), params).fetchone()
    except psycopg.errors.UndefinedTable:
        # the daemon makes its tables when it starts
        return None
    return row[0] if row else None


def wait(asked: Callable[[], Any], what: str) -> Any:
    deadline = time.monotonic() + LONGEST_SECONDS
    while time.monotonic() < deadline:
        if (found := asked()) is not None:
            return found
        time.sleep(0.25)
    raise LatencyError(f"{what} did not end within {LONGEST_SECONDS:.0f} s")


if __name__ == "__main__":
    os.environ.setdefault("DAGSTER_DISABLE_TELEMETRY", "yes")
    sys.exit(main())
