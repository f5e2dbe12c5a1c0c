"""What is no regular file: named pipes, sockets, devices, folders and links are told of at once, and never read."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from scout_pipeline import settings
from scout_pipeline.bronze import landing
from scout_pipeline.cli import pipeline
from scout_pipeline.cli.errors import UserError
from scout_pipeline.sources import files, landing_folder
from scout_pipeline_tests.sales_files import Counter, csv_bytes, line

CONSOLE_SCRIPT = Path(sys.executable).with_name("scout")
CSV = csv_bytes(line("STOLEN"))


def pipe(folder: Path) -> Path:
    os.mkfifo(path := folder / "pipe.csv")
    return path


def dead_socket(folder: Path) -> Path:
    """The file of a socket stays when nobody listens any more."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path := folder / "socket.csv"))
    return path


def directory(folder: Path) -> Path:
    (path := folder / "folder.csv").mkdir()
    return path


def device(_folder: Path) -> Path:
    return Path("/dev/zero")


def link_to(target: str) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / "elsewhere").write_bytes(CSV)
        (path := folder / "link.csv").symlink_to(target)
        return path

    return make


ODD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "a pipe": (pipe, "a named pipe; give "),
    "a socket": (dead_socket, "a socket; give "),
    "a directory": (directory, "a directory; give "),
    "a device": (device, "a character device; give "),
    "a link to a file": (link_to("elsewhere"), "a symbolic link; give what it leads to, "),
    "a link to a device": (link_to("/dev/zero"), "a symbolic link; give files or folders"),
    "a link to nothing": (link_to("nowhere"), "a symbolic link; give files or folders"),
    "a link to itself": (link_to("link.csv"), "a symbolic link; give files or folders"),
}


def test_what_is_no_file_is_told_of_and_stops_nobody(counter: Counter, open_folder: Path) -> None:
    """A pipe would be waited for until somebody writes, a device read without end, a link followed to any file."""
    good = counter.put("good.csv", csv_bytes(line("G1")))
    for number, (make, words) in enumerate(ODD.values()):
        (folder := open_folder / str(number)).mkdir()
        outcomes = landing.ingest(counter.database, [make(folder), good], counter.mapping)
        assert [outcome.status for outcome in outcomes] == ["unreadable", "known" if number else "loaded"]
        kind, _, way_out = words.partition("; give ")
        assert str(outcomes[0].reason).startswith(f"is no regular file but {kind}")
        assert ("leads to" in str(outcomes[0].reason)) == ("leads to" in way_out)
    assert counter.quarantine() == []
    assert len(counter.ledger()) == 1


@pytest.mark.parametrize("case", ODD)
def test_the_command_names_what_stands_there(open_folder: Path, case: str) -> None:
    """Whoever gives a pipe would be told that it does not exist, and look for a mistake in its name."""
    make, words = ODD[case]
    path = make(open_folder)
    refused = CliRunner().invoke(pipeline.ingest, [str(path), "--source", "scout"]).exception
    assert isinstance(refused, UserError)
    told = "holds no file of source scout" if path.is_dir() else f"is no regular file but {words}"
    assert str(refused).startswith(f"{path} {told}")


def test_a_pipe_or_link_in_a_folder_is_told_of_and_not_passed_over(counter: Counter, open_folder: Path) -> None:
    """The command would say that all files of the folder are in bronze, and a day would be missing."""
    found = [make(open_folder) for make in (pipe, dead_socket, link_to("elsewhere"))]
    listed = pipeline.find_files((open_folder,), counter.mapping)
    assert listed == sorted(found)
    outcomes = landing.ingest(counter.database, listed, counter.mapping)
    assert {outcome.status for outcome in outcomes} == {"unreadable"}


def test_the_landing_folder_takes_regular_files_only(counter: Counter) -> None:
    """Whoever may deliver files could have any file of the machine read, or hold the sensor for ever."""
    folder = settings.current().landing / counter.mapping.name
    folder.mkdir(parents=True)
    for make in (pipe, directory, link_to("elsewhere")):
        make(folder)
    assert [file.path.name for file in landing_folder.still_files(0)] == ["elsewhere"]


READERS = ("files.open_regular", "files.identify", "files.head", "next(files.blocks", "columnar.unpacked")


@pytest.mark.parametrize("make", [link_to("elsewhere"), pipe], ids=["link", "pipe"])
def test_every_reader_refuses_what_took_the_place_of_a_file(open_folder: Path, make: Callable[[Path], Path]) -> None:
    """Somebody may exchange a file after it was listed: a reader that trusts the listing hangs, or reads another."""
    path = make(open_folder)
    code = ["from pathlib import Path", "from scout_pipeline.sources import columnar, files"]
    for reader in READERS:
        code += [
            "try:",
            f"    {reader}(Path({str(path)!r}))" + ")" * reader.count("("),
            "except OSError as error:",
            f"    print({reader!r}, error.strerror)",
        ]
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(code)], capture_output=True, text=True, timeout=60, check=True
    )
    kind = files.odd_kind(path.lstat().st_mode)
    assert done.stdout.splitlines() == [f"{reader} is no regular file but {kind}" for reader in READERS]


EXCHANGED = """
import os, sys
from pathlib import Path
from scout_pipeline.sources import files
path, other = Path(sys.argv[1]), sys.argv[2]
def exchange(event, arguments):
    # the interpreter tells of every file just before it is opened
    if event == "open" and arguments[0] == str(path):
        os.replace(other, path)
sys.addaudithook(exchange)
try:
    files.identify(path)
except OSError as error:
    print(error.strerror)
"""


@pytest.mark.parametrize(
    ("make", "words"),
    [(pipe, "is no regular file but a named pipe"), (link_to("elsewhere"), "Too many levels of symbolic links")],
    ids=["pipe", "link"],
)
def test_a_file_exchanged_at_the_last_moment_is_refused(
    open_folder: Path, make: Callable[[Path], Path], words: str
) -> None:
    """A look before opening leaves a moment in which a pipe takes the file's place, and the load waits for ever."""
    (path := open_folder / "sales.csv").write_bytes(CSV)
    done = subprocess.run(
        [sys.executable, "-c", EXCHANGED, path, make(open_folder)],
        capture_output=True, text=True, timeout=30, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines() == [words]


def test_the_console_script_ends_with_one_line(open_folder: Path) -> None:
    """What the functions say is worth nothing when the command waits for a writer."""
    done = subprocess.run(
        [CONSOLE_SCRIPT, "ingest", pipe(open_folder), "--source", "scout"],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr == (
        f"scout: {open_folder / 'pipe.csv'} is no regular file but a named pipe; give files or folders\n"
    )
