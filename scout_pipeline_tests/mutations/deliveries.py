"""The last days as they are delivered, and the ways in which a sender spoils them."""

import gzip
from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from scout_pipeline_tests.mutations.world import METRICS, REFERENCE, SALES, Document, World, encoded, read

Plant = Callable[["Delivery"], None]


@dataclass
class Delivery:
    """Documents by day, the measurements of the stores, and files beside them (source, name, bytes).

    `raw` changes the bytes of the last day's file.
    """

    world: World
    documents: dict[date, list[Document]]
    metrics: list[Document]
    beside: list[tuple[str, str, bytes]] = field(default_factory=list)
    raw: Callable[[bytes], bytes] = lambda content: content

    @classmethod
    def of(cls, world: World) -> "Delivery":
        return cls(world, world.documents(), world.metrics())

    @property
    def last(self) -> date:
        return max(self.documents)

    @property
    def sales(self) -> list[Document]:
        """The sales of the last day."""
        return self.documents[self.last]

    @property
    def stores(self) -> list[str]:
        """Codes of the stores that sell on the last day, the busiest first."""
        return [code for code, _ in Counter(sale["store_id"] for sale in self.sales).most_common()]

    def files(self, folder: Path) -> list[tuple[str, Path]]:
        """Source and path of every file, written in the order of delivery."""
        contents = [
            (SALES, f"{day}.jsonl", self.raw(encoded(sales)) if day == self.last else encoded(sales))
            for day, sales in sorted(self.documents.items())
        ]
        if self.metrics:
            contents.append((REFERENCE, METRICS, encoded(self.metrics)))
        folder.mkdir(parents=True)
        for _, name, content in [*contents, *self.beside]:
            (folder / name).write_bytes(content)
        return [(source, folder / name) for source, name, _ in [*contents, *self.beside]]


def each_sale(change: Callable[[Document], Any], *, of_store: int | None = None, every: int = 1) -> Plant:
    """Change the sales of the last day: all, those of one store (0 is the busiest), or every n-th."""

    def plant(delivery: Delivery) -> None:
        store = None if of_store is None else delivery.stores[of_store]
        for sale in [sale for sale in delivery.sales if store in (None, sale["store_id"])][::every]:
            change(sale)

    return plant


def each_line(change: Callable[[Document], Any], *, of_store: int | None = None, every: int = 1) -> Plant:
    """Change the lines of such sales."""
    return each_sale(lambda sale: [change(line) for line in sale["items"]], of_store=of_store, every=every)


def with_values(**values: Any) -> Callable[[Document], None]:
    return lambda document: document.update(values)


def priced(factor: float) -> Callable[[Document], None]:
    """Every stated price times a factor."""

    def change(line: Document) -> None:
        if line.get("unit_price") is not None:
            line["unit_price"] = round(line["unit_price"] * factor, 2)

    return change


def repriced(sale: Document, factor: float) -> None:
    """A sale in another unit of money, its stated value too."""
    for line in sale["items"]:
        priced(factor)(line)
    if sale.get("peso_value") is not None:
        sale["peso_value"] = round(sale["peso_value"] * factor, 2)


def moved(**by: float) -> Callable[[Document], None]:
    """The time of a sale moved by so many hours, days ..."""

    def change(sale: Document) -> None:
        sale["timestamp"] = (datetime.fromisoformat(sale["timestamp"]) + timedelta(**by)).isoformat()

    return change


def at(**parts: Any) -> Callable[[Document], None]:
    """Another hour, minute, year ... in the time of a sale."""

    def change(sale: Document) -> None:
        sale["timestamp"] = datetime.fromisoformat(sale["timestamp"]).replace(**parts).isoformat()

    return change


def day_and_month_swapped(sale: Document) -> None:
    moment = datetime.fromisoformat(sale["timestamp"])
    at(month=moment.day, day=moment.month)(sale)


def in_utc(sale: Document) -> None:
    """The clock of the store, said to be that of Greenwich."""
    sale["timestamp"] = sale["timestamp"][:-6] + "+00:00"


def price_and_quantity_swapped(line: Document) -> None:
    if line.get("unit_price") is not None:
        line["quantity"], line["unit_price"] = line["unit_price"], line["quantity"]


def without(wanted: Callable[[Document], bool]) -> Plant:
    """The sales of the last day that are wanted, the others were never sent."""

    def plant(delivery: Delivery) -> None:
        delivery.documents[delivery.last] = [sale for sale in delivery.sales if wanted(sale)]

    return plant


def without_store(delivery: Delivery) -> None:
    store = delivery.stores[0]
    without(lambda sale: sale["store_id"] != store)(delivery)


def without_the_day_before(delivery: Delivery) -> None:
    del delivery.documents[delivery.last - timedelta(days=1)]


