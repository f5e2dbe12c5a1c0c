"""Settings that cannot be: each is named with its value, its rule and the way out, wherever it is first read."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scout_pipeline import settings
from scout_pipeline.settings import SettingsError

WRONG = {
    "SCOUT_CURRENCY": ("peso", "PHP"),
    "SCOUT_WEBSERVER_PORT": ("abc", "3000"),
    "SCOUT_OPERATOR_PORT": ("65536", "3001"),
    "SCOUT_BUCKET_LIMIT": ("0", "2000"),
    "SCOUT_SCHEDULE_TIME_ZONE": ("Mars/Olympus", "Asia/Manila"),
    "SCOUT_SILVER_MONTHS": ("3", "the default"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_is_named_with_its_value_and_the_way_out(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A traceback of a library that nobody here chose to see says neither which variable nor what to write."""
    value, instead = WRONG[name]
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        settings.current()
    assert str(refused.value).startswith(f"{name} is '{value}': ")
    assert str(refused.value).endswith(instead)


@pytest.mark.parametrize("name", ["SCOUT_DATABASE_URL", "SCOUT_DAGSTER_DATABASE_URL"])
@pytest.mark.parametrize(
    "url",
    ["", "hunter2", "hunter2://", "mysql://a:hunter2@b/c", "postgresql://a:hunter2@b", "postgresql://a:hunter2@b:x/c"],
)
def test_a_wrong_database_url_is_refused_and_never_shown(name: str, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistyped port would end in a traceback, and its password in the log of whoever started it."""
    monkeypatch.setenv(name, url)
    with pytest.raises(SettingsError) as refused:
        settings.current()
    assert str(refused.value).startswith(f"{name} is a value that is not shown: it must read postgresql://USER")
    assert "hunter2" not in str(refused.value)
    assert refused.value.__cause__ is None


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One mistake a start would make five starts of five mistakes."""
    for name, (value, _) in WRONG.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        settings.current()
    assert all(name in str(refused.value) for name in WRONG)


CONSOLE_SCRIPT = Path(sys.executable).with_name("scout")


@pytest.mark.parametrize(
    "command", [(CONSOLE_SCRIPT, "status"), (sys.executable, "-c", "import scout_pipeline.definitions")]
)
def test_whoever_reads_it_first_shows_it(command: tuple[str | Path, ...]) -> None:
    """The person at the command line and the log of the code location are told the same."""
    environment = {**os.environ, "SCOUT_SCHEDULE_TIME_ZONE": "Mars/Olympus"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == (2 if "status" in command else 1)
    assert "SCOUT_SCHEDULE_TIME_ZONE is 'Mars/Olympus': 'Mars/Olympus' is no IANA time zone" in done.stderr
    assert ("Traceback" in done.stderr) == (done.returncode == 1)
