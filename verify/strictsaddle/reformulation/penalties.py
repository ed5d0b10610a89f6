"""Text of what modifications add: ridges, balance, gauges, tilts. Variables are names; numbers are exact."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from strictsaddle.objective.architecture import Network

Matrix = Sequence[Sequence[Fraction]]


def number(value: Fraction) -> str:
    """A number as a factor of an expression."""
    return str(value) if value.denominator == 1 and value >= 0 else f"({value})"


FACTORS = ("1", "13/10", "17/10", "11/10", "19/10", "23/20", "31/20", "29/20", "37/20", "41/40", "43/40", "47/40")


def own_factors(n: int) -> list[Fraction]:
    """n different factors from 1 to 2, without pattern: short ones, or where more are needed multiples of 37 modulo a prime."""
    if n <= len(FACTORS):
        return [Fraction(c) for c in FACTORS[:n]]
    prime = next(p for p in (61, 127, 251, 509, 1021, 2053, 4099, 8209, 16411, 32771) if p > n)
    return [1 + Fraction(37 * (k + 1) % prime, prime) for k in range(n)]


def layer_factors(network: Network) -> list[Fraction]:
    """For each parameter the factor of its layer, of different ones."""
    found = [Fraction(0)] * len(network.ridge)
    for layer, factor in enumerate(own_factors(network.layers), start=1):
        for unit in network.units(layer):
            for k in network.incoming(layer, unit):
                found[k] = factor
    return found


def combination(terms: Sequence[tuple[Fraction, str]]) -> str:
    """A sum of numbers times formulas, with signs where they belong; empty for none."""
    found = ""
    for c, factor in terms:
        size = factor if abs(c) == 1 else f"{number(abs(c))}*{factor}"
        if not found:
            found = size if c > 0 else f"-{size}"
        else:
            found += f" + {size}" if c > 0 else f" - {size}"
    return found


def own_ridge(names: Sequence[str]) -> str:
    """sum c_k w_k^2 with different c_k."""
    return combination([(c, f"{name}**2") for c, name in zip(own_factors(len(names)), names, strict=True)])


def equal_ridge(names: Sequence[str]) -> str:
    return " + ".join(f"{name}**2" for name in names)


def tilt(names: Sequence[str]) -> str:
    """<a, w> with different a_k of both signs."""
    factors = own_factors(len(names))
    return combination(
        [(c if k % 2 == 0 else -c, name) for k, (c, name) in enumerate(zip(factors, names, strict=True))]
    )


def quadratic_form(matrix: Matrix, names: Sequence[str]) -> str:
    """w' A w of the symmetric part of A; empty where that is 0."""
    terms = []
    for i, first in enumerate(names):
        for j in range(i, len(names)):
            c = Fraction(matrix[i][j]) + (Fraction(matrix[j][i]) if i != j else 0)
            if c:
                terms.append((c, f"{first}**2" if i == j else f"{first}*{names[j]}"))
    return combination(terms)


def moments(matrices: Sequence[Matrix], names: Sequence[str]) -> str:
    """sum (w' A w)^2 over the fields w' = A w of a symmetry: 0 where the orbit is shortest (Kempf and Ness), so that every closed orbit has
    points at which it is 0. For a scaling of two layers it is what balances them. Skew fields add nothing."""
    forms = [quadratic_form(matrix, names) for matrix in matrices]
    return " + ".join(f"({form})**2" for form in forms if form)


def gauge(matrices: Sequence[Matrix], names: Sequence[str]) -> str:
    """A sum of squares of coordinates that rotations can make 0, one block after the other: all of a block but its first, and so on with
    the rotations that keep the first."""
    skew = [matrix for matrix in matrices if not quadratic_form(matrix, names)]
    chosen: list[int] = []
    while skew:
        block = _block(skew, len(names))
        chosen += block[1:]
        skew = _keeping(skew, block[0], len(names))
    return " + ".join(f"{names[k]}**2" for k in dict.fromkeys(chosen))


def _block(matrices: Sequence[Matrix], n: int) -> list[int]:
    """The coordinates that are mixed with the first one that is moved."""
    first = next(i for i in range(n) if any(any(matrix[i]) for matrix in matrices))
    block, waiting = [first], [first]
    while waiting:
        i = waiting.pop()
        for j in range(n):
            if j not in block and any(matrix[i][j] or matrix[j][i] for matrix in matrices):
                block.append(j)
                waiting.append(j)
    return [first, *sorted(block[1:])]


def _keeping(matrices: Sequence[Matrix], k: int, n: int) -> list[Matrix]:
    """A basis of the combinations A with A e_k = 0."""
    from flint import fmpq_mat

    from strictsaddle.arithmetic.exact import fraction, rational

    columns = fmpq_mat([[rational(Fraction(matrix[i][k])) for matrix in matrices] for i in range(n)])
    reduced, rank = columns.rref()
    pivots = [next(j for j in range(len(matrices)) if reduced[r, j] != 0) for r in range(rank)]
    found: list[Matrix] = []
    for free in (j for j in range(len(matrices)) if j not in pivots):
        weights = [Fraction(0)] * len(matrices)
        weights[free] = Fraction(1)
        for r, p in enumerate(pivots):
            weights[p] = -fraction(reduced[r, free])
        found.append([[sum((c * Fraction(m[i][j]) for c, m in zip(weights, matrices, strict=True)), Fraction(0)) for j in range(n)]
                      for i in range(n)])  # fmt: skip
    return found


def orthogonality(network: Network) -> str:
    """The sum of the squares of the inner products of two units' incoming weights, over the first hidden layer and over the outgoing
    weights of the last."""
    names = network.variables
    first = [[names[network.weight(1, unit, source)] for source in network.units(0)] for unit in network.units(1)]
    return " + ".join(
        f"({' + '.join(f'{a}*{b}' for a, b in zip(first[i], first[j], strict=True))})**2"
        for i in range(len(first))
        for j in range(i)
    )


def local_tilt(names: Sequence[str], points: Sequence[Sequence[Fraction]], radius: Fraction) -> str:
    """sum exp(-|w - p|^2/r^2) <a, w - p> over the points: a tilt near each of them, and nothing to speak of elsewhere."""
    factors = own_factors(len(names))
    parts = []
    for point in points:
        offsets = [f"({name} - {number(c)})" if c else name for name, c in zip(names, point, strict=True)]
        square = " + ".join(f"{offset}**2" for offset in offsets)
        slope = combination(
            [(c if k % 2 == 0 else -c, offset) for k, (c, offset) in enumerate(zip(factors, offsets, strict=True))]
        )
        parts.append(f"exp(-({square})/{number(radius**2)})*({slope})")
    return " + ".join(parts)
