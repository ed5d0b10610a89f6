"""What laws ask of the program, one field a question, so that a test can break one answer on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from strictsaddle.errors import EngineError, NotYetError
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Verdict
from strictsaddle.symmetry.continuous.generator import Generator
from strictsaddle.symmetry.discrete.permutation_group import SignedPermutation
from strictsaddle_properties.law import DoesNotApply

Array = NDArray[np.float64]
Constants = Mapping[str, float]  # alpha, gamma, epsilon, delta


class Enclosure(NamedTuple):
    """Intervals, as (lower, upper) arrays: value (), gradient (n,), hessian (n, n)."""

    value: tuple[Array, Array]
    gradient: tuple[Array, Array]
    hessian: tuple[Array, Array]


@dataclass(frozen=True)
class Engine:
    """`check` and `recheck`: the verdict, by the usual engine and by another one; `enclose(f, low, high)`: f and its
    derivatives over a box; `group` and `fields`: generators of the discrete and continuous symmetries;
    `holds(f, constants)`: the part definition_2 of a verdict; `step(f, w, rate)`: w after a step of descent."""

    check: Callable[[Objective], Verdict]
    recheck: Callable[[Objective], Verdict]
    enclose: Callable[[Objective, Array, Array], Enclosure]
    group: Callable[[Objective], tuple[SignedPermutation, ...]]
    fields: Callable[[Objective], tuple[Generator, ...]]
    holds: Callable[[Objective, Constants], Mapping[str, Any]]
    step: Callable[[Objective, Array, float], Array]


def standard(budget: float = 10.0, max_boxes: int | None = 200_000) -> Engine:
    """The program as it is, each check within these limits. Verdicts are remembered."""
    return Engine(
        check=_remembered("auto", budget, max_boxes),
        recheck=_remembered("interval", budget, max_boxes),
        enclose=enclosed,
        group=_group,
        fields=_fields,
        holds=_definition_2(0.2 * budget),
        step=descended,
    )


def _remembered(method: Any, budget: float, max_boxes: int | None) -> Callable[[Objective], Verdict]:
    known: dict[str, Verdict] = {}

    def check(objective: Objective) -> Verdict:
        from strictsaddle.definition_1.check import check as checked

        if objective.digest not in known:
            try:
                known[objective.digest] = checked(
                    objective, method=method, budget=budget, max_boxes=max_boxes, workers=1
                )
            except (NotYetError, EngineError) as error:
                raise DoesNotApply(str(error), undecided=isinstance(error, EngineError)) from error
        return known[objective.digest]

    return check


def enclosed(objective: Objective, low: Array, high: Array) -> Enclosure:
    """Enclosures over the box [low, high]; nan where something is undefined on it."""
    from strictsaddle.arithmetic.evaluate import evaluate_interval
    from strictsaddle.derive.derivatives import derive, upper_triangle

    n, derivation = objective.dimension, derive(objective)
    value = evaluate_interval(derivation.value_tape, [low], [high])
    both = evaluate_interval(derivation.gradient_hessian_tape, [low], [high])
    matrices = []
    for end in both:
        matrix = np.empty((n, n))
        for (i, j), entry in zip(upper_triangle(n), end[0, n:], strict=True):
            matrix[i, j] = matrix[j, i] = entry
        matrices.append(matrix)
    return Enclosure(
        (value[0][0, 0], value[1][0, 0]), (both[0][0, :n], both[1][0, :n]), (matrices[0], matrices[1])
    )  # fmt: skip


def descended(objective: Objective, point: Array, rate: float) -> Array:
    """w - rate g(w)."""
    from strictsaddle.arithmetic.evaluate import evaluate_float
    from strictsaddle.derive.derivatives import derive

    step: Array = point - rate * evaluate_float(derive(objective).gradient_tape, [point])[0]
    return step


def _group(objective: Objective) -> tuple[SignedPermutation, ...]:
    from strictsaddle.symmetry.discrete.signed_permutations import find_signed_permutations

    return find_signed_permutations(objective).generators


def _fields(objective: Objective) -> tuple[Generator, ...]:
    from strictsaddle.symmetry.continuous.fields import find_continuous

    return find_continuous(objective, on_domain=False).generators


def _definition_2(budget: float) -> Callable[[Objective, Constants], Mapping[str, Any]]:
    known: dict[tuple[str, ...], Mapping[str, Any]] = {}

    def holds(objective: Objective, constants: Constants) -> Mapping[str, Any]:
        import strictsaddle

        certify = getattr(strictsaddle, "constants", None)
        if certify is None:
            raise DoesNotApply("this version does not certify the constants of Definition 2", undecided=True)
        key = (objective.digest, *(f"{name}={constants[name]!r}" for name in sorted(constants)))
        if key not in known:
            try:
                known[key] = certify(objective, **constants, budget=budget).to_dict()["definition_2"]
            except (NotYetError, EngineError) as error:
                raise DoesNotApply(str(error), undecided=isinstance(error, EngineError)) from error
        return known[key]

    return holds
