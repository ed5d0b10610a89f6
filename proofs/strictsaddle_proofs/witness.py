"""A stationary point at which the Hessian is singular without a negative eigenvalue: it refutes Definition 1.

No enclosure proves "= 0"; each way brings its zeros from an identity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

from flint import arb, arb_mat

from strictsaddle_proofs.algebraic import System
from strictsaddle_proofs.balls import Derivatives, ball, evaluate, inertia, precision, refined
from strictsaddle_proofs.errors import Refused, Unchecked, require
from strictsaddle_proofs.expression import Formulas, copied
from strictsaddle_proofs.network import rational
from strictsaddle_proofs.objective import Objective
from strictsaddle_proofs.points import PRECISIONS, rational_inertia
from strictsaddle_proofs.polynomials import FieldPoint
from strictsaddle_proofs.symmetry import along, field


def check(objective: Objective, proof: dict[str, Any]) -> tuple[str, list[Any]]:
    """The weakest kind of proof that it takes, "exact" or "interval", and balls around the point. Raises Refused or Unchecked."""
    kind = proof.get("kind")
    if kind == "rational":
        return "exact", rational_point(objective, proof)
    if kind == "field":
        return "exact", field_point(objective, proof)
    require(not objective.groups, "a kind of witness that is not for spheres", "witness")
    ways = {"free": free_coordinates, "orbit": orbit, "squares": squares, "split": split_unit}
    if kind not in ways:
        raise Unchecked(f"a kind of witness that is not known here: {kind!r}")
    for bits in PRECISIONS:
        with precision(bits):
            point = ways[str(kind)](objective, proof)
            if point is not None:
                require(objective.is_defined(point), "the formula is not defined there", "witness")
                require(objective.contains(point) is True, "the point is not proved to be in the domain", "witness")
                return "interval", point
    raise Refused("no proof that the Hessian is positive definite beside the kernel that is known", "witness")


def rational_point(objective: Objective, proof: dict[str, Any]) -> list[Any]:
    """g = 0 and the characteristic polynomial of H, in exact rationals."""
    require(not objective.groups, "on spheres a point comes with its multipliers", "witness")
    given: Any = proof.get("point")
    require(isinstance(given, list) and len(given) == objective.dimension, "not a point", "witness")
    point = [rational(x, "witness") for x in given]
    derivatives, n = objective.derivatives, objective.dimension
    require(objective.is_zero(derivatives.gradient, point), "the gradient is not 0", "witness")
    rows = [objective.values(row, point) for row in derivatives.hessian]
    require(all(x is not None for row in rows for x in row), "the Hessian is not rational", "witness")
    negative, zero, _ = rational_inertia([[x for x in row if x is not None] for row in rows])
    require(negative == 0 and zero > 0, f"{negative} negative and {zero} zero eigenvalues refute nothing", "witness")
    balls = [ball(x) for x in point]
    require(objective.is_defined(balls) and len(rows) == n, "the formula is not defined there", "witness")
    require(objective.contains_exactly(point), "the point is not in the domain", "witness")
    return balls


def field_point(objective: Objective, proof: dict[str, Any]) -> list[Any]:
    """The same over a number field, at one real root; on spheres with the multipliers first."""
    system = System.of(objective)
    with precision(PRECISIONS[1]):
        point = FieldPoint.of(proof.get("point"), system.n)
        require(all(point.value(g).is_zero() for g in system.gradient), "the gradient is not 0", "witness")
        real = [root for root in point.roots if root.imag == 0]
        number = proof.get("root")
        require(type(number) is int and 0 <= number < len(real), "not a real root", "witness")
        root = sorted((x.real for x in real), key=lambda x: float(x.mid()))[int(number or 0)]
        negative, zero, _ = point.inertia(point.characteristic(system.hessian), root)
        negative -= system.multipliers
        require(
            negative == 0 and zero > 0, f"{negative} negative and {zero} zero eigenvalues refute nothing", "witness"
        )
        balls = [point.embedded(x, root) for x in point.coordinates][system.multipliers :]
        require(objective.is_defined(balls), "the formula is not defined there", "witness")
    require(objective.contains(balls) is True, "the point is not proved to be in the domain", "witness")
    return balls


def free_coordinates(objective: Objective, proof: dict[str, Any]) -> list[Any] | None:
    """With some coordinates at rational values (`fixed`, {number: value}) no component of the gradient contains those that are `free`:
    the point moves along them over stationary points, so their unit vectors are in the kernel. The other unknowns solve as many
    equations; the other components vanish by their form."""
    n, formulas, derivatives = objective.dimension, objective.formulas, objective.derivatives
    fixed = {k: rational(x, "witness") for k, x in _numbered(proof.get("fixed"), n)}
    free = {k: rational(x, "witness") for k, x in _numbered(proof.get("free"), n)}
    require(free and not fixed.keys() & free.keys(), "no free coordinate", "witness")
    images = {k: formulas.constant(x) for k, x in fixed.items()}
    nodes = formulas.substituted(derivatives.gradient, images)
    present = {formulas.nodes[k][1] for k in formulas.reachable(nodes) if formulas.nodes[k][0] == "variable"}
    require(not present & free.keys(), "the gradient depends on a free coordinate", "witness")
    equations = [node for node in nodes if formulas.value(node) != 0]
    unknowns = [k for k in range(n) if k not in fixed and k not in free]
    require(len(equations) == len(unknowns), "not as many equations as unknowns", "witness")
    solved = _solved(formulas, equations, unknowns, _start(proof, n))
    if solved is None:
        return None
    point = [ball(fixed.get(k, free.get(k, Fraction(0)))) for k in range(n)]
    for k, x in zip(unknowns, solved, strict=True):
        point[k] = x
    kernel = [[arb(int(i == k)) for i in range(n)] for k in sorted(free)]
    return point if definite_beside(derivatives, point, kernel) else None


def orbit(objective: Objective, proof: dict[str, Any]) -> list[Any] | None:
    """A minimum on an orbit of flows w' = Aw + b, along which f is constant: H (Aw + b) = 0 at a stationary point. The point is pinned
    by affine equations c.w = d beside g(w) + sum_j tau_j (A_j w + b_j) = 0; tau = 0 follows from g.(A_i w + b_i) = 0 where these are
    independent."""
    n, formulas, derivatives = objective.dimension, objective.formulas, objective.derivatives
    fields = [field(f, n, "witness") for f in proof.get("fields", [])]
    pins = [[rational(x, "witness") for x in row] for row in proof.get("pins", [])]
    require(
        fields and len(pins) == len(fields) and all(len(row) == n + 1 for row in pins), "fields and pins", "witness"
    )
    m = len(fields)
    larger = Formulas(n + m)
    x = [larger.variable(k) for k in range(n)]
    nodes = copied(formulas, derivatives.gradient, larger, x)
    flows = [
        [larger.combination(list(zip(x, row, strict=True)), b) for row, b in zip(a, shift, strict=True)]
        for a, shift in fields
    ]
    for a, shift in fields:
        require(
            not formulas.expanded(along(formulas, derivatives.gradient, a, shift)),
            "f is not constant along a flow",
            "witness",
        )
    tau = [larger.variable(n + j) for j in range(m)]
    equations = [
        larger.combination([(g, 1), *((larger.product([(tau[j], 1), (flows[j][i], 1)]), 1) for j in range(m))])
        for i, g in enumerate(nodes)
    ]
    equations += [larger.combination(list(zip(x, row[:n], strict=True)), -row[n]) for row in pins]
    solved = _solved(larger, equations, list(range(n + m)), [*_start(proof, n), *[0.0] * m])
    if solved is None:
        return None
    point = solved[:n]
    kernel = [evaluate(larger, flow, solved) for flow in flows]
    gram = arb_mat([[sum((a * b for a, b in zip(u, v, strict=True)), arb(0)) for v in kernel] for u in kernel])
    if gram.det().contains(0):
        return None
    return point if definite_beside(derivatives, point, kernel) else None


def squares(objective: Objective, proof: dict[str, Any]) -> list[Any] | None:
    """f is a constant plus positive multiples of squares of m functions (or of even powers), m < n, with a common zero: there f is least
    and H = sum c_k 2 r_k' r_k'^T has rank <= m. The zero: `fixed` coordinates, the others solve the m equations."""
    n, formulas = objective.dimension, objective.formulas
    _, terms = formulas.terms(objective.node)
    residuals, quadratic = [], 0
    for node, factor in terms.items():
        kind, *rest = formulas.nodes[node]
        even = kind == "product" and len(rest[0]) == 1 and rest[0][0][1] > 0 and rest[0][0][1] % 2 == 0
        require(factor > 0 and even, "not a sum of even powers", "witness")
        residuals.append(rest[0][0][0])
        quadratic += rest[0][0][1] == 2
    require(0 < len(residuals) <= n and quadratic < n, "not fewer squares than unknowns", "witness")
    fixed = {k: rational(x, "witness") for k, x in _numbered(proof.get("fixed"), n)}
    unknowns = [k for k in range(n) if k not in fixed]
    require(len(unknowns) == len(residuals), "not as many equations as unknowns", "witness")
    nodes = formulas.substituted(residuals, {k: formulas.constant(x) for k, x in fixed.items()})
    solved = _solved(formulas, nodes, unknowns, _start(proof, n))
    if solved is None:
        return None
    point = [ball(fixed.get(k, Fraction(0))) for k in range(n)]
    for k, x in zip(unknowns, solved, strict=True):
        point[k] = x
    return point


def split_unit(objective: Objective, proof: dict[str, Any]) -> list[Any] | None:
    """Units 1 ... k of a hidden layer have the same incoming weights u, and outgoing weights t_i v with t_1 + ... + t_k = 1. Then the
    network is one with a single unit (u, v), whatever t is, and, with no ridge on these weights, dJ/du_i = t_i dF/du and dJ/dv_i = dF/dv
    for the smaller network's loss F (Fukumizu, Amari 2000): its stationary points are stationary for all t, so v (e_i - e_1) is in the
    kernel."""
    network = objective.network
    require(network is not None and objective.bounds is None, "no network", "witness")
    assert network is not None
    layer, shares = proof.get("layer"), [rational(x, "witness") for x in proof.get("shares", [])]
    count = len(shares) + 1
    require(type(layer) is int and 1 <= layer < len(network.widths) - 1, "not a hidden layer", "witness")
    assert isinstance(layer, int)
    require(2 <= count <= network.widths[layer], "not so many units", "witness")
    names, shares = network.names, [1 - sum(shares, Fraction(0)), *shares]
    place = {name: k for k, name in enumerate(names)}

    def first(name: str) -> tuple[str, int, str]:
        """The parameter of unit 1 that this one goes with, its own unit, and whether it enters or leaves the units, else neither."""
        kind, unit, *source = name.split("_")
        if kind in (f"W{layer}", f"b{layer}") and int(unit) <= count:
            return "_".join([kind, "1", *source]), int(unit), "in"
        if kind == f"W{layer + 1}" and int(source[0]) <= count:
            return f"{kind}_{unit}_1", int(source[0]), "out"
        return name, 0, ""

    where = {name: first(name) for name in names}
    require(
        all(network.ridge[place[name]] == 0 for name in names if where[name][2]),
        "a ridge on a unit that is split",
        "witness",
    )
    kept = [name for name in names if where[name][0] == name]
    widths = (*network.widths[:layer], network.widths[layer] - count + 1, *network.widths[layer + 1 :])
    smaller = replace(network, widths=widths, ridge=tuple(network.ridge[place[name]] for name in kept))
    formulas = Formulas(len(kept))
    gradient = formulas.gradient(smaller.objective(formulas))
    start = _start(proof, len(kept))
    solved = _solved(formulas, gradient, list(range(len(kept))), start)
    if solved is None:
        return None
    known = dict(zip(kept, solved, strict=True))
    point = []
    for name in names:
        partner, unit, side = where[name]
        point.append(known[partner] * ball(shares[unit - 1]) if side == "out" else known[partner])
    kernel = []
    for number in range(2, count + 1):
        vector = [arb(0)] * len(names)
        for name in names:
            partner, unit, side = where[name]
            if side == "out" and unit in (1, number):
                vector[place[name]] = known[partner] if unit == number else -known[partner]
        kernel.append(vector)
    return point if definite_beside(objective.derivatives, point, kernel) else None


def definite_beside(derivatives: Derivatives, point: Sequence[Any], kernel: Sequence[Sequence[Any]]) -> bool:
    """Whether H + sum v v' is positive definite for vectors v of the kernel of H: then H >= 0, and its kernel is what they span."""
    matrix = derivatives.hessian_at(point)
    n = len(matrix)
    scale = max((float(abs(x).upper()) for row in matrix for x in row), default=1.0)
    for i in range(n):
        for j in range(n):
            for v in kernel:
                matrix[i][j] = matrix[i][j] + v[i] * v[j] * arb(max(scale, 1e-300))
    signs = inertia(matrix)
    return signs is not None and signs == (0, n)


