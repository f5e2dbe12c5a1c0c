"""Schedules: when they ask, that they never start together, and that they skip when there is nothing to do."""

import importlib
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._utils.schedules import is_valid_cron_string, schedule_execution_time_iterator

from scout_pipeline import flow, rule_book, settings
from scout_pipeline.automation.schedules import PLANS, schedules
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.gold import promotion_summary
from scout_pipeline.ops.partitions import maintenance
from scout_pipeline.quality import checking, registry
from scout_pipeline.quarantine import decisions
from scout_pipeline.quarantine.selection import Selection
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.conftest import REPOSITORY
from scout_pipeline_tests.floor_files import Floor, item, sale
from scout_pipeline_tests.orchestration import SOURCE, Orchestration, orchestration

DAY = "2010-12-05"
MANILA = ZoneInfo("Asia/Manila")
# bronze is due by its files, not by days that changed
ASKED = """
    insert into ops.data_quality_metrics (metric_date, table_name, total_records, null_count, passes, seconds)
    select check_date, table_name, 0, 0, true, 0 from ops.v_due_checks
"""
SCHEDULES = {schedule.name: schedule for schedule in schedules()}

# when each job is asked for, and how docs/architecture.md says it
TIMES = {
    "refresh_dashboard_views": ("1-59/5 * * * *", "every 5 minutes"),
    "refresh_gold_views": ("7-59/15 * * * *", "every 15 minutes"),
    "refresh_catalogue_views": ("2-59/15 * * * *", "every 15 minutes"),
    "snapshot_performance": ("3-59/5 * * * *", "every 5 minutes"),
    "check_performance": ("4-59/15 * * * *", "every 15 minutes"),
    "audit_store_days": ("15 * * * *", "hourly"),
    "prune_dagster_history": ("30 2 * * *", "daily 02:30"),
    "maintain_partitions": ("0 3 * * *", "daily 03:00"),
    "maintain_tables": ("30 3 * * 0-5", "Sunday to Friday 03:30"),
    "maintain_tables_weekend": ("30 3 * * 6", "Saturday 03:30"),
    "sweep_bronze": ("0 5 * * *", "daily 05:00"),
    "check_quality": ("30 5 * * *", "daily 05:30"),
    "summarise_promotions": ("0 6 * * *", "daily 06:00"),
    "clean_up_monitoring": ("0 4 * * 0", "Sunday 04:00"),
    "review_quarantine": ("0 7 * * 1", "Monday 07:00"),
}
# what sales do not bring about: an alert, age, and the history of Dagster (test_dagster_history.py)
NOT_OF_SALES = {"check_performance", "clean_up_monitoring", "prune_dagster_history"}


@pytest.fixture
def own(
    database: Database, online_retail_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Orchestration]:
    """A schedule opens its instance by itself: this one lies in files."""
    with dg.DagsterInstance.local_temp(str(tmp_path)) as instance:
        yield orchestration(instance, database, online_retail_dir, monkeypatch)


