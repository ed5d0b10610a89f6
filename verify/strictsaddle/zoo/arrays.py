"""Arrays of exact numbers from a user's file: .npy, or .json with nested lists of numbers or of texts such as "3/5"."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from strictsaddle.errors import InputError
from strictsaddle.objective.numbers import exact
from strictsaddle.reading.text import contents, nearest_file

Entries = Mapping[tuple[int, ...], Fraction]
SUFFIXES = (".json", ".npy")


def array(path: str, dimensions: int) -> tuple[tuple[int, ...], Entries]:
    """Shape and entries of an array with so many dimensions; a float stands for the shortest decimal that prints as it.

    Raises InputError for what is no such file, with the place inside it.
    """
    file = Path(path)
    if file.suffix.lower() not in SUFFIXES or not file.exists():
        raise InputError(
            "there is no such file" if file.suffix.lower() in SUFFIXES else "neither a .json nor a .npy file",
            where=path, remedy=nearest_file(file) + "Give the path of a .json or .npy file that holds the numbers.",
        )  # fmt: skip
    nested = _npy(file) if file.suffix.lower() == ".npy" else _json(file)
    shape: list[int] = []
    level = nested
    while isinstance(level, list) and level:
        shape.append(len(level))
        level = level[0]
    if len(shape) != dimensions:
        wanted = (
            "one vector a row, [[...], [...]]"
            if dimensions == 2
            else "d x d x d x d numbers, [[[[...], ...], ...], ...]"
        )
        raise InputError(
            f"an array with {len(shape)} ind{'ex' if len(shape) == 1 else 'ices'}, not {dimensions}", where=path,
            remedy=f"The file must hold {wanted}.",
        )  # fmt: skip
    return tuple(shape), dict(_entries(nested, tuple(shape), (), path))


def _entries(
    nested: Any, shape: tuple[int, ...], place: tuple[int, ...], path: str
) -> Iterator[tuple[tuple[int, ...], Fraction]]:
    here = path + ", entry " + str([k + 1 for k in place]) if place else path
    if len(place) == len(shape):
        try:
            yield place, exact(nested)
        except InputError as error:
            raise error.at(here) from None
        return
    if not isinstance(nested, list) or len(nested) != shape[len(place)]:
        raise InputError(f"a list of {shape[len(place)]} is wanted here", where=here, fragment=str(nested))
    for k, inner in enumerate(nested):
        yield from _entries(inner, shape, (*place, k), path)


def _npy(file: Path) -> Any:
    import numpy as np

    try:
        found = np.load(file, allow_pickle=False)
    except (OSError, ValueError) as error:
        raise InputError("NumPy cannot read this file", where=str(file), fragment=str(error)) from None
    if not isinstance(found, np.ndarray) or found.dtype.kind not in "iuf":
        raise InputError("no array of real numbers", where=str(file))
    return found.tolist()


def _json(file: Path) -> Any:
    import json

    try:
        return json.loads(contents(file), parse_float=str)
    except (ValueError, RecursionError) as error:
        raise InputError("this is not JSON", where=str(file), fragment=str(error)) from None


def symmetric_tensor(path: str) -> tuple[int, Entries]:
    """The dimension d and the entries of a symmetric tensor of order four.

    Raises InputError when it is not symmetric, exactly, with the pair of entries that differ most.
    """
    shape, entries = array(path, 4)
    if len(set(shape)) != 1 or shape[0] < 2:
        raise InputError(f"a tensor of shape {shape}, not d x d x d x d with d from 2 on", where=path)
    worst, pair = Fraction(0), ((0, 0, 0, 0), (0, 0, 0, 0))
    for place, value in entries.items():
        first = tuple(sorted(place))
        if abs(value - entries[first]) > abs(worst):
            worst, pair = value - entries[first], (place, first)  # type: ignore[assignment]
    if worst:
        a, b = ([k + 1 for k in place] for place in pair)
        raise InputError(
            "the tensor is not symmetric", where=path,
            fragment=f"{entries[pair[0]]} at {a}, {entries[pair[1]]} at {b}",
            remedy="An entry must not depend on the order of its indices; average over the orders first.",
        )  # fmt: skip
    return shape[0], entries


def multiplicity(indices: tuple[int, ...]) -> int:
    """In how many different orders the indices can be written."""
    return len(set(itertools.permutations(indices)))
