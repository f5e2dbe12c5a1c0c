"""Figures of groups as exact numbers: money from whole centavos, averages to four decimals as PostgreSQL rounds."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

import pandas as pd

Number = int | Decimal | Fraction
# The key of a row and its figures; what an independent computation and a gold table are compared as.
Figures = dict[tuple[Any, ...], tuple[Any, ...]]


def pesos(centavos: int) -> Decimal:
    return Decimal(int(centavos)).scaleb(-2)


def exact(number: float) -> Decimal:
    """Units: multiples of 0.25, which a float holds exactly."""
    return Decimal(float(number))


def to_four(numerator: Number, denominator: Number = 1) -> Decimal:
    """The quotient to four decimals, halves away from zero."""
    quotient = Fraction(numerator) / Fraction(denominator)
    scaled = Decimal(quotient.numerator * 10_000) / Decimal(quotient.denominator)
    return scaled.quantize(Decimal(1), ROUND_HALF_UP).scaleb(-4)


def total(numbers: Iterable[Number]) -> Fraction:
    return sum((Fraction(number) for number in numbers), Fraction(0))


def rows(grouped: pd.DataFrame) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """The key and the named figures of each group."""
    keys: list[Any] = grouped.index.tolist()
    for key, row in zip(keys, grouped.itertuples(index=False), strict=True):
        yield key if isinstance(key, tuple) else (key,), row
