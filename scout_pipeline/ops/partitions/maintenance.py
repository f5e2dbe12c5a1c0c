"""What happens to partitions every day: months ahead, what was interrupted, and months that need not be kept."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial

import sqlalchemy as sa

from scout_pipeline import database, settings
from scout_pipeline.database import Database
from scout_pipeline.ops.partitions import archive as archiving
from scout_pipeline.ops.partitions import restore as restoring
from scout_pipeline.ops.partitions.files import Archive
from scout_pipeline.ops.partitions.layers import LAYERS, Layer, PartitionError, frozen_months, obstacles
from scout_pipeline.ops.partitions.maintainer import Maintainer, log, maintaining

MONTHS_AHEAD = 3


@dataclass
class MaintenanceReport:
    """What one pass did; months are written `layer YYYY-MM`. `kept` says of each month why it was not archived yet."""

    made: list[str] = field(default_factory=list)
    finalized: list[str] = field(default_factory=list)
    archived: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    kept: dict[str, str] = field(default_factory=dict)


def maintain(
    target: Database, *, as_of: datetime | None = None, on_step: Callable[[str], None] = lambda step: None
) -> MaintenanceReport:
    """One pass; `as_of` is the time that counts as now. Raises MaintainerBusyError, PartitionError.

    An error in one layer is raised when the other has had its turn.
    """
    now = (as_of or datetime.now(UTC)).isoformat()
    with maintaining(target) as maintainer:
        # first: what follows may wait for a reader, and whoever writes next month may not
        report = MaintenanceReport(made=ensure(target, as_of=now))
        report.finalized = archiving.finalize(target)
        errors: list[Exception] = []
        for layer in LAYERS.values():
            # who has lost the lock must not go on
            maintainer.check()
            try:
                _maintain_layer(target, maintainer, layer, now, report, on_step)
            except Exception as error:  # a month of one layer must not keep the other from its maintenance
                errors.append(error)
        if len(errors) > 1:
            raise PartitionError("; ".join(map(str, errors))) from errors[0]
        if errors:
            raise errors[0]
    return report


def due(connection: sa.Connection, *, as_of: datetime | None = None) -> str | None:
    """What a pass would find to do, in a few words; None when it is nothing."""
    now = (as_of or datetime.now(UTC)).isoformat()
    found = database.run(connection, "ops/partitions_due", months=MONTHS_AHEAD, as_of=now).mappings().one()
    work = [f"{found['missing_count']} partitions ahead"] if found["missing_count"] else []
    work += [f"{found['interrupted_count']} half detached"] if found["interrupted_count"] else []
    for layer in LAYERS.values():
        work += [
            f"{layer.name} {month:%Y-%m} {state}"
            for month, state in frozen_months(connection, layer).items()
            if state != "archived"
        ]
        work += [
            f"{layer.name} {month:%Y-%m} to archive"
            for month in archivable(connection, layer, now)
            if not obstacles(connection, layer, month, now)
        ]
    return ", ".join(work) or None


def kept(connection: sa.Connection, *, as_of: datetime | None = None) -> dict[str, str]:
    """Months past what the settings keep that cannot be archived, written `layer YYYY-MM`, and what is in their way."""
    now = (as_of or datetime.now(UTC)).isoformat()
    return {
        f"{layer.name} {month:%Y-%m}": "; ".join(reasons)
        for layer in LAYERS.values()
        for month in archivable(connection, layer, now)
        if (reasons := obstacles(connection, layer, month, now))
    }


def ensure(target: Database, *, as_of: str, months: int = MONTHS_AHEAD) -> list[str]:
    """Make the partitions of this month and the next ones; those that were missing."""

    def work(connection: sa.Connection) -> list[str]:
        found = database.rows(connection, "ops/ensure_future_partitions", months=months, as_of=as_of)
        made = [row for row in found if row["is_made"]]
        for row in made:
            log(connection, "made", row["relation"], row["month"])
        return [f"{row['relation']} {row['month']:%Y-%m}" for row in made]

    return target.retrying(work)


def archivable(connection: sa.Connection, layer: Layer, as_of: str) -> list[date]:
    """Months older than the settings keep, oldest first; none when everything is kept."""
    now = settings.current()
    keep = {"bronze": now.bronze_months, "silver": now.silver_months}[layer.name]
    if keep is None:
        return []
    found = database.run(
        connection,
        "ops/archivable_months",
        layer=layer.name,
        relations=list(layer.relations),
        months_to_keep=keep,
        as_of=as_of,
    )
    return list(found.scalars())


def _maintain_layer(
    target: Database,
    maintainer: Maintainer,
    layer: Layer,
    as_of: str,
    report: MaintenanceReport,
    on_step: Callable[[str], None],
) -> None:
    before = len(report.archived) + len(report.restored)
    try:
        _continue(target, maintainer, layer, as_of, report, on_step)
        _retain(target, maintainer, layer, as_of, report, on_step)
    finally:
        if len(report.archived) + len(report.restored) > before:
            # autovacuum analyses partitions and never their parent
            for relation in layer.relations:
                target.retrying(partial(_analyze, relation=relation))


def _analyze(connection: sa.Connection, *, relation: str) -> None:
    database.rows(connection, "ops/analyze_partitions", relation=relation)


def _continue(
    target: Database,
    maintainer: Maintainer,
    layer: Layer,
    as_of: str,
    report: MaintenanceReport,
    on_step: Callable[[str], None],
) -> None:
    """End what an earlier pass, or a command, began and did not end."""
    with target.transaction() as connection:
        found = frozen_months(connection, layer)
    for month in sorted((each for each, state in found.items() if state == "restoring"), reverse=True):
        restoring.restore_month(target, maintainer, layer, month, on_step=on_step)
        report.restored.append(f"{layer.name} {month:%Y-%m}")
    for month, state in found.items():
        if state == "archiving":
            archiving.archive_month(target, maintainer, layer, month, as_of=as_of, archive=Archive(), on_step=on_step)
            report.archived.append(f"{layer.name} {month:%Y-%m}")


def _retain(
    target: Database,
    maintainer: Maintainer,
    layer: Layer,
    as_of: str,
    report: MaintenanceReport,
    on_step: Callable[[str], None],
) -> None:
    with target.transaction() as connection:
        months = archivable(connection, layer, as_of)
    for month in months:
        with target.transaction() as connection:
            reasons = obstacles(connection, layer, month, as_of)
        if reasons:
            report.kept[f"{layer.name} {month:%Y-%m}"] = "; ".join(reasons)
            continue
        archiving.archive_month(target, maintainer, layer, month, as_of=as_of, archive=Archive(), on_step=on_step)
        report.archived.append(f"{layer.name} {month:%Y-%m}")
