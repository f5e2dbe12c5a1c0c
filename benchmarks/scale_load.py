"""Loads a simulation month by month, through the calls behind `scout ingest` and `scout run`.

Files are deleted as soon as their month is carried. A load that was killed goes on: what is left in the folder is taken
again, the ledger knows the files that were landed, and the watermark the rows that were carried.
"""

import shutil
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from time import perf_counter

import psycopg
from scale_home import Home, Step
from scratch import settle, statement

from scout_pipeline import flow
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.simulate import simulation
from scout_pipeline.simulate.folder import is_simulation
from scout_pipeline.sources import mapping as mappings

REFERENCE, SALES = "scout_reference", "scout"
Tell = Callable[[str], None]


def load(home: Home, target: Database, tell: Tell) -> None:
    """Simulate and load whatever of the home's size is not loaded yet, then put the statistics in order."""
    if not is_simulation(home.simulated):
        _simulate(home, tell)
    # All reference records first, those too that a simulation delivers late: nothing has to wait for them.
    references = sorted(home.simulated.glob("**/reference/*.jsonl"))
    if references:
        _carry(home, target, "reference", REFERENCE, references, tell)
    sales = sorted(home.simulated.glob("transactions/*.jsonl.gz"))
    for month, files in groupby(sales, key=lambda path: path.name[:7]):
        _carry(home, target, month, SALES, list(files), tell)
    tell("vacuum and analyze ...")
    settle(target.url)
    shutil.rmtree(home.simulated)
    home.finish()


def database_bytes(target: Database) -> int:
    with psycopg.connect(target.url) as connection:
        return int(connection.execute(statement("sql/database_bytes")).fetchone()[0])  # type: ignore[index]


def _simulate(home: Home, tell: Tell) -> None:
    def show(done: int, total: int) -> None:
        tell(f"simulating {done:,} of {total:,} sales ...")

    simulation.run(home.size.arguments(), home.simulated, workers=None, force=False, on_progress=show)


def _carry(home: Home, target: Database, name: str, source: str, files: list[Path], tell: Tell) -> None:
    """Land the files, carry them to the end of the flow, and delete them."""
    tell(f"{name}: bronze, {len(files)} files ...")
    started = perf_counter()
    outcomes = landing.ingest(target, files, mappings.load(source))
    ingested = perf_counter()
    report = flow.run_incremental(target, on_step=lambda step: tell(f"{name}: {step}"))
    finished = perf_counter()
    home.done(
        Step(
            name,
            lines=sum(outcome.lines_read for outcome in outcomes),
            ingest_seconds=ingested - started,
            run_seconds=finished - ingested,
            layers={"silver": report.silver_seconds, **{layer.layer: layer.seconds for layer in report.layers}},
            database_bytes=database_bytes(target),
            is_whole=all(outcome.status != "known" for outcome in outcomes),
        )
    )
    for path in files:
        path.unlink()
