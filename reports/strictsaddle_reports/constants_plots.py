"""Pictures of Definition 2: which of its conditions holds where, and the frontier of (gamma, epsilon).

Both are drawn in floating point: they illustrate what is proved, and prove nothing.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.colors import BoundaryNorm, ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Patch

from strictsaddle.derive.derivatives import derive
from strictsaddle.derive.kernels import evaluate_float
from strictsaddle.objective.objective import Objective
from strictsaddle.verdict import Verdict
from strictsaddle_reports import plots
from strictsaddle_reports.plots import Picture

# Okabe and Ito, light enough for what is drawn over them
COLOURS = ("#FFFFFF", "#56B4E9", "#F0E442", "#009E73")
NAMES = ("none of them: violates", "|g| ≥ ε", "least eigenvalue ≤ −γ", "within δ of a minimum")
_GRID = 321


def picture(verdict: Verdict, objective: Objective, *, vector: bool = True) -> Picture | None:
    """The domain coloured by condition for two unknowns and four constants, else the frontier; None where neither is
    there. SVG, or PNG when `vector` is false."""
    found: Any = verdict.definition_2 or {}
    constants = {name: value and Fraction(value) for name, value in found.get("constants", {}).items()}
    with rc_context(plots._STYLE):
        if objective.dimension == 2 and constants and all(constants.values()) and not found["frontier"]:
            return domain(verdict, objective, constants, vector)
        return frontier(verdict, vector) if found.get("frontier") else None


def conditions(objective: Objective, points: Any, minima: Any, constants: dict[str, Fraction]) -> Any:
    """For each of the points (m, 2) the number of the first condition of NAMES that holds there, 0 for none."""
    out = evaluate_float(derive(objective).gradient_hessian_tape, points)
    norm = np.hypot(out[:, 0], out[:, 1])
    a, b, c = out[:, 2], out[:, 3], out[:, 4]
    least = 0.5 * (a + c) - np.hypot(0.5 * (a - c), b)
    which = np.zeros(len(points))
    which[norm >= float(constants["epsilon"])] = 1
    which[least <= -float(constants["gamma"])] = 2
    for minimum in minima:
        which[np.hypot(*(points - minimum).T) <= float(constants["delta"])] = 3
    return np.where(np.isfinite(norm) & np.isfinite(least), which, np.nan)


def domain(verdict: Verdict, objective: Objective, constants: dict[str, Fraction], vector: bool) -> Picture:
    """The plane coloured by the condition that holds, with the balls about the minima and the violating point."""
    found: Any = verdict.definition_2
    delta = float(constants["delta"])
    window = [(low - 2.2 * delta, high + 2.2 * delta) for low, high in plots._window(verdict)]
    witness = None if found["witness"] is None else [plots._middle(at) for at in found["witness"]["point"]]
    if witness is not None:
        window = [
            (min(low, at - delta), max(high, at + delta)) for (low, high), at in zip(window, witness, strict=True)
        ]
    x, y = (np.linspace(low, high, _GRID) for low, high in window)
    mesh = np.meshgrid(x, y)
    minima = [
        np.array([plots._middle(i) for i in point.point])
        for point in verdict.stationary.isolated
        if point.kind == "local_minimum"
    ]
    which = conditions(objective, np.column_stack([m.ravel() for m in mesh]), minima, constants).reshape(mesh[0].shape)
    figure = Figure(figsize=(6.4, 5.2), layout="constrained")
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
    for minimum in minima:
        axes.add_patch(
            Circle(tuple(minimum), 2 * delta, fill=False, linestyle="--", linewidth=0.9, edgecolor="#444444")
        )
    for kind, points in plots._by_kind(verdict.stationary.isolated):
        places = [[plots._middle(p.point[k]) for p in points] for k in (0, 1)]
        plots._mark(axes, kind, places[0], places[1])
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
    axes.set_xlabel(str(verdict.objective["variables"][0]))
    axes.set_ylabel(str(verdict.objective["variables"][1]))
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


def frontier(verdict: Verdict, vector: bool) -> Picture:
    """Proved and refuted pairs (gamma, epsilon) for one alpha and delta."""
    found: Any = verdict.definition_2
    rows = [row for row in found["frontier"] if row["gamma"] is not None or row["epsilon"] is not None]
    figure = Figure(figsize=(6.0, 4.2), layout="constrained")
    axes = figure.add_subplot()
    held = sorted((float(Fraction(r["gamma"])), float(Fraction(r["epsilon"]))) for r in rows if r["verdict"] == "holds")
    if held:
        corners = [(0.0, held[0][1])] + [
            p for k, (g, e) in enumerate(held) for p in ((g, e), (g, held[k + 1][1] if k + 1 < len(held) else 0.0))
        ]
        x, y = zip(*corners, strict=True)
        axes.fill_between(x, y, color="#009E73", alpha=0.15, linewidth=0)
        axes.plot(*zip(*held, strict=True), linestyle="none", marker="o", color="#0072B2", label="proved to hold")
    refuted = [
        (
            float(Fraction(r["refuted_gamma"] or r["gamma"])),
            float(Fraction(r["refuted_epsilon"] or r["epsilon"])),
        )
        for r in rows
        if (r["refuted_epsilon"] and r["gamma"]) or (r["refuted_gamma"] and r["epsilon"])
    ]
    if refuted:
        axes.plot(*zip(*refuted, strict=True), linestyle="none", marker="x", color="#D55E00", label="proved to fail")
    axes.set_xlabel("γ, the negative curvature at saddles")
    axes.set_ylabel("ε, the gradient elsewhere")
    axes.set_xlim(left=0)
    axes.set_ylim(bottom=0)
    plots._legend(axes)
    first = rows[0] if rows else {"alpha": "?", "delta": "?"}
    return plots._saved(
        figure,
        vector,
        f"The frontier of gamma and epsilon for {verdict.objective['name']}, alpha = {first['alpha']}, "
        f"delta = {first['delta']}.",
    )
