"""Why something is refused: every reason code, of what, what it means and what to do. The one table of them."""

from dataclasses import dataclass

# Given to what a rule of data quality sets aside; all other codes are given by landing and silver.
BROKEN_RULE = "broken_rule"


@dataclass(frozen=True)
class Reason:
    """Reason codes with the same meaning. `of` is what is refused: a file, a line, a record or a whole sale."""

    codes: tuple[str, ...]
    of: str
    meaning: str
    remedy: str


REASONS = (
    Reason(("empty_file",), "file", "no bytes, or a sheet without a cell", "ask the sender for the file"),
    Reason(
        ("file_too_large",),
        "file",
        "more decompressed bytes than `SCOUT_MAX_FILE_BYTES`",
        "split the file, or raise the setting",
    ),
    Reason(
        ("compression_bomb",),
        "file",
        "grows by more than `SCOUT_MAX_COMPRESSION_RATIO` when it is unpacked or written out as text",
        "raise the setting if the file is honest",
    ),
    Reason(
        ("packed_content",),
        "file",
        "an archive, or a compressed file within a compressed one",
        "unpack it and give the files that are in it",
    ),
    Reason(("corrupt_gzip", "corrupt_zstd"), "file", "the compressed stream is damaged", "fetch the file again"),
    Reason(
        ("truncated_gzip", "truncated_zstd"),
        "file",
        "the compressed stream ends too early",
        "fetch the file again, wait until it is whole",
    ),
    Reason(
        ("unreadable_header",),
        "file",
        "the first line is no header in the declared encoding or delimiter",
        "correct `format` in the mapping",
    ),
    Reason(("wrong_encoding",), "file", "the file is UTF-16, its mapping says otherwise", "declare `encoding: utf-16`"),
    Reason(("too_many_columns",), "file", "more than 1,000 columns", "check the delimiter; split the table"),
    Reason(("duplicate_column",), "file", "the header names a column twice", "rename one of them at the sender"),
    Reason(
        ("missing_column",),
        "file",
        "a column that the mapping names is not there",
        "correct the mapping, or ask the sender",
    ),
    Reason(
        ("unreadable_parquet", "unreadable_workbook"),
        "file",
        "damaged, encrypted, of another kind, beyond Excel's limits, or with a path that leads out of the archive",
        "fetch the file again; save it as .xlsx or .parquet; ask who made it about such a path",
    ),
    Reason(
        ("unsupported_column",),
        "file",
        "a nested Parquet column, or one of bytes of a fixed length above 1,024",
        "flatten it, or send JSON Lines",
    ),
    Reason(
        ("copy_refused",), "file", "PostgreSQL refused lines that looked right", "a defect: report it with the file"
    ),
    Reason(("nul_character",), "file, line", "NUL in the header (file) or in a line", "remove it at the sender"),
    Reason(
        ("undecodable_bytes",),
        "file, line",
        "not in the declared encoding; the whole file when the encoding is one that COPY does not know",
        "correct `encoding`",
    ),
    Reason(
        ("record_too_long",),
        "file, line",
        "a header above 256 KiB, a record above `SCOUT_MAX_RECORD_BYTES`, or a workbook with such a row or text",
        "look for a missing line end or quote",
    ),
    Reason(("blank_line",), "line", "nothing but blanks", "nothing; ask the sender to leave it out"),
    Reason(
        ("truncated_record",),
        "line",
        "no line end at the end of a file whose source always writes one",
        "fetch the file again",
    ),
    Reason(
        ("unbalanced_quote",),
        "line",
        "a quote is opened and not closed",
        "correct the line; `multiline: true` if quotes may span lines",
    ),
    Reason(
        ("bare_carriage_return", "bare_line_feed"),
        "line",
        "a line end of another kind stands outside quotes",
        "use one kind of line end",
    ),
    Reason(
        ("wrong_column_count",), "line", "more or fewer fields than the header", "quote fields that hold the delimiter"
    ),
    Reason(("malformed_json",), "line", "not JSON, or a raw control character in it", "correct the line"),
    Reason(("not_a_json_object",), "line", "JSON, but an array, a string or a number", "one object a line"),
    Reason(("duplicate_json_key",), "line", "an object names a key twice", "name it once"),
    Reason(("too_deeply_nested",), "line", "more than 2,000 open brackets", "nothing honest looks like this"),
    Reason(
        ("unstorable_json",),
        "line",
        "JSON that jsonb cannot hold, such as an escaped NUL or an enormous number",
        "correct the value",
    ),
    Reason(("missing_transaction_id",), "line", "no transaction id", "correct the line or the mapping"),
    Reason(
        ("text_too_long",),
        "line, record",
        "an id above 200, a store code or sku above 100, a description above 1,000 or a region above 200 characters",
        "look for a shifted column",
    ),
    Reason(("missing_store_id",), "record", "the record names no store", "add the store code at the sender"),
    Reason(
        ("unknown_store",),
        "record",
        "a store that no reference record describes on that day",
        "it enters by itself when the store is described",
    ),
    Reason(
        ("unknown_product",),
        "record",
        "a code that the catalogue does not have on that day",
        "it enters by itself when the product is described",
    ),
    Reason(
        ("quantity_out_of_range", "unit_price_out_of_range"),
        "record",
        "outside the `limits` of the mapping",
        "correct the value, or the limits",
    ),
    Reason(
        ("missing_code", "invalid_date", "unknown_kind"),
        "reference record",
        "no code, no `valid_from`, or a kind that the contract does not have",
        "correct the record",
    ),
    Reason(
        ("inconsistent_id",),
        "reference record",
        "the id is not kind/code/valid_from, so that a correction would not find what it corrects",
        "correct the id",
    ),
    Reason(
        ("invalid_attribute",),
        "reference record",
        "an attribute that its kind needs is missing or wrong, such as a region that nobody spells so",
        "compare with the contract",
    ),
    Reason(
        ("missing_items",),
        "sale",
        "neither items nor a product of its own: nothing that could be counted, whatever value it states",
        "send the sale again with its items; a device that sees none can be asked for the products it hears",
    ),
    Reason(("missing_sku",), "record", "no code of what was sold", "correct the record"),
    Reason(
        ("invalid_timestamp",), "record", "not a time in the declared format", "correct `time_format`, or the record"
    ),
    Reason(
        ("timestamp_out_of_range",),
        "record",
        "before `earliest` of the mapping, or more than a day after it was received",
        "correct the clock, or `earliest`",
    ),
    Reason(
        ("archived_month",),
        "sale",
        "its business day, or that of the sale that it corrects, is archived: the figures of then cannot be computed",
        "`scout partitions restore silver MONTH`: it enters by itself when the month is back",
    ),
    Reason(
        ("invalid_quantity", "invalid_unit_price"),
        "record",
        "not a plain decimal: at most 12 digits and 4 decimals, no exponent, separator or sign but a minus",
        "correct the value",
    ),
    Reason(
        (BROKEN_RULE,),
        "sale",
        "a rule of data quality set the whole sale aside; an older version of it that was right counts instead",
        "look at the rule; change or retire it, or have the sale corrected",
    ),
)


def codes() -> set[str]:
    """Every reason code."""
    return {code for reason in REASONS for code in reason.codes}


def of(code: str) -> Reason | None:
    """What a code means; None for one of an older release."""
    return next((reason for reason in REASONS if code in reason.codes), None)


def table() -> list[list[str]]:
    """The rows of the table in docs/data_quality.md."""
    return [
        [", ".join(f"`{code}`" for code in reason.codes), reason.of, reason.meaning, reason.remedy]
        for reason in REASONS
    ]
