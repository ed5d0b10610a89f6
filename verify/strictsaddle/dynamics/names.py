"""The names of the optimisers, by themselves, as the modules that run them need JAX."""

from __future__ import annotations

from strictsaddle.errors import choice

SGD = "sgd"
NAMES = ("gd", SGD, "noisy-sgd", "pgd", "momentum", "adam", "lbfgs", "trust-exact", "newton", "saddle-free")


def require_known(name: str) -> None:
    """Raise InputError, with the names there are, for another one."""
    choice(name, NAMES, "optimiser")
