"""Compares two tables column by column; null equals null, and nothing else is taken to be alike."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

SHOWN = 3


def by_key(table: pd.DataFrame, key: Sequence[str], columns: str) -> dict[Any, tuple[Any, ...]]:
    """The rows of a table by their key; what pandas has for nothing becomes None."""
    wanted = table[[*key, *columns.split()]].astype(object)
    wanted = wanted.where(wanted.notna(), None)
    width = len(key)
    return {row[:width]: row[width:] for row in wanted.itertuples(index=False, name=None)}


def compared(
    expected: dict[Any, tuple[Any, ...]], rows: Iterable[tuple[Any, ...]], columns: str, width: int
) -> list[str]:
    """What differs between the expected rows and those found, whose first `width` values are the key.

    For each column the number of rows that differ and an example; rows that only one side has; keys that come twice.
    """
    wrong: dict[str, list[str]] = {}
    seen: set[Any] = set()
    for row in rows:
        key, values = row[:width], row[width:]
        if key in seen:
            wrong.setdefault("found twice", []).append(str(key))
        seen.add(key)
        if key not in expected:
            wrong.setdefault("not expected", []).append(str(key))
        elif expected[key] != values:
            for name, wanted, value in zip(columns.split(), expected[key], values, strict=True):
                if wanted != value:
                    wrong.setdefault(name, []).append(f"{key}: {wanted!r}, found {value!r}")
    wrong["missing"] = [str(key) for key in expected.keys() - seen]
    return [
        f"{name}: {len(examples)} rows, such as {example}"
        for name, examples in wrong.items()
        for example in examples[:SHOWN]
    ]
