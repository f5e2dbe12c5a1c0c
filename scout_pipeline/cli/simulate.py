"""`scout simulate`: deliveries of invented shops, and the truth beside them."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from scout_pipeline.cli.errors import UserError
from scout_pipeline.simulate.arguments import Arguments, default_first_day
from scout_pipeline.simulate.errors import SimulationError


@click.command()
@click.option("--out", type=click.Path(path_type=Path), help="Folder to write; new, empty or, with --force, replaced.")
@click.option("--stores", default=20, show_default=True, help="Shops, spread over the 17 regions.")
@click.option("--days", default=30, show_default=True, help="Business days.")
@click.option("--first-day", type=click.DateTime(["%Y-%m-%d"]), help="Default: so that the last day is 2026-06-30.")
@click.option("--rate", default=40.0, show_default=True, help="Sales per store and day on average.")
@click.option("--seed", default=1, show_default=True, help="The same seed and options give the same bytes.")
@click.option("--dirty", default=0.02, show_default=True, help="Share of the sales with some kind of dirt, 0 to 0.5.")
@click.option("--late", default=0.02, show_default=True, help="Share of the sales that arrive late, 0 to 0.5.")
@click.option("--post", "url", metavar="URL", help="Send the lines to an intake, in the order of delivery.")
@click.option("--workers", type=click.IntRange(min=1), help="Processes. Default: as many as are useful here.")
@click.option("--force", is_flag=True, help="Replace an earlier simulation in --out.")
@click.option("--progress/--no-progress", default=None, help="Show a bar. Default: on a terminal.")
def simulate(
    out: Path | None,
    stores: int,
    days: int,
    first_day: datetime | None,
    rate: float,
    seed: int,
    dirty: float,
    late: float,
    url: str | None,
    workers: int | None,
    force: bool,
    progress: bool | None,
) -> None:
    """Invent shops and write their sales as the contract has them, with dirt at stated rates and the truth beside.

    \b
      scout simulate --out /tmp/shops                  a month of 20 shops
      scout simulate --out /tmp/shops --seed 2 --force another month, in the same place
      scout simulate --post http://127.0.0.1:8000/transactions
    """
    if out is None and url is None:
        raise UserError("nothing to do: name a folder with --out, an intake with --post, or both")
    try:
        arguments = Arguments(stores, days, _first_day(first_day, days), rate, seed, dirty, late)
        with _folder(out) as target, _bar(progress) as bar:
            truth = _run(arguments, target, url, bar, workers=workers, force=force)
    except SimulationError as error:
        raise UserError(str(error)) from None
    _print_summary(truth, out, url)


def _first_day(given: datetime | None, days: int) -> date:
    return default_first_day(days) if given is None else given.date()


def _run(
    arguments: Arguments, target: Path, url: str | None, bar: Progress, *, workers: int | None, force: bool
) -> dict[str, Any]:
    # numpy and pyarrow load here, so that --help answers at once
    from scout_pipeline.simulate import posting, simulation

    intake = None if url is None else posting.Intake(url)
    if intake is not None:
        intake.reach()
    task = bar.add_task("sales", total=None)
    truth = simulation.run(
        arguments,
        target,
        workers=workers,
        force=force,
        on_progress=lambda done, total: bar.update(task, completed=done, total=total),
    )
    if intake is not None:
        sending = bar.add_task("lines sent", total=None)
        posting.post(
            target, truth, intake, on_progress=lambda done, total: bar.update(sending, completed=done, total=total)
        )
    return truth


@contextmanager
def _folder(out: Path | None) -> Iterator[Path]:
    """The folder that was asked for, or one that is gone afterwards."""
    if out is not None:
        yield out
        return
    with tempfile.TemporaryDirectory(prefix="scout-simulate-") as made:
        yield Path(made) / "simulation"


def _bar(wanted: bool | None) -> Progress:
    console = Console(stderr=True, force_terminal=True if wanted else None)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        disable=not (console.is_terminal if wanted is None else wanted),
        transient=True,
    )


def _print_summary(truth: dict[str, Any], out: Path | None, url: str | None) -> None:
    console = Console()
    totals = truth["totals"]
    table = Table(title="Planted")
    table.add_column("kind")
    table.add_column("expected")
    table.add_column("sales", justify="right")
    for kind, planted in truth["planted"].items():
        table.add_row(kind, planted["expected"].replace("_", " "), f"{planted['count']:,}")
    console.print(table)
    console.print(
        f"{totals['sales']:,} sales, {totals['lines_delivered']:,} lines delivered, "
        f"{totals['transactions']:,} transactions in the truth, PHP {totals['peso_value_centavos'] / 100:,.2f}",
        soft_wrap=True,
    )
    for place in filter(None, (out and f"written to {out}", url and f"sent to {url}")):
        console.print(place, soft_wrap=True, highlight=False)
