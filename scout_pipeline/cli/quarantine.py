"""`scout quarantine`: what was refused, and the ways out of it: replay, discard, open again, prune."""

import getpass
import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from scout_pipeline import settings
from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.session import ready_database
from scout_pipeline.quarantine import decisions, entries, retention
from scout_pipeline.quarantine import replay as replays
from scout_pipeline.quarantine.replay import ReplayReport
from scout_pipeline.quarantine.selection import LAYERS, STATUSES, Selection

Command = Callable[..., None]
DAY = click.DateTime(formats=["%Y-%m-%d"])
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for another program.")
dry = click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
who = click.option("--by", required=True, metavar="WHO", help="Who decides.")
why = click.option("--why", required=True, metavar="TEXT", help="The reason, kept with the entries.")
yes = click.option("--yes", is_flag=True, help="Do not ask.")
HEADINGS = {"quarantine_id": "entry", "reason_code": "reason", "quarantined_at": "since", "line_number": "line"}


def selecting(command: Command) -> Command:
    """The options that every command selects entries by."""
    for option in (
        click.option("--to", "last", type=DAY, metavar="DAY", help="Quarantined up to this day (UTC), included."),
        click.option("--from", "first", type=DAY, metavar="DAY", help="Quarantined since this day (UTC)."),
        click.option("--day", type=DAY, metavar="DAY", help="Quarantined on this day (UTC)."),
        click.option("--store", metavar="CODE", help="Records of this store; lines have none yet."),
        click.option("--source", metavar="NAME", help="Of this source."),
        click.option("--reason", metavar="CODE", help="Refused for this reason."),
        click.option("--layer", type=click.Choice(LAYERS), help="Lines and files, or records of bronze."),
        click.argument("ids", nargs=-1, type=int, metavar="[ID]..."),
    ):
        command = option(command)
    return command


def _selection(
    ids: tuple[int, ...],
    first: datetime | None,
    last: datetime | None,
    day: datetime | None,
    status: str | None = None,
    **named: str | None,
) -> Selection:
    if day and (first or last):
        raise UserError("--day and --from/--to exclude each other")
    days = [moment and moment.date() for moment in ((day, day) if day else (first, last))]
    return Selection(ids=ids, first_day=days[0], last_day=days[1], status=status, **named)


@click.group()
def quarantine() -> None:
    """See what was refused and why, and take it again once the cause is mended.

    \b
      scout quarantine list --group reason           what waits, and how much of it
      scout quarantine replay --reason blank_line --dry-run
    """


@quarantine.command("list")
@selecting
@click.option("--status", type=click.Choice([*STATUSES, "all"]), default="open", show_default=True)
@click.option("--group", type=click.Choice(entries.PROPERTIES), help="Count entries by this instead of listing them.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Entries a page.")
@click.option("--before", type=int, metavar="ID", help="The page before this entry.")
@as_json
def list_entries(status: str, group: str | None, limit: int, before: int | None, as_json: bool, **given: Any) -> None:
    """List entries, newest first, or count them by a property."""
    selection = _selection(status=None if status == "all" else status, **given)
    console = Console(stderr=as_json)
    with ready_database(console) as database, database.transaction() as connection:
        if group:
            found = entries.counts(connection, selection, group)
        else:
            found = entries.page(connection, selection, row_limit=limit, before=before)
    if as_json:
        click.echo(json.dumps([dict(row) for row in found], indent=2, default=str))
        return
    if group:
        _print_rows(found, ("name", "entry_count", "waiting_count", "attempts", "oldest_at"), console)
        return
    shown = (
        "quarantine_id",
        "status",
        "source",
        "store",
        "reason_code",
        "file_name",
        "line_number",
        "attempts",
        "detail",
    )
    _print_rows(found, shown, console)
    if len(found) == limit:
        console.print(f"older ones: scout quarantine list --before {found[-1]['quarantine_id']}")


def _print_rows(rows: Any, columns: tuple[str, ...], console: Console) -> None:
    if not rows:
        console.print("Nothing is in quarantine under this selection.")
        return
    table = Table()
    for name in columns:
        # a code that is broken over lines cannot be copied or searched for
        table.add_column(
            HEADINGS.get(name, name.replace("_", " ")), no_wrap=name in ("quarantine_id", "reason_code", "name")
        )
    for row in rows:
        table.add_row(*(escape(_plain(row[name])) for name in columns))
    console.print(table)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return "" if value is None else entries.printable(str(value).encode())


