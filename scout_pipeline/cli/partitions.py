"""`scout partitions`: the months of tables; what takes data away or brings it back is a dry run without --yes."""

import json
from collections.abc import Iterable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scout_pipeline import audit_log, periods
from scout_pipeline import database as db
from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.session import ready_database
from scout_pipeline.database import Database
from scout_pipeline.ops.partitions import archive as archiving
from scout_pipeline.ops.partitions import maintenance
from scout_pipeline.ops.partitions import restore as restoring
from scout_pipeline.ops.partitions.files import Archive
from scout_pipeline.ops.partitions.layers import LAYERS, Layer, frozen_months, obstacles
from scout_pipeline.ops.partitions.maintainer import maintaining

as_json = click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
yes = click.option("--yes", is_flag=True, help="Do it; without it, only what would be done is shown.")
layer_name = click.argument("layer", type=click.Choice(list(LAYERS)))


@click.group()
def partitions() -> None:
    """Months of tables: look, make ahead, archive, restore.

    \b
      scout partitions list                      every month of every table
      scout partitions archive silver 2025-01    what would be done; with --yes it is done
    """


@partitions.command(name="list")
@as_json
def show(as_json: bool) -> None:
    """Show every month of every table: attached, on its way, or in the archive."""
    console = Console(stderr=as_json)
    with ready_database(console) as database, database.transaction() as connection:
        found = db.rows(connection, "ops/partition_list")
    if as_json:
        click.echo(json.dumps(found, indent=2, default=str))
        return
    table = Table("table", "month", "state", "rows", "bytes", "file")
    for row in found:
        table.add_row(
            row["relation"],
            f"{row['month']:%Y-%m}" if row["month"] else row["partition_name"],
            row["state"],
            "-" if row["row_count"] in (None, -1) else f"{row['row_count']:,}",
            f"{row['total_bytes']:,}",
            escape(row["file_url"] or ""),
        )
    console.print(table if found else "No table has a month yet.")


@partitions.command()
@click.option("--months", type=click.IntRange(1, 24), default=maintenance.MONTHS_AHEAD, help="How far ahead.")
@as_json
def ensure(months: int, as_json: bool) -> None:
    """Make the partitions of this month and the next ones, where they are missing."""
    console = Console(stderr=as_json)
    with ready_database(console) as database:
        made = maintenance.ensure(database, as_of=_now(), months=months)
    _print({"made": made}, as_json, console, "nothing was missing")


@partitions.command()
@as_json
def maintain(as_json: bool) -> None:
    """Do what the daily job does: months ahead, what was interrupted, and what the settings do not keep."""
    console = Console(stderr=as_json)
    with (
        ready_database(console) as database,
        _acting(database, "maintain", []) as outcome,
        console.status("maintaining ...") as status,
    ):
        report = maintenance.maintain(database, on_step=lambda step: status.update(escape(step)))
        outcome.update(audit_log.facts(report))
    _print(vars(report), as_json, console, "nothing was to be done")


@partitions.command()
@click.argument("layer", type=click.Choice(list(LAYERS)), required=False)
@click.argument("months", nargs=-1, metavar="[YYYY-MM]...")
@yes
@as_json
def archive(layer: str | None, months: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Write months to the archive, compare, and take them out of the database; those that are due, or those named."""
    console = Console(stderr=as_json)
    with ready_database(console) as database:
        chosen = _named(layer, months) if layer and months else _due(database, layer)
        plan = _plan(database, chosen)
        if not yes:
            _print({"would_archive": plan}, as_json, console, "no month is to be archived")
            return
        with (
            maintaining(database) as maintainer,
            _acting(database, "archive", chosen) as outcome,
            console.status("archiving ...") as status,
        ):
            done = [
                f"{each.name} {month:%Y-%m}"
                for each, month in chosen
                if archiving.archive_month(
                    database,
                    maintainer,
                    each,
                    month,
                    as_of=_now(),
                    archive=Archive(),
                    on_step=lambda step: status.update(escape(step)),
                )
            ]
            outcome["archived"] = done
    _print({"archived": done}, as_json, console, "no month was to be archived")


@partitions.command()
@layer_name
@click.argument("months", nargs=-1, metavar="[YYYY-MM]...")
@click.option("--all", "is_all", is_flag=True, help="Every month of the layer.")
@yes
@as_json
def restore(layer: str, months: tuple[str, ...], is_all: bool, yes: bool, as_json: bool) -> None:
    """Bring months back into the database; of silver all later ones come with them."""
    if bool(months) == is_all:
        raise UserError("name months as 2024-03, or say --all")
    console, chosen = Console(stderr=as_json), LAYERS[layer]
    with ready_database(console) as database:
        with database.transaction() as connection:
            wanted = list(frozen_months(connection, chosen)) if is_all else [_month(text) for text in months]
            needed = {each for month in wanted for each in restoring.months_to_restore(connection, chosen, month)}
        ordered = sorted(needed, reverse=True)
        if not yes:
            _print(
                {"would_restore": [f"{layer} {month:%Y-%m}" for month in ordered]}, as_json, console, "nothing there"
            )
            return
        with (
            maintaining(database) as maintainer,
            _acting(database, "restore", [(chosen, month) for month in ordered]) as outcome,
            console.status("restoring ...") as status,
        ):
            for month in ordered:
                restoring.restore_month(
                    database, maintainer, chosen, month, on_step=lambda step: status.update(escape(step))
                )
            done = [f"{layer} {month:%Y-%m}" for month in ordered]
            outcome["restored"] = done
    _print({"restored": done}, as_json, console, "none of these months is archived")


def _acting(
    database: Database, what: str, chosen: list[tuple[Layer, date]]
) -> AbstractContextManager[dict[str, object]]:
    months = [f"{layer.name} {month:%Y-%m}" for layer, month in chosen]
    return audit_log.acting(database, f"partitions {what}", "ops.partitions", actor=None, parameters={"months": months})


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _month(text: str) -> date:
    try:
        return periods.month(text)
    except ValueError as error:
        raise UserError(str(error)) from None


def _named(layer: str, months: Iterable[str]) -> list[tuple[Layer, date]]:
    return [(LAYERS[layer], month) for month in sorted(_month(text) for text in months)]


def _due(database: Database, layer: str | None) -> list[tuple[Layer, date]]:
    with database.transaction() as connection:
        return [
            (each, month)
            for each in LAYERS.values()
            if layer in (None, each.name)
            for month in maintenance.archivable(connection, each, _now())
        ]


def _plan(database: Database, chosen: list[tuple[Layer, date]]) -> dict[str, str]:
    """Each month with what stands in its way."""
    with database.transaction() as connection:
        return {
            f"{layer.name} {month:%Y-%m}": "; ".join(obstacles(connection, layer, month, _now()))
            or "nothing in its way"
            for layer, month in chosen
            if month not in frozen_months(connection, layer)
        }


def _print(outcome: dict[str, Any], as_json: bool, console: Console, nothing: str) -> None:
    if as_json:
        click.echo(json.dumps(outcome, indent=2, default=str))
        return
    for what, found in outcome.items():
        told = [f"{key}: {value}" for key, value in found.items()] if isinstance(found, dict) else found
        for line in told:
            console.print(f"{what.replace('_', ' ')} {escape(line)}", soft_wrap=True, highlight=False)
    if not any(outcome.values()):
        console.print(nothing)
    elif any(what.startswith("would") for what in outcome):
        console.print("Nothing was changed; --yes does it.")
