"""Products, brands and categories, and how list prices, brand spellings and categories of products change by day."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from scout_pipeline.simulate.arguments import Arguments
from scout_pipeline.simulate.places import rows, words
from scout_pipeline.simulate.randomness import Integers, Purpose, generator

PRICE_CHANGE_SHARE = 0.25
# of the products whose brand has another spelling, and of those whose category has a neighbour
SPELLING_CHANGE_SHARE = 0.1
CATEGORY_CHANGE_SHARE = 0.02
MOST_PRICE_CHANGES = 3
# Brands whose name is written otherwise one day, product by product; both spellings have a brand record.
RESPELLINGS = {"Nescafe": "Nescafe PH", "Lucky Me": "Lucky Me PH", "Coca-Cola": "Coca-Cola PH", "Zest-O": "Zest-O PH"}
RECATEGORISED = {"dairy": "beverages", "snacks": "canned_goods", "household": "personal_care", "beverages": "dairy"}


@dataclass(frozen=True)
class Brand:
    name: str
    owner: str
    is_tbwa_client: bool
    variants: tuple[str, ...]


@dataclass(frozen=True)
class Product:
    """`price` in centavos; `record` says when its reference record comes: early, late or never."""

    sku: str
    brand: str | None
    name: str
    local_name: str
    category: str
    pack_size: str
    unit: str
    price: int
    weight: float
    profile: str
    record: str

    @property
    def is_measured(self) -> bool:
        """Sold by the quarter of a litre or kilo; its prices are whole pesos, so that a quarter is whole centavos."""
        return self.profile == "measured"


@dataclass(frozen=True)
class Version:
    """What holds for a product from a day on; `day` is -1 for what holds before the first day."""

    product: int
    day: int
    price: int
    brand: str | None
    category: str


class Catalogue:
    """All products in a fixed order; `price`, `brand` and `category` are [product, day] tables of what holds."""

    def __init__(self, arguments: Arguments) -> None:
        self.products = products()
        self.brand_names: tuple[str, ...] = (*(brand.name for brand in brands()), *RESPELLINGS.values())
        self.category_names: tuple[str, ...] = tuple(row["category"] for row in rows("categories"))
        self.versions = _versions(self.products, arguments)
        shape = (len(self.products), arguments.days)
        self.price: npt.NDArray[np.int64] = np.zeros(shape, dtype=np.int64)
        self.brand: npt.NDArray[np.int16] = np.full(shape, -1, dtype=np.int16)
        self.category: npt.NDArray[np.int16] = np.zeros(shape, dtype=np.int16)
        for version in self.versions:
            days = slice(max(version.day, 0), None)
            self.price[version.product, days] = version.price
            self.category[version.product, days] = self.category_names.index(version.category)
            if version.brand is not None:
                self.brand[version.product, days] = self.brand_names.index(version.brand)
        self.weights = np.array([product.weight for product in self.products])
        self.is_measured = np.array([product.is_measured for product in self.products])

    def recorded(self, record: str) -> Integers:
        """Positions of the products whose record comes early, late or never."""
        return np.flatnonzero([product.record == record for product in self.products])

    def of_brand(self, brand: str) -> Integers:
        """Positions of the products of a brand that shops sell."""
        return np.flatnonzero([product.brand == brand and product.weight > 0 for product in self.products])


@cache
def brands() -> tuple[Brand, ...]:
    return tuple(
        Brand(row["brand_name"], row["owner"], row["is_tbwa_client"] == "1", words(row["variants"]))
        for row in rows("brands")
    )


@cache
def products() -> tuple[Product, ...]:
    return tuple(
        Product(
            sku=row["sku"],
            brand=row["brand_name"] or None,
            name=row["product_name"],
            local_name=row["local_name"],
            category=row["category"],
            pack_size=row["pack_size"],
            unit=row["unit"],
            price=round(float(row["price"]) * 100),
            weight=float(row["weight"]),
            profile=row["profile"],
            record=row["record"],
        )
        for row in rows("products")
    )


def _versions(items: tuple[Product, ...], arguments: Arguments) -> list[Version]:
    """Every version of every product, by product and day."""
    rng = generator(arguments.seed, Purpose.HISTORY)
    found = []
    for position, product in enumerate(items):
        version = Version(position, -1, product.price, product.brand, product.category)
        found.append(version)
        for day, what in _changes(rng, product, arguments.days):
            version = _changed(rng, version, product, day, what)
            found.append(version)
    return found


def _changes(rng: np.random.Generator, product: Product, days: int) -> list[tuple[int, str]]:
    """The days on which something of the product changes, and what; never the first day, and never two in one day."""
    wanted: list[str] = []
    if rng.random() < PRICE_CHANGE_SHARE:
        wanted += ["price"] * int(rng.integers(1, MOST_PRICE_CHANGES + 1))
    if rng.random() < SPELLING_CHANGE_SHARE and product.brand in RESPELLINGS:
        wanted.append("brand")
    if rng.random() < CATEGORY_CHANGE_SHARE and product.category in RECATEGORISED:
        wanted.append("category")
    wanted = wanted[: days - 1]
    if product.record != "early" or not wanted:
        return []
    chosen = sorted(rng.choice(np.arange(1, days), size=len(wanted), replace=False).tolist())
    return list(zip(chosen, wanted, strict=True))


def _changed(rng: np.random.Generator, version: Version, product: Product, day: int, what: str) -> Version:
    price, brand, category = version.price, version.brand, version.category
    if what == "price":
        step = 100 if product.is_measured else 25
        factor = float(rng.choice([0.92, 1.05, 1.08, 1.12]))
        price = max(step, round(price * factor / step) * step)
        if price == version.price:
            price += step
    elif what == "brand" and brand is not None:
        brand = RESPELLINGS.get(brand, brand)
    else:
        category = RECATEGORISED[category]
    return Version(version.product, day, price, brand, category)
