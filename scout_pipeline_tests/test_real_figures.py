"""All 305 files of the Online Retail data, as `scout demo` loads them: the exact figures that the README shows."""

import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline.database import Database
from scout_pipeline.quality.promises import PROMISES
from scout_pipeline_tests.quality import real_dirt

FIGURES = {
    "files": 305,
    "lines read": 541_909,
    "lines loaded": 541_909,
    "lines duplicate": 0,
    "lines quarantined": 0,
    "lines in silver": 541_909,
    "transactions": 25_900,
    "customers": 4_372,
    "net revenue": Decimal("9747747.934"),
}
READ = """
    select
        ledger.files,
        ledger.lines_read,
        ledger.lines_loaded,
        ledger.lines_duplicate,
        ledger.lines_quarantined,
        (select count(*) from scout.silver_transaction_items),
        (select count(*) from scout.silver_transactions_cleaned),
        (select count(*) from scout.dim_customer),
        (select sum(net_revenue) from scout.gold_daily_aggregates)
    from (
        select
            count(*) filter (where status = 'loaded') as files,
            sum(lines_read) as lines_read,
            sum(lines_loaded) as lines_loaded,
            sum(lines_duplicate) as lines_duplicate,
            sum(lines_quarantined) as lines_quarantined
        from scout.bronze_ingestion_batches
    ) as ledger
"""
# why lines were set aside in whatever layer, and files were not loaded: no real line may be dropped
SET_ASIDE = """
    select reason_code, count(*) from scout.quarantine group by reason_code
    union all
    select status, count(*) from scout.bronze_ingestion_batches where status <> 'loaded' group by status
"""


@pytest.mark.real_data
def test_the_demo_on_all_real_files_ends_in_the_exact_figures(
    database: Database, online_retail_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fifth of the days may be right while a line of another one is lost, doubled or worth a penny less."""
    monkeypatch.setenv("SCOUT_DATABASE_URL", database.url)
    demo = [sys.executable, "-m", "scout_pipeline", "demo", "--data", str(online_retail_dir), "--source"]
    done = subprocess.run([*demo, "online_retail"], capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    held = re.findall(r"^. (\w+) +. yes ", done.stdout, flags=re.MULTILINE)
    assert held == [promise.name for promise in PROMISES]
    assert_figures(database)
    with database.transaction() as connection:
        assert tuple(connection.execute(sa.text(real_dirt.AS_RECEIVED)).one()) == real_dirt.RECEIVED
        assert connection.execute(sa.text(real_dirt.EVENED_OUT)).scalar_one() == 0
    assert real_dirt.report(database) == (real_dirt.EXPECTED, real_dirt.CANCELLED_INVOICES, [])
    # the rules were asked as `scout quality check` does, and took nothing away
    assert_figures(database)


def assert_figures(database: Database) -> None:
    with database.transaction() as connection:
        figures = dict(zip(FIGURES, connection.execute(sa.text(READ)).one(), strict=True))
        assert figures == FIGURES
        assert connection.execute(sa.text(SET_ASIDE)).all() == []
