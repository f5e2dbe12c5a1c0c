"""A replay that is killed leaves nothing half done; the next one ends as if nobody had killed anything."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scout_pipeline import crash_points, settings
from scout_pipeline.database import Database
from scout_pipeline_tests.conftest import REPOSITORY
from scout_pipeline_tests.sales_files import Counter, csv_bytes, line, mapping_with, open_counter, write_mapping

REPLAY = (sys.executable, "-m", "scout_pipeline", "quarantine", "replay", "--by", "anna")


@pytest.fixture
def counter(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """Two lines in quarantine, one that bronze refused and one that silver refused, and a mended mapping."""
    monkeypatch.setenv("SCOUT_PSEUDONYM_KEY", "a key of the tests")
    made = open_counter(database, tmp_path, monkeypatch, mapping_with(limits={"quantity": {"at_most": "10"}}))
    made.take("a.csv", csv_bytes(line(), line("T2", description="Cafe")).replace(b"Cafe", b"Caf\xe9"))
    made.take("b.csv", csv_bytes(line("T3"), line("T4", quantity="11")))
    made.carry()
    write_mapping(tmp_path / "mappings", mapping_with(format={"encoding": "cp1252"}))
    return made


# the first step is that of lines, the second that of records
@pytest.mark.parametrize("moment", [*crash_points.REPLAY_POINTS, "replay.entered:2", "silver.superseded"])
def test_a_replay_killed_at_any_step_is_completed_by_the_next_one(counter: Counter, moment: str) -> None:
    """An entry would be closed without its line, or its line be there twice."""
    killed = subprocess.run(
        REPLAY,
        env={**settings.environment(), "SCOUT_DATABASE_URL": counter.database.url, "SCOUT_CRASH": moment},
        cwd=REPOSITORY,
        timeout=120,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    counter.carry()
    environment = {**settings.environment(), "SCOUT_DATABASE_URL": counter.database.url}
    for _ in range(2):
        subprocess.run(REPLAY, env=environment, cwd=REPOSITORY, timeout=120, check=True)
    counter.carry()
    assert counter.receipts() == ["T1", "T2", "T3", "T4"]
    assert counter.rows("select distinct status from scout.quarantine") == [{"status": "replayed"}]
