"""`scout migrate`: change the shape of the database, go back, look, and prove that going back works."""

import dataclasses
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

import click
from rich.console import Console
from rich.markup import escape
from rich.status import Status
from rich.table import Table

from scout_pipeline import audit_log, cluster
from scout_pipeline.database import Database
from scout_pipeline.migrations import new as new_migration
from scout_pipeline.migrations import prove as proving
from scout_pipeline.migrations import runner, standing
from scout_pipeline.migrations.loss import CONFIRMATION
from scout_pipeline.migrations.plan import Preview
from scout_pipeline.migrations.prove import Proof
from scout_pipeline.migrations.steps import Step

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON for another program.")
dry = click.option("--dry-run", is_flag=True, help="Show the SQL and what it would touch; change nothing.")

reads_only = click.option("--dry-run", is_flag=True, expose_value=False, help="Accepted: this command only reads.")


@click.group()
def migrate() -> None:
    """Change the shape of the database, go back, look, and prove that going back works.

    \b
      scout migrate status
      scout migrate up --dry-run                 the SQL, and what it would touch
    """


@migrate.command()
@click.option("--to", metavar="REV", help="Stop at this revision, e.g. 0003. Default: the newest.")
@dry
@as_json
def up(to: str | None, dry_run: bool, as_json: bool) -> None:
    """Apply the migrations that are pending, each in a transaction of its own."""
    with (
        _database() as database,
        _busy("migrating ..."),
        _acting(database, "migrate up", to, dry_run=dry_run) as outcome,
    ):
        done = runner.up(database, to=to, dry_run=dry_run)
        outcome["revisions"] = [each.revision for each in done]
    _show(done, as_json, nothing="Nothing to do: every migration is applied.")


@migrate.command()
@click.option("--to", metavar="REV", required=True, help="The revision to go back to, or base.")
@click.option("--confirm", metavar="TEXT", help=f"Needed when rows would be lost: {CONFIRMATION}")
@dry
@as_json
def down(to: str, confirm: str | None, dry_run: bool, as_json: bool) -> None:
    """Go back to an earlier revision. Losing data needs a typed confirmation."""
    with (
        _database() as database,
        _busy("going back ..."),
        _acting(database, "migrate down", to, dry_run=dry_run) as outcome,
    ):
        done = runner.down(database, to=to, confirm=confirm, dry_run=dry_run)
        outcome["revisions"] = [each.revision for each in done]
    _show(done, as_json, nothing=f"Nothing to do: the database is at {to}.")


@migrate.command()
@reads_only
@as_json
def status(as_json: bool) -> None:
    """Which migrations are applied, since when and by whom; which are pending, changed or interrupted."""
    with _database() as database:
        found = standing.status(database)
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(each) for each in found], default=str))
        return
    table = Table("revision", "name", "state", "applied", "ms", "by")
    for each in found:
        applied_at = each.applied_at.isoformat(sep=" ", timespec="seconds") if each.applied_at else ""
        duration = "" if each.duration_ms is None else str(each.duration_ms)
        table.add_row(each.revision, each.slug, each.state, applied_at, duration, escape(each.applied_by or ""))
    Console().print(table)


@migrate.command()
@reads_only
@as_json
def verify(as_json: bool) -> None:
    """Compare the database with what the applied migrations say; exit status 1 when something is wrong."""
    with _database() as database, _busy("verifying ..."):
        problems = runner.verify(database)
    if as_json:
        click.echo(json.dumps(problems))
    for problem in [] if as_json else problems:
        click.echo(problem)
    if not (problems or as_json):
        click.echo("The database is as the applied migrations say.")
    sys.exit(1 if problems else 0)


@migrate.command()
@click.argument("slug")
@dry
def new(slug: str, dry_run: bool) -> None:
    """Make the folder and the thin revision of a new migration."""
    made = new_migration.new(slug, dry_run=dry_run)
    for path in made:
        click.echo(f"{'would make' if dry_run else 'made'} {path}")


@migrate.command()
@as_json
def prove(as_json: bool) -> None:
    """Run every migration up, down and up again in a scratch database; exit status 1 when a trace remains."""
    with _database() as database, _busy("proving ..."):
        proofs = proving.prove(database, told=_ignore if as_json else _tell)
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(proof) for proof in proofs]))
    sys.exit(1 if any(proof.problems for proof in proofs) else 0)


@contextmanager
def _database() -> Iterator[Database]:
    database = cluster.data_database()
    try:
        yield database
    finally:
        database.dispose()


def _acting(
    database: Database, act: str, to: str | None, *, dry_run: bool
) -> AbstractContextManager[dict[str, object]]:
    """The entries around a migration; a dry run leaves none."""
    if dry_run:
        return nullcontext({})
    return audit_log.acting(database, act, "the database", actor=None, parameters={"to": to or "newest"})


def _busy(text: str) -> Status:
    return Console(stderr=True).status(text)


def _show(done: Sequence[Step | Preview], as_json: bool, *, nothing: str) -> None:
    if as_json:
        click.echo(json.dumps([dataclasses.asdict(each) for each in done]))
        return
    if not done:
        click.echo(nothing)
    for each in done:
        if isinstance(each, Preview):
            _show_preview(each)
        else:
            click.echo(f"{each.direction} {each.revision}_{each.slug}  {each.duration_ms} ms")


def _show_preview(preview: Preview) -> None:
    click.echo(f"-- {preview.direction} {preview.revision}_{preview.slug}: would run\n{preview.sql.rstrip()}\n")
    if preview.note:
        click.echo(f"-- {preview.note}")
    if preview.touched:
        click.echo("-- would touch\n" + "\n".join(f"--   {line}" for line in preview.touched))
    if preview.losses:
        click.echo("-- would lose\n" + "\n".join(f"--   {loss}" for loss in preview.losses))
    click.echo("-- nothing was changed\n")


def _tell(proof: Proof) -> None:
    click.echo(f"{'not proved' if proof.problems else 'proved'}  {proof.name}")
    for problem in proof.problems:
        click.echo(f"  {problem}")


def _ignore(proof: Proof) -> None:
    """JSON is printed at the end."""
