"""Seconds of each statement of the pipeline, under the name of its file in sql/, as the client sees them."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter
from typing import Any
from unittest.mock import patch

import psycopg
from psycopg import sql

from scout_pipeline import sql_files


class StepTimes:
    """Seconds and calls by statement name; "(commit)" is what the client waits for at commits."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._names: dict[str, str] = {}

    @contextmanager
    def measure(self) -> Iterator["StepTimes"]:
        """Time every statement that psycopg executes within the block."""
        self._names = _names_by_first_line()
        execute, copy, commit = psycopg.Cursor.execute, psycopg.Cursor.copy, psycopg.Connection.commit
        times = self

        def timed_execute(cursor: psycopg.Cursor[Any], query: Any, *rest: Any, **options: Any) -> Any:
            with times.step(times.name_of(query, cursor)):
                return execute(cursor, query, *rest, **options)

        @contextmanager
        def timed_copy(cursor: psycopg.Cursor[Any], query: Any, *rest: Any, **options: Any) -> Iterator[Any]:
            with times.step(times.name_of(query, cursor)), copy(cursor, query, *rest, **options) as made:
                yield made

        def timed_commit(connection: psycopg.Connection[Any]) -> None:
            with times.step("(commit)"):
                commit(connection)

        with (
            patch.object(psycopg.Cursor, "execute", timed_execute),
            patch.object(psycopg.Cursor, "copy", timed_copy),
            patch.object(psycopg.Connection, "commit", timed_commit),
        ):
            yield self

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        started = perf_counter()
        try:
            yield
        finally:
            self.seconds[name] += perf_counter() - started
            self.calls[name] += 1

    def name_of(self, query: Any, cursor: psycopg.Cursor[Any]) -> str:
        text = query.as_string(cursor) if isinstance(query, sql.Composable) else str(query)
        return self._names.get(_first_line(text), "(other)")


def _names_by_first_line() -> dict[str, str]:
    """Every statement file starts with a line that says what it is; no two say the same."""
    folders = [path.name for path in sql_files.root().iterdir() if path.is_dir() and path.name != "migrations"]
    return {
        _first_line(sql_files.load(name).text): name for folder in sorted(folders) for name in sql_files.names(folder)
    }


def _first_line(text: str) -> str:
    return text.lstrip().partition("\n")[0].rstrip().replace("%%", "%")
