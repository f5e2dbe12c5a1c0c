"""The history of benchmark results: recorded once, compared with what was before, judged by its goal."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scout_pipeline.cli.main import scout
from scout_pipeline.database import Database
from scout_pipeline.ops import baselines
from scout_pipeline.ops.baselines import BaselineError

Told = dict[str, Any]


def result(day: int, *figures: Told) -> Told:
    return {
        "benchmark": "load",
        "collected_at": f"2026-02-{day:02}T08:00:00Z",
        "revision": "abc1234",
        "facts": {"processors": 2},
        "figures": list(figures),
        "detail": {"whatever": ["only", "this benchmark", "knows"]},
    }


def figure(metric: str, value: float, goal: float | None = None) -> Told:
    return {"metric": metric, "value": value, "unit": "s", "goal": goal}


@pytest.fixture
def recorded(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Two runs, the later one recorded first, through the command."""
    monkeypatch.setenv("SCOUT_DATABASE_URL", database.url)
    paths = [tmp_path / "later.json", tmp_path / "earlier.json"]
    paths[0].write_text(json.dumps(result(2, figure("one day", 0.6, 0.5), figure("ratio", 2.5, 2.5))))
    paths[1].write_text(json.dumps(result(1, figure("one day", 0.4, 0.5), figure("dropped", 7))))
    for path in paths:
        done = CliRunner().invoke(scout, ["baselines", "record", str(path)], catch_exceptions=False)
        assert "2 of 2 figures of load are new" in done.output
    return paths


def test_a_figure_stands_beside_the_one_before_and_its_goal(database: Database, recorded: list[Path]) -> None:
    """A benchmark that got slower would look like one that was never run before."""
    found = {each.metric: each for each in baselines.latest(database)}
    one_day = found["one day"]
    assert (str(one_day.value), str(one_day.previous_value), float(one_day.ratio or 0)) == ("0.6", "0.4", 1.5)
    assert {metric: each.is_met for metric, each in found.items()} == {"one day": False, "ratio": True, "dropped": None}
    shown = CliRunner().invoke(scout, ["baselines"], catch_exceptions=False, env={"COLUMNS": "160"}).output
    (row,) = (line for line in shown.splitlines() if "one day" in line)
    assert [cell.strip() for cell in row.split("│")][3:9] == ["0.6", "s", "0.4", "1.50", "0.5", "NO"]
    told = json.loads(CliRunner().invoke(scout, ["baselines", "--json"], catch_exceptions=False).stdout)
    assert [each["metric"] for each in told] == ["dropped", "one day", "ratio"]


def test_a_file_that_is_recorded_again_adds_nothing(database: Database, recorded: list[Path]) -> None:
    """A run that is counted twice is its own previous one, and nothing seems ever to change."""
    for path in recorded:
        assert baselines.record(database, baselines.read(path)) == 0
    assert len(baselines.latest(database)) == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "the file: Invalid JSON"),
        (json.dumps(result(1)), "figures: List should have at least 1 item"),
        (json.dumps(result(1, {"metric": "m", "value": "fast", "unit": "s"})), "figures.0.value"),
        (json.dumps({**result(1, figure("m", 1)), "collected_at": "2026-02-01T08:00:00"}), "collected_at"),
    ],
)
def test_what_is_no_result_is_refused_with_the_place(tmp_path: Path, text: str, told: str) -> None:
    """A figure of an unknown time or without a number would stand in the history for ever."""
    path = tmp_path / "wrong.json"
    path.write_text(text)
    with pytest.raises(BaselineError, match=told):
        baselines.read(path)
