"""The home of the benchmark at scale: a folder that keeps the server's data and what its load took."""

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path

from scout_pipeline import settings
from scout_pipeline.simulate.arguments import Arguments, default_first_day


@dataclass(frozen=True)
class Size:
    """How much is simulated: about `transactions` sales, spread over `stores` and `days`."""

    transactions: int
    stores: int
    days: int

    def arguments(self) -> Arguments:
        """Dirt as by default, and no late sales: they would make the last step compute every month again."""
        rate = self.transactions / self.stores / self.days
        return Arguments(self.stores, self.days, default_first_day(self.days), rate, seed=1, dirty=0.02, late=0.0)


@dataclass(frozen=True)
class Step:
    """One step of the load. Seconds are wall time; `layers` has those of silver and of each table after it.

    A step that was begun before a kill is not `is_whole`: what it took until then is not known.
    """

    name: str
    lines: int
    ingest_seconds: float
    run_seconds: float
    layers: dict[str, float]
    database_bytes: int
    is_whole: bool = True

    @property
    def seconds(self) -> float:
        return self.ingest_seconds + self.run_seconds


@dataclass
class Home:
    """The folder, the size that lies in it, and the steps of the load that are done."""

    folder: Path
    size: Size
    steps: list[Step] = field(default_factory=list)
    is_loaded: bool = False

    @property
    def simulated(self) -> Path:
        return self.folder / "simulation"

    def done(self, step: Step) -> None:
        self.steps.append(step)
        self._write()

    def finish(self) -> None:
        self.is_loaded = True
        self._write()

    def _write(self) -> None:
        told = {"size": asdict(self.size), "steps": [asdict(step) for step in self.steps], "is_loaded": self.is_loaded}
        draft = _record(self.folder).with_suffix(".new")
        draft.write_text(json.dumps(told, indent=2), encoding="utf-8")
        draft.replace(_record(self.folder))


def open_home(folder: Path, size: Size) -> Home:
    """The home with what is in it; every setting of this process is from now on that home's.

    Raises ValueError when it holds another size.
    """
    folder.mkdir(parents=True, exist_ok=True)
    os.environ["SCOUT_HOME"] = str(folder)
    settings.current.cache_clear()
    home = Home(folder, size)
    if _record(folder).is_file():
        told = json.loads(_record(folder).read_text(encoding="utf-8"))
        home = Home(folder, Size(**told["size"]), [Step(**step) for step in told["steps"]], told["is_loaded"])
    if home.size != size:
        raise ValueError(f"{folder} holds {home.size}: give the same size, or name another --home")
    return home


def _record(folder: Path) -> Path:
    return folder / "at_scale.json"
