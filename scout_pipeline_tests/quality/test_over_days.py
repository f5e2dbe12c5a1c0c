"""A day is held against other days when it is over at every store, and is asked about once more then."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from scout_pipeline import rule_book
from scout_pipeline.database import Database
from scout_pipeline.gold import daily_aggregates, hourly_kpis
from scout_pipeline.quality import checking
from scout_pipeline.silver import transactions_cleaned
from scout_pipeline_tests.floor_files import SMALL_WORLD, Floor, reference, sale

DAY = date(2026, 2, 5)
COMPARED = [transactions_cleaned.TABLE.relation, daily_aggregates.TABLE.relation]
ASKED = [*COMPARED, hourly_kpis.TABLE.relation]
DURING_THE_DAY = "update ops.data_quality_metrics set checked_at = '2026-02-05 14:00+00'"
END = "select ops.day_end('2026-02-05')"
TODAY = "select ops.day_is_over(current_date), ops.day_is_over(current_date - 3)"
UNJUDGED = """
    select count(*) from ops.data_quality_results as result
    inner join ops.data_quality_rules as rule using (rule_id)
    where rule.dimension in ('distribution', 'volume') and rule.table_name = any(:asked)
        and result.metric_date = current_date and result.failing is not null
"""


@pytest.fixture
def floor(database: Database, tmp_path: Path) -> Floor:
    """A sale of one day in Manila, carried."""
    made = Floor(database, tmp_path)
    made.take_reference(*SMALL_WORLD)
    made.take_sales(sale("1"))
    made.carry()
    checking.prepare(database, rule_book.TABLES)
    return made


def due(floor: Floor) -> list[str]:
    with floor.database.transaction() as connection:
        plan = checking.due(connection, rule_book.TABLES)
    return [name for day, names in plan if day == DAY for name in names if name in ASKED]


def test_a_day_is_over_when_it_is_at_the_westernmost_store(floor: Floor) -> None:
    """At 19:00 in New York it is tomorrow in UTC: every evening all stores would look poor, and some silent."""
    assert floor.rows(END) == [(datetime(2026, 2, 6, tzinfo=UTC),)]
    floor.take_reference(reference("store", "S3", time_zone="America/New_York"))
    floor.carry()
    assert floor.rows(END) == [(datetime(2026, 2, 6, 5, tzinfo=UTC),)]
    assert floor.rows(TODAY) == [(False, True)]


def test_a_day_that_was_asked_about_before_its_end_is_asked_once_more(floor: Floor) -> None:
    """The last sale of a day comes before its end: nothing would ever be held against the days before it."""
    checking.check(floor.database, [(DAY, ASKED)])
    assert due(floor) == []
    with floor.database.transaction() as connection:
        connection.execute(sa.text(DURING_THE_DAY))
    assert due(floor) == COMPARED
    checking.check(floor.database, [(DAY, COMPARED)])
    assert due(floor) == []


def test_a_day_that_is_not_over_is_not_judged_by_others(floor: Floor) -> None:
    """Half a day is poor, and would settle what was found of it, or be told as right."""
    with floor.database.transaction() as connection:
        today = connection.execute(sa.text("select current_date")).scalar_one()
    checked = checking.check(floor.database, [(today, ASKED)])
    assert floor.rows(UNJUDGED, asked=COMPARED) == [(0,)]
    assert {one.table_name for one in checked if one.not_judged} == set(COMPARED)
