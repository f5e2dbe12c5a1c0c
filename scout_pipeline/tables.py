"""What a table is, without Dagster: key, lineage, rules. Each table's own module declares its `TABLE` and its asset.

What Dagster makes of them is in `assets.py`: commands that run no Dagster start without loading it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import database
from scout_pipeline.database import Database
from scout_pipeline.partitions import Months
from scout_pipeline.quality.rules import RuleSet
from scout_pipeline.sources import watermarks

if TYPE_CHECKING:
    import dagster as dg

# what the transactions of an asset wrote into other tables: {asset key: rows}
WRITTEN_BESIDE = "rows_written_beside"
# A column comes from these columns of other tables: {column: [(asset, column), ...]}.
Lineage = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Table:
    """One table or view of the house.

    Attributes: key (`layer/stem`), relation (schema-qualified name), description (one sentence), deps (the tables it
    is computed from), lineage (column to upstream columns), partitions (as the table itself is partitioned), quality
    (what must be true of its rows), never_late (why it has no freshness policy; None for all that have one),
    shown (what else people see of it in the catalogue; a list of rows is shown as a table).
    """

    key: str
    relation: str
    description: str
    deps: tuple["Table", ...] = ()
    lineage: Lineage = field(default_factory=dict)
    partitions: Months | None = None
    quality: RuleSet | None = None
    never_late: str | None = None
    shown: Callable[[sa.Connection], Mapping[str, Any]] = lambda connection: {}

    @property
    def asset_key(self) -> "dg.AssetKey":
        import dagster as dg

        return dg.AssetKey(self.key.split("/"))

    @property
    def layer(self) -> str:
        return self.key.split("/")[0]


@dataclass(frozen=True)
class Asset:
    """A table and how it is computed: by `compute`, or in the transactions of `written_by` (an asset key)."""

    table: Table
    compute: Callable[[Database], dict[str, Any]] | None = None
    written_by: str | None = None


def asset(table: Table, compute: Callable[[Database], dict[str, Any]]) -> Asset:
    """The asset of one table: its materialization computes, and reports the figures that `compute` returns."""
    return Asset(table, compute=compute)


def written_elsewhere(table: Table, *, by: str) -> Asset:
    """The asset of a table that the transactions of another one, `by` (an asset key), write: it counts and describes.

    Rows read and rejected belong to those transactions, and are reported once, there.
    """
    return Asset(table, written_by=by)


def beside(target: Database, table: Table, told: Mapping[str, Any]) -> dict[str, Any]:
    """What the materialization of a table that is written elsewhere shows; `told` is what its writer reported.

    `rows_written` is what the writer's transactions counted, and None (not shown) where they told nothing of it: a
    zero would hide what was written at another time.
    """
    with target.transaction() as connection:
        position = watermarks.position(connection, watermarks.SILVER, row_limit=0)
    return {
        "rows": count(target, table),
        "rows_written": told.get(WRITTEN_BESIDE, {}).get(table.key),
        "watermark": position.cursor,
    }


def count(target: Database, table: Table) -> int:
    """How many rows a small table holds."""
    statement = database.compose("ops/table_rows", relation=sql.Identifier(*table.relation.split(".")))
    with target.transaction() as connection:
        row = database.driver_connection(connection).execute(statement).fetchone()
    assert row is not None
    return int(row[0])
