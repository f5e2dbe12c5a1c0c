"""What the simulator says is true, read from its files alone: the planted defects, the sales, the reference records."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

import pandas as pd

MANILA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Truth:
    """A simulation's folder. Tables keep the columns that docs/simulator.md names, and get `month` and `week`."""

    folder: Path

    @cached_property
    def document(self) -> dict[str, Any]:
        """truth.json."""
        loaded: dict[str, Any] = json.loads((self.folder / "truth.json").read_bytes())
        return loaded

    @cached_property
    def planted(self) -> dict[str, list[Any]]:
        """The ids of each kind, all of them."""
        return {kind: entry["ids"] for kind, entry in self.document["planted"].items()}

    def files(self, folder: str) -> list[Path]:
        """The delivered files under a folder such as `late/reference`, in the order of delivery."""
        names = [file["path"] for file in self.document["files"]]
        return [self.folder / name for name in names if name.startswith(f"{folder}/")]

    @cached_property
    def dimensions(self) -> dict[str, list[dict[str, Any]]]:
        """The members of each kind, a row a version."""
        loaded: dict[str, list[dict[str, Any]]] = json.loads((self.folder / "truth" / "dimensions.json").read_bytes())
        return loaded

    @cached_property
    def all_sales(self) -> pd.DataFrame:
        """One row a sale, voided ones included."""
        return _with_periods(pd.read_parquet(self.folder / "truth" / "transactions.parquet"))

    @cached_property
    def sales(self) -> pd.DataFrame:
        """The sales that count."""
        return self.all_sales[~self.all_sales.is_voided]

    @cached_property
    def lines(self) -> pd.DataFrame:
        """The lines of the sales that count, with the customer and the hour of the sale."""
        lines = pd.read_parquet(self.folder / "truth" / "items.parquet")
        of_sale = self.sales[["transaction_id", "customer_id", "hour"]]
        standing = lines[~lines.is_voided].merge(of_sale, on="transaction_id")
        return _with_periods(standing)

    @cached_property
    def _records(self) -> dict[str, dict[str, tuple[date, dict[str, Any]]]]:
        found: dict[str, dict[str, tuple[date, dict[str, Any]]]] = defaultdict(dict)
        for path in [*self.files("reference"), *self.files("late/reference")]:
            for text in path.read_bytes().splitlines():
                row = json.loads(text, parse_float=Decimal)
                valid_from = date.fromisoformat(row["valid_from"])
                known = found[row["kind"]].get(row["code"])
                if known is None or known[0] <= valid_from:
                    found[row["kind"]][row["code"]] = (valid_from, row["attributes"])
        return found

    def members(self, kind: str) -> dict[str, dict[str, Any]]:
        """The attributes of each member of a kind by its code, as its latest version has them; numbers are exact."""
        return {code: attributes for code, (_, attributes) in self._records[kind].items()}


def moment(text: str) -> datetime:
    """An instant of a reference record, with its offset."""
    return datetime.fromisoformat(text)


def business_date(text: str) -> date:
    return moment(text).astimezone(MANILA).date()


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _with_periods(table: pd.DataFrame) -> pd.DataFrame:
    days = {day: (first_of_month(day), monday(day)) for day in table.business_date.unique()}
    return table.assign(
        month=[days[day][0] for day in table.business_date], week=[days[day][1] for day in table.business_date]
    )
