"""The truth about members of dimensions, version by version, from the invented world and never from its records.

Money is whole centavos, regions have their canonical name; the keys are explained in `docs/simulator.md`.
"""

from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import orjson

from scout_pipeline.simulate.catalogue import RESPELLINGS, Version, brands
from scout_pipeline.simulate.members import CURRENCY, DEVICE_MODEL, barcode, installed_on
from scout_pipeline.simulate.places import cities, rows
from scout_pipeline.simulate.shops import TIME_ZONE, ShopVersion
from scout_pipeline.simulate.world import World

Member: TypeAlias = dict[str, Any]
AnyVersion = TypeVar("AnyVersion", ShopVersion, Version)


def write(world: World, path: Path) -> None:
    """One document: the members of each kind whose record comes, early or late."""
    found = {kind: list(members(world)) for kind, members in KINDS.items()}
    path.write_bytes(orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))


def stores(world: World) -> Iterator[Member]:
    """One row a version. `city` is what the record says, `city_code` the city that stands behind it."""
    for version, period in _periods(world, world.shops.versions, lambda version: version.shop):
        shop = world.shops.all[version.shop]
        if _comes(world, shop.record):
            yield {
                "store_code": shop.code,
                **period,
                "store_name": version.name,
                "store_type": shop.store_type,
                "economic_class": version.economic_class,
                "region": shop.city.region,
                "province": shop.city.province,
                "city": shop.city_text,
                "city_code": shop.city.code,
                "barangay": shop.barangay,
                "latitude": shop.latitude,
                "longitude": shop.longitude,
                "time_zone": TIME_ZONE,
                "currency_code": CURRENCY,
                "opens_at": shop.opens_at,
                "closes_at": shop.closes_at,
                "opened_on": shop.opened_on,
            }


def products(world: World) -> Iterator[Member]:
    """One row a version."""
    for version, period in _periods(world, world.catalogue.versions, lambda version: version.product):
        product = world.catalogue.products[version.product]
        if _comes(world, product.record):
            yield {
                "sku": product.sku,
                **period,
                "product_name": product.name,
                "local_name": product.local_name,
                "brand_name": version.brand,
                "category": version.category,
                "list_price_centavos": version.price,
                "pack_size": product.pack_size,
                "barcode": barcode(version.product),
            }


def brand_spellings(world: World) -> Iterator[Member]:
    """A brand that is written in two ways is two members; the words that people say belong to the first."""
    for brand in brands():
        about = {"owner": brand.owner, "is_tbwa_client": brand.is_tbwa_client}
        yield {"brand_name": brand.name, **about, "variants": sorted(brand.variants)}
        if brand.name in RESPELLINGS:
            yield {"brand_name": RESPELLINGS[brand.name], **about, "variants": []}


def categories(world: World) -> Iterator[Member]:
    for row in rows("categories"):
        yield {**row, "sort_order": int(row["sort_order"])}


def campaigns(world: World) -> Iterator[Member]:
    for campaign in world.campaigns:
        yield {
            "campaign_id": campaign.code,
            "campaign_name": campaign.name,
            "campaign_type": campaign.kind,
            "brand_name": campaign.brand,
            "starts_on": campaign.starts_on,
            "ends_on": campaign.ends_on,
            "budget": campaign.budget,
        }


def devices(world: World) -> Iterator[Member]:
    for shop in world.shops.all:
        if _comes(world, shop.record):
            for device in shop.devices:
                yield {
                    "device_id": device.code,
                    "store_code": shop.code,
                    "model": DEVICE_MODEL,
                    "installed_on": installed_on(world, device),
                }


def provinces(world: World) -> Iterator[Member]:
    """`spellings` are the code and the name; those of a city are its aliases too."""
    known = {city.province_code: (city.province, city.region) for city in cities()}
    for code, (name, region) in known.items():
        yield {"province_code": code, "province_name": name, "region": region, "spellings": [code, name]}


def places(world: World) -> Iterator[Member]:
    for city in cities():
        spellings = [city.code, city.name, *city.aliases]
        about = {"city_code": city.code, "city_name": city.name, "province_code": city.province_code}
        yield {**about, "spellings": spellings}


def barangays(world: World) -> Iterator[Member]:
    for city in cities():
        for name in city.barangays:
            code = city.barangay_code(name)
            yield {"barangay_code": code, "barangay_name": name, "city_code": city.code, "spellings": [code, name]}


KINDS: dict[str, Callable[[World], Iterator[Member]]] = {
    "store": stores,
    "product": products,
    "brand": brand_spellings,
    "category": categories,
    "campaign": campaigns,
    "device": devices,
    "province": provinces,
    "city": places,
    "barangay": barangays,
}


def _periods(
    world: World, versions: list[AnyVersion], member: Callable[[AnyVersion], int]
) -> Iterator[tuple[AnyVersion, Member]]:
    """Each version with the day from which it holds and the day from which another does, null for the last one."""
    for version, following in zip_longest(versions, versions[1:]):
        goes_on = following is not None and member(following) == member(version)
        until = world.valid_from(following.day) if goes_on else None
        yield version, {"valid_from": world.valid_from(version.day), "valid_to": until}


def _comes(world: World, record: str) -> bool:
    """What is late comes only in a simulation with dirt."""
    return record == "early" or (record == "late" and world.arguments.dirty > 0)
