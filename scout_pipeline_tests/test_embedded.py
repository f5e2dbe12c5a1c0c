"""The embedded server: started once, recovered always, durable, reachable only through its own folder."""

import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
import sqlalchemy as sa

from scout_pipeline import embedded, embedded_conf, embedded_user
from scout_pipeline.database import DatabaseUnavailable
from scout_pipeline.embedded import EmbeddedServer
from scout_pipeline_tests.conftest import temporary_server

START = """
import sys
from pathlib import Path
from scout_pipeline.embedded import EmbeddedServer
server = EmbeddedServer(Path(sys.argv[1]))
server.ensure_running()
print(server.pid)
"""


@pytest.fixture
def own_server() -> Iterator[EmbeddedServer]:
    """A running server that the test may kill."""
    with temporary_server() as made:
        made.ensure_running()
        yield made


@pytest.fixture(scope="module")
def shipped_server() -> Iterator[EmbeddedServer]:
    """A running server as people get it: that of the other tests gave up its durability."""
    with temporary_server() as made:
        made.ensure_running()
        yield made


def ask(server: EmbeddedServer, question: str) -> str:
    with psycopg.connect(server.url("postgres"), autocommit=True) as connection:
        answer = connection.execute(question.encode()).fetchone()
    assert answer is not None
    return str(answer[0])


def show(server: EmbeddedServer, setting: str) -> str:
    return ask(server, f"show {setting}")


def start_in_process(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", START, str(home)], stdout=subprocess.PIPE, text=True)


def kill(server: EmbeddedServer) -> int:
    """End the postmaster as the kernel does when memory runs out; its pid file stays."""
    pid = server.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    while server.pid is not None:
        time.sleep(0.01)
    return pid


def write_row(server: EmbeddedServer) -> None:
    with psycopg.connect(server.url("postgres")) as connection:
        connection.execute("create table kept as select 7 as figure")


def test_commands_at_once_start_one_server() -> None:
    """Without the lock two initdb, or two postmasters, would fight for one folder at the very first use."""
    with temporary_server() as server:
        starters = [start_in_process(server.home) for _ in range(3)]
        pids = {starter.communicate(timeout=120)[0].strip() for starter in starters}
        assert [starter.returncode for starter in starters] == [0, 0, 0]
        assert pids == {str(server.pid)}


def test_the_server_outlives_the_command_and_holds_none_of_its_files() -> None:
    """A pipe held open by the server would hang every `scout ... | tee`; a held lock would hang the next command."""
    with temporary_server() as server:
        starter = start_in_process(server.home)
        starter.communicate(timeout=120)
        assert server.is_running()
        server.stop()
        assert not server.is_running()


def test_a_killed_server_recovers_and_keeps_what_was_committed(own_server: EmbeddedServer) -> None:
    """Losing acknowledged rows, or needing a person, after a kill would break the first promise."""
    write_row(own_server)
    killed = kill(own_server)
    own_server.ensure_running()
    assert own_server.pid != killed
    assert ask(own_server, "select figure from kept") == "7"


def test_orphans_of_a_killed_server_do_not_block_the_next(own_server: EmbeddedServer) -> None:
    """A backend busy in a long query does not see its postmaster die, and holds the shared memory."""
    with psycopg.connect(own_server.url("postgres"), autocommit=True) as busy:
        backend = busy.info.backend_pid
        os.kill(backend, signal.SIGSTOP)
        kill(own_server)
        own_server.ensure_running()
        assert not psutil.pid_exists(backend) or psutil.Process(backend).status() == psutil.STATUS_ZOMBIE
    assert ask(own_server, "select 1") == "1"


def test_a_pid_file_that_names_another_process_does_not_prevent_the_start(own_server: EmbeddedServer) -> None:
    """After a restart of the machine the old number may belong to anything, and PostgreSQL then refuses to start."""
    own_server.ensure_running()
    pid_file, lock_file = own_server.data_dir / "postmaster.pid", own_server.socket_dir / f"{embedded.SOCKET_NAME}.lock"
    left = {path: path.read_text().splitlines() for path in (pid_file, lock_file)}
    own_server.stop()
    user = embedded_user.server_user(own_server.data_dir)
    with subprocess.Popen(["sleep", "60"], **user.popen_options) as stranger:
        for path, lines in left.items():
            path.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        assert own_server.pid is None
        own_server.ensure_running()
        assert stranger.poll() is None
        stranger.kill()
    assert ask(own_server, "select 1") == "1"


def test_data_in_use_through_another_path_is_left_alone(own_server: EmbeddedServer) -> None:
    """Taking its pid file for stale would end a healthy server: it stops when that file goes."""
    elsewhere = EmbeddedServer(own_server.home)
    elsewhere.data_dir = own_server.home / "." / "logs" / ".." / "postgres"
    with pytest.raises(DatabaseUnavailable, match=f"uses this data as {own_server.data_dir}: set SCOUT_HOME to"):
        elsewhere.ensure_running()
    assert own_server.is_running()


def test_a_killed_initdb_leaves_nothing_that_a_later_start_mistakes_for_a_cluster() -> None:
    """Half a cluster would fail at every start until a person deletes the folder."""
    with temporary_server() as server:
        (server.home / "postgres.new").mkdir()
        (server.home / "postgres.new" / "PG_VERSION").write_text("18\n")
        server.ensure_running()
        assert ask(server, "select 1") == "1"
        assert not (server.home / "postgres.new").exists()


@pytest.mark.parametrize("name", ["long" * 40, "with space, comma", "quote ' and \" and $HOME", "päivä"])
def test_any_home_works(open_folder: Path, name: str) -> None:
    """The kernel refuses a socket path over 107 bytes, and libpq reads a comma in a folder as a second host."""
    server = EmbeddedServer(open_folder / name)
    try:
        server.ensure_running()
        assert ask(server, "select 1") == "1"
        assert len(str(server.socket_dir / embedded.SOCKET_NAME)) <= embedded.LONGEST_SOCKET_PATH
        assert server.socket_dir.stat().st_mode & 0o777 == 0o700
    finally:
        server.stop("immediate")
        if not server.socket_dir.is_relative_to(server.home):
            server.socket_dir.rmdir()


def test_a_short_socket_folder_made_by_somebody_else_is_refused(open_folder: Path) -> None:
    """In a folder that anybody may write to, a planted one would put another server in our place."""
    server = EmbeddedServer(open_folder / ("long" * 40))
    server.socket_dir.symlink_to(open_folder)
    try:
        with pytest.raises(DatabaseUnavailable, match="belongs to somebody else"):
            server.ensure_running()
    finally:
        server.socket_dir.unlink()


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("wal_compression", "off"),
        ("max_wal_size", "4GB"),
        ("checkpoint_timeout", "15min"),
        ("random_page_cost", "1.1"),
        ("max_prepared_transactions", "0"),
        ("listen_addresses", ""),
        ("shared_preload_libraries", "pg_stat_statements"),
        ("log_parameter_max_length_on_error", "0"),
        ("timezone", "UTC"),
        ("jit", "off"),
        ("server_encoding", "UTF8"),
    ],
)
def test_settings_really_apply(shipped_server: EmbeddedServer, setting: str, value: str) -> None:
    """A configuration file that is not included changes nothing, silently: durability would be a belief."""
    assert show(shipped_server, setting) == value