def without_brand(delivery: Delivery) -> None:
    """The brand that is sold most is sold no more."""
    brands = Counter(line["brand_name"] for sale in delivery.sales for line in sale["items"] if line.get("brand_name"))
    (brand, _), *_ = brands.most_common()
    codes = {
        line["sku"] for sales in delivery.documents.values() for sale in sales for line in sale["items"]
        if line.get("brand_name") == brand
    }  # fmt: skip
    for sale in delivery.sales:
        sale["items"] = [line for line in sale["items"] if line["sku"] not in codes]
    without(lambda sale: bool(sale["items"]))(delivery)


def booked_on_another(delivery: Delivery) -> None:
    store, other, *_ = delivery.stores
    each_sale(with_values(store_id=other), of_store=delivery.stores.index(store))(delivery)


def doubled(of_store: int | None = None) -> Plant:
    """The same sales again, under new ids."""

    def plant(delivery: Delivery) -> None:
        store = None if of_store is None else delivery.stores[of_store]
        again = [deepcopy(sale) for sale in delivery.sales if store in (None, sale["store_id"])]
        for number, sale in enumerate(again):
            sale["id"] = f"00000000-0000-7000-8000-{number:012d}"
        delivery.sales.extend(again)

    return plant


def sent_again(name: str = "again.jsonl", *, tail: bytes = b"") -> Plant:
    def plant(delivery: Delivery) -> None:
        delivery.beside.append((SALES, name, encoded(delivery.sales) + tail))

    return plant


def month_sent_again_cheaper(delivery: Delivery) -> None:
    """Four weeks that were taken long ago come again, a third cheaper."""
    for back in range(3, 31):
        day = delivery.last - timedelta(days=back)
        sales = read(delivery.world.folder / "transactions" / f"{day}.jsonl.gz")
        for sale in sales:
            repriced(sale, 0.66)
        delivery.beside.append((SALES, f"again-{day}.jsonl", encoded(sales)))


def a_day_sent_again_without_half(delivery: Delivery) -> None:
    """A day of last week comes again, and every other sale of it is voided."""
    day = delivery.last - timedelta(days=6)
    again = read(delivery.world.folder / "transactions" / f"{day}.jsonl.gz")[::2]
    for sale in again:
        sale["status"] = "voided"
    delivery.beside.append((SALES, "voided.jsonl", encoded(again)))


def dearer_every_day(delivery: Delivery) -> None:
    """Prices drift: an eighth a day."""
    for number, day in enumerate(sorted(delivery.documents), start=1):
        for sale in delivery.documents[day]:
            repriced(sale, 1.125**number)


def ids_of_the_day_before(delivery: Delivery) -> None:
    """A device that numbers its sales anew every day: the ids of yesterday come with the sales of today."""
    yesterday = delivery.documents[delivery.last - timedelta(days=1)]
    for sale, earlier in zip(delivery.sales, yesterday, strict=False):
        sale["id"] = earlier["id"]


def numbered(number: Callable[[int], int]) -> Plant:
    """Other numbers for the sales of one device, by their place."""

    def plant(delivery: Delivery) -> None:
        device = delivery.sales[0]["device_id"]
        for place, sale in enumerate([sale for sale in delivery.sales if sale["device_id"] == device]):
            if sale.get("sequence") is not None:
                sale["sequence"] = number(place)

    return plant


def numbers_missing(delivery: Delivery) -> None:
    """Sales in the middle of the day that one device numbered and nobody received."""
    device = delivery.sales[len(delivery.sales) // 2]["device_id"]
    lost = [sale for sale in delivery.sales if sale["device_id"] == device][2:5]
    without(lambda sale: sale not in lost)(delivery)


def one_customer(delivery: Delivery) -> None:
    name = next(sale["customer_id"] for sale in delivery.sales if sale.get("customer_id"))
    each_sale(with_values(customer_id=name))(delivery)


def raw(change: Callable[[bytes], bytes]) -> Plant:
    def plant(delivery: Delivery) -> None:
        delivery.raw = change

    return plant


def cut_gzip(content: bytes) -> bytes:
    packed = gzip.compress(content)
    return packed[: len(packed) // 2]


def half_of_the_lines(content: bytes) -> bytes:
    lines = content.splitlines(keepends=True)
    return b"".join(lines[: len(lines) // 2])


def frozen(delivery: Delivery) -> None:
    """A feed that repeats its first value."""
    for record in delivery.metrics:
        if record["attributes"]["metric_name"] == "foot_traffic":
            record["attributes"]["metric_value"] = 180


def stopped(delivery: Delivery) -> None:
    """A feed from which nothing comes any more."""
    delivery.metrics = [r for r in delivery.metrics if r["attributes"]["metric_name"] != "foot_traffic"]


def measured_in_thousands(delivery: Delivery) -> None:
    for record in delivery.metrics:
        record["attributes"]["metric_value"] *= 1000
