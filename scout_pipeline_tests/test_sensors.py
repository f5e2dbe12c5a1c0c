"""What the sensors ask for: evaluated on a real instance, a real database and a real folder; their runs really run."""

import errno
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.tags import ASSET_PARTITION_RANGE_END_TAG, ASSET_PARTITION_RANGE_START_TAG, RUN_KEY_TAG

from scout_pipeline import flow, rule_book, settings, sql_files
from scout_pipeline.automation import attempts, due
from scout_pipeline.automation.landing_sensor import landing_sensor
from scout_pipeline.automation.quality_sensor import quality_sensor
from scout_pipeline.automation.quarantine_sensor import quarantine_sensor
from scout_pipeline.automation.watermark_sensor import watermark_sensor
from scout_pipeline.bronze import landing
from scout_pipeline.bronze.landing_assets import landing_assets
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.quality import checking
from scout_pipeline.sources import files, landing_folder
from scout_pipeline_tests import query_plans
from scout_pipeline_tests.orchestration import DECEMBER, SOURCE, Orchestration, orchestration, this_month
from scout_pipeline_tests.sales_files import use_mappings

DAY = "2010-12-05"


@pytest.fixture
def own(database: Database, online_retail_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Orchestration]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield orchestration(instance, database, online_retail_dir, monkeypatch)


def tick(own: Orchestration, sensor: dg.SensorDefinition) -> tuple[list[dg.RunRequest], str]:
    """One evaluation, as the daemon makes it: what is asked for, and the words when it is nothing."""
    with dg.build_sensor_context(
        instance=own.instance, resources={"database": own.database}, sensor_name=sensor.name, definitions=defs
    ) as context:
        found = sensor.evaluate_tick(context)
    return list(found.run_requests or []), found.skip_message or ""


def skipped(own: Orchestration, sensor: dg.SensorDefinition) -> str:
    requests, words = tick(own, sensor)
    assert requests == []
    return words


def requested(own: Orchestration, sensor: dg.SensorDefinition) -> dg.RunRequest:
    (request,), _ = tick(own, sensor)
    return request


def execute(own: Orchestration, sensor: dg.SensorDefinition, request: dg.RunRequest) -> bool:
    """Run what was asked for, with the tags that the daemon gives; whether it succeeded."""
    tags = {name: value for name, value in given_tags(request).items() if not name.startswith("dagster/partition")}
    options = {"partition_key": request.partition_key} if request.partition_key else {}
    return own.run(str(sensor.job_name), tags=tags, raise_on_error=False, **options).success


def given_tags(request: dg.RunRequest) -> dict[str, str]:
    assert request.run_key
    return {**request.tags, RUN_KEY_TAG: request.run_key}


def fail(own: Orchestration, sensor: dg.SensorDefinition, *requests: dg.RunRequest) -> None:
    """The first request really fails, and counts; the others are runs that end like it, which takes no minute."""
    first, *others = requests
    assert not execute(own, sensor, first)
    (failed,) = own.instance.get_runs(dg.RunsFilter(tags={RUN_KEY_TAG: str(first.run_key)}))
    assert failed.status == dg.DagsterRunStatus.FAILURE
    for request in others:
        pretend_run(own, str(sensor.job_name), failed.status, tags=given_tags(request))


def pretend_run(
    own: Orchestration, job_name: str, status: dg.DagsterRunStatus, tags: Mapping[str, str] | None = None
) -> None:
    """A run of the job in the instance, in a state that nobody ever changes."""
    own.instance.create_run_for_job(defs.resolve_job_def(job_name), status=status, tags=tags)


def range_of(request: dg.RunRequest) -> tuple[str, str]:
    return request.tags[ASSET_PARTITION_RANGE_START_TAG], request.tags[ASSET_PARTITION_RANGE_END_TAG]


def test_without_a_folder_the_landing_sensor_says_where_files_belong(own: Orchestration) -> None:
    """A new deployment would show red ticks before anybody delivered anything."""
    assert not own.landing.exists()
    words = skipped(own, landing_sensor)
    assert words.startswith("no whole file that was not dealt with in ")
    assert str(own.landing.parent) in words


