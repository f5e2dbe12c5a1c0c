"""What sensors warn about: one open alert for each object, seen again, resolved when it is over."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa

from scout_pipeline.automation import alerts
from scout_pipeline.automation.alerts import Finding
from scout_pipeline.automation.dead_letter_sensor import dead_letter_sensor
from scout_pipeline.automation.failed_checks_sensor import failed_checks_sensor
from scout_pipeline.automation.failed_runs_sensor import failed_runs_sensor
from scout_pipeline.automation.freshness_sensor import freshness_sensor
from scout_pipeline.automation.quarantine_sensor import quarantine_sensor
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline_tests.orchestration import Orchestration, orchestration
from scout_pipeline_tests.test_services import wait_for

DAY = "2010-12-05"


@pytest.fixture
def own(database: Database, online_retail_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Orchestration]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield orchestration(instance, database, online_retail_dir, monkeypatch)


def tick(
    own: Orchestration, sensor: dg.SensorDefinition, cursor: str | None = None
) -> tuple[list[dg.RunRequest], str, str | None]:
    """One evaluation, as the daemon makes it: requests, words, and the cursor that it leaves."""
    with dg.build_sensor_context(
        instance=own.instance,
        resources={"database": own.database},
        sensor_name=sensor.name,
        definitions=defs,
        cursor=cursor,
    ) as context:
        found = sensor.evaluate_tick(context)
    return list(found.run_requests or []), found.skip_message or "", found.cursor


def open_alerts(own: Orchestration) -> list[tuple[str, str, str, int]]:
    return own.rows(
        "select alert_type, object_name, severity, seen_count from ops.performance_alerts "
        "where resolved_at is null order by 1, 2"
    )


def test_a_late_table_has_one_open_alert_until_it_is_not_late(own: Orchestration) -> None:
    """An alert a tick for the same lateness hides the next one; one that never closes is ignored."""
    own.change("insert into ops.heartbeats values ('silver/transactions_cleaned', now() - interval '1 hour')")
    own.land(DAY)
    own.change("update scout.bronze_ingestion_batches set finished_at = now() - interval '1 hour'")
    for number in (1, 2):
        _, words, _ = tick(own, freshness_sensor)
        assert ("freshness", "silver/transactions_cleaned", "critical", number) in open_alerts(own)
        assert "silver/transactions_cleaned: late by 36" in words
    own.carry()
    own.change("update ops.heartbeats set beat_at = now()")
    assert "nothing to warn about" in tick(own, freshness_sensor)[1]
    assert open_alerts(own) == []


def test_a_failed_run_warns_until_the_job_succeeds(own: Orchestration) -> None:
    """Nobody opens the list of runs at night."""
    own.land(DAY)
    own.change("alter table scout.silver_transaction_keys rename to mislaid")
    assert not own.carry(raise_on_error=False).success
    _, words, cursor = tick(own, failed_runs_sensor)
    assert "carry_new: its newest run failed: see run " in words
    assert open_alerts(own) == [("failed_run", "carry_new", "critical", 1)]
    assert tick(own, failed_runs_sensor, cursor)[1] == "no run ended since the last look"

    own.change("alter table scout.mislaid rename to silver_transaction_keys")
    assert own.carry().success
    tick(own, failed_runs_sensor, cursor)
    assert open_alerts(own) == []


def test_a_tick_that_could_not_write_looks_again(own: Orchestration) -> None:
    """A cursor that moved on past an alert that was never written hides it for good."""
    own.land(DAY)
    own.change("alter table scout.silver_transaction_keys rename to mislaid")
    assert not own.carry(raise_on_error=False).success
    own.change("alter function ops.settle_alerts(text, jsonb) rename to elsewhere")
    with pytest.raises(sa.exc.ProgrammingError, match="settle_alerts"):
        tick(own, failed_runs_sensor)
    own.change("alter function ops.elsewhere(text, jsonb) rename to settle_alerts")
    tick(own, failed_runs_sensor)
    assert open_alerts(own) == [("failed_run", "carry_new", "critical", 1)]


def test_a_failed_check_warns_until_it_passes(own: Orchestration) -> None:
    """A red mark on the page of one of sixty tables is seen by whoever looks at that page."""
    own.drop(DAY)
    assert own.take().success
    assert "nothing to warn about" in tick(own, failed_checks_sensor)[1]
    own.change(
        "delete from scout.silver_transaction_items where (transaction_id, line_number) = "
        "(select transaction_id, line_number from scout.silver_transaction_items order by 1, 2 limit 1)"
    )
    own.drop("2010-12-06")
    assert not own.run("take_files", raise_on_error=False).success
    tick(own, failed_checks_sensor)
    found = {(name, severity) for kind, name, severity, _ in open_alerts(own) if kind == "failed_check"}
    assert ("silver/transaction_items:headers_equal_lines", "critical") in found
    assert own.rebuild("2010-12-01", "2010-12-01").success
    tick(own, failed_checks_sensor)
    assert open_alerts(own) == []


def test_refused_files_are_dead_letters(own: Orchestration) -> None:
    """A refused file is dealt with for the pipeline, and missing for everybody else."""
    assert "nothing to warn about" in tick(own, dead_letter_sensor)[1]
    own.drop(DAY)
    (own.landing / "broken.csv").write_bytes(b"not,the,columns\n1,2,3\n")
    own.take()
    _, words, _ = tick(own, dead_letter_sensor)
    assert "1 entries wait for a person, 1 of them whole files: scout quarantine list" in words
    assert open_alerts(own) == [("dead_letters", "online_retail", "warning", 1)]
    own.change("update scout.quarantine set status = 'discarded'")
    tick(own, dead_letter_sensor)
    assert open_alerts(own) == []


def test_entries_of_a_mended_mapping_are_replayed_once(own: Orchestration) -> None:
    """People mend a mapping and forget the lines that it had refused; or the same lines are replayed for ever."""
    own.drop(DAY)
    (own.landing / "broken.csv").write_bytes(b"not,the,columns\n1,2,3\n")
    own.take()
    assert tick(own, quarantine_sensor)[1] == "the cause of every open entry is still there"
    own.change("update scout.quarantine set rule_version = 'before'")
    (request,), _, _ = tick(own, quarantine_sensor)
    assert own.run("replay_quarantine", tags=dict(request.tags)).success
    # the file is as wrong as it was: by the mapping of today
    assert own.rows("select status, attempts, rule_version <> 'before' from scout.quarantine") == [("open", 1, True)]
    assert tick(own, quarantine_sensor)[1] == "the cause of every open entry is still there"

    # a file that lies nowhere any more cannot be taken again, and asking again does not bring it back
    (own.landing / "broken.csv").unlink()
    own.change("update scout.quarantine set rule_version = 'long before'")
    (request,), _, _ = tick(own, quarantine_sensor)
    assert own.run("replay_quarantine", tags=dict(request.tags)).success
    assert "1 entries were replayed as they are and refused again" in tick(own, quarantine_sensor)[1]


def test_files_where_nobody_looks_are_an_alert_until_they_are_moved(own: Orchestration) -> None:
    """A shop delivers into a folder with a wrong name for weeks, and every page is green."""
    (path,) = own.drop(DAY)
    landing = own.landing.parent
    wrong, kept = landing / "online-retail", landing / ".done"
    for folder in (wrong, kept):
        folder.mkdir()
        (folder / "sales.csv").touch()
    (wrong / "half.csv.part").touch()
    (landing / "sales.csv").touch()
    words = tick(own, dead_letter_sensor)[1]
    assert f"{wrong}: 1 files lie here, and no source is called like this folder" in words
    assert [(kind, name) for kind, name, *_ in open_alerts(own)] == [
        ("stray_files", str(landing)),
        ("stray_files", str(wrong)),
    ]
    (landing / "sales.csv").unlink()
    (wrong / "sales.csv").rename(path.with_name("sales.csv"))
    tick(own, dead_letter_sensor)
    assert open_alerts(own) == []


def test_two_that_settle_the_alerts_of_a_type_wait_for_each_other(own: Orchestration) -> None:
    """One resolves what the other sees again, and the other way round: a deadlock ends one of the two looks."""
    for name in ("held", "one", "other"):
        own.change(
            "insert into ops.performance_alerts (alert_type, object_name, severity, message) "
            "values ('performance', :name, 'warning', 'open')",
            name=name,
        )
    with ThreadPoolExecutor(2) as pool:
        with own.database.transaction() as connection:
            # both have taken what they see again, and stop at the first that they resolve
            connection.execute(sa.text("select 1 from ops.performance_alerts where object_name = 'held' for update"))
            first = pool.submit(settle, own, "one")
            wait_for(lambda: waiting(own) == 1, seconds=30)
            second = pool.submit(settle, own, "other")
            wait_for(lambda: waiting(own) == 2, seconds=30)
        first.result(timeout=30)
        second.result(timeout=30)
    assert open_alerts(own) == [("performance", "other", "warning", 1)]


def settle(own: Orchestration, name: str) -> None:
    """As a look does that finds this one object alone."""
    with own.database.transaction() as connection:
        alerts.settle(connection, "performance", [Finding(name, "warning", "seen again")])


def waiting(own: Orchestration) -> int:
    """Sessions of this database that wait for a lock."""
    ((count,),) = own.rows(
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    )
    return int(count)
