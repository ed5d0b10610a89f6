"""What theorems say of a row: the verdict that it must have, or must not have, and why."""

from __future__ import annotations

from dataclasses import dataclass

from strictsaddle.atlas.network_rows import PIECEWISE, NetworkRow
from strictsaddle.atlas.other_rows import OtherRow
from strictsaddle.objective.layers import POWERS
from strictsaddle.records.terms import Answer

Row = NetworkRow | OtherRow


@dataclass(frozen=True)
class Theorem:
    """`must`: the verdict that is proved elsewhere; `modulo`: that modulo symmetry; None where nothing is said. `reference`: who says
    so."""

    must: Answer | None = None
    modulo: Answer | None = None
    reference: str = ""


def theorem(row: Row) -> Theorem:
    """What is known of a row."""
    if isinstance(row, OtherRow):
        return Theorem(row.known, None, row.source)
    rows = {"two rows": 2, "teacher": 3, "xor": 4, "three classes": 3, "iris": 12}[row.data]
    shallow, units = len(row.hidden) == 1, row.hidden[0]
    linear = row.activation == "linear"
    if row.activation in PIECEWISE or row.loss in ("huber", "hinge"):
        return Theorem()  # the theorems below are about twice differentiable objectives
    if row.regularisation == "own":
        return Theorem("strict_saddle", None, "almost every choice of ridges (Theorem A)")
    if linear and shallow and row.regularisation == "none" and row.loss == "squared":
        return Theorem("not_strict_saddle", "strict_saddle", "Baldi, Hornik 1989; Kawaguchi 2016")
    if linear and not shallow and row.regularisation == "none":
        return Theorem("not_strict_saddle", "not_strict_saddle", "Kawaguchi 2016 (depth 3)")
    if linear and shallow and units > 1 and row.regularisation in ("equal", "layer", "balance"):
        return Theorem("not_strict_saddle", None, "rotations of the units move minima")
    if (
        row.regularisation == "none"
        and row.loss == "squared"
        and shallow
        and units >= rows
        and row.activation not in POWERS
    ):
        return Theorem("not_strict_saddle", None, "Cooper 2018: as many units as rows, minima form a manifold")
    return Theorem()


def contradicts(row: Row, verdict: Answer, modulo: Answer | None) -> str:
    """Why a verdict is against what is known; empty where it isn't."""
    said = theorem(row)
    if said.must is not None and verdict not in ("undecided", said.must):
        return f"{verdict}, against {said.reference}"
    if said.modulo is not None and modulo is not None and modulo not in ("undecided", said.modulo):
        return f"{modulo} modulo symmetry, against {said.reference}"
    return ""
