"""Clean days, one after the other, as production asks about them: every alarm is a false one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from scout_pipeline import flow, rule_book
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.migrations import runner
from scout_pipeline.quality import checking
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.conftest import create
from scout_pipeline_tests.mutations import checkers, world
from scout_pipeline_tests.mutations.checkers import LEARNING, Asked
from scout_pipeline_tests.mutations.world import LAST_DAY, REFERENCE, SALES, Size

HISTORY_DAYS = 56
DATABASE = "clean_walk"
ALARMS = """
    select metric_date, rule_id, key::text, observed, expected
    from ops.data_quality_issues
    where severity <> 'info'
    order by issue_id
"""


@dataclass(frozen=True)
class Walk:
    """Alarms of the counted days, one a finding; `earlier` counts those of the history."""

    days: int
    alarms: list[str]
    earlier: int

    def as_json(self) -> dict[str, Any]:
        return {"days": self.days, "alarms": self.alarms, "earlier": self.earlier}


def walk(
    server: EmbeddedServer,
    folder: Path,
    size: Size,
    *,
    history: int = HISTORY_DAYS,
    step: int = 1,
    on_alarm: Callable[[str], None] = lambda alarm: None,
) -> Walk:
    """The history is loaded and learned from at once; later days are delivered, carried, and what is due asked.

    `history` days of the size are not counted; `step` days are delivered together; what is due is asked in the order of
    the days all the same. The database stays.
    """
    files = world.simulate(size, folder / "simulated")
    create(server, DATABASE, template="template1")
    database = Database(server.url(DATABASE))
    runner.up(database)
    landing.ingest(database, sorted((files / "reference").iterdir()), mappings.load(REFERENCE))
    days = [LAST_DAY - timedelta(days=back) for back in reversed(range(size.days))]
    paths = [files / "transactions" / f"{day}.jsonl.gz" for day in days]
    landing.ingest(database, paths[:history], mappings.load(SALES))
    flow.run_incremental(database)
    checking.prepare(database, rule_book.TABLES)
    checking.check(database, [(day, LEARNING) for day in days[:history]])
    with database.transaction() as connection:
        known = connection.execute(sa.text(ALARMS)).all()
        # the other tables of the history: asked once, so that each later day asks what changed by it
        plan = checking.due(connection, rule_book.TABLES)
    checking.check(database, [(day, names) for day, names in plan if day >= days[history - 1]])
    found: list[str] = []
    for first in range(history, size.days, step):
        landing.ingest(database, paths[first : first + step], mappings.load(SALES))
        flow.run_incremental(database)
        with database.transaction() as connection:
            plan = checking.due(connection, rule_book.TABLES)
        checking.check(database, [(asked, names) for asked, names in plan if asked >= days[first].replace(day=1)])
        with database.transaction() as connection:
            rows = connection.execute(sa.text(ALARMS)).all()
        for row in rows[len(known) + len(found) :]:
            found.append(" ".join(str(value) for value in row))
            on_alarm(found[-1])
    at_the_end = Asked((), LAST_DAY)
    with database.transaction() as connection:
        kept = {
            **checkers.kept_promises(connection, at_the_end),
            **checkers.device_sequences(connection, at_the_end),
        }
    database.dispose()
    return Walk(size.days - history, [*found, *(f"{name} {saw}" for name, saw in kept.items())], len(known))
