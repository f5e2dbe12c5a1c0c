"""Which part of the truth each dimension is held against, and how both are read."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timezone
from decimal import Decimal
from typing import Any

from scout_pipeline_tests.shop_floor.customer_figures import pseudonym
from scout_pipeline_tests.shop_floor.exact import Figures, pesos
from scout_pipeline_tests.shop_floor.truth import MANILA, Truth

FOR_EVER = date(9999, 12, 31)
FOR_EVER_AT = datetime(9999, 12, 31, tzinfo=timezone.utc)
PLAIN = str.maketrans("ñáéíóú", "naeiou")


@dataclass(frozen=True)
class Dimension:
    """A table of schema scout by the columns of its key and its other columns; `source` when it is not all of it."""

    table: str
    key: str
    columns: str
    compute: Callable[[Truth], Figures]
    source: str = ""

    @property
    def width(self) -> int:
        return len(self.key.split())

    @property
    def query(self) -> str:
        """The values of the key, then the others."""
        wanted = ", ".join([*self.key.split(), *self.columns.split()])
        return f"select {wanted} from {self.source or f'scout.{self.table}'}"  # noqa: S608 - names of this file alone


def stores(truth: Truth) -> Figures:
    """Every version; a store without a record has none."""
    return {
        (row["store_code"], day(row["valid_from"])): (
            *period(row),
            midnight(row["valid_from"]),
            FOR_EVER_AT if row["valid_to"] is None else midnight(row["valid_to"]),
            *named(row, "store_name store_type economic_class region province city barangay"),
            Decimal(str(row["latitude"])),
            Decimal(str(row["longitude"])),
            row["time_zone"],
            row["currency_code"],
            time.fromisoformat(row["opens_at"]),
            time.fromisoformat(row["closes_at"]),
            day(row["opened_on"]),
            None,
            True,
            False,
        )
        for row in truth.dimensions["store"]
    }


def products(truth: Truth) -> Figures:
    """Every version; all of them come from the catalogue."""
    return {
        (row["sku"], day(row["valid_from"])): (
            *period(row),
            *named(row, "product_name local_name brand_name category"),
            pesos(row["list_price_centavos"]),
            row["pack_size"],
            row["barcode"],
            False,
            True,
        )
        for row in truth.dimensions["product"]
    }


def brands(truth: Truth) -> Figures:
    return {
        (row["brand_name"],): (row["owner"], row["is_tbwa_client"], row["variants"])
        for row in truth.dimensions["brand"]
    }


def categories(truth: Truth) -> Figures:
    return {
        (row["category"],): (row["category_group"], row["display_name"], row["sort_order"])
        for row in truth.dimensions["category"]
    }


def campaigns(truth: Truth) -> Figures:
    return {
        (row["campaign_id"],): (
            *named(row, "campaign_name campaign_type brand_name"),
            day(row["starts_on"]),
            None if row["ends_on"] is None else day(row["ends_on"]),
            Decimal(row["budget"]),
        )
        for row in truth.dimensions["campaign"]
    }


def devices(truth: Truth) -> Figures:
    return {
        (row["device_id"],): (row["store_code"], row["model"], day(row["installed_on"]))
        for row in truth.dimensions["device"]
    }


def provinces(truth: Truth) -> Figures:
    return {(row["province_code"],): (row["province_name"], row["region"]) for row in truth.dimensions["province"]}


def cities(truth: Truth) -> Figures:
    return {(row["city_code"],): (row["city_name"], row["province_code"]) for row in truth.dimensions["city"]}


def barangays(truth: Truth) -> Figures:
    return {(row["barangay_code"],): (row["barangay_name"], row["city_code"]) for row in truth.dimensions["barangay"]}


def spellings(truth: Truth) -> Figures:
    """The places below the regions, by every word under which they are known."""
    return {
        (level, plain(spelling), row[f"{level}_code"]): ()
        for level in ("province", "city", "barangay")
        for row in truth.dimensions[level]
        for spelling in row["spellings"]
    }


def customers(truth: Truth) -> Figures:
    """Everybody who ever bought, also in a sale that was voided, with the number of sales: who is one stays one."""
    counts = truth.all_sales.customer_id.value_counts()
    return {(pseudonym(str(customer)),): (int(count),) for customer, count in counts.items()}


def named(row: dict[str, Any], names: str) -> list[Any]:
    """Values as they are."""
    return [row[name] for name in names.split()]


def day(text: str) -> date:
    return date.fromisoformat(text)


def midnight(text: str) -> datetime:
    """The instant at which a business day begins."""
    return datetime.combine(day(text), time(), MANILA)


def period(row: dict[str, Any]) -> tuple[date, bool]:
    """Until when a version holds, and whether it is the current one."""
    return (FOR_EVER, True) if row["valid_to"] is None else (day(row["valid_to"]), False)


def plain(place: str) -> str:
    """A place name without case, accents, blanks and signs."""
    return re.sub(r"[^a-z0-9]+", "", place.lower().translate(PLAIN))


DIMENSIONS = (
    Dimension(
        "dim_store",
        "store_code valid_from",
        "valid_to is_current valid_from_at valid_to_at store_name store_type economic_class region province city"
        " barangay latitude longitude time_zone currency_code opens_at closes_at opened_on closed_on is_active"
        " is_registered",
        stores,
        "scout.dim_store where store_id <> 0",
    ),
    Dimension(
        "dim_product",
        "sku valid_from",
        "valid_to is_current description local_name brand_name category list_price pack_size barcode is_derived"
        " is_product",
        products,
    ),
    Dimension("dim_brand", "brand_name", "brand_owner is_tbwa_client variants", brands),
    Dimension("dim_category", "category", "category_group display_name sort_order", categories),
    Dimension(
        "dim_campaign", "campaign_id", "campaign_name campaign_type brand_name starts_on ends_on budget", campaigns
    ),
    Dimension(
        "dim_device",
        "device_id",
        "store_code model installed_on",
        devices,
        "scout.dim_device inner join scout.store_registry using (store_id)",
    ),
    Dimension("dim_province", "province_code", "province_name region", provinces),
    Dimension("dim_city", "city_code", "city_name province_code", cities),
    Dimension("dim_barangay", "barangay_code", "barangay_name city_code", barangays),
    Dimension(
        "place_aliases",
        "place_level alias_key code",
        "",
        spellings,
        "scout.place_aliases where place_level <> 'region'",
    ),
    Dimension(
        "dim_customer",
        "customer_id",
        "sale_count",
        customers,
        "(select customer_id, count(sale.customer_id) as sale_count from scout.dim_customer"
        " left join scout.silver_transactions_cleaned as sale using (customer_id) group by customer_id) as known",
    ),
)
