"""The sweep finds what silver lost, brings it back once, and raises no alarm beside what else runs."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
import sqlalchemy as sa

from scout_pipeline import crash_points, settings
from scout_pipeline import database as db
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.quality import promises
from scout_pipeline.silver import refresh, sweep
from scout_pipeline_tests.conftest import REPOSITORY
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, item, reference, sale
from scout_pipeline_tests.shop_files import Line, install_mapping, take

# what happens behind the pipeline's back, each to a sale or record of its own
LOSSES = {
    "the place": "delete from scout.silver_transaction_keys where transaction_id = '1'",
    "everything": """
        delete from scout.silver_transaction_items where transaction_id = '2';
        delete from scout.silver_transactions_cleaned where transaction_id = '2';
        delete from scout.silver_transaction_keys where transaction_id = '2'
    """,
    "the header": "delete from scout.silver_transactions_cleaned where transaction_id = '3'",
    "one line": "delete from scout.silver_transaction_items where transaction_id = '4' and line_number = 2",
    "the registered version": "delete from scout.bronze_transaction_versions where transaction_id = '5'",
    "the place and the header": """
        delete from scout.silver_transaction_keys where transaction_id = '6';
        delete from scout.silver_transactions_cleaned where transaction_id = '6'
    """,
    "the newer version": """
        update scout.silver_transaction_keys as known
        set content_hash = version.content_hash, version_id = version.first_id
        from scout.bronze_transaction_versions as version
        where version.transaction_id = '7' and known.transaction_id = '7'
            and version.content_hash <> known.content_hash;
        update scout.silver_transactions_cleaned set peso_value = 1 where transaction_id = '7'
    """,
    "a line of a receipt": """
        delete from scout.silver_transaction_items where transaction_id = 'R1' and line_number = 1;
        update scout.silver_transactions_cleaned set line_count = 1 where transaction_id = 'R1'
    """,
    "a reference record": "delete from scout.dimension_records where code = 'Oishi'; delete from scout.dim_brand "
    "where brand_name = 'Oishi'",
}
SWEPT = "select sweep_id, missing, rescued, finished_at is not null from ops.reconciliation_sweeps order by sweep_id"
ISSUES = "select severity, status, key ->> 'transaction_id', times_seen from ops.data_quality_issues"


@pytest.fixture
def floor(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    """Sales that are current, superseded, voided, rejected and waiting; a receipt with a refused line; records."""
    install_mapping(tmp_path / "mappings", monkeypatch)
    monkeypatch.setenv("SCOUT_PSEUDONYM_KEY", "a key of the tests")
    floor = Floor(database, tmp_path)
    floor.take_reference(*SMALL_WORLD, reference("brand", "Oishi", owner="Someone", is_tbwa_client=False))
    floor.take_reference(reference("brand", "Oishi", owner="Liwayway", is_tbwa_client=True))
    floor.take_sales(*(sale(str(number), items=[item(), item("KOPI")]) for number in range(1, 8)))
    floor.take_sales(
        sale("7", items=[item("CHIPS", 3)]),
        sale("void"),
        sale("refused", at="yesterday"),
        sale("waits", store="LATER"),
    )
    floor.take_sales(sale("void", status="voided"))
    take(database, tmp_path, "a.csv", Line("R1"), Line("R1", sku="SOAP"), Line("R1", quantity="many"), Line("R2"))
    floor.carry()
    return floor


def lose(floor: Floor, *losses: str) -> None:
    """Plant losses."""
    with floor.database.transaction() as connection:
        for loss in losses:
            for statement in LOSSES[loss].split(";"):
                assert connection.execute(sa.text(statement)).rowcount > 0, statement


def swept(floor: Floor) -> tuple[int, int]:
    """A sweep: how many it found missing, and how many it rescued."""
    report = sweep.run(floor.database)
    return report.missing, report.rescued


def alarm(floor: Floor) -> promises.PromiseResult:
    """What the check of the sweep says."""
    with floor.database.transaction() as connection:
        return promises.check(connection, promises.SWEPT)


def test_nothing_is_missing_where_nothing_was_lost(floor: Floor) -> None:
    """A net that catches what is superseded, rejected or waiting would cry every day, and be taken down."""
    floor.take_sales(sale("beyond the watermark"))
    before = fingerprint(floor.database)
    assert swept(floor) == (0, 0)
    assert fingerprint(floor.database) == before
    assert alarm(floor).holds
    assert floor.rows(ISSUES) == []
    # every record below the watermark was looked at
    assert floor.rows("select records_swept from ops.reconciliation_sweeps") == floor.rows(
        "select count(*) - 1 from scout.bronze_transactions_raw"
    )


def test_what_was_lost_is_found_rescued_and_counted_once(floor: Floor) -> None:
    """A row that silver lost would be missing for ever, or its rescue be a habit that nobody notices."""
    whole = fingerprint(floor.database)
    lose(floor, *LOSSES)
    assert swept(floor) == (len(LOSSES), len(LOSSES))
    floor.carry()
    # descriptions are counted up and down: a line that vanished by hand is counted right by a computation of everything
    counted = "scout.dim_product_descriptions"
    assert {**fingerprint(floor.database), counted: ""} == {**whole, counted: ""}
    assert floor.broken_promises() == []
    found = {row[2] for row in floor.rows(ISSUES)}
    assert found == {*"1234567", "R1", "brand/Oishi/2026-01-01"}
    assert {row[:2] + row[3:] for row in floor.rows(ISSUES)} == {("error", "open", 1)}
    told = alarm(floor)
    assert (told.holds, told.violations, len(told.sample)) == (False, len(LOSSES), 5)
    # once: the next one finds nothing, the alarm ends, and a person closes the findings
    assert swept(floor) == (0, 0)
    assert alarm(floor).holds
    assert len(floor.rows(ISSUES)) == len(LOSSES)


def test_two_sweeps_beside_loads_find_each_loss_once(floor: Floor) -> None:
    """A load that is under way would look like a loss, and two operators count the same one twice."""
    lose(floor, "everything", "the header", "a reference record")

    def load() -> None:
        for number in range(20):
            floor.take_sales(sale(f"new {number}"), sale(f"{number}", items=[item("CHIPS", 2)]))
            refresh.carry_all(floor.database)

    with ThreadPoolExecutor(3) as pool:
        sweeps = [pool.submit(sweep.run, floor.database) for _ in range(2)]
        pool.submit(load).result()
        reports = [future.result() for future in sweeps]
    # a sale that is sent again before the sweep comes to it is not lost any more
    missing, rescued = sum(report.missing for report in reports), sum(report.rescued for report in reports)
    assert missing == rescued
    assert 1 <= missing <= 3
    assert swept(floor) == (0, 0)
    floor.carry()
    assert floor.broken_promises() == []


@pytest.mark.parametrize("moment", [*crash_points.SWEEP_POINTS, "silver.superseded"])
def test_a_sweep_killed_at_any_step_is_completed_by_the_next_one(floor: Floor, moment: str) -> None:
    """What a killed sweep had found would be counted again, or never be told."""
    whole = fingerprint(floor.database)
    lose(floor, "everything", "one line", "a reference record")
    environment = {**settings.environment(), "SCOUT_DATABASE_URL": floor.database.url}
    command = (sys.executable, "-m", "scout_pipeline", "quality", "sweep")
    killed = subprocess.run(
        command, env={**environment, "SCOUT_CRASH": moment}, cwd=REPOSITORY, timeout=120, check=False
    )
    assert killed.returncode == -signal.SIGKILL
    sweep.run(floor.database)
    floor.carry()
    assert fingerprint(floor.database) == whole
    sweeps = floor.rows(SWEPT)
    assert [is_finished for *_, is_finished in sweeps] == [False, True]
    assert sum(missing for _, missing, *_ in sweeps) == sum(rescued for *_, rescued, _ in sweeps) == 3
    assert not alarm(floor).holds, "what the killed one found is told by the next one"
    assert len(floor.rows(ISSUES)) == 3


def test_the_job_stores_the_alarm_where_people_look(floor: Floor) -> None:
    """A rescue that only a log knows of is a habit."""

    def evaluations() -> dict[str, Any]:
        run = defs.resolve_job_def("sweep_bronze").execute_in_process(
            resources={"database": floor.database}, instance=instance
        )
        assert run.success
        return {said.check_name: said for said in run.get_asset_check_evaluations()}

    with dg.DagsterInstance.ephemeral() as instance:
        clean = evaluations()
        lose(floor, "everything")
        rescued = evaluations()["bronze_is_swept"]
        with floor.database.transaction() as connection:
            connection.execute(sa.text("update scout.bronze_transactions_raw set payload = '{}'"))
        altered = evaluations()["bronze_is_as_received"]
    assert {name: (said.passed, said.asset_key.path) for name, said in clean.items()} == {
        "bronze_is_swept": (True, ["bronze", "transactions_raw"]),
        "bronze_is_as_received": (True, ["bronze", "transactions_raw"]),
        "audit_log_is_whole": (True, ["bronze", "transactions_raw"]),
    }
    assert (altered.passed, altered.severity, altered.blocking) == (False, dg.AssetCheckSeverity.ERROR, False)
    assert (rescued.passed, rescued.severity, rescued.blocking) == (False, dg.AssetCheckSeverity.ERROR, False)
    assert rescued.metadata["violations"].value == 1


def test_a_sweep_that_did_not_finish_does_not_end_the_alarm(floor: Floor) -> None:
    """A sweep that was only begun would turn the check green, and so would one that was killed before it told."""
    lose(floor, "everything", "one line")
    assert swept(floor) == (2, 2)
    with floor.database.transaction() as connection:
        begun = db.scalar(connection, "silver/sweep_start")
    assert alarm(floor).violations == 2
    with floor.database.transaction() as connection:
        connection.execute(
            sa.text("update ops.reconciliation_sweeps set missing = 3 where sweep_id = :id"), {"id": begun}
        )
    assert alarm(floor).violations == 5, "what the killed one found comes to what the last one told"
    assert swept(floor) == (0, 0)
    assert alarm(floor).holds
    with floor.database.transaction() as connection:
        connection.execute(sa.text("update ops.reconciliation_sweeps set finished_at = null"))
    assert alarm(floor).violations == 2 + 3, "none ever finished"


def test_a_loss_is_rescued_when_the_sale_is_whole_and_the_newest(floor: Floor) -> None:
    """A sale that is there with half its lines would be told as rescued, and be wrong ever after."""
    lost = {
        "4": "lines of the sale are missing",
        "7": "an older version is current",
        "R1": "lines of the sale are missing",
    }
    lose(floor, "one line", "the newer version", "a line of a receipt")
    note = """
        insert into ops.sweep_findings (source_id, transaction_id, sweep_id, store_id, received_date, problem)
        select source_id, transaction_id, :sweep, store_id, '2026-02-05', :problem
        from scout.silver_transaction_keys where transaction_id = :sale
    """
    waiting = "select count(*) from ops.sweep_findings where rescued_at is null"
    with floor.database.transaction() as connection:
        killed = db.scalar(connection, "silver/sweep_start")
        for identifier, problem in {**lost, "1": "no sale in silver", "void": "no sale in silver"}.items():
            found = {"sweep": killed, "sale": identifier, "problem": problem}
            assert connection.execute(sa.text(note), found).rowcount == 1
        assert db.run(connection, "silver/sweep_finish", sweep_id=killed).mappings().one()["rescued"] == 2
    assert floor.rows(waiting) == [(len(lost),)]
    assert swept(floor) == (len(lost), len(lost) * 2), "those of the killed sweep are rescued with its own"
    assert floor.rows(waiting) == [(0,)]
