"""The contracts as a page for people, rendered from their JSON Schemas."""

from collections.abc import Iterator
from typing import Any

from scout_pipeline.sources import mapping as mappings
from scout_pipeline.sources import vocabulary

NAMES = ("transaction.v1", "reference.v1")
# The source that declares the words and names of others for a contract.
SOURCES = {"transaction.v1": "scout", "reference.v1": "scout_reference"}
# The keyword of a field that says where in silver it goes, or why it stays in bronze.
GOES_TO = "x-silver"
Schema = dict[str, Any]


def page() -> str:
    """`docs/contract.md`: every field of every contract, with type, bounds, meaning and where it goes."""
    lines = [
        "# The contracts",
        "",
        "What points of sale and offices send to Scout: JSON Lines, one object a line, in UTF-8, plain, gzip or zstd.",
        "This page is made from the JSON Schemas by `scout contract --page`; change those, not this.",
    ]
    for name in NAMES:
        lines += ["", *_contract(name, vocabulary.contract(name))]
    return "\n".join(lines) + "\n"


def _contract(name: str, schema: Schema) -> Iterator[str]:
    yield f"## {schema['title']} (`{name}`)"
    yield ""
    yield schema["description"]
    yield ""
    yield from _table(schema)
    for key, part in schema.get("properties", {}).items():
        inner = part.get("items", part)
        if "properties" in inner:
            yield from ("", f"### `{key}`", "")
            yield from _table(inner)
    for kind, part in schema.get("$defs", {}).items():
        yield from ("", f"### Attributes of kind `{kind}`", "")
        yield from _table(part)
    source = mappings.read(mappings.BUILT_IN / f"{SOURCES[name]}.yaml")
    if source.other_names:
        yield from ("", "### Names of others", "", "| field | is also called |", "| --- | --- |")
        for field, others in source.other_names.items():
            yield f"| `{field}` | {', '.join(f'`{other}`' for other in others)} |"
    spoken = {word: attribute.synonyms for word, attribute in source.attributes.items() if attribute.synonyms}
    if spoken:
        yield from ("", "### Words of others", "", "| field | word | means |", "| --- | --- | --- |")
        for field, synonyms in spoken.items():
            yield from (f"| `{field}` | `{word}` | `{ours}` |" for word, ours in synonyms.items())


def _table(schema: Schema) -> Iterator[str]:
    required = set(schema.get("required", ()))
    forms = [form for part in (schema, *schema.get("allOf", ())) for form in part.get("anyOf", ())]
    alternatives = {name for form in forms for name in form["required"]} - {"status"}
    goes = any(GOES_TO in field for field in schema["properties"].values())
    yield "| field | needed | type | meaning |" + (" goes to |" if goes else "")
    yield "| --- | --- | --- | --- |" + (" --- |" if goes else "")
    for name, field in schema["properties"].items():
        needed = "yes" if name in required else "this or another" if name in alternatives else ""
        row = f"| `{name}` | {needed} | {_type(field)} | {field.get('description', '')} |"
        yield f"{row} {field.get(GOES_TO, '')} |" if goes else row


def _type(field: Schema) -> str:
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"] if value is not None)
    kinds = field.get("type", "any")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    text = " or ".join(kind for kind in kinds if kind != "null")
    bounds = [field["format"]] if "format" in field else []
    bounds += [f"{sign} {field[key]}" for key, sign in _BOUNDS.items() if key in field]
    return f"{text} ({', '.join(bounds)})" if bounds else text


_BOUNDS = {
    "minimum": "at least",
    "exclusiveMinimum": "above",
    "maximum": "at most",
    "maxLength": "at most this long:",
    "minItems": "items: at least",
}
