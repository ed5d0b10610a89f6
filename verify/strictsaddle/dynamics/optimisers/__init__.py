"""The optimisers by name, in the order in which tables show them."""

from __future__ import annotations

from collections.abc import Sequence

from strictsaddle.dynamics.names import NAMES, SGD, require_known
from strictsaddle.dynamics.optimisers.adam import ADAM
from strictsaddle.dynamics.optimisers.gradient_descent import GRADIENT_DESCENT
from strictsaddle.dynamics.optimisers.momentum import MOMENTUM
from strictsaddle.dynamics.optimisers.newton import NEWTON, SADDLE_FREE
from strictsaddle.dynamics.optimisers.noisy_sgd import NOISY_SGD
from strictsaddle.dynamics.optimisers.optimiser import Optimiser, Sequential
from strictsaddle.dynamics.optimisers.perturbed import PERTURBED
from strictsaddle.dynamics.optimisers.scipy_paths import LBFGS, TRUST_EXACT
from strictsaddle.dynamics.optimisers.sgd import sgd

_MADE: dict[str, Optimiser | Sequential] = {
    one.name: one
    for one in (GRADIENT_DESCENT, NOISY_SGD, PERTURBED, MOMENTUM, ADAM, LBFGS, TRUST_EXACT, NEWTON, SADDLE_FREE)
}


def optimiser(name: str, batch: int = 1) -> Optimiser | Sequential:
    """The optimiser of this name; batch: data rows a step of SGD. Raises InputError, with the names there are."""
    require_known(name)
    return sgd(batch) if name == SGD else _MADE[name]


def optimisers(names: Sequence[str] | None, rows: int, batch: int = 1) -> list[Optimiser | Sequential]:
    """Those that were named; all when None, SGD where there are data rows."""
    chosen = NAMES if names is None else tuple(dict.fromkeys(names))
    return [optimiser(name, batch) for name in chosen if names is not None or name != SGD or rows]
