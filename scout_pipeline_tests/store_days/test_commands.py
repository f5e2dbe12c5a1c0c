"""`scout days` and `scout why` as people type them, and the audit as Dagster runs it."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import click.testing
import pytest
import sqlalchemy as sa

from scout_pipeline import settings
from scout_pipeline.cli.days import days, explain
from scout_pipeline.cli.errors import UserError
from scout_pipeline.database import Database
from scout_pipeline.definitions import defs
from scout_pipeline.store_days import decisions
from scout_pipeline.store_days.decisions import StoreDayError
from scout_pipeline_tests.store_days.days import DAY, counted, open_floor, till

ANA = ("--by", "ana", "--why", "counted by hand")


def typed(*arguments: str, command: click.Command = days) -> str:
    """What a command prints; its errors are raised."""
    done = click.testing.CliRunner().invoke(command, arguments)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def test_a_day_goes_from_its_audit_to_its_closing(
    database: Database, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever is called at night has the commands and nothing else."""
    floor = open_floor(database, open_folder)
    floor.take_sales(counted(1, identifier="\x1b[2J"))
    floor.take_reference(till(99))
    floor.carry()
    monkeypatch.setenv("SCOUT_DATABASE_URL", database.url)
    settings.current.cache_clear()

    assert "nothing was changed" in typed("audit", "--dry-run")
    assert typed("audit").splitlines() == [
        "1 store-days audited",
        "  till_total_differs: 1 days",
        "  received_late: 1 days",
    ]
    assert json.loads(typed("audit", "--json"))["audited"] == 0
    (listed,) = json.loads(typed("list", "--json", "--errors", "--store", "s1", "--from", str(DAY)))
    assert (listed["store_code"], listed["state"], listed["error_count"]) == ("S1", "complete", 1)
    assert "1 complete" in typed("list", "--state", "open")
    shown = typed("show", "S1", str(DAY))
    assert "99 by the till (pos)" in shown
    assert "what to do: ask for the missing sales" in shown
    with pytest.raises(StoreDayError, match="neither a sale nor a till total"):
        typed("show", "S9", str(DAY))
    with pytest.raises(StoreDayError, match="override it"):
        typed("close", "S1", str(DAY), *ANA)
    assert "would not be closed" in typed("close", "S1", str(DAY), "--dry-run")
    assert "till_total_differs accepted" in typed("override", "S1", str(DAY), *ANA)
    assert json.loads(typed("show", "S1", str(DAY), "--json"))["overrides"][0]["reason"] == "counted by hand"
    assert "0 store-days would be closed" in typed("close", "--rested", "--dry-run")
    assert "0 store-days closed" in typed("close", "--rested")
    for mistake in ((), ("S1",), ("S1", str(DAY), "--rested"), ("S1", str(DAY))):
        with pytest.raises(UserError):
            typed("close", *mistake)
    assert "closed" in typed("close", "S1", str(DAY), *ANA)
    assert "open again" in typed("reopen", "S1", str(DAY), *ANA)
    told = json.loads(typed("S1", str(DAY), "--json", command=explain))
    assert [line["what"] for line in told if line["who"] == "ana"] == ["overridden", "audited", "closed", "reopened"]
    assert "\x1b" not in typed("S1", str(DAY), command=explain)
    with pytest.raises(StoreDayError):
        typed("S9", str(DAY), command=explain)


def test_dagster_audits_and_shows_what_stands(database: Database, open_folder: Path) -> None:
    """The job would do nothing, or its check be green while a day is held back."""
    floor = open_floor(database, open_folder)
    floor.take_sales(counted(1), counted(2, day=DAY + timedelta(days=1)))
    floor.take_reference(till(99))
    floor.carry()
    run = defs.resolve_job_def("audit_store_days").execute_in_process(resources={"database": database})
    (evaluation,) = run.get_asset_check_evaluations()
    shown: dict[str, Any] = {name: entry.value for name, entry in evaluation.metadata.items()}
    assert not evaluation.passed
    assert not evaluation.blocking
    assert (shown["audited"], shown["days_with_errors"], shown["due"]) == (2, 1, 0)
    assert shown["states"] == {"complete": 1, "audited": 1}
    assert shown["sample"].records[0].data == {
        "store": "S1",
        "day": str(DAY),
        "state": "complete",
        "findings": "received_late, till_total_differs",
    }
    with database.transaction() as connection:
        asked = connection.execute(sa.text(shown["query"].removeprefix("```sql").removesuffix("```"))).mappings().all()
    assert [(row["store_code"], row["date_key"]) for row in asked] == [("S1", DAY)]
    decisions.override(database, "S1", DAY, finding=None, by="ana", why="counted by hand")
    (evaluation,) = (
        defs.resolve_job_def("audit_store_days")
        .execute_in_process(resources={"database": database})
        .get_asset_check_evaluations()
    )
    assert evaluation.passed
    assert "scout days show" in str(evaluation.metadata["remedy"].value)
