"""Jobs that keep the database healthy and compute nothing. When they run is said with the schedules."""

import dagster as dg

from scout_pipeline.database import Database
from scout_pipeline.ops.partitions import maintenance
from scout_pipeline.ops.partitions.maintainer import MaintainerBusyError


@dg.op(
    name="care_for_partitions",
    required_resource_keys={"database"},
    description="Makes months ahead, ends what was interrupted, archives what the settings do not keep.",
)
def care_for_partitions(context: dg.OpExecutionContext) -> None:
    target: Database = context.resources.database
    try:
        report = maintenance.maintain(target, on_step=context.log.info)
    except MaintainerBusyError as busy:
        # whoever has the lock does the same work
        context.log.info(str(busy))
        return
    context.add_output_metadata({name: dg.MetadataValue.json(found) for name, found in vars(report).items()})


@dg.job(
    description="The daily care of partitions: months ahead, interrupted steps, retention.",
    executor_def=dg.in_process_executor,
)
def maintain_partitions() -> None:
    care_for_partitions()
