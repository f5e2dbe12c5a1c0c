"""What a check could not judge is said to be so, and leaves what people know of it as it is."""

import json
from datetime import date
from pathlib import Path

import click.testing
import dagster as dg
import pytest
import sqlalchemy as sa

from scout_pipeline import database as db
from scout_pipeline import rule_book, settings
from scout_pipeline.cli.main import scout
from scout_pipeline.database import Database
from scout_pipeline.gold import daily_aggregates
from scout_pipeline.quality import checking, issues, registry, rule_checks
from scout_pipeline.quality.issues import Chosen
from scout_pipeline.silver import refresh, transactions_cleaned
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, sale

DAY = date(2026, 2, 5)
DAILY = daily_aggregates.TABLE
SALES = transactions_cleaned.TABLE.relation
NAME = "net_revenue_equals_silver_transactions_cleaned"
WRONG = "update scout.gold_daily_aggregates set net_revenue = net_revenue + 1"
FOUND = """
    select status, jsonb_array_length(history), resolved_by from ops.data_quality_issues
    where rule_id ~ 'daily_aggregates.net_revenue_equals' order by issue_id
"""


@pytest.fixture
def floor(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    """A day whose revenue in gold is wrong, which somebody acknowledged; then another sale, that waits for gold."""
    monkeypatch.setenv("SCOUT_DATABASE_URL", database.url)
    settings.current.cache_clear()
    made = Floor(database, tmp_path)
    made.take_reference(*SMALL_WORLD)
    made.take_sales(sale("1"))
    made.carry()
    checking.prepare(database, rule_book.TABLES)
    with database.transaction() as connection:
        connection.execute(sa.text(WRONG))
    checking.check(database, [(DAY, [SALES, DAILY.relation])])
    with database.transaction() as connection:
        issues.acknowledge(connection, Chosen(rule=NAME, severity="error"), by="ana", why="gold is rebuilt tonight")
    made.take_sales(sale("2"))
    refresh.carry_all(database)
    return made


def command(*names: str) -> click.testing.Result:
    return click.testing.CliRunner().invoke(scout, ("quality", "check", *names, "--day", str(DAY)))


def shown(floor: Floor, *, is_anew: bool = True) -> dg.AssetCheckResult:
    """What Dagster shows of the rule."""
    bounds = {"relation": DAILY.relation, "first_date": None, "until": None}
    with floor.database.transaction() as connection:
        rows = db.rows(connection, "quality/results_of_days", days=[DAY], is_anew=is_anew, **bounds)
    rule = next(rule for rule in DAILY.quality.rules if rule.name == NAME) if DAILY.quality else None
    assert rule
    row = next(row for row in rows if row["rule_id"] == registry.rule_id(DAILY, rule))
    return rule_checks.evaluation(DAILY, rule, row, dg.AssetCheckKey(DAILY.asset_key, NAME), set())


def test_a_day_that_waits_for_gold_settles_no_finding(floor: Floor) -> None:
    """What somebody knows and said why would be gone, and come back as news an hour later."""
    assert floor.rows(FOUND) == [("acknowledged", 1, None)]
    checking.check(floor.database, [(DAY, [SALES, DAILY.relation])])
    assert floor.rows(FOUND) == [("acknowledged", 1, None)]
    floor.carry()
    checking.check(floor.database, [(DAY, [SALES, DAILY.relation])])
    assert floor.rows(FOUND) == [("resolved", 1, "check")]


def test_what_was_not_judged_is_no_day_that_passed(floor: Floor) -> None:
    """Nobody compared anything, and the page would say that the day is right."""
    done = command("daily_aggregates")
    assert "not judged, on how many days" in done.stdout
    assert f"{NAME} 1" in " ".join(done.stdout.split())
    as_json = ("quality", "check", "daily_aggregates", "--day", str(DAY), "--json")
    measured = json.loads(click.testing.CliRunner().invoke(scout, as_json).stdout)
    (told,) = (one for one in measured if one["table_name"] == DAILY.relation)
    assert NAME in told["not_judged"]
    assert "schema_is_declared" not in told["not_judged"]
    said = shown(floor)
    assert said.passed, "or gold could not be computed in the run that would mend it"
    assert (said.description or "").startswith("Not judged: the day waits to be computed again. ")
    assert [said.metadata[name].value for name in ("days_checked", "days_not_judged")] == [0, 1]
    floor.carry()
    command("daily_aggregates")
    said = shown(floor)
    assert not (said.description or "").startswith("Not judged")
    assert [said.metadata[name].value for name in ("days_checked", "days_not_judged")] == [1, 0]


def test_an_open_finding_of_a_day_that_was_not_judged_stays_red(floor: Floor) -> None:
    """It would turn green at the next look, and nobody has mended anything."""
    with floor.database.transaction() as connection:
        connection.execute(sa.text("update ops.data_quality_issues set status = 'open'"))
    checking.check(floor.database, [(DAY, [SALES, DAILY.relation])])
    assert not shown(floor, is_anew=False).passed


def test_a_label_of_the_day_settles_what_was_found_of_its_volume(floor: Floor) -> None:
    """A label says why the day is poor: its finding would stand for ever if that were no judgement."""
    rule_id = f"{SALES}.volume_is_usual"
    with floor.database.transaction() as connection:
        connection.execute(
            sa.text(
                "select ops.raise_data_quality_issue(:rule, :day, null, null, 'warning', '1 row', '40 rows', 1, null)"
            ),
            {"rule": rule_id, "day": DAY},
        )
    status = "select status from ops.data_quality_issues where rule_id ~ 'volume_is_usual'"
    checking.check(floor.database, [(DAY, [SALES])])
    assert floor.rows(status) == [("open",)], "too little history is no proof that it was wrong"
    with floor.database.transaction() as connection:
        issues.label(connection, store_code=None, first=DAY, last=DAY, kind="closed", by="ana", note="a feast")
    checking.check(floor.database, [(DAY, [SALES])])
    assert floor.rows(status) == [("resolved",)]
