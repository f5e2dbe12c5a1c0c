"""Finds and loads the statements in `sql/` and parses their headers. No SQL stands in Python."""

import itertools
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

HEADER_KEYS = ("reads", "params", "rerun")


class SqlFileError(Exception):
    """A statement file is missing or its four-line header is not as agreed."""


@dataclass(frozen=True)
class SqlFile:
    """One statement with what its header says.

    Attributes: name (`silver/window_parse`), title (first header line), reads (asset or table stems), params
    (bound parameter names), rerun (why running twice is safe), text (the whole file, header included).
    """

    name: str
    title: str
    reads: tuple[str, ...]
    params: tuple[str, ...]
    rerun: str
    text: str


def root() -> Path:
    """The folder `sql/`: inside the installed package, or at the top of a checkout."""
    packaged = Path(__file__).parent / "sql"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "sql"


def names(folder: str) -> list[str]:
    """Statement names in one folder of `sql/`, sorted."""
    return sorted(f"{folder}/{path.stem}" for path in (root() / folder).glob("*.sql"))


@cache
def load(name: str) -> SqlFile:
    """Read one statement, e.g. `load("gold/daily_aggregates")`; raises SqlFileError."""
    path = root() / f"{name}.sql"
    if not path.is_file():
        raise SqlFileError(f"no statement {name!r}: {path} does not exist")
    return parse(name, path.read_text(encoding="utf-8"))


def parse(name: str, text: str) -> SqlFile:
    """Split a statement's header from its text; raises SqlFileError when a header line is missing."""
    if not text.startswith("-- "):
        raise SqlFileError(f"{name}: the first line must be a comment that says what the statement is")
    fields = {"title": ""}
    current = "title"
    for line in itertools.takewhile(lambda line: line.startswith("--"), text.splitlines()):
        key, colon, rest = line.removeprefix("-- ").partition(":")
        if colon and key in HEADER_KEYS:
            current, line = key, f"-- {rest}"
        # a line that names no key goes on with the one before
        fields[current] = f"{fields.get(current, '')} {line.removeprefix('--').strip()}".strip()
    missing = [key for key in HEADER_KEYS if key not in fields]
    if missing:
        raise SqlFileError(f"{name}: the header lacks '-- {missing[0]}:'")
    return SqlFile(
        name=name,
        title=fields["title"],
        reads=_list(fields["reads"]),
        params=_list(fields["params"]),
        rerun=fields["rerun"],
        text=text,
    )


def _list(field: str) -> tuple[str, ...]:
    return tuple(part for part in re.split(r",\s*", field) if part and part != "-")
