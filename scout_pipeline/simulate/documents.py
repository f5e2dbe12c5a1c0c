"""Writes sales down as a device does: one document of the transaction contract each."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from scout_pipeline.simulate.manners import customer_ids
from scout_pipeline.simulate.moments import MANILA_OFFSET_MILLISECONDS, utc_milliseconds
from scout_pipeline.simulate.randomness import AnyIntegers, Codes, Flags, Integers
from scout_pipeline.simulate.sales import Lines, Sales
from scout_pipeline.simulate.synonyms import VOIDING_WORDS
from scout_pipeline.simulate.vocabulary import DETECTION_METHODS, ENUMERATIONS, NOT_SEEN, SUBSTITUTION_REASONS
from scout_pipeline.simulate.world import World

Document = dict[str, Any]
Values = list[Any]
TRUTH_VALUES = (False, True, None)


class Writer:
    """The names of shops, devices and products, ready to be looked up by position; the last one is None, for -1."""

    def __init__(self, world: World) -> None:
        self.world = world
        products = world.catalogue.products
        self.skus = [*(product.sku for product in products), None]
        self.names = [*(product.name for product in products), None]
        self.local_names = [*(product.local_name for product in products), None]
        self.units = [*(product.unit for product in products), None]
        self.brands = [*world.catalogue.brand_names, None]
        self.categories = [*world.catalogue.category_names, None]
        self.shops = [shop.code for shop in world.shops.all]
        self.devices = [device.code for device in world.shops.devices]
        self.omits_nulls = [device.omits_nulls for device in world.shops.devices]
        self.states_location = [device.states_location for device in world.shops.devices]
        self.states_local_time = np.array([device.states_local_time for device in world.shops.devices])
        self.campaigns = [*(campaign.code for campaign in world.campaigns), None]
        self.store_types = [shop.store_type for shop in world.shops.all]
        self.locations = [
            {
                "barangay": shop.barangay,
                "city": shop.city.name,
                "province": shop.city.province,
                "region": shop.region_text,
            }
            for shop in world.shops.all
        ]

    def documents(self, sales: Sales) -> list[Document]:
        """One document a sale, in the order of the sales."""
        columns = {**self._head(sales), **self._manners(sales), **_speech(sales)}
        omits = [self.omits_nulls[device] for device in sales.moments.device.tolist()]
        names = tuple(columns)
        return [
            {name: value for name, value in zip(names, values, strict=True) if value is not None}
            if omitted
            else dict(zip(names, values, strict=True))
            for omitted, values in zip(omits, zip(*columns.values(), strict=True), strict=True)
        ]

    def _head(self, sales: Sales) -> dict[str, Values]:
        moments = sales.moments
        shops, devices = moments.shop.tolist(), moments.device.tolist()
        values, sizes = sales.values() + sales.value_error, sales.sizes() + sales.size_error
        manners = sales.manners
        items = self._items(sales)
        ends = sales.first_line.tolist()
        return {
            "id": sales.ident.tolist(),
            "status": self._statuses(sales),
            "store_id": [self.shops[shop] for shop in shops],
            "device_id": [self.devices[device] for device in devices],
            "sequence": moments.sequence.tolist(),
            "timestamp": self._timestamps(sales),
            "location": [
                self.locations[shop] if self.states_location[device] else None
                for shop, device in zip(shops, devices, strict=True)
            ],
            "store_type": [
                self.store_types[shop] if self.states_location[device] else None
                for shop, device in zip(shops, devices, strict=True)
            ],
            "items": [items[start:end] for start, end in pairwise(ends)],
            "peso_value": [
                value / 100 if is_stated else None
                for value, is_stated in zip(values.tolist(), manners.states_value.tolist(), strict=True)
            ],
            "basket_size": [size if size > 0 else None for size in np.where(manners.states_size, sizes, 0).tolist()],
        }

    def _statuses(self, sales: Sales) -> list[str | None]:
        """A sale that stands says so or nothing; each till has its own word for one that is taken back."""
        devices, is_voided = sales.moments.device.tolist(), sales.is_voided.tolist()
        standing = [None if self.omits_nulls[device] else "completed" for device in devices]
        return [
            VOIDING_WORDS[device % len(VOIDING_WORDS)] if voided else word
            for device, voided, word in zip(devices, is_voided, standing, strict=True)
        ]

    def _timestamps(self, sales: Sales) -> list[str]:
        local = self.states_local_time[sales.moments.device]
        milliseconds = utc_milliseconds(self.world, sales.moments) + np.where(local, MANILA_OFFSET_MILLISECONDS, 0)
        texts: list[str] = np.datetime_as_string(milliseconds.astype("M8[ms]")).tolist()
        return [
            f"{text}+08:00" if is_local else f"{text}Z" for text, is_local in zip(texts, local.tolist(), strict=True)
        ]

    def _manners(self, sales: Sales) -> dict[str, Values]:
        manners = sales.manners
        columns: dict[str, Values] = {
            name: words(getattr(manners, name), choices) for name, choices in ENUMERATIONS.items()
        }
        return columns | {
            "suggestion_offered": truth_values(manners.suggestion_offered),
            "suggestion_accepted": truth_values(manners.suggestion_accepted),
            "substitution_event": self._substitutions(sales),
            "customer_id": customer_ids(self.world, manners.customer),
            "duration_seconds": _scaled(manners.duration, 10),
            "handshake_score": _scaled(manners.handshake, 100),
            "campaign_influenced": truth_values(manners.campaign_influenced),
            "campaign_id": [self.campaigns[place] for place in manners.campaign.tolist()],
        }

    def _substitutions(self, sales: Sales) -> Values:
        manners = sales.manners
        columns = (
            manners.substitution_occurred.tolist(),
            manners.substitution_from.tolist(),
            manners.substitution_to.tolist(),
            words(manners.substitution_reason, SUBSTITUTION_REASONS),
        )
        return [
            {"occurred": True, "from_sku": self.skus[asked], "to_sku": self.skus[taken], "reason": reason}
            if occurred == 1
            else ({"occurred": False} if occurred == 0 else None)
            for occurred, asked, taken, reason in zip(*columns, strict=True)
        ]

    def _items(self, sales: Sales) -> list[Document]:
        """All lines of all sales."""
        lines = sales.lines
        columns = self._item_columns(lines, np.repeat(sales.moments.day, sales.sizes()))
        devices = np.repeat(sales.moments.device, sales.sizes()).tolist()
        names = tuple(columns)
        return [
            {name: value for name, value in zip(names, values, strict=True) if value is not None}
            if self.omits_nulls[device]
            else dict(zip(names, values, strict=True))
            for device, values in zip(devices, zip(*columns.values(), strict=True), strict=True)
        ]

    def _item_columns(self, lines: Lines, day: Integers) -> dict[str, Values]:
        catalogue, product = self.world.catalogue, lines.product
        return {
            "sku": [self.skus[place] for place in product.tolist()],
            "product_name": _stated(self.names, product, lines.states_name),
            "local_name": _stated(self.local_names, product, lines.states_local_name),
            "category": _stated(self.categories, catalogue.category[product, day], lines.states_category),
            "brand_name": _stated(self.brands, catalogue.brand[product, day], lines.states_brand),
            "quantity": [
                quantity // 100 if quantity % 100 == 0 else quantity / 100 for quantity in lines.quantity.tolist()
            ],
            "unit": _stated(self.units, product, lines.states_unit),
            "unit_price": _scaled(np.where(lines.states_price, lines.price, NOT_SEEN), 100),
            "detection_method": words(lines.detection, DETECTION_METHODS),
            "confidence": _scaled(lines.confidence, 100),
        }


def words(codes: Codes, choices: Sequence[str]) -> list[str | None]:
    """The words of the codes, None for what was not seen."""
    found = (*choices, None)
    return [found[code] for code in codes.tolist()]


def truth_values(codes: Codes) -> list[bool | None]:
    return [TRUTH_VALUES[code] for code in codes.tolist()]


def _speech(sales: Sales) -> dict[str, Values]:
    return {
        "transcription_text": sales.speech.text.tolist(),
        "transcript": sales.speech.turns.tolist(),
        "nlp_brand_mentions": sales.speech.mentions.tolist(),
    }


def _stated(names: Sequence[str | None], places: AnyIntegers, states: Flags) -> Values:
    return [names[place] for place in np.where(states, places, NOT_SEEN).tolist()]


def _scaled(numbers: Integers, factor: int) -> list[float | None]:
    """Whole numbers of a smaller unit as JSON numbers; below zero is not seen."""
    return [number / factor if number >= 0 else None for number in numbers.tolist()]
