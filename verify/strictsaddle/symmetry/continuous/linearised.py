"""Products of sines, cosines and exponentials as sums of single ones, so that equal ones become equal.

    cos A cos B = (cos(A - B) + cos(A + B))/2, and likewise for sin;  exp(A) exp(B) = exp(A + B);  cosh A = (exp A + exp(-A))/2.

Functions exp(P_k) and exp(i P_k), no two P_k with a constant difference, are linearly independent over the polynomials; so of
polynomials in the unknowns, sines, cosines and exponentials of polynomials without constant terms this is a canonical form: double
angles are known. With constant terms, and beside other atoms, it only finds more.
"""

from __future__ import annotations

from flint import fmpq

from strictsaddle.execution.budget import require_time
from strictsaddle.formula.atoms import Atoms, Monomial, Polynomial, accumulate, added, scaled, times

MOST_STEPS = 100_000
_HALF = fmpq(1, 2)


def linearised(atoms: Atoms, polynomial: Polynomial) -> Polynomial:
    """An equal polynomial in which no monomial has two sines or cosines; and, where nothing stands in a denominator, no hyperbolic
    function and no two exponentials. The polynomial itself where that takes too many steps."""
    kinds = {atoms.table[atom].kind for monomial in polynomial for atom, _ in monomial}
    exponentials = not kinds & {"factor", "sqrt"}  # division by sums of exponentials looks for their powers
    result: Polynomial = {}
    pending = dict(polynomial)
    for number in range(MOST_STEPS):
        if not pending:
            return result
        if number % 1000 == 0:
            require_time()
        monomial, c = pending.popitem()
        replaced = _waves(atoms, monomial) or (_exponentials(atoms, monomial) if exponentials else None)
        if replaced is None:
            accumulate(result, {monomial: c})
        else:
            accumulate(pending, replaced, c)
    return polynomial


def _waves(atoms: Atoms, monomial: Monomial) -> Polynomial | None:
    """Two of the monomial's sines and cosines as a sum; None where there are no two."""
    found = [atom for atom, e in monomial if atoms.table[atom].kind in ("sin", "cos") for _ in range(min(e, 2))][:2]
    if len(found) < 2:
        return None
    rest = times(monomial, ((found[0], -1),))
    rest = times(rest, ((found[1], -1),))
    first, second = sorted(found, key=lambda atom: atoms.table[atom].kind)  # a cosine first
    a, b = atoms.argument(first), atoms.argument(second)
    kinds = (atoms.table[first].kind, atoms.table[second].kind)
    kind, sign = {("cos", "cos"): ("cos", 1), ("cos", "sin"): ("sin", -1), ("sin", "sin"): ("cos", -1)}[kinds]
    if kinds == ("cos", "sin"):  # cos a sin b = (sin(a + b) - sin(a - b))/2
        total = added(atoms.apply(kind, added(a, b)), atoms.apply(kind, added(a, b, -1)), sign)
    else:  # cos a cos b = (cos(a - b) + cos(a + b))/2, sin a sin b = (cos(a - b) - cos(a + b))/2
        total = added(atoms.apply(kind, added(a, b, -1)), atoms.apply(kind, added(a, b)), sign)
    return atoms.multiply({rest: _HALF}, total)


def _exponentials(atoms: Atoms, monomial: Monomial) -> Polynomial | None:
    """The monomial with one exponential, or none, in the place of exponentials and hyperbolic functions; None where it is so already."""
    for atom, e in monomial:
        kind = atoms.table[atom].kind
        if kind in ("sinh", "cosh") and e > 0:
            up = atoms.apply("exp", atoms.argument(atom))
            down = atoms.apply("exp", scaled(atoms.argument(atom), fmpq(-1)))
            halved = scaled(added(up, down, 1 if kind == "cosh" else -1), _HALF)
            return atoms.multiply({times(monomial, ((atom, -1),)): fmpq(1)}, halved)
    powers = [(atom, e) for atom, e in monomial if atoms.table[atom].kind == "exp"]
    if sum(abs(e) for _, e in powers) < 2:
        return None
    total: Polynomial = {}
    rest = monomial
    for atom, e in powers:
        accumulate(total, atoms.argument(atom), fmpq(e))
        rest = times(rest, ((atom, -e),))
    return atoms.multiply({rest: fmpq(1)}, atoms.apply("exp", total))
