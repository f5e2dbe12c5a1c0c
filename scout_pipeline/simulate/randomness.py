"""Random numbers that depend on the seed and on what they are for, never on the order in which work is done."""

from enum import IntEnum
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Integers: TypeAlias = npt.NDArray[np.int64]
AnyIntegers: TypeAlias = npt.NDArray[np.integer[Any]]
Codes: TypeAlias = npt.NDArray[np.int8]
Flags: TypeAlias = npt.NDArray[np.bool_]
Texts: TypeAlias = npt.NDArray[np.object_]

# The largest number that is drawn, so that adding a row's number never rounds up into the next row.
BELOW_ONE = 1 - 1e-9


class Purpose(IntEnum):
    """One stream of numbers each; a new use takes a new number, so that older files stay as they are."""

    SHOPS = 1
    HISTORY = 2
    CAMPAIGNS = 3
    TRAFFIC = 4
    DIRT = 5
    METRICS = 6
    PROMOTIONS = 7
    SHARD = 8


def generator(seed: int, purpose: Purpose, *numbers: int) -> np.random.Generator:
    """The stream of this purpose; `numbers` tell parts of it apart, such as day and block of a shard."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(int(purpose), *numbers))))


def uniform(rng: np.random.Generator, count: int) -> Floats:
    """Numbers from 0 to just below 1."""
    return np.minimum(rng.random(count), BELOW_ONE)


def chances(rng: np.random.Generator, count: int, share: float) -> Flags:
    """True for about this share."""
    return rng.random(count) < share


class Choice:
    """Draws positions by weight: row by row from a matrix of weights, in one search over all rows."""

    def __init__(self, weights: npt.ArrayLike) -> None:
        matrix = np.atleast_2d(np.asarray(weights, dtype=np.float64))
        self.width = matrix.shape[1]
        steps = np.cumsum(matrix, axis=1)
        steps /= steps[:, -1:]
        self._steps = (steps + np.arange(len(matrix))[:, None]).ravel()

    def draw(self, rng: np.random.Generator, rows: Integers) -> Integers:
        """A position for each of these rows."""
        found: Integers = np.searchsorted(self._steps, uniform(rng, len(rows)) + rows, side="right")
        found -= rows * self.width
        return found

    def draw_from_first(self, rng: np.random.Generator, count: int) -> Integers:
        """`count` positions, all from the first row."""
        return self.draw(rng, np.zeros(count, dtype=np.int64))


def ranges(starts: Integers, lengths: Integers) -> Integers:
    """start, start + 1 .. of every range, one after the other."""
    total = int(lengths.sum())
    before = np.repeat(np.cumsum(lengths) - lengths, lengths)
    return np.repeat(starts, lengths) + np.arange(total) - before


def places_in_group(groups: Integers) -> Integers:
    """0, 1, 2 .. within each run of equal numbers; equal numbers must be neighbours."""
    if not len(groups):
        return np.zeros(0, dtype=np.int64)
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    lengths = np.diff(np.r_[starts, len(groups)])
    return np.arange(len(groups)) - np.repeat(starts, lengths)
