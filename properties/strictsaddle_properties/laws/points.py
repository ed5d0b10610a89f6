"""Laws of the list of stationary points: stationary, closed under symmetry, spectra as enclosed, nothing missing."""

from __future__ import annotations

import numpy as np

from strictsaddle.objective.domain import Box, Euclidean, Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import StationaryPoint, Verdict
from strictsaddle_properties.engine import Array, Engine
from strictsaddle_properties.law import Broken, DoesNotApply, law

STARTS, STEPS = 12, 60


def complete_list(engine: Engine, objective: Objective) -> Verdict:
    """The verdict, where its list of stationary points is complete and without continua."""
    verdict = engine.check(objective)
    if verdict.stationary.continua:
        raise DoesNotApply("there are continua of stationary points")
    if not verdict.stationary.complete:
        raise DoesNotApply(f"the list of stationary points is not complete: {verdict.definition_1.reason}",
                           undecided=verdict.definition_1.verdict == "undecided")  # fmt: skip
    return verdict


def listed(verdict: Verdict) -> tuple[StationaryPoint, ...]:
    """The isolated points, of which there must be one."""
    if not verdict.stationary.isolated:
        raise DoesNotApply("there is no isolated stationary point")
    return verdict.stationary.isolated


@law("the gradient's enclosure contains 0 at every listed point, and the value's meets the listed one")
def listed_points_are_stationary(engine: Engine, objective: Objective, case: None) -> None:
    for point in listed(engine.check(objective)):
        low, high = _ends(point.point)
        found = engine.enclose(objective, low, high)
        gradient = _tangential(objective, 0.5 * (low + high), found.gradient)
        if np.any(gradient[0] > 0) or np.any(gradient[1] < 0):
            raise Broken(f"the gradient over {point.point} is in [{gradient[0]}, {gradient[1]}]")
        if found.value[0] > point.value.high or found.value[1] < point.value.low:
            raise Broken(f"f over {point.point} is in {found.value}, listed as {point.value}")


@law("the listed eigenvalues, index and nullity are those of the Hessian at the point")
def listed_spectra(engine: Engine, objective: Objective, case: None) -> None:
    for point in listed(engine.check(objective)):
        low, high = _ends(point.point)
        middle = 0.5 * (low + high)
        at = engine.enclose(objective, middle, middle)
        over = engine.enclose(objective, low, high)
        hessian = 0.5 * (at.hessian[0] + at.hessian[1])
        radius = float(np.linalg.norm(over.hessian[1] - over.hessian[0]))
        size = 1.0 + float(np.linalg.norm(hessian))
        if isinstance(objective.domain, Spheres):
            hessian = _riemannian(objective.domain, middle, 0.5 * (at.gradient[0] + at.gradient[1]), hessian)
            radius += 10 * float(np.linalg.norm(over.gradient[1] - over.gradient[0])) + 10 * size * float(
                np.max(high - low)
            )
        eigenvalues = np.linalg.eigvalsh(hessian) if len(hessian) else np.empty(0)
        slack = 1e-9 * size + radius
        if not np.isfinite(slack):
            raise DoesNotApply("the Hessian has no finite enclosure there")
        if point.eigenvalues and len(point.eigenvalues) != len(eigenvalues):
            raise Broken(
                f"{len(point.eigenvalues)} eigenvalues are listed at {point.point}, there are {len(eigenvalues)}"
            )
        for enclosure, value in zip(point.eigenvalues, eigenvalues, strict=False):
            if not enclosure.low - slack <= value <= enclosure.high + slack:
                raise Broken(f"at {point.point} an eigenvalue is {value}, listed as {enclosure}")
        if point.index is not None and not np.sum(eigenvalues < -slack) <= point.index <= np.sum(eigenvalues < slack):
            raise Broken(f"at {point.point} the eigenvalues are {eigenvalues}, the index is listed as {point.index}")
        if point.nullity is not None and point.nullity > np.sum(np.abs(eigenvalues) <= slack):
            raise Broken(
                f"at {point.point} the eigenvalues are {eigenvalues}, the nullity is listed as {point.nullity}"
            )


@law("the image of a listed point under a reported symmetry is listed, in the same orbit")
def orbits_of_stationary_points(engine: Engine, objective: Objective, case: None) -> None:
    points = listed(complete_list(engine, objective))
    elements = engine.group(objective)
    if not elements:
        raise DoesNotApply("no signed permutation is reported")
    boxes = [np.array(point.point).T for point in points]
    for element in elements:
        for point, box in zip(points, boxes, strict=True):
            signs, images = np.array(element.signs, dtype=float), list(element.images)
            ends = signs * box[:, images]
            image = np.sort(ends, axis=0)
            near = [k for k, other in enumerate(boxes) if np.all(other[0] <= image[1]) and np.all(image[0] <= other[1])]
            if not near:
                raise Broken(f"the image of {point.point} under {element} is not listed")
            orbits = {points[k].orbit for k in near}
            if None not in orbits and point.orbit is not None and point.orbit not in orbits:
                raise Broken(f"{point.point} is in orbit {point.orbit}, its image under {element} in {orbits}")


