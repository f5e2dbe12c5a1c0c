"""The one error of this room. It stands alone so that `scout --help` need not import Alembic to know it."""


class MigrationError(Exception):
    """A migration cannot or must not run: which file, what was wrong with it, and what to do next."""
