"""Composes how a sale's attributes are read: which field, which words, and what is kept when none fits."""

from collections.abc import Sequence

from psycopg import sql

from scout_pipeline.silver import extraction
from scout_pipeline.sources.mapping import Mapping
from scout_pipeline.sources.vocabulary import SALE_ATTRIBUTES, Kind

REQUEST_ATTRIBUTES = ("request_mode", "request_type")
COLUMN_TYPES: dict[Kind, str] = {
    "text": "text",
    "integer": "int8",
    "count": "int4",
    "decimal": "numeric",
    "boolean": "bool",
    "vocabulary": "text",
    "region": "text",
}
RECORD = sql.SQL("record.payload")


def parts(mapping: Mapping) -> dict[str, sql.Composable]:
    """The placeholders of `silver/window_attributes`: raw texts, mapped values, columns, and what stayed unmapped."""
    declared = {name: attribute.field for name in SALE_ATTRIBUTES if (attribute := mapping.attribute(name))}
    status = mapping.status
    voided = [word.lower() for word in status.voided] if status else []
    known = voided + [word.lower() for word in status.completed] if status else []
    # how a customer asked has a table of its own; what it cannot say is kept with the rest
    requested = {name: attribute.field for name in REQUEST_ATTRIBUTES if (attribute := mapping.attribute(name))}
    said: dict[str, str | None] = {
        **declared,
        **requested,
        "status": status.field if status else None,
        "deleted_at": status.deleted if status else None,
    }
    raw = [
        sql.SQL("{} as {}").format(extraction.text(mapping, RECORD, field), _raw(name)) for name, field in said.items()
    ]
    unmapped: list[sql.Composable] = [
        sql.SQL("{}, case when {} is null then nullif(btrim({}), '') end").format(
            sql.Literal(name), sql.Identifier(name), _raw(name)
        )
        for name in declared
    ]
    unmapped += [
        sql.SQL("{}, {}").format(sql.Literal(name), extraction.unknown_word(mapping, name, _raw(name)))
        for name in requested
    ]
    unmapped.append(
        sql.SQL(
            "'status', case when lower(btrim(raw_status)) <> all({}::text[]) then nullif(btrim(raw_status), '') end"
        ).format(sql.Literal(known))
    )
    # most say nothing, and a time is read by a function
    deleted = sql.SQL("case when raw_deleted_at is not null then scout.parse_timestamp(btrim(raw_deleted_at), {}) end")
    deleted_at = deleted.format(mapping.time_zone)
    unmapped.append(
        sql.SQL("'deleted_at', case when {} is null then nullif(btrim(raw_deleted_at), '') end").format(deleted_at)
    )
    return {
        "has_attributes": sql.Literal(bool(declared or requested or status)),
        "raw_values": _listed(raw),
        "mapped_values": _listed([_mapped(mapping, name, declared) for name in SALE_ATTRIBUTES]),
        "is_voided": sql.SQL("lower(btrim(raw_status)) = any({}::text[]) or {} is not null").format(
            sql.Literal(voided), deleted_at
        ),
        "columns": _listed([sql.Identifier(name) for name in SALE_ATTRIBUTES]),
        "unmapped": _listed(unmapped),
    }


def _listed(expressions: Sequence[sql.Composable]) -> sql.Composed:
    return sql.SQL(", ").join(expressions)


def _raw(name: str) -> sql.Identifier:
    return sql.Identifier(f"raw_{name}")


def _mapped(mapping: Mapping, name: str, declared: dict[str, str]) -> sql.Composable:
    kind = SALE_ATTRIBUTES[name]
    if name not in declared:
        return sql.SQL("null::{} as {}").format(sql.Identifier(COLUMN_TYPES[kind]), sql.Identifier(name))
    text = sql.SQL("btrim({})").format(_raw(name))
    readings: dict[Kind, sql.Composable] = {
        "text": sql.SQL("case when length({}) between 1 and 200 then {} end").format(text, text),
        "integer": sql.SQL("case when {} ~ '^[0-9]{{1,15}}$' then {}::int8 end").format(text, text),
        "count": sql.SQL("case when {} ~ '^[0-9]{{1,9}}$' then {}::int4 end").format(text, text),
        "decimal": sql.SQL("scout.parse_decimal({})").format(text),
        "boolean": sql.SQL("case lower({}) when 'true' then true when 'false' then false end").format(text),
        "vocabulary": extraction.known_word(mapping, name, _raw(name)),
        # the spellings of a window are few: each is looked up once, when its sales are chosen
        "region": sql.SQL("nullif({}, '')").format(text),
    }
    return sql.SQL("{} as {}").format(readings[kind], sql.Identifier(name))
