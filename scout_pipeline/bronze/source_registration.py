"""Registers a source and the store that it declares, once the database has judged what Python cannot."""

from dataclasses import dataclass

import sqlalchemy as sa

from scout_pipeline import database
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
    zones = {mapping.time_zone, mapping.store.time_zone or mapping.time_zone}
    try:
        database.run(connection, "bronze/check_mapping", patterns=mapping.patterns(), time_zones=sorted(zones))
    except sa.exc.DataError as error:
        reason = str(error.orig).splitlines()[0]
        raise MappingError(f"source {mapping.name}: PostgreSQL cannot read a pattern or time zone: {reason}") from error
