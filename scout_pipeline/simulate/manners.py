"""Draws who the customers are and how the sales go: requests, suggestions, substitutions, payment, campaigns."""

import numpy as np

from scout_pipeline.simulate.randomness import Choice, Codes, Flags, Integers, chances, uniform
from scout_pipeline.simulate.sales import Manners, Moments
from scout_pipeline.simulate.vocabulary import (
    CUSTOMER_TYPES,
    ECONOMIC_CLASSES,
    GENDERS,
    NOT_SEEN,
    REQUEST_MODES,
    REQUEST_TYPES,
    SUBSTITUTION_REASONS,
)
from scout_pipeline.simulate.world import World

KNOWN_CUSTOMER_SHARE = 0.4
VISITOR_SHARE = 0.03
CUSTOMERS_PER_SHOP = 1_000_000
FEMALE_PER_THOUSAND = 520
AGE_ENDS_PER_THOUSAND = np.array([220, 470, 680, 850, 1000])
# weights of the last two: said to be unknown, not seen
OBSERVED = Choice([(0.84, 0.06, 0.10)])
STRANGER_TYPES = Choice([(0, 0.25, 0.05, 0.40, 0.30)])
REQUEST_TYPE_WEIGHTS = Choice([(0.40, 0.518, 0.082)])
SUBSTITUTION_SHARE = 0.04
REASON_WEIGHTS = Choice([(0.55, 0.30, 0.15)])
# Beside the suggestions that end in a substitution; together about 5 % of all sales accept one.
OFFERED_SHARE, ACCEPTED_SHARE = 0.12, 0.33
MEDIAN_SECONDS, SIGMA = 5.9, 0.634
CAMPAIGN_SHARE = 0.06


def draw_manners(
    rng: np.random.Generator, world: World, moments: Moments, first_line: Integers, product: Integers
) -> Manners:
    """How each sale goes; a campaign changes `product` of the first line to one of its brand."""
    count = len(moments.shop)
    customer = draw_customers(rng, world, moments)
    request_type = REQUEST_TYPE_WEIGHTS.draw_from_first(rng, count)
    campaign = _campaigns(rng, world, moments, first_line, product)
    offered, accepted, occurred, reason = _suggestions(rng, count)
    asked = _asked_products(rng, world, product[first_line[:-1]], occurred)
    return Manners(
        customer=customer,
        gender=_genders(rng, world, customer),
        age_bracket=_ages(rng, world, customer),
        customer_type=_customer_types(rng, world, moments, customer),
        economic_class=_economic_classes(rng, world, moments),
        payment_method=_unseen(rng, world.habits.payments.draw(rng, moments.shop), 0.1),
        request_mode=_request_modes(rng, request_type),
        request_type=_unseen(rng, request_type, 0.05),
        suggestion_offered=offered,
        suggestion_accepted=accepted,
        substitution_occurred=occurred,
        substitution_from=asked,
        substitution_to=np.where(occurred == 1, product[first_line[:-1]], NOT_SEEN),
        substitution_reason=reason,
        duration=_durations(rng, count),
        handshake=np.where(chances(rng, count, 0.25), NOT_SEEN, np.rint(rng.beta(5, 2, count) * 100).astype(np.int64)),
        campaign_influenced=_influenced(rng, campaign),
        campaign=campaign,
        states_value=chances(rng, count, 0.35),
        states_size=chances(rng, count, 0.6),
    )


def draw_customers(rng: np.random.Generator, world: World, moments: Moments) -> Integers:
    """Numbers of known customers, who come back to their shop and now and then visit the next one; -1 for strangers."""
    count = len(moments.shop)
    home = moments.shop
    visits = chances(rng, count, VISITOR_SHARE) & (home < world.shops.normal_count)
    home = np.where(visits, (home + 1) % world.shops.normal_count, home)
    place = (world.habits.pool[home] * uniform(rng, count) ** 2.2).astype(np.int64)
    return np.where(chances(rng, count, KNOWN_CUSTOMER_SHARE), home * CUSTOMERS_PER_SHOP + place, NOT_SEEN)


def mixed(world: World, customer: Integers) -> Integers:
    """A number of 48 bits for each customer, different for different customers: multiplied by an odd number."""
    numbers = customer.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(world.arguments.seed)
    return (numbers & np.uint64(2**48 - 1)).astype(np.int64)


def customer_ids(world: World, customer: Integers) -> list[str | None]:
    """What a device sends for a known customer: the hash of a face, as it were."""
    numbers = mixed(world, customer).tolist()
    known = (customer != NOT_SEEN).tolist()
    return [f"face-{number:012x}" if is_known else None for number, is_known in zip(numbers, known, strict=True)]


def _traits(rng: np.random.Generator, world: World, customer: Integers, shift: int) -> Integers:
    """0 to 999: always the same for a known customer, any number for a stranger."""
    of_known = (mixed(world, customer) >> shift) % 1000
    return np.where(customer == NOT_SEEN, rng.integers(0, 1000, len(customer)), of_known)


def _genders(rng: np.random.Generator, world: World, customer: Integers) -> Codes:
    female, male = GENDERS.index("female"), GENDERS.index("male")
    real = np.where(_traits(rng, world, customer, 12) < FEMALE_PER_THOUSAND, female, male)
    return _observed(rng, real, GENDERS.index("unknown"))


def _ages(rng: np.random.Generator, world: World, customer: Integers) -> Codes:
    real = np.searchsorted(AGE_ENDS_PER_THOUSAND, _traits(rng, world, customer, 26), side="right")
    return _observed(rng, real, len(AGE_ENDS_PER_THOUSAND))


