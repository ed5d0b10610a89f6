"""The continuum of stationary points through an exact witness, where something proves that there is one.

* Its orbit under the proved continuous symmetries, of the dimension that the fields span there.
* The common zeros of the r_i in f = c + sum a_i r_i^(2 k_i), a_i > 0 (`routes.refutation.interpolation`): where the gradients of all
  m functions are independent they are a manifold of dimension n - m, of global minima.

The points near the witness are minima where it is such a zero, and where H is positive definite on the normal space.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from flint import fmpq_mat

from strictsaddle.arithmetic.evaluate import evaluate_rational
from strictsaddle.arithmetic.exact import rational
from strictsaddle.arithmetic.tape import compile_tape
from strictsaddle.certify.square_system import substituted
from strictsaddle.derive.derivatives import Derivation, forward
from strictsaddle.execution.budget import in_time_or
from strictsaddle.records.finding import Finding, refutation, refuting_continuum
from strictsaddle.records.terms import Kind
from strictsaddle.records.verdict import Continuum, Definition1, Witness
from strictsaddle.routes.refutation.interpolation import even_powers
from strictsaddle.routes.route import Case
from strictsaddle.symmetry.continuous.fields import ContinuousSymmetries
from strictsaddle.symmetry.orbits import orbit_dimension


def with_continua(case: Case, finding: Finding) -> Finding:
    """On R^n: the refutation by a continuum of the list where the question is open, and the continuum through an exact witness where
    none is listed."""
    if not case.objective.domain.everything:
        return finding
    if not finding.decided and (witness := refuting_continuum(finding.stationary)) is not None:
        refuted = Definition1("not_strict_saddle", "global", "interval", refutation(witness), witness)
        finding = replace(finding, definition_1=refuted)
    found = finding.definition_1.witness
    if found is None or finding.stationary.continua:
        return finding
    through = in_time_or(None, lambda: continuum_through(case.derivation, found, case.symmetry.fields))
    continua = () if through is None else (through,)
    return replace(finding, stationary=replace(finding.stationary, continua=continua))


def continuum_through(derivation: Derivation, witness: Witness, fields: ContinuousSymmetries) -> Continuum | None:
    """The record of the largest continuum that is proved, of an objective on R^n; None where none is."""
    if witness.coordinates is None or witness.nullity is None:
        return None
    point = [Fraction(x) for x in witness.coordinates]
    orbit = orbit_dimension(fields, point)
    ranks = zeros_of_squares(derivation, point)
    zeros = 0 if ranks is None or ranks[0] != ranks[1] else len(point) - ranks[0]
    dimension = max(orbit, zeros)
    if not dimension:
        return None
    morse_bott = witness.nullity == dimension
    kind: Kind = "degenerate_minimum" if ranks is not None or morse_bott else "degenerate"
    what = (
        f"an orbit of {fields.name}"
        if orbit == dimension
        else "the common zeros of the functions whose even powers make up f"
    )
    normal = witness.eigenvalues[dimension:] if morse_bott else ()
    return Continuum(dimension, witness.point, 0, kind, None, what, normal)


def zeros_of_squares(derivation: Derivation, point: Sequence[Fraction]) -> tuple[int, int] | None:
    """The number of different r_i and the rank of their gradients, where all of them vanish at the point; None where f is
    no such sum or one doesn't vanish. The point is a global minimum then."""
    n = derivation.dimension
    terms = even_powers(derivation.graph, derivation.value)
    if not terms:
        return None
    graph, residuals = substituted(derivation.graph, sorted({r for r, _ in terms}), {}, {i: i for i in range(n)})
    values = evaluate_rational(compile_tape(graph, residuals, n), point)
    if values is None or any(values):
        return None
    columns = [forward(graph, residuals, {k: graph.constant(1)}) for k in range(n)]
    entries = [columns[j][i] for i in range(len(residuals)) for j in range(n)]
    slopes = evaluate_rational(compile_tape(graph, entries, n), point)
    if slopes is None:
        return None
    matrix = fmpq_mat(len(residuals), n, [rational(x) for x in slopes])
    return len(residuals), int(matrix.rank())
