"""The wheel: everything the pipeline needs is in it, and it works outside the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from scout_pipeline.database import Database

REPOSITORY = Path(__file__).resolve().parent.parent


def test_an_installed_wheel_works_outside_the_checkout(tmp_path: Path, empty_database: Database) -> None:
    """Statements, mappings, revisions or the Dagster files left out of the wheel are missed only at a user's."""
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", str(tmp_path)]
    subprocess.run([*build, str(REPOSITORY)], check=True, capture_output=True, text=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    packed = {
        str(path.relative_to(site / "scout_pipeline" / "sql")) for path in site.glob("scout_pipeline/sql/**/*.sql")
    }
    assert packed == {str(path.relative_to(REPOSITORY / "sql")) for path in REPOSITORY.glob("sql/**/*.sql")}

    outside = tmp_path / "elsewhere"
    outside.mkdir()
    # -P and PYTHONPATH: the wheel's package, not the checkout that this environment has installed for editing
    environment = {
        **os.environ,
        "PYTHONPATH": str(site),
        "SCOUT_HOME": str(outside / "home"),
        "SCOUT_DATABASE_URL": empty_database.url,
    }
    command = [sys.executable, "-P", "-m", "scout_pipeline"]
    where = [sys.executable, "-P", "-c", "import scout_pipeline; print(scout_pipeline.__file__)"]
    for arguments, told in (
        (where, str(site)),
        ([*command, "migrate", "up"], "0006"),
        ([*command, "run"], "silver"),
        ([*command, "check"], "ledger_balances"),
        ([sys.executable, "-P", "-c", "import scout_pipeline.definitions as d; print(d.defs)"], "Definitions"),
    ):
        done = subprocess.run(
            arguments, cwd=outside, env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        assert told in done.stdout
