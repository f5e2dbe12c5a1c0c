"""A label, or one that is taken back, is asked anew: of its days, and of those that learned from them."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from scout_pipeline import database as db
from scout_pipeline import rule_book
from scout_pipeline.database import Database
from scout_pipeline.quality import checking, issues
from scout_pipeline.silver import dim_date
from scout_pipeline.store_days import audit
from scout_pipeline_tests.prepared import Prepared, State
from scout_pipeline_tests.quality.test_outliers import DAILY, DAY, HISTORY, STORES

# store 1 has a fair on the Tuesdays before, and so looks poor on the ordinary one after them; store 2 is silent on DAY
WORLD = (
    "delete from scout.gold_daily_aggregates where store_id = 2 and date_key = :day",
    """
    update scout.gold_daily_aggregates
    set net_revenue = net_revenue * 3, units = units * 3, transaction_count = transaction_count * 3
    where store_id = 1 and extract(isodow from date_key) = 2 and date_key between :day - 36 and :day - 1
    """,
    """
    insert into ops.store_days (store_id, date_key, state, is_changed, is_due, changed_by, audited_at)
    select store_id, date_key, 'audited', false, false, 'received', now()
    from scout.gold_daily_aggregates where date_key >= :day - 1
    """,
)
FINDINGS = """
    select regexp_replace(rule_id, '^.*[.]', ''), key ->> 'store_id' from ops.data_quality_issues
    where status <> 'resolved' and key <> '{}'
"""
REMOVED = "select kind, noted_by, note, removed_by, removal from ops.removed_incidents"
SILENT = ("no_store_is_silent", "2")


def _look(database: Database, folder: object, monkeypatch: pytest.MonkeyPatch) -> None:
    dim_date.refresh(database)
    checking.prepare(database, rule_book.TABLES)
    with database.transaction() as connection:
        for statement in (STORES, HISTORY):
            connection.execute(sa.text(statement))
        for statement in WORLD:
            connection.execute(sa.text(statement), {"day": DAY})
    checking.check(database, [(DAY, [DAILY])])


LOOKED_AT = State("a history whose last day was looked at", _look)


@pytest.fixture
def history(prepared: Prepared) -> Database:
    return prepared.copy(LOOKED_AT)


def due(history: Database) -> list[tuple[date, list[str]]]:
    with history.transaction() as connection:
        return [(day, list(names)) for day, names in checking.due(connection, rule_book.TABLES)]


def state(history: Database) -> str | None:
    """The word by which the sensor knows that something else is due."""
    with history.transaction() as connection:
        word: str | None = db.scalar(connection, "quality/due_state")
    return word


def found(history: Database) -> set[tuple[str, str]]:
    with history.transaction() as connection:
        return {(row[0], row[1]) for row in connection.execute(sa.text(FINDINGS))}


def label(history: Database, store_code: str | None, first: date, last: date, kind: str = "closed") -> int:
    with history.transaction() as connection:
        number = issues.label(
            connection, store_code=store_code, first=first, last=last, kind=kind, by="ana", note="a feast"
        )
    assert number is not None
    return number


def unlabel(history: Database, number: int) -> None:
    with history.transaction() as connection:
        assert issues.unlabel(connection, number, by="ben", why="the other street") is not None


def test_a_label_and_its_end_are_asked_anew_at_once(history: Database) -> None:
    """The finding that a label explains would stand until the day changes, which it never does."""
    assert SILENT in found(history)
    assert (due(history), state(history)) == ([], None)
    number = label(history, "S2", DAY, DAY)
    assert due(history) == [(DAY, [DAILY])]
    first_word = state(history)
    assert first_word is not None
    checking.check(history, due(history))
    assert SILENT not in found(history)
    assert (due(history), state(history)) == ([], None)

    unlabel(history, number)
    assert due(history) == [(DAY, [DAILY])]
    assert state(history) not in (None, first_word), "the sensor would take it for what it asked already"
    checking.check(history, due(history))
    assert SILENT in found(history)
    assert due(history) == []
    with history.transaction() as connection:
        assert issues.labels(connection) == []
        assert issues.unlabel(connection, number, by="ben", why="twice") is None
        kept = connection.execute(
            sa.text("select kind, noted_by, note, removed_by, removal from ops.removed_incidents")
        )
        assert [tuple(row) for row in kept] == [("closed", "ana", "a feast", "ben", "the other street")]


def test_a_later_finding_that_comes_from_the_labelled_days_is_asked_anew(history: Database) -> None:
    """A fair that was learned from makes the next ordinary Tuesday poor, also after somebody said what it was."""
    assert ("net_revenue_is_usual", "1") in found(history)
    # of another store: nothing that it found learned from these days
    label(history, "S3", date(2026, 2, 16), date(2026, 3, 23))
    assert due(history) == []
    label(history, "S1", date(2026, 2, 16), date(2026, 3, 23), kind="event")
    assert due(history) == [(DAY, [DAILY])]
    checking.check(history, due(history))
    assert found(history) == {SILENT}


def test_days_that_nobody_looked_at_are_not_due_for_a_label(history: Database) -> None:
    """A holiday that is labelled ahead would be asked about, and every store found silent on it."""
    label(history, None, DAY + timedelta(days=1), DAY + timedelta(days=400))
    label(history, None, date(2025, 1, 1), date(2025, 1, 2))
    assert due(history) == []


def test_a_check_that_runs_while_a_label_is_written_does_not_swallow_it(history: Database) -> None:
    """The day would be asked without its label and count as asked with it."""
    with history.transaction() as connection:
        issues.label(connection, store_code="S2", first=DAY, last=DAY, kind="closed", by="ana", note="a feast")
        checking.check(history, [(DAY, [DAILY])])
    assert SILENT in found(history)
    assert due(history) == [(DAY, [DAILY])]


@pytest.mark.parametrize(("store_code", "expected"), [("S1", {1}), (None, {1, 3})])
def test_audited_store_days_are_due_for_their_label(
    history: Database, store_code: str | None, expected: set[int]
) -> None:
    """The warning of a store-day says: label it. Nothing would happen then."""
    due_stores = "select store_id from ops.store_days where is_due and is_changed and date_key = :day"
    work: tuple[Callable[[], object], ...] = (
        lambda: number.append(label(history, store_code, DAY, DAY)),
        lambda: unlabel(history, number.pop()),
    )
    number: list[int] = []
    for change in work:
        change()
        with history.transaction() as connection:
            found = connection.execute(sa.text(due_stores), {"day": DAY}).scalars()
            assert set(found) == expected
            assert audit.due(connection).due_count == len(expected)
            connection.execute(sa.text("update ops.store_days set is_due = false, is_changed = false"))
