"""Laws of Definition 2: what is claimed for all points holds at sampled ones, and weaker constants hold too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle_properties.engine import Array, Constants, Engine
from strictsaddle_properties.law import Broken, DoesNotApply, law
from strictsaddle_properties.laws.points import complete_list

MARGIN = 1e-9


@law("where constants are proved, sampled points obey one of the three alternatives", "constants", slow=True)
def trichotomy(engine: Engine, objective: Objective, case: tuple[Constants, int]) -> None:
    constants, seed = case
    if isinstance(objective.domain, Spheres):
        raise DoesNotApply("the domain is curved")
    claim = engine.holds(objective, constants)
    if claim["verdict"] == "undecided":
        raise DoesNotApply("these constants are not decided", undecided=True)
    if claim["verdict"] == "fails":
        _require_witness(engine, objective, constants, claim)
        return
    verdict = complete_list(engine, objective)
    minima = [np.array(p.point).mean(axis=1) for p in verdict.stationary.isolated if p.kind == "local_minimum"]
    random = np.random.default_rng(seed)
    centres = [np.array(p.point).mean(axis=1) for p in verdict.stationary.isolated] or [np.zeros(objective.dimension)]
    for centre in centres:
        for radius in (0.5 * constants["delta"], 1.5 * constants["delta"], 0.3, 1.0, 3.0):
            point = centre + radius * random.standard_normal(objective.dimension)
            fault = violation(engine, objective, constants, minima, point)
            if claim.get("scope") == "global" and fault is not None:
                raise Broken(f"the constants {dict(constants)} are proved, and at {point.tolist()} {fault}")


def _require_witness(engine: Engine, objective: Objective, constants: Constants, claim: Mapping[str, Any]) -> None:
    """Raise Broken where the witness against the constants has a large gradient or curves down enough. Whether
    H >= alpha fails near a minimum is not asked: sampling finds no small part of a ball."""
    witness = claim.get("witness")
    if not witness:
        raise Broken(f"the constants {dict(constants)} are refuted without a witness")
    point = np.array([np.mean(entry) for entry in witness["point"]], dtype=float)
    gradient, hessian = _derivatives(engine, objective, point)
    size, least = float(np.linalg.norm(gradient)), float(np.linalg.eigvalsh(hessian)[0])
    slack = MARGIN * (1 + float(np.linalg.norm(hessian)))
    if size - slack > constants["epsilon"] or least + slack < -constants["gamma"]:
        raise Broken(
            f"at the witness {point.tolist()} against {dict(constants)} the gradient is {size}, "
            f"the least eigenvalue {least}"
        )


def violation(
    engine: Engine, objective: Objective, constants: Constants, minima: list[Array], point: Array
) -> str | None:
    """Which of the alternatives fail at `point`, in words, when all do by more than MARGIN; else None."""
    gradient, hessian = _derivatives(engine, objective, point)
    if not np.all(np.isfinite(hessian)):
        return None
    size, least = float(np.linalg.norm(gradient)), float(np.linalg.eigvalsh(hessian)[0])
    slack = MARGIN * (1 + float(np.linalg.norm(hessian)))
    if size + slack >= constants["epsilon"] or least - slack <= -constants["gamma"]:
        return None
    near = [centre for centre in minima if np.linalg.norm(point - centre) <= constants["delta"] * (1 + MARGIN)]
    if not near:
        return f"the gradient is {size}, the least eigenvalue {least}, and no minimum is within {constants['delta']}"
    random = np.random.default_rng(0)
    faults = []
    for centre in near:
        for _ in range(20):
            direction = random.standard_normal(len(point))
            other = centre + 2 * constants["delta"] * random.uniform() * direction / np.linalg.norm(direction)
            around = _derivatives(engine, objective, other)[1]
            if np.linalg.eigvalsh(around)[0] < constants["alpha"] - slack:
                faults.append(other)
                break
    if len(faults) < len(near):
        return None
    return f"the gradient is {size}, the least eigenvalue {least}, and H >= alpha fails at {faults[0].tolist()}"


def _derivatives(engine: Engine, objective: Objective, point: Array) -> tuple[Array, Array]:
    at = engine.enclose(objective, point, point)
    return 0.5 * (at.gradient[0] + at.gradient[1]), 0.5 * (at.hessian[0] + at.hessian[1])


@law("where constants hold, smaller alpha, gamma and epsilon hold too", "smaller", slow=True)
def monotonicity(engine: Engine, objective: Objective, case: tuple[Constants, Constants]) -> None:
    larger, smaller = case
    stronger, weaker = engine.holds(objective, larger), engine.holds(objective, smaller)
    if "undecided" in (stronger["verdict"], weaker["verdict"]):
        raise DoesNotApply("one of the two is not decided", undecided=True)
    if stronger["verdict"] == "holds" and weaker["verdict"] == "fails":
        raise Broken(f"{dict(larger)} hold, and the weaker {dict(smaller)} fail")
