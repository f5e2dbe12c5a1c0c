"""The truth as tables: one row a sale, one row a line, as they must be once everything has arrived.

Money is whole centavos, quantities are exact multiples of 0.25; the columns are explained in `docs/simulator.md`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from scout_pipeline.simulate.documents import truth_values
from scout_pipeline.simulate.manners import customer_ids
from scout_pipeline.simulate.moments import MILLISECONDS_PER_HOUR, utc_milliseconds
from scout_pipeline.simulate.randomness import AnyIntegers, Integers, Texts
from scout_pipeline.simulate.sales import Sales
from scout_pipeline.simulate.vocabulary import (
    DETECTION_METHODS,
    ENUMERATIONS,
    NOT_SEEN,
    SUBSTITUTION_REASONS,
    TIME_OF_DAY_OF_HOUR,
    TIMES_OF_DAY,
)
from scout_pipeline.simulate.world import World

Columns = dict[str, Any]


def transactions_table(world: World, sales: Sales) -> pa.Table:
    """One row a sale, voided ones included."""
    manners = sales.manners
    columns = _head(world, sales)
    columns |= {name: _words(getattr(manners, name), choices) for name, choices in ENUMERATIONS.items()}
    skus = [product.sku for product in world.catalogue.products]
    columns |= {
        "customer_id": pa.array(customer_ids(world, manners.customer), pa.string()),
        "suggestion_offered": pa.array(truth_values(manners.suggestion_offered), pa.bool_()),
        "suggestion_accepted": pa.array(truth_values(manners.suggestion_accepted), pa.bool_()),
        "substitution_occurred": pa.array(truth_values(manners.substitution_occurred), pa.bool_()),
        "substitution_from_sku": _words(manners.substitution_from, skus),
        "substitution_to_sku": _words(manners.substitution_to, skus),
        "substitution_reason": _words(manners.substitution_reason, SUBSTITUTION_REASONS),
        "duration_seconds": _scaled(manners.duration, 10),
        "handshake_score": _scaled(manners.handshake, 100),
        "campaign_influenced": pa.array(truth_values(manners.campaign_influenced), pa.bool_()),
        "campaign_id": _words(manners.campaign, [campaign.code for campaign in world.campaigns]),
    }
    return pa.table(columns | _figures(sales) | _spoken(sales))


def items_table(world: World, sales: Sales) -> pa.Table:
    """One row a line."""
    lines, sizes = sales.lines, sales.sizes()
    owner = np.repeat(np.arange(len(sales)), sizes)
    day = sales.moments.day[owner]
    catalogue, product = world.catalogue, lines.product
    return pa.table(
        {
            "transaction_id": _texts(sales.ident[owner]),
            "line_number": pa.array(np.arange(len(owner)) - sales.first_line[:-1][owner] + 1, pa.int32()),
            "is_voided": pa.array(sales.is_voided[owner]),
            "store_code": _words(sales.moments.shop[owner], [shop.code for shop in world.shops.all]),
            "business_date": _dates(world, day),
            "sku": _words(product, [item.sku for item in catalogue.products]),
            "product_name": _words(product, [item.name for item in catalogue.products]),
            "brand_name": _words(catalogue.brand[product, day], catalogue.brand_names),
            "category": _words(catalogue.category[product, day], catalogue.category_names),
            "quantity": pa.array(lines.quantity / 100),
            "unit": _words(np.where(lines.states_unit, product, NOT_SEEN), [item.unit for item in catalogue.products]),
            "unit_price_centavos": pa.array(lines.price),
            "subtotal_centavos": pa.array(lines.subtotals()),
            "is_price_stated": pa.array(lines.states_price),
            "is_brand_stated": pa.array(lines.states_brand),
            "is_category_stated": pa.array(lines.states_category),
            "detection_method": _words(lines.detection, DETECTION_METHODS),
            "confidence": _scaled(lines.confidence, 100),
        }
    )


def write_part(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


class TruthFile:
    """A Parquet file that takes the parts of the shards one after the other, one row group each."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None
        self.row_count = 0

    def add(self, part: Path) -> None:
        """Move a part into the file."""
        with pa.memory_map(str(part)) as source:
            table = pa.ipc.open_file(source).read_all()
            if self._writer is None:
                self._writer = pq.ParquetWriter(self._path, table.schema, compression="zstd", compression_level=1)
            self._writer.write_table(table)
        self.row_count += table.num_rows
        part.unlink()

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


def _head(world: World, sales: Sales) -> Columns:
    moments, shops = sales.moments, world.shops.all
    hour = moments.millisecond // MILLISECONDS_PER_HOUR
    economic_class = world.shops.economic_class[moments.shop, moments.day]
    return {
        "transaction_id": _texts(sales.ident),
        "is_voided": pa.array(sales.is_voided),
        "store_code": _words(moments.shop, [shop.code for shop in shops]),
        "region": _words(moments.shop, [shop.city.region for shop in shops]),
        "province": _words(moments.shop, [shop.city.province for shop in shops]),
        "city": _words(moments.shop, [shop.city.name for shop in shops]),
        "barangay": _words(moments.shop, [shop.barangay for shop in shops]),
        "store_type": _words(moments.shop, [shop.store_type for shop in shops]),
        "store_economic_class": _words(economic_class, ENUMERATIONS["economic_class"]),
        "device_id": _words(moments.device, [device.code for device in world.shops.devices]),
        "sequence": pa.array(moments.sequence),
        "sold_at": pa.array(utc_milliseconds(world, moments).astype("M8[ms]"), pa.timestamp("ms", tz="UTC")),
        "business_date": _dates(world, moments.day),
        "hour": pa.array(hour, pa.int32()),
        "time_of_day": _words(np.array(TIME_OF_DAY_OF_HOUR)[hour], TIMES_OF_DAY),
    }


def _figures(sales: Sales) -> Columns:
    values, sizes, manners = sales.values(), sales.sizes(), sales.manners
    return {
        "peso_value_centavos": pa.array(values),
        "units": pa.array(sales.units() / 100),
        "line_count": pa.array(sizes, pa.int32()),
        "stated_peso_value_centavos": pa.array(values + sales.value_error, mask=~manners.states_value),
        "stated_basket_size": pa.array(sizes + sales.size_error, pa.int32(), mask=~manners.states_size),
    }


def _spoken(sales: Sales) -> Columns:
    turns = [0 if said is None else len(said) for said in sales.speech.turns.tolist()]
    brands = [
        None if found is None else [mention["brand_name"] for mention in found]
        for found in sales.speech.mentions.tolist()
    ]
    return {
        "transcription_text": _texts(sales.speech.text),
        "turn_count": pa.array(turns, pa.int32()),
        "brand_mentions": pa.array(brands, pa.list_(pa.string())),
    }


def _words(places: AnyIntegers, choices: Sequence[str | None]) -> pa.Array:
    """The choices at these places, null for -1."""
    return pa.array(choices, pa.string()).take(pa.array(places, pa.int32(), mask=places < 0))


def _texts(texts: Texts) -> pa.Array:
    return pa.array(texts, pa.string())


def _scaled(numbers: Integers, factor: int) -> pa.Array:
    return pa.array(numbers / factor, mask=numbers < 0)


def _dates(world: World, day: Integers) -> pa.Array:
    return pa.array(np.datetime64(world.arguments.first_day, "D") + day)
