"""What a table is to Dagster: key, group, owner, lineage, schema, and the asset that computes it.

The layers declare tables and assets (`tables.py`) and do not import this: Dagster loads with the definitions alone.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from time import perf_counter
from typing import Any

import dagster as dg
import sqlalchemy as sa

from scout_pipeline import database, freshness, tables
from scout_pipeline.database import Database
from scout_pipeline.freshness import Tier
from scout_pipeline.tables import Asset, Table

OWNER = "team:data-platform"
KINDS = frozenset({"postgres", "sql"})


def definitions(declared: Iterable[Asset | dg.AssetsDefinition]) -> list[dg.AssetsDefinition]:
    """All of them as Dagster wants them, in their order."""
    return [of(one) if isinstance(one, Asset) else one for one in declared]


def of(declared: Asset) -> dg.AssetsDefinition:
    """The asset of one table: its materialization computes it, or counts what was written elsewhere, and reports."""
    table = declared.table

    @dg.multi_asset(name=table.key.replace("/", "_"), specs=[spec(table)], description=table.description)
    def _materialize(
        context: dg.AssetExecutionContext, database: dg.ResourceParam[Database]
    ) -> dg.MaterializeResult[None]:
        started = perf_counter()
        if declared.compute is not None:
            figures = declared.compute(database)
        else:
            assert declared.written_by is not None
            figures = tables.beside(database, table, _told(context, declared.written_by))
        context.log.info("%s: %s", table.key, figures)
        with database.transaction() as connection:
            return report(connection, table, **figures, seconds=round(perf_counter() - started, 3))

    return _materialize


def spec(table: Table) -> dg.AssetSpec:
    """The asset's declaration; its column schema is read from the catalogue at each materialization."""
    return dg.AssetSpec(
        table.asset_key,
        description=table.description,
        group_name=table.layer,
        owners=[OWNER],
        kinds=set(KINDS),
        partitions_def=table.partitions.definition if table.partitions else None,
        deps=[_dependency(upstream, table) for upstream in table.deps],
        freshness_policy=None if table.never_late else _policy(freshness.OF_LAYER[table.layer]),
        metadata={
            "dagster/relation_identifier": table.relation,
            "dagster/column_lineage": _column_lineage(table),
        },
    )


def _policy(tier: Tier) -> dg.FreshnessPolicy:
    return dg.FreshnessPolicy.time_window(
        fail_window=timedelta(seconds=tier.fail_seconds), warn_window=timedelta(seconds=tier.warn_seconds)
    )


def _column_lineage(table: Table) -> dg.TableColumnLineage:
    return dg.TableColumnLineage(
        {
            column: [
                dg.TableColumnDep(asset_key=dg.AssetKey(asset.split("/")), column_name=name) for asset, name in origins
            ]
            for column, origins in table.lineage.items()
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
    metadata = shown(told)
    if estimate is not None:
        metadata["dagster/row_count"] = estimate
    return dg.MaterializeResult(
        asset_key=table.asset_key,
        metadata={**metadata, "dagster/column_schema": schema, "dagster/column_lineage": _column_lineage(table)},
    )


def shown(figures: Mapping[str, Any]) -> dict[str, Any]:
    """Figures as metadata: a list of rows is a table, and what is None is not shown."""
    return {
        name: dg.MetadataValue.table([dg.TableRecord(row) for row in value]) if isinstance(value, list) else value
        for name, value in figures.items()
        if value is not None
    }


def note_months(context: dg.AssetExecutionContext, report: dg.MaterializeResult[None], months: Iterable[str]) -> None:
    """Show a materialization at further months (partition keys), which the run did not know when it was asked for."""
    assert report.asset_key is not None
    for month in months:
        context.log_event(dg.AssetMaterialization(report.asset_key, metadata=report.metadata, partition=month))


def _told(context: dg.AssetExecutionContext, writer: str) -> Mapping[str, Any]:
    """What the writer reported in this run; nothing when it did not work in it, or not yet."""
    event = context.instance.get_latest_materialization_event(dg.AssetKey(writer.split("/")))
    if event is None or event.run_id != context.run.run_id or event.asset_materialization is None:
        return {}
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}
