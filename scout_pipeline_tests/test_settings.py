"""Settings that cannot be: each is named with its value, its rule and the way out, wherever it is first read."""

import os
import subprocess
import sys

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


def test_all_that_is_wrong_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One mistake a start would make five starts of five mistakes."""
    for name, (value, _) in WRONG.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as refused:
        settings.current()
    assert all(name in str(refused.value) for name in WRONG)


@pytest.mark.parametrize("command", [("-m", "scout_pipeline", "status"), ("-c", "import scout_pipeline.definitions")])
def test_whoever_reads_it_first_shows_it(command: tuple[str, ...]) -> None:
    """The person at the command line and the log of the code location are told the same."""
    environment = {**os.environ, "SCOUT_SCHEDULE_TIME_ZONE": "Mars/Olympus"}
    done = subprocess.run([sys.executable, *command], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == (2 if "status" in command else 1)
    assert "SCOUT_SCHEDULE_TIME_ZONE is 'Mars/Olympus': 'Mars/Olympus' is no IANA time zone" in done.stderr
    assert ("Traceback" in done.stderr) == (done.returncode == 1)
