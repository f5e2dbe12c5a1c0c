"""Plants the kinds, one at a time, and says who saw each."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from scout_pipeline import flow
from scout_pipeline.bronze import landing
from scout_pipeline.database import Database
from scout_pipeline.silver import dim_date, refresh
from scout_pipeline.sources import mapping as mappings
from scout_pipeline_tests.fingerprint import fingerprint
from scout_pipeline_tests.mutations import checkers, world
from scout_pipeline_tests.mutations.checkers import Alarms, Asked, Checker
from scout_pipeline_tests.mutations.deliveries import Delivery
from scout_pipeline_tests.mutations.kinds import PLACES, Kind
from scout_pipeline_tests.mutations.world import World

Outcome = Literal["caught", "undone", "missed"]
EVERYBODY = (*checkers.AFTER_SILVER[:2], *checkers.AFTER_GOLD)


@dataclass(frozen=True)
class Verdict:
    """Who saw a kind and what. `undone`: nobody, because every table is as if nothing had been planted."""

    kind: str
    outcome: Outcome
    alarms: Alarms


@dataclass(frozen=True)
class Score:
    """Verdicts over kinds; those that the pipeline undoes are no defect of the data and do not count."""

    control: Alarms
    verdicts: Sequence[Verdict]

    def of(self, outcome: Outcome) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.outcome == outcome]

    @property
    def share(self) -> float:
        judged = len(self.verdicts) - len(self.of("undone"))
        return len(self.of("caught")) / judged if judged else 0.0

    def as_json(self) -> dict[str, Any]:
        return {
            "kinds": len(self.verdicts),
            "caught": len(self.of("caught")),
            "undone": len(self.of("undone")),
            "missed": [verdict.kind for verdict in self.of("missed")],
            "share": round(self.share, 4),
            "control": dict(self.control),
            "verdicts": [asdict(verdict) for verdict in self.verdicts],
        }


def measure(
    clean: World,
    kinds: Iterable[Kind],
    folder: Path,
    *,
    thorough: bool = False,
    on_verdict: Callable[[Verdict], None] = lambda verdict: None,
) -> Score:
    """Ask about clean data first: a check that fails there catches nothing. Then plant each kind.

    Unless thorough, the first checker that sees a kind is enough.
    """
    verdicts = []
    with clean.copy(clean.whole) as whole:
        control, undamaged = _control(clean, whole, folder / "control")
        for number, kind in enumerate(kinds):
            if kind.plant is None:
                alarms: Alarms = _ask(whole, kind, clean, EVERYBODY, control, thorough=thorough)
                is_undone = False
            else:
                alarms, is_undone = _planted(clean, kind, folder / str(number), control, undamaged, thorough=thorough)
            verdicts.append(Verdict(kind.name, "caught" if alarms else "undone" if is_undone else "missed", alarms))
            on_verdict(verdicts[-1])
    return Score(control, verdicts)


def _control(clean: World, whole: Database, folder: Path) -> tuple[Alarms, dict[str, str]]:
    """The alarms of clean data, in both ways in which a kind is planted, and what its tables hold."""
    nothing = Kind("nothing")
    with clean.copy(clean.history) as database:
        delivered = _delivered(database, nothing, clean, folder, {}, thorough=True)
        return delivered | _ask(whole, nothing, clean, EVERYBODY, {}, thorough=True), fingerprint(database)


def _planted(
    clean: World, kind: Kind, folder: Path, control: Alarms, undamaged: dict[str, str], *, thorough: bool
) -> tuple[Alarms, bool]:
    """The alarms, and whether every table is as if nothing had been planted."""
    with clean.copy(clean.history) as database:
        alarms = _delivered(database, kind, clean, folder, control, thorough=thorough)
        return alarms, not kind.damage and not alarms and fingerprint(database) == undamaged


def _delivered(
    database: Database, kind: Kind, clean: World, folder: Path, known: Alarms, *, thorough: bool
) -> dict[str, str]:
    """Take the files as production does and carry them, and ask after each layer who sees something."""
    delivery = Delivery.of(clean)
    if kind.plant:
        kind.plant(delivery)
    for source, path in delivery.files(folder):
        landing.ingest(database, [path], mappings.load(source))
    world.remove(folder)
    dim_date.refresh(database)
    refresh.carry_all(database)
    alarms = _ask(database, kind, clean, checkers.AFTER_SILVER, known, thorough=thorough)
    if alarms and not thorough:
        return alarms
    flow.run_incremental(database)
    return alarms | _ask(database, kind, clean, checkers.AFTER_GOLD, known, thorough=thorough)


def _ask(
    database: Database, kind: Kind, clean: World, whom: Sequence[Checker], known: Alarms, *, thorough: bool
) -> dict[str, str]:
    """The alarms after the damage; nothing of either stays."""
    *earlier, last = clean.days
    asked = Asked([*(last - timedelta(days=back) for back in sorted(kind.earlier, reverse=True)), *earlier], last)
    with database.transaction() as connection, connection.begin_nested() as damaged:
        for statement in [*PLACES.split(";"), *kind.damage.split(";")] if kind.damage else []:
            connection.exec_driver_sql(statement)
        alarms = checkers.ask(connection, whom, asked, known, thorough=thorough)
        damaged.rollback()
    return alarms
