"""A clean simulated world, loaded and checked up to the last days: what every defect is planted into."""

import gzip
import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from scout_pipeline import flow, rule_book, settings
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline.migrations import runner
from scout_pipeline.quality import checking
from scout_pipeline.simulate import simulation
from scout_pipeline.simulate.arguments import Arguments
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.conftest import create, fresh_database
from scout_pipeline_tests.mutations import checkers

Document = dict[str, Any]

# An ordinary Wednesday, no pay day, whose day and month may be swapped; long enough ago for any clock.
LAST_DAY = date(2025, 6, 11)
DELIVERED_DAYS = 3
SALES, REFERENCE = "scout", "scout_reference"
METRICS = "store_metric.jsonl"


@dataclass(frozen=True)
class Size:
    """How large the world is: `rate` is sales per store and day."""

    stores: int
    days: int
    rate: float
    seed: int = 1


FULL = Size(stores=10, days=46, rate=40)
SMALL = Size(stores=5, days=37, rate=30)


@dataclass(frozen=True)
class World:
    """`history` has everything up to the last days, `whole` those too; both are databases without connections."""

    server: EmbeddedServer
    folder: Path
    size: Size
    history: str
    whole: str

    @property
    def days(self) -> list[date]:
        """The days that are delivered with a defect, the last one last."""
        return last_days(LAST_DAY)

    def documents(self) -> dict[date, list[Document]]:
        return {day: read(self.folder / "transactions" / f"{day}.jsonl.gz") for day in self.days}

    def metrics(self) -> list[Document]:
        """The measurements of the days that are delivered."""
        return [record for record in read(self.folder / "reference" / METRICS) if _day(record) >= self.days[0]]

    @contextmanager
    def copy(self, template: str) -> Iterator[Database]:
        with fresh_database(self.server, template=template) as database:
            yield database


def last_days(last: date) -> list[date]:
    return [last - timedelta(days=back) for back in reversed(range(DELIVERED_DAYS))]


@contextmanager
def own_environment(folder: Path) -> Iterator[None]:
    """A home and a key of its own, so that pseudonyms are the same in every copy."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SCOUT_HOME", str(folder / "home"))
        environment.setenv("SCOUT_PSEUDONYM_KEY", "the same in every copy")
        settings.current.cache_clear()
        yield
    settings.current.cache_clear()


def simulate(size: Size, folder: Path) -> Path:
    """Files of clean sales up to LAST_DAY."""
    first_day = LAST_DAY - timedelta(days=size.days - 1)
    arguments = Arguments(size.stores, size.days, first_day, size.rate, size.seed, dirty=0, late=0)
    simulation.run(arguments, folder, workers=1, force=True, on_progress=lambda done, total: None)
    return folder


def build(server: EmbeddedServer, folder: Path, size: Size, *, migrated: str = "template1") -> World:
    """Simulate, load and check; the databases `clean_history` and `clean_whole` of the server hold the result.

    They begin as a copy of `migrated`, and with the migrations that it lacks.
    """
    simulate(size, folder / "simulated")
    world = World(server, folder / "simulated", size, "clean_history", "clean_whole")
    create(server, world.history, template=migrated)
    database = Database(server.url(world.history))
    runner.up(database)
    early = folder / METRICS
    write(early, [record for record in read(world.folder / "reference" / METRICS) if _day(record) < world.days[0]])
    reference = [path for path in sorted((world.folder / "reference").iterdir()) if path.name != METRICS]
    landing.ingest(database, [*reference, early], mappings.load(REFERENCE))
    days = sorted(path for path in (world.folder / "transactions").iterdir() if path.name < f"{world.days[0]}.jsonl.gz")
    landing.ingest(database, days, mappings.load(SALES))
    flow.run_incremental(database)
    checking.prepare(database, rule_book.TABLES)
    history = [(date.fromisoformat(path.name[:10]), checkers.LEARNING) for path in days]
    checking.check(database, history)
    database.dispose()
    create(server, world.whole, template=world.history)
    database = Database(server.url(world.whole))
    landing.ingest(
        database, [world.folder / "transactions" / f"{day}.jsonl.gz" for day in world.days], mappings.load(SALES)
    )
    late = folder / f"late_{METRICS}"
    write(late, world.metrics())
    landing.ingest(database, [late], mappings.load(REFERENCE))
    flow.run_incremental(database)
    checking.check(database, [(day, checkers.LEARNING) for day in world.days[:-1]])
    database.dispose()
    return world


def read(path: Path) -> list[Document]:
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in content.splitlines()]


def encoded(documents: list[Document]) -> bytes:
    return "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents).encode()


def write(path: Path, documents: list[Document]) -> None:
    path.write_bytes(encoded(documents))


def remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)


def _day(record: Document) -> date:
    return date.fromisoformat(record["attributes"]["measured_at"][:10])
