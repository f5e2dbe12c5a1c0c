"""What tests need beside Python's packages: where it is missing they are skipped, or fail where all is required.

A machine without Chromium or without the real files can still run every other test. CI sets SCOUT_REQUIRE_ALL=1
(`.ci/run`), so that nothing is skipped there. Whatever a test needs of the machine, it asks for here.
"""

import os
import shutil
from collections.abc import Sequence
from typing import NoReturn

import pytest

REQUIRE_ALL = "SCOUT_REQUIRE_ALL"


def missing(what: str, to_do: str) -> NoReturn:
    """Ends the test that needs it: skipped, or failed where SCOUT_REQUIRE_ALL is 1.

    `what` is a sentence about what is not there, `to_do` says how it comes there.
    """
    told = f"{what}: {to_do}"
    if is_all_required():
        pytest.fail(f"{told} ({REQUIRE_ALL} is set)", pytrace=False)
    pytest.skip(f"{told} ({REQUIRE_ALL}=1 makes this a failure)")


def is_all_required() -> bool:
    return os.environ.get(REQUIRE_ALL, "") not in ("", "0")


def program(names: Sequence[str], to_do: str) -> str:
    """The path of the first of these programs that this machine has."""
    found = next(filter(None, map(shutil.which, names)), None)
    return found or missing(f"there is no {names[0]} on this machine", to_do)
