"""The verdict of Definition 1, from what the engines found out.

Strict-saddle: every stationary point is a minimum with H > 0 or has a negative eigenvalue. It fails exactly where some
stationary point has H >= 0 and H singular, so one witness refutes, and a complete list without one proves.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

from strictsaddle.objective.domain import Box
from strictsaddle.records.verdict import Continuum, Definition1, Interval, OnBox, Proof, Scope, Stationary, Witness

if TYPE_CHECKING:
    from strictsaddle.routes.exact.engine import Solution
    from strictsaddle.routes.interval.engine import Enclosed

SETTLED = ("local_minimum", "strict_saddle", "local_maximum")


def from_solution(solution: Solution, box: Box | None) -> tuple[Definition1, Stationary]:
    """The verdict of the exact engine on all of R^n, or on a box: then of the points that lie in it."""
    scope: Scope = "global" if box is None else "box"
    inside = solution.inside or (True,) * len(solution.points)
    points = list(zip(solution.points, inside, strict=True))
    witnesses = [w for w in solution.witnesses if _inside_exactly(w, box) is True]
    listed = tuple(point for point, inside in points if inside)
    unsure = [point for point, inside in points if inside is None]
    complete = solution.complete and not unsure
    stationary = Stationary(complete, solution.trust, listed, solution.continua if box is None else ())
    if witnesses:
        witness = witnesses[0]
        return Definition1("not_strict_saddle", scope, "exact", refutation(witness), witness), stationary
    if solution.status in ("infinite", "failed"):
        reason = solution.reason + (f". {solution.remedy}" if solution.remedy else "")
        return Definition1("undecided", scope, "none", reason), stationary
    # A point on which it is open whether it lies in the box does no harm when it is of a good kind.
    doubtful = [point for point, inside in points if inside is not False and point.kind not in SETTLED]
    if doubtful or not solution.complete:
        reason = (
            "the kind of a stationary point is not settled"
            if doubtful
            else solution.reason or "the list is not proved complete"
        )
        return Definition1("undecided", scope, "none", reason), stationary
    if not listed:
        where = "anywhere" if box is None else "in the box"
        reason = f"there is no stationary point {where}"
        if unsure:
            reason += f", but for {len(unsure)} on its boundary or next to it, nondegenerate or strict"
        return Definition1("strict_saddle", scope, _proof(solution), reason), stationary
    return Definition1("strict_saddle", scope, _proof(solution), _all_good(stationary)), stationary


def from_covering(found: Enclosed) -> tuple[Definition1, Stationary]:
    """The verdict of the interval engine. A box that the program chose proves nothing that was asked."""
    everything = found.chosen is None
    stationary = Stationary(
        found.complete and everything, found.trust, found.points, unresolved=found.unresolved,
        minima_complete=found.minima_complete and everything,
    )  # fmt: skip
    if found.witness is not None:
        return from_witness(found.witness, stationary, found.scope)
    if not found.closed:
        on_box = None if found.chosen is None else OnBox(found.chosen, "undecided", "none")
        return Definition1("undecided", found.scope, "none", found.reason, on_box=on_box), stationary
    if found.chosen is not None:
        known = f"on {found.where}, every stationary point is nondegenerate or strict"
        if found.complete:
            known = f"on {found.where}, {_all_good(stationary)}"
        reason = f"nothing is known about what lies outside of a box that the program chose; {known}"
        on_box = OnBox(found.chosen, "strict_saddle", "interval")
        return Definition1("undecided", found.scope, "none", reason, on_box=on_box), stationary
    if found.complete and not found.points:
        where = "anywhere" if found.scope == "global" else "in the box"
        reason = f"there is no stationary point {where}: {found.where}"
    elif found.complete:
        reason = _all_good(stationary)
    else:
        reason = "every stationary point is a minimum with positive definite Hessian or has a negative curvature"
    if found.scope == "box":
        reason += "; proved on the box"
    return Definition1("strict_saddle", found.scope, "interval", reason), stationary


def from_witness(
    witness: Witness, stationary: Stationary, scope: Scope = "global", *, exact: bool = False
) -> tuple[Definition1, Stationary]:
    """The refutation by a proved witness, and the stationary points with the continuum on which it lies.

    exact: whether the proof is in a number field, where the coordinates are not rational."""
    proof: Proof = "exact" if exact or witness.coordinates is not None else "interval"
    stationary = replace(stationary, continua=continua_through(witness) or stationary.continua)
    return Definition1("not_strict_saddle", scope, proof, refutation(witness), witness), stationary


def refuted_by_continuum(stationary: Stationary) -> Definition1 | None:
    """The refutation on R^n by a listed continuum with a Hessian that is positive definite normal to it, if there is one."""
    for continuum in stationary.continua:
        if (
            continuum.dimension
            and continuum.index == 0
            and continuum.kind == "degenerate_minimum"
            and continuum.eigenvalues
        ):
            spectrum = (Interval(0.0, 0.0),) * continuum.dimension + continuum.eigenvalues
            proof = f"minima on {continuum.description}"
            witness = Witness(continuum.point, None, spectrum, continuum.dimension, proof, continuum.dimension)
            return Definition1("not_strict_saddle", "global", "interval", refutation(witness), witness)
    return None


def continua_through(witness: Witness) -> tuple[Continuum, ...]:
    """The manifold of stationary points that the proof of a witness shows, with H positive definite normal to it."""
    if witness.dimension is None or witness.dimension != witness.nullity:
        return ()
    normal = witness.eigenvalues[witness.dimension :]
    return (Continuum(witness.dimension, witness.point, 0, "degenerate_minimum", None, witness.proof, normal),)


def _proof(solution: Solution) -> Proof:
    return "exact" if solution.proof == "exact" else "modular"


def _all_good(stationary: Stationary) -> str:
    counts = stationary.counts
    words = {"local_minimum": "minimum", "strict_saddle": "strict saddle", "local_maximum": "maximum"}
    parts = []
    for key, word in words.items():
        if number := counts[key]:
            plural = word if number == 1 else {"minimum": "minima", "maximum": "maxima"}.get(word, word + "s")
            parts.append(f"{number} {plural}")
    total = sum(counts[key] for key in words)
    if not total:
        return "there is no stationary point"
    subject = f"all {total} stationary points are" if total > 1 else f"the {total} stationary point is"
    return f"{subject} nondegenerate or strict: {', '.join(parts)}"


def refutation(witness: Witness) -> str:
    """The reason of a verdict that rests on a witness."""
    place = (
        ", ".join(witness.coordinates)
        if witness.coordinates
        else ", ".join(f"{0.5 * (i.low + i.high):.6g}" for i in witness.point)
    )
    about = "at" if witness.coordinates else "near"
    return f"the stationary point {about} ({place}) has a singular Hessian without negative eigenvalue: {witness.proof}"


def _inside(point: tuple[Interval, ...], box: Box | None) -> bool | None:
    """Whether an enclosed point lies in the closed box; None when its enclosure straddles the boundary."""
    if box is None:
        return True
    answer: bool | None = True
    for i, low, high in zip(point, box.lower, box.upper, strict=True):
        if Fraction(i.high) < low or Fraction(i.low) > high:
            return False
        if Fraction(i.low) < low or Fraction(i.high) > high:
            answer = None
    return answer


def _inside_exactly(witness: Witness, box: Box | None) -> bool | None:
    if box is None or witness.coordinates is None:
        return _inside(witness.point, box)
    exact = [Fraction(c) for c in witness.coordinates]
    return all(low <= x <= high for x, low, high in zip(exact, box.lower, box.upper, strict=True))
