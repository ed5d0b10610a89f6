"""A refined stationary point with its value, the enclosed eigenvalues of its Hessian, and its kind."""

from __future__ import annotations

import numpy as np

from strictsaddle.arithmetic.evaluate import evaluate_arb
from strictsaddle.arithmetic.exact import at_precision
from strictsaddle.arithmetic.outward import outward
from strictsaddle.certify.inertia import eigenvalue_enclosures
from strictsaddle.certify.krawczyk import Enclosure, hessian, refine
from strictsaddle.derive.derivatives import Derivation
from strictsaddle.records.terms import Interval, Kind
from strictsaddle.records.verdict import StationaryPoint

PRECISIONS = (128, 512, 2048)  # bits


def kind_of(eigenvalues: tuple[Interval, ...]) -> tuple[Kind, int | None, int | None]:
    """Kind, index and nullity from enclosures none of which may hold zero; "undecided" when one does."""
    if not eigenvalues or any(e.low <= 0.0 <= e.high for e in eigenvalues):
        negative = any(e.high < 0.0 for e in eigenvalues)
        maximal = all(e.high < 0.0 or e.low <= 0.0 for e in eigenvalues)
        return ("strict_saddle" if negative and not maximal else "undecided"), None, None
    index = sum(e.high < 0.0 for e in eigenvalues)
    kind: Kind = "local_minimum" if index == 0 else "local_maximum" if index == len(eigenvalues) else "strict_saddle"
    return kind, index, 0


def classified(derivation: Derivation, enclosure: Enclosure) -> StationaryPoint:
    """The record of an enclosed stationary point, a simple zero of the gradient.

    Its Hessian is nonsingular, so enough digits tell its inertia; they are grown until they do, or PRECISIONS are used up.
    """
    point = _classified(derivation, enclosure, PRECISIONS[0])
    for precision in PRECISIONS[1:]:
        if point.index is not None:
            break
        finer = refine(derivation, enclosure.unique, np.array(enclosure.interval).T, precision)
        point = _classified(derivation, finer, precision)
    return point


def _classified(derivation: Derivation, enclosure: Enclosure, precision: int) -> StationaryPoint:
    with at_precision(precision):
        value = outward(evaluate_arb(derivation.value_tape, list(enclosure.balls))[0])
        eigenvalues = tuple(outward(e) for e in eigenvalue_enclosures(hessian(derivation, enclosure.balls)))
    kind, index, nullity = kind_of(eigenvalues)
    return StationaryPoint(enclosure.interval, value, eigenvalues, index, nullity, kind)
