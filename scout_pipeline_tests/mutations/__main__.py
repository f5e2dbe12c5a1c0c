"""`python -m scout_pipeline_tests.mutations`: the score, or the false alarms of clean days."""

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.markup import escape

from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline_tests.conftest import temporary_server, without_durability
from scout_pipeline_tests.mutations import false_alarms, page, score, world
from scout_pipeline_tests.mutations.kinds import KINDS
from scout_pipeline_tests.mutations.score import Verdict
from scout_pipeline_tests.mutations.world import FULL, SMALL, Size

STYLES = {"caught": "green", "undone": "cyan", "missed": "red"}


@click.group()
def main() -> None:
    """Do the checks see what is wrong, and nothing else?"""


@main.command(name="score")
@click.option("--json", "report", type=click.Path(path_type=Path), help="Write the result here.")
@click.option("--only", default="", help="Kinds whose name holds this text.")
@click.option("--skip", default=0, help="Leave so many of the first kinds out.")
@click.option("--small", is_flag=True, help="In the small world of the tests.")
@click.option("--thorough", is_flag=True, help="Ask every checker, also after one has seen the defect.")
def measure_score(report: Path | None, only: str, skip: int, small: bool, thorough: bool) -> None:
    """Plant every kind of defect. Exit status 1 when one is missed that is not declared as missed."""
    console = Console(width=200)

    def show(verdict: Verdict) -> None:
        seen = ", ".join(verdict.alarms)
        console.print(f"[{STYLES[verdict.outcome]}]{verdict.outcome:<7}[/] {verdict.kind:<50} {escape(seen)}")

    kinds = [kind for kind in KINDS[skip:] if only in kind.name]
    with _server() as (server, folder):
        clean = world.build(server, folder, SMALL if small else FULL)
        result = score.measure(clean, kinds, folder / "planted", thorough=thorough, on_verdict=show)
    if report:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(json.dumps(result.as_json(), indent=2) + "\n")
    console.print(
        f"{len(result.of('caught'))} of {len(kinds) - len(result.of('undone'))} kinds caught "
        f"({result.share:.1%}), {len(result.of('undone'))} undone by the pipeline, alarms of clean data: "
        f"{', '.join(result.control) or 'none'}"
    )
    surprises = page.surprises(result, kinds)
    for line in surprises:
        console.print(f"[red]{line}[/]")
    sys.exit(1 if surprises or result.control else 0)


@main.command(name="false-alarms")
@click.option("--json", "report", type=click.Path(path_type=Path), help="Write the result here.")
@click.option("--days", default=60, show_default=True, help="Clean days that are counted, after the history.")
@click.option("--seed", default=1, show_default=True)
@click.option("--step", default=1, show_default=True, help="Days that are delivered together; faster, and less real.")
def count_false_alarms(report: Path | None, days: int, seed: int, step: int) -> None:
    """Walk through clean days. Exit status 1 for more than one alarm a week."""
    console = Console(width=200)
    size = Size(FULL.stores, false_alarms.HISTORY_DAYS + days, FULL.rate, seed)
    with _server() as (server, folder):
        walk = false_alarms.walk(server, folder, size, step=step, on_alarm=lambda alarm: console.print(escape(alarm)))
    if report:
        report.parent.mkdir(parents=True, exist_ok=True)
        report.write_text(json.dumps(walk.as_json(), indent=2) + "\n")
    console.print(
        f"{len(walk.alarms)} alarms in {days} clean days, {walk.earlier} in the {false_alarms.HISTORY_DAYS} before"
    )
    sys.exit(0 if len(walk.alarms) <= days / 7 else 1)


@main.command(name="page")
def print_page() -> None:
    """The section of docs/data_quality.md."""
    sys.stdout.write(page.section(KINDS))


@contextmanager
def _server() -> Iterator[tuple[EmbeddedServer, Path]]:
    """A server and a folder that are gone afterwards."""
    with (
        tempfile.TemporaryDirectory(prefix="scout-m-") as folder,
        world.own_environment(Path(folder)),
        temporary_server() as server,
    ):
        server.ensure_running()
        without_durability(server)
        yield server, Path(folder)


if __name__ == "__main__":
    main()
