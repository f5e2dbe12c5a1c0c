"""The `scout` command group: which command is found in which module. Modules load only when they are called."""

import importlib
import sys

import click

from scout_pipeline.cli.errors import explain

COMMANDS = {
    "ingest": "scout_pipeline.cli.pipeline:ingest",
    "run": "scout_pipeline.cli.pipeline:run",
    "check": "scout_pipeline.cli.check:check",
    "demo": "scout_pipeline.cli.demo:demo",
    "migrate": "scout_pipeline.cli.migrate:migrate",
    "psql": "scout_pipeline.cli.server:psql",
    "up": "scout_pipeline.cli.server:up",
    "status": "scout_pipeline.cli.server:status",
    "down": "scout_pipeline.cli.server:down",
}


class LazyGroup(click.Group):
    """A group that imports a command's module at its first use: `scout --help` answers at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, attribute = COMMANDS[cmd_name].split(":")
        command = getattr(importlib.import_module(module), attribute)
        assert isinstance(command, click.Command)
        return command


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
