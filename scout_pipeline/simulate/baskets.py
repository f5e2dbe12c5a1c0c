"""Draws what is in the baskets: products, quantities, prices, and what the device saw of each line."""

import numpy as np

from scout_pipeline.simulate.moments import MILLISECONDS_PER_HOUR
from scout_pipeline.simulate.randomness import Choice, Flags, Integers, chances
from scout_pipeline.simulate.sales import Lines, Moments
from scout_pipeline.simulate.vocabulary import NOT_SEEN, TIME_OF_DAY_OF_HOUR
from scout_pipeline.simulate.world import World

# lines of a basket: 1 to 4 in the morning, 2 to 7 in the evening
BASKET_SIZES = Choice(
    [
        (0.30, 0.32, 0.24, 0.14, 0, 0, 0),
        (0.20, 0.27, 0.25, 0.17, 0.08, 0.03, 0),
        (0, 0.20, 0.26, 0.23, 0.15, 0.10, 0.06),
        (0.28, 0.34, 0.24, 0.14, 0, 0, 0),
    ]
)
# now and then somebody buys for a feast or for a smaller shop: more lines than the basket patterns take (ten)
LARGE_BASKET_SHARE = 0.005
LARGE_BASKET_LINES = (11, 25)
QUANTITY_PROFILES = ("single", "few", "many", "measured")
# hundredths of a unit
QUANTITIES = np.array([25, 50, 75, 100, 150, 200, 300, 400, 500, 600, 1000, 1200])
QUANTITY_WEIGHTS = Choice(
    [
        (0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        (0, 0, 0, 58, 0, 26, 9, 3, 2, 2, 0, 0),
        (0, 0, 0, 30, 0, 28, 16, 7, 9, 6, 2, 2),
        (26, 34, 6, 24, 5, 5, 0, 0, 0, 0, 0, 0),
    ]
)
# Sold together more often than chance would have it.
COMPANIONS = {
    "Kopiko Blanca": "Pandesal",
    "Nescafe Classic Stick": "Bear Brand Swak",
    "Marlboro Red Stick": "Maxx Menthol",
    "Winston Red Stick": "Posporo",
    "Ginebra Bilog": "Boy Bawang Garlic",
    "Red Horse 500": "Chippy Barbecue",
    "Lucky Me Beef Mami": "Skyflakes Crackers",
    "Surf Powder Cherry": "Downy Sunrise Fresh",
    "Ligo Sardines Green": "Lucky Me Pancit Canton Original",
    "Argentina Corned Beef": "Mantika Takal",
}
COMPANION_SHARE = 0.45
DEVICE_PRICES_SHARE = 0.3
PRICE_SHARE = 0.9
BRAND_SHARE = 0.6
CATEGORY_SHARE = 0.52
DETECTIONS = Choice([(0.55, 0.15, 0.08, 0.12, 0.10)])


def draw_sizes(rng: np.random.Generator, moments: Moments) -> Integers:
    """Lines of each basket, by time of day; few baskets are large, at any time."""
    hour = moments.millisecond // MILLISECONDS_PER_HOUR
    sizes = BASKET_SIZES.draw(rng, np.array(TIME_OF_DAY_OF_HOUR)[hour]) + 1
    is_large = chances(rng, len(sizes), LARGE_BASKET_SHARE)
    smallest, largest = LARGE_BASKET_LINES
    sizes[is_large] = rng.integers(smallest, largest + 1, int(is_large.sum()))
    return sizes


def draw_products(rng: np.random.Generator, world: World, moments: Moments, first_line: Integers) -> Integers:
    """The product of every line: from the shop's assortment, and now and then the companion of the first one."""
    shop = np.repeat(moments.shop, np.diff(first_line))
    product = world.habits.assortment.draw(rng, shop)
    second = first_line[:-1][np.diff(first_line) > 1] + 1
    companion = companions(world)[product[second - 1]]
    goes_along = (companion != NOT_SEEN) & chances(rng, len(second), COMPANION_SHARE)
    product[second[goes_along]] = companion[goes_along]
    return product


def companions(world: World) -> Integers:
    """For each product the position of its companion, or -1."""
    names = [product.name for product in world.catalogue.products]
    return np.array([names.index(COMPANIONS[name]) if name in COMPANIONS else NOT_SEEN for name in names])


def draw_lines(
    rng: np.random.Generator, world: World, moments: Moments, first_line: Integers, product: Integers
) -> Lines:
    """The lines of these products."""
    count = len(product)
    sizes = np.diff(first_line)
    states_price = np.repeat(chances(rng, len(moments.shop), DEVICE_PRICES_SHARE), sizes)
    states_price &= chances(rng, count, PRICE_SHARE)
    detection = DETECTIONS.draw_from_first(rng, count)
    detection[detection == DETECTIONS.width - 1] = NOT_SEEN
    confidence = np.where(detection == NOT_SEEN, NOT_SEEN, 100 - rng.integers(0, 55, count) ** 2 // 55)
    has_brand = world.catalogue.brand[product, 0] != NOT_SEEN
    lines = Lines(
        product=product,
        quantity=draw_quantities(rng, world, product),
        price=np.zeros(count, dtype=np.int64),
        states_price=states_price,
        states_brand=has_brand & chances(rng, count, BRAND_SHARE),
        states_category=chances(rng, count, CATEGORY_SHARE),
        states_name=chances(rng, count, 0.5),
        states_local_name=chances(rng, count, 0.25),
        states_unit=chances(rng, count, 0.6),
        detection=detection.astype(np.int8),
        confidence=confidence,
    )
    set_prices(world, lines, np.repeat(moments.shop, sizes), np.repeat(moments.day, sizes))
    return lines


def draw_quantities(rng: np.random.Generator, world: World, product: Integers) -> Integers:
    profile = np.array([QUANTITY_PROFILES.index(item.profile) for item in world.catalogue.products])
    return QUANTITIES[QUANTITY_WEIGHTS.draw(rng, profile[product])]


def set_prices(world: World, lines: Lines, shop: Integers, day: Integers) -> None:
    """The shop's own price where one is stated, the list price of the day elsewhere."""
    listed = world.catalogue.price[lines.product, day]
    lines.price = np.where(lines.states_price, listed + markups(world, shop, lines.product), listed)


def markups(world: World, shop: Integers, product: Integers) -> Integers:
    """What a shop adds to the list price, in centavos: nothing in most cases, always the same for the same product."""
    pick: Integers = (shop * 7919 + product * 104_729) % 5
    steps = np.array([0, 0, 0, 25, 100])[pick]
    is_whole: Flags = world.catalogue.is_measured[product]
    return np.where(is_whole, steps // 100 * 100, steps)
