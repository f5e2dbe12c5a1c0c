"""`scout quality` as people type it: its exit status, findings that are acknowledged or resolved, and labelled days."""

import json
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest
import sqlalchemy as sa

from scout_pipeline import audit_log, settings
from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.main import scout
from scout_pipeline.database import Database
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, sale

Run = Callable[..., click.testing.Result]
DAY = ("--day", "2026-02-05")
BY = ("--by", "anna", "--why", "the till was replaced")
WRONG = "update scout.gold_daily_aggregates set net_revenue = net_revenue + 1, units = units + 1"
MENDED = WRONG.replace("+", "-")
RULE = "scout.gold_daily_aggregates.net_revenue_equals_silver_transactions_cleaned"
FINDINGS = """
    select status, coalesce(resolved_by, acknowledged_by), coalesce(resolution, acknowledgement)
    from ops.data_quality_issues where rule_id = :rule order by issue_id
"""


@pytest.fixture
def floor(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Floor:
    made = Floor(database, tmp_path)
    made.take_reference(*SMALL_WORLD)
    made.take_sales(sale("1"), sale("2", store="S2", payment_method="cash"))
    made.carry()
    monkeypatch.setenv("SCOUT_DATABASE_URL", database.url)
    settings.current.cache_clear()
    return made


@pytest.fixture
def run(floor: Floor) -> Run:
    """The commands, on a clean day of two stores."""

    def invoke(*arguments: str) -> click.testing.Result:
        done = click.testing.CliRunner().invoke(scout, ("quality", *arguments))
        assert done.exception is None or isinstance(done.exception, (SystemExit, UserError)), done.exception
        return done

    return invoke


def change(floor: Floor, statement: str) -> None:
    with floor.database.transaction() as connection:
        connection.execute(sa.text(statement))


def acts(floor: Floor) -> list[tuple[str, str, str]]:
    """(who, act, on what) of the audit log, the oldest first."""
    with floor.database.transaction() as connection:
        found = audit_log.entries(connection, since=None, act=None, actor=None, row_limit=100)
    return [(entry["actor"], entry["act"], entry["object"]) for entry in reversed(found)]


def open_finding(run: Run) -> str:
    """The number of the one finding of RULE that is not resolved."""
    listed = json.loads(run("issues", "--severity", "error", "--json").stdout)
    (number,) = (finding["issue_id"] for finding in listed if finding["rule_id"] == RULE)
    return str(number)


def test_a_check_ends_in_status_1_for_an_error_and_for_nothing_less(floor: Floor, run: Run) -> None:
    """A script would go on with figures that are wrong, or stop for every oddity."""
    change(floor, "update scout.silver_transactions_cleaned set payment_method = 'barter' where transaction_id = '2'")
    warned = run("check", "silver/transactions_cleaned", *DAY)
    assert "payment_method_is_known" in warned.stdout
    assert warned.exit_code == 0
    assert run("check", "daily_aggregates", *DAY).exit_code == 0
    change(floor, WRONG)
    failed = run("check", "daily_aggregates", *DAY, "--json")
    assert failed.exit_code == 1
    measured = {one["table_name"]: one for one in json.loads(failed.stdout)}["scout.gold_daily_aggregates"]
    assert (measured["total_records"], measured["passes"]) == (2, False)
    assert open_finding(run)
    listed = run("issues", "--severity", "error")
    assert (listed.exit_code, "Findings" in listed.stdout) == (0, True)
    assert run("check").exit_code == 1, "without a name and a day: what changed"
    assert "no table with rules" in str(run("check", "no_such_table", *DAY).exception)


def test_what_is_acknowledged_stays_until_the_data_is_mended(floor: Floor, run: Run) -> None:
    """A finding that somebody knows would be news at every check, or be gone while the figure is wrong."""
    check = ("check", "daily_aggregates", *DAY)
    change(floor, WRONG)
    run(*check)
    number = open_finding(run)
    assert run("resolve", number, "--known", *BY).stdout == f"{number}: acknowledged\n"
    assert run(*check).exit_code == 1, "known, and wrong all the same"
    assert floor.rows(FINDINGS, rule=RULE) == [("acknowledged", "anna", "the till was replaced")]
    assert open_finding(run) == number
    change(floor, MENDED)
    assert run(*check).exit_code == 0
    assert [row[:2] for row in floor.rows(FINDINGS, rule=RULE)] == [("resolved", "check")]
    refused = run("resolve", number, *BY)
    assert (refused.exit_code, f"there is no open finding {number}" in str(refused.exception)) == (1, True)
    assert acts(floor) == [("anna", "quality resolve", f"finding {number}")]


def test_what_is_resolved_while_it_is_wrong_comes_back(floor: Floor, run: Run) -> None:
    """A wrong figure would be silenced for ever by a word."""
    change(floor, WRONG)
    run("check", "daily_aggregates", *DAY)
    number = open_finding(run)
    assert run("resolve", number, *BY).stdout == f"{number}: resolved\n"
    assert number not in [str(row["issue_id"]) for row in json.loads(run("issues", "--json").stdout)]
    run("check", "daily_aggregates", *DAY)
    assert [row[0] for row in floor.rows(FINDINGS, rule=RULE)] == ["resolved", "open"]
    assert open_finding(run) != number


def test_what_a_person_said_of_a_finding_is_its_history(floor: Floor, run: Run) -> None:
    """Who acknowledged it would be known for ever, and who resolved it only until somebody else does."""
    change(floor, WRONG)
    run("check", "daily_aggregates", *DAY)
    number = open_finding(run)
    run("resolve", number, "--known", *BY)
    run("resolve", number, *BY)
    ((history,),) = floor.rows("select history from ops.data_quality_issues where issue_id = :id", id=number)
    said = ("anna", "the till was replaced")
    assert [(event["what"], event["by"], event["why"]) for event in history] == [
        ("acknowledged", *said),
        ("resolved", *said),
    ]
    assert all(event["at"] for event in history)


def test_days_are_labelled_for_a_store_that_exists(floor: Floor, run: Run) -> None:
    """A misspelt store would be labelled in nobody's statistics, and its outage learned as usual."""
    refused = run("label", "outage", "--from", "2026-02-05", "--store", "S9", *BY)
    assert (refused.exit_code, "there is no store 'S9'" in str(refused.exception)) == (1, True)
    assert floor.rows("select 1 from ops.incidents") == []
    assert acts(floor) == []
    labelled = run("label", "outage", "--from", "2026-02-05", "--to", "2026-02-06", "--store", "S2", *BY)
    assert labelled.exit_code == 0
    assert "asked anew" in labelled.stdout
    everywhere = run("label", "weather", "--from", "2026-02-07", *BY)
    assert everywhere.exit_code == 0
    assert floor.rows(
        "select store_code, from_date::text, to_date::text, kind, noted_by, note from ops.incidents "
        "left join scout.store_registry using (store_id) order by incident_id"
    ) == [
        ("S2", "2026-02-05", "2026-02-06", "outage", "anna", "the till was replaced"),
        (None, "2026-02-07", "2026-02-07", "weather", "anna", "the till was replaced"),
    ]
    (first,), (second,) = floor.rows("select incident_id from ops.incidents order by 1")
    assert acts(floor) == [
        ("anna", "quality label", f"incident {first}"),
        ("anna", "quality label", f"incident {second}"),
    ]
    assert "2026-02-06" in run("labels").stdout
    assert run("unlabel", str(first), *BY).exit_code == 0
    assert [row["incident_id"] for row in json.loads(run("labels", "--json").stdout)] == [second]
    assert f"there is no label {first}" in str(run("unlabel", str(first), *BY).exception)
    assert acts(floor)[2:] == [("anna", "quality unlabel", f"incident {first}")]
