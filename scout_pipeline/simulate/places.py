"""Where shops can stand: the 17 regions with the spellings people use, real provinces and cities, barangays."""

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

TABLES = Path(__file__).parent / "tables"


@dataclass(frozen=True)
class Region:
    """`name` is the canonical one; `spellings` are what shop records say beside it; `weight` is its share of shops."""

    name: str
    short: str
    weight: float
    spellings: tuple[str, ...]


@dataclass(frozen=True)
class City:
    """A city or municipality; `code` and `province_code` are those of the reference records."""

    region: str
    province: str
    name: str
    latitude: float
    longitude: float
    aliases: tuple[str, ...]
    barangays: tuple[str, ...]

    @property
    def province_code(self) -> str:
        return slug(self.province)

    @property
    def code(self) -> str:
        return f"{self.province_code}-{slug(self.name)}"

    def barangay_code(self, barangay: str) -> str:
        return f"{self.code}-{slug(barangay)}"


def rows(table: str) -> Iterator[dict[str, str]]:
    """The rows of one of the tables, as text."""
    with (TABLES / f"{table}.csv").open(newline="", encoding="utf-8") as stream:
        yield from csv.DictReader(stream)


def words(text: str) -> tuple[str, ...]:
    """The parts of a cell that holds several."""
    return tuple(part for part in text.split("|") if part)


def slug(name: str) -> str:
    """Upper-case ASCII letters and digits, words joined by underscores: Biñan -> BINAN."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub(r"[^A-Z0-9]+", "_", plain.upper()).strip("_")


@cache
def regions() -> tuple[Region, ...]:
    return tuple(
        Region(row["region"], row["short"], float(row["weight"]), words(row["spellings"])) for row in rows("regions")
    )


@cache
def cities() -> tuple[City, ...]:
    return tuple(
        City(
            region=row["region"],
            province=row["province"],
            name=row["city"],
            latitude=float(row["latitude"]),
            longitude=float(row["longitude"]),
            aliases=words(row["aliases"]),
            barangays=words(row["barangays"]),
        )
        for row in rows("places")
    )
