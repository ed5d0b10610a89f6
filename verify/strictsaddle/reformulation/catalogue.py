"""The catalogue: what may be added to an objective, when that can help, and what is known about it.

Theorem A (own ridge). Let J be C^2 on R^n. For almost every lambda in R^n all stationary points of J + sum lambda_i w_i^2 are
nondegenerate. Theorem B (tilt). For almost every a those of J + <a, w> are.
Theorem C (Morse-Bott). Let M be a manifold of minima of J with H > 0 normal to it, R Morse on M. For small e > 0 there is near a compact
part of M one stationary point of J + e R for each of R on M, nondegenerate and of its index.

The proofs stand in docs/reformulation.md. They say where it is worth to look; each candidate is certified by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from strictsaddle.errors import InputError, StrictSaddleError
from strictsaddle.formula.graph import Graph, Op
from strictsaddle.formula.printing import formula
from strictsaddle.networks.network import build
from strictsaddle.objective.domain import spheres
from strictsaddle.objective.layers import POWERS
from strictsaddle.objective.objective import Objective
from strictsaddle.reformulation import penalties
from strictsaddle.reformulation.diagnosis import Diagnosis
from strictsaddle.reformulation.records import Cause

MOST_TEXT = 100_000
RIDGES = ("1/1000", "1/100", "1/10")
BALANCES = ("1/100", "1/8", "1/2")
TILTS = ("1/1000", "1/50", "1/10")
SHARP = ("4", "20")  # of a smooth function in the place of a kink

Build = Callable[[Diagnosis, Fraction], Objective | None]


@dataclass(frozen=True)
class Modification:
    """One row of the catalogue. `build` makes the modified objective at a strength, None where the row does not suit; `strengths`: from the
    smallest, of which the first certified ones are kept; `zero_bias`: whether minimisers of J stay minimisers, where it works; `helps`: the
    causes that it is for; `reason`: why it works."""

    name: str
    words: str
    strengths: tuple[str, ...]
    zero_bias: bool
    helps: frozenset[Cause]
    build: Build
    reason: str


def text_of(objective: Objective) -> str:
    """The formula as text that can be read again. Raises InputError where it is too long for that."""
    if objective.network is None and objective.parameters:
        return objective.expression
    found = formula(objective.graph, objective.node, objective.variables, MOST_TEXT)
    if found is None:
        raise InputError("the formula is too long to be written down with something added to it", where="reformulate",
                         remedy="Ridges can be added to a network by its own key.")  # fmt: skip
    return found


def added(objective: Objective, *terms: tuple[str, Fraction, str]) -> Objective | None:
    """The objective plus sum of strength times penalty: terms of a name for the strength, its value, and the penalty's text; None where a
    penalty is empty."""
    if any(not penalty for _, _, penalty in terms):
        return None
    taken = {*objective.variables, *objective.parameters}
    values = dict(objective.parameters) if objective.network is None else {}
    parts = [f"({text_of(objective)})"]
    for wanted, value, penalty in terms:
        name = wanted
        while name in taken:
            name += "_"
        taken.add(name)
        values[name] = value
        parts.append(f"{name}*({penalty})")
    return Objective(f"{objective.name}, modified", objective.variables, " + ".join(parts), values, objective.domain,
                     source=objective.source, data=objective.rows)  # fmt: skip


def with_ridges(objective: Objective, values: Sequence[Fraction]) -> Objective:
    """A network with these ridges beside its own."""
    assert objective.network is not None
    network = replace(
        objective.network, ridge=tuple(a + b for a, b in zip(objective.network.ridge, values, strict=True))
    )
    return build(network, f"{objective.name}, modified", objective.domain, source=objective.source)


def _own_ridge(found: Diagnosis, strength: Fraction) -> Objective | None:
    factors = penalties.own_factors(found.objective.dimension)
    if found.objective.network is not None:
        return with_ridges(found.objective, [strength * c for c in factors])
    return added(found.objective, ("ridge", strength, penalties.own_ridge(found.objective.variables)))


def _equal_ridge(found: Diagnosis, strength: Fraction) -> Objective | None:
    if found.objective.network is not None:
        return with_ridges(found.objective, [strength] * found.objective.dimension)
    return added(found.objective, ("ridge", strength, penalties.equal_ridge(found.objective.variables)))


def _layer_ridge(found: Diagnosis, strength: Fraction) -> Objective | None:
    network = found.objective.network
    if network is None or network.layers < 2:
        return None
    return with_ridges(found.objective, [strength * c for c in penalties.layer_factors(network)])


def _moments(found: Diagnosis) -> str:
    return penalties.moments([field.matrix for field in found.symmetry.fields.linear], found.objective.variables)


def _gauge(found: Diagnosis) -> str:
    return penalties.gauge([field.matrix for field in found.symmetry.fields.linear], found.objective.variables)


def _orthogonality(found: Diagnosis) -> str:
    network = found.objective.network
    suits = network is not None and network.layers == 2 and network.widths[1] > 1 and "orbit" in found.causes
    return penalties.orthogonality(network) if suits and network is not None else ""


def _balance(found: Diagnosis, strength: Fraction) -> Objective | None:
    return added(found.objective, ("balance", strength, _moments(found)))


def _fixed_gauge(found: Diagnosis, strength: Fraction) -> Objective | None:
    return added(found.objective, ("gauge", strength, _gauge(found)))


def _balance_and_orthogonality(found: Diagnosis, strength: Fraction) -> Objective | None:
    return added(
        found.objective, ("balance", strength, _moments(found)), ("orthogonality", strength, _orthogonality(found))
    )


def _balance_and_gauge(found: Diagnosis, strength: Fraction) -> Objective | None:
    return added(found.objective, ("balance", strength, _moments(found)), ("gauge", strength, _gauge(found)))


def _balance_and_tilt(found: Diagnosis, strength: Fraction) -> Objective | None:
    tilt = penalties.tilt(found.objective.variables)
    return added(found.objective, ("balance", Fraction(1, 8), _moments(found)), ("tilt", strength, tilt))


def _balance_and_ridge(found: Diagnosis, strength: Fraction) -> Objective | None:
    ridge = penalties.own_ridge(found.objective.variables)
    return added(found.objective, ("balance", Fraction(1, 8), _moments(found)), ("ridge", strength, ridge))


def _tilt(found: Diagnosis, strength: Fraction) -> Objective | None:
    return added(found.objective, ("tilt", strength, penalties.tilt(found.objective.variables)))


def _ridge_and_tilt(found: Diagnosis, strength: Fraction) -> Objective | None:
    names = found.objective.variables
    return added(
        found.objective, ("ridge", strength, penalties.own_ridge(names)), ("tilt", strength / 4, penalties.tilt(names))
    )


def _local_tilt(found: Diagnosis, strength: Fraction) -> Objective | None:
    stationary, answer = found.verdict.stationary, found.verdict.definition_1
    degenerate = [point.point for point in stationary.isolated if point.kind.startswith("degenerate")]
    if not degenerate and answer.witness is not None and not answer.witness.dimension:
        degenerate = [answer.witness.point]
    if not degenerate or stationary.continua:
        return None
    points = [
        [Fraction(0.5 * (side.low + side.high)).limit_denominator(1000) for side in point] for point in degenerate
    ]
    others = [[0.5 * (side.low + side.high) for side in point.point] for point in stationary.isolated]
    apart = [max(abs(float(a) - b) for a, b in zip(p, q, strict=True)) for p in points for q in others]
    nearest = min((d for d in apart if d > 1e-3), default=1.0)
    radius = Fraction(nearest / 3).limit_denominator(16) or Fraction(1, 16)
    return added(found.objective, ("tilt", strength, penalties.local_tilt(found.objective.variables, points, radius)))


def _unit_norm(found: Diagnosis, strength: Fraction) -> Objective | None:
    network = found.objective.network
    if (
        network is None
        or network.layers != 2
        or network.activations[0] not in POWERS
        or not found.objective.domain.everything
    ):
        return None
    names, units = network.variables, network.units(1)
    groups = [[names[k] for k in network.incoming(1, unit)] for unit in units]
    if min(map(len, groups)) < 2:
        return None
    outer = [names[k] for k in network.output_parameters]
    made = added(found.objective, ("ridge", strength, penalties.own_ridge(outer)))
    return None if made is None else made.on(spheres(groups, made.variables))


def _smooth(found: Diagnosis, strength: Fraction) -> Objective | None:
    objective = found.objective
    kinks = {Op.RELU, Op.ABS}
    graph = objective.graph
    if not any(graph.ops[k] in kinks for k in graph.reachable([objective.node])):
        return None
    made = Graph()
    node = smoothed(objective, made, strength)
    text = formula(made, node, objective.variables, MOST_TEXT)
    if text is None:
        return None
    plain = Objective(objective.name, objective.variables, text, {}, objective.domain, source=objective.source)
    return added(plain, ("ridge", Fraction(1, 100), penalties.own_ridge(objective.variables)))


def smoothed(objective: Objective, into: Graph, sharp: Fraction) -> int:
    """The formula with softplus(b x)/b for relu(x), and the sum of those of x and -x for |x|."""
    b = into.constant(sharp)

    def soft(op: Op, operand: int) -> int | None:
        if op not in (Op.RELU, Op.ABS):
            return None
        scaled = into.mul(b, operand)
        sides = [scaled] if op is Op.RELU else [scaled, into.neg(scaled)]
        return into.div(into.total(into.unary(Op.SOFTPLUS, side) for side in sides), b)

    return objective.graph.mapped([objective.node], into, into.variable, unary=soft)[0]


_ALL: frozenset[Cause] = frozenset(
    {"orbit", "interpolation", "dead_unit", "continuum", "degenerate_point", "no_minimiser", "undecided"}
)
_MOVED: frozenset[Cause] = frozenset({"orbit"})
_POINTS: frozenset[Cause] = frozenset({"degenerate_point", "undecided", "orbit"})

CATALOGUE: tuple[Modification, ...] = (
    Modification("balance", "the squares of the moments of the scaling symmetry", BALANCES, True, _MOVED, _balance,
                 "it is 0 where layers are balanced, which every scaling orbit of a minimiser passes"),
    Modification("gauge", "the squares of coordinates that a rotation can make 0", BALANCES, True, _MOVED, _fixed_gauge,
                 "it is 0 at some point of each orbit of rotations"),
    Modification("balance and orthogonality", "balance, and inner products of the units' weights", BALANCES, True, _MOVED,
                 _balance_and_orthogonality, "balance leaves rotations of the units, which orthogonal units are pinned by"),
    Modification("balance and gauge", "balance, and coordinates that a rotation can make 0", BALANCES, True, _MOVED, _balance_and_gauge,
                 "balance leaves rotations, which the gauge pins"),
    Modification("balance and ridge", "balance 1/8, and a small ridge of its own for each unknown", RIDGES, False, _MOVED,
                 _balance_and_ridge, "the ridge mends what balance leaves (Theorem A)"),
    Modification("balance and tilt", "balance 1/8, and a small linear term", TILTS, False, _MOVED, _balance_and_tilt,
                 "the tilt mends isolated degenerate points that balance leaves (Theorem B)"),
    Modification("own ridge", "a ridge of its own for each unknown", RIDGES, False, _ALL, _own_ridge,
                 "for almost every choice of ridges no stationary point is degenerate (Theorem A)"),
    Modification("layer ridge", "a ridge for each layer", RIDGES, False, _ALL, _layer_ridge,
                 "it suffices where no continuous symmetry keeps the layers' norms"),
    Modification("equal ridge", "one ridge for all unknowns", RIDGES, False, _ALL, _equal_ridge,
                 "it suffices where no continuous symmetry keeps the norm"),
    Modification("ridge and tilt", "a ridge of its own for each unknown, and a quarter of it as a tilt", RIDGES, False, _POINTS,
                 _ridge_and_tilt, "a tilt takes away the spurious minima that a ridge makes at degenerate saddles"),
    Modification("tilt", "a linear term", TILTS, False, _POINTS, _tilt,
                 "for almost every slope no stationary point is degenerate (Theorem B)"),
    Modification("local tilt", "a linear term near each degenerate point, fading out as a Gaussian does", TILTS, False, _POINTS,
                 _local_tilt, "a slope at a degenerate saddle leaves it no stationary point, and far from it nothing changes"),
    Modification("unit norm", "each unit's incoming weights on a unit sphere, and a ridge on the output layer", RIDGES, False,
                 frozenset({"orbit", "interpolation", "dead_unit"}), _unit_norm,
                 "the scale of a homogeneous unit is its output weight's alone"),
    Modification("smooth", "softplus(b x)/b in the place of relu(x), and a ridge of 1/100 for each unknown", SHARP, False,
                 frozenset({"not_smooth"}), _smooth,
                 "the smooth objective is twice differentiable (and another one, by at most log(2)/b a unit)"),
)  # fmt: skip


def named(names: Sequence[str] | None) -> tuple[Modification, ...]:
    """The rows of these names, all when left out. Raises InputError for others."""
    if names is None:
        return CATALOGUE
    known = {row.name: row for row in CATALOGUE}
    for name in names:
        if name not in known:
            raise InputError("there is no such modification", where="--modification", fragment=name,
                             remedy=f"The catalogue has: {', '.join(known)}.")  # fmt: skip
    return tuple(known[name] for name in names)


def suitable(
    found: Diagnosis, rows: Sequence[Modification], asked: bool
) -> Iterator[tuple[Modification, Fraction, Objective]]:
    """Modified objectives to try, for each row from its smallest strength; asked: whether the rows were named, so that they are tried
    whatever the causes are."""
    for row in rows:
        if not asked and not (row.helps & set(found.causes)):
            continue
        for text in row.strengths:
            try:
                made = row.build(found, Fraction(text))
            except StrictSaddleError:  # too long to be written down, or not read again
                break
            if made is None:
                break
            yield row, Fraction(text), made
