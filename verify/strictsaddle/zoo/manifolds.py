"""Objectives on unit spheres beside tensors: dictionary learning, phase synchronisation, a trace objective after Brockett."""

from __future__ import annotations

from fractions import Fraction

from strictsaddle.errors import InputError
from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.zoo import orthonormal
from strictsaddle.zoo.entry import Entry, Known, Parameter, TextParameter, Values
from strictsaddle.zoo.tensors import linear_form, unit_vectors

_HAND = "by hand"


def _dictionary(values: Values) -> Objective:
    """-E (q . A x)^4 / 4 for x with entries Bernoulli(theta) times Gaussian: with a = A^T q, E (a . x)^4 is
    3 theta (1 - theta) sum a_k^4 + 3 theta^2 |a|^4, and |a| = 1."""
    d, theta = int(values["d"]), values["theta"]
    names = [f"q{k}" for k in range(1, d + 1)]
    chosen = values.texts["dictionary"]
    if chosen not in (orthonormal.IDENTITY, orthonormal.RANDOM):
        raise InputError(
            "no such dictionary",
            where="parameter dictionary",
            fragment=chosen,
            remedy="Allowed are identity and random; for vectors of your own take tensor-component.",
        )
    rotated = chosen == orthonormal.RANDOM
    atoms = orthonormal.random_rotation(d, int(values["seed"])) if rotated else orthonormal.identity(d)
    powers = " + ".join(f"({linear_form(atom, names)})**4" for atom in atoms)
    formula = f"-3/4*theta*(1 - theta)*({powers}) - 3/4*theta**2"
    used = {"d": Fraction(d), "theta": theta} | ({"seed": values["seed"]} if rotated else {})
    return Objective("dictionary-learning-l4", names, formula, used, Spheres((tuple(range(d)),)), source=_ZHAI)


def _phases(values: Values) -> Objective:
    """- sum over pairs of the cosine of the difference of their angles, less the offset that was measured."""
    n, anchored = int(values["n"]), values["anchored"] == 1
    names, domain = unit_vectors(n, 2)
    if anchored:
        domain = Spheres(tuple((i - 2, i - 1) for i in range(2, 2 * n, 2)))
    terms = []
    for i in range(n):
        for j in range(i + 1, n):
            if anchored and i == 0:
                terms.append(names[j][0])
            else:
                terms.append(f"{names[i][0]}*{names[j][0]} + {names[i][1]}*{names[j][1]}")
    unknowns = [name for vector in names[1 if anchored else 0 :] for name in vector]
    formula = f"-({' + '.join(terms)})"
    return Objective("phase-synchronisation", unknowns, formula, dict(values), domain, source=_PHASES)


def _brockett(values: Values) -> Objective:
    """2 u'Au + v'Av + c (u . v)^2 with A = diag(1, ..., d)."""
    d = int(values["d"])
    (u, v), domain = unit_vectors(2, d)
    squares = [" + ".join(f"{k}*{name}**2" for k, name in enumerate(names, start=1)) for names in (u, v)]
    overlap = " + ".join(f"{a}*{b}" for a, b in zip(u, v, strict=True))
    formula = f"2*({squares[0]}) + {squares[1]} + c*({overlap})**2"
    return Objective("brockett", [*u, *v], formula, dict(values), domain, source=_BROCKETT)


_ZHAI = "Zhai, Yang, Liao, Wright, Ma, Journal of Machine Learning Research 21, 2020, arXiv 1906.02435"
_PHASES = "Ling, Xu, Bandeira, SIAM Journal on Optimization 29, 2019, arXiv 1809.11083"
_BROCKETT = "after Brockett, Linear Algebra and its Applications 146, 1991"

ENTRIES: tuple[Entry, ...] = (
    Entry(
        "dictionary-learning-l4",
        "spheres",
        "one atom of an orthonormal dictionary, by the fourth moment of sparse data, in expectation",
        "-E (q . A x)^4 / 4 = -3/4 theta (1 - theta) sum_k (a_k . q)^4 - 3/4 theta^2  on  |q| = 1",
        _ZHAI,
        _dictionary,
        (
            Parameter("d", Fraction(3), "number and dimension of the atoms a_k", Fraction(2), Fraction(6), integer=True),
            Parameter("theta", Fraction(1, 10), "probability of a nonzero entry of x (1 has no sparsity: not allowed)",
                      Fraction(0), Fraction(999, 1000), above=True),
            Parameter("seed", Fraction(1), "of the rotation, with dictionary=random", Fraction(0), integer=True),
        ),
        (
            Known(
                "The landscape of one tensor component times 3/4 theta (1 - theta): minima at plus and minus the atoms, "
                "and at equal overlaps with m of them 2^m binomial(d, m) saddles, maxima for m = d.",
                _HAND, "strict_saddle", 6, 12, 8, 0,
            ),
            Known(
                "The same for a rotated dictionary.", _HAND, "strict_saddle", 6, 12, 8, 0, {"dictionary": "random"},
            ),
        ),
        (
            TextParameter("dictionary", orthonormal.IDENTITY, "the orthonormal atoms",
                          "identity or random (a seeded rational rotation)"),
        ),
    ),
    Entry(
        "phase-synchronisation",
        "spheres",
        "n phases from the differences of every pair, without noise, as points z_k of the circle",
        "-sum_{i<j} z_i . z_j  on  |z_k| = 1;  with anchored = 1 the first is z_1 = (1, 0)",
        _PHASES,
        _phases,
        (
            Parameter("n", Fraction(3), "number of phases", Fraction(2), Fraction(5), integer=True),
            Parameter("anchored", Fraction(1), "1: the first phase is known; 0: it is not", Fraction(0), Fraction(1), integer=True),
        ),
        (
            Known(
                "n = 3, with angles a and b from the first: f = -(cos a + cos b + cos(a - b)). One minimum, where all agree; "
                "saddles where one of the three is opposite; maxima where they are 120 degrees apart.",
                _HAND, "strict_saddle", 1, 3, 2, 0,
            ),
            Known(
                "Without an anchor the minima are a circle, so Definition 1 fails; modulo that rotation it holds.",
                _HAND, "not_strict_saddle", at={"anchored": "0"}, modulo_symmetry="strict_saddle",
            ),
        ),
    ),
    Entry(
        "brockett",
        "spheres",
        "the two least eigenvectors of diag(1, ..., d) in their order, their right angle by a penalty",
        "2 u'Au + v'Av + c (u . v)^2,  A = diag(1, ..., d),  on  |u| = |v| = 1",
        _BROCKETT,
        _brockett,
        (
            Parameter("d", Fraction(2), "dimension of u and v", Fraction(2), Fraction(5), integer=True),
            Parameter("c", Fraction(4), "weight of the penalty", Fraction(0), above=True),
        ),
        (
            Known(
                "d = 2, with P and Q twice the angles: f = 9/2 + c/2 - cos P - cos Q / 2 + c/2 cos(P - Q). For c > 2 only "
                "multiples of pi solve sin P = c/2 sin(P - Q) = -sin Q / 2; minima at (e_1, e_2), a maximum at (e_2, e_2).",
                _HAND, "strict_saddle", 4, 8, 4, 0,
            ),
            Known(
                "d = 3: u and v are eigenvectors or share a plane of two of them, where c = 4 leaves none but eigenvectors: 36 "
                "pairs, minima at (e_1, e_2), maxima at (e_3, e_3).",
                _HAND, "strict_saddle", 4, 28, 4, 0, {"d": "3"},
            ),
        ),
    ),
)  # fmt: skip
