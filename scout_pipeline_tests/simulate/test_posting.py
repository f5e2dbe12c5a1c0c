"""Deliveries go to a real server over HTTP, whole, in order, and with a clear word when it does not want them."""

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from scout_pipeline.simulate import posting
from scout_pipeline.simulate.errors import SimulationError
from scout_pipeline_tests.simulate.conftest import CLEAN, write
from scout_pipeline_tests.simulate.delivered import Delivered


class Received(ThreadingHTTPServer):
    """A server that keeps what it gets; `answers` are statuses for the next requests, 202 for all others."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests: list[tuple[str, dict[str, str], bytes]] = []
        self.answers: list[int] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/intake?source=scout"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Received

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.requests.append((self.path, dict(self.headers), body))
        status = self.server.answers.pop(0) if self.server.answers else 202
        said = b'{"detail":\n "the till is closed"}' if status >= 300 else b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, format: str, *arguments: object) -> None:
        return


@pytest.fixture
def server() -> Iterator[Received]:
    with Received() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Delivered:
    return Delivered(write(CLEAN, tmp_path_factory.mktemp("simulate") / "small"))


def post(delivered: Delivered, url: str) -> int:
    intake = posting.Intake(url)
    return posting.post(delivered.folder, delivered.truth, intake, on_progress=lambda done, total: None)


def test_every_line_arrives_once_and_in_order(
    small: Delivered, server: Received, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An intake would be measured against lines that it was never sent."""
    monkeypatch.setattr(posting, "LINES_PER_REQUEST", 50)
    sent = post(small, server.url)
    assert sent == sum(entry["lines"] for entry in small.truth["files"])
    assert {path for path, _, _ in server.requests} == {"/intake?source=scout"}
    of_transactions = [
        body for _, headers, body in server.requests if headers["X-Scout-Contract"] == "scout:transaction:1"
    ]
    assert len(of_transactions) > 2
    assert b"".join(of_transactions) == b"".join(line.content for line in small.lines)
    assert sum(body.count(b"\n") for _, _, body in server.requests) == sent


def test_a_request_says_what_it_carries(small: Delivered, server: Received) -> None:
    """The intake could not tell a reference record from a sale, or a line's place for its quarantine."""
    post(small, server.url)
    headers = {headers["X-Scout-File"]: headers for _, headers, _ in server.requests}
    assert list(headers) == [entry["path"] for entry in small.truth["files"]]
    day, store = headers["transactions/2026-06-29.jsonl.gz"], headers["reference/store.jsonl"]
    assert day["Content-Type"] == "application/x-ndjson"
    assert "Content-Encoding" not in day
    assert day["X-Scout-First-Line"] == "1"
    assert store["X-Scout-Contract"] == "scout:reference:1"


@pytest.mark.parametrize("status", [302, 413, 503])
def test_a_refusal_ends_the_delivery_with_one_line(small: Delivered, server: Received, status: int) -> None:
    """Going on would leave holes that nobody knows of."""
    server.answers = [202, status]
    with pytest.raises(
        SimulationError, match=rf"answered {status} .* to lines 1 to \d+ of .*the till is closed"
    ) as told:
        post(small, server.url)
    assert "\n" not in str(told.value)
    assert len(server.requests) == 2


def test_an_absent_server_is_told_in_one_line() -> None:
    """A traceback of three libraries says that the program is broken."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(SimulationError, match=r"cannot be reached \(connection refused\); start the server") as told:
        posting.Intake(f"http://127.0.0.1:{port}/").reach()
    assert "\n" not in str(told.value)


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://shops.example/", "must be a URL such as"),
        ("127.0.0.1:8000", "must be a URL such as"),
        ("http://user:secret@127.0.0.1/", "remove it from the URL"),
    ],
)
def test_a_wrong_url_is_refused_and_no_password_is_shown(url: str, told: str) -> None:
    """Messages end in logs; a password in one of them is everybody's."""
    with pytest.raises(SimulationError, match=told) as error:
        posting.Intake(url)
    assert "secret" not in str(error.value)


def test_lines_are_sent_as_they_are(tmp_path: Path) -> None:
    """A malformed line that is mended on the way is not found at its end."""
    (tmp_path / "a.jsonl").write_bytes(b'{"id": 1}\n{"id"\n\xff\n')
    (batch,) = posting.batches(tmp_path, "a.jsonl")
    assert batch.lines == [b'{"id": 1}\n', b'{"id"\n', b"\xff\n"]
    assert (batch.first_line, batch.last_line) == (1, 3)
