"""A migration on disk: a folder `NNNN_slug` with up.sql, down.sql and verify.sql.

- up.sql and down.sql run in one transaction, with search_path empty: names carry their schema.
- `-- no-transaction` among the first lines of up.sql or down.sql: its statements run one by one, each committed by
  itself, separated by lines `-- statement`. An interrupted file is run again from its start, so every statement must
  be idempotent: `drop index concurrently if exists` before `create index concurrently`, `if not exists` elsewhere.
- verify.sql is one or more SELECTs. Each returns no row when the database is right, else one row for each thing that is
  missing, its columns saying what. They run read-only. A later migration that takes away what an earlier one verifies
  says `-- supersedes: NNNN` in its own verify.sql; the earlier file is then no longer asked.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from scout_pipeline import sql_files
from scout_pipeline.migrations.errors import MigrationError

Direction = Literal["up", "down"]
Part = Literal["up", "down", "verify"]
PARTS: tuple[Part, ...] = ("up", "down", "verify")
NAME = re.compile(r"(?P<revision>[0-9]{4})_(?P<slug>[a-z][a-z0-9]*(?:_[a-z0-9]+)*)")
SUPERSEDES = re.compile(r"^-- supersedes: *([0-9, ]+)$", re.MULTILINE)
MARKED_LINES = 8


@dataclass(frozen=True)
class Migration:
    """One folder of sql/migrations; `folder` is its path."""

    folder: Path

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def revision(self) -> str:
        return self.name[:4]

    @property
    def slug(self) -> str:
        return self.name[5:]

    def path(self, part: Part) -> Path:
        return self.folder / f"{part}.sql"

    def text(self, part: Part) -> str:
        """The file's text; line ends are normalised, so that a checkout on another system is the same migration."""
        try:
            return self.path(part).read_bytes().decode().replace("\r\n", "\n")
        except FileNotFoundError as error:
            raise MigrationError(f"{self.name} has no {part}.sql: {self.path(part)} does not exist") from error

    def checksum(self, part: Part) -> str:
        """SHA-256 of the text, in hexadecimal."""
        return hashlib.sha256(self.text(part).encode()).hexdigest()

    def in_transaction(self, part: Part) -> bool:
        return "-- no-transaction" not in [line.strip() for line in self.text(part).splitlines()[:MARKED_LINES]]

    def statements(self, part: Part) -> list[str]:
        """The statements of a file that runs outside a transaction."""
        pieces = re.split(r"^-- statement *$", self.text(part), flags=re.MULTILINE)
        return [piece.strip() for piece in pieces if _has_code(piece)]

    def supersedes(self) -> frozenset[str]:
        """Revisions whose verify.sql no longer holds once this migration has run."""
        return frozenset(re.findall(r"[0-9]{4}", " ".join(SUPERSEDES.findall(self.text("verify")))))


def root() -> Path:
    """The folder of the project's own migrations."""
    return sql_files.root() / "migrations"


def discover(folder: Path) -> list[Migration]:
    """Every migration in a folder, in order; raises MigrationError for a bad name or a gap in the numbers."""
    found = [Migration(path) for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith(".")]
    for number, migration in enumerate(found, start=1):
        if NAME.fullmatch(migration.name) is None:
            raise MigrationError(f"{migration.folder}: the name must read NNNN_slug, in lower case")
        if int(migration.revision) != number:
            raise MigrationError(f"{migration.folder}: {number:04d} is missing, or stands there twice")
        for part in PARTS:
            migration.text(part)
    return found


def _has_code(piece: str) -> bool:
    return any(line.strip() and not line.strip().startswith("--") for line in piece.splitlines())
