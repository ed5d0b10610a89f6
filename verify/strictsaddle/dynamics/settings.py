"""The numbers that rule the runs at a saddle, by rules and not by hand; reports print them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.dynamics.in_numpy import compiled
from strictsaddle.dynamics.listed import gap
from strictsaddle.dynamics.optimisers.optimiser import Settings, Spectrum
from strictsaddle.dynamics.problem import Problem
from strictsaddle.dynamics.simulate import described
from strictsaddle.dynamics.valley import Valley

RULES = (
    "eta = 1/(4L), L the largest |eigenvalue| of the Hessian at the listed points and at 256 random points among them; the ball to "
    "leave has a quarter of the distance to the nearest other listed point as its radius r, at a strict saddle halved again and again "
    "until the Hessian changes in it by at most a tenth of its most negative eigenvalue; starts are drawn about the saddle with standard "
    "deviation r/100 in each unknown; methods that bring their own noise start at the saddle itself, with noise that makes the paths "
    "spread by r/100 at a strict saddle, and at a degenerate one with eps = |V(r/3)| along its kernel; momentum 0.9, Adam's step r/50, "
    "mu a tenth of the most negative curvature"
)
SPREAD = 0.01  # of the ball's radius
MOMENTUM = 0.9
SAMPLES = 256
FLATTENING = 0.1  # the part of the most negative eigenvalue by which the Hessian may change within the ball
DIRECTIONS = 64
SMALLEST = 2.0**-12  # of the first radius
PATIENCE = 1000  # steps between perturbations at a degenerate point


@dataclass(frozen=True)
class Ball:
    """About a saddle: `centre` (n,), the `radius` to leave, and what linear theory needs there; `basis` (n, k): the eigenvectors."""

    centre: Floats
    radius: float
    spectrum: Spectrum
    basis: Floats
    is_degenerate: bool

    @property
    def escape(self) -> float:
        """The most negative curvature's size; 0 where there is none, and at a degenerate point."""
        return 0.0 if self.is_degenerate else max(0.0, -float(self.spectrum.curvatures[0]))


def smoothness(problem: Problem, points: Floats, seed: int) -> float:
    """The largest |eigenvalue| of the Hessian at the points (m, n) and at random points among them."""
    random = np.random.default_rng(seed)
    first, second = random.integers(len(points), size=(2, SAMPLES))
    part = random.random((SAMPLES, 1))
    size = np.abs(points).max() or 1.0
    between = (
        part * points[first]
        + (1 - part) * points[second]
        + 0.1 * size * random.standard_normal((SAMPLES, points.shape[1]))
    )
    _, _, eigenvalues = described(problem, np.concatenate([points, on_domain(problem, between)]))
    finite = np.abs(eigenvalues[np.isfinite(eigenvalues).all(axis=1)])
    return float(finite.max()) if finite.size and finite.max() > 0 else 1.0


def on_domain(problem: Problem, points: Floats) -> Floats:
    """The points (m, n) moved to the spheres."""
    moved = np.array(points, float)
    for group in problem.groups:
        moved[:, group] /= np.linalg.norm(moved[:, group], axis=1, keepdims=True)
    return moved


def ball(problem: Problem, centre: Floats, others: Floats, degenerate: bool, seed: int) -> Ball:
    """The ball to leave about the saddle `centre`; others (m, n): the points that should not be in it."""
    spectrum, basis = spectrum_at(problem, centre)
    free = gap(centre, others)
    radius = 1.0 if free is None else 0.25 * free
    escape = -float(spectrum.curvatures[0])
    if not degenerate and escape > 0:
        at, least = hessian_at(problem, centre), SMALLEST * radius
        while radius > least:
            around = sphere(problem, centre, basis, radius, seed)
            changes = [np.abs(np.linalg.eigvalsh(hessian_at(problem, w) - at)).max() for w in around]
            if np.isfinite(changes).all() and max(changes) <= FLATTENING * escape:
                break
            radius /= 2
    return Ball(centre, radius, spectrum, basis, degenerate)


def sphere(problem: Problem, centre: Floats, basis: Floats, radius: float, seed: int) -> Floats:
    """Points at the distance radius from the centre: DIRECTIONS random ones, and then two along each vector of the basis, (m, n)."""
    random = np.random.default_rng(seed)
    directions = random.standard_normal((DIRECTIONS, basis.shape[1])) @ basis.T
    directions = np.concatenate([directions, basis.T, -basis.T])
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    return on_domain(problem, centre + radius * directions)


def hessian_at(problem: Problem, w: Floats) -> Floats:
    """The Hessian (n, n), symmetric to the last bit."""
    table: Floats = compiled(problem).riemannian(w)
    return 0.5 * (table + table.T)


def spectrum_at(problem: Problem, w: Floats) -> tuple[Spectrum, Floats]:
    """Curvatures on the tangent space with the variances of row gradients along their eigenvectors, and these, (n, k)."""
    table = hessian_at(problem, w)
    normal: Floats = np.zeros((0, len(w)))
    for group in problem.groups:
        row = np.zeros(len(w))
        row[list(group)] = w[list(group)]
        normal = np.concatenate([normal, row[None]])
    tangent: Floats = np.linalg.svd(normal)[2][len(normal) :].T if len(normal) else np.eye(len(w))
    values, vectors = np.linalg.eigh(tangent.T @ table @ tangent)
    basis = tangent @ vectors
    covariance = None
    if problem.functions.rows:
        slopes = compiled(problem).row_gradients(w)
        covariance = (slopes @ basis).var(axis=0)
    return Spectrum(values, covariance, len(w)), basis


def chosen(place: Ball, smooth: float, shape: Valley) -> Settings:
    """The settings at a ball; smooth: L; shape: of f along the kernel of a degenerate point."""
    step, r, n = 0.25 / smooth, place.radius, place.spectrum.unknowns
    spread = SPREAD * r
    escape = place.escape
    if escape > 0:
        variance = spread**2 * ((1 + step * escape) ** 2 - 1)
        noise = np.sqrt(variance * n) / step
        patience = 2 * np.log(1 / SPREAD) / np.log1p(step * escape)
    else:
        third = r / 3
        height = abs(sum(c * third ** (k + 2) for k, c in enumerate(shape.coefficients or ())))
        eps = height or 1e-4 * smooth * third**2
        noise = np.sqrt(2 * eps * n / step)
        patience = PATIENCE
    around = np.abs(place.spectrum.curvatures).max()
    return Settings(
        step=step, spread=spread, noise=float(noise), momentum=MOMENTUM, rate=r / 50, damping=0.1 * escape or 1e-3 * smooth,
        perturbation=spread * float(np.sqrt(n)), flat=2 * float(around) * spread * float(np.sqrt(n)) + 1e-12, patience=float(patience),
    )  # fmt: skip


def eps_of(settings: Settings, unknowns: int) -> float:
    """eps of dX = -grad f dt + sqrt(2 eps) dW whose steps of eta have the variance of the noise."""
    return settings.step * settings.noise**2 / (2 * unknowns)
