"""`scout psql`, `up`, `status` and `down`: the database and the services, started, asked and stopped."""

import json
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from rich.console import Console
from rich.table import Column, Table

from scout_pipeline import cluster, embedded, settings
from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.session import ready_database
from scout_pipeline.database import Database
from scout_pipeline.ops import daemon_lock, service_report, service_state, services, supervision

# wider than any address: a table is as wide as what it holds
WHOLE_LINES = 10_000


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("-c", "--command", "commands", multiple=True, metavar="SQL", help="Run this and end; may be repeated.")
@click.option("--database", "name", metavar="NAME", help="Another database of the same server, e.g. dagster.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def psql(commands: tuple[str, ...], name: str | None, arguments: tuple[str, ...]) -> None:
    """Open psql on the pipeline's database; further ARGUMENTS go to psql as they are.

    \b
      scout psql -c 'select * from scout.gold_daily_aggregates limit 5'
      scout psql --database dagster
    """
    cluster.data_database().dispose()
    url = sa.make_url(cluster.data_url())
    variables = settings.environment()
    if url.password is not None:
        # never on the command line: every user of the machine can read that
        variables["PGPASSWORD"] = str(url.password)
        url = sa.URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    url = url.set(database=name) if name else url
    program = embedded.programs() / "psql"
    given = [argument for command in commands for argument in ("-c", command)]
    fixed = ["-X", "-v", "ON_ERROR_STOP=1"] if commands else []
    sys.stdout.flush()
    os.execve(program, ["psql", "-d", url.render_as_string(hide_password=False), *fixed, *given, *arguments], variables)


@click.command()
@click.option(
    "-w",
    "--workspace",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Another Dagster workspace file.",
)
def up(workspace: Path | None) -> None:
    """Run the database, both Dagster UIs and the daemon until Ctrl-C.

    \b
      scout up                                on the ports 3000 (to look) and 3001 (to launch), on this machine alone
      SCOUT_WEBSERVER_PORT=4000 scout up      on another port
    """
    now = settings.current()
    home = now.home_dir
    wanted = services.services(now, workspace=workspace or services.deployment_file("workspace.yaml"))
    console = Console()
    stopping = _stop_on_signals()
    try:
        with service_state.sole_supervisor(home):
            supervision.stop_remains(home)
            services.check_ports(wanted)
            _run(now, wanted, console=console, stopping=stopping)
    except services.ServiceError as error:
        raise UserError(str(error)) from error
    console.print("stopped")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def status(as_json: bool) -> None:
    """What runs: database, Dagster UIs, daemon, with versions and addresses. Starts nothing.

    \b
      scout status
      scout status --json | jq .services
    """
    report = service_report.report(settings.current())
    if as_json:
        click.echo(json.dumps(report, indent=2))
        return
    _print_report(report, Console())


@click.command()
def down() -> None:
    """Stop a running `scout up` and the embedded server.

    \b
      scout down      waits for what is being written; what was open is done again at the next start
    """
    home = settings.current().home_dir
    try:
        was_up = supervision.request_stop(home)
    except services.ServiceError as error:
        raise UserError(str(error)) from error
    server = cluster.embedded()
    was_running = server is not None and server.pid is not None
    if server is not None:
        server.stop()
    stopped = [name for name, was in (("services", was_up), ("database", was_running)) if was]
    click.echo(f"stopped: {', '.join(stopped)}" if stopped else "nothing was running")


def _run(
    now: settings.Settings, wanted: list[services.Service], *, console: Console, stopping: threading.Event
) -> None:
    """Database first, services then; a server that this command started stops with it."""
    server = cluster.embedded()
    started_server = server is not None and not server.is_running()
    try:
        with console.status("starting the database and the services ..."):
            with ready_database(console):
                pass
            storage_url = cluster.dagster_storage_url()
            _check_sole(storage_url, now.home_dir)
            services.prepare_home(now.home_dir)
        supervision.supervise(
            wanted,
            home=now.home_dir,
            variables=services.environment(now, storage_url=storage_url),
            started_server=started_server,
            stopping=stopping,
            when_ready=lambda: _print_report(service_report.report(now), console),
            keep_database=server.ensure_running if server is not None else lambda: None,
        )
    finally:
        if server is not None and started_server:
            server.stop()


def _check_sole(storage_url: str, home: Path) -> None:
    storage = Database(storage_url, pool_size=1)
    try:
        daemon_lock.check_free(storage, own_ended_at=service_state.ended_at(home))
    finally:
        storage.dispose()


def _stop_on_signals() -> threading.Event:
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: stopping.set())
    return stopping


def _print_report(report: dict[str, Any], console: Console) -> None:
    """Addresses and paths are shown whole: folded in their column of a terminal, on one line in a pipe or a file."""
    if not console.is_terminal:
        console.width = WHOLE_LINES
    table = Table("what", "state", Column("where", overflow="fold"), "for")
    database = report["database"]
    table.add_row("database", database["state"], database["address"], f"PostgreSQL {database['version'] or ''}")
    for service in report["services"]:
        state = "running" if service["running"] and service["answers"] else "not answering"
        table.add_row(service["name"], state, service["address"] or "", service["purpose"])
    console.print(table)
    if daemon := report["daemon"]:
        age = f"{daemon['heartbeat_age_seconds']:.0f} s ago"
        told = f"the daemon's last sign of life was {age} ({daemon['part']})"
        console.print(
            f"{told}: {daemon['advice']}" if daemon["late"] else told, soft_wrap=True, markup=False, highlight=False
        )
    if not report["services"]:
        console.print("no services run here: `scout up` starts them")
    console.print(f"logs: {report['logs']}", soft_wrap=True)