def test_a_file_that_is_still_being_written_waits(own: Orchestration, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a day's sales would be taken for the whole day."""
    monkeypatch.setenv("SCOUT_SETTLE_SECONDS", "5")
    settings.current.cache_clear()
    (path,) = own.drop(DAY)
    os.utime(path)
    assert "no whole file" in skipped(own, landing_sensor)
    os.utime(path, (time.time() - 60, time.time() - 60))
    assert requested(own, landing_sensor).tags["scout/files"] == "1"


def test_a_file_with_an_unfinished_name_waits(own: Orchestration) -> None:
    """An upload that was interrupted keeps still for ever and is half a file."""
    (path,) = own.drop(DAY)
    for ending in (".part", ".partial", ".tmp", ".crdownload", ".filepart", "~"):
        unfinished = path.rename(path.with_name(path.name + ending))
        assert "no whole file" in skipped(own, landing_sensor), ending
        unfinished.rename(path)
        assert requested(own, landing_sensor)


def test_a_whole_file_is_asked_for_once(own: Orchestration) -> None:
    """A file taken twice costs a run each ten seconds; one not taken is a shop without a day."""
    own.drop(DAY, "2010-12-06")
    request = requested(own, landing_sensor)
    assert request.tags["scout/files"] == "2"
    assert requested(own, landing_sensor).run_key == request.run_key
    assert execute(own, landing_sensor, request)
    assert "no whole file" in skipped(own, landing_sensor)
    own.drop("2010-12-07")
    assert requested(own, landing_sensor).run_key != request.run_key


def test_of_files_that_wait_the_one_is_noted_that_lies_there_longest(own: Orchestration) -> None:
    """New files come all day, and the one that nobody takes is never late; one that is taken away is late for ever."""
    (first,) = own.drop(DAY)
    time.sleep(0.05)
    (second,) = own.drop("2010-12-06")
    # its own time says nothing of how long it lies here
    os.utime(second, (0, 0))
    for waiting in (first, second, None):
        tick(own, landing_sensor)
        assert own.rows("select waiting_for, waiting_since <= now() from ops.heartbeats") == [
            (str(waiting), True) if waiting else (None, None)
        ]
        if waiting:
            waiting.unlink()


def test_a_file_whose_name_is_no_text_is_taken_like_any_other(own: Orchestration) -> None:
    """An upload from an old till would break every look at the folder, and with it the files of all shops."""
    own.drop(DAY)
    odd = own.landing / os.fsdecode(b"caf\xe9.csv.gz")
    (own.landing / f"{DAY}.csv.gz").rename(odd)
    request = requested(own, landing_sensor)
    assert own.rows("select right(waiting_for, 14) from ops.heartbeats") == [("caf\\xe9.csv.gz",)]
    assert execute(own, landing_sensor, request)
    assert own.rows("select right(file_path, 14), outcome from ops.landing_files") == [("caf\\xe9.csv.gz", "loaded")]
    assert "no whole file" in skipped(own, landing_sensor)


def test_a_look_reads_of_the_ledger_what_lies_in_the_folder(own: Orchestration) -> None:
    """Files of years are remembered: read whole every ten seconds, they keep a core busy for nothing."""
    own.drop(DAY, "2010-12-06")
    own.change(
        "insert into ops.landing_files select :source, '/gone/' || number, 1, 1, 'loaded' "
        "from generate_series(1, 100000) as number",
        source=SOURCE,
    )
    own.change("analyze ops.landing_files")
    lying = landing_folder.still_files(0)
    with own.database.transaction() as connection:
        landing_folder.note_done(connection, lying[0], "loaded")
        assert landing_folder.not_dealt_with(connection, lying) == lying[1:]
        plan = query_plans.run(
            connection,
            sql_files.load("sources/landing_files_new").text,
            source_names=[file.source for file in lying],
            file_paths=[file.name for file in lying],
            byte_counts=[file.byte_count for file in lying],
            modified_ns=[file.modified_ns for file in lying],
        )
    (scan,) = plan.of("landing_files")
    assert (scan.index, scan.loops) == ("landing_files_pkey", 2)
    assert scan.rows <= 2


def test_a_file_that_changed_is_asked_for_again(own: Orchestration) -> None:
    """A corrected file under its old name would never be read."""
    (path,) = own.drop(DAY)
    assert execute(own, landing_sensor, requested(own, landing_sensor))
    os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 3600))
    assert requested(own, landing_sensor).tags["scout/files"] == "1"


def test_a_file_of_a_clock_that_is_ahead_is_taken(own: Orchestration, monkeypatch: pytest.MonkeyPatch) -> None:
    """A till whose clock is a year ahead would deliver for a year before anybody sees a file."""
    monkeypatch.setenv("SCOUT_SETTLE_SECONDS", "0.5")
    settings.current.cache_clear()
    (path,) = own.drop(DAY)
    os.utime(path, (time.time() + 1e7, time.time() + 1e7))
    assert "no whole file" in skipped(own, landing_sensor), "it was written just now"
    time.sleep(0.6)
    assert execute(own, landing_sensor, requested(own, landing_sensor))
    assert own.rows("select outcome from ops.landing_files") == [("loaded",)]


