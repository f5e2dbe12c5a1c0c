"""Entries of quarantine to look at: pages of them, counts by a property, and one whole, with what to do next."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from scout_pipeline import database
from scout_pipeline.quality import reasons
from scout_pipeline.quarantine.selection import Selection, SelectionError

PROPERTIES = ("reason", "source", "store", "day", "layer", "rule", "status")
SHOWN_BYTES = 4096


def page(connection: sa.Connection, selection: Selection, *, row_limit: int, before: int | None) -> list[Any]:
    """Entries of a selection, newest first; the next page is the one before the last number of this one."""
    bound = selection.bound(connection)
    return database.rows(connection, "quarantine/entries", selection=bound, row_limit=row_limit, before_id=before)


def counts(connection: sa.Connection, selection: Selection, prop: str) -> list[Mapping[str, Any]]:
    """How many entries of a selection, by one of PROPERTIES, most frequent first."""
    return database.rows(connection, "quarantine/counts", selection=selection.bound(connection), property=prop)


def one(connection: sa.Connection, quarantine_id: int) -> dict[str, Any]:
    """One entry whole, its bytes as printable text, and what to do next; raises SelectionError."""
    found = database.rows(connection, "quarantine/entry", quarantine_id=quarantine_id)
    if not found:
        raise SelectionError(f"there is no entry {quarantine_id}; look at `scout quarantine list`")
    entry = dict(found[0])
    raw = entry.pop("raw_bytes")
    entry["byte_count"] = None if raw is None else len(raw)
    entry["text"] = None if raw is None else printable(bytes(raw[:SHOWN_BYTES]))
    entry["next_step"] = _next_step(entry)
    return entry


def printable(raw: bytes) -> str:
    """Bytes as text that no terminal takes for a command: what is not printable is written as an escape."""
    text = raw.decode("utf-8", "backslashreplace")
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode() for character in text
    )


def _next_step(entry: Mapping[str, Any]) -> str:
    number, reason = entry["quarantine_id"], reasons.of(entry["reason_code"])
    if entry["status"] == "discarded":
        return f"scout quarantine reopen {number} --by WHO --why TEXT takes the decision back"
    if entry["status"] == "replayed":
        return "nothing: it entered, or was superseded"
    remedy = f"{reason.remedy}; " if reason else ""
    if entry["waits_for"]:
        return f"{remedy}it enters by itself when {entry['waits_for']} is described"
    return f"{remedy}then scout quarantine replay {number} --dry-run"