def test_letters_beyond_ascii_have_a_lower_case(server: EmbeddedServer) -> None:
    """With the plain C locale lower('PIÑA') keeps its Ñ, and brand names would not match."""
    assert ask(server, "select lower('PIÑA')") == "piña"


def test_memory_settings_follow_the_machine() -> None:
    """A fixed size would waste a server or exhaust a laptop; the cap leaves room for everything else."""
    sizes = {
        memory: embedded_conf.server_settings(socket_dir=Path("/run"), cluster_name="c", memory=memory)[
            "shared_buffers"
        ]
        for memory in (embedded_conf.GIBIBYTE, 64 * embedded_conf.GIBIBYTE)
    }
    assert list(sizes.values()) == ["128MB", "2048MB"]


def test_only_the_server_user_and_root_reach_socket_and_data(server: EmbeddedServer) -> None:
    """The socket asks for no password: its folder is the lock."""
    for path in (server.socket_dir, server.data_dir):
        assert path.stat().st_mode & 0o777 == 0o700
    assert server.pid is not None
    assert psutil.Process(server.pid).uids().effective != 0


def test_an_ordinary_user_needs_no_root() -> None:
    """A path that only root can take would exclude every developer's laptop."""
    with temporary_server() as server, temporary_server() as first:
        # the interpreter's own files may be readable to root alone: whatever is imported late is imported here
        first.ensure_running()
        user = embedded_user.server_user(server.data_dir)
        if user.owner is not None:
            os.chown(server.home, *user.owner)
        child = os.fork()
        if child == 0:
            _start_as(server, user)
        assert os.waitpid(child, 0)[1] == 0
        assert server.is_running()
        assert server.data_dir.stat().st_uid == server.home.stat().st_uid == user.uid


def _start_as(server: EmbeddedServer, user: embedded_user.ServerUser) -> None:
    """The rest of a forked child's life: become that user for good, start the server, say whether it went well."""
    status = 1
    try:
        if user.owner is not None:
            os.setgroups([])
            os.setgid(user.gid)
            os.setuid(user.uid)
        server.ensure_running()
        status = 0
    except BaseException:
        # a forked child must not return into the parent's test run, and must not fail without a word
        traceback.print_exc()
    finally:
        os._exit(status)


def test_an_older_cluster_is_named_as_such(own_server: EmbeddedServer) -> None:
    """PostgreSQL's own message does not say what to do, and people delete the data."""
    own_server.stop()
    version = own_server.data_dir / "PG_VERSION"
    version.write_text("16\n")
    with pytest.raises(DatabaseUnavailable, match="made by PostgreSQL 16"):
        own_server.ensure_running()


def test_a_server_that_cannot_start_says_why(own_server: EmbeddedServer) -> None:
    """Without its last words a person sees a time-out."""
    own_server.stop()
    with (own_server.data_dir / "postgresql.conf").open("a") as conf:
        conf.write("no_such_setting = 1\n")
    with pytest.raises(DatabaseUnavailable, match=r"does not start.*\"no_such_setting\""):
        own_server.ensure_running()


def test_the_url_survives_both_drivers(server: EmbeddedServer) -> None:
    """The pipeline reads it with psycopg 3 and Dagster with psycopg2; an escaped folder must mean the same to both."""
    for driver in ("psycopg", "psycopg2"):
        engine = sa.create_engine(sa.make_url(server.url("postgres")).set(drivername=f"postgresql+{driver}"))
        with engine.connect() as connection:
            assert connection.scalar(sa.select(1)) == 1
        engine.dispose()
