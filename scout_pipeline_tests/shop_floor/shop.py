"""A simulated shop floor in a database of its own: written, delivered in two parts, and carried after each."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from scout_pipeline import flow, settings
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.quality import promises
from scout_pipeline.simulate import simulation
from scout_pipeline.simulate.arguments import Arguments
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.shop_floor.customer_figures import KEY
from scout_pipeline_tests.shop_floor.truth import Truth

# The last days of a month and the first ones of the next, a pay day among them; long enough ago for any clock.
FIRST_DAY = date(2025, 6, 23)
# shops and days above which more than one process writes
SMALL = 1_000


@dataclass
class Shop:
    """A database that has everything a simulation delivered.

    `files` has the path in the simulation of each batch, `late_batches` those of the second delivery, and `broken`
    for each carry the promises that did not hold after it.
    """

    database: Database
    truth: Truth
    files: dict[int, str] = field(default_factory=dict)
    late_batches: set[int] = field(default_factory=set)
    broken: list[list[str]] = field(default_factory=list)

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """What a query returns, as tuples."""
        with self.database.transaction() as connection:
            return [tuple(row) for row in connection.execute(sa.text(query), values)]

    def ids(self, query: str, **values: Any) -> set[Any]:
        """The first column of what a query returns."""
        return {row[0] for row in self.rows(query, **values)}

    def deliver(self) -> None:
        """Everything but what is late, carried; then what is late, carried."""
        for folder in ("", "late/"):
            taken = [
                *self._take("scout_reference", self.truth.files(f"{folder}reference")),
                *self._take("scout", self.truth.files(f"{folder}transactions")),
            ]
            self.late_batches = set(taken)
            flow.run_incremental(self.database)
            self.broken.append(broken_promises(self.database))

    def _take(self, source: str, paths: list[Path]) -> Iterable[int]:
        for outcome in landing.ingest(self.database, paths, mappings.load(source)):
            assert outcome.batch_id is not None, f"{outcome.path} was not taken: {outcome.status} {outcome.reason}"
            self.files[outcome.batch_id] = str(outcome.path.relative_to(self.truth.folder))
            yield outcome.batch_id


def broken_promises(database: Database) -> list[str]:
    """Names, numbers and examples of the promises that do not hold."""
    with database.transaction() as connection:
        return [
            f"{result.promise.name}: {result.violations} {result.sample}"
            for result in promises.check_all(connection)
            if not result.holds
        ]


def open_shop(database: Database, folder: Path, *, stores: int, days: int) -> Shop:
    """Simulate, deliver and carry; the customers get their pseudonyms under the key that the figures use."""
    arguments = Arguments(stores=stores, days=days, first_day=FIRST_DAY, rate=40, seed=11, dirty=0.12, late=0.05)
    workers = 1 if stores * days <= SMALL else None
    quietly: Callable[[int, int], None] = lambda done, total: None  # noqa: E731
    simulation.run(arguments, folder / "simulated", workers=workers, force=False, on_progress=quietly)
    shop = Shop(database, Truth(folder / "simulated"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SCOUT_HOME", str(folder / "home"))
        environment.setenv("SCOUT_PSEUDONYM_KEY", KEY)
        settings.current.cache_clear()
        shop.deliver()
    settings.current.cache_clear()
    return shop
