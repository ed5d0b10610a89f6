"""Derivatives of polynomials in atoms, and their division by factors in denominators."""

from __future__ import annotations

from flint import fmpq

from strictsaddle.execution.budget import require_time
from strictsaddle.formula.atoms import Atoms, Monomial, Polynomial, accumulate, added, scaled, times

_HALF = fmpq(1, 2)
MOST_DIVISIONS = 1_000_000


class Derivatives:
    """Partial derivatives of polynomials over `atoms`; those of atoms are computed once."""

    def __init__(self, atoms: Atoms) -> None:
        self.atoms = atoms
        self._known: dict[tuple[int, int], Polynomial] = {}

    def __call__(self, polynomial: Polynomial, variable: int) -> Polynomial:
        """The partial derivative, where it exists (sgn counts as locally constant)."""
        result: Polynomial = {}
        for number, (monomial, c) in enumerate(polynomial.items()):
            if number % 1000 == 0:
                require_time()
            for place, (atom, exponent) in enumerate(monomial):
                inner = self._atom_derivative(atom, variable)
                if not inner:
                    continue
                lowered = ((atom, exponent - 1),) if exponent != 1 else ()
                rest = monomial[:place] + lowered + monomial[place + 1 :]
                accumulate(result, self.atoms.multiply({rest: c * exponent}, inner))
        return result

    def _atom_derivative(self, atom: int, variable: int) -> Polynomial:
        if atom < self.atoms.dimension:
            return self.atoms.constant(fmpq(1 if atom == variable else 0))
        found = self._known.get((atom, variable))
        if found is None:
            inner = self(self.atoms.argument(atom), variable)
            found = self.atoms.multiply(self._outer_derivative(atom), inner) if inner else {}
            self._known[atom, variable] = found
        return found

    def _outer_derivative(self, atom: int) -> Polynomial:
        kind, argument = self.atoms.table[atom].kind, self.atoms.argument(atom)
        itself: Polynomial = {((atom, 1),): fmpq(1)}
        one = self.atoms.constant(fmpq(1))
        square = self.atoms.power(itself, 2)
        if kind == "factor":
            return one
        if kind in ("pi", "sgn"):
            return {}
        if kind == "exp":
            return itself
        if kind in ("sin", "sinh", "cosh"):
            return self.atoms.apply({"sin": "cos", "sinh": "cosh", "cosh": "sinh"}[kind], argument)
        if kind == "cos":
            return scaled(self.atoms.apply("sin", argument), fmpq(-1))
        if kind in ("tan", "tanh"):
            return added(one, square, fmpq(1 if kind == "tan" else -1))
        if kind == "logcosh":
            return self.atoms.apply("tanh", argument)
        if kind == "log":
            return self.atoms.reciprocal(argument)
        if kind == "sqrt":
            return scaled(self.atoms.power(itself, -1), _HALF)
        squared = self.atoms.multiply(argument, argument)
        if kind == "atan":
            return self.atoms.reciprocal(added(one, squared))
        if kind == "asin":
            return self.atoms.power(self.atoms.apply("sqrt", added(one, squared, fmpq(-1))), -1)
        if kind == "erf":  # 2/sqrt(pi) exp(-x²)
            root = self.atoms.power(self.atoms.apply("sqrt", self.atoms.apply("pi", {})), -1)
            return self.atoms.multiply(scaled(root, fmpq(2)), self.atoms.apply("exp", scaled(squared, fmpq(-1))))
        raise NotImplementedError(f"no derivative for {kind}")


class Division:
    """Division by "factor" atoms and square roots: brings numerators over a factor D below D as far as one
    atom allows, so that sum exp(z_k) over itself becomes 1, and likewise x² + y² over its root becomes the
    root."""

    def __init__(self, atoms: Atoms) -> None:
        self.atoms = atoms
        self._leads: dict[int, Monomial | None] = {}

    def __call__(self, polynomial: Polynomial) -> Polynomial:
        """An equal polynomial. The map is linear, so linear relations among results hold among the inputs."""
        result: Polynomial = {}
        pending = dict(polynomial)
        for number in range(MOST_DIVISIONS):
            if not pending:
                return result
            if number % 1000 == 0:
                require_time()
            monomial, c = pending.popitem()
            replaced = self._divided(monomial)
            if replaced is None:
                accumulate(result, {monomial: c})
            else:
                accumulate(pending, replaced, c)
        return polynomial  # equal in any case, only not reduced

    def _divided(self, monomial: Monomial) -> Polynomial | None:
        """m/D**e with m divisible by the leading term t of D = t + rest, as (m/t)(1 - rest/D)/D**(e-1). For
        the root R of D the same with D = R²; and R² is D."""
        exponents = dict(monomial)
        for atom, exponent in monomial:
            kind = self.atoms.table[atom].kind
            if kind not in ("factor", "sqrt") or (exponent > 0 and kind == "factor") or exponent == 1:
                continue
            divisor = self.atoms.argument(atom)
            step = 2 if kind == "sqrt" else 1
            if exponent > 0:
                lowered = times(monomial, ((atom, -step),))
                return {times(lowered, m): c for m, c in divisor.items()}
            lead = self._leading(atom, divisor)
            if lead is None or any(exponents.get(a, 0) < e for a, e in lead if e > 0):
                continue
            quotient = times(monomial, tuple((a, -e) for a, e in lead))
            rest = {m: -c / divisor[lead] for m, c in divisor.items() if m != lead}
            whole = {times(quotient, ((atom, step),)): 1 / divisor[lead]}
            return added(whole, {times(quotient, m): c for m, c in rest.items()})
        return None

    def _leading(self, factor: int, divisor: Polynomial) -> Monomial | None:
        """The term of `divisor` that alone has the highest power of some atom, so that division by it comes
        to an end."""
        if factor not in self._leads:
            self._leads[factor] = None
            if len(divisor) < 2:
                return None
            for atom in sorted({atom for monomial in divisor for atom, _ in monomial}):
                ranked = sorted((dict(monomial).get(atom, 0), monomial) for monomial in divisor)
                if ranked[-1][0] > max(ranked[-2][0], 0):
                    self._leads[factor] = ranked[-1][1]
                    break
        return self._leads[factor]
