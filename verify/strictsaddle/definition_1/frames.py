"""A verdict about g carried back to f(w) = g(A w), A orthogonal and proved to be a frame: the same points, turned.

Values, eigenvalues, indices and the grouping into orbits are the same. Enclosures are turned in exact arithmetic, and get a little wider:
an isolated point is kept where the wider box is proved to hold no other stationary point. One proof is enough for an orbit, as signed
permutations of v = A w keep distances in the greatest coordinate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from strictsaddle.arithmetic.exact import balls_of
from strictsaddle.arithmetic.tape import outward
from strictsaddle.certify.isolation import isolating_box
from strictsaddle.definition_1.another import Examine, verdict_about
from strictsaddle.definition_1.minima import Minima
from strictsaddle.derive.monomial_form import MonomialForm
from strictsaddle.execution.budget import Budget
from strictsaddle.manifolds.riemannian import lagrangian
from strictsaddle.objective import frame as frames
from strictsaddle.objective.domain import Domain
from strictsaddle.objective.objective import Frame, Objective
from strictsaddle.records import evidence
from strictsaddle.records.events import Listener, PointFound
from strictsaddle.records.finding import refutation
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import Continuum, Definition1, Stationary, StationaryPoint, Verdict, Witness
from strictsaddle.routes.exact.constrained import MOST_LISTED
from strictsaddle.routes.route import Case
from strictsaddle.symmetry.completion import in_order

COORDINATES = "in coordinates v = A w, where the rational matrix A is orthogonal on each sphere: "


def has_useful_frame(objective: Objective) -> bool:
    """Whether a frame is proved to hold, and the exact engine has no list of all points without it."""
    domain, frame = objective.domain, objective.frame
    if frame is None or not domain.groups or objective.dimension + domain.codimension <= MOST_LISTED:
        return False
    return frames.holds(frame, objective)


def in_its_frame(case: Case, budget: Budget, tell: Listener, examine: Examine) -> Verdict:
    """What `examine` says of the objective that this one is in its frame, carried back."""
    frame = case.objective.frame
    assert frame is not None
    straight = verdict_about(frame.straight, case, budget, tell, examine)
    definition_1, stationary = carried(straight, frame)
    for point in stationary.isolated:
        tell(PointFound(point))
    return replace(
        straight, objective=case.objective.to_dict(), definition_1=definition_1, stationary=stationary,
        symmetry=case.symmetry.record, evidence=(evidence.Frame(frame.matrix), *straight.evidence),
    )  # fmt: skip


def carried(straight: Verdict, frame: Frame) -> tuple[Definition1, Stationary]:
    """Verdict and points of f from the verdict on g; the frame must have been proved to hold."""
    definition, stationary = straight.definition_1, straight.stationary
    witness = None if definition.witness is None else _witness(definition.witness, frame)
    points = _apart(frame, stationary.isolated, stationary.complete)
    order = 1 if straight.symmetry is None else straight.symmetry.signed_permutations.order
    all_kept = len(points) == len(stationary.isolated)
    trust = (
        *stationary.trust,
        "the objective is proved to be a simpler polynomial in coordinates v = A w, where the rational matrix A is orthogonal on "
        f"each sphere; points are carried back exactly, and orbits are those under {order} signed permutations of v",
    )
    complete = stationary.complete and all_kept
    continua = tuple(_continuum(item, frame) for item in stationary.continua)
    turned = Stationary(complete, trust, points, continua, minima_complete=stationary.minima_complete and all_kept)
    reason = COORDINATES + definition.reason
    if witness is not None:
        about_minima = Minima.of(turned, definition.scope, frame.straight.domain, None).sentence
        reason = "; ".join(filter(None, (refutation(witness), about_minima)))
    return replace(definition, reason=reason, witness=witness), turned


def box_back(frame: Frame, point: Sequence[Interval]) -> tuple[Interval, ...]:
    """A box around all A^T v with v in a box, rounded outward."""
    ends = frames.box_back(frame, [(Fraction(side.low), Fraction(side.high)) for side in point])
    return tuple(Interval(outward(low)[0], outward(high)[1]) for low, high in ends)


def _apart(frame: Frame, points: Sequence[StationaryPoint], complete: bool) -> tuple[StationaryPoint, ...]:
    """The points whose turned boxes are proved to hold no other stationary point, turned. Of a complete list those that meet no other
    turned box are among them, as all stationary points are in these."""
    domain = frame.straight.domain
    form = MonomialForm.of(lagrangian(frame.straight)) if points else None
    radii: dict[int, float] = {}
    boxes = [box_back(frame, point.point) for point in points]
    kept = []
    for point, turned in zip(points, boxes, strict=True):
        assert form is not None
        radius = None if point.orbit is None else radii.get(point.orbit)
        if radius is None:
            radius = _radius(form, domain, point)
            if point.orbit is not None:
                radii[point.orbit] = radius
        # For w in that box |A w - v| in the greatest coordinate is at most the Euclidean norm of a vector between 0 and its sides.
        reach = sum((Fraction(side.high) - Fraction(side.low) for side in turned), Fraction(0))
        if reach <= Fraction(radius) or (complete and sum(_meet(turned, other) for other in boxes) == 1):
            kept.append(replace(point, point=turned))
    return tuple(sorted(kept, key=in_order))


def _meet(one: Sequence[Interval], other: Sequence[Interval]) -> bool:
    return all(a.low <= b.high and b.low <= a.high for a, b in zip(one, other, strict=True))


def _radius(form: MonomialForm, domain: Domain, point: StationaryPoint) -> float:
    """So far, in the greatest coordinate, there is no other stationary point: from any place in the point's enclosure. 0 if unknown."""
    balls = balls_of(point.point)
    box = isolating_box(form, domain, balls)
    if box is None:
        return 0.0
    below = min(Fraction(side.low) - Fraction(float(low)) for side, low in zip(point.point, box[0], strict=True))
    above = min(Fraction(float(high)) - Fraction(side.high) for side, high in zip(point.point, box[1], strict=True))
    return outward(min(below, above))[0]


def _witness(witness: Witness, frame: Frame) -> Witness:
    coordinates = witness.coordinates
    if coordinates is not None:
        exact = frames.back(frame, [Fraction(text) for text in coordinates])
        coordinates = tuple(str(x) for x in exact)
        point = tuple(Interval(*outward(x)) for x in exact)
    else:
        point = box_back(frame, witness.point)
    return replace(witness, point=point, coordinates=coordinates, proof=COORDINATES + witness.proof)


def _continuum(item: Continuum, frame: Frame) -> Continuum:
    description = COORDINATES + item.description if item.description else ""
    return replace(item, point=box_back(frame, item.point) if item.point else (), description=description)
