"""`scout quarantine` as people type it: pages, counts, one entry whole, and questions before anything is closed."""

import json
from collections.abc import Callable
from pathlib import Path

import click.testing
import pytest

from scout_pipeline import settings
from scout_pipeline.cli.quarantine import quarantine
from scout_pipeline.database import Database
from scout_pipeline.quality import reasons
from scout_pipeline_tests.sales_files import csv_bytes, line, mapping_with, open_counter

Run = Callable[..., click.testing.Result]
BAD = b'T9,\x1b[2J,"open\n' * 3


@pytest.fixture
def run(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The commands, on a database with three lines and one record in quarantine."""
    counter = open_counter(database, tmp_path, monkeypatch, mapping_with())
    counter.take("a.csv", csv_bytes(line(), line("T2", quantity="many")) + BAD)
    counter.carry()
    monkeypatch.setenv("SCOUT_DATABASE_URL", database.url)
    settings.current.cache_clear()

    def invoke(*arguments: str, typed: str | None = None) -> click.testing.Result:
        return click.testing.CliRunner().invoke(quarantine, arguments, input=typed)

    return invoke


def test_entries_are_shown_page_by_page(run: Run) -> None:
    """A million entries would fill the terminal, or a page be shown twice."""
    pages: list[int] = []
    before: list[str] = []
    while page := json.loads(run("list", "--json", "--limit", "3", *before).stdout):
        pages += [entry["quarantine_id"] for entry in page]
        before = ["--before", str(pages[-1])]
    assert pages == sorted(pages, reverse=True)
    assert len(pages) == 4
    counted = json.loads(run("list", "--json", "--group", "reason", "--source", "sales").stdout)
    assert {row["name"]: row["entry_count"] for row in counted} == {"unbalanced_quote": 3, "invalid_quantity": 1}


def test_one_entry_is_shown_whole_and_harmless(run: Run) -> None:
    """Bytes of a stranger would clear the screen of whoever looks at them."""
    (entry, *_) = json.loads(run("list", "--json", "--reason", "unbalanced_quote").stdout)
    shown = run("show", str(entry["quarantine_id"])).stdout
    assert "\x1b" not in shown
    assert r'T9,\x1b[2J,"open' in shown
    assert "mapping/sales" in shown
    reason = reasons.of("unbalanced_quote")
    assert reason is not None
    assert reason.remedy in shown


def test_nothing_is_discarded_without_a_typed_word(run: Run) -> None:
    """A misplaced Enter would close what somebody still waits for."""
    chosen = ("--reason", "unbalanced_quote", "--by", "anna", "--why", "a test")
    assert "3 entries would be discarded" in run("discard", *chosen, "--dry-run").stdout
    assert run("discard", *chosen, typed="yes\n").exit_code == 1
    assert "3 entries discarded" in run("discard", *chosen, typed="discard 3\n").stdout
    assert json.loads(run("list", "--json", "--status", "discarded").stdout)
    assert "3 entries are open again" in run("reopen", *chosen).stdout
    assert "0 entries closed" in run("prune", "--dry-run").stdout
    assert "4 left alone" in run("replay", "--dry-run").stdout
