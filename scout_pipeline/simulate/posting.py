"""Sends the delivery files of a simulation to an intake over HTTP, in the order of delivery."""

import gzip
import http.client
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from scout_pipeline.simulate.errors import SimulationError
from scout_pipeline.simulate.ledger import CONTRACTS
from scout_pipeline.simulate.simulation import Progress

LINES_PER_REQUEST = 2_000
TIMEOUT_SECONDS = 60
SHOWN_ANSWER = 200


@dataclass(frozen=True)
class Batch:
    """Lines of one file, as they are; `first_line` counts from 1."""

    file: str
    first_line: int
    lines: list[bytes]

    @property
    def last_line(self) -> int:
        return self.first_line + len(self.lines) - 1

    @property
    def contract(self) -> str:
        return CONTRACTS["reference" if "reference/" in self.file else "transaction"]


class Intake:
    """The server behind a URL; the connection is kept between requests when the server allows it."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SimulationError(f"--post is {url}; it must be a URL such as http://127.0.0.1:8000/transactions")
        if parts.username is not None or parts.password is not None:
            raise SimulationError("--post holds a name or password, which would be shown; remove it from the URL")
        connect = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        self._url = url
        self._connection = connect(parts.hostname, parts.port, timeout=TIMEOUT_SECONDS)
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")

    def reach(self) -> None:
        """Fail now rather than after a long simulation when nothing listens there."""
        try:
            self._connection.connect()
        except OSError as error:
            raise self._unreachable(error) from None
        self._connection.close()

    def send(self, batch: Batch) -> None:
        """Post the lines of a batch; any answer but success ends the delivery."""
        headers = {
            "Content-Type": "application/x-ndjson",
            "X-Scout-Contract": batch.contract,
            "X-Scout-File": batch.file,
            "X-Scout-First-Line": str(batch.first_line),
        }
        try:
            self._connection.request("POST", self._target, b"".join(batch.lines), headers)
            answer = self._connection.getresponse()
            said = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise self._unreachable(error) from None
        if not 200 <= answer.status < 300:
            words = " ".join(said[:SHOWN_ANSWER].decode("utf-8", "replace").split())
            raise SimulationError(
                f"{self._url} answered {answer.status} {answer.reason} to lines {batch.first_line} to "
                f"{batch.last_line} of {batch.file}" + (f": {words}" if words else "")
            )

    def close(self) -> None:
        self._connection.close()

    def _unreachable(self, error: Exception) -> SimulationError:
        return SimulationError(
            f"{self._url} cannot be reached ({_reason(error)}); start the server there and run the command again"
        )


def post(folder: Path, truth: dict[str, Any], intake: Intake, on_progress: Progress) -> int:
    """Send every delivery file of the simulation in `folder`; the lines sent."""
    sent, total = 0, sum(file["lines"] for file in truth["files"])
    on_progress(sent, total)
    try:
        for file in truth["files"]:
            for batch in batches(folder, file["path"]):
                intake.send(batch)
                sent += len(batch.lines)
                on_progress(sent, total)
    finally:
        intake.close()
    return sent


def batches(folder: Path, name: str) -> Iterator[Batch]:
    """The lines of a file, so many at a time."""
    path = folder / name
    with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
        first_line = 1
        while lines := list(islice(stream, LINES_PER_REQUEST)):
            yield Batch(name, first_line, lines)
            first_line += len(lines)


def _reason(error: Exception) -> str:
    if isinstance(error, OSError) and error.strerror:
        return error.strerror.lower()
    return str(error) or type(error).__name__
