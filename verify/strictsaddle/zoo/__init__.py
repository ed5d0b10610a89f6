"""Objectives with a name: popular ones, small ones that teach something, each with its source and what is known of it.

strictsaddle.zoo.names()                         # ("autoencoder", ...)
strictsaddle.zoo.get("tensor-eq5", {"d": 2})     # an Objective
strictsaddle.zoo.tensor_eq5(d=2)                 # the same
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from strictsaddle.errors import InputError, near_miss
from strictsaddle.objective.numbers import Number
from strictsaddle.objective.objective import Objective
from strictsaddle.zoo import classics, linear_networks, manifolds, networks, recovery, tensors
from strictsaddle.zoo.entry import Entry, Known, Parameter

__all__ = ["Entry", "Known", "Parameter", "entries", "entry", "get", "names"]

_ENTRIES: dict[str, Entry] = {
    found.name: found
    for family in (tensors, manifolds, linear_networks, networks, recovery, classics)
    for found in family.ENTRIES
}


def names() -> tuple[str, ...]:
    """The names of all entries, family by family."""
    return tuple(_ENTRIES)


def entries() -> tuple[Entry, ...]:
    """All entries, family by family."""
    return tuple(_ENTRIES.values())


def entry(name: str) -> Entry:
    """The entry called `name`. Raises InputError with the nearest name and the list of all."""
    found = _ENTRIES.get(name)
    if found is None:
        raise InputError(
            "the zoo has no objective of this name",
            fragment=name,
            remedy=f"{near_miss(name, _ENTRIES)}It has: {', '.join(_ENTRIES)}.",
        )
    return found


def get(name: str, parameters: Mapping[str, Number] | None = None) -> Objective:
    """The objective `name` at `parameters` (exact numbers; defaults for those left out).

    Raises InputError for an unknown name or parameter and for a value that is no number or out of range.
    """
    return entry(name).objective(parameters)


def __getattr__(attribute: str) -> Callable[..., Objective]:
    """`zoo.tensor_eq5(d=2)`: each entry as a function of its parameters, hyphens written as underscores."""
    name = attribute.replace("_", "-")
    if name not in _ENTRIES:
        raise AttributeError(f"strictsaddle.zoo has no {attribute!r}. {near_miss(name, _ENTRIES)}")

    def build(**parameters: Number) -> Objective:
        return get(name, parameters)

    build.__name__ = attribute
    build.__doc__ = _ENTRIES[name].summary
    return build


def __dir__() -> list[str]:
    return sorted([*globals(), *(name.replace("-", "_") for name in _ENTRIES)])
