"""The `scout` command group: which command is found in which module. Modules load only when they are called."""

import importlib
import sys

import click

from scout_pipeline.cli.errors import explain

# name: (where it is, what it does in a few words)
COMMANDS = {
    "ingest": ("scout_pipeline.cli.pipeline:ingest", "Take files, or all files of folders, into bronze."),
    "run": ("scout_pipeline.cli.pipeline:run", "Carry what is new through silver, gold and serving."),
    "check": ("scout_pipeline.cli.check:check", "Prove the promises; exit status 1 when one is broken."),
    "quality": ("scout_pipeline.cli.quality:quality", "Ask the rules of data quality; findings, labels."),
    "quarantine": ("scout_pipeline.cli.quarantine:quarantine", "See what was refused, take it again, or discard it."),
    "days": ("scout_pipeline.cli.days:days", "Audit business days of stores, accept findings, close days."),
    "why": ("scout_pipeline.cli.days:explain", "Tell why the figures of a store's day changed."),
    "simulate": ("scout_pipeline.cli.simulate:simulate", "Invent shops: sales with dirt, and the truth beside them."),
    "demo": ("scout_pipeline.cli.demo:demo", "Load sales files, run all layers, show the numbers."),
    "contract": ("scout_pipeline.cli.contract:contract", "Print what a point of sale must send."),
    "partitions": ("scout_pipeline.cli.partitions:partitions", "Months of tables: make ahead, archive, restore."),
    "audit": ("scout_pipeline.cli.audit:audit", "Who did what by hand: decisions, repairs, migrations."),
    "migrate-partitioned": (
        "scout_pipeline.cli.migrate_partitioned:migrate_partitioned",
        "Move a plain table into monthly partitions.",
    ),
    "migrate": ("scout_pipeline.cli.migrate:migrate", "Change the shape of the database, go back, prove it."),
    "maintenance": (
        "scout_pipeline.cli.maintenance:maintenance",
        "Vacuum, statistics, indexes: what is due; do it.",
    ),
    "baselines": ("scout_pipeline.cli.baselines:baselines", "Show or record what the benchmarks measured."),
    "dagster": ("scout_pipeline.cli.dagster:dagster", "Prune Dagster's history, end runs that nobody works on."),
    "psql": ("scout_pipeline.cli.server:psql", "Open psql on the pipeline's database."),
    "up": ("scout_pipeline.cli.server:up", "Run the database, both Dagster UIs and the daemon."),
    "status": ("scout_pipeline.cli.server:status", "What runs, with versions and addresses."),
    "down": ("scout_pipeline.cli.server:down", "Stop a running `scout up` and the embedded server."),
}


class LazyGroup(click.Group):
    """A group that imports a command's module at its first use: `scout --help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name][0].split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(package_name="scout-pipeline")
def scout() -> None:
    """Retail sales files become trusted, fresh, fast numbers.

    \b
    A first run:
      scout ingest FILES... --source online_retail   take files into bronze
      scout run                                      carry what is new through silver and gold
      scout check                                    prove that nothing was lost or doubled
      scout psql -c 'select * from scout.gold_daily_aggregates limit 5'
      scout up                                       the Dagster UI, schedules and sensors
    """


def main() -> None:
    """Entry point: expected errors become one line and exit status 2, never a traceback."""
    try:
        # outside standalone mode click returns the status of --help and ctx.exit() instead of raising it
        sys.exit(scout.main(standalone_mode=False))
    except click.exceptions.Exit as stop:
        sys.exit(stop.exit_code)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except Exception as error:
        line = explain(error)
        if line is None:
            raise
        click.echo(f"scout: {line}", err=True)
        sys.exit(2)
