"""What a machine lacks is told to a newcomer, and stops CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scout_pipeline_tests import needs
from scout_pipeline_tests.conftest import REPOSITORY

PROBE = """
def test_with_data(online_retail_dir):
    pass


def test_with_browser(browser):
    pass


def test_without_either():
    pass
"""
TOLD = (
    "the Online Retail files are not in",
    "set SCOUT_TEST_DATA to the folder above online_retail",
    "there is no chromium on this machine",
    "make browser",
)


def run(folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Tests with the fixtures of the suite, on a machine that has neither the data nor any program."""
    probe = folder / "test_probe.py"
    probe.write_text(PROBE, encoding="utf-8")
    plain = {name: value for name, value in os.environ.items() if name != needs.REQUIRE_ALL}
    return subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-rs", "--tb=short", "-p", "no:cacheprovider"),
            *("-p", "scout_pipeline_tests.conftest", str(probe)),
        ],
        cwd=REPOSITORY,
        env={**plain, "PATH": str(folder), "SCOUT_TEST_DATA": str(folder), "COLUMNS": "400", **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_newcomer_is_told_what_is_missing_and_no_test_fails(tmp_path: Path) -> None:
    """Whoever cannot install a browser would take the product for broken, or learn to look away from red tests."""
    done = run(tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed, 2 skipped" in done.stdout
    for told in TOLD:
        assert told in done.stdout


def test_where_all_is_required_a_missing_part_is_a_failure(tmp_path: Path) -> None:
    """A CI that lost its browser or its data would stay green for ever with tests that nobody runs."""
    done = run(tmp_path, SCOUT_REQUIRE_ALL="1")
    assert done.returncode == pytest.ExitCode.TESTS_FAILED, done.stdout + done.stderr
    assert "1 passed, 2 errors" in done.stdout
    for told in TOLD:
        assert told in done.stdout


def test_ci_requires_all() -> None:
    """The promise above is kept by one line in `.ci/run`, before the tests."""
    lines = (REPOSITORY / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert lines.index("export SCOUT_REQUIRE_ALL=1") < lines.index("make test")


def test_every_test_asks_for_what_it_needs_in_one_place() -> None:
    """A test with a way of its own to do without would be skipped in CI, too, and nobody would see it."""
    forbidden = ("pytest.skip", "skipif(", "mark.skip", "importorskip", "shutil.which", "mark.xfail")
    own = {
        f"{path.relative_to(REPOSITORY)}: {word}"
        for path in (REPOSITORY / "scout_pipeline_tests").rglob("*.py")
        if path.name not in ("needs.py", Path(__file__).name)
        for word in forbidden
        if word in path.read_text(encoding="utf-8")
    }
    assert own == set()
