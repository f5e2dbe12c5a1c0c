"""Composes how a field is taken out of a record: under which names, from an item or the record, in which words."""

import json
from collections.abc import Iterator

from psycopg import sql

from scout_pipeline.sources import vocabulary
from scout_pipeline.sources.mapping import Mapping

NOTHING = sql.SQL("null::text")
ITEM_FIELDS = ("sku", "description", "quantity", "unit_price")
ITEM_ATTRIBUTES = ("brand_name", "category", "unit", "confidence", "total_price")


def text(mapping: Mapping, source: sql.Composable, field: str | None) -> sql.Composable:
    """The text of a field of a JSON value, under the first of its names that says something."""
    path = mapping.path_of(field)
    if field is None or path is None:
        return NOTHING
    # one key is cheaper than a path
    if len(path) > 1:
        return sql.SQL("{} #>> {}::text[]").format(source, sql.Literal(path))
    first, *others = [sql.SQL("{} ->> {}").format(source, sql.Literal(name)) for name in mapping.names_of(field)]
    if not others:
        return first
    said = [sql.SQL("nullif(btrim({}), '')").format(first), *others]
    return sql.SQL("coalesce({})").format(sql.SQL(", ").join(said))


def header(mapping: Mapping) -> sql.Composed:
    """Names and values of the top-level fields that a line takes from its record, for jsonb_build_object."""
    fields = (mapping.fields.sold_at, mapping.fields.customer_id, mapping.fields.region)
    paths = [path for field in fields if field for path in [mapping.path_of(field)] if path]
    keys = sorted({name for path in paths for name in (mapping.names_of(path[0]) if len(path) == 1 else path[:1])})
    return sql.SQL(", ").join(_pair(key) for key in keys)


def items(mapping: Mapping) -> sql.Composable:
    """The array of items, under whichever of its names it is not null."""
    assert mapping.items is not None
    path = mapping.path_of(mapping.items) or []
    named = [path] if len(path) > 1 else [[name] for name in mapping.names_of(mapping.items)]
    found = [sql.SQL("nullif(record.payload #> {}::text[], 'null')").format(sql.Literal(name)) for name in named]
    return found[0] if len(found) == 1 else sql.SQL("coalesce({})").format(sql.SQL(", ").join(found))


def single(mapping: Mapping) -> sql.Composable:
    """A list of the one item that a record without items is; of nothing where it says of no product."""
    if mapping.single is None:
        return sql.SQL("'[null]'::jsonb")
    pairs = [_pair(key) for key in sorted(_item_keys(mapping))]
    total, whole = mapping.item_attributes.total_price, mapping.single.total_price
    if total and whole and mapping.fields.unit_price:
        stated = text(mapping, sql.SQL("record.payload"), mapping.fields.unit_price)
        pairs.append(
            sql.SQL(
                "{}, coalesce(record.payload -> {}, "
                "case when nullif(btrim({}), '') is null then record.payload -> {} end)"
            ).format(sql.Literal(total), sql.Literal(total), stated, sql.Literal(whole))
        )
    one = sql.SQL("jsonb_strip_nulls(jsonb_build_object({}))").format(sql.SQL(", ").join(pairs))
    return sql.SQL("jsonb_build_array(nullif({}, '{{}}'))").format(one)


def unit_price(mapping: Mapping, item: sql.Composable) -> sql.Composable:
    """The price of a unit as it is stated, or as the price of the line says it."""
    stated = text(mapping, item, mapping.fields.unit_price)
    if mapping.item_attributes.total_price is None:
        return stated
    total = text(mapping, item, mapping.item_attributes.total_price)
    quantity = text(mapping, item, mapping.fields.quantity)
    return sql.SQL("coalesce(nullif(btrim({}), ''), scout.exact_unit_price(btrim({}), btrim({})))").format(
        stated, total, quantity
    )


def detection_method(mapping: Mapping, item: sql.Composable) -> sql.Composable:
    """The word of the vocabulary for how a line was detected."""
    field = mapping.item_attributes.detection_method
    return NOTHING if field is None else known_word(mapping, "detection_method", text(mapping, item, field))


def unread(mapping: Mapping, item: sql.Composable) -> sql.Composable:
    """What an item says and silver cannot read, as texts by column; null when everything is read."""
    attributes = mapping.item_attributes
    parts: dict[str, sql.Composable] = {}
    if attributes.detection_method:
        said = text(mapping, item, attributes.detection_method)
        parts["detection_method"] = unknown_word(mapping, "detection_method", said)
    if attributes.confidence:
        parts["item_confidence"] = _unread_number("parse_measure", text(mapping, item, attributes.confidence))
    if attributes.total_price:
        parts["total_price"] = _unread_number("parse_decimal", text(mapping, item, attributes.total_price))
    if not parts:
        return sql.SQL("null::jsonb")
    pairs = sql.SQL(", ").join(sql.SQL("{}, {}").format(sql.Literal(name), words) for name, words in parts.items())
    return sql.SQL("nullif(jsonb_strip_nulls(jsonb_build_object({})), '{{}}')").format(pairs)


def contract_record(mapping: Mapping) -> sql.Composable:
    """The whole record, its fields under the contract's own names."""
    received = sql.SQL("record.payload")
    read_elsewhere = {*_item_keys(mapping), mapping.items, mapping.fields.transaction_id, mapping.fields.sold_at}
    renamed = {field: list(names) for field, names in mapping.other_names.items() if field not in read_elsewhere}
    if not renamed:
        return received
    payload: sql.Composable = received
    for field, names in renamed.items():
        payload = sql.SQL("scout.under_own_name({}, {}, {}::text[])").format(
            payload, sql.Literal(field), sql.Literal(names)
        )
    others = sql.Literal([name for names in renamed.values() for name in names])
    return sql.SQL("case when {} ?| {}::text[] then {} else {} end").format(received, others, payload, received)


def words(mapping: Mapping, name: str) -> str:
    """The vocabulary of an attribute as a JSON object of lower-case words, for the operator ->>."""
    attribute = mapping.attribute(name)
    return json.dumps(vocabulary.lookup(name, attribute.synonyms if attribute else {}))


def known_word(mapping: Mapping, name: str, said: sql.Composable) -> sql.Composable:
    """Our word for what was said; null when the vocabulary does not know it."""
    return sql.SQL("{}::jsonb ->> lower(btrim({}))").format(sql.Literal(words(mapping, name)), said)


def unknown_word(mapping: Mapping, name: str, said: sql.Composable) -> sql.Composable:
    """What was said when the vocabulary does not know it; else null."""
    return sql.SQL("case when {} is null then nullif(btrim({}), '') end").format(known_word(mapping, name, said), said)


def _unread_number(reader: str, said: sql.Composable) -> sql.Composable:
    return sql.SQL("case when {}(btrim({})) is null then nullif(btrim({}), '') end").format(
        sql.Identifier("scout", reader), said, said
    )


def _item_keys(mapping: Mapping) -> Iterator[str]:
    """Every name under which an item says something that is read, but for the price of the line."""
    fields = [getattr(mapping.fields, name) for name in ITEM_FIELDS]
    fields += [getattr(mapping.item_attributes, name) for name in (*ITEM_ATTRIBUTES, "detection_method")]
    for field in fields:
        if field and field != mapping.item_attributes.total_price:
            yield from mapping.names_of(field)


def _pair(key: str) -> sql.Composed:
    return sql.SQL("{}, record.payload -> {}").format(sql.Literal(key), sql.Literal(key))
