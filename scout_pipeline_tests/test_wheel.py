"""The wheel: installed outside the checkout, it brings its database, takes a file and proves its figures."""

import json
import os
import site
import subprocess
import sys
import zipfile
from pathlib import Path

from scout_pipeline_tests.conftest import REPOSITORY

SALES = """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123A,WHITE HANGING HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536365,71053,WHITE METAL LANTERN,-1,2010-12-01 08:26:00,3.39,17850.0,United Kingdom
536366,22633,HAND WARMER,x,2010-12-01 08:28:00,1.85,17850.0,United Kingdom
"""
FIGURES = "select net_revenue || ' ' || line_count from scout.gold_daily_aggregates"
LOAD_GRAPH = "import scout_pipeline, scout_pipeline.definitions as d; print(scout_pipeline.__file__, type(d.defs))"


def built(folder: Path) -> Path:
    build = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "-q", "-w", str(folder)]
    subprocess.run([*build, str(REPOSITORY)], check=True, capture_output=True, text=True, timeout=120)
    (wheel,) = folder.glob("*.whl")
    return wheel


def installed(wheel: Path, folder: Path) -> Path:
    """A fresh environment with the wheel, whose dependencies are those of this one; the folder of its programs.

    A line of a .pth file is a path and no more: the .pth of this environment that names the checkout is not read.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True, timeout=60)
    python = folder / "bin" / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index", "-q"]
    subprocess.run([*install, str(wheel)], check=True, capture_output=True, text=True, timeout=120)
    (packages,) = folder.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    return folder / "bin"


def test_an_installed_wheel_works_outside_the_checkout(open_folder: Path) -> None:
    """Statements, mappings, revisions or the Dagster files left out of the wheel are missed only at a user's."""
    wheel = built(open_folder)
    with zipfile.ZipFile(wheel) as archive:
        packed = set(archive.namelist())
    statements = {f"scout_pipeline/{path.relative_to(REPOSITORY)}" for path in REPOSITORY.glob("sql/**/*.sql")}
    assert {name for name in packed if name.endswith(".sql")} == statements
    assert {f"scout_pipeline/deployment/{name}.yaml" for name in ("dagster", "workspace")} <= packed

    programs = installed(wheel, open_folder / "environment")
    outside = open_folder / "elsewhere"
    outside.mkdir()
    (outside / "sales.csv").write_text(SALES, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}

    def run(program: str, *arguments: str) -> str:
        done = subprocess.run(
            [programs / program, *arguments],
            cwd=outside, env=environment, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    module, kind = run("python", "-P", "-c", LOAD_GRAPH).split(maxsplit=1)
    assert Path(module).is_relative_to(open_folder / "environment")
    assert "Definitions" in kind
    # no server is named: the commands make and start the embedded one in SCOUT_HOME
    assert "0001" in run("scout", "migrate", "up")
    (taken,) = json.loads(run("scout", "ingest", "sales.csv", "--source", "online_retail", "--json"))
    assert (taken["status"], taken["lines_loaded"]) == ("loaded", 3)
    silver = json.loads(run("scout", "run", "--json"))["silver"]
    assert (silver["lines_written"], silver["lines_rejected"]) == (2, 1)
    promises = json.loads(run("scout", "check", "--json"))
    assert {promise["name"]: promise["violations"] for promise in promises if not promise["holds"]} == {}
    assert "11.91 2" in run("scout", "psql", "-c", FIGURES)
