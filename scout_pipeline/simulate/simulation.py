"""A whole simulation, from arguments to a finished folder."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from scout_pipeline.simulate import reference, truth_dimensions
from scout_pipeline.simulate.arguments import Arguments
from scout_pipeline.simulate.folder import check_target, new_folder
from scout_pipeline.simulate.ledger import Ledger
from scout_pipeline.simulate.processes import outcomes, useful_count
from scout_pipeline.simulate.truth_tables import TruthFile
from scout_pipeline.simulate.world import World, make_world

FOLDERS = ("reference", "transactions", "late/reference", "late/transactions", "truth", "parts")

Progress = Callable[[int, int], None]


def run(
    arguments: Arguments, target: Path, *, workers: int | None, force: bool, on_progress: Progress
) -> dict[str, Any]:
    """Write a simulation into `target`; the content of its truth.json.

    `workers` None takes as many processes as are useful; their number changes no byte. `on_progress` is told the sales
    done and the sales of all.
    """
    check_target(target, force=force)
    world = make_world(arguments)
    with new_folder(target) as folder:
        for name in FOLDERS:
            (folder / name).mkdir(parents=True)
        return _write(world, folder, workers or useful_count(arguments), on_progress)


def _write(world: World, folder: Path, workers: int, on_progress: Progress) -> dict[str, Any]:
    ledger = Ledger(world, folder)
    ledger.add_files("reference", reference.write(world, reference.EARLY, folder / "reference"))
    transactions = TruthFile(folder / "truth" / "transactions.parquet")
    items = TruthFile(folder / "truth" / "items.parquet")
    done, total = 0, int(world.traffic.sales.sum())
    on_progress(done, total)
    # closed before the folder is left: no worker may still write when a failure removes it
    with closing(outcomes(world, folder / "parts", workers)) as finished:
        for outcome in finished:
            transactions.add(outcome.transactions)
            items.add(outcome.items)
            ledger.add(outcome)
            done += outcome.sale_count
            on_progress(done, total)
    transactions.close()
    items.close()
    ledger.assemble_day_files()
    late = reference.write(world, reference.LATE, folder / "late" / "reference") if world.arguments.dirty else {}
    ledger.add_files("late/reference", late)
    ledger.assemble_late_files()
    truth_dimensions.write(world, folder / "truth" / "dimensions.json")
    (folder / "parts").rmdir()
    return ledger.write(transactions.row_count, items.row_count)
