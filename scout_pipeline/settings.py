"""The only reader of the environment. Every setting is `SCOUT_<NAME>`; defaults suit one machine without any."""

import os
from functools import lru_cache
from pathlib import Path
from typing import Annotated

import sqlalchemy as sa
from pydantic import AfterValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from scout_pipeline.time_zones import TimeZone

MEBIBYTE = 1024 * 1024
PREFIX = "SCOUT_"


def _of_postgresql(url: SecretStr) -> SecretStr:
    rule = "it must read postgresql://USER:PASSWORD@HOST:PORT/DATABASE, special characters written as %XX"
    try:
        parts = sa.make_url(url.get_secret_value())
    except (sa.exc.ArgumentError, ValueError):
        # without the cause: it quotes the URL
        raise ValueError(rule) from None
    if parts.get_backend_name() not in ("postgresql", "postgres") or not parts.database:
        raise ValueError(rule)
    return url


Port = Annotated[int, Field(ge=1, le=65535)]
DatabaseUrl = Annotated[SecretStr, AfterValidator(_of_postgresql)]


class SettingsError(Exception):
    """A variable of the environment has a value that no deployment can have; says which, why, and what it is for."""


class Settings(BaseSettings):
    """What a deployment may choose. Sizes are bytes, times are seconds."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore")

    home: Path = Field(
        default=Path(".scout"), description="Folder for the embedded server, landing files, keys and logs."
    )
    database_url: DatabaseUrl | None = Field(
        default=None, description="A PostgreSQL 17+ server of one's own, instead of the embedded one."
    )
    dagster_database_url: DatabaseUrl | None = Field(
        default=None, description="Dagster's own storage. Default: database `dagster` beside the data."
    )
    landing_dir: Path | None = Field(
        default=None, description="Folder watched for files, one sub-folder a source. Default: HOME/landing."
    )
    mappings_dir: Path | None = Field(default=None, description="Folder with further source mappings (*.yaml).")
    currency: str = Field(default="PHP", pattern="^[A-Z]{3}$", description="Reporting currency, ISO 4217.")
    pseudonym_key: SecretStr | None = Field(
        default=None, description="Key of the customer pseudonyms. Default: made once, kept in HOME/pseudonym.key."
    )
    webserver_port: Port = Field(default=3000, description="Read-only Dagster UI for people, on loopback.")
    operator_port: Port = Field(default=3001, description="Dagster UI that may launch runs, on loopback.")
    window_row_limit: int = Field(
        default=1_000_000, gt=0, description="Bronze rows that one silver transaction takes; a batch is never split."
    )
    recall_limit: int = Field(
        default=20_000, gt=0, description="Recalled sales that one silver transaction computes again."
    )
    bucket_limit: int = Field(
        default=2_000,
        gt=0,
        description="Dirty buckets a gold transaction starts from; it completes their days or months.",
    )
    refresh_workers: int = Field(
        default=2, gt=0, description="Tables of gold and serving that a run computes side by side, a connection each."
    )
    max_file_bytes: int = Field(
        default=64 * 1024 * MEBIBYTE, gt=0, description="Largest decompressed size that is read from one file."
    )
    max_record_bytes: int = Field(
        default=8 * MEBIBYTE, gt=0, description="Longest single record; a longer one is set aside with a reason."
    )
    max_compression_ratio: int = Field(
        default=250, gt=1, description="Decompressed : compressed above which a file past 16 MiB is called a bomb."
    )
    settle_seconds: float = Field(
        default=5.0, ge=0, description="A landing file must keep its size and time this long to count as whole."
    )
    statement_timeout_seconds: int = Field(default=1800, gt=0, description="Longest single statement.")
    lock_timeout_seconds: int = Field(default=30, gt=0, description="Longest wait for a lock.")
    transaction_timeout_seconds: int = Field(
        default=3600, gt=0, description="Longest transaction; an open one holds the watermark back."
    )
    schedule_time_zone: TimeZone = Field(
        default="Asia/Manila", description="Time zone of the schedules, a name of the IANA database."
    )
    monitoring_days: int = Field(
        default=30, gt=0, description="Snapshots of the server and resolved alerts are kept this long."
    )
    quarantine_days: int = Field(
        default=400, gt=0, description="Closed entries of quarantine are kept this long; open ones for ever."
    )
    day_settle_hours: float = Field(
        default=6.0, ge=0, description="A business day is audited this long after it ended at the store."
    )
    close_after_days: int = Field(
        default=35, gt=0, description="Audited store-days that ended and changed last so long ago are closed."
    )
    dagster_history_days: int = Field(
        default=30, gt=0, description="Dagster's runs and events are kept this long; what is current, for ever."
    )
    bronze_months: int | None = Field(
        default=None, ge=1, description="Whole months of bronze to keep; older ones are archived. Default: all."
    )
    silver_months: int | None = Field(
        default=None,
        ge=4,
        description="Whole months of silver to keep; older ones are archived. Figures read 90 days back. Default: all.",
    )
    archive_url: str | None = Field(
        default=None, description="Folder or fsspec URL of archived months. Default: HOME/archive."
    )
    crash: str | None = Field(
        default=None, description="Fault injection for tests: POINT[:N] kills the process at that step."
    )

    @property
    def home_dir(self) -> Path:
        return self.home.expanduser().absolute()

    @property
    def landing(self) -> Path:
        return (self.landing_dir or self.home_dir / "landing").expanduser().absolute()

    @property
    def archive(self) -> str:
        """Where archived months lie: an absolute folder, or a URL."""
        if self.archive_url is not None and "://" in self.archive_url:
            return self.archive_url
        folder = self.home_dir / "archive" if self.archive_url is None else Path(self.archive_url)
        return str(folder.expanduser().absolute())


@lru_cache(maxsize=1)
def current() -> Settings:
    """The process's settings, read once, at the first use. Raises SettingsError, with every variable that is wrong."""
    try:
        return Settings()
    except ValidationError as error:
        # without the cause: pydantic shows values, and some are secrets
        raise SettingsError("; ".join(_words(problem) for problem in error.errors())) from None


def _words(problem: ErrorDetails) -> str:
    name = str(problem["loc"][0])
    field = Settings.model_fields[name]
    value = "a value that is not shown" if "Secret" in str(field.annotation) else repr(problem["input"])
    use = (field.description or "").removesuffix(".")
    rule = problem["msg"].removeprefix("Value error, ")
    default = "" if field.default is None else f", {field.default}"
    return (
        f"{PREFIX}{name.upper()} is {value}: {rule} ({use}); give another value, or unset it for the default{default}"
    )


def test_data() -> Path:
    """The folder of real input files for demos and tests: SCOUT_TEST_DATA, by default beside the checkout."""
    return Path(os.environ.get("SCOUT_TEST_DATA") or "../shared/data")


def environment() -> dict[str, str]:
    """A copy of the whole environment, for the programs that this process starts."""
    return dict(os.environ)
