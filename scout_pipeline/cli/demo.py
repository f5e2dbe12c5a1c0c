"""`scout demo`: sales files become checked gold numbers, and what one can look at next."""

import os
import sys
from decimal import Decimal
from pathlib import Path
from time import perf_counter

import click
from rich.console import Console
from rich.table import Table

from scout_pipeline import flow
from scout_pipeline.cli import check as check_command
from scout_pipeline.cli import demo_input
from scout_pipeline.cli.pipeline import (
    ingest_with_progress,
    print_currency,
    print_outcomes,
    report_table,
    showing_steps,
)
from scout_pipeline.cli.session import ready_database
from scout_pipeline.quality import promises
from scout_pipeline.serving import summaries

REGIONS_SHOWN = 8
PIPED_WIDTH = 120
SIMULATED = demo_input.Size()
SIZE_HELP = "Of the simulated shops."


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder with files of one source.")
@click.option("--source", help="The mapping of the files. Default: the real data when they are there, else scout.")
@click.option("--stores", default=SIMULATED.stores, show_default=True, type=click.IntRange(1, 1000), help=SIZE_HELP)
@click.option("--days", default=SIMULATED.days, show_default=True, type=click.IntRange(1, 366), help=SIZE_HELP)
def demo(data: Path | None, source: str | None, stores: int, days: int) -> None:
    """Load sales files, run all layers, prove the promises and show the numbers.

    \b
    Without a folder it takes the Online Retail data when they are there, and simulates shops when they are not:
      scout demo --source scout                       simulated shops in any case
      scout demo --source scout --stores 5 --days 7   fewer of them
    """
    console = Console()
    if not console.is_terminal:
        console = Console(width=PIPED_WIDTH)
    taken = demo_input.deliveries(data, source, demo_input.Size(stores, days), console)
    with ready_database(console) as database:
        started = perf_counter()
        for delivery in taken:
            console.print(f"[bold]{delivery.mapping.title}[/]: {len(delivery.files)} files")
            print_outcomes(ingest_with_progress(database, delivery.files, delivery.mapping, console), console)
        bronze_seconds = perf_counter() - started
        print_currency(taken[-1].mapping, console)
        with showing_steps(console) as show:
            report = flow.run_incremental(database, on_step=show)
        table = report_table(report)
        table.caption = f"bronze {bronze_seconds:.2f} s, silver to serving {report.seconds:.2f} s"
        console.print(table)
        with console.status("checking the promises ..."), database.transaction() as connection:
            results = promises.check_all(connection)
            months = summaries.monthly_revenue(connection)
            regions = summaries.top_regions(connection, region_limit=REGIONS_SHOWN)
            quarantined = summaries.quarantine(connection)
            totals = summaries.reconciliation(connection)
    console.print(_months_table(months))
    console.print(_plain_table("Regions", regions))
    if quarantined:
        console.print(_plain_table("Quarantine", quarantined))
    else:
        console.print("Quarantine: empty, every line could be taken.")
    console.print(_reconciliation_table(dict(totals)))
    check_command.print_results(results, console)
    _print_next_steps(console)
    if not all(result.holds for result in results):
        sys.exit(1)


def _months_table(months: summaries.Rows) -> Table:
    currencies = sorted({str(month["currency_code"]) for month in months})
    is_one_store = {month["stores"] for month in months} <= {1}
    hidden = ("currency_code", "stores") if is_one_store else ("currency_code",)
    return _plain_table(f"Monthly revenue ({', '.join(currencies)})", months, hidden=hidden)


def _plain_table(title: str, rows: summaries.Rows, hidden: tuple[str, ...] = ()) -> Table:
    """Rows as they are: text left, numbers right."""
    table = Table(title=title)
    names = [name for name in (rows[0] if rows else {}) if name not in hidden]
    for name in names:
        is_number = any(isinstance(row[name], int | Decimal) for row in rows)
        table.add_column(name.replace("_", " "), justify="right" if is_number else "left")
    for row in rows:
        table.add_row(*(_text(row[name]) for name in names))
    return table


def _reconciliation_table(totals: dict[str, object]) -> Table:
    table = Table("", "lines", "transactions", "value", title="Reconciliation")
    for column in table.columns[1:]:
        column.justify = "right"
    table.add_row(f"{totals['file_count']} files read", _text(totals["lines_read"]), "", "")
    table.add_row("bronze", _text(totals["lines_loaded"]), "", "")
    table.add_row("identical duplicates", _text(totals["lines_duplicate"]), "", "")
    table.add_row("quarantined", _text(totals["lines_quarantined"]), "", "")
    table.add_row(
        "silver", _text(totals["silver_lines"]), _text(totals["silver_transactions"]), _text(totals["silver_value"])
    )
    if totals["archived_months"]:
        archived = f"archived months: {totals['archived_months']}"
        table.add_row(archived, _text(totals["archived_lines"]), _text(None), _text(totals["archived_value"]))
    table.add_row(
        f"gold, {totals['gold_days']} days, {_text(totals['customer_count'])} customers",
        _text(totals["gold_lines"]),
        _text(totals["gold_transactions"]),
        _text(totals["gold_value"]),
    )
    return table


def _text(value: object) -> str:
    """A number with thousands, and a dash for what is not known."""
    if value is None:
        return "-"
    if isinstance(value, Decimal):
        trimmed = value.normalize()
        return f"{trimmed:,f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _print_next_steps(console: Console) -> None:
    console.print("[bold]Next[/]")
    # the console script of the environment that runs this, so that the lines can be pasted as they are
    program = os.path.relpath(sys.argv[0]) if os.sep in sys.argv[0] else sys.argv[0]
    for command, purpose in (
        ("psql -c 'select * from scout.gold_daily_aggregates order by date_key desc limit 5'", "look at the numbers"),
        ("up", "the Dagster UI on loopback, schedules and sensors"),
        ("ingest FILE --source NAME", "more files; then `run` computes only what changed"),
        ("check", "prove the promises again"),
    ):
        console.print(f"  {program} {command}    [dim]{purpose}[/]", soft_wrap=True, highlight=False)
