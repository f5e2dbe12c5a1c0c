"""Reference records of the members of dimensions: places, shops, devices, brands, products, campaigns."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import groupby

from scout_pipeline.simulate.catalogue import RESPELLINGS, brands
from scout_pipeline.simulate.places import cities, rows
from scout_pipeline.simulate.records import Record, record
from scout_pipeline.simulate.shops import TIME_ZONE, Device
from scout_pipeline.simulate.world import World

BARCODE_PREFIX = "480999"
CURRENCY = "PHP"
DEVICE_MODEL = "ScoutPi 5"


def category_records(world: World) -> Iterator[Record]:
    for row in rows("categories"):
        attributes = {
            "category_group": row["category_group"],
            "display_name": row["display_name"],
            "sort_order": int(row["sort_order"]),
        }
        yield record("category", row["category"], world.arguments.reference_day, attributes)


def brand_records(world: World) -> Iterator[Record]:
    """Every brand, and the second spelling of some; the spoken variants belong to the first."""
    for brand in brands():
        spellings = [(brand.name, list(brand.variants))]
        if brand.name in RESPELLINGS:
            spellings.append((RESPELLINGS[brand.name], []))
        for name, variants in spellings:
            attributes = {"owner": brand.owner, "is_tbwa_client": brand.is_tbwa_client, "variants": variants}
            yield record("brand", name, world.arguments.reference_day, attributes)


def province_records(world: World) -> Iterator[Record]:
    for (province, region), members in groupby(
        sorted(cities(), key=lambda city: (city.province, city.region)), lambda city: (city.province, city.region)
    ):
        code = next(members).province_code
        yield record("province", code, world.arguments.reference_day, {"place_name": province, "region": region})


def city_records(world: World) -> Iterator[Record]:
    for city in cities():
        attributes = {"place_name": city.name, "province": city.province_code, "aliases": list(city.aliases)}
        yield record("city", city.code, world.arguments.reference_day, attributes)


def barangay_records(world: World) -> Iterator[Record]:
    for city in cities():
        for name in city.barangays:
            attributes = {"place_name": name, "city": city.code}
            yield record("barangay", city.barangay_code(name), world.arguments.reference_day, attributes)


def store_records(world: World, when: str) -> Iterator[Record]:
    """All versions of the shops whose record comes early, or late."""
    for version in world.shops.versions:
        shop = world.shops.all[version.shop]
        if shop.record != when:
            continue
        attributes = {
            "store_name": version.name,
            "store_type": shop.store_type,
            "economic_class": version.economic_class,
            "region": shop.region_text,
            "province": shop.city.province,
            "city": shop.city_text,
            "barangay": shop.barangay,
            "latitude": shop.latitude,
            "longitude": shop.longitude,
            "time_zone": TIME_ZONE,
            "currency_code": CURRENCY,
            "opens_at": shop.opens_at,
            "closes_at": shop.closes_at,
            "opened_on": shop.opened_on,
            "closed_on": None,
        }
        yield record("store", shop.code, world.valid_from(version.day), attributes)


def device_records(world: World, when: str) -> Iterator[Record]:
    for shop in world.shops.all:
        if shop.record == when:
            for device in shop.devices:
                day = str(installed_on(world, device))
                attributes = {"store_id": shop.code, "model": DEVICE_MODEL, "installed_on": day}
                yield record("device", device.code, world.arguments.reference_day, attributes)


def product_records(world: World, when: str) -> Iterator[Record]:
    """All versions of the products whose record comes early, or late."""
    for version in world.catalogue.versions:
        product = world.catalogue.products[version.product]
        if product.record != when:
            continue
        attributes = {
            "product_name": product.name,
            "local_name": product.local_name,
            "brand_name": version.brand,
            "category": version.category,
            "unit_price": version.price / 100,
            "pack_size": product.pack_size,
            "barcode": barcode(version.product),
        }
        yield record("product", product.sku, world.valid_from(version.day), attributes)


def campaign_records(world: World) -> Iterator[Record]:
    for campaign in world.campaigns:
        attributes = {
            "campaign_name": campaign.name,
            "campaign_type": campaign.kind,
            "brand_name": campaign.brand,
            "starts_on": str(campaign.starts_on),
            "ends_on": None if campaign.ends_on is None else str(campaign.ends_on),
            "budget": campaign.budget,
        }
        yield record("campaign", campaign.code, campaign.starts_on, attributes)


def installed_on(world: World, device: Device) -> date:
    """Any day of the first months of the reference year."""
    return world.arguments.reference_day + timedelta(days=device.sequence_base % 200)


def barcode(position: int) -> str:
    """An invented EAN-13 with a correct check digit."""
    digits = f"{BARCODE_PREFIX}{position:06d}"
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-total % 10}"
