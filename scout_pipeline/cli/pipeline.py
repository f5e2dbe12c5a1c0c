"""`scout ingest` and `scout run`: files into bronze, and what is new through silver and gold."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from decimal import Decimal
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scout_pipeline import audit_log, flow, periods, settings
from scout_pipeline.bronze import landing
from scout_pipeline.bronze.landing import FileOutcome
from scout_pipeline.cli import progress
from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.session import ready_database
from scout_pipeline.database import Database
from scout_pipeline.flow import RunReport
from scout_pipeline.sources import mapping as mappings
from scout_pipeline.sources.files import link_target, odd_kind
from scout_pipeline.sources.mapping import Mapping

SHOWN_REFUSALS = 20
EXTENSIONS = {
    "csv": (".csv", ".txt"),
    "jsonl": (".jsonl", ".ndjson"),
    "parquet": (".parquet",),
    "excel": (".xlsx",),
}


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--source", required=True, metavar="NAME", help="The mapping that says what the fields mean.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome of each file as JSON.")
def ingest(paths: tuple[Path, ...], source: str, as_json: bool) -> None:
    """Take files, or all files of folders, into bronze.

    \b
    What was taken before changes nothing. What cannot be taken goes to scout.quarantine with a reason:
      scout ingest sales/2011-03-*.csv.gz --source online_retail
      scout psql -c 'select reason_code, count(*) from scout.quarantine group by 1'
    The exit status is 1 when a file is not in bronze: refused, now or before, or not to be read.
    """
    console = Console(stderr=as_json)
    mapping = mappings.load(source)
    files = find_files(paths, mapping)
    with ready_database(console) as database:
        outcomes = ingest_with_progress(database, files, mapping, console)
    if as_json:
        click.echo(json.dumps([{**asdict(outcome), "path": str(outcome.path)} for outcome in outcomes], indent=2))
    else:
        print_outcomes(outcomes, console)
        print_currency(mapping, console)
    if any(outcome.reason for outcome in outcomes):
        raise click.exceptions.Exit(1)


@click.command()
@click.option("--rebuild", metavar="MONTHS", help="Compute these months again from bronze, e.g. 2011-03..2011-05.")
@click.option("--reconcile", is_flag=True, help="Compute everything again from bronze; needed after a restore.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def run(rebuild: str | None, reconcile: bool, as_json: bool) -> None:
    """Carry what is new through silver, gold and serving; only what changed is computed again.

    \b
      scout run                               what is new
      scout run --rebuild 2011-03..2011-05    these months again from bronze, after a rule or mapping was mended
    """
    console = Console(stderr=as_json)
    try:
        months = periods.month_range(rebuild) if rebuild else None
    except ValueError as error:
        raise UserError(f"--rebuild: {error}") from error
    if months and reconcile:
        raise UserError("--rebuild and --reconcile exclude each other: --reconcile computes every month")
    with ready_database(console) as database, showing_steps(console, runs=2 if months else 1) as show:
        if months:
            parameters = {"first": months[0], "last": months[1]}
            with audit_log.acting(
                database, "run rebuild", "scout.silver", actor=None, parameters=parameters
            ) as outcome:
                report = flow.run_rebuild(database, *months, on_step=show)
                outcome.update(lines=report.silver.lines_read)
        elif reconcile:
            with audit_log.acting(database, "run reconcile", "scout.silver", actor=None, parameters={}) as outcome:
                report = flow.run_reconcile(database, on_step=show)
                outcome.update(lines=report.silver.lines_read)
        else:
            report = flow.run_incremental(database, on_step=show)
    if as_json:
        click.echo(json.dumps(asdict(report), indent=2, default=_plain))
        return
    console.print(report_table(report))


@contextmanager
def showing_steps(console: Console, *, runs: int = 1) -> Iterator[progress.Tell]:
    """A bar of the tables that are up to date; how many windows silver has to carry is known when it carried them."""
    tables = len((*flow.GOLD, *flow.SERVING))
    with progress.steps(console, "silver", runs * tables, "tables") as (goes_on, done):
        yield lambda step: (goes_on if step.startswith("silver") else done)(step)


def _plain(value: object) -> object:
    return sorted(value) if isinstance(value, set) else str(value)


def find_files(paths: tuple[Path, ...], mapping: Mapping) -> list[Path]:
    """Files as given and those of folders, sorted; raises UserError for a path that is not there."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(file for file in path.iterdir() if _is_of_kind(file, mapping))
            if not inside:
                kinds = ", ".join(EXTENSIONS[mapping.format.kind])
                raise UserError(f"{path} holds no file of source {mapping.name} ({kinds}, also .gz or .zst)")
            found.extend(inside)
        elif not path.is_symlink() and not path.exists():
            raise UserError(f"{path} does not exist; give files or folders that are there")
        elif kind := odd_kind(path.lstat().st_mode):
            target = link_target(path)
            way_out = "files or folders" if target is None else f"what it leads to, {target}"
            raise UserError(f"{path} is no regular file but {kind}; give {way_out}")
        else:
            found.append(path)
    return found


