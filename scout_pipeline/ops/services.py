"""What `scout up` runs beside the database: the programs, their ports, their environment, whether they answer.

How they are kept running and stopped is in `supervision.py`.
"""

import shutil
import socket
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from scout_pipeline import settings

HOST = "127.0.0.1"


class ServiceError(Exception):
    """A service cannot start or stop; the message says what to do next."""


@dataclass(frozen=True)
class Service:
    """One long-running program. `port` and its `setting` are given where it listens."""

    name: str
    purpose: str
    arguments: tuple[str, ...]
    port: int | None = None
    setting: str | None = None

    @property
    def address(self) -> str | None:
        return f"http://{HOST}:{self.port}" if self.port is not None else None


def deployment_file(name: str) -> Path:
    """`dagster.yaml` or `workspace.yaml`: inside the installed package, or at the top of a checkout."""
    package = Path(__file__).parent.parent
    packaged = package / "deployment" / name
    return packaged if packaged.is_file() else package.parent / name


def services(now: settings.Settings, *, workspace: Path) -> list[Service]:
    """Everything `scout up` runs beside the database, in the order of starting."""
    web = ("-w", str(workspace), "-h", HOST, "--suppress-warnings", "-p")
    return [
        Service(
            "webserver",
            "people: look at everything, change nothing",
            ("dagster_webserver", *web, str(now.webserver_port), "--read-only"),
            now.webserver_port,
            "SCOUT_WEBSERVER_PORT",
        ),
        Service(
            "operator",
            "operators: launch runs, switch schedules",
            ("dagster_webserver", *web, str(now.operator_port)),
            now.operator_port,
            "SCOUT_OPERATOR_PORT",
        ),
        Service("daemon", "schedules, sensors, the run queue", ("dagster._daemon", "run", "-w", str(workspace))),
    ]


def environment(now: settings.Settings, *, storage_url: str) -> dict[str, str]:
    """What the services need to know; the home is absolute because their folder may be another."""
    dagster_home = now.home_dir / "dagster"
    return {
        **settings.environment(),
        "SCOUT_HOME": str(now.home_dir),
        "SCOUT_DAGSTER_STORAGE_URL": storage_url,
        "DAGSTER_HOME": str(dagster_home),
        "DAGSTER_DISABLE_TELEMETRY": "yes",
        "PYTHONUNBUFFERED": "1",
    }


def prepare_home(home: Path) -> None:
    """The folders of the services, and Dagster's configuration as this release ships it."""
    (home / "logs").mkdir(parents=True, exist_ok=True)
    (home / "dagster").mkdir(exist_ok=True)
    shutil.copyfile(deployment_file("dagster.yaml"), home / "dagster" / "dagster.yaml")


def check_ports(wanted: Iterable[Service]) -> None:
    """Raise ServiceError naming the setting of the first port that another program, or another service, uses."""
    seen: dict[int, Service] = {}
    for service in wanted:
        if service.port is None:
            continue
        if service.port in seen:
            raise ServiceError(
                f"{seen[service.port].setting} and {service.setting} are both {service.port}: change one"
            )
        seen[service.port] = service
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((HOST, service.port))
            except OSError as error:
                raise ServiceError(
                    f"port {service.port} on {HOST} cannot be used ({error.strerror}): free it, or choose another "
                    f"with {service.setting}"
                ) from None


def log_path(home: Path, service: Service) -> Path:
    return home / "logs" / f"{service.name}.log"


def answers(address: str | None) -> bool:
    """Whether a webserver replies at that address; a service without one has nothing to ask."""
    if address is None:
        return True
    try:
        with urllib.request.urlopen(f"{address}/server_info", timeout=5) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False
