"""Campaigns: which brand is advertised when, and which sales say that they were influenced by it."""

from dataclasses import dataclass
from datetime import date, timedelta

from scout_pipeline.simulate.arguments import Arguments
from scout_pipeline.simulate.catalogue import brands
from scout_pipeline.simulate.randomness import Purpose, generator

CAMPAIGN_TYPES = ("radio", "poster", "sampling", "text_blast", "sponsored_signage")
SEASONS = ("Tag-ulan", "Balik-eskwela", "Fiesta", "Sweldo", "Paskuhan", "Tag-init")
DAYS_PER_CAMPAIGN = 15


@dataclass(frozen=True)
class Campaign:
    """`first` and `last` are positions of simulated days, inclusive; `ends_on` is None for one without an end."""

    code: str
    name: str
    kind: str
    brand: str
    first: int
    last: int
    starts_on: date
    ends_on: date | None
    budget: int


def campaigns(arguments: Arguments) -> tuple[Campaign, ...]:
    """At least three, more for longer periods; the first runs through the whole period."""
    rng = generator(arguments.seed, Purpose.CAMPAIGNS)
    advertised = [brand.name for brand in brands() if brand.is_tbwa_client] * 2 + ["Kopiko", "Marlboro", "C2"]
    found = []
    for number in range(max(3, arguments.days // DAYS_PER_CAMPAIGN)):
        brand = advertised[int(rng.integers(len(advertised)))]
        length = int(rng.integers(5, 31))
        first = 0 if number == 0 else int(rng.integers(0, arguments.days))
        is_open = number == 0
        last = arguments.days - 1 if is_open else min(arguments.days - 1, first + length - 1)
        found.append(
            Campaign(
                code=f"CMP-{number + 1:03d}",
                name=f"{brand} {SEASONS[int(rng.integers(len(SEASONS)))]}",
                kind=CAMPAIGN_TYPES[int(rng.integers(len(CAMPAIGN_TYPES)))],
                brand=brand,
                first=first,
                last=last,
                starts_on=arguments.day(first),
                ends_on=None if is_open else arguments.day(first) + timedelta(days=length - 1),
                budget=int(rng.integers(5, 200)) * 1000,
            )
        )
    return tuple(found)