def test_a_file_that_cannot_be_read_waits_and_is_told(own: Orchestration, monkeypatch: pytest.MonkeyPatch) -> None:
    """A share that fails for a minute, or a wrong mode: remembered as dealt with, a day's sales would never come."""
    bad, _ = own.drop(DAY, "2010-12-06")
    identify = files.identify

    def failing(path: Path) -> files.Identity:
        if path == bad:
            raise PermissionError(errno.EACCES, "Permission denied")
        return identify(path)

    with monkeypatch.context() as planted:
        planted.setattr(files, "identify", failing)
        result = own.run("take_files", tags=given_tags(requested(own, landing_sensor)), raise_on_error=False)
    assert not result.success
    (event,) = result.filter_events(lambda event: event.is_step_failure)
    assert f"{bad}: Permission denied" in str(event.step_failure_data.error)
    assert own.rows("select outcome from ops.landing_files") == [("loaded",)]
    assert execute(own, landing_sensor, requested(own, landing_sensor))
    assert own.rows("select outcome from ops.landing_files") == [("loaded",)] * 2


def test_a_run_is_asked_for_the_oldest_files_and_what_it_did_counts_though_it_failed(
    own: Orchestration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty thousand files do not fit into one run: ended by its limit five times it is given up, whatever it did."""
    monkeypatch.setattr(landing_folder, "FILES_A_RUN", 2)
    monkeypatch.setattr(landing, "GROUP_FILES", 1)
    for age, path in enumerate(own.drop("2010-12-07", "2010-12-06", DAY)):
        os.utime(path, (time.time() - 60 + age, time.time() - 60 + age))
    own.change(
        "alter table scout.bronze_ingestion_batches add constraint spoiled check (file_name <> '2010-12-06.csv.gz')"
    )
    first = requested(own, landing_sensor)
    assert first.tags["scout/files"] == "2"
    assert not execute(own, landing_sensor, first)
    dealt_with = "select right(file_path, 17) from ops.landing_files order by seen_at"
    assert own.rows(dealt_with) == [("2010-12-07.csv.gz",)]

    second = requested(own, landing_sensor)
    assert second.tags["scout/files"] == "2"
    assert second.tags[attempts.VERSION_TAG] != first.tags[attempts.VERSION_TAG]
    own.change("alter table scout.bronze_ingestion_batches drop constraint spoiled")
    assert execute(own, landing_sensor, second)
    assert own.rows(dealt_with) == [("2010-12-07.csv.gz",), ("2010-12-06.csv.gz",), ("2010-12-05.csv.gz",)]
    assert "no whole file" in skipped(own, landing_sensor)


def test_a_failed_run_is_asked_for_again_and_not_for_ever(own: Orchestration) -> None:
    """Dagster never uses a run key twice, failed runs included; a run that always fails would fill the history."""
    own.drop(DAY)
    own.change("alter table scout.bronze_transaction_versions rename to mislaid")
    keys = set()
    for number in range(1, attempts.MAX_ATTEMPTS + 1):
        request = requested(own, landing_sensor)
        assert request.run_key is not None
        assert request.run_key.endswith(f":{number}")
        keys.add(request.run_key)
        assert not execute(own, landing_sensor, request)
    assert len(keys) == attempts.MAX_ATTEMPTS
    words = skipped(own, landing_sensor)
    assert words == ("taking these 1 files failed 5 times: see the runs, mend the cause, launch take_files by hand")
    own.change("alter table scout.mislaid rename to bronze_transaction_versions")
    own.drop("2010-12-06")
    request = requested(own, landing_sensor)
    assert request.tags["scout/files"] == "2"
    assert execute(own, landing_sensor, request)
    assert "no whole file" in skipped(own, landing_sensor)


def test_what_failed_too_often_is_tried_again_after_a_while(
    own: Orchestration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that was full for three minutes would end the taking of files until a person comes."""
    own.drop(DAY)
    for _ in range(attempts.MAX_ATTEMPTS):
        request = requested(own, landing_sensor)
        pretend_run(own, "take_files", dg.DagsterRunStatus.FAILURE, tags=given_tags(request))
    assert "failed 5 times" in skipped(own, landing_sensor)
    # that while is over
    monkeypatch.setattr(attempts, "PAUSE", timedelta())
    request = requested(own, landing_sensor)
    assert request.run_key is not None
    assert request.run_key.endswith(":6")
    assert execute(own, landing_sensor, request)


def test_a_broken_mapping_stops_no_other_source(
    own: Orchestration, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A comma too many in the file of one source would keep the sales of all of them out, and be nobody's alarm.

    Not even when more of its files wait than a run takes, all older than the others'.
    """
    monkeypatch.setattr(landing_folder, "FILES_A_RUN", 2)
    folder = use_mappings(tmp_path / "mappings", monkeypatch)
    (folder / "abroad.yaml").write_text("name: abroad\n")
    abroad = own.landing.parent / "abroad"
    abroad.mkdir(parents=True)
    for name in ("a.csv", "b.csv", "c.csv"):
        (abroad / name).write_text("receipt\n1\n")
        os.utime(abroad / name, (1, 1))
    own.drop(DAY)
    result = own.run("take_files", tags=given_tags(requested(own, landing_sensor)), raise_on_error=False)
    assert not result.success
    (event,) = result.filter_events(lambda event: event.is_step_failure)
    assert f"{folder / 'abroad.yaml'}: " in str(event.step_failure_data.error)
    assert own.rows("select count(*) from scout.gold_daily_aggregates") == [(1,)]
    # they are asked for again, and told again
    assert requested(own, landing_sensor).tags["scout/files"] == "2"
    assert "the cause of every open entry is still there" in skipped(own, quarantine_sensor)
    own.drop("2010-12-06")
    by_hand = dg.materialize(
        [landing_assets],
        instance=own.instance,
        resources={"database": own.database},
        partition_key=this_month(),
        raise_on_error=False,
    )
    assert not by_hand.success
    assert len(by_hand.get_asset_materialization_events()) == 1
    assert own.rows("select outcome, count(*) from ops.landing_files group by 1") == [("loaded", 2)]


def test_a_run_under_way_is_waited_for(own: Orchestration) -> None:
    """Two runs on the same files wait for each other and report each other's work."""
    own.drop(DAY)
    own.land("2010-12-06")
    for status in (
        dg.DagsterRunStatus.NOT_STARTED,
        dg.DagsterRunStatus.STARTING,
        dg.DagsterRunStatus.STARTED,
        dg.DagsterRunStatus.CANCELING,
    ):
        with dg.DagsterInstance.ephemeral() as instance:
            alone = replace(own, instance=instance)
            assert requested(alone, watermark_sensor)
            pretend_run(alone, "take_files", status)
            assert skipped(alone, landing_sensor) == "a run is taking files already", status
            # it carries what it takes, and is asked for before it is begun
            assert "a run is carrying what is new" in skipped(alone, watermark_sensor), status


def test_the_watermark_sensor_waits_for_a_run_of_its_own(own: Orchestration) -> None:
    """Two runs that carry the same rows wait for each other, and the second reports nothing."""
    own.land(DAY)
    pretend_run(own, "carry_new", dg.DagsterRunStatus.STARTED)
    assert "a run is carrying what is new" in skipped(own, watermark_sensor)


def test_a_queued_run_is_under_way() -> None:
    """The queue holds a run for minutes; each tick would add another. (A queued run needs a code server to be made.)"""
    assert dg.DagsterRunStatus.QUEUED in attempts.UNDER_WAY


def test_the_watermark_sensor_waits_for_a_rebuild(own: Orchestration) -> None:
    """The marks of a rebuild look like work left over, and would be taken from under it."""
    own.land(DAY)
    pretend_run(own, "rebuild_months", dg.DagsterRunStatus.STARTED)
    assert "computing months again" in skipped(own, watermark_sensor)


def test_nothing_waits_in_an_empty_database(own: Orchestration) -> None:
    """A run every ten seconds for nothing hides the one that mattered."""
    assert skipped(own, watermark_sensor) == "nothing waits beyond 0/0"


def test_bronze_ahead_of_silver_is_asked_for_with_its_month(own: Orchestration) -> None:
    """Without the months of the sales the graph shows no month as computed."""
    own.land(DAY)
    request = requested(own, watermark_sensor)
    assert range_of(request) == (DECEMBER, DECEMBER)
    assert (
        int(request.tags["scout/waiting_rows"]) == own.rows("select count(*) from scout.bronze_transactions_raw")[0][0]
    )
    assert requested(own, watermark_sensor).run_key == request.run_key
    assert execute(own, watermark_sensor, request)
    assert skipped(own, watermark_sensor).startswith("nothing waits beyond ")
    assert own.rows("select count(*) from scout.gold_daily_aggregates") == [(1,)]
    assert {event.partition for event in silver_events(own)} == {DECEMBER}


def silver_events(own: Orchestration) -> list[dg.AssetMaterialization]:
    key = dg.AssetKey(["silver", "transactions_cleaned"])
    records = own.instance.fetch_materializations(key, limit=100).records
    return [record.asset_materialization for record in records if record.asset_materialization is not None]


def test_months_that_lie_apart_are_asked_for_apart(own: Orchestration) -> None:
    """One range over all of them would mark years of untouched months as computed."""
    own.land(DAY, "2011-01-04", "2011-03-01", "2011-12-01")
    requests, _ = tick(own, watermark_sensor)
    assert [range_of(request) for request in requests] == [
        (DECEMBER, "2011-01-01"),
        ("2011-03-01", "2011-03-01"),
        ("2011-12-01", "2011-12-01"),
    ]
    assert len({request.run_key for request in requests}) == 3
    # the first run carries all of it, the others find their months done
    assert {execute(own, watermark_sensor, request) for request in requests} == {True}
    assert {event.partition for event in silver_events(own)} == {
        DECEMBER,
        "2011-01-01",
        "2011-03-01",
        "2011-12-01",
    }
    assert own.rows("select count(*) from scout.gold_daily_aggregates") == [(4,)]
    assert skipped(own, watermark_sensor).startswith("nothing waits beyond ")


def test_a_tick_asks_for_a_few_ranges_and_the_others_are_carried_with_them(own: Orchestration) -> None:
    """Years of single late sales would queue dozens of runs, all but the first for nothing, before the next file."""
    own.land("2010-12-01", "2011-02-01", "2011-04-01", "2011-06-01", "2011-08-01", "2011-10-02")
    requests, _ = tick(own, watermark_sensor)
    assert [range_of(request)[0][:7] for request in requests] == ["2011-02", "2011-04", "2011-06", "2011-08", "2011-10"]
    assert execute(own, watermark_sensor, requests[0])
    assert len({event.partition for event in silver_events(own)}) == 6
    assert skipped(own, watermark_sensor).startswith("nothing waits beyond ")


def test_ranges_do_not_use_up_the_attempts_of_each_other(own: Orchestration) -> None:
    """Five months that lie apart, failing once together, would count as five failures, and nobody would try again."""
    own.land(DAY, "2011-02-01", "2011-04-01", "2011-06-01", "2011-08-01")
    own.change("alter table scout.silver_transaction_keys rename to mislaid")
    requests, _ = tick(own, watermark_sensor)
    assert len(requests) == attempts.MAX_ATTEMPTS
    fail(own, watermark_sensor, *requests)
    again, _ = tick(own, watermark_sensor)
    assert [range_of(request) for request in again] == [range_of(request) for request in requests]
    assert not {request.run_key for request in requests} & {request.run_key for request in again}


def test_the_watermark_sensor_gives_up_with_words_and_begins_anew_with_new_data(own: Orchestration) -> None:
    """A silent end of the attempts is found by a customer."""
    own.land(DAY)
    own.change("alter table scout.silver_transaction_keys rename to mislaid")
    fail(own, watermark_sensor, requested(own, watermark_sensor))
    for _ in range(attempts.MAX_ATTEMPTS - 1):
        again = requested(own, watermark_sensor)
        pretend_run(own, "carry_new", dg.DagsterRunStatus.FAILURE, tags=given_tags(again))
    words = skipped(own, watermark_sensor)
    assert "failed 5 times: see the runs, mend the cause, launch carry_new by hand" in words
    own.change("alter table scout.mislaid rename to silver_transaction_keys")
    own.land("2010-12-06")
    assert execute(own, watermark_sensor, requested(own, watermark_sensor))
    assert skipped(own, watermark_sensor).startswith("nothing waits beyond ")


def leave_a_mark(own: Orchestration) -> None:
    """What a rebuild that stopped after silver leaves behind."""
    own.change(
        "insert into ops.dirty_buckets (store_id, date_key, layer, cause) "
        "select store_id, date_key, 'gold/daily_aggregates', 'rebuilt' from scout.gold_daily_aggregates"
    )


def test_dirty_buckets_alone_are_asked_for(own: Orchestration) -> None:
    """Gold that a crash left behind would stay wrong until the next sale of that day."""
    own.land(DAY)
    flow.run_incremental(own.database)
    leave_a_mark(own)
    request = requested(own, watermark_sensor)
    assert range_of(request) == (DECEMBER, DECEMBER)
    assert request.tags["scout/waiting_rows"] == "0"
    assert execute(own, watermark_sensor, request)
    assert skipped(own, watermark_sensor).startswith("nothing waits beyond ")


def test_runs_that_succeeded_do_not_use_up_the_attempts(own: Orchestration) -> None:
    """On a day without sales the watermark stands still; the sixth repair of that day would never be carried."""
    own.land(DAY)
    flow.run_incremental(own.database)
    leave_a_mark(own)
    keys = set()
    for _ in range(attempts.MAX_ATTEMPTS + 1):
        request = requested(own, watermark_sensor)
        keys.add(request.run_key)
        pretend_run(own, "carry_new", dg.DagsterRunStatus.SUCCESS, tags=request.tags)
    assert len(keys) == attempts.MAX_ATTEMPTS + 1


def test_a_failure_that_leaves_no_bucket_is_tried_again(own: Orchestration) -> None:
    """Customers that failed after the buckets were done would stay old until the next sale."""
    own.land(DAY)
    own.change("alter table scout.gold_customer_insights rename to mislaid")
    assert not execute(own, watermark_sensor, requested(own, watermark_sensor))
    own.change("alter table scout.mislaid rename to gold_customer_insights")
    assert execute(own, watermark_sensor, requested(own, watermark_sensor))
    assert own.rows("select count(*) > 0 from scout.gold_customer_insights") == [(True,)]
    assert skipped(own, watermark_sensor).startswith("nothing waits beyond ")


def test_rows_of_an_open_transaction_are_not_asked_for(own: Orchestration) -> None:
    """A run for rows that nobody may read yet carries nothing, and the next one carries nothing either."""
    with own.database.transaction() as writer:
        writer.exec_driver_sql("select pg_current_xact_id()")
        own.land(DAY)
        assert skipped(own, watermark_sensor) == "nothing waits beyond 0/0"
    assert requested(own, watermark_sensor)


def test_the_rules_are_asked_about_a_first_file_that_was_refused(own: Orchestration) -> None:
    """A source whose first files are all refused changes no day: its bronze would be judged by nobody, nor at night."""
    assert skipped(own, quality_sensor) == "nothing changed since it was last checked"
    own.landing.mkdir(parents=True)
    (own.landing / "broken.csv").write_bytes(b"not,the,columns\n1,2,3\n")
    own.take()
    assert own.rows("select status, (select count(*) from ops.changed_days) from scout.bronze_ingestion_batches") == [
        ("refused", 0)
    ]
    # nobody asked yet, so no rule is known to the database; and then they are, and this file is due
    for is_known in (False, True):
        assert own.rows("select count(*) > 0 from ops.data_quality_tables") == [(is_known,)]
        request = requested(own, quality_sensor)
        with own.database.transaction() as connection:
            assert due.quality(connection) == request.tags[attempts.VERSION_TAG]
        checking.prepare(own.database, rule_book.TABLES)
    own.ask_rules()
    assert skipped(own, quality_sensor) == "nothing changed since it was last checked"


def test_the_quality_sensor_waits_for_what_computes_and_gives_up_with_words(own: Orchestration) -> None:
    """Days that are being computed would be judged half, and a check that cannot run would be asked for ever."""
    own.land(DAY)
    request = requested(own, quality_sensor)
    for job_name in ("take_files", "carry_new", "rebuild_months", "check_quality"):
        with dg.DagsterInstance.ephemeral() as instance:
            alone = replace(own, instance=instance)
            pretend_run(alone, job_name, dg.DagsterRunStatus.STARTED)
            assert skipped(alone, quality_sensor) == "a run is computing or checking already", job_name
    keys = set()
    for _ in range(attempts.MAX_ATTEMPTS):
        again = requested(own, quality_sensor)
        assert again.tags == request.tags
        keys.add(again.run_key)
        pretend_run(own, "check_quality", dg.DagsterRunStatus.FAILURE, tags=again.tags)
    assert len(keys) == attempts.MAX_ATTEMPTS
    words = skipped(own, quality_sensor)
    assert words == f"checking {request.tags[attempts.VERSION_TAG]} failed 5 times: see the runs and mend the cause"
    own.land("2010-12-06")
    assert requested(own, quality_sensor).run_key not in keys
