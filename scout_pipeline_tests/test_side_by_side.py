"""Tables are computed side by side, but never before what they are computed from."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pytest

from scout_pipeline import settings, side_by_side
from scout_pipeline.database import Database
from scout_pipeline.gold.buckets import GoldReport
from scout_pipeline.tables import Table


@dataclass
class Work:
    """A layer that does what the test says."""

    TABLE: Table
    work: Callable[[], object]

    def refresh(self, target: Database) -> GoldReport:
        self.work()
        return GoldReport(self.TABLE.key, 1, 0, 0, 0.0)


def table(name: str, *deps: Table) -> Table:
    return Table(key=f"gold/{name}", relation=f"scout.gold_{name}", description=name, deps=deps)


SALES = table("sales")
DAYS = table("days", SALES)
MONTHS = table("months", DAYS)


def test_a_table_waits_for_those_that_it_is_computed_from(database: Database) -> None:
    """A view of the dashboard would show the figures before this run, and say that it is up to date."""
    began: list[str] = []
    layers = [Work(each, partial(began.append, each.key)) for each in (MONTHS, DAYS, SALES)]
    reports = side_by_side.refresh(database, layers)
    assert began == ["gold/sales", "gold/days", "gold/months"]
    assert [report.layer for report in reports] == ["gold/months", "gold/days", "gold/sales"], "in the order given"


def test_what_lies_outside_the_call_is_not_waited_for(database: Database) -> None:
    """Silver is done before gold begins; a wait for it would never end."""
    assert [report.layer for report in side_by_side.refresh(database, [Work(MONTHS, lambda: None)])] == ["gold/months"]


def test_two_tables_are_computed_at_once(database: Database) -> None:
    """One after the other, a run of thirty tables takes twice as long on two processors."""
    together = threading.Barrier(2, timeout=10)
    layers = [Work(each, together.wait) for each in (SALES, table("places"))]
    assert len(side_by_side.refresh(database, layers)) == 2


def test_what_others_wait_for_begins_first(monkeypatch: pytest.MonkeyPatch, database: Database) -> None:
    """Begun last, a long table with a view upon it leaves the other processor idle at the end of every run."""
    monkeypatch.setenv("SCOUT_REFRESH_WORKERS", "1")
    settings.current.cache_clear()
    began: list[str] = []
    layers = [Work(each, partial(began.append, each.key)) for each in (table("places"), SALES, DAYS)]
    side_by_side.refresh(database, layers)
    settings.current.cache_clear()
    assert began == ["gold/sales", "gold/places", "gold/days"]


def test_after_an_error_nothing_more_begins(database: Database) -> None:
    """What comes after a table that failed would be computed from its old rows."""
    began: list[str] = []

    def fail() -> None:
        raise RuntimeError("no room left")

    layers = [
        Work(SALES, fail),
        Work(DAYS, partial(began.append, "days")),
        Work(MONTHS, partial(began.append, "months")),
    ]
    with pytest.raises(RuntimeError, match="no room left"):
        side_by_side.refresh(database, layers)
    assert began == []


def test_progress_is_told_by_the_thread_that_asked(database: Database) -> None:
    """What shows progress draws on a terminal, which two threads would garble."""
    told: list[threading.Thread] = []
    layers = [Work(SALES, lambda: None), Work(DAYS, lambda: None)]
    side_by_side.refresh(database, layers, on_done=lambda report: told.append(threading.current_thread()))
    assert told == [threading.current_thread()] * 2
