"""Refuting Definition 1 where a sum of even powers vanishes: more unknowns than data.

Let f = c + sum_i a_i(w) r_i(w)^(2 k_i) with a_i > 0 everywhere, and w a common zero of the m functions r_i. Then
f(w) = c is the least value of f, g(w) = 0, and

    H(w) = 2 sum over k_i = 1 of a_i(w) grad r_i grad r_iᵀ,

which is positive semidefinite, and singular when fewer than n of the k_i are 1. Where the gradients of all r_i are
independent, the zeros near w are a manifold of dimension n - m of minima, and H has the nullity n - #{k_i = 1}.

All this needs r_i that are twice differentiable near w: f's gradient and Hessian have to be finite there by the
formula, in balls. (A square root vanishes at 0, where it has no derivative.)

So a network that can fit its data exactly with parameters to spare is not strict-saddle. A common zero is proved by
fixing n - m unknowns at nearby doubles and a Krawczyk test in the others.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from flint import arb

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.evaluate import evaluate_arb, evaluate_float
from strictsaddle.arithmetic.outward import outward
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.certify.inertia import semidefinite_spectrum
from strictsaddle.certify.krawczyk import hessian
from strictsaddle.certify.square_system import solve_square, substituted
from strictsaddle.derive.derivatives import Derivation, forward
from strictsaddle.formula.graph import Graph, Op
from strictsaddle.formula.positivity import visible_signs
from strictsaddle.records.verdict import Witness

MOST_TERMS = 200
STEPS = 40


def even_powers(graph: Graph, node: int) -> list[tuple[int, int]] | None:
    """The (r_i, 2 k_i) with which f, but for a constant, is a sum of a_i r_i^(2 k_i) with a_i > 0, as far as the
    formula shows it; None otherwise. The a_i may be functions: at a common zero of the r_i nothing depends on their
    derivatives."""
    positive, _ = visible_signs(graph, node)
    found: list[tuple[int, int]] = []
    waiting = [(node, False)]  # with whether a factor that is no constant stands before it
    while waiting:
        k, scaled = waiting.pop()
        op, left, right = graph.ops[k], graph.left[k], graph.right[k]
        if op is Op.MUL and (graph.value(left) is not None or right not in positive):
            left, right = right, left
        value = graph.value(k)
        if value is not None:
            if scaled and value != 0:
                return None  # a constant times a function is no constant
        elif op is Op.ADD:
            waiting += [(right, scaled), (left, scaled)]
        elif op is Op.SUB and graph.value(right) is not None and not scaled:
            waiting.append((left, scaled))
        elif op in (Op.MUL, Op.DIV) and right in positive:
            waiting.append((left, scaled or graph.value(right) is None))
        elif op is Op.POW and right % 2 == 0:
            found.append((left, right))
        else:
            return None
        if len(found) > MOST_TERMS:
            return None
    return found


def interpolation_witness(derivation: Derivation, point: Floats) -> Witness | None:
    """A common zero of the r_i near `point` with fewer than n of the k_i equal to 1, proved; or None."""
    n = derivation.dimension
    terms = even_powers(derivation.graph, derivation.value)
    if not terms:
        return None
    powers: dict[int, int] = {}
    for r, exponent in terms:  # a function that occurs twice counts once, with its lowest power
        powers[r] = min(exponent, powers.get(r, exponent))
    residuals = list(powers)
    squares = sum(exponent == 2 for exponent in powers.values())
    m = len(residuals)
    if m > n or squares >= n:
        return None
    graph, functions = substituted(derivation.graph, residuals, {}, {i: i for i in range(n)})
    columns = [forward(graph, functions, {k: graph.constant(1)}) for k in range(n)]
    tape = compile_tape(graph, functions, n)
    jacobian = compile_tape(graph, [columns[j][i] for i in range(m) for j in range(n)], n)
    start = _zero(tape, jacobian, point, m)
    if start is None:
        return None
    from scipy.linalg import qr

    slope = evaluate_float(jacobian, start.reshape(1, n))[0].reshape(m, n)
    if not np.isfinite(slope).all():
        return None
    _, _, order = qr(slope, pivoting=True, mode="economic")
    solved_for = sorted(int(k) for k in order[:m])
    place = {k: number for number, k in enumerate(solved_for)}
    fixed = {k: float(np.round(start[k], 3)) for k in range(n) if k not in place}
    moved = start.copy()
    moved[list(fixed)] = list(fixed.values())
    from fractions import Fraction

    small, equations = substituted(graph, functions, {k: Fraction(v) for k, v in fixed.items()}, place)
    entries = [forward(small, equations, {j: small.constant(1)}) for j in range(m)]
    found = solve_square(
        compile_tape(small, equations, m),
        compile_tape(small, [entries[j][i] for i in range(m) for j in range(m)], m),
        [float(moved[k]) for k in solved_for],
    )
    if found is None:
        return None
    values = [found[place[k]] if k in place else arb(fixed[k]) for k in range(n)]
    if not all(entry.is_finite() for entry in evaluate_arb(derivation.gradient_hessian_tape, values)):
        return None
    flat = m == squares  # then the kernel of H is the tangent space of the manifold of zeros
    eigenvalues = semidefinite_spectrum(hessian(derivation, values), n - m) if flat else ()
    return Witness(
        tuple(outward(x) for x in values), None, eigenvalues, n - squares,
        f"f is a sum of even powers of {m} functions, up to a constant, and all of them vanish at one point, pinned by a "
        f"Krawczyk test: a global minimum at which the Hessian has rank {squares} in {n} unknowns",
        n - m if flat else None,
    )  # fmt: skip


def _zero(tape: Any, jacobian: Any, point: Floats, m: int) -> Floats | None:
    """A common zero near the point, approximately: Gauss-Newton steps of least length."""
    n, w = len(point), point.astype(np.float64)
    for _ in range(STEPS):
        with np.errstate(all="ignore"):
            r = evaluate_float(tape, w.reshape(1, n))[0]
            slope = evaluate_float(jacobian, w.reshape(1, n))[0].reshape(m, n)
            if not (np.isfinite(r).all() and np.isfinite(slope).all()):
                return None
            step = np.linalg.lstsq(slope, -r, rcond=None)[0]
        w = w + step
        if np.max(np.abs(step)) < 1e-13 * max(1.0, float(np.max(np.abs(w)))):
            break
    r = evaluate_float(tape, w.reshape(1, n))[0]
    close = np.isfinite(r).all() and np.max(np.abs(r)) < 1e-9 and np.max(np.abs(w - point)) < 1.0
    return w if close else None
