"""Declarative source mappings: which field means what, in which format, time zone and currency."""

import hashlib
import re
from collections.abc import Hashable
from contextlib import suppress
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator

from scout_pipeline import periods, settings
from scout_pipeline.sources import vocabulary
from scout_pipeline.sources.mapping_parts import (
    Attribute,
    Currency,
    Fields,
    FileFormat,
    ItemAttributes,
    Limits,
    PathInPayload,
    Pattern,
    Single,
    Status,
    Store,
    Strict,
    TransactionTypes,
)
from scout_pipeline.time_zones import TimeZone

BUILT_IN = Path(__file__).parent / "mappings"
NAME_PATTERN = "^[a-z][a-z0-9_]{1,40}$"


class MappingError(Exception):
    """A mapping is missing or invalid; the message names file, key and reason."""


class Mapping(Strict):
    """One source.

    `grain` says what a record is: one line of a transaction, a whole transaction with its items, or a reference
    record, which describes a member of a dimension.
    """

    name: str = Field(pattern=NAME_PATTERN)
    title: str = Field(min_length=1)
    format: FileFormat
    grain: Literal["line", "transaction", "reference"]
    contract: Literal["transaction.v1", "reference.v1"] | None = Field(
        default=None, description="The contract whose further parts (transcript, substitution ...) are read."
    )
    items: PathInPayload | None = Field(default=None, description="Array of items, for the grain transaction.")
    time_zone: TimeZone
    time_format: str = Field(default="iso", description="'iso', or a pattern of YYYY MM DD HH24 MI SS.")
    earliest: str = Field(default="2000-01-01", pattern=r"^\d{4}-\d{2}-\d{2}$")
    currency: Currency
    store: Annotated[Store, Field(validate_default=True)] = Store()
    catalogue: Literal["derived", "reference"] = Field(
        default="derived", description="Are products known from the sales themselves, or from reference records?"
    )
    fields: Fields
    customer_id_form: Literal["text", "integer"] = Field(
        default="text", description="'integer': 17850.0 and 17850 are the same customer."
    )
    other_names: dict[PathInPayload, tuple[PathInPayload, ...]] = Field(
        default_factory=dict,
        description="What other senders call a field of this mapping or of its contract: the first name, the own one "
        "before all, under which something is said counts.",
    )
    single: Single | None = Field(default=None, description="May a record without items be one line? How it is read.")
    attributes: dict[vocabulary.AttributeName, Attribute] = Field(default_factory=dict)
    item_attributes: ItemAttributes = ItemAttributes()
    status: Status | None = None
    limits: Limits = Limits()
    transaction_types: TransactionTypes = TransactionTypes()
    not_products: tuple[Pattern, ...] = Field(default=(), description="Regular expressions on the upper-cased code.")

    @field_validator("earliest")
    @classmethod
    def _day_of_calendar(cls, value: str) -> str:
        date.fromisoformat(value)
        return value

    @field_validator("time_format")
    @classmethod
    def _readable_time(cls, value: str) -> str:
        if value != "iso":
            periods.strict_pattern(value)
        return value

    @field_validator("store")
    @classmethod
    def _sold_somewhere(cls, value: Store, info: ValidationInfo) -> Store:
        if info.data.get("grain") != "reference" and value.code is None and value.field is None:
            raise ValueError("give either 'code' (one store) or 'field' (the store code of each record)")
        return value

    @field_validator("fields")
    @classmethod
    def _complete_sale(cls, value: Fields, info: ValidationInfo) -> Fields:
        needed = () if info.data.get("grain") == "reference" else ("sold_at", "sku", "quantity", "unit_price")
        missing = [name for name in needed if getattr(value, name) is None]
        if missing:
            raise ValueError(f"a sale needs {', '.join(missing)}")
        return value

    @field_validator("attributes")
    @classmethod
    def _known_values(cls, value: dict[str, Attribute]) -> dict[str, Attribute]:
        for name, attribute in value.items():
            unknown = sorted(set(attribute.synonyms.values()) - set(vocabulary.values(name)))
            if unknown:
                known = ", ".join(vocabulary.values(name)) or "no values"
                raise ValueError(f"{name}.synonyms: {', '.join(unknown)}: not among {known}")
        return value

    @model_validator(mode="after")
    def _grain_fits_format(self) -> "Mapping":
        if (self.grain == "reference") != (self.contract == "reference.v1"):
            raise ValueError("the grain reference and the contract reference.v1 belong together")
        if (self.grain == "transaction") != (self.items is not None):
            raise ValueError("'items' is needed for the grain transaction, and only there")
        if self.other_names and self.format.kind != "jsonl":
            raise ValueError("'other_names' needs the format jsonl")
        if unknown := sorted(set(self.other_names) - self._renamed()):
            raise ValueError(f"other_names: {', '.join(unknown)}: no field that this mapping reads")
        if self.single is not None and self.items is None:
            raise ValueError("'single' is for the grain transaction alone")
        if self.contract is None and (alone := sorted(set(vocabulary.OF_PARTS) & set(map(str, self.attributes)))):
            raise ValueError(f"{', '.join(alone)}: read from records of the contract transaction.v1 alone")
        if self.grain != "line" and self.format.kind != "jsonl":
            raise ValueError(f"the grain {self.grain} needs the format jsonl")
        return self

    @cached_property
    def sha256(self) -> bytes:
        """Fingerprint of everything that decides how a record is read."""
        return hashlib.sha256(self.model_dump_json().encode()).digest()

    @property
    def version(self) -> str:
        """The first digits of the fingerprint: enough to see that a mapping changed since it refused something."""
        return self.sha256.hex()[:12]

    @property
    def rule_id(self) -> str:
        """Under which name the quarantine knows who refused."""
        return f"mapping/{self.name}"

    def attribute(self, name: str) -> Attribute | None:
        """How this source says one attribute of a sale; None when it does not."""
        return {str(key): value for key, value in self.attributes.items()}.get(name)

    def names_of(self, field: str) -> tuple[str, ...]:
        """A field's own name and those that other senders have for it."""
        return (field, *self.other_names.get(field, ()))

    def _renamed(self) -> set[str]:
        """Fields that may have other names: neither who bought nor where, and no parts of nested objects."""
        of_contract = set() if self.contract is None else set(vocabulary.contract(self.contract)["properties"])
        read = {name for name in (*self.columns(), self.items, *of_contract) if name and "." not in name}
        return read - {self.fields.customer_id, self.store.field}

    def patterns(self) -> dict[str, str]:
        """Every regular expression of this source, by its key in the file."""
        types = self.transaction_types
        named = {"transaction_types.returns": types.returns, "transaction_types.adjustments": types.adjustments}
        named |= {f"not_products.{number}": pattern for number, pattern in enumerate(self.not_products)}
        return {key: pattern for key, pattern in named.items() if pattern}

    def time_zones(self) -> dict[str, str]:
        """Every time zone of this source, by its key in the file."""
        return {
            "time_zone": self.time_zone,
            **({"store.time_zone": self.store.time_zone} if self.store.time_zone else {}),
        }

    def columns(self) -> set[str]:
        """Top-level columns that a tabular file of this source must have."""
        parts = (self.fields, self.item_attributes)
        named = {value for part in parts for value in part.model_dump().values() if value}
        named |= {attribute.field for attribute in self.attributes.values()}
        named |= {name for name in (self.status.field, self.status.deleted) if name} if self.status else set()
        return named | ({self.store.field} if self.store.field else set())

    def path_of(self, field: str | None) -> list[str] | None:
        """Where a field stands in a payload, or None; a dot descends in JSON records only."""
        if not field:
            return None
        return field.split(".") if self.format.kind == "jsonl" else [field]


