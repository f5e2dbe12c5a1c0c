"""A new migration: the folder with three files to fill in, and the thin revision that runs it."""

from pathlib import Path

from scout_pipeline.migrations import files, script
from scout_pipeline.migrations.errors import MigrationError
from scout_pipeline.migrations.files import Migration

SKETCHES = {
    "up": "-- {name}: what it adds, in one sentence.\n",
    "down": "-- {name}, undone.\n",
    "verify": "-- {name}: each SELECT returns what is missing.\n",
}


def new(slug: str, *, dry_run: bool = False, folder: Path | None = None, versions: Path | None = None) -> list[Path]:
    """Make the next migration; returns the paths, for a dry run those it would make.

    Raises MigrationError for a bad slug or one that exists.
    """
    folder, versions = folder or files.root(), versions or script.VERSIONS
    existing = files.discover(folder)
    name = f"{len(existing) + 1:04d}_{slug}"
    if files.NAME.fullmatch(name) is None:
        raise MigrationError(f"{slug!r} is no slug: small letters, digits and single underscores, e.g. add_returns")
    if slug in {migration.slug for migration in existing}:
        raise MigrationError(f"there is a migration {slug!r} already; its name should say what this one does instead")
    migration = Migration(folder / name)
    made = [*(migration.path(part) for part in files.PARTS), script.revision_path(versions, migration)]
    if not dry_run:
        migration.folder.mkdir()
        for part in files.PARTS:
            migration.path(part).write_text(SKETCHES[part].format(name=name), encoding="utf-8")
        script.write_revision(versions, migration, existing[-1] if existing else None)
    return made
