"""Composes what was said at the counter, and which brands the device heard in it."""

from typing import Any

import numpy as np

from scout_pipeline.simulate import phrases
from scout_pipeline.simulate.catalogue import brands
from scout_pipeline.simulate.randomness import Integers, chances
from scout_pipeline.simulate.sales import Lines, Manners, Speech
from scout_pipeline.simulate.vocabulary import PAYMENT_METHODS, REQUEST_TYPES, SUBSTITUTION_REASONS
from scout_pipeline.simulate.world import World

TRANSCRIPT_SHARE = 0.5
TURNS_SHARE = 0.6
CREDIT = PAYMENT_METHODS.index("credit")
POINT = REQUEST_TYPES.index("point")
BRANDED = REQUEST_TYPES.index("branded")
STOCKOUT = SUBSTITUTION_REASONS.index("stockout")

Turn = tuple[str, str]


class Composer:
    """Finds words by a drawn number; every use takes some of the number away, so that choices do not move together."""

    def __init__(self, world: World) -> None:
        self.products = world.catalogue.products
        self.variants = {brand.name: brand.variants or (brand.name.lower(),) for brand in brands()}
        self.units = [phrases.UNITS.get(product.unit, product.unit) for product in self.products]

    def spoken(self, product: int, number: int) -> str:
        """The brand as people say it, or the common name of something without a brand."""
        item = self.products[product]
        if item.brand is None:
            return item.local_name
        variants = self.variants[item.brand]
        return variants[number % len(variants)]

    def request(self, request_type: int, product: int, quantity: int, number: int) -> str:
        templates = phrases.POINTINGS if request_type == POINT else phrases.REQUESTS
        item = self.products[product]
        wanted = self.spoken(product, number >> 4) if request_type == BRANDED else item.local_name
        words = phrases.NUMBERS[quantity]
        return templates[number % len(templates)].format(q=words, u=self.units[product], b=wanted)


def compose(rng: np.random.Generator, world: World, manners: Manners, first_line: Integers, lines: Lines) -> Speech:
    """Speech of about half of the sales; the others were not understood."""
    count = len(manners.customer)
    speech = Speech(*(np.full(count, None, dtype=np.object_) for _ in range(3)))
    heard = np.flatnonzero(chances(rng, count, TRANSCRIPT_SHARE))
    numbers = rng.integers(0, 2**62, len(heard))
    first = first_line[heard]
    columns = (
        heard,
        numbers,
        lines.product[first],
        lines.quantity[first],
        manners.request_type[heard],
        manners.suggestion_offered[heard],
        manners.suggestion_accepted[heard],
        np.where(manners.substitution_reason[heard] == STOCKOUT, manners.substitution_from[heard], -1),
        manners.payment_method[heard],
        chances(rng, len(heard), TURNS_SHARE),
    )
    composer = Composer(world)
    for row, number, product, quantity, request, offered, accepted, missing, payment, keeps_turns in zip(
        *(column.tolist() for column in columns), strict=True
    ):
        asked = product if missing < 0 else missing
        turns = [("cust", composer.request(request, asked, quantity, number))]
        turns += _answer(composer, product, missing, offered, accepted, number >> 12)
        turns += _ending(payment, number >> 24)
        speech.text[row] = " ".join(text for _, text in turns)
        if keeps_turns:
            speech.turns[row] = _timed(turns, number >> 32)
        if request == BRANDED:
            speech.mentions[row] = _mentions(composer, asked, number)
    return speech


def _answer(composer: Composer, product: int, missing: int, offered: int, accepted: int, number: int) -> list[Turn]:
    if missing >= 0:
        template = phrases.OUT_OF_STOCK[number % len(phrases.OUT_OF_STOCK)]
        text = template.format(a=composer.spoken(missing, number), b=composer.spoken(product, number))
        return [("owner", text), ("cust", "Sige po, yun na lang.")]
    if offered == 1:
        template = phrases.OFFERS[number % len(phrases.OFFERS)]
        replies = phrases.ACCEPTANCES if accepted == 1 else phrases.REFUSALS
        offer = template.format(b=composer.spoken(product, number >> 3))
        return [("owner", offer), ("cust", replies[number % len(replies)])]
    return [("owner", phrases.ANSWERS[number % len(phrases.ANSWERS)])]


def _ending(payment: int, number: int) -> list[Turn]:
    if payment == CREDIT:
        return [("cust", phrases.CREDIT[number % len(phrases.CREDIT)])]
    return [("cust", phrases.CLOSINGS[number % len(phrases.CLOSINGS)])] if number & 3 == 0 else []


def _timed(turns: list[Turn], number: int) -> list[dict[str, Any]]:
    step = 10 + number % 17
    return [
        {"t_seconds": place * step / 10, "speaker": speaker, "text": text}
        for place, (speaker, text) in enumerate(turns)
    ]


def _mentions(composer: Composer, product: int, number: int) -> list[dict[str, Any]] | None:
    brand = composer.products[product].brand
    if brand is None:
        return None
    variant = composer.spoken(product, number >> 4)
    return [
        {"brand_name": brand, "variant": variant, "confidence": (60 + (number >> 8) % 40) / 100, "method": "dictionary"}
    ]
