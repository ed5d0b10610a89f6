"""Rows beside networks: factorisation, sensing, completion, retrieval, dictionaries, mixtures, sparse and robust problems, tensors.

Each says what is known: by a theorem, or by hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import strictsaddle.zoo as zoo
from strictsaddle.objective.domain import spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Answer


@dataclass(frozen=True)
class OtherRow:
    """`formula` in `unknowns` (on unit spheres where `groups` says so), or an entry of the zoo with parameters. `known`: the verdict that
    `source` says, None where nothing is said."""

    key: str
    group: str
    unknowns: str = ""
    formula: str = ""
    groups: tuple[tuple[str, ...], ...] = ()
    entry: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    known: Answer | None = None
    source: str = ""

    def objective(self) -> Objective:
        """The objective, named by the key."""
        if self.entry:
            made = zoo.get(self.entry, dict(self.parameters))
        else:
            made = Objective(self.key, self.unknowns, self.formula, {})
            if self.groups:
                made = made.on(spheres(self.groups, made.variables))
        return Objective.from_graph(self.key, made.variables, made.graph, made.node, made.parameters, made.domain,
                                    network=made.network, source=self.source or made.source, expression=made.expression)  # fmt: skip


_STRICT: Answer = "strict_saddle"
_NOT: Answer = "not_strict_saddle"
_SENSING = "(a**2 - 1)**2 + (a**2 - 1)*b**2 + b**4 + 2*({u})*a**2*b**2"
_ZHANG = "Zhang, Sojoudi, Lavaei, JMLR 20(114), 2019"
_MIXTURE = "t**2/2 - (log(cosh({a}*t)) + log(cosh({b}*t)))/2"
_XHM = "Xu, Hsu, Maleki 2016; Daskalakis et al. 2017 (population); the sample by hand"
_GLM = "Ge, Lee, Ma 2016; Ge, Jin, Zheng 2017 (ideas); the instance by hand"
_HAND = "by hand"


def _zoo(entry: str, group: str, key: str = "", **parameters: str) -> OtherRow:
    return OtherRow(key or "/".join([entry, *(f"{k}={v}" for k, v in parameters.items())]), group, entry=entry,
                    parameters=tuple(parameters.items()))  # fmt: skip


OTHER_ROWS: tuple[OtherRow, ...] = (
    OtherRow("factorisation/product", "matrix factorisation", "u v", "(u*v - 1)**2",
             known=_NOT, source="minima uv = 1 are no points; " + _HAND),
    OtherRow("factorisation/product-ridge", "matrix factorisation", "u v", "(u*v - 1)**2 + (u**2 + v**2)/10", known=_STRICT, source=_HAND),
    OtherRow("factorisation/product-ridge-1", "matrix factorisation", "u v", "(u*v - 1)**2 + u**2 + v**2",
             known=_NOT, source="degenerate at 0; " + _HAND),
    OtherRow("factorisation/product-balance", "matrix factorisation", "u v", "(u*v - 1)**2 + (u**2 - v**2)**2/8",
             known=_STRICT, source=_HAND),
    OtherRow("factorisation/three-layers", "matrix factorisation", "a b c", "(a*b*c - 1)**2", known=_NOT,
             source="Kawaguchi 2016; Achour, Malgouyres, Gerchinovitz 2021"),
    OtherRow("factorisation/three-layers-balance", "matrix factorisation", "a b c",
             "(a*b*c - 1)**2 + ((a**2 - b**2)**2 + (b**2 - c**2)**2)/8", known=_NOT, source="the Hessian at 0 is 0"),
    OtherRow("factorisation/three-layers-balance-tilt", "matrix factorisation", "a b c",
             "(a*b*c - 1)**2 + ((a**2 - b**2)**2 + (b**2 - c**2)**2)/8 - (a + b + c)/50"),
    OtherRow("factorisation/symmetric-2x2", "matrix factorisation", "a b", "(a**2 - 2)**2 + 2*(a*b)**2 + (b**2 - 1)**2", known=_STRICT,
             source="Baldi, Hornik 1989"),
    OtherRow("factorisation/symmetric-equal", "matrix factorisation", "a b", "(a**2 - 1)**2 + 2*(a*b)**2 + (b**2 - 1)**2", known=_NOT,
             source="equal eigenvalues: a circle of minima"),
    _zoo("matrix-factorisation", "matrix factorisation"),
    _zoo("matrix-factorisation-asymmetric", "matrix factorisation"),
    _zoo("rank-one-approximation", "matrix factorisation"),
    _zoo("rayleigh-quotient", "matrix factorisation"),
    _zoo("linear-autoencoder", "matrix factorisation"),
    *(OtherRow(f"sensing/u={u}", "matrix sensing", "a b", _SENSING.format(u=u), known=answer, source=_ZHANG)
      for u, answer in (("1", _STRICT), ("29/20", _STRICT), ("3/2", _NOT), ("31/20", _STRICT), ("2", _STRICT))),
    _zoo("matrix-sensing", "matrix sensing"),
    OtherRow("completion/chain", "matrix completion", "x y z", "(x**2 - 1)**2 + 2*(x*y - 1)**2 + 2*(y*z - 1)**2",
             known=_STRICT, source=_GLM),
    OtherRow("completion/chain-ridge", "matrix completion", "x y z",
             "(x**2 - 1)**2 + 2*(x*y - 1)**2 + 2*(y*z - 1)**2 + (x**2 + y**2 + z**2)/10", source=_GLM),
    OtherRow("completion/off-diagonal", "matrix completion", "x y z", "(x*y - 1)**2 + (y*z - 1)**2", known=_NOT,
             source="y is free to scale x and z"),
    OtherRow("completion/triangle", "matrix completion", "x y z", "(x*y - 1)**2 + (y*z - 1)**2 + (x*z - 1)**2"),
    _zoo("phase-retrieval", "phase retrieval"),
    _zoo("phase-retrieval-four", "phase retrieval"),
    _zoo("phase-synchronisation", "phase retrieval", n="3"),
    OtherRow("retrieval/real-1d", "phase retrieval", "x", "(x**2 - 1)**2", known=_STRICT, source=_HAND),
    OtherRow("retrieval/three-measurements", "phase retrieval", "x y", "(x**2 - 1)**2 + (y**2)**2 + ((x + y)**2 - 1)**2"),
    _zoo("dictionary-learning-l4", "dictionary learning"),
    OtherRow("dictionary/log-cosh-2d", "dictionary learning", "q1 q2", "(log(cosh(5*q1)) + log(cosh(5*q2)))/5", (("q1", "q2"),),
             known=_STRICT, source="Sun, Qu, Wright 2015 (complete dictionaries)"),
    OtherRow("ica/two-sources", "independent components", "u1 u2", "-u1**4 + u2**4", (("u1", "u2"),), known=_STRICT, source=_HAND),
    OtherRow("ica/equal-kurtosis", "independent components", "u1 u2", "-u1**4 - u2**4", (("u1", "u2"),),
             known=_STRICT, source="Ge et al. 2015"),
    OtherRow("ica/one-gaussian", "independent components", "u1 u2", "-u1**4", (("u1", "u2"),),
             known=_NOT, source="the Hessian at e_2 is 0"),
    OtherRow("ica/three-sources", "independent components", "u1 u2 u3", "-u1**4 - u2**4/2 - u3**4/3", (("u1", "u2", "u3"),), known=_STRICT,
             source="Ge et al. 2015"),
    OtherRow("mixture/apart", "Gaussian mixtures", "t", _MIXTURE.format(a="1/2", b="3/2"), known=_STRICT, source=_XHM),
    OtherRow("mixture/critical", "Gaussian mixtures", "t", _MIXTURE.format(a="7/5", b="1/5"), known=_NOT, source=_XHM),
    OtherRow("mixture/close", "Gaussian mixtures", "t", _MIXTURE.format(a="3/5", b="1"), known=_STRICT, source=_XHM),
    _zoo("sparse-recovery", "sparse recovery"),
    OtherRow("sparse/hadamard", "sparse recovery", "u v", "(u**2 - v**2 - 1)**2", known=_NOT, source="minima are a hyperbola"),
    OtherRow("sparse/hadamard-ridge", "sparse recovery", "u v", "(u**2 - v**2 - 1)**2 + (u**2 + v**2)/10",
             known=_STRICT, source="Hoff 2017"),
    OtherRow("sparse/hadamard-product", "sparse recovery", "u v", "(u*v - 1)**2 + (u**2 + v**2)/4", known=_STRICT, source="Hoff 2017"),
    OtherRow("sparse/log-penalty", "sparse recovery", "x y", "(x + y/2 - 1)**2 + (y - 1/4)**2 + (log(1 + 4*x**2) + log(1 + 4*y**2))/10"),
    OtherRow("sparse/strong-log-penalty", "sparse recovery", "x y", "(x - 1)**2 + (y - 1/2)**2 + log(1 + 10*x**2)/2 + log(1 + 10*y**2)/2"),
    OtherRow("rsc/holds", "restricted strong convexity", "x y",
             "(x - 1)**2/2 + (y + 1/2)**2/2 + x*y/4 + (log(1 + 4*x**2) + log(1 + 4*y**2))/10",
             known=_STRICT, source="Loh, Wainwright 2015: 3/4 > 1/10, one stationary point"),
    OtherRow("rsc/fails", "restricted strong convexity", "x y",
             "(x - 1)**2/2 + (y + 1/2)**2/2 + x*y/4 + 4*(log(1 + 4*x**2) + log(1 + 4*y**2))/5"),
    OtherRow("robust/log-cosh", "robust regression", "a b", "log(cosh(a + b - 1)) + log(cosh(a - b - 2)) + log(cosh(2*a + b))",
             known=_STRICT,
             source="strictly convex"),
    OtherRow("robust/pseudo-huber", "robust regression", "a", "sqrt(1 + (a - 1)**2) + sqrt(1 + (2*a + 1)**2)",
             known=_STRICT, source="strictly convex"),
    OtherRow("robust/cauchy", "robust regression", "a", "log(1 + (a - 1)**2) + log(1 + (2*a + 5)**2) + log(1 + (a - 9)**2)"),
    OtherRow("robust/welsch", "robust regression", "a", "3 - exp(-(a - 1)**2) - exp(-(a - 3/2)**2) - exp(-(a + 1)**2)"),
    OtherRow("robust/tanh-neuron", "robust regression", "w", "(tanh(w) - 1/2)**2 + (tanh(10*w) + 1/2)**2",
             source="Auer, Herbster, Warmuth 1996"),
    OtherRow("logistic/separable", "logistic regression", "a b", "log(1 + exp(-a - b)) + log(1 + exp(b - a))", known=_STRICT,
             source="Soudry et al. 2018: no stationary point"),
    OtherRow("logistic/overlapping", "logistic regression", "a b", "log(1 + exp(-a)) + log(1 + exp(a - b)) + log(1 + exp(2*b - a))"),
    _zoo("tensor-eq5", "tensors", d="2"),
    _zoo("tensor-eq4", "tensors", d="2"),
    _zoo("tensor-component", "tensors", d="2"),
    _zoo("tensor-component", "tensors", d="3"),
    OtherRow("tensors/odd-order", "tensors", "u1 u2", "-u1**3", (("u1", "u2"),), known=_NOT, source="degenerate where a.u = 0"),
    OtherRow("tensors/eq5-own-ridge", "tensors", "u1 u2 v1 v2",
             "u1**2*v1**2 + u2**2*v2**2 + (u1**2 + 2*v1**2)/50", (("u1", "u2"), ("v1", "v2"))),
    *(_zoo(name, "classics") for name in ("double-well", "quartic", "monkey-saddle", "six-hump-camel", "three-hump-camel", "himmelblau",
                                          "rosenbrock", "styblinski-tang", "goldstein-price")),
    _zoo("mexican-hat", "classics"),
    OtherRow("escape/lee", "classics", "x y", "x**2/2 + y**4/4 - y**2/2", known=_STRICT, source="Lee, Simchowitz, Jordan, Recht 2016"),
    OtherRow("escape/third-order", "classics", "x y", "x**2*y + y**2 + x**4", known=_NOT, source="Anandkumar, Ge 2016 (idea)"),
)  # fmt: skip