class _UniqueKeys(yaml.SafeLoader):
    """A key given twice is a mistake; YAML would let the last one win."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [key.value for key, _ in node.value]
        repeated = sorted({str(key) for key in keys if keys.count(key) > 1})
        if repeated:
            raise yaml.constructor.ConstructorError(None, None, f"{', '.join(repeated)}: given twice", node.start_mark)
        return super().construct_mapping(node, deep)


def load(name: str) -> Mapping:
    """The mapping of that name, from SCOUT_MAPPINGS_DIR or built in; raises MappingError."""
    if (path := file_of(name)) is not None:
        return read(path)
    known = ", ".join(names()) or "none"
    raise MappingError(f"there is no source {name!r}; known sources: {known}. Add one as mappings/{name}.yaml")


def file_of(name: str) -> Path | None:
    """Where the mapping of that name is written, if anywhere."""
    paths = [folder / f"{name}.yaml" for folder in _folders()] if re.match(NAME_PATTERN, name) else []
    return next((path for path in paths if path.is_file()), None)


def names() -> list[str]:
    """Names of all sources that can be loaded."""
    return sorted({path.stem for folder in _folders() if folder.is_dir() for path in folder.glob("*.yaml")})


def readable() -> dict[str, Mapping]:
    """The mappings of all sources, without those that are invalid."""
    found = {}
    for name in names():
        with suppress(MappingError):
            found[name] = load(name)
    return found


def read(path: Path) -> Mapping:
    """Parse and validate one mapping file; raises MappingError with file, key and reason."""
    try:
        mapping = _parsed(path.read_text(encoding="utf-8"))
    except MappingError as error:
        raise MappingError(f"{path}: {error}") from error
    except ValidationError as error:
        reasons = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc']) or 'mapping'}: {problem['msg']}"
            for problem in error.errors()
        )
        raise MappingError(f"{path}: {reasons}") from error
    except (yaml.YAMLError, ValueError) as error:
        raise MappingError(f"{path}: not readable as YAML: {' '.join(str(error).split())}") from error
    if mapping.name != path.stem:
        raise MappingError(f"{path}: name: {mapping.name!r} must equal the file name {path.stem!r}")
    return mapping


@lru_cache(maxsize=64)
def _parsed(text: str) -> Mapping:
    """The mapping that a text describes; every window asks for those of all sources, and their texts stay the same."""
    content = yaml.load(text, _UniqueKeys)
    if not isinstance(content, dict):
        raise MappingError("a mapping is a YAML object of keys and values")
    return Mapping.model_validate(content)


def _folders() -> list[Path]:
    own = settings.current().mappings_dir
    return [own, BUILT_IN] if own else [BUILT_IN]
