"""How a question is to be answered: the options that `check`, `constants`, the command and the plugin share."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Literal, get_args

from strictsaddle.errors import InputError
from strictsaddle.execution.budget import Budget

Method = Literal["auto", "exact", "interval"]


@dataclass(frozen=True)
class Options:
    """method: the engine; auto tries the exact one first on polynomials.
    budget: seconds after which the answer is `undecided`, with what is known by then. The time in which compiled code is made, once a
        machine, does not count.
    max_boxes: the same for the boxes of a covering.
    workers: processes for coverings, all cores when left out; the answer does not depend on it.
    checkpoint: a file from which an interrupted covering goes on, and to which it writes every few seconds.
    seed: of the random starts of searches, 0 when left out, and of the primes of modular computations, which are drawn from the
        system's randomness when it is left out.

    Raises InputError for options that make no sense.
    """

    method: Method = "auto"
    budget: float | None = None
    max_boxes: int | None = None
    workers: int | None = None
    checkpoint: str | None = None
    seed: int | None = None

    def __post_init__(self) -> None:
        if self.method not in get_args(Method):
            raise InputError(
                "there is no such method",
                fragment=str(self.method),
                remedy=f"Methods are {', '.join(get_args(Method))}.",
            )
        for name in ("budget", "max_boxes", "workers"):
            value = getattr(self, name)
            if value is not None and not 0 < value < float("inf"):
                raise InputError(f"{name} is not a positive number", fragment=str(value))

    def started(self) -> Budget:
        """The budget, its clock running from now."""
        return Budget.of(self.budget, self.max_boxes)

    @property
    def processes(self) -> int:
        return self.workers or os.cpu_count() or 1

    @property
    def start(self) -> int:
        """The seed of searches, which are the same in each run."""
        return self.seed or 0
