"""The shops: where they stand, when they open, which devices they have, and how a few of them change."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from scout_pipeline.simulate.arguments import Arguments
from scout_pipeline.simulate.places import City, cities, regions, slug
from scout_pipeline.simulate.randomness import Purpose, generator

ECONOMIC_CLASSES = ("A", "B", "C", "D", "E")
ECONOMIC_CLASS_WEIGHTS = (0.02, 0.08, 0.35, 0.40, 0.15)
STORE_TYPES = ("urban_high", "urban_medium", "residential", "rural", "transport", "other")
STORE_TYPE_WEIGHTS = (0.12, 0.25, 0.33, 0.18, 0.09, 0.03)
# (share of shops, opening and closing times to choose from): day, long, night and round the clock
PROFILES: tuple[tuple[float, tuple[str, ...], tuple[str, ...]], ...] = (
    (0.30, ("06:00", "06:30", "07:00"), ("19:00", "20:00")),
    (0.30, ("05:00", "05:30", "06:00"), ("22:00", "23:00")),
    (0.25, ("16:00", "17:00", "18:00"), ("02:00", "03:00", "04:00")),
    (0.15, ("00:00",), ("00:00",)),
)
NAMES = ("Aling Nena", "Mang Tomas", "Ate Baby", "Kuya Jun", "Tita Let", "Lola Ising", "Aling Puring", "Mang Kanor",
         "Ate Glenda", "Kuya Boyet", "Nanay Luz", "Tatay Ben", "Aling Marites", "Ate Joy", "Mang Isko")  # fmt: skip
SUFFIXES = ("Store", "Sari-Sari Store", "Mini Store", "Tindahan")
TWO_DEVICES_SHARE = 0.2
ALIAS_SHARE = 0.2
CANONICAL_SPELLING_SHARE = 0.4
CHANGING_SHARE = 0.08
TIME_ZONE = "Asia/Manila"


@dataclass(frozen=True)
class Device:
    """`sequence_base` sales were counted before the first day. The flags are habits of its firmware."""

    code: str
    sequence_base: int
    omits_nulls: bool
    states_local_time: bool
    states_location: bool


@dataclass(frozen=True)
class Shop:
    """`region_text` and `city_text` are what its record says; `record` is when that comes: early, late or never."""

    code: str
    name: str
    store_type: str
    economic_class: str
    city: City
    barangay: str
    region_text: str
    city_text: str
    latitude: float
    longitude: float
    profile: int
    opens_at: str
    closes_at: str
    opened_on: str
    size: float
    devices: tuple[Device, ...]
    record: str


@dataclass(frozen=True)
class ShopVersion:
    """What a shop is from a day on; `day` is -1 for what holds before the first day."""

    shop: int
    day: int
    name: str
    economic_class: str


class Shops:
    """All shops in a fixed order: those with a record, then those whose record is late, then those without one."""

    def __init__(self, arguments: Arguments) -> None:
        rng = generator(arguments.seed, Purpose.SHOPS)
        self.normal_count = arguments.stores
        extra = max(1, arguments.stores // 100) if arguments.dirty > 0 else 0
        records = ["early"] * arguments.stores + ["late"] * extra + ["never"] * extra
        self.all = _shops(rng, records, arguments)
        self.versions = _versions(rng, self.all, arguments.days)
        self.late = np.arange(arguments.stores, arguments.stores + extra)
        self.unknown = self.late + extra
        # [shop, day]: position in ECONOMIC_CLASSES
        self.economic_class: npt.NDArray[np.int8] = np.zeros((len(self.all), arguments.days), dtype=np.int8)
        for version in self.versions:
            code = ECONOMIC_CLASSES.index(version.economic_class)
            self.economic_class[version.shop, max(version.day, 0) :] = code
        # devices in the order of shops; a shop's first device and how many it has
        self.devices = [device for shop in self.all for device in shop.devices]
        self.device_count = np.array([len(shop.devices) for shop in self.all])
        self.first_device = np.cumsum(self.device_count) - self.device_count


def _shops(rng: np.random.Generator, records: list[str], arguments: Arguments) -> list[Shop]:
    places = _places(rng, len(records))
    profiles = _profiles(rng, len(records))
    found: list[Shop] = []
    device_number = 1
    for number, (record, city, profile) in enumerate(zip(records, places, profiles, strict=True), start=1):
        shop = _shop(rng, number, city, profile, arguments)
        count = 2 if rng.random() < TWO_DEVICES_SHARE else 1
        devices = tuple(_device(rng, device_number + offset) for offset in range(count))
        device_number += count
        found.append(replace(shop, devices=devices, record=record))
    return found


def _places(rng: np.random.Generator, count: int) -> list[City]:
    """A city for each shop: one shop in each region first, then by the weight of the region."""
    areas = regions()
    weights = np.array([area.weight for area in areas])
    order = rng.permutation(len(areas))
    more = rng.choice(len(areas), size=max(0, count - len(areas)), p=weights / weights.sum())
    names = [areas[position].name for position in [*order[:count].tolist(), *more.tolist()]]
    by_region = {area.name: [city for city in cities() if city.region == area.name] for area in areas}
    return [by_region[name][int(rng.integers(len(by_region[name])))] for name in names]


def _profiles(rng: np.random.Generator, count: int) -> list[int]:
    """Profiles in their shares, as exactly as the number of shops allows, in random order."""
    ends = np.cumsum([share for share, _, _ in PROFILES])
    spread = np.searchsorted(ends, (np.arange(count) + 0.5) / count * ends[-1], side="right")
    return [int(profile) for profile in rng.permutation(np.minimum(spread, len(PROFILES) - 1))]


def _shop(rng: np.random.Generator, number: int, city: City, profile: int, arguments: Arguments) -> Shop:
    barangay = city.barangays[int(rng.integers(len(city.barangays)))]
    area = next(area for area in regions() if area.name == city.region)
    is_canonical = rng.random() < CANONICAL_SPELLING_SHARE
    is_alias = rng.random() < ALIAS_SHARE and bool(city.aliases)
    _, opening, closing = PROFILES[profile]
    return Shop(
        code=f"{area.short}_{slug(barangay)}_{number:04d}",
        name=f"{NAMES[int(rng.integers(len(NAMES)))]} {SUFFIXES[int(rng.integers(len(SUFFIXES)))]}",
        store_type=STORE_TYPES[int(rng.choice(len(STORE_TYPES), p=STORE_TYPE_WEIGHTS))],
        economic_class=ECONOMIC_CLASSES[int(rng.choice(len(ECONOMIC_CLASSES), p=ECONOMIC_CLASS_WEIGHTS))],
        city=city,
        barangay=barangay,
        region_text=area.name if is_canonical else area.spellings[int(rng.integers(len(area.spellings)))],
        city_text=city.aliases[int(rng.integers(len(city.aliases)))] if is_alias else city.name,
        latitude=round(city.latitude + float(rng.uniform(-0.02, 0.02)), 5),
        longitude=round(city.longitude + float(rng.uniform(-0.02, 0.02)), 5),
        profile=profile,
        opens_at=opening[int(rng.integers(len(opening)))],
        closes_at=closing[int(rng.integers(len(closing)))],
        opened_on=str(arguments.reference_day.replace(year=arguments.reference_day.year - int(rng.integers(1, 12)))),
        size=float(rng.lognormal(0, 0.35)),
        devices=(),
        record="early",
    )


def _device(rng: np.random.Generator, number: int) -> Device:
    return Device(
        code=f"SCOUTPI-{number:04d}",
        sequence_base=int(rng.integers(0, 4000)),
        omits_nulls=bool(rng.random() < 0.5),
        states_local_time=bool(rng.random() < 0.2),
        states_location=bool(rng.random() < 0.4),
    )


def _versions(rng: np.random.Generator, shops: list[Shop], days: int) -> list[ShopVersion]:
    """Every version of every shop, by shop and day; a few shops take another name or another economic class."""
    early = [position for position, shop in enumerate(shops) if shop.record == "early"]
    changing: set[int] = set()
    if days > 1:
        count = max(1, round(len(early) * CHANGING_SHARE))
        changing = set(rng.choice(early, size=count, replace=False).tolist())
    found = []
    for position, shop in enumerate(shops):
        found.append(ShopVersion(position, -1, shop.name, shop.economic_class))
        if position in changing:
            name, economic_class = f"{shop.name} (bagong may-ari)", shop.economic_class
            if rng.random() < 0.6:
                others = [other for other in ECONOMIC_CLASSES if other != shop.economic_class]
                economic_class = others[int(rng.integers(len(others)))]
            found.append(ShopVersion(position, int(rng.integers(1, days)), name, economic_class))
    return found