def _observed(rng: np.random.Generator, real: Integers, unknown: int) -> Codes:
    """What a device makes of it: the same, "unknown", or nothing at all."""
    how = OBSERVED.draw_from_first(rng, len(real))
    return np.where(how == 0, real, np.where(how == 1, unknown, NOT_SEEN)).astype(np.int8)


def _unseen(rng: np.random.Generator, real: Integers, share: float) -> Codes:
    return np.where(chances(rng, len(real), share), NOT_SEEN, real).astype(np.int8)


def _customer_types(rng: np.random.Generator, world: World, moments: Moments, customer: Integers) -> Codes:
    """By how often the customer comes: the first in a shop's pool come most."""
    place = (customer % CUSTOMERS_PER_SHOP) / world.habits.pool[moments.shop]
    of_known = np.where(place < 0.15, 0, np.where(place < 0.6, 1, 2))
    of_stranger = STRANGER_TYPES.draw_from_first(rng, len(customer))
    of_stranger[of_stranger == len(CUSTOMER_TYPES)] = NOT_SEEN
    return np.where(customer == NOT_SEEN, of_stranger, of_known).astype(np.int8)


def _economic_classes(rng: np.random.Generator, world: World, moments: Moments) -> Codes:
    of_shop = world.shops.economic_class[moments.shop, moments.day].astype(np.int64)
    how = OBSERVED.draw_from_first(rng, len(of_shop))
    unknown = ECONOMIC_CLASSES.index("unknown")
    return np.where(how == 0, of_shop, np.where(how == 1, unknown, NOT_SEEN)).astype(np.int8)


def _request_modes(rng: np.random.Generator, request_type: Integers) -> Codes:
    points = request_type == REQUEST_TYPES.index("point")
    spoken = np.where(chances(rng, len(points), 0.08), REQUEST_MODES.index("indirect"), REQUEST_MODES.index("verbal"))
    return _unseen(rng, np.where(points, REQUEST_MODES.index("pointing"), spoken), 0.05)


def _suggestions(rng: np.random.Generator, count: int) -> tuple[Codes, Codes, Codes, Codes]:
    """Offered, accepted, substituted, reason. A substitution by suggestion is an accepted suggestion."""
    occurred = chances(rng, count, SUBSTITUTION_SHARE)
    reason = np.where(occurred, REASON_WEIGHTS.draw_from_first(rng, count), NOT_SEEN)
    by_suggestion: Flags = reason == SUBSTITUTION_REASONS.index("suggestion")
    offered = by_suggestion | chances(rng, count, OFFERED_SHARE)
    accepted = by_suggestion | (offered & chances(rng, count, ACCEPTED_SHARE))
    seen = offered | chances(rng, count, 0.7)
    states_substitution = occurred | chances(rng, count, 0.3)
    return (
        np.where(seen, offered, NOT_SEEN).astype(np.int8),
        np.where(offered, accepted, NOT_SEEN).astype(np.int8),
        np.where(states_substitution, occurred, NOT_SEEN).astype(np.int8),
        reason.astype(np.int8),
    )


def _asked_products(rng: np.random.Generator, world: World, bought: Integers, occurred: Codes) -> Integers:
    """What was asked for where something else was bought: another product of the same category."""
    asked = np.full(len(bought), NOT_SEEN, dtype=np.int64)
    substituted = np.flatnonzero(occurred == 1)
    asked[substituted] = neighbours(world, bought[substituted], rng.integers(0, 2**31, len(substituted)))
    return asked


def neighbours(world: World, product: Integers, numbers: Integers) -> Integers:
    """For each product another one of its category, picked by a number."""
    catalogue = world.catalogue
    sold = np.flatnonzero(catalogue.weights > 0)
    by_category = [sold[catalogue.category[sold, 0] == code] for code in range(len(catalogue.category_names))]
    found = []
    for bought, number in zip(product.tolist(), numbers.tolist(), strict=True):
        others = by_category[catalogue.category[bought, 0]]
        pick = int(others[number % len(others)])
        found.append(pick if pick != bought else int(others[(number + 1) % len(others)]))
    return np.array(found, dtype=np.int64)


def _durations(rng: np.random.Generator, count: int) -> Integers:
    tenths = np.rint(rng.lognormal(np.log(MEDIAN_SECONDS), SIGMA, count) * 10).astype(np.int64)
    return np.where(chances(rng, count, 0.08), NOT_SEEN, np.clip(tenths, 5, 6000))


def _campaigns(
    rng: np.random.Generator, world: World, moments: Moments, first_line: Integers, product: Integers
) -> Integers:
    """Positions of campaigns, -1 for most sales. The first line becomes a product of the campaign's brand."""
    count = len(moments.shop)
    campaign = np.full(count, NOT_SEEN, dtype=np.int64)
    day = int(moments.day[0]) if count else 0
    running = [place for place, item in enumerate(world.campaigns) if item.first <= day <= item.last]
    influenced = np.flatnonzero(chances(rng, count, CAMPAIGN_SHARE))
    if running and len(influenced):
        campaign[influenced] = np.array(running)[rng.integers(0, len(running), len(influenced))]
        for place in running:
            rows = influenced[campaign[influenced] == place]
            offers = world.catalogue.of_brand(world.campaigns[place].brand)
            product[first_line[rows]] = offers[rng.integers(0, len(offers), len(rows))]
    return campaign


def _influenced(rng: np.random.Generator, campaign: Integers) -> Codes:
    denied = np.where(chances(rng, len(campaign), 0.5), 0, NOT_SEEN)
    return np.where(campaign == NOT_SEEN, denied, 1).astype(np.int8)