@quarantine.command()
@click.argument("number", type=int, metavar="ID")
@as_json
def show(number: int, as_json: bool) -> None:
    """Show one entry whole: position, bytes or payload, who refused it, its history, and what to do next."""
    console = Console(stderr=as_json)
    with ready_database(console) as database, database.transaction() as connection:
        entry = entries.one(connection, number)
    if as_json:
        click.echo(json.dumps(entry, indent=2, default=str))
        return
    for name, value in entry.items():
        if value is not None and name not in ("payload", "history", "layout", "text", "next_step"):
            console.print(f"{name.replace('_', ' ')}: {escape(_plain(value))}", soft_wrap=True, highlight=False)
    if entry["text"] is not None:
        console.print(f"bytes: {escape(entry['text'])}", soft_wrap=True, highlight=False)
    if entry["payload"] is not None:
        console.print_json(json.dumps(entry["payload"]))
    for event in entry["history"]:
        told = ", ".join(f"{key} {value}" for key, value in event.items() if value is not None)
        console.print(f"  {escape(_plain(told))}", soft_wrap=True, highlight=False)
    console.print(f"next: {escape(entry['next_step'])}", soft_wrap=True, highlight=False)


@quarantine.command()
@selecting
@click.option("--force", is_flag=True, help="Also what the same mapping or rule would refuse again, as far as we know.")
@click.option("--by", metavar="WHO", default=getpass.getuser, help="Who replays.")
@dry
@as_json
def replay(force: bool, by: str, dry_run: bool, as_json: bool, **given: Any) -> None:
    """Take open entries again under the mapping and the rules of today; all of them, or those that are selected."""
    console = Console(stderr=as_json)
    with ready_database(console) as database, console.status("replaying ...") as status:
        report = replays.replay(
            database,
            _selection(**given),
            by=by,
            is_forced=force,
            is_dry=dry_run,
            on_step=lambda done: status.update(f"{done.entered:,} entered, {done.refused:,} refused again ..."),
        )
    if as_json:
        click.echo(json.dumps({**asdict(report), "dry_run": dry_run}, indent=2))
        return
    _print_replay(report, dry_run, console)


def _print_replay(report: ReplayReport, is_dry: bool, console: Console) -> None:
    console.print(
        f"{report.entered:,} entries {'would enter' if is_dry else 'entered'}, {report.refused:,} "
        f"{'would be' if is_dry else 'were'} refused again."
    )
    for reason, count in sorted(report.reasons.items(), key=lambda pair: -pair[1]):
        console.print(f"  {reason}: {count:,}")
    if report.unchanged:
        console.print(
            f"{report.unchanged:,} left alone: their mapping or rule is unchanged since, and would refuse them again; "
            "--force takes them all the same.",
            soft_wrap=True,
        )
    for path in report.missing:
        console.print(
            f"{escape(path)}: refused whole and no longer there as it was; bring the file and run `scout ingest`",
            soft_wrap=True,
        )
    if is_dry:
        console.print("Nothing was changed.")
    elif report.entered:
        console.print("`scout run` carries what entered to gold.")


@quarantine.command()
@selecting
@who
@why
@yes
@dry
def discard(by: str, why: str, yes: bool, dry_run: bool, **given: Any) -> None:
    """Close open entries for good. They stay counted, and `scout quarantine reopen` takes it back."""
    selection = _selection(**given)
    with ready_database(Console()) as database:
        count = replays.open_count(database, selection)
        if dry_run:
            click.echo(f"{count:,} entries would be discarded; nothing was changed")
            return
        _confirm(f"discard {count}", yes)
        click.echo(f"{decisions.discard(database, selection, by=by, why=why):,} entries discarded")


@quarantine.command()
@selecting
@who
@why
def reopen(by: str, why: str, **given: Any) -> None:
    """Open discarded entries again."""
    with ready_database(Console()) as database:
        click.echo(f"{decisions.reopen(database, _selection(**given), by=by, why=why):,} entries are open again")


@quarantine.command()
@click.option("--days", type=click.IntRange(1), help="Closed longer ago than this; by default SCOUT_QUARANTINE_DAYS.")
@yes
@dry
def prune(days: int | None, yes: bool, dry_run: bool) -> None:
    """Remove entries that were closed long ago. Open ones stay."""
    limit = days or settings.current().quarantine_days
    with ready_database(Console()) as database:
        with database.transaction() as connection:
            found = retention.prunable(connection, limit)
        kept = f", {found.emptied:,} lose their payload, which bronze has" if found.emptied else ""
        if dry_run:
            click.echo(
                f"{found.removed:,} entries closed more than {limit} days ago would go{kept}; nothing was changed"
            )
            return
        _confirm(f"prune {found.removed + found.emptied}", yes)
        click.echo(f"{retention.prune(database, limit):,} entries pruned")


def _confirm(phrase: str, yes: bool) -> None:
    """Ask for the phrase, typed; raises click.Abort when something else is typed."""
    if not yes and click.prompt(f"Type '{phrase}' to go on") != phrase:
        raise click.Abort
