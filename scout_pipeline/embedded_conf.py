"""What the embedded server is told: durability, memory that fits the machine, logs without values."""

import os
import shutil
from pathlib import Path

import psutil

MEBIBYTE = 1024 * 1024
GIBIBYTE = 1024 * MEBIBYTE
SHARED_BUFFERS_CAP = 2 * GIBIBYTE
# Parallel queries need room here; containers often grant 64 MiB, and the query then fails half way.
SMALLEST_POSIX_SHARED_MEMORY = GIBIBYTE
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
POSIX_SHARED_MEMORY = Path("/dev/shm")


def available_memory() -> int:
    """Bytes this process group may use: the machine's memory, or the container's limit when that is smaller."""
    total = int(psutil.virtual_memory().total)
    try:
        limit = CGROUP_LIMIT.read_text(encoding="ascii").strip()
    except OSError:
        return total
    return min(total, int(limit)) if limit.isdigit() else total


def server_settings(*, socket_dir: Path, cluster_name: str, memory: int) -> dict[str, str]:
    """Every setting that differs from PostgreSQL's default, for a machine with `memory` bytes."""
    shared_buffers = max(32 * MEBIBYTE, min(memory // 8, SHARED_BUFFERS_CAP))
    return {
        "listen_addresses": "",
        "unix_socket_directories": str(socket_dir),
        "unix_socket_permissions": "0700",
        "port": "5432",
        "cluster_name": cluster_name,
        "max_connections": "100",
        "max_prepared_transactions": "0",
        "shared_preload_libraries": "pg_stat_statements",
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        # the wheel has pglz alone: half a millisecond for each page that is first changed after a checkpoint
        "wal_compression": "off",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "shared_buffers": _mebibytes(shared_buffers),
        "effective_cache_size": _mebibytes(max(memory // 2, shared_buffers)),
        "maintenance_work_mem": _mebibytes(max(64 * MEBIBYTE, min(memory // 32, GIBIBYTE // 2))),
        "dynamic_shared_memory_type": _dynamic_shared_memory(),
        "random_page_cost": "1.1",
        "jit": "off",
        "autovacuum": "on",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "logging_collector": "off",
        "log_line_prefix": "%m [%p] %q%u@%d %a ",
        "log_lock_waits": "on",
        "log_min_duration_statement": "5s",
        "log_parameter_max_length": "0",
        "log_parameter_max_length_on_error": "0",
    }


def render(values: dict[str, str]) -> str:
    """The text of a configuration file; quotes are doubled, as PostgreSQL reads them."""
    lines = [f"{name} = '{_escaped(value)}'" for name, value in values.items()]
    return "\n".join(["# Written at each start; use `alter system` for settings of your own.", *lines, ""])


def write(path: Path, text: str, *, owner: tuple[int, int] | None) -> None:
    """Replace the file in one step: a server that starts meanwhile reads the old text or the new, never half."""
    draft = path.with_suffix(".new")
    draft.write_text(text, encoding="utf-8")
    draft.chmod(0o600)
    if owner is not None:
        os.chown(draft, *owner)
    draft.replace(path)


def _dynamic_shared_memory() -> str:
    roomy = (
        not POSIX_SHARED_MEMORY.is_dir() or shutil.disk_usage(POSIX_SHARED_MEMORY).total >= SMALLEST_POSIX_SHARED_MEMORY
    )
    return "posix" if roomy else "sysv"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")


def _mebibytes(size: int) -> str:
    return f"{size // MEBIBYTE}MB"
