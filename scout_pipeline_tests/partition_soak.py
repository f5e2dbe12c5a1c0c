"""The life of partitions over simulated months, with readers and writers throughout; `make partition-soak`.

Each month brings sales, is carried to gold and closed; maintenance runs on the fifth of the next one under an injected
clock. It is killed at each of its steps and run again, started twice at once, and missed for two months. Readers look
at bronze, silver and gold all the time, a writer takes small files and carries them. In the end every month comes back,
while they go on.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from scout_pipeline import crash_points, flow, periods, settings
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database, driver_connection
from scout_pipeline.ops.partitions import restore as restoring
from scout_pipeline.ops.partitions.layers import LAYERS, frozen_months
from scout_pipeline.ops.partitions.maintainer import MaintainerBusyError
from scout_pipeline.silver import refresh as silver
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests import months
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.shop_files import Line, install_mapping, write

FIRST = date(2023, 1, 1)
READER_LIMIT_SECONDS = 2.0
# reads no table in months: how long it takes is the machine's doing
CONTROL = "select count(*) from scout.dim_date"
CRASHING = "scout_pipeline_tests.crashing_maintenance"
READS = (
    "select count(*), max(received_at) from scout.bronze_transactions_raw",
    "select count(*), sum(peso_value) from scout.silver_transactions_cleaned",
    "select count(*), sum(net_revenue) from scout.gold_daily_aggregates",
)


@dataclass
class SoakReport:
    """What happened; seconds are wall time, `failures` are errors of readers and writers."""

    months: int
    reads: int = 0
    writes: int = 0
    slowest_read_seconds: float = 0.0
    slowest_control_seconds: float = 0.0
    failures: list[str] = field(default_factory=list)
    killed_at: list[str] = field(default_factory=list)
    archived_months: int = 0
    restored_months: int = 0
    writes_beside_restores: int = 0
    archive_seconds: float = 0.0
    seconds: float = 0.0


@dataclass
class _Traffic:
    """Readers and a writer; sales of the writer go to the month that is current."""

    database: Database
    folder: Path
    report: SoakReport
    month: date = FIRST
    stopped: threading.Event = field(default_factory=threading.Event)

    def read(self) -> None:
        while not self.stopped.is_set():
            for statement in (*READS, CONTROL):
                began = time.monotonic()
                try:
                    _look(self.database, statement)
                except Exception as error:  # whatever a reader sees is a failure of the figure
                    self.report.failures.append(f"reader: {error}")
                    return
                self._note(statement, time.monotonic() - began)
            self.stopped.wait(0.01)

    def _note(self, statement: str, seconds: float) -> None:
        if statement == CONTROL:
            self.report.slowest_control_seconds = max(self.report.slowest_control_seconds, seconds)
        else:
            self.report.reads += 1
            self.report.slowest_read_seconds = max(self.report.slowest_read_seconds, seconds)

    def write(self) -> None:
        while not self.stopped.wait(0.2):
            self.report.writes += 1
            line = Line(f"w{self.report.writes}", sold_at=f"{self.month:%Y-%m}-20 12:00:00", customer="walk-in")
            path = write(self.folder / f"w{self.report.writes}.csv", [line])
            try:
                landing.ingest(self.database, [path], mappings.load("test_shops"))
                silver.carry_all(self.database)
            except Exception as error:
                self.report.failures.append(f"writer: {error}")
                return


def _look(database: Database, statement: str) -> None:
    """A read that fails when a lock keeps it waiting too long; that a machine is busy makes it slow and no more."""
    with database.transaction() as connection:
        reader = driver_connection(connection)
        reader.execute("select set_config('lock_timeout', %s, true)", [f"{READER_LIMIT_SECONDS}s"])
        reader.execute(statement.encode()).fetchall()


@contextmanager
def traffic(database: Database, folder: Path, report: SoakReport) -> Iterator[_Traffic]:
    running = _Traffic(database, folder, report)
    threads = [threading.Thread(target=running.read), threading.Thread(target=running.write)]
    for thread in threads:
        thread.start()
    try:
        yield running
    finally:
        running.stopped.set()
        for thread in threads:
            thread.join()


def soak(database: Database, folder: Path, count: int) -> SoakReport:
    """Live through `count` months (at least six); raises AssertionError when something is not as it must be."""
    began = time.monotonic()
    report = SoakReport(count)
    simulated = periods.months(FIRST, _later(FIRST, count - 1))
    points = list(crash_points.PARTITION_POINTS)
    passes = 0
    with traffic(database, folder, report) as running:
        for number, month in enumerate(simulated):
            running.month = month
            months.receive(database, folder, month)
            months.carry(database)
            # for two months nobody is there
            if count > 8 and number in (count // 2, count // 2 + 1):
                continue
            passes += number >= 4
            _maintain(database, month, points if number >= 4 else [], report)
        months.carry(database)
        _maintain(database, simulated[-1], points, report)
    assert not report.failures, report.failures[:3]
    # each pass has a month to archive, so it dies at the next point; one that is never reached would end the list
    tried = crash_points.PARTITION_POINTS[:passes]
    assert report.killed_at[:passes] == list(tried), f"{points[:1]} was never reached"
    # what the writer brought last
    months.carry(database)
    assert months.broken(database) == {}
    assert months.left_over(database) == []
    rows = months.facts_of(database)
    archived = {(row[0], row[1]): (row[3], row[4]) for row in months.state(database)}
    assert {row[2] for row in months.state(database)} == {"dropped"}
    with traffic(database, folder, report) as running:
        running.month = simulated[-1]
        writes = report.writes
        _restore_everything(database, report)
        report.writes_beside_restores = report.writes - writes
    assert not report.failures, report.failures[:3]
    months.carry(database)
    back = months.facts_of(database)
    expected = {f"{relation}_y{month[:4]}m{month[5:7]}": found for (relation, month), found in archived.items()}
    expected = {**rows, **{name: found for name, found in expected.items() if found[0]}}
    written = tuple(f"_y{month:%Y}m{month:%m}" for month in (simulated[-1], datetime.now(UTC)))
    assert back.keys() >= expected.keys()
    assert {name: found for name, found in back.items() if not name.endswith(written)} == {
        name: found for name, found in expected.items() if not name.endswith(written)
    }
    # gold of the months that came back is still what it was when they went
    shown = fingerprint(database)
    flow.run_rebuild(database, simulated[0], simulated[-1])
    rebuilt = fingerprint(database)
    assert {name: found for name, found in rebuilt.items() if ".silver_" not in name} == {
        name: found for name, found in shown.items() if ".silver_" not in name
    }
    assert months.broken(database) == {}
    report.seconds = time.monotonic() - began
    return report


def _maintain(database: Database, month: date, points: list[str], report: SoakReport) -> None:
    """Maintenance of one month: killed at the next step that is left to try, then twice at once, to its end."""
    if points and _killed(database, points[0], month):
        report.killed_at.append(points.pop(0))
    began = time.monotonic()
    with ThreadPoolExecutor(2) as pool:
        passes = [pool.submit(months.maintain, database, month) for _ in range(2)]
        errors = [done.exception() for done in passes]
    assert all(error is None or isinstance(error, MaintainerBusyError) for error in errors), errors
    if any(errors):
        months.maintain(database, month)
    report.archive_seconds += time.monotonic() - began


def _killed(database: Database, point: str, month: date) -> bool:
    """True when a process was killed at that step; False when there was nothing to do that reaches it."""
    process = subprocess.run(
        [
            sys.executable,
            "-m",
            CRASHING,
            "maintain",
            months.after(month).isoformat(),
        ],
        env={**settings.environment(), "SCOUT_DATABASE_URL": database.url, "SCOUT_CRASH": point},
        timeout=300,
        check=False,
    )
    assert process.returncode in (0, -signal.SIGKILL), process.returncode
    return process.returncode != 0


def _restore_everything(database: Database, report: SoakReport) -> None:
    with months.holding(database) as maintainer:
        for layer in LAYERS.values():
            with database.transaction() as connection:
                frozen = sorted(frozen_months(connection, layer), reverse=True)
            report.archived_months += len(frozen)
            for month in frozen:
                restoring.restore_month(database, maintainer, layer, month)
                report.restored_months += 1


def _later(month: date, count: int) -> date:
    for _ in range(count):
        month = periods.next_month(month)
    return month


@contextmanager
def deployment(folder: Path) -> Iterator[None]:
    """Settings of a deployment that keeps few months."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCOUT_PSEUDONYM_KEY", "the same in every run")
        patch.setenv("SCOUT_ARCHIVE_URL", str(folder / "archive"))
        patch.setenv("SCOUT_BRONZE_MONTHS", "2")
        patch.setenv("SCOUT_SILVER_MONTHS", "4")
        install_mapping(folder / "mappings", patch)
        yield
    settings.current.cache_clear()


def main() -> None:
    from scout_pipeline.migrations import runner
    from scout_pipeline_tests.conftest import create, temporary_server

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--months", type=int, default=24)
    count = parser.parse_args().months
    with temporary_server() as server, tempfile.TemporaryDirectory() as folder, deployment(Path(folder)):
        server.ensure_running()
        create(server, "soak", template="template1")
        database = Database(server.url("soak"), pool_size=8)
        runner.up(database)
        report = soak(database, Path(folder), count)
        database.dispose()
    sys.stdout.write(json.dumps(asdict(report), indent=2) + "\n")
    if report.slowest_read_seconds > READER_LIMIT_SECONDS:
        control = f"one of a table without months {report.slowest_control_seconds:.1f} s"
        sys.exit(f"a reader waited {report.slowest_read_seconds:.1f} s of {READER_LIMIT_SECONDS} s, {control}")


if __name__ == "__main__":
    main()
