"""Why an objective is not strict-saddle, by what its verdict and its structure show."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Verdict
from strictsaddle.reformulation.records import Cause
from strictsaddle.symmetry.known import KnownSymmetries

ZERO = 1e-9  # a coordinate of a witness is looked upon as 0: this chooses what is tried, and proves nothing
MENDED: dict[str, str] = {
    "none": "It is strict-saddle as it stands; nothing has to be modified.",
    "orbit": "A continuous symmetry carries each stationary point that it moves along a curve or surface of equal ones, "
    "along which the Hessian is 0. "
    "What is added breaks the symmetry, or pins one point of each orbit.",
    "interpolation": "The loss is 0 on a whole set of parameters, since there are more parameters than there are "
    "equations to be met. What is added picks "
    "single points of that set.",
    "dead_unit": "A hidden unit with output weight 0 leaves its own weights free: nothing depends on them. A ridge, or a "
    "norm that is fixed, takes that "
    "freedom away.",
    "continuum": "Stationary points come in curves or surfaces, along which the Hessian is 0. What is added picks single points of them.",
    "degenerate_point": "At an isolated stationary point the Hessian is singular without a negative curvature, so that "
    "only terms of third order or higher "
    "lead away from it, or none. What is added moves an eigenvalue off 0, or takes the point away.",
    "no_minimiser": "The infimum is not attained: the objective falls for ever in some direction, and minimisation does "
    "not end. A ridge makes a minimiser "
    "exist.",
    "not_smooth": "The objective is not twice differentiable, so that Definition 1 does not apply. A smooth function in "
    "the place of the kink makes it apply.",
    "undecided": "Whether it is strict-saddle was not decided in the time that there was; modifications were tried all the same.",
}


@dataclass(frozen=True)
class Diagnosis:
    """The causes, the gravest first, and what was found on the way."""

    objective: Objective
    verdict: Verdict
    symmetry: KnownSymmetries
    causes: tuple[Cause, ...]

    @property
    def words(self) -> str:
        """A paragraph: what fails, and what would help."""
        reason = self.verdict.definition_1.reason
        first = "" if self.verdict.definition_1.verdict == "strict_saddle" else f"{reason[:1].upper()}{reason[1:]}. "
        return first + " ".join(MENDED[cause] for cause in self.causes)


def diagnose(objective: Objective, verdict: Verdict, symmetry: KnownSymmetries) -> Diagnosis:
    """The causes that apply to an objective with this verdict."""
    causes: list[Cause] = []
    if objective.graph.has_kinks(objective.node):
        causes.append("not_smooth")
    least = verdict.minimum
    if least is not None and (least.attained is False or least.bounded_below is False):
        causes.append("no_minimiser")
    if symmetry.fields.dimension:
        causes.append("orbit")
    if verdict.definition_1.verdict == "not_strict_saddle":
        causes += _of_witness(objective, verdict, bool(symmetry.fields.dimension))
    if not causes:
        causes.append("none" if verdict.definition_1.verdict == "strict_saddle" else "undecided")
    return Diagnosis(objective, verdict, symmetry, tuple(dict.fromkeys(causes)))


def _of_witness(objective: Objective, verdict: Verdict, moved: bool) -> list[Cause]:
    """What the refuting point shows."""
    witness = verdict.definition_1.witness
    if witness is None:
        return []
    found: list[Cause] = []
    middle = [0.5 * (side.low + side.high) for side in witness.point]
    network = objective.network
    if network is not None:
        if network.loss == "squared" and not any(network.ridge) and _value(objective, middle) < ZERO:
            found.append("interpolation")
        units = [(layer, unit) for layer in range(1, network.layers) for unit in network.units(layer)]
        if any(all(abs(middle[k]) < ZERO for k in network.outgoing(layer, unit)) for layer, unit in units):
            found.append("dead_unit")
    continua = bool(witness.dimension) or bool(verdict.stationary.continua)
    if continua and not moved and not found:
        found.append("continuum")
    at_rest = witness.coordinates is not None and not any(Fraction(c) for c in witness.coordinates)
    if not continua or (moved and at_rest):  # a symmetry that fixes the point does not explain it
        found.append("degenerate_point")
    return found


def _value(objective: Objective, point: list[float]) -> float:
    from strictsaddle.arithmetic.evaluate import evaluate_float
    from strictsaddle.derive.derivatives import derive

    return float(evaluate_float(derive(objective).value_tape, [point])[0, 0])
