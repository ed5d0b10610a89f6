"""A domain of two dimensions coloured by the condition of Definition 2 that holds: a plane, two circles, or a sphere.

Drawn in floating point: it illustrates what is proved, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from strictsaddle.definition_2.landscape.landscape import Landscape
from strictsaddle.definition_2.landscape.on_spheres import landscape
from strictsaddle.objective.domain import Spheres
from strictsaddle.objective.objective import Objective
from strictsaddle.records.verdict import Verdict
from strictsaddle_reports import plots
from strictsaddle_reports.plots import Picture

# Okabe and Ito, light enough for what is drawn over them
COLOURS = ("#FFFFFF", "#56B4E9", "#F0E442", "#009E73")
NAMES = ("none of them: violates", "|g| ≥ ε", "least eigenvalue ≤ −γ", "within δ of a good minimum")
GRID = 481
TURN = (-np.pi, np.pi)


@dataclass(frozen=True)
class View:
    """Two coordinates on the domain: their names and ranges, `place` from rows of the two to points of R^n, `where`
    back."""

    names: tuple[str, str]
    window: tuple[tuple[float, float], tuple[float, float]]
    place: Callable[[Any], Any]
    where: Callable[[Any], Any]


def view(verdict: Verdict, objective: Objective, delta: float) -> View | None:
    """The plane, or angles on two circles, or longitude and latitude; None for other domains."""
    domain, names = objective.domain, [str(name) for name in objective.variables]
    if not isinstance(domain, Spheres):
        if objective.dimension != 2:
            return None
        first, second = ((low - 2.2 * delta, high + 2.2 * delta) for low, high in plots._window(verdict))
        return View((names[0], names[1]), (first, second), lambda at: at, lambda points: points)
    groups = [list(group) for group in domain.groups]
    if sum(map(len, groups)) != objective.dimension:
        return None
    if [len(group) for group in groups] == [2, 2]:

        def on_circles(at: Any) -> Any:
            points = np.empty((len(at), 4))
            for k, group in enumerate(groups):
                points[:, group] = np.column_stack([np.cos(at[:, k]), np.sin(at[:, k])])
            return points

        def angles(points: Any) -> Any:
            return np.column_stack([np.arctan2(points[:, group[1]], points[:, group[0]]) for group in groups])

        titles = [f"angle of ({names[group[0]]}, {names[group[1]]})" for group in groups]
        return View((titles[0], titles[1]), (TURN, TURN), on_circles, angles)
    if [len(group) for group in groups] == [3]:
        a, b, c = groups[0]

        def on_sphere(at: Any) -> Any:
            points = np.empty((len(at), 3))
            points[:, a], points[:, b] = np.cos(at[:, 1]) * np.cos(at[:, 0]), np.cos(at[:, 1]) * np.sin(at[:, 0])
            points[:, c] = np.sin(at[:, 1])
            return points

        def degrees(points: Any) -> Any:
            return np.column_stack(
                [np.arctan2(points[:, b], points[:, a]), np.arcsin(np.clip(points[:, c], -1.0, 1.0))]
            )

        title = (f"longitude from {names[a]} to {names[b]}", f"latitude towards {names[c]}")
        return View(title, (TURN, (-np.pi / 2, np.pi / 2)), on_sphere, degrees)
    return None


def conditions(ground: Landscape, points: Any, minima: Sequence[Any], constants: dict[str, Fraction]) -> Any:
    """For each of the points (m, n) the number of the last condition of NAMES that holds there, 0 for none. `minima`
    are those that count as good."""
    norm, least = ground.sizes(points)
    which = np.zeros(len(points))
    which[norm >= float(constants["epsilon"])] = 1
    which[least <= -float(constants["gamma"])] = 2
    for minimum in minima:
        which[np.linalg.norm(points - minimum, axis=1) <= float(constants["delta"])] = 3
    return np.where(np.isfinite(norm) & np.isfinite(least), which, np.nan)


def looks_good(ground: Landscape, minimum: Any, constants: dict[str, Fraction]) -> bool:
    """Whether samples of the 2 delta-ball about the minimum have no eigenvalue below alpha."""
    rng = np.random.default_rng(0)
    steps = rng.standard_normal((4000, len(minimum)))
    steps /= np.linalg.norm(steps, axis=1, keepdims=True)
    radius = 2 * float(constants["delta"])
    points = ground.inside(minimum + radius * rng.choice([0.5, 0.9, 1.0], (4000, 1)) * steps)
    points = points[np.linalg.norm(points - minimum, axis=1) <= radius]
    return bool((ground.sizes(points)[1] >= float(constants["alpha"])).all())


def picture(verdict: Verdict, objective: Objective, constants: dict[str, Fraction], vector: bool) -> Picture | None:
    """The domain coloured by the condition that holds, with the 2 delta-balls about the minima and the violating
    point."""
    found = verdict.definition_2
    delta = float(constants["delta"])
    seen = view(verdict, objective, delta)
    if seen is None:
        return None
    ground = landscape(objective)
    witness = None
    if found is not None and found.witness is not None:
        witness = seen.where(np.array([[plots._middle(at) for at in found.witness.point]]))[0]
    window = list(seen.window)
    if witness is not None and not objective.domain.groups:
        window = [(min(low, x - delta), max(high, x + delta)) for (low, high), x in zip(window, witness, strict=True)]
    x, y = (np.linspace(low, high, GRID) for low, high in window)
    mesh = np.meshgrid(x, y)
    points = seen.place(np.column_stack([m.ravel() for m in mesh]))
    minima = [
        np.array([plots._middle(i) for i in point.point])
        for point in verdict.stationary.isolated
        if point.kind == "local_minimum"
    ]
    good = [minimum for minimum in minima if looks_good(ground, minimum, constants)]
    which = conditions(ground, points, good, constants).reshape(mesh[0].shape)
    figure = Figure(figsize=(6.4, 5.4), layout="constrained")
    axes = figure.add_subplot()
    image = axes.pcolormesh(
        x,
        y,
        np.ma.masked_invalid(which),
        cmap=ListedColormap(COLOURS),
        norm=BoundaryNorm([-0.5, 0.5, 1.5, 2.5, 3.5], 4),
        shading="nearest",
        rasterized=True,
    )
    image.set_edgecolor("face")
    for minimum in minima:  # a level line, since balls are no circles in angles
        gaps = np.linalg.norm(points - minimum, axis=1).reshape(which.shape)
        axes.contour(x, y, gaps, levels=[2 * delta], colors="#444444", linestyles="--", linewidths=0.9)
    for kind, those in plots._by_kind(verdict.stationary.isolated):
        places = seen.where(np.array([[plots._middle(i) for i in p.point] for p in those]))
        plots._mark(axes, kind, list(places[:, 0]), list(places[:, 1]))
    if witness is not None:
        colour, marker, width = plots.WITNESS
        axes.plot(
            *witness,
            linestyle="none",
            marker=marker,
            markersize=0.7 * width,
            label="violates",
            markerfacecolor=colour,
            markeredgecolor="black",
            markeredgewidth=1.0,
            zorder=5,
        )
    axes.set(xlim=window[0], ylim=window[1], aspect="equal")
    axes.set_xlabel(seen.names[0])
    axes.set_ylabel(seen.names[1])
    handles, labels = axes.get_legend_handles_labels()
    present = [k for k in range(4) if (which == k).any()]
    handles += [Patch(facecolor=COLOURS[k], edgecolor="#999999") for k in present]
    labels += [NAMES[k] for k in present]
    figure.legend(handles, labels, loc="outside upper center", ncols=3, frameon=False, markerscale=0.8)
    values = ", ".join(f"{name} = {value}" for name, value in constants.items())
    return plots._saved(
        figure,
        vector,
        f"Which condition of Definition 2 holds where, for {verdict.objective['name']} with {values}.",
    )
