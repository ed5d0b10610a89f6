"""Hypothesis strategies: objectives of each family, their symmetries, points, and the cases of the laws.

All numbers are small rationals, so that what breaks a law shrinks to something that can be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from strictsaddle.networks.network import network
from strictsaddle.objective.domain import Box, Domain, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.symmetry.discrete.permutation_group import SignedPermutation
from strictsaddle_properties.law import Draws, Law

NAMES = ("x", "y", "z", "s", "t", "u", "v", "w")
Rows = tuple[tuple[Fraction, ...], ...]


def rationals(largest: int = 3, denominator: int = 6) -> st.SearchStrategy[Fraction]:
    """Rationals in [-largest, largest]."""
    return st.fractions(-largest, largest, max_denominator=denominator)


@st.composite
def polynomials(
    draw: st.DrawFn, unknowns: int = 3, degree: int = 4, terms: int = 5, domain: Domain | None = None
) -> Objective:
    """Any polynomial in up to `unknowns` unknowns."""
    n = draw(st.integers(1, unknowns))
    monomials = draw(_monomials(n, degree, terms))
    return Objective("polynomial", NAMES[:n], _text(monomials, n), domain=domain)


@st.composite
def coercive_polynomials(draw: st.DrawFn, unknowns: int = 3, terms: int = 5) -> Objective:
    """Polynomials of degree 4 that tend to infinity: sum of a_i w_i^4 and anything of degree 3 and less."""
    n = draw(st.integers(1, unknowns))
    monomials = draw(_monomials(n, 3, terms))
    for i in range(n):
        monomials[tuple(4 * int(i == k) for k in range(n))] = Fraction(draw(st.integers(1, 3)))
    return Objective("coercive polynomial", NAMES[:n], _text(monomials, n))


@st.composite
def symmetric_polynomials(draw: st.DrawFn) -> Objective:
    """Polynomials of degree 4 in x^2, y^2 or in x + y, xy: with signed permutations to find."""
    a, b, c, d = (draw(rationals()) for _ in range(4))
    even = f"x**4 + y**4 + ({a})*x**2*y**2 + ({b})*(x**2 + y**2) + ({c})*x*y"
    swapped = f"x**4 + y**4 + ({a})*(x + y) + ({b})*x*y + ({c})*(x**2 + y**2) + ({d})*x*y*(x + y)"
    return Objective("symmetric polynomial", "x y", draw(st.sampled_from([even, swapped])))


@st.composite
def degenerate_polynomials(draw: st.DrawFn) -> Objective:
    """Polynomials with singular Hessians at stationary points in drawn places: squares of products, flat valleys."""
    a, b = draw(rationals()), draw(rationals())
    return Objective(
        "degenerate polynomial",
        "x y",
        draw(
            st.sampled_from(
                [
                    f"(x - ({a}))**4 + (y - ({b}))**2",
                    f"(x*y - ({a}))**2",
                    f"((x - ({a}))*(y - ({b})))**2 + (x - ({a}))**4",
                    f"(x - ({a}))**3 + (y - ({b}))**2",
                    f"(x**2 + y**2 - ({a}))**2",
                    f"(x - ({a}))**3 - 3*(x - ({a}))*(y - ({b}))**2 + (x - ({a}))**4 + (y - ({b}))**4",
                ]
            )
        ),
    )


@st.composite
def smooth_functions(draw: st.DrawFn, unknowns: int = 2) -> Objective:
    """Not polynomials: a quadratic bowl with waves, bumps and sigmoids in it."""
    n = draw(st.integers(1, unknowns))
    parts = [f"({draw(st.integers(1, 4))})/4*{name}**2" for name in NAMES[:n]]
    for _ in range(draw(st.integers(1, 2))):
        inner = " + ".join(f"({draw(rationals(2, 3))})*{name}" for name in NAMES[:n])
        function = draw(
            st.sampled_from(["sin({})", "cos({})", "tanh({})", "exp(-({})**2)", "softplus({})", "log(1 + ({})**2)"])
        )
        parts.append(f"({draw(rationals())})*" + function.format(inner))
    return Objective("smooth function", NAMES[:n], " + ".join(parts))


def data(
    inputs: int, outputs: int, rows: int = 3
) -> st.SearchStrategy[tuple[list[list[Fraction]], list[list[Fraction]]]]:
    """(inputs, targets) of up to `rows` rows."""

    def table(columns: int, number: int) -> st.SearchStrategy[list[list[Fraction]]]:
        return st.lists(st.lists(rationals(2, 2), min_size=columns, max_size=columns), min_size=number, max_size=number)

    return st.integers(1, rows).flatmap(lambda number: st.tuples(table(inputs, number), table(outputs, number)))


@st.composite
def networks(draw: st.DrawFn, ridge: bool | None = None) -> Objective:
    """Tiny networks with drawn data; `ridge`: with or without, or either."""
    widths = draw(st.sampled_from([(1, 1), (1, 1, 1), (2, 1), (1, 2, 1), (2, 1, 1)]))
    activation = [draw(st.sampled_from(["linear", "tanh", "sigmoid", "quadratic"])) for _ in widths[1:-1]]
    penalty = draw(st.fractions(Fraction(1, 20), 1, max_denominator=20)) if ridge is not False else Fraction(0)
    if ridge is None and draw(st.booleans()):
        penalty = Fraction(0)
    rows = draw(data(widths[0], widths[-1]))
    return network(widths, activation or None, data=rows, bias=False, ridge=penalty, name="network")


@st.composite
def on_spheres(draw: st.DrawFn) -> Objective:
    """Even or odd forms, or sums of both, on a circle, a sphere or a product of two circles."""
    groups: tuple[tuple[int, ...], ...] = draw(st.sampled_from([((0, 1),), ((0, 1, 2),), ((0, 1), (2, 3))]))
    n = sum(map(len, groups))
    monomials = draw(_monomials(n, draw(st.integers(1, 3)), 4))
    return Objective("form on spheres", NAMES[:n], _text(monomials, n), domain=Spheres(groups))


@st.composite
def in_boxes(draw: st.DrawFn) -> Objective:
    """Polynomials on boxes with rational ends."""
    made = draw(polynomials(unknowns=2))
    ends = [sorted(draw(st.tuples(rationals(), rationals()))) for _ in made.variables]
    return made.on(Box(tuple(low for low, _ in ends), tuple(high for _, high in ends)))


def objectives() -> st.SearchStrategy[Objective]:
    """All families."""
    return st.one_of(
        coercive_polynomials(),
        polynomials(unknowns=2),
        symmetric_polynomials(),
        degenerate_polynomials(),
        smooth_functions(),
        networks(),
        on_spheres(),
        in_boxes(),
    )


@st.composite
def signed_permutations(draw: st.DrawFn, n: int) -> SignedPermutation:
    """Signed permutations of n unknowns; shrinks to the identity."""
    images = draw(st.permutations(range(n)))
    return SignedPermutation(tuple(images), tuple(draw(st.sampled_from([1, -1])) for _ in range(n)))


@st.composite
def orthonormal_matrices(draw: st.DrawFn, n: int) -> Rows:
    """Rational orthonormal matrices: a signed permutation times a few Pythagorean rotations."""
    element = draw(signed_permutations(n))
    rows = [[Fraction(element.signs[i]) if element.images[i] == j else Fraction(0) for j in range(n)] for i in range(n)]
    for _ in range(draw(st.integers(0, 2)) if n > 1 else 0):
        i, j = draw(st.permutations(range(n)))[:2]
        t = draw(st.fractions(Fraction(-1), Fraction(1), max_denominator=4))
        cosine, sine = (1 - t * t) / (1 + t * t), 2 * t / (1 + t * t)
        rows[i], rows[j] = (
            [cosine * a - sine * b for a, b in zip(rows[i], rows[j], strict=True)],
            [sine * a + cosine * b for a, b in zip(rows[i], rows[j], strict=True)],
        )
    return tuple(map(tuple, rows))


def points(objective: Objective) -> st.SearchStrategy[tuple[float, ...]]:
    """Points with dyadic coordinates, exact as floats: in the box, or within 4 of the origin."""
    domain = objective.domain
    if isinstance(domain, Box):
        ends = [(float(low), float(high)) for low, high in zip(domain.lower, domain.upper, strict=True)]
        return st.tuples(*(_between(a, b) for a, b in ends))
    return st.tuples(*([st.integers(-64, 64).map(lambda k: k / 16)] * objective.dimension))


def _between(low: float, high: float) -> st.SearchStrategy[float]:
    return st.integers(0, 64).map(lambda k: low + (high - low) * k / 64)


@st.composite
def names(draw: st.DrawFn, n: int) -> tuple[str, ...]:
    """n different names whose alphabetic order is any."""
    order: Sequence[int] = draw(st.permutations(range(n)))
    return tuple(f"{draw(st.sampled_from('abq'))}{k}" for k in order)


@st.composite
def constants(draw: st.DrawFn) -> dict[str, float]:
    """alpha, gamma, epsilon, delta, from weak to strong."""
    powers = st.integers(-6, 1).map(lambda k: 2.0**k)
    return {
        "alpha": draw(powers),
        "gamma": draw(powers),
        "epsilon": draw(powers),
        "delta": draw(st.integers(-4, -1).map(lambda k: 2.0**k)),
    }


@st.composite
def _weaker(draw: st.DrawFn) -> tuple[dict[str, float], dict[str, float]]:
    larger = draw(constants())
    factors = {name: draw(st.sampled_from([1.0, 0.5, 0.125])) for name in ("alpha", "gamma", "epsilon")}
    return larger, {name: value * factors.get(name, 1.0) for name, value in larger.items()}


def cases(law: Law, objective: Objective) -> st.SearchStrategy[Any]:
    """What the law is tried on, for this objective."""
    n, seeds = objective.dimension, st.integers(0, 2**31)
    drawn: dict[Draws, st.SearchStrategy[Any]] = {
        "nothing": st.none(),
        "point": points(objective),
        "pair": st.tuples(points(objective), points(objective)),
        "factor": st.fractions(Fraction(1, 9), 9, max_denominator=9).filter(lambda c: c > 0),
        "constant": rationals(9),
        "signed_permutation": signed_permutations(n),
        "names": names(n),
        "orthonormal": orthonormal_matrices(n),
        "seed": seeds,
        "constants": st.tuples(constants(), seeds),
        "smaller": _weaker(),
    }
    return drawn[law.draws]


@st.composite
def _monomials(draw: st.DrawFn, n: int, degree: int, terms: int) -> dict[tuple[int, ...], Fraction]:
    exponents = (
        st.lists(st.integers(0, degree), min_size=n, max_size=n).map(tuple).filter(lambda e: 0 < sum(e) <= degree)
    )
    return dict(draw(st.dictionaries(exponents, rationals().filter(bool), min_size=1, max_size=terms)))


def _text(monomials: dict[tuple[int, ...], Fraction], n: int) -> str:
    def monomial(exponents: tuple[int, ...]) -> str:
        return "*".join(f"{name}**{k}" for name, k in zip(NAMES[:n], exponents, strict=True) if k)

    return " + ".join(f"({c})*{monomial(e)}" for e, c in sorted(monomials.items()))
