"""The floor: what somebody would write by hand who needs the same tables once, and no promise about them."""

import gzip
import shutil
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

import psycopg
from scratch import statement

STEPS = (
    "analyze",
    "transactions",
    "items",
    "dim_customer",
    "dim_product",
    "daily_aggregates",
    "regional_performance",
    "store_performance",
    "product_performance",
    "customer_insights",
)
BLOCK_BYTES = 256 * 1024


def create_tables(url: str, *, with_secondary_indexes: bool) -> None:
    """Make the floor's tables and their 13 monthly partitions; not measured, as migrations are not."""
    with psycopg.connect(url) as connection:
        connection.execute(statement("floor/tables"))
        if not with_secondary_indexes:
            connection.execute(statement("floor/drop_secondary_indexes"))


def load(url: str, files: Sequence[Path]) -> dict[str, float]:
    """Load the files and compute all tables; seconds of each step, in order."""
    seconds: dict[str, float] = {}
    with psycopg.connect(url) as connection:
        connection.execute(statement("floor/session"))
        connection.commit()
        seconds["copy"] = _timed_copy(connection, files)
        for step in STEPS:
            started = perf_counter()
            connection.execute(statement(f"floor/{step}"))
            connection.commit()
            seconds[step] = perf_counter() - started
    return seconds


def _timed_copy(connection: psycopg.Connection[tuple[object, ...]], files: Sequence[Path]) -> float:
    started = perf_counter()
    copy_statement = statement("floor/copy")
    with connection.cursor() as cursor:
        for path in files:
            with gzip.open(path) as stream, cursor.copy(copy_statement) as copy:
                stream.readline()
                shutil.copyfileobj(stream, copy, BLOCK_BYTES)
    connection.commit()
    return perf_counter() - started
