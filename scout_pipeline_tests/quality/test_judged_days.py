"""Which days a rule check of Dagster judges: what is due, and what was found bad and never mended."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from scout_pipeline import flow, rule_book
from scout_pipeline.automation.failed_checks_sensor import failed_checks_sensor
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.quality import checking, issues, registry
from scout_pipeline.quality.rules import RuleSet
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline.tables import Table
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, sale
from scout_pipeline_tests.orchestration import Orchestration, month_range, orchestration
from scout_pipeline_tests.test_alerts import open_alerts, tick

SALES = transactions_cleaned.TABLE
HOURS = "sold_hour_is_in_range"
DAMAGE = "update scout.silver_transactions_cleaned set sold_hour = 25 where transaction_id = '1'"
ALERT = ("failed_check", f"{SALES.key}:{HOURS}", "critical")
FOUND = "select issue_id, metric_date, status from ops.data_quality_issues where rule_id = :rule order by 1"


@pytest.fixture
def own(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Orchestration]:
    with dg.DagsterInstance.ephemeral() as instance:
        yield orchestration(instance, database, tmp_path, monkeypatch)


@pytest.fixture
def floor(own: Orchestration, tmp_path: Path) -> Floor:
    """A sale in January and one in February, carried."""
    made = Floor(own.database, tmp_path)
    made.take_reference(*SMALL_WORLD)
    made.take_sales(sale("0", at="2026-01-05T10:00:00+08:00"), sale("1", at="2026-02-05T10:00:00+08:00"))
    made.carry()
    return made


def ask(own: Orchestration, tags: Mapping[str, str] | None = None) -> dict[str, dg.AssetCheckEvaluation]:
    """Run the rules of the table in the job of the rules; what it says of each."""
    job = defs.resolve_job_def("check_quality")
    rules = {dg.AssetCheckKey(SALES.asset_key, rule.name) for rule in rules_of(SALES).rules}
    run = job.get_subset(asset_check_selection=rules).execute_in_process(
        instance=own.instance, tags=tags, raise_on_error=False
    )
    return {found.check_name: found for found in run.get_asset_check_evaluations()}


def rules_of(table: Table) -> RuleSet:
    assert table.quality is not None
    return table.quality


def shown(found: dg.AssetCheckEvaluation, *names: str) -> tuple[Any, ...]:
    return tuple(found.metadata[name].value for name in names)


def alerts(own: Orchestration) -> list[tuple[str, str, str]]:
    """What is open of this check, after a look."""
    tick(own, failed_checks_sensor)
    return [alert[:3] for alert in open_alerts(own) if alert[1] == ALERT[1]]


def test_a_bad_day_stays_red_until_it_is_mended_however_good_the_next_are(own: Orchestration, floor: Floor) -> None:
    """The next sale would turn the mark green and end the alert, while the figures of the bad day are as wrong."""
    own.change(DAMAGE)
    assert not ask(own)[HOURS].passed
    assert alerts(own) == [ALERT]
    floor.take_sales(sale("2", at="2026-02-07T10:00:00+08:00"))
    floor.carry()
    again = ask(own)
    assert not again[HOURS].passed
    assert shown(again[HOURS], "failing", "days_failing") == (1, 1)
    assert str(again[HOURS].metadata["observed"].value).startswith("2026-02-05: ")
    assert "2026-02-05" in str(again[HOURS].metadata["query"].value)
    # the bad day is not looked at for the other rules of the table
    assert again["amount_null"].passed
    assert alerts(own) == [ALERT]

    flow.run_rebuild(own.database, date(2026, 2, 1), date(2026, 2, 1))
    assert ask(own)[HOURS].passed
    assert alerts(own) == []


def test_a_run_of_months_asks_and_judges_its_own_months(own: Orchestration, floor: Floor) -> None:
    """A bad day of February would keep gold of January from being computed, or January hide what is bad in it."""
    own.change(DAMAGE)
    assert ask(own, month_range("2026-01-01", "2026-01-01"))[HOURS].passed
    assert own.rows("select max(metric_date) < '2026-02-01' from ops.data_quality_metrics") == [(True,)]
    assert not ask(own)[HOURS].passed
    scope = "days that changed since the last check, or have an open finding, of "
    for tags, expected in (
        # nothing is due in it any more: its latest day speaks
        ({"dagster/partition": "2026-01-01"}, (True, 1, 0, scope + "2026-01")),
        (month_range("2025-12-01", "2026-02-01"), (False, 1, 1, scope + "2025-12, 2026-01, 2026-02")),
        # nothing came in them, so nothing is wrong in them, and no other month is asked in their place
        (month_range("2025-11-01", "2025-12-01"), (True, 0, 0, scope + "2025-11, 2025-12")),
    ):
        found = ask(own, tags)
        assert set(found) == {rule.name for rule in rules_of(SALES).rules}
        assert (found[HOURS].passed, *shown(found[HOURS], "days_checked", "rows", "scope")) == expected


def test_what_somebody_acknowledged_ends_the_alarm(own: Orchestration, floor: Floor) -> None:
    """A mark that stays red for what everybody knows hides the next thing that nobody knows."""
    own.change(DAMAGE)
    assert not ask(own)[HOURS].passed
    ((number, day, status),) = own.rows(FOUND, rule=f"{SALES.relation}.{HOURS}")
    assert (day, status) == (date(2026, 2, 5), "open")
    with own.database.transaction() as connection:
        assert issues.close(connection, number, status="acknowledged", by="ana", why="the clock of that day")
    assert ask(own)[HOURS].passed
    assert own.rows(FOUND, rule=f"{SALES.relation}.{HOURS}") == [(number, day, "acknowledged")]


def test_a_rule_that_changed_is_asked_again_of_what_it_found(own: Orchestration, floor: Floor) -> None:
    """A rule that was too strict would stay red after it was mended; a new one would have no answer at all."""
    hours = next(rule for rule in rules_of(SALES).rules if rule.name == HOURS)
    too_strict = replace(hours, parameters={**hours.parameters, "max": 5})
    others = [rule for rule in rules_of(SALES).rules if rule.name not in (HOURS, "amount_null")]
    before = replace(SALES, quality=replace(rules_of(SALES), rules=(too_strict, *others)))
    declared = [before if table is SALES else table for table in rule_book.TABLES]
    checking.prepare(own.database, declared)
    with own.database.transaction() as connection:
        plan = [(day, [SALES.relation]) for day, names in checking.due(connection, [SALES]) if names]
    checking.check(own.database, plan)
    rule_id = registry.rule_id(SALES, hours)
    assert {row[2] for row in own.rows(FOUND, rule=rule_id)} == {"open"}
    found = ask(own)
    assert found[HOURS].passed
    assert found["amount_null"].passed
    assert {row[2] for row in own.rows(FOUND, rule=rule_id)} == {"resolved"}
