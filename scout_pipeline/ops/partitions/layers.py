"""Which tables make up a month of a layer: they are archived and restored together, or their promises would break."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import database


class PartitionError(Exception):
    """What cannot be done with a month, why, and what to do first."""


def identifier(name: str) -> sql.Identifier:
    """`schema.table`, as the catalogue gave it, as an identifier."""
    return sql.Identifier(*name.split(".", 1))


@dataclass(frozen=True)
class Layer:
    """A layer and its tables in months, by name with schema."""

    name: str
    relations: tuple[str, ...]


BRONZE = Layer("bronze", ("scout.bronze_transactions_raw",))
SILVER = Layer(
    "silver",
    (
        "scout.silver_brand_mentions",
        "scout.silver_request_behaviors",
        "scout.silver_substitutions",
        "scout.silver_transaction_items",
        "scout.silver_transactions_cleaned",
        "scout.silver_transcripts",
    ),
)
LAYERS = {layer.name: layer for layer in (BRONZE, SILVER)}


def frozen_months(connection: sa.Connection, layer: Layer) -> dict[date, str]:
    """Months that are not computed any more, oldest first, with their state."""
    return {row["month"]: row["state"] for row in database.rows(connection, "ops/frozen_months", layer=layer.name)}


def obstacles(connection: sa.Connection, layer: Layer, month: date, as_of: str) -> list[str]:
    """Why a month may not be archived; empty when it may. `as_of` is the time that counts as now, ISO 8601."""
    found = database.run(
        connection,
        "ops/archive_obstacles",
        layer=layer.name,
        relations=list(layer.relations),
        month=month,
        as_of=as_of,
    )
    reasons = [str(reason) for reason in found.scalars()]
    if not database.scalar(connection, "ops/months_closed", month=month):
        reasons.append("not all of its store-days are closed")
    return reasons
