"""A bar for work whose steps can be counted: on a terminal, and nothing in a pipe."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Tell = Callable[[str], None]


@contextmanager
def steps(console: Console, first: str, total: int, unit: str) -> Iterator[tuple[Tell, Tell]]:
    """Two functions that take a text to show beside the bar: one while a step goes on, one when it is done."""
    columns = (
        TextColumn("[progress.description]{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task(first, total=total)
        yield (
            lambda text: progress.update(task, description=text),
            lambda text: progress.update(task, description=text, advance=1),
        )
