"""`scout dagster`: what Dagster remembers, and runs that nobody works on any more."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timezone

import click
from rich.console import Console

from scout_pipeline import audit_log, cluster, database, settings
from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.session import ready_database
from scout_pipeline.database import Database
from scout_pipeline.ops import daemon_lock, dagster_history

DRY = click.option("--dry-run", is_flag=True, help="Only say what would be done.")
AS_JSON = click.option("--json", "as_json", is_flag=True, help="For programs.")


@click.group()
def dagster() -> None:
    """Dagster's own storage: prune its history, end runs whose processes are gone.

    \b
      scout dagster prune --days 30 --dry-run
    """


@dagster.command()
@click.option("--days", type=click.IntRange(1), help="Ended longer ago; by default SCOUT_DAGSTER_HISTORY_DAYS.")
@DRY
@AS_JSON
def prune(days: int | None, dry_run: bool, as_json: bool) -> None:
    """Take away old runs, events and ticks. What is current stays; daemon and pages may run meanwhile."""
    limit = days or settings.current().dagster_history_days
    console = Console(stderr=as_json)
    with _storage() as storage:
        if dry_run:
            found = dict(dagster_history.prunable(storage, days=limit))
            told = f"{found['runs']:,} runs ended more than {limit} days ago, with {found['events']:,} events; "
            told += f"{found['ticks']:,} ticks are as old. What is current of them stays; nothing was changed."
        else:
            with (
                ready_database(console) as data,
                audit_log.acting(data, "dagster prune", "dagster", actor=None, parameters={"days": limit}) as outcome,
                console.status("pruning ...") as status,
            ):
                done = dagster_history.prune(
                    storage,
                    days=limit,
                    output=settings.current().home_dir / "dagster" / "storage",
                    on_batch=lambda so_far: status.update(f"{so_far.events:,} events pruned ..."),
                )
                outcome.update(asdict(done))
            found = asdict(done)
            told = f"{done.runs:,} runs, {done.events:,} events, {done.evaluations:,} evaluations of checks and "
            told += f"{done.ticks:,} ticks pruned."
    if as_json:
        click.echo(json.dumps({**found, "dry_run": dry_run}, indent=2))
    else:
        console.print(told, soft_wrap=True, highlight=False)


@dagster.command()
@DRY
def reconcile(dry_run: bool) -> None:
    """End runs whose processes are gone, and free their places. A running daemon does it every few seconds."""
    # Dagster takes seconds to load, and the other commands do not need it
    from scout_pipeline.ops import dagster_instance, orphans

    console = Console()
    with _storage() as storage:
        is_led = daemon_lock.holder(storage) is not None
    with dagster_instance.of_home(settings.current().home_dir, storage_url=cluster.dagster_storage_url()) as instance:
        # with a daemon, what has no worker yet may be about to get one
        found = orphans.find(
            instance,
            launched_before=datetime.fromtimestamp(0, timezone.utc) if is_led else datetime.now(timezone.utc),
        )
        ended = found if dry_run else orphans.end(instance, found)
    for orphan in ended:
        console.print(f"{orphan.run_id} {orphan.job_name} {orphan.status}", soft_wrap=True, highlight=False)
    console.print(f"{len(ended)} runs {'would be' if dry_run else 'were'} ended.")


@contextmanager
def _storage() -> Iterator[Database]:
    """Dagster's storage, which its services have made; raises UserError when they never ran."""
    with dagster_history.opened(cluster.dagster_storage_url()) as storage:
        with storage.autocommit() as connection:
            is_made = database.scalar(connection, "ops/dagster_table_exists", table_name="event_logs")
        if not is_made:
            raise UserError("Dagster has stored nothing yet: `scout up` makes its storage")
        yield storage
