"""Composes how a field is taken out of a record: under which names, from an item or the record, in which words."""

import json

from psycopg import sql

from scout_pipeline.sources import vocabulary
from scout_pipeline.sources.mapping import Mapping

NOTHING = sql.SQL("null::text")
ITEM_FIELDS = ("sku", "description", "quantity", "unit_price")
ITEM_ATTRIBUTES = ("brand_name", "category", "unit", "detection_method", "confidence")


def text(mapping: Mapping, source: sql.Composable, field: str | None) -> sql.Composable:
    """The text of a field of a record as it was sent, under the first of its names that says something."""
    if field is None or field not in mapping.other_names:
        return own(mapping, source, field)
    first, *others = [sql.SQL("{} ->> {}").format(source, sql.Literal(name)) for name in mapping.names_of(field)]
    said = [sql.SQL("nullif(btrim({}), '')").format(first), *others]
    return sql.SQL("coalesce({})").format(sql.SQL(", ").join(said))


def own(mapping: Mapping, source: sql.Composable, field: str | None) -> sql.Composable:
    """The text of a field of a record that has its fields under their own names already."""
    path = mapping.path_of(field)
    if path is None:
        return NOTHING
    # one key is cheaper than a path
    if len(path) == 1:
        return sql.SQL("{} ->> {}").format(source, sql.Literal(path[0]))
    return sql.SQL("{} #>> {}::text[]").format(source, sql.Literal(path))


def header(mapping: Mapping) -> sql.Composed:
    """Own names and values of the top-level fields that a line takes from its record, for jsonb_build_object."""
    fields = (mapping.fields.sold_at, mapping.fields.customer_id, mapping.fields.region)
    keys = sorted({path[0] for field in fields if (path := mapping.path_of(field))})
    return sql.SQL(", ").join(sql.SQL("{}, {}").format(sql.Literal(key), _value(mapping, key)) for key in keys)


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
    keys = sorted({name for field in _item_fields(mapping) for name in mapping.names_of(field)})
    pairs: list[sql.Composable] = [
        sql.SQL("{}, record.payload -> {}").format(sql.Literal(key), sql.Literal(key)) for key in keys
    ]
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


def item(mapping: Mapping) -> sql.Composable:
    """An item with its fields under their own names, and a price of a unit where that of the line says it."""
    fields, attributes = mapping.fields, mapping.item_attributes
    keys = [key for key in _item_fields(mapping) if key in mapping.other_names]
    plain: sql.Composable = sql.SQL("element.item")
    changed = plain
    for key in keys:
        changed = _under_own_name(changed, key, mapping.other_names[key])
    if attributes.total_price and fields.unit_price and fields.quantity:
        changed = sql.SQL("scout.priced_item({}, {}, {}, {})").format(
            changed, fields.unit_price, attributes.total_price, fields.quantity
        )
    told_by = [name for key in keys for name in mapping.other_names[key]]
    told_by += [attributes.total_price] if attributes.total_price else []
    if not told_by:
        return plain
    return sql.SQL("case when {} ?| {}::text[] then {} else {} end").format(plain, told_by, changed, plain)


def detection_method(mapping: Mapping, item: sql.Composable) -> sql.Composable:
    """The word of the vocabulary for how a line was detected."""
    field = mapping.item_attributes.detection_method
    return NOTHING if field is None else known_word(mapping, "detection_method", own(mapping, item, field))


def unread(mapping: Mapping, item: sql.Composable) -> sql.Composable:
    """What an item says and silver cannot read, as texts by column; null when everything is read."""
    attributes = mapping.item_attributes
    doubts: list[sql.Composable] = []
    parts: list[sql.Composable] = []
    if attributes.detection_method:
        said = own(mapping, item, attributes.detection_method)
        doubts.append(sql.SQL("{} <> all({}::text[])").format(said, list(vocabulary.values("detection_method"))))
        parts.append(sql.SQL("'detection_method', {}").format(unknown_word(mapping, "detection_method", said)))
    if attributes.confidence:
        said = own(mapping, item, attributes.confidence)
        doubts.append(_no_plain_number(item, attributes.confidence))
        parts.append(sql.SQL("'item_confidence', {}").format(_unread_number("parse_measure", said)))
    if attributes.total_price:
        said = own(mapping, item, attributes.total_price)
        doubts += [_no_plain_number(item, attributes.total_price), sql.SQL("{} ~ '[.].....'").format(said)]
        parts.append(sql.SQL("'total_price', {}").format(_unread_number("parse_decimal", said)))
    if not parts:
        return sql.SQL("null::jsonb")
    # hardly ever: the object is made only then
    return sql.SQL("case when {} then nullif(jsonb_strip_nulls(jsonb_build_object({})), '{{}}') end").format(
        sql.SQL(" or ").join(doubts), sql.SQL(", ").join(parts)
    )


def contract_record(mapping: Mapping) -> sql.Composable:
    """The whole record, its fields under the contract's own names."""
    received = sql.SQL("record.payload")
    read_elsewhere = {*_item_fields(mapping), mapping.items, mapping.fields.transaction_id, mapping.fields.sold_at}
    renamed = {field: names for field, names in mapping.other_names.items() if field not in read_elsewhere}
    if not renamed:
        return received
    payload: sql.Composable = received
    for field, names in renamed.items():
        payload = _under_own_name(payload, field, names)
    others = [name for names in renamed.values() for name in names]
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


def _item_fields(mapping: Mapping) -> list[str]:
    """The own names of everything that is read of an item, but for the price of the line."""
    fields = [getattr(mapping.fields, name) for name in ITEM_FIELDS]
    fields += [getattr(mapping.item_attributes, name) for name in ITEM_ATTRIBUTES]
    return [field for field in fields if field]


def _no_plain_number(item: sql.Composable, field: str) -> sql.Composable:
    """Is a field of an item anything but a number of up to twelve digits? Every other kind of JSON sorts outside."""
    return sql.SQL("{} -> {} not between '-999999999999' and '999999999999'").format(item, field)


def _unread_number(reader: str, said: sql.Composable) -> sql.Composable:
    return sql.SQL("case when {}(btrim({})) is null then nullif(btrim({}), '') end").format(
        sql.Identifier("scout", reader), said, said
    )


def _value(mapping: Mapping, field: str) -> sql.Composable:
    """The value of a record's field as JSON, under the first of its names that says something."""
    first, *others = [sql.SQL("record.payload -> {}").format(name) for name in mapping.names_of(field)]
    if not others:
        return first
    said = [sql.SQL("nullif(nullif({}, 'null'), '\"\"')").format(value) for value in others]
    return sql.SQL("case when btrim(record.payload ->> {}) <> '' then {} else coalesce({}) end").format(
        field, first, sql.SQL(", ").join([*said, first])
    )


def _under_own_name(payload: sql.Composable, field: str, others: tuple[str, ...]) -> sql.Composable:
    return sql.SQL("scout.under_own_name({}, {}, {}::text[])").format(payload, field, list(others))