@pytest.fixture
def idle_day(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The harness of `make idle-day`."""
    monkeypatch.syspath_prepend(str(REPOSITORY / "benchmarks"))
    return importlib.import_module("idle_day")


def tick(own: Orchestration, job_name: str) -> tuple[list[dg.RunRequest], str]:
    """One evaluation, as the daemon makes it: what is asked for, and the words when it is nothing."""
    schedule = SCHEDULES[f"{job_name}_schedule"]
    context = dg.build_schedule_context(
        instance=own.instance,
        resources={"database": own.database},
        scheduled_execution_time=datetime(2026, 3, 1, 3, tzinfo=MANILA),
        repository_def=defs.get_repository_def(),
    )
    found = schedule.evaluate_tick(context)
    return list(found.run_requests or []), found.skip_message or ""


def starts(cron: str, zone: str) -> list[float]:
    """Every moment of a week, and of the week in which clocks would change elsewhere."""
    begin = datetime(2026, 3, 1, tzinfo=MANILA).timestamp()
    moments = schedule_execution_time_iterator(begin, cron, zone, ascending=True)
    found: list[float] = []
    for moment in moments:
        if moment.timestamp() >= begin + timedelta(days=8).total_seconds():
            return found
        found.append(moment.timestamp())
    return found


@pytest.mark.parametrize("name", sorted(SCHEDULES))
def test_a_schedule_says_its_time_zone_and_a_valid_time(name: str) -> None:
    """Without a zone it means UTC: the nightly work of Manila runs at eleven in the morning."""
    schedule = SCHEDULES[name]
    assert schedule.execution_timezone == "Asia/Manila"
    assert is_valid_cron_string(str(schedule.cron_schedule))
    assert len(str(schedule.cron_schedule).split()) == 5


def test_schedules_ask_when_the_page_says_so() -> None:
    """Weekly work would be done monthly, and a page that says otherwise is what people go by."""
    assert {plan.job_name: plan.cron for plan in PLANS} == {name: cron for name, (cron, _) in TIMES.items()}
    page = (REPOSITORY / "docs" / "architecture.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+)_schedule` \| ([^|]+) \|", page, re.MULTILINE))
    assert told == {name: words for name, (_, words) in TIMES.items()}


def test_months_that_cannot_go_are_named_and_an_alert_until_they_can(
    own: Orchestration, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Retention that never happens fills the disk, while every look says that nothing is to be done."""
    monkeypatch.setenv("SCOUT_BRONZE_MONTHS", "1")
    settings.current.cache_clear()
    maintenance.ensure(own.database, as_of=datetime.now(MANILA).isoformat())
    own.change("select ops.ensure_month_partition('scout.bronze_transactions_raw', '2024-01-01')")
    closed = "create or replace function ops.month_is_closed(p_month date) returns boolean language sql return "
    open_alerts = "select alert_type, object_name, severity from ops.performance_alerts where resolved_at is null"
    own.change(closed + "false")
    assert tick(own, "maintain_partitions") == (
        [],
        "every month ahead is there, and none can be archived now; left as it is: "
        "bronze 2024-01: not all of its store-days are closed",
    )
    assert own.rows(open_alerts) == [("retention", "bronze 2024-01", "warning")]
    own.change(closed + "true")
    (request,), _ = tick(own, "maintain_partitions")
    assert request.tags["scout/work"] == "bronze 2024-01 to archive"
    assert own.rows(open_alerts) == []


def test_no_two_schedules_start_in_the_same_minute() -> None:
    """Jobs that start together wait for each other's locks, on two cores every night in the same order."""
    assert len({plan.name for plan in PLANS}) == len(PLANS)
    moments = Counter(
        moment for schedule in SCHEDULES.values() for moment in starts(str(schedule.cron_schedule), "Asia/Manila")
    )
    assert [moment for moment, count in moments.items() if count > 1] == []


@pytest.mark.parametrize(
    ("job_name", "longest_seconds"),
    [("refresh_dashboard_views", 300), ("refresh_gold_views", 3600), ("refresh_catalogue_views", 900)],
)
def test_views_are_looked_at_often_enough(job_name: str, longest_seconds: int) -> None:
    """A view that is looked at every two hours cannot meet a target of one."""
    moments = starts(str(SCHEDULES[f"{job_name}_schedule"].cron_schedule), "Asia/Manila")
    assert max(later - earlier for earlier, later in pairwise(moments)) <= longest_seconds


def test_the_time_zone_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    """A deployment elsewhere would do its nightly work at noon."""
    monkeypatch.setenv("SCOUT_SCHEDULE_TIME_ZONE", "Europe/Berlin")
    settings.current.cache_clear()
    assert {schedule.execution_timezone for schedule in schedules()} == {"Europe/Berlin"}


def test_on_an_idle_day_every_schedule_skips_with_a_reason(own: Orchestration, idle_day: Any) -> None:
    """Each would add a run and its events, every five minutes, for nothing; `make idle-day` starts from here too."""
    own.land(DAY)
    flow.run_incremental(own.database)
    # as if the rules had been asked about all of it
    checking.prepare(own.database, rule_book.TABLES)
    own.change("delete from ops.changed_days")
    own.change(ASKED)
    idle_day.nights(own.database, own.instance)
    assert idle_day.awake(own.database, own.instance) == []
    for plan in PLANS:
        requests, words = tick(own, plan.job_name)
        assert (requests, words) == ([], plan.nothing), plan.name


def test_a_day_of_sales_wakes_every_schedule_that_looks_after_it(own: Orchestration, idle_day: Any) -> None:
    """A schedule that never finds work skips with a good reason, every night, and nobody ever sees it."""
    own.land(DAY)
    broken = own.landing / "broken.csv"
    own.landing.mkdir(parents=True, exist_ok=True)
    broken.write_bytes(b"not,the,columns\n1,2,3\n")
    (outcome,) = landing.ingest(own.database, [broken], mappings.load(SOURCE))
    assert outcome.status == "refused"
    flow.carry(own.database)
    own.change(
        "insert into ops.dirty_buckets values (1, current_date, :layer, 'described')",
        layer=promotion_summary.TABLE.key,
    )
    # as the first audit does
    with own.database.transaction() as connection:
        registry.register(connection, rule_book.TABLES)
    idle_day.let_counters_settle(own.database)
    asked = {plan.job_name for plan in PLANS if tick(own, plan.job_name)[0]}
    assert asked == TIMES.keys() - NOT_OF_SALES


def test_a_view_is_asked_for_when_rows_of_its_input_changed_and_not_again(own: Orchestration) -> None:
    """A dashboard would stand still; or every look would refresh what did not change."""
    own.land(DAY)
    flow.carry(own.database)
    (request,), _ = tick(own, "refresh_dashboard_views")
    hours = own.rows("select count(*) from scout.gold_hourly_kpis")[0][0]
    # rows, not statements: one insert wrote all of the hours
    assert request.tags["scout/work"] == f"mv_dashboard_kpis {hours}"
    assert own.run("refresh_dashboard_views").success
    assert tick(own, "refresh_dashboard_views")[0] == []
    assert own.rows("select count(*) from scout.mv_dashboard_kpis") == [(hours,)]
    # the others are still behind
    assert tick(own, "refresh_gold_views")[0]


def test_whether_a_view_is_refreshed_is_a_question_of_rows(own: Orchestration) -> None:
    """Counted by statements, a load of a million rows is one change, and does not reach a threshold of a hundred."""
    for day in (DAY, "2010-12-06"):
        own.land(day)
        flow.carry(own.database)
        if day == DAY:
            assert own.run("refresh_dashboard_views").success
    asked = (
        "select changed_rows, should_refresh from ops.should_refresh_views(:most) "
        "where view_name = 'scout.mv_dashboard_kpis'"
    )
    ((changed, _),) = own.rows(asked, most=0)
    assert changed > 1
    assert own.rows(asked, most=changed) == [(changed, True)]
    assert own.rows(asked, most=changed + 1) == [(changed, False)]


def test_a_run_that_is_under_way_is_not_asked_for_again(own: Orchestration) -> None:
    """A refresh of an hour would gather twelve more behind it."""
    own.land(DAY)
    flow.carry(own.database)
    own.instance.create_run_for_job(defs.resolve_job_def("refresh_dashboard_views"), status=dg.DagsterRunStatus.STARTED)
    assert tick(own, "refresh_dashboard_views") == ([], "a run of refresh_dashboard_views is under way already")


def test_the_jobs_of_monitoring_do_what_their_schedules_ask_for(own: Orchestration) -> None:
    """A thin job that nobody ever ran is found broken on the day it is needed."""
    assert tick(own, "snapshot_performance")[0]
    assert own.run("snapshot_performance").success
    assert own.rows("select count(*) from ops.performance_snapshots") == [(1,)]
    own.change("update ops.performance_snapshots set connections = 60")
    assert tick(own, "check_performance")[0]
    for _ in range(2):
        assert own.run("check_performance").success
    alerts = "select object_name, severity, seen_count, resolved_at is null from ops.performance_alerts"
    assert own.rows(alerts) == [("connections", "warning", 2, True)]
    own.change("update ops.performance_snapshots set connections = 6")
    assert own.run("check_performance").success
    assert own.rows(alerts) == [("connections", "warning", 2, False)]

    assert tick(own, "clean_up_monitoring")[0] == []
    own.change("update ops.performance_snapshots set captured_at = now() - interval '31 days'")
    own.change("update ops.performance_alerts set resolved_at = now() - interval '31 days'")
    assert tick(own, "clean_up_monitoring")[0]
    assert own.run("clean_up_monitoring").success
    assert own.rows("select count(*) from ops.performance_snapshots") == [(0,)]
    assert own.rows("select count(*) from ops.performance_alerts") == [(0,)]
    assert own.run("review_quarantine").success


def test_closed_entries_of_quarantine_go_by_themselves(own: Orchestration, tmp_path: Path) -> None:
    """What was refused years ago, personal data included, would stay until somebody remembers to prune it."""
    floor = Floor(own.database, tmp_path)
    floor.take_sales(*(sale(name, items=[item(quantity=-5)]) for name in ("old", "newer", "open")))
    floor.carry()
    age = "update scout.quarantine set resolved_at = now() - interval '{} days' where transaction_id = '{}'"
    for (number,) in own.rows("select quarantine_id from scout.quarantine where transaction_id <> 'open'"):
        decisions.discard(own.database, Selection(ids=[number]), by="anna", why="a test")
    own.change(age.format(399, "newer"))
    assert tick(own, "clean_up_monitoring") == (
        [],
        "nothing is older than SCOUT_MONITORING_DAYS, and nothing closed in quarantine than SCOUT_QUARANTINE_DAYS",
    )
    own.change(age.format(401, "old"))
    (request,) = tick(own, "clean_up_monitoring")[0]
    assert request.tags["scout/work"] == "1 entries of quarantine"
    assert own.run("clean_up_monitoring").success
    assert own.rows("select transaction_id, payload <> '{}' from scout.quarantine order by 1") == [
        ("newer", True),
        ("old", False),
        ("open", True),
    ]
    assert tick(own, "clean_up_monitoring")[0] == []


def test_an_alert_of_a_snapshot_is_over_when_nothing_happens_any_more(own: Orchestration) -> None:
    """Judged by the newest snapshot, of which an idle system makes none, it is a run each 15 minutes for ever."""
    for _ in range(2):
        assert own.run("snapshot_performance").success
    own.change(
        "update ops.performance_snapshots set deadlocks = deadlocks + 1 "
        "where captured_at = (select max(captured_at) from ops.performance_snapshots)"
    )
    assert own.run("check_performance").success
    alerts = "select object_name, resolved_at is null from ops.performance_alerts"
    assert own.rows(alerts) == [("deadlocks", True)]
    assert tick(own, "snapshot_performance")[0]
    assert own.run("snapshot_performance").success
    # until the alert was looked at again, one is enough
    assert tick(own, "snapshot_performance")[0] == []
    assert own.run("check_performance").success
    assert own.rows(alerts) == [("deadlocks", False)]
    assert tick(own, "snapshot_performance")[0] == []
    assert tick(own, "check_performance")[0] == []
