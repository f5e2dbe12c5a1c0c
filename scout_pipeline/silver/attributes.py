"""Composes how a sale's attributes are read: which field, which words, and what is kept when none fits."""

import json
from collections.abc import Sequence

from psycopg import sql

from scout_pipeline.sources import vocabulary
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
}


def extraction(mapping: Mapping, field: str | None) -> sql.Composed:
    """The operator and path that take a field's text out of a payload; one key is cheaper than a path."""
    path = mapping.path_of(field)
    if path is not None and len(path) == 1:
        return sql.SQL("->> {}").format(path[0])
    return sql.SQL("#>> {}::text[]").format(sql.Literal(path))


def line_header(mapping: Mapping) -> sql.Composed:
    """Names and values of the top-level fields that a line takes from its record, for jsonb_build_object."""
    fields = (mapping.fields.sold_at, mapping.fields.customer_id, mapping.fields.region)
    keys = sorted({path[0] for field in fields if (path := mapping.path_of(field))})
    return _listed([sql.SQL("{}, record.payload -> {}").format(sql.Literal(key), sql.Literal(key)) for key in keys])


def words(mapping: Mapping, name: str) -> str:
    """The vocabulary of an attribute as a JSON object of lower-case words, for the operator ->>."""
    attribute = mapping.attribute(name)
    return json.dumps(vocabulary.lookup(name, attribute.synonyms if attribute else {}))


def parts(mapping: Mapping) -> dict[str, sql.Composable]:
    """The placeholders of `silver/window_attributes`: raw texts, mapped values, columns, and what stayed unmapped."""
    declared = {name: attribute.field for name in SALE_ATTRIBUTES if (attribute := mapping.attribute(name))}
    status = mapping.status
    voided = [word.lower() for word in status.voided] if status else []
    known = voided + [word.lower() for word in status.completed] if status else []
    raw: list[sql.Composable] = [
        sql.SQL("record.payload {} as {}").format(extraction(mapping, field), _raw(name))
        for name, field in declared.items()
    ]
    # how a customer asked has a table of its own; what it cannot say is kept with the rest
    requested = {name: attribute.field for name in REQUEST_ATTRIBUTES if (attribute := mapping.attribute(name))}
    raw += [
        sql.SQL("record.payload {} as {}").format(extraction(mapping, field), _raw(name))
        for name, field in requested.items()
    ]
    raw.append(sql.SQL("record.payload {} as raw_status").format(extraction(mapping, status.field if status else None)))
    unmapped: list[sql.Composable] = [
        sql.SQL("{}, case when {} is null then nullif(btrim({}), '') end").format(
            sql.Literal(name), sql.Identifier(name), _raw(name)
        )
        for name in declared
    ]
    unmapped += [
        sql.SQL("{}, case when {} ->> lower(btrim({})) is null then nullif(btrim({}), '') end").format(
            sql.Literal(name), sql.SQL("{}::jsonb").format(sql.Literal(words(mapping, name))), _raw(name), _raw(name)
        )
        for name in requested
    ]
    unmapped.append(
        sql.SQL(
            "'status', case when lower(btrim(raw_status)) <> all({}::text[]) then nullif(btrim(raw_status), '') end"
        ).format(sql.Literal(known))
    )
    return {
        "has_attributes": sql.Literal(bool(declared or requested or status)),
        "raw_values": _listed(raw),
        "mapped_values": _listed([_mapped(mapping, name, declared) for name in SALE_ATTRIBUTES]),
        "is_voided": sql.SQL("lower(btrim(raw_status)) = any({}::text[])").format(sql.Literal(voided)),
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
        "vocabulary": sql.SQL("{}::jsonb ->> lower({})").format(sql.Literal(words(mapping, name)), text),
    }
    return sql.SQL("{} as {}").format(readings[kind], sql.Identifier(name))