@law("points of one orbit have one value, one spectrum and one kind")
def spectra_on_orbits(engine: Engine, objective: Objective, case: None) -> None:
    families: dict[int, list[StationaryPoint]] = {}
    for point in engine.check(objective).stationary.isolated:
        if point.orbit is not None:
            families.setdefault(point.orbit, []).append(point)
    if all(len(family) == 1 for family in families.values()):
        raise DoesNotApply("every orbit is a single point")
    for family in families.values():
        first = family[0]
        for other in family[1:]:
            same = (first.kind, first.index, first.nullity) == (other.kind, other.index, other.nullity)
            pairs = [(first.value, other.value), *zip(first.eigenvalues, other.eigenvalues, strict=False)]
            if not same or any(a.low > b.high or b.low > a.high for a, b in pairs):
                raise Broken(f"in one orbit: {first} and {other}")


@law("a complete list has every point that Newton's method finds", "seed")
def newton_finds_nothing_new(engine: Engine, objective: Objective, seed: int) -> None:
    verdict = complete_list(engine, objective)
    if isinstance(objective.domain, Spheres):
        raise DoesNotApply("the domain is curved")
    points = [np.array(point.point).mean(axis=1) for point in verdict.stationary.isolated]
    random = np.random.default_rng(seed)
    lower, upper = _region(objective, verdict, points)
    for _ in range(STARTS):
        found = _newton(engine, objective, random.uniform(lower, upper))
        if found is None or np.any(found <= lower) or np.any(found >= upper):
            continue
        distance = min((float(np.max(np.abs(found - point))) for point in points), default=np.inf)
        if distance > 1e-6 * (1 + float(np.max(np.abs(found)))):
            raise Broken(f"{found.tolist()} is stationary and not listed")


def _region(objective: Objective, verdict: Verdict, points: list[Array]) -> tuple[Array, Array]:
    if isinstance(objective.domain, Box):
        return np.array(objective.domain.lower, dtype=float), np.array(objective.domain.upper, dtype=float)
    assert isinstance(objective.domain, Euclidean)
    if verdict.definition_1.scope == "box":
        raise DoesNotApply("the list is complete on a box that the engine chose")
    reach = 2.0 + 1.5 * max((float(np.max(np.abs(point))) for point in points), default=1.0)
    return np.full(objective.dimension, -reach), np.full(objective.dimension, reach)


def _newton(engine: Engine, objective: Objective, point: Array) -> Array | None:
    """A point with a tiny gradient and a well-conditioned Hessian, so that a true one is near; or None."""
    for _ in range(STEPS):
        at = engine.enclose(objective, point, point)
        gradient, hessian = 0.5 * (at.gradient[0] + at.gradient[1]), 0.5 * (at.hessian[0] + at.hessian[1])
        if not (np.all(np.isfinite(gradient)) and np.all(np.isfinite(hessian))):
            return None
        if np.linalg.cond(hessian) > 1e6:
            return None
        step = np.linalg.solve(hessian, gradient)
        if np.max(np.abs(step)) < 1e-12 * (1 + np.max(np.abs(point))):
            scale = float(np.linalg.norm(hessian))
            return point if scale > 1e-6 and np.linalg.norm(gradient) < 1e-10 * (1 + scale) else None
        point = point - step
    return None


def _ends(box: tuple[Interval, ...]) -> tuple[Array, Array]:
    pairs = np.array(box)
    return pairs[:, 0], pairs[:, 1]


def _tangential(objective: Objective, middle: Array, gradient: tuple[Array, Array]) -> tuple[Array, Array]:
    """The gradient's part along the spheres, widened by what rounding may have done to the projection."""
    if not isinstance(objective.domain, Spheres):
        return gradient
    centre = 0.5 * (gradient[0] + gradient[1])
    slack = float(np.max(gradient[1] - gradient[0])) * len(centre) + 1e-9 * (1 + float(np.max(np.abs(centre))))
    centre = centre.copy()
    for group in objective.domain.groups:
        chosen = list(group)
        centre[chosen] -= middle[chosen] * float(middle[chosen] @ centre[chosen])
    return centre - slack, centre + slack


def _riemannian(domain: Spheres, point: Array, gradient: Array, hessian: Array) -> Array:
    """The Riemannian Hessian on a basis of the tangent space of the spheres (mathematics, section 5)."""
    shifted = hessian.copy()
    normals = np.zeros((len(domain.groups), len(point)))
    for row, group in enumerate(domain.groups):
        chosen = list(group)
        normals[row, chosen] = point[chosen]
        shifted[chosen, chosen] -= float(point[chosen] @ gradient[chosen])
    basis = np.linalg.svd(normals)[2][len(domain.groups) :]
    projected: Array = basis @ shifted @ basis.T
    return projected
