"""The branches of a sweep, followed through their pieces for a picture."""

from __future__ import annotations

from fractions import Fraction

from strictsaddle.covering.families.question import derive_family
from strictsaddle.families.branches import Branch, followed
from strictsaddle.objective.family import Family
from strictsaddle.records.sweep import Sweep


def branches(family: Family, sweep: Sweep) -> tuple[Branch, ...]:
    """One branch for each point that was listed in a piece. Their indices are proved where the piece's list holds for all of it."""
    derivation = derive_family(family)
    found = []
    for piece in sweep.pieces:
        if piece.at is None:
            continue
        low, high = (
            max(piece.low.low, float(family.parameters[0].low)),
            min(piece.high.high, float(family.parameters[0].high)),
        )
        found += [followed(derivation, low, high, float(Fraction(piece.at)), point) for point in piece.points]
    return tuple(found)
