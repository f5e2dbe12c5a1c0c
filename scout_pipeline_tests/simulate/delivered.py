"""Reads a simulation's folder as a stranger would, from the files alone: nothing of the simulator is imported here."""

import gzip
import json
from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path
from typing import Any

CONTRACTS = Path(__file__).resolve().parents[2] / "scout_pipeline" / "sources" / "contracts"
MANILA = timezone(timedelta(hours=8))
EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=timezone.utc), datetime(2100, 1, 1, tzinfo=timezone.utc)


@dataclass(frozen=True)
class Line:
    """A delivered line; `document` is None when it is no JSON. `number` counts from 1 within the file."""

    file: str
    number: int
    content: bytes
    document: dict[str, Any] | None

    @property
    def ident(self) -> str | None:
        return (self.document or {}).get("id") or None


@dataclass
class Version:
    """What a product or a shop is from a day on."""

    valid_from: date
    attributes: dict[str, Any]


@dataclass
class Delivered:
    """All lines of a simulation in the order of delivery, and its reference records."""

    folder: Path
    lines: list[Line] = field(default_factory=list)
    reference: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        for path in [*self._files("transactions"), *self._files("late/transactions")]:
            name = str(path.relative_to(self.folder))
            with gzip.open(path) as stream:
                self.lines += [Line(name, number, text, _parsed(text)) for number, text in enumerate(stream, start=1)]
        for path in [*self._files("reference"), *self._files("late/reference")]:
            for text in path.read_bytes().splitlines():
                late = path.parent.parent.name == "late"
                self.reference.append({**json.loads(text), "is_late": late})

    def _files(self, name: str) -> list[Path]:
        return sorted((self.folder / name).iterdir())

    @cached_property
    def truth(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads((self.folder / "truth.json").read_bytes())
        return loaded

    @cached_property
    def sales(self) -> dict[str, list[Line]]:
        """The lines of each id, in the order of delivery."""
        found: dict[str, list[Line]] = defaultdict(list)
        for line in self.lines:
            if line.ident:
                found[line.ident].append(line)
        return found

    @cached_property
    def codes(self) -> dict[tuple[str, bool], set[str]]:
        """The codes of (kind, whether the record comes late)."""
        found: dict[tuple[str, bool], set[str]] = defaultdict(set)
        for row in self.reference:
            found[row["kind"], row["is_late"]].add(row["code"])
        return found

    @cached_property
    def _versions(self) -> dict[tuple[str, str], list[Version]]:
        found: dict[tuple[str, str], list[Version]] = defaultdict(list)
        for row in self.reference:
            version = Version(date.fromisoformat(row["valid_from"]), row["attributes"])
            found[row["kind"], row["code"]].append(version)
        for versions in found.values():
            versions.sort(key=lambda version: version.valid_from)
        return found

    def member(self, kind: str, code: str, day: date) -> dict[str, Any]:
        """The attributes of a member on a day."""
        versions = self._versions[kind, code]
        return versions[bisect_right([version.valid_from for version in versions], day) - 1].attributes

    def city(self, province: str, written: str) -> str:
        """The canonical name of what a shop's record calls its city; a name is unique in its province."""
        provinces = {
            row["code"]: row["attributes"]["place_name"] for row in self.reference if row["kind"] == "province"
        }
        (found,) = {
            row["attributes"]["place_name"]
            for row in self.reference
            if row["kind"] == "city"
            and provinces[row["attributes"]["province"]] == province
            and written in (row["attributes"]["place_name"], *row["attributes"]["aliases"])
        }
        return str(found)

    def price(self, item: dict[str, Any], day: date) -> Decimal:
        """The stated price, else the list price of the day."""
        stated = item.get("unit_price")
        return exact(self.member("product", item["sku"], day)["unit_price"] if stated is None else stated)

    def value(self, document: dict[str, Any]) -> Decimal:
        day = business_date(document)
        return sum((exact(item["quantity"]) * self.price(item, day) for item in document["items"]), Decimal())


@cache
def contract(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((CONTRACTS / f"{name}.v1.json").read_bytes())
    return loaded


def exact(number: object) -> Decimal:
    return Decimal(str(number))


def sold_at(document: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(document["timestamp"])


def business_date(document: dict[str, Any]) -> date:
    return sold_at(document).astimezone(MANILA).date()


def has_time(document: dict[str, Any]) -> bool:
    """Is the timestamp one at all?"""
    try:
        return sold_at(document).tzinfo is not None
    except (KeyError, TypeError, ValueError):
        return False


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _parsed(text: bytes) -> dict[str, Any] | None:
    try:
        document = json.loads(text)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None
