"""Draws when and on which device the sales of a part of a day happen."""

import numpy as np

from scout_pipeline.simulate.randomness import Integers, Texts, places_in_group
from scout_pipeline.simulate.sales import Moments
from scout_pipeline.simulate.traffic import Shard
from scout_pipeline.simulate.world import World

MILLISECONDS_PER_HOUR = 3_600_000
MILLISECONDS_PER_DAY = 24 * MILLISECONDS_PER_HOUR
# Asia/Manila has no daylight saving: local midnight is 16:00 UTC of the day before.
MANILA_OFFSET_MILLISECONDS = 8 * MILLISECONDS_PER_HOUR


def draw_moments(rng: np.random.Generator, world: World, shard: Shard) -> Moments:
    """All sales of the shard, by shop and time; each device counts its own in the order of time."""
    members = world.traffic.shops_of(shard)
    counts = world.traffic.sales[members, shard.day]
    shop = np.repeat(members, counts)
    hour = world.habits.hours.draw(rng, shop)
    millisecond = hour * MILLISECONDS_PER_HOUR + rng.integers(0, MILLISECONDS_PER_HOUR, len(shop))
    millisecond = millisecond[np.lexsort((millisecond, shop))]
    device = _devices(rng, world, shard, shop)
    return Moments(
        shop=shop,
        device=device,
        sequence=_sequences(world, shard, device),
        day=np.full(len(shop), shard.day, dtype=np.int64),
        millisecond=millisecond,
    )


def _devices(rng: np.random.Generator, world: World, shard: Shard, shop: Integers) -> Integers:
    """The first device of a shop rings up as many sales as planned, taken at random; the second one the others."""
    shuffled = np.lexsort((rng.random(len(shop)), shop))
    is_first = np.empty(len(shop), dtype=np.bool_)
    is_first[shuffled] = places_in_group(shop) < world.traffic.first_device[shop, shard.day]
    device: Integers = world.shops.first_device[shop] + np.where(is_first, 0, 1)
    return device


def _sequences(world: World, shard: Shard, device: Integers) -> Integers:
    order = np.argsort(device, kind="stable")
    sequence: Integers = np.empty(len(device), dtype=np.int64)
    sequence[order] = places_in_group(device[order]) + 1
    sequence += world.traffic.sequence_start[device, shard.day]
    return sequence


def utc_milliseconds(world: World, moments: Moments) -> Integers:
    """Milliseconds since 1970 in UTC."""
    first = np.datetime64(world.arguments.first_day, "D").astype(np.int64)
    return (first + moments.day) * MILLISECONDS_PER_DAY + moments.millisecond - MANILA_OFFSET_MILLISECONDS


def identifiers(rng: np.random.Generator, milliseconds: Integers) -> Texts:
    """A UUID of version 7 for each moment: its time, then random bits."""
    octets = np.frombuffer(rng.bytes(16 * len(milliseconds)), dtype=np.uint8).reshape(-1, 16).copy()
    octets[:, :6] = milliseconds.astype(">u8").view(np.uint8).reshape(-1, 8)[:, 2:]
    octets[:, 6] = octets[:, 6] & 0x0F | 0x70
    octets[:, 8] = octets[:, 8] & 0x3F | 0x80
    text = octets.tobytes().hex()
    found = np.empty(len(milliseconds), dtype=np.object_)
    found[:] = [
        f"{text[at : at + 8]}-{text[at + 8 : at + 12]}-{text[at + 12 : at + 16]}-{text[at + 16 : at + 20]}-"
        f"{text[at + 20 : at + 32]}"
        for at in range(0, len(text), 32)
    ]
    return found