def _is_of_kind(path: Path, mapping: Mapping) -> bool:
    name = path.name.lower().removesuffix(".gz").removesuffix(".zst")
    # a link or a pipe of such a name is told of, not passed over
    return not path.is_dir() and name.endswith(EXTENSIONS[mapping.format.kind])


def ingest_with_progress(
    database: Database, files: list[Path], mapping: Mapping, console: Console
) -> list[FileOutcome]:
    """Take files into bronze under a progress bar."""
    with progress.steps(console, "bronze", len(files), "files") as (_, done):
        return landing.ingest(database, files, mapping, on_file=lambda outcome: done("bronze"))


def print_outcomes(outcomes: list[FileOutcome], console: Console) -> None:
    """What became of the files: a line a status, a line a file that was not taken."""
    table = Table("files", "status", "lines read", "loaded", "duplicate", "quarantined", title="Bronze")
    for column in table.columns:
        column.justify = "right"
    for status, count in sorted(Counter(outcome.status for outcome in outcomes).items()):
        of_status = [outcome for outcome in outcomes if outcome.status == status]
        sums = [
            sum(getattr(outcome, name) for outcome in of_status)
            for name in ("lines_read", "lines_loaded", "lines_duplicate", "lines_quarantined")
        ]
        table.add_row(f"{count:,}", status, *(f"{value:,}" for value in sums))
    console.print(table)
    refused = [outcome for outcome in outcomes if outcome.reason]
    for outcome in refused[:SHOWN_REFUSALS]:
        console.print(f"{escape(str(outcome.path))}: {outcome.status}, {escape(str(outcome.reason))}", soft_wrap=True)
    if len(refused) > SHOWN_REFUSALS:
        console.print(f"... and {len(refused) - SHOWN_REFUSALS} more; see scout.quarantine")


def print_currency(mapping: Mapping, console: Console) -> None:
    """Say so when amounts stay in another currency than the one this deployment reports in."""
    reporting, currency = settings.current().currency, mapping.currency
    if currency.code != reporting and Decimal(currency.rate) == 1:
        console.print(
            f"Amounts of {mapping.name} stay in {currency.code}: its mapping declares rate 1, "
            f"and no rate to {reporting} (SCOUT_CURRENCY) is invented.",
            soft_wrap=True,
        )


def report_table(report: RunReport) -> Table:
    """Rows and seconds of each layer, in the order of the flow."""
    table = Table("layer", "read", "written", "rejected", "buckets", "seconds", title="Run")
    for column in table.columns[1:]:
        column.justify = "right"
    silver = report.silver
    table.add_row(
        "silver",
        f"{silver.lines_read:,}",
        f"{silver.lines_written:,}",
        f"{silver.lines_rejected:,}",
        f"{silver.buckets_marked:,}",
        f"{report.silver_seconds:.2f}",
    )
    for layer in report.layers:
        # rejected stays empty: values are judged in bronze and silver
        table.add_row(
            layer.layer,
            f"{layer.rows_read:,}",
            f"{layer.rows_written:,}",
            "",
            f"{layer.buckets_rebuilt:,}",
            f"{layer.seconds:.2f}",
        )
    return table
