"""Orthogonal decomposition of a fourth-order tensor T = sum_k e_k^{(4)}, on products of unit spheres (Ge, "
"Huang, Jin, Yuan 2015)."""

from __future__ import annotations

from fractions import Fraction

from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.zoo.entry import Entry, Known, Parameter, Values

_PAPER = "Ge, Huang, Jin, Yuan, COLT 2015, arXiv 1503.02101"
_HAND = "by hand"


def _vectors(d: int) -> tuple[list[list[str]], Spheres]:
    """The names of d vectors of d coordinates each, and the product of their unit spheres."""
    names = [[f"u{i}_{k}" for k in range(1, d + 1)] for i in range(1, d + 1)]
    return names, Spheres(tuple(tuple(range(i * d, (i + 1) * d)) for i in range(d)))


def _flat(names: list[list[str]]) -> list[str]:
    return [name for group in names for name in group]


def _eq5(values: Values) -> Objective:
    """sum over i != j of T(u_i, u_i, u_j, u_j) = sum over i != j, k of u_ik^2 u_jk^2."""
    names, domain = _vectors(int(values["d"]))
    pairs = [
        f"2*{first}**2*{second}**2"
        for i, u in enumerate(names)
        for v in names[i + 1 :]
        for first, second in zip(u, v, strict=True)
    ]
    return Objective("tensor-eq5", _flat(names), " + ".join(pairs), values, domain, source=_PAPER)


def _eq4(values: Values) -> Objective:
    """|T - sum_i u_i^{(4)}|^2 = d - 2 sum_ik u_ik^4 + sum_ij (u_i . u_j)^4, where (u_i . u_i)^4 = 1 on the "
    "spheres."""
    d = int(values["d"])
    names, domain = _vectors(d)
    terms = [f"{2 * d}"] + [f"- 2*{entry}**4" for u in names for entry in u]
    for i, u in enumerate(names):
        for v in names[i + 1 :]:
            product = " + ".join(f"{a}*{b}" for a, b in zip(u, v, strict=True))
            terms.append(f"+ 2*({product})**4")
    return Objective("tensor-eq4", _flat(names), " ".join(terms), values, domain, source=_PAPER)


def _component(values: Values) -> Objective:
    names = [f"u{k}" for k in range(1, int(values["d"]) + 1)]
    formula = "-(" + " + ".join(f"{name}**4" for name in names) + ")"
    return Objective("tensor-component", names, formula, values, Spheres((tuple(range(len(names))),)), source=_PAPER)


def _size(description: str, most: int) -> Parameter:
    return Parameter("d", Fraction(2), description, Fraction(2), Fraction(most), integer=True)


ENTRIES: tuple[Entry, ...] = (
    Entry(
        "tensor-eq5",
        "tensors",
        "all components at once, by their squared overlaps",
        "sum_{i != j} sum_k (e_k . u_i)^2 (e_k . u_j)^2  on  |u_1| = ... = |u_d| = 1",
        f"{_PAPER}, equation (5)",
        _eq5,
        (_size("dimension, and number of vectors", 6),),
        (
            Known(
                "d = 2, with u_i at angles p and q: f = 1 + cos 2p cos 2q. Its 2^d d! = 8 minima are all "
                "global.",
                _HAND, "strict_saddle", 8, 16, 8, 0,
            ),
            Known(
                "d = 3: strict-saddle, with 2^d d! = 48 minima, all global.", _PAPER, "strict_saddle", 48,
                at={"d": "3"}, engine="none",
            ),
        ),
    ),
    Entry(
        "tensor-eq4",
        "tensors",
        "all components at once, by the squared error of the decomposition",
        "|T - sum_i u_i^{(4)}|^2 = 2d - 2 sum_ik u_ik^4 + 2 sum_{i < j} (u_i . u_j)^4  on  |u_1| = ... = "
        "|u_d| = 1",
        f"{_PAPER}, equation (4)",
        _eq4,
        (_size("dimension, and number of vectors", 6),),
        (
            Known(
                "d = 2, with t the mean of the two angles, s their difference plus pi/4 and S = sin 2s: "
                "f = 3/2 + S (1 - cos 4t) + S^2/2. Where S = 0 and cos 4t = 1 the Hessian is singular without a "
                "negative eigenvalue, and f goes down along S = -8 t^2: sixteen degenerate saddles. All eight minima "
                "are global.",
                _HAND, "not_strict_saddle", 8, 8, 16, 16,
            ),
        ),
    ),
    Entry(
        "tensor-component",
        "tensors",
        "one component: the largest value of T(u, u, u, u)",
        "-sum_k (e_k . u)^4  on  |u| = 1",
        _PAPER,
        _component,
        (_size("dimension", 6),),
        (
            Known(
                "Stationary points have m coordinates +-1/sqrt(m) and zeros elsewhere; m - 1 eigenvalues "
                "are -8/m, the other "
                "d - m are 4/m. d = 2: four minima, four maxima.",
                _HAND, "strict_saddle", 4, 0, 4, 0,
            ),
            Known(
                "d = 3: 2^m binomial(3, m) points for m = 1, 2, 3: minima, saddles, maxima.",
                _HAND, "strict_saddle",
                6, 12, 8, 0, {"d": "3"},
            ),
        ),
    ),
)  # fmt: skip
