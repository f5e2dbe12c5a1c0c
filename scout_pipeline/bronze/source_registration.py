"""Registers a source and the store that it declares, once the database has judged what Python cannot."""

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.sources import mapping as mappings
from scout_pipeline.sources.mapping import Mapping, MappingError


@dataclass(frozen=True)
class Source:
    """A registered source; `store_id` is that of the one store it declares, if it does.

    `replay_of` is the batch as which the one file of this load was refused before, None for files that came.
    """

    source_id: int
    store_id: int | None
    mapping: Mapping
    replay_of: int | None = None


def register(connection: sa.Connection, mapping: Mapping) -> Source:
    """Make the source known, as its mapping has it now. Raises MappingError."""
    _check_mapping(connection, mapping)
    source_id = database.scalar(
        connection,
        "bronze/register_source",
        source_name=mapping.name,
        grain=mapping.grain,
        currency_code=mapping.currency.code,
        currency_rate=mapping.currency.rate,
    )
    store_id = None
    if mapping.store.code is not None:
        store_id = database.scalar(
            connection,
            "bronze/register_store",
            store_code=mapping.store.code,
            store_name=mapping.store.name,
            time_zone=mapping.store.time_zone or mapping.time_zone,
            currency_code=mapping.currency.code,
        )
    return Source(source_id, store_id, mapping)


def register_stores(connection: sa.Connection, mapping: Mapping) -> None:
    """Give the stores of `landing_lines` their keys, and a description where the mapping registers unknown ones."""
    if mapping.store.field is None:
        return
    database.run(connection, "bronze/register_landing_stores")
    if mapping.store.unknown == "register":
        database.run(
            connection,
            "bronze/describe_landing_stores",
            time_zone=mapping.store.time_zone or mapping.time_zone,
            currency_code=mapping.currency.code,
        )


def _check_mapping(connection: sa.Connection, mapping: Mapping) -> None:
    """Raise MappingError for what Python reads and PostgreSQL does not: silver would stop at it, after the load."""
    if _refusal(connection, mapping.patterns().values(), mapping.time_zones().values()) is None:
        return
    keys: list[tuple[str, str, list[str], list[str]]] = [
        (key, pattern, [pattern], []) for key, pattern in mapping.patterns().items()
    ]
    keys += [(key, zone, [], [zone]) for key, zone in mapping.time_zones().items()]
    reasons = [
        f"{key}: {value!r} cannot be read by PostgreSQL: {reason}"
        for key, value, patterns, zones in keys
        if (reason := _refusal(connection, patterns, zones))
    ]
    raise MappingError(f"{mappings.file_of(mapping.name) or mapping.name}: {'; '.join(reasons)}")


def _refusal(connection: sa.Connection, patterns: Iterable[str], time_zones: Iterable[str]) -> str | None:
    """What the database says against them, in one line."""
    try:
        with connection.begin_nested():
            database.run(connection, "bronze/check_mapping", patterns=list(patterns), time_zones=list(time_zones))
    except sa.exc.DataError as error:
        return str(error.orig).splitlines()[0]
    return None
