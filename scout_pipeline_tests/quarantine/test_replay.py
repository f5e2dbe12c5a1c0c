"""Replay: what was refused enters once the cause is mended, once, whoever asks for it and however often."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline import flow, settings
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.conftest import fresh_database
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.floor_files import Floor
from scout_pipeline_tests.quarantine import ten_reasons
from scout_pipeline_tests.sales_files import use_mappings

OPERATOR = (sys.executable, "-m", "scout_pipeline", "quarantine", "replay", "--json", "--by")


def take_all(database: Database, folder: Path) -> None:
    for source, path in ten_reasons.files(folder):
        landing.ingest(database, [path], mappings.load(source))
    flow.run_incremental(database)


def start_together(database: Database, *names: str) -> list["subprocess.Popen[str]"]:
    """Replays in processes of their own, let go when all of them stand before the quarantine."""
    own = {"SCOUT_DATABASE_URL": database.url, "SCOUT_LOCK_TIMEOUT_SECONDS": "300"}
    with database.transaction() as barrier:
        barrier.execute(sa.text("lock table scout.quarantine in access exclusive mode"))
        started = [
            subprocess.Popen(
                [*OPERATOR, name], env={**settings.environment(), **own}, stdout=subprocess.PIPE, text=True
            )
            for name in names
        ]
        waiting = sa.text("select count(*) from pg_locks where relation = to_regclass(:name) and not granted")
        deadline = time.monotonic() + 120
        while barrier.execute(waiting, {"name": "scout.quarantine"}).scalar_one() < len(names):
            assert time.monotonic() < deadline
            time.sleep(0.1)
    return started


def test_two_operators_bring_back_a_thousand_lines_once(
    database: Database, server: EmbeddedServer, template_database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever mends a mapping would lose lines, or count them twice because a colleague had the same thought."""
    monkeypatch.setenv("SCOUT_PSEUDONYM_KEY", "the same for both databases")
    folder = use_mappings(tmp_path / "mappings", monkeypatch)
    ten_reasons.write_mappings(folder, mended=False)
    take_all(database, tmp_path / "in")
    floor = Floor(database, tmp_path)
    counts = "select layer, reason_code, count(*) from scout.quarantine where status = 'open' group by 1, 2"
    assert {tuple(row[:2]): row[2] for row in floor.rows(counts)} == ten_reasons.EXPECTED
    assert sum(ten_reasons.EXPECTED.values()) == 1000

    ten_reasons.write_mappings(folder, mended=True)
    operators = start_together(database, "anna", "ben")
    carrier = threading.Thread(target=lambda: [flow.run_incremental(database) for _ in range(3)])
    carrier.start()
    reports = [json.loads(operator.communicate(timeout=300)[0]) for operator in operators]
    carrier.join()
    flow.run_incremental(database)

    assert sum(report["entered"] for report in reports) == 1000
    assert floor.rows("select status, attempts, count(*) from scout.quarantine group by 1, 2") == [
        ("replayed", 1, 1000)
    ]
    assert floor.broken_promises() == []
    with fresh_database(server, template=template_database) as clean:
        take_all(clean, tmp_path / "again")
        assert Floor(clean, tmp_path).rows("select count(*) from scout.quarantine") == [(0,)]
        assert fingerprint(database) == fingerprint(clean)
