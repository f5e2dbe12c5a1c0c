"""Whom the embedded server runs as. PostgreSQL refuses root, so root hands it to an unprivileged system user."""

import os
import pwd
import shutil
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scout_pipeline.database import DatabaseUnavailable

SYSTEM_USER = "scout-postgres"


@dataclass(frozen=True)
class ServerUser:
    """The account of the server process; `switch` is true when this process is root and must change to it."""

    uid: int
    gid: int
    switch: bool

    @property
    def owner(self) -> tuple[int, int] | None:
        """Whom new files must be given to, or None when they are right as they are made."""
        return (self.uid, self.gid) if self.switch else None

    @property
    def popen_options(self) -> dict[str, Any]:
        """Arguments of `subprocess` that start a program as this user, without the caller's groups."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.switch else {}


def server_user(data_dir: Path) -> ServerUser:
    """The owner of an existing cluster, else this user, else (for root) the system user.

    Raises DatabaseUnavailable when the cluster belongs to somebody else and this user may not become them.
    """
    owner = data_dir.stat().st_uid if data_dir.exists() else None
    if os.geteuid() != 0:
        if owner not in (None, os.geteuid()):
            raise DatabaseUnavailable(
                f"{data_dir} belongs to user {_name(owner)}: run as that user or as root, or set SCOUT_HOME to "
                "another folder"
            )
        return ServerUser(uid=os.geteuid(), gid=os.getegid(), switch=False)
    if owner:
        return ServerUser(uid=owner, gid=data_dir.stat().st_gid, switch=True)
    account = _system_account()
    return ServerUser(uid=account.pw_uid, gid=account.pw_gid, switch=True)


def make_dir(path: Path, user: ServerUser, *, mode: int) -> None:
    """A folder of the server's user with exactly this mode."""
    path.mkdir(mode=mode, parents=True, exist_ok=True)
    path.chmod(mode)
    if user.owner is not None:
        os.chown(path, *user.owner)


def open_way(path: Path, user: ServerUser) -> None:
    """Let the server's user traverse to `path`: o+x on parents that lack it, nothing more; never for ordinary users."""
    if not user.switch:
        return
    for parent in path.resolve().parents:
        status = parent.stat()
        if status.st_uid != user.uid and not status.st_mode & stat.S_IXOTH:
            parent.chmod(stat.S_IMODE(status.st_mode) | stat.S_IXOTH)


def open_programs(root: Path, user: ServerUser) -> None:
    """Make the wheel's files readable to the server's user where an installer with a strict umask hid them."""
    open_way(root, user)
    if not user.switch or (root / "bin" / "postgres").stat().st_mode & stat.S_IXOTH:
        return
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _system_account() -> pwd.struct_passwd:
    for attempt in ("found", "made"):
        try:
            return pwd.getpwnam(SYSTEM_USER)
        except KeyError:
            if attempt == "found":
                _add_system_user()
    raise DatabaseUnavailable(
        f"PostgreSQL does not run as root and the system user {SYSTEM_USER} could not be created: create it "
        f"(useradd --system {SYSTEM_USER}), or run scout as an ordinary user"
    )


def _add_system_user() -> None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    adduser = shutil.which("adduser", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if useradd is not None:
        command = [useradd, "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", SYSTEM_USER]
    elif adduser is not None:
        command = [adduser, "-S", "-D", "-H", SYSTEM_USER]
    else:
        return
    # Another command may add the same user at the same moment: only the look-up afterwards counts.
    subprocess.run(command, check=False, capture_output=True)


def _name(uid: int | None) -> str:
    try:
        return pwd.getpwuid(uid or 0).pw_name
    except KeyError:
        return str(uid)
