"""Proves whether an optimisation objective is strict-saddle, and says where it is not.

import strictsaddle as ss
objective = ss.Objective("double-well", variables="x y", expression="x**4/4 - x**2/2 + y**2/2")
verdict = ss.check(objective)
"""

from typing import TYPE_CHECKING, Any

from strictsaddle.version import __version__

if TYPE_CHECKING:
    from strictsaddle import zoo
    from strictsaddle.definition_1.check import check, check_events
    from strictsaddle.definition_2.constants import constants
    from strictsaddle.dynamics import escape
    from strictsaddle.execution.options import Options
    from strictsaddle.families import check_all, sweep
    from strictsaddle.loading import load
    from strictsaddle.networks.network import network
    from strictsaddle.objective.domain import Box, Equalities, Euclidean, Spheres
    from strictsaddle.objective.objective import Objective
    from strictsaddle.records.verdict import Verdict
    from strictsaddle.reformulation import reformulate
    from strictsaddle.symmetry import symmetries
    from strictsaddle_proofs import verify

__all__ = [
    "Box", "Equalities", "Euclidean", "Objective", "Options", "Spheres", "Verdict", "__version__", "check", "check_all",
    "check_events", "constants", "escape", "load", "network", "reformulate", "sweep", "symmetries", "verify", "zoo",
]  # fmt: skip

# Imported when first used: SymPy, NumPy and the compiled kernels take longer to load than most commands to run.
_HOMES = {
    "Box": "objective.domain", "Equalities": "objective.domain", "Euclidean": "objective.domain", "Objective": "objective.objective",
    "Spheres": "objective.domain",
    "Verdict": "records.verdict", "check": "definition_1.check", "check_events": "definition_1.check", "load": "loading",
    "network": "networks.network",
    "symmetries": "symmetry", "constants": "definition_2.constants", "sweep": "families",
    "check_all": "families", "escape": "dynamics", "reformulate": "reformulation", "Options": "execution.options",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    from importlib import import_module

    if name == "zoo":
        return import_module("strictsaddle.zoo")
    if name == "verify":
        return import_module("strictsaddle_proofs").verify
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
