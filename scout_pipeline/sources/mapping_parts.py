"""The parts of a source mapping: its file format, currency, store, fields, attributes, limits and rules."""

import codecs
import re
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from scout_pipeline.time_zones import TimeZone


def _regular_expression(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"{pattern!r} is no regular expression: {error}") from error
    return pattern


Pattern = Annotated[str, AfterValidator(_regular_expression)]
LineType = Literal["sale", "return", "adjustment"]
PathInPayload = Annotated[str, Field(min_length=1)]


class Strict(BaseModel):
    """No unknown key passes: a misspelt one must not be ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class FileFormat(Strict):
    """How the bytes become records. Compression (gzip, zstd) is recognised by content, not declared."""

    kind: Literal["csv", "jsonl", "parquet", "excel"]
    encoding: str = "utf-8"
    delimiter: str = Field(default=",", pattern=r"^[\t !#-,/:-@\[-`{-~]$", description="One ASCII sign, no quote.")
    multiline: bool = Field(default=False, description="May a quoted field hold a line break?")
    final_newline: Literal["required", "optional"] = "optional"
    sheet: str | None = Field(default=None, description="Excel sheet; the first one by default.")

    @field_validator("encoding")
    @classmethod
    def _known_encoding(cls, value: str) -> str:
        try:
            # base64, rot13 and their like are codecs, but none of text
            b" ".decode(value, "replace")
            return codecs.lookup(value).name
        except (LookupError, ValueError) as error:
            raise ValueError(f"{value!r} is no known encoding, such as utf-8 or cp1252") from error


class Currency(Strict):
    """Amounts times `rate` are reporting currency; a rate of 1 with a foreign code leaves them in their own."""

    code: str = Field(pattern="^[A-Z]{3}$")
    rate: str = Field(default="1", pattern=r"^[0-9]{1,9}(\.[0-9]{1,12})?$", description="Decimal number, quoted.")

    @field_validator("rate")
    @classmethod
    def _above_zero(cls, value: str) -> str:
        if not value.strip("0."):
            raise ValueError("a rate is above zero")
        return value


class Store(Strict):
    """Either one declared store for the whole source (`code`), or the field that carries each record's store code.

    Reference records have neither. `unknown` says what becomes of sales of a store that nobody described: the store is
    registered by its code alone, or they wait for its reference record.
    """

    code: str | None = Field(default=None, pattern=r"^\s*\S.{0,99}$")
    name: str | None = None
    field: PathInPayload | None = None
    time_zone: TimeZone | None = Field(default=None, description="By default that of the source.")
    unknown: Literal["register", "wait"] = "register"

    @model_validator(mode="after")
    def _one_of_two(self) -> "Store":
        if self.code is not None and self.field is not None:
            raise ValueError("give either 'code' (one store) or 'field' (the store code of each record), not both")
        return self


class Fields(Strict):
    """Field names in the record; a dot descends into nested objects of JSON records, elsewhere it is a letter."""

    transaction_id: PathInPayload
    sold_at: PathInPayload | None = None
    sku: PathInPayload | None = None
    quantity: PathInPayload | None = None
    unit_price: PathInPayload | None = None
    description: PathInPayload | None = None
    customer_id: PathInPayload | None = None
    region: PathInPayload | None = None


class ItemAttributes(Strict):
    """What else a line may say; field names in the item."""

    brand_name: PathInPayload | None = None
    category: PathInPayload | None = None
    unit: PathInPayload | None = None
    detection_method: PathInPayload | None = None
    confidence: PathInPayload | None = None
    total_price: PathInPayload | None = Field(
        default=None, description="Price of the whole line; of an item that states none of a unit, it decides that."
    )


class Single(Strict):
    """A record without items is one line of its own fields, under the names that these have in an item."""

    total_price: PathInPayload | None = Field(
        default=None, description="What the whole sale cost: the price of its only line where no other is stated."
    )


class Attribute(Strict):
    """What a record says about the whole sale: its field, and what other people call our values."""

    field: PathInPayload
    synonyms: dict[str, str] = Field(default_factory=dict, description="Their word: ours.")


class Status(Strict):
    """The field that tells a voided sale from a completed one, and the words for either; any other word is unmapped."""

    field: PathInPayload
    voided: tuple[str, ...] = ("voided",)
    completed: tuple[str, ...] = ("completed",)
    deleted: PathInPayload | None = Field(default=None, description="A time: since then the sale is taken back.")


class Range(Strict):
    """Inclusive bounds, quoted decimals; what lies outside is set aside."""

    at_least: Decimal | None = None
    at_most: Decimal | None = None


class Limits(Strict):
    """What a line may say before nobody believes it."""

    quantity: Range = Range()
    unit_price: Range = Range()


class TransactionTypes(Strict):
    """Rules in the order in which they are tried; what none of them catches is `otherwise`."""

    returns: Pattern | None = Field(default=None, description="Regular expression on the transaction id.")
    adjustments: Pattern | None = Field(default=None, description="Regular expression on the transaction id.")
    negative_quantity: LineType | None = Field(default=None, description="What a line below zero is otherwise.")
    otherwise: LineType = "sale"
