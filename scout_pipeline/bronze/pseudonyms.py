"""The key of customer pseudonyms: found or made, kept out of logs and catalogues, and never changed silently."""

import hashlib
import os
import secrets
from pathlib import Path

import sqlalchemy as sa

from scout_pipeline import database, settings

BLOCK_BYTES = 64


class PseudonymKeyError(Exception):
    """The key at hand is not the one that the customers of this database were hashed with."""


def apply_key(connection: sa.Connection) -> None:
    """Give this transaction the key; raises PseudonymKeyError when the database was filled under another one."""
    key = _key()
    fingerprint = hashlib.sha256(b"fingerprint" + key).hexdigest()[:16]
    recorded = database.run(connection, "bronze/recorded_fingerprint").scalar_one_or_none()
    if recorded is None:
        recorded = database.scalar(connection, "bronze/key_fingerprint", fingerprint=fingerprint)
    if recorded != fingerprint:
        raise PseudonymKeyError(
            "the pseudonym key is not the one this database was filled with (fingerprint "
            f"{fingerprint}, recorded {recorded}); set SCOUT_PSEUDONYM_KEY or restore SCOUT_HOME/pseudonym.key"
        )
    padded = (hashlib.sha256(key).digest() if len(key) > BLOCK_BYTES else key).ljust(BLOCK_BYTES, b"\0")
    database.run(
        connection,
        "bronze/pseudonym_key",
        inner_key=bytes(byte ^ 0x36 for byte in padded).hex(),
        outer_key=bytes(byte ^ 0x5C for byte in padded).hex(),
    )


def _key() -> bytes:
    configured = settings.current().pseudonym_key
    if configured is not None:
        return configured.get_secret_value().encode()
    return _kept_key(settings.current().home_dir / "pseudonym.key")


def _kept_key(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    if not path.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as stream:
            stream.write(secrets.token_hex(32))
        try:
            # link fails when another process was first, and its key is the one to use
            os.link(fresh, path)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip().encode()
