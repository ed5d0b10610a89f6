"""Part of the domain in coordinates c in R^m, with what Definition 2 asks about as tapes of c.

* the place w(c) in R^n, the unknowns as the user gave them: distances are Euclidean there;
* the slope s(c) in R^k with |s(c)| the norm of the gradient, and its Jacobian;
* the curvature N(c) and the metric G(c) > 0, symmetric m x m matrices: the least eigenvalue of the Hessian on the
  tangent space is at most -gamma exactly when v'(N + gamma G)v <= 0 for some v != 0, and at least alpha exactly when
  N - alpha G >= 0.

In R^n: w(c) = c, s the gradient, N the Hessian, G the identity. On a product of spheres, with the Lagrangian's gradient
and Hessian of Ge, Huang, Jin and Yuan (arXiv 1503.02101, section 4.2; chi and M there): in the chart w_g = t c/|c| of
`charts` (c = 1 at the pole, t its sign), with 2 mu_g = w_g . df/dw_g and P the projection on the tangent space,

    s = grad f - 2 mu w = P grad f,    M = hess f - 2 diag(mu),

and the rows of dw/dc are P e_i / |c| for the chart's coordinates i, up to the sign t. They span the tangent space, so
that a congruence takes the quadratic form M on it to N = (P M P)_ij, and the identity to G = P_ij, i and j among the
chart's coordinates. None of s, the eigenvalues of M there, and distances in R^n depends on the chart.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.arithmetic.tape import Tape, compile_tape
from strictsaddle.derive.definedness import restricted_slopes
from strictsaddle.derive.derivatives import Derivation, forward, upper_triangle
from strictsaddle.formula.graph import Graph
from strictsaddle.manifolds.charts import Chart


@dataclass(frozen=True, eq=False)
class Patch:
    """`place_slope` puts out w(c) and then s(c); `shape` the k x m Jacobian of s row after row, then the upper
    triangles of N and of G. ambient: n, slopes: k. natural: see `derive.definedness.restricted_slopes`. A point of each orbit of proved
    symmetries that keep f and distances satisfies row . c >= 0 for the rows of `half_spaces` (., m)."""

    place_slope: Tape
    shape: Tape
    ambient: int
    slopes: int
    half_spaces: Floats
    natural: Tape | None = None

    @property
    def dimension(self) -> int:
        """m, the number of coordinates."""
        return self.place_slope.n_variables


def flat(derivation: Derivation, half_spaces: Floats | None = None) -> Patch:
    """R^n in its own coordinates."""
    n, graph = derivation.dimension, derivation.graph
    triangle = upper_triangle(n)
    curvature = [derivation.hessian[i][j] for i, j in triangle]
    metric = [graph.constant(int(i == j)) for i, j in triangle]
    places = [graph.variable(i) for i in range(n)]
    jacobian = [entry for row in derivation.hessian for entry in row]
    return Patch(
        compile_tape(graph, places + derivation.gradient, n),
        compile_tape(graph, jacobian + curvature + metric, n),
        n,
        n,
        np.zeros((0, n)) if half_spaces is None else half_spaces,
        restricted_slopes(derivation),
    )


def on_spheres(derivation: Derivation, chart: Chart) -> Patch:
    """One chart of a product of spheres; `derivation` is that of the formula on R^n."""
    domain = chart.objective.domain
    n, m, graph = derivation.dimension, len(chart.unknowns), Graph()
    w, nodes = chart.embedded(graph, derivation.graph, derivation.gradient + [e for r in derivation.hessian for e in r])
    gradient, hessian = nodes[:n], [nodes[n + i * n : 2 * n + i * n] for i in range(n)]
    home = {i: number for number, group in enumerate(domain.groups) for i in group}

    def total(terms: Sequence[int]) -> int:
        return graph.total(list(terms))

    twice_mu = [total([graph.mul(w[i], gradient[i]) for i in group]) for group in domain.groups]
    slope = [graph.sub(gradient[i], graph.mul(twice_mu[home[i]], w[i])) if i in home else gradient[i] for i in range(n)]
    matrix = [
        [graph.sub(entry, twice_mu[home[i]]) if i == j and i in home else entry for j, entry in enumerate(row)]
        for i, row in enumerate(hessian)
    ]
    # rows M w_g (over the coordinates of g) and numbers w_g' M w_h
    along = [[total([graph.mul(matrix[j][i], w[i]) for i in group]) for j in range(n)] for group in domain.groups]
    both = [[total([graph.mul(w[j], row[j]) for j in group]) for row in along] for group in domain.groups]

    def curvature(i: int, j: int) -> int:
        """(P M P)_ij."""
        terms = [matrix[i][j]]
        if i in home:
            terms.append(graph.neg(graph.mul(w[i], along[home[i]][j])))
        if j in home:
            terms.append(graph.neg(graph.mul(w[j], along[home[j]][i])))
        if i in home and j in home:
            terms.append(graph.mul(both[home[i]][home[j]], graph.mul(w[i], w[j])))
        return total(terms)

    def metric(i: int, j: int) -> int:
        """P_ij."""
        if i == j:
            if i not in home:
                return graph.constant(1)
            return total([graph.power(w[k], 2) for k in domain.groups[home[i]] if k != i])  # 1 - w_i^2
        same = i in home and home[i] == home.get(j)
        return graph.neg(graph.mul(w[i], w[j])) if same else graph.constant(0)

    rates = [forward(graph, slope, {k: graph.constant(1)}) for k in range(m)]
    places = [(chart.unknowns[a], chart.unknowns[b]) for a, b in upper_triangle(m)]
    shape = [rates[k][i] for i in range(n) for k in range(m)]
    shape += [curvature(i, j) for i, j in places] + [metric(i, j) for i, j in places]
    return Patch(compile_tape(graph, w + slope, m), compile_tape(graph, shape, m), n, n, chart.half_spaces)
