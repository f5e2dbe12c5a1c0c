"""Dagster as the tests use it: real definitions and a real instance on the test's own database and landing folder."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG

from scout_pipeline import rule_book, settings
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.flow_modes import INCREMENTAL, MODE_TAG
from scout_pipeline.partitions import RECEIPT_MONTHS
from scout_pipeline.quality import checking
from scout_pipeline.sources import mapping as mappings

SOURCE = "online_retail"
DECEMBER = "2010-12-01"


@dataclass(frozen=True)
class Orchestration:
    """The instance, the database behind the resources, and the folder in which files arrive."""

    instance: dg.DagsterInstance
    database: Database
    landing: Path
    files: Path

    def drop(self, *days: str) -> list[Path]:
        """Real daily files, e.g. `2010-12-01`, copied into the landing folder."""
        self.landing.mkdir(parents=True, exist_ok=True)
        return [Path(shutil.copy(self.files / f"{day}.csv.gz", self.landing)) for day in days]

    def take(self) -> dg.ExecuteInProcessResult:
        """Run the job of the landing sensor."""
        return self.run("take_files")

    def carry(self, first: str = DECEMBER, last: str = DECEMBER, **options: Any) -> dg.ExecuteInProcessResult:
        """Run the incremental job for a range of months, as the watermark sensor asks for it."""
        return self.run("carry_new", tags={MODE_TAG: INCREMENTAL, **month_range(first, last)}, **options)

    def rebuild(self, first: str, last: str, **options: Any) -> dg.ExecuteInProcessResult:
        return self.run("rebuild_months", tags=month_range(first, last), **options)

    def run(self, job_name: str, **options: Any) -> dg.ExecuteInProcessResult:
        job = defs.resolve_job_def(job_name)
        return job.execute_in_process(instance=self.instance, **options)

    def materialize(
        self, selection: dg.AssetSelection, first: str = DECEMBER, last: str = DECEMBER
    ) -> dg.ExecuteInProcessResult:
        """Compute chosen tables of the incremental job, with their promises: all of them take some seconds."""
        return self.carry(first, last, asset_selection=chosen(selection))

    def land(self, *days: str) -> None:
        """Take real files into bronze without Dagster."""
        paths = [self.files / f"{day}.csv.gz" for day in days]
        assert {outcome.status for outcome in landing.ingest(self.database, paths, mappings.load(SOURCE))} == {"loaded"}

    def ask_rules(self) -> None:
        """Ask the rules of data quality about all that is due, without Dagster."""
        checking.prepare(self.database, rule_book.TABLES)
        with self.database.transaction() as connection:
            plan = checking.due(connection, rule_book.TABLES)
        checking.check(self.database, plan)

    def rows(self, statement: str, **params: Any) -> list[Any]:
        with self.database.transaction() as connection:
            return [tuple(row) for row in connection.execute(sa.text(statement), params)]

    def change(self, statement: str, **params: Any) -> int:
        """Do by hand what the pipeline never does; the number of rows touched."""
        with self.database.transaction() as connection:
            return connection.execute(sa.text(statement), params).rowcount


def orchestration(
    instance: dg.DagsterInstance, database: Database, files: Path, monkeypatch: pytest.MonkeyPatch
) -> Orchestration:
    """Point resources, sensors and assets of this process to the test's database; a landing file is whole at once."""
    monkeypatch.setenv("SCOUT_DATABASE_URL", database.url)
    monkeypatch.setenv("SCOUT_SETTLE_SECONDS", "0")
    settings.current.cache_clear()
    return Orchestration(instance, database, settings.current().landing / SOURCE, files)


def chosen(selection: dg.AssetSelection) -> list[dg.AssetKey]:
    """The keys of a selection, for a run of these tables alone."""
    return sorted(selection.resolve(defs.resolve_asset_graph()))


def this_month() -> str:
    return RECEIPT_MONTHS.definition.get_partition_key_for_timestamp(datetime.now(timezone.utc).timestamp())


def month_range(first: str, last: str) -> dict[str, str]:
    return {ASSET_PARTITION_RANGE_START_TAG: first, ASSET_PARTITION_RANGE_END_TAG: last}
