"""What `scout demo` loads: files that were named, the real data when they are there, else a simulated month."""

from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from scout_pipeline import settings
from scout_pipeline.cli.errors import UserError
from scout_pipeline.cli.pipeline import find_files
from scout_pipeline.sources import mapping as mappings
from scout_pipeline.sources.mapping import Mapping

REAL, SIMULATED = "online_retail", "scout"


@dataclass(frozen=True)
class Size:
    """How many shops are simulated where no files are named, and for how many days."""

    stores: int = 20
    days: int = 30


@dataclass(frozen=True)
class Delivery:
    """Files of one source, in the order in which they are taken."""

    mapping: Mapping
    files: list[Path]


def deliveries(data: Path | None, source: str | None, size: Size, console: Console) -> list[Delivery]:
    """What to load, in order: reference records before the sales that name them."""
    real = settings.test_data() / "online_retail" / "by-day"
    if data is not None:
        return [_delivery(source or REAL, data)]
    if source in (None, REAL) and real.is_dir():
        return [_delivery(REAL, real)]
    if source in (None, SIMULATED):
        folder = _simulated(size, console)
        return [
            _delivery("scout_reference", folder / "reference", folder / "late" / "reference"),
            _delivery(SIMULATED, folder / "transactions", folder / "late" / "transactions"),
        ]
    raise UserError(
        f"no files of {source} are named: `make demo DATA=folder SOURCE={source}`; without a folder there are the real "
        f"data (looked for in {real}) and the simulated shops of the source {SIMULATED}"
    )


def _delivery(source: str, *folders: Path) -> Delivery:
    mapping = mappings.load(source)
    return Delivery(mapping, find_files(folders, mapping))


def _simulated(size: Size, console: Console) -> Path:
    """Some days of simulated shops, made once for each size; the same bytes wherever they are made."""
    # numpy and pyarrow load here, so that the other demos and --help answer at once
    from scout_pipeline.simulate import simulation
    from scout_pipeline.simulate.arguments import Arguments, default_first_day

    folder = settings.current().home_dir / f"simulated-{size.stores}x{size.days}"
    if (folder / "truth.json").is_file():
        return folder
    first_day = default_first_day(size.days)
    arguments = Arguments(size.stores, size.days, first_day, rate=40, seed=1, dirty=0.02, late=0.02)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with console.status(f"simulating {size.stores} shops for {size.days} days ..."):
        simulation.run(arguments, folder, workers=None, force=False, on_progress=lambda done, total: None)
    console.print(f"[dim]simulated shops, and what was planted in them: {folder}[/]", soft_wrap=True)
    return folder