class _Square(Derivatives):
    """A square system as if it were a gradient, for `krawczyk`: its Jacobian need not be symmetric."""

    def __init__(self, formulas: Formulas, equations: Sequence[int]) -> None:
        self.formulas, self.n, self.gradient = formulas, formulas.dimension, list(equations)
        self.hessian = [formulas.gradient(node) for node in equations]

    def hessian_at(self, point: Sequence[Any]) -> list[list[Any]]:
        flat = evaluate(self.formulas, [x for row in self.hessian for x in row], point)
        return [flat[i * self.n : (i + 1) * self.n] for i in range(self.n)]


def _solved(
    formulas: Formulas, equations: Sequence[int], unknowns: Sequence[int], start: Sequence[float]
) -> list[Any] | None:
    """A proved zero of the equations in these unknowns (they contain no others), near the start; None where there is no proof."""
    if not unknowns:
        return []
    smaller = Formulas(len(unknowns))
    place = [smaller.constant(0)] * formulas.dimension
    for position, k in enumerate(unknowns):
        place[k] = smaller.variable(position)
    square = _Square(smaller, copied(formulas, equations, smaller, place))
    wide = arb(0, 1e30)
    return refined(square, [arb(start[k]) for k in unknowns], [wide] * len(unknowns))


def _start(proof: dict[str, Any], n: int) -> list[float]:
    given: Any = proof.get("start")
    good = isinstance(given, list) and len(given) == n and all(type(x) in (int, float) for x in given)
    require(good, "no approximate point", "witness")
    return [float(x) for x in given]


def _numbered(given: Any, n: int) -> list[tuple[int, Any]]:
    """Pairs of an unknown and a value."""
    good = isinstance(given, list) and all(
        isinstance(p, list) and len(p) == 2 and type(p[0]) is int and 0 <= p[0] < n for p in given
    )
    require(good and len({p[0] for p in given}) == len(given), "not a list of coordinates", "witness")
    return [(p[0], p[1]) for p in given]
