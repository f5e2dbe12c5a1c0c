"""What a table is to Dagster: key, group, owner, lineage and schema. Each table's own module declares its `TABLE`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

import dagster as dg
import sqlalchemy as sa
from psycopg import sql

from scout_pipeline import database, freshness
from scout_pipeline.database import Database
from scout_pipeline.quality.rules import RuleSet
from scout_pipeline.sources import watermarks

OWNER = "team:data-platform"
# what the transactions of an asset wrote into other tables: {asset key: rows}
WRITTEN_BESIDE = "rows_written_beside"
KINDS = frozenset({"postgres", "sql"})
# A column comes from these columns of other tables: {column: [(asset, column), ...]}.
Lineage = Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Table:
    """One table or view of the house.

    Attributes: key (`layer/stem`), relation (schema-qualified name), description (one sentence), deps (the tables it
    is computed from), lineage (column to upstream columns), partitions (as the table itself is partitioned), quality
    (what must be true of its rows), never_late (why it has no freshness policy; None for all that have one),
    shown (what else people see of it in the catalogue).
    """

    key: str
    relation: str
    description: str
    deps: tuple["Table", ...] = ()
    lineage: Lineage = field(default_factory=dict)
    partitions: dg.PartitionsDefinition[str] | None = None
    quality: RuleSet | None = None
    never_late: str | None = None
    shown: Callable[[sa.Connection], Mapping[str, Any]] = lambda connection: {}

    @property
    def asset_key(self) -> dg.AssetKey:
        return dg.AssetKey(self.key.split("/"))

    @property
    def layer(self) -> str:
        return self.key.split("/")[0]

    def spec(self) -> dg.AssetSpec:
        """The asset's declaration; its column schema is read from the catalogue at each materialization."""
        return dg.AssetSpec(
            self.asset_key,
            description=self.description,
            group_name=self.layer,
            owners=[OWNER],
            kinds=set(KINDS),
            partitions_def=self.partitions,
            deps=[_dependency(upstream, self) for upstream in self.deps],
            freshness_policy=None if self.never_late else freshness.OF_LAYER[self.layer].policy(),
            metadata={
                "dagster/relation_identifier": self.relation,
                "dagster/column_lineage": self._column_lineage(),
            },
        )

    def _column_lineage(self) -> dg.TableColumnLineage:
        return dg.TableColumnLineage(
            {
                column: [
                    dg.TableColumnDep(asset_key=dg.AssetKey(asset.split("/")), column_name=name)
                    for asset, name in origins
                ]
                for column, origins in self.lineage.items()
            }
        )


def _dependency(upstream: Table, downstream: Table) -> dg.AssetDep:
    """Months of receipt and months of business are not the same: any of one may feed any of the other."""
    if upstream.partitions is not None and downstream.partitions is not None:
        same = upstream.partitions == downstream.partitions
        return dg.AssetDep(upstream.asset_key, partition_mapping=None if same else dg.AllPartitionMapping())
    return dg.AssetDep(upstream.asset_key)


def report(connection: sa.Connection, table: Table, **figures: Any) -> dg.MaterializeResult[None]:
    """A materialization of the table: its figures, its size, and its columns as the catalogue has them now."""
    columns = database.rows(connection, "ops/table_columns", relation=table.relation)
    estimate = database.scalar(connection, "ops/table_row_count", relation=table.relation)
    schema = dg.TableSchema(
        columns=[
            dg.TableColumn(
                column["name"],
                column["type"],
                description=column["description"],
                constraints=dg.TableColumnConstraints(nullable=not column["is_not_null"]),
            )
            for column in columns
        ]
    )
    told = {**figures, **table.shown(connection)}
    metadata = {name: value for name, value in told.items() if value is not None}
    if estimate is not None:
        metadata["dagster/row_count"] = estimate
    return dg.MaterializeResult(
        asset_key=table.asset_key,
        metadata={**metadata, "dagster/column_schema": schema, "dagster/column_lineage": table._column_lineage()},
    )


def note_months(context: dg.AssetExecutionContext, report: dg.MaterializeResult[None], months: Iterable[str]) -> None:
    """Show a materialization at further months (partition keys), which the run did not know when it was asked for."""
    assert report.asset_key is not None
    for month in months:
        context.log_event(dg.AssetMaterialization(report.asset_key, metadata=report.metadata, partition=month))


def asset(table: Table, compute: Callable[[Database], dict[str, Any]]) -> dg.AssetsDefinition:
    """The asset of one table: its materialization computes, and reports the figures that `compute` returns."""
    return _asset(table, lambda context, target: compute(target))


def _asset(
    table: Table, compute: Callable[[dg.AssetExecutionContext, Database], dict[str, Any]]
) -> dg.AssetsDefinition:
    @dg.multi_asset(name=table.key.replace("/", "_"), specs=[table.spec()], description=table.description)
    def _materialize(
        context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]
    ) -> dg.MaterializeResult[None]:
        started = perf_counter()
        figures = compute(context, database)
        context.log.info("%s: %s", table.key, figures)
        with database.transaction() as connection:
            return report(connection, table, **figures, seconds=round(perf_counter() - started, 3))

    return _materialize


def written_elsewhere(table: Table, *, by: str) -> dg.AssetsDefinition:
    """The asset of a table that the transactions of another one, `by` (an asset key), write: it counts and describes.

    Rows read and rejected belong to those transactions, and are reported once, there.
    """
    return _asset(table, lambda context, target: beside(target, table, _told(context, by)))


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


def _told(context: dg.AssetExecutionContext, writer: str) -> Mapping[str, Any]:
    """What the writer reported in this run; nothing when it did not work in it, or not yet."""
    event = context.instance.get_latest_materialization_event(dg.AssetKey(writer.split("/")))
    if event is None or event.run_id != context.run.run_id or event.asset_materialization is None:
        return {}
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def count(target: Database, table: Table) -> int:
    """How many rows a small table holds."""
    statement = database.compose("ops/table_rows", relation=sql.Identifier(*table.relation.split(".")))
    with target.transaction() as connection:
        row = database.driver_connection(connection).execute(statement).fetchone()
    assert row is not None
    return int(row[0])
