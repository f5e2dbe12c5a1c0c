"""The lock files: every package pinned and known by its hash, and no word about where it came from."""

import re
import tomllib

import pytest

from scout_pipeline_tests.conftest import REPOSITORY

LOCK_FILES = ("requirements.lock", "requirements-dev.lock")
# one pinned release; extras and a marker of the platform may stand with it
PIN = re.compile(r"(?P<name>[a-z0-9][a-z0-9._-]*)(\[[a-z0-9,._-]+\])?==(?P<version>[^\s;]+)( ; [^\\]+)?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def requirements(name: str) -> list[list[str]]:
    """The parts of each requirement, the pin first: lines joined where one ends in a backslash, comments left out."""
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    lines = re.sub(r"\\\n", "\n+", re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE))
    joined = re.sub(r"\n\+ *", "\t", lines)
    return [[part.strip() for part in line.split("\t")] for line in joined.splitlines() if line.strip()]


@pytest.mark.parametrize("name", LOCK_FILES)
def test_a_lock_file_names_no_place(name: str) -> None:
    """Whoever installs from it would be sent to the registry, or the folder, of the one who made it."""
    text = (REPOSITORY / name).read_text(encoding="utf-8")
    options = re.findall(r"^ *-(?!-hash=)\S+", text, flags=re.MULTILINE)
    assert options == []
    assert re.findall(r"\S*(?://|@ |file:)\S*", text) == []
    assert re.findall(r"\b[\w-]+\.(?:org|com|net|io|dev|local|internal)\b", text) == []


@pytest.mark.parametrize("name", LOCK_FILES)
def test_every_requirement_is_pinned_and_carries_a_hash(name: str) -> None:
    """Another file under the same name and version would be installed without a word."""
    found = requirements(name)
    assert len(found) > 50
    for pin, *hashes in found:
        assert PIN.fullmatch(pin), pin
        assert hashes, f"{pin} has no hash"
        assert all(HASH.fullmatch(each) for each in hashes), pin


def test_both_lock_files_hold_all_that_is_asked_for_in_the_same_releases() -> None:
    """What people run would not be what was tested."""
    runtime, development = (
        {found["name"]: found["version"] for pin, *_ in requirements(name) if (found := PIN.fullmatch(pin))}
        for name in LOCK_FILES
    )
    assert {name: development.get(name) for name in runtime} == runtime
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    for asked, locked in (
        (project["dependencies"] + extras["build"], runtime),
        (extras["dev"], development),
    ):
        names = {re.split(r"[\[<>=~! ]", each)[0].lower().replace("_", "-") for each in asked}
        assert names <= set(locked)
