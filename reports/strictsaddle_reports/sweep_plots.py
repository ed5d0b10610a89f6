"""The bifurcation diagram of a sweep: branches of stationary points against the parameter, coloured by index, with the cuts.

Drawn in floating point: it illustrates what is proved, and proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from strictsaddle.arithmetic.arrays import Floats
from strictsaddle.families.branches import Branch
from strictsaddle.records.sweep import Plane, Sweep
from strictsaddle_reports import plots
from strictsaddle_reports.plots import Picture

WORDS = {
    "local_minimum": "minima",
    "strict_saddle": "saddles",
    "local_maximum": "maxima",
    "undecided": "of unknown kind",
}
MOST_PANELS = 3  # of unknowns, beside that of the values
CUT = {"degenerate": "#000000", "infinity": "#009E73", "boundary": "#CC79A7", "undecided": "#999999"}


def diagram(sweep: Sweep, branches: Sequence[Branch], *, vector: bool) -> Picture | None:
    """A panel for each of the first unknowns, and one for the values of f; None where there are no branches."""
    if not branches:
        return None
    names = [str(name) for name in sweep.objective["variables"]]
    n = len(names)
    panels = [*range(min(n, MOST_PANELS)), None]
    low, high = (float(_fraction(end)) for end in sweep.range)
    with rc_context(plots._STYLE):
        figure = Figure(figsize=(6.4, 1.0 + 2.1 * len(panels)), layout="constrained")
        every = figure.subplots(len(panels), 1, sharex=True, squeeze=False)[:, 0]
        for axes, panel in zip(every, panels, strict=True):
            for branch in branches:
                kind = _kind(branch.index, n)
                heights = branch.values if panel is None else branch.points[:, panel]
                known = axes.get_legend_handles_labels()[1]
                label = WORDS[kind] if WORDS[kind] not in known else None
                axes.plot(branch.parameter, heights, color=plots.MARKS[kind][0], linewidth=1.6, label=label,
                          linestyle="-" if kind == "local_minimum" else "--" if kind == "strict_saddle" else "-.")  # fmt: skip
            for cut in sweep.cuts:
                label = None
                if f"cut: {cut.why}" not in axes.get_legend_handles_labels()[1]:
                    label = f"cut: {cut.why}"
                if cut.value.high - cut.value.low < 0.004 * (high - low):
                    axes.axvline(
                        0.5 * (cut.value.low + cut.value.high),
                        color=CUT[cut.why],
                        linewidth=1.0,
                        linestyle=":",
                        label=label,
                    )
                else:
                    axes.axvspan(cut.value.low, cut.value.high, color=CUT[cut.why], alpha=0.2, linewidth=0, label=label)
            axes.set_ylabel("f" if panel is None else names[panel])
            axes.set_xlim(low, high)
            heights = np.concatenate([b.values if panel is None else b.points[:, panel] for b in branches])
            _window(axes, heights)
        every[-1].set_xlabel(sweep.parameter)
        plots._legend(every[0])
        caption = (
            f"The stationary points of {sweep.objective['name']} as {sweep.parameter} varies, drawn in floating point."
        )
        return plots._saved(figure, vector, f"{caption} It illustrates and proves nothing.")


def _window(axes: Axes, heights: Floats) -> None:
    """Branches that go to infinity must not squeeze the others."""
    finite = heights[np.isfinite(heights)]
    low, high = np.quantile(finite, 0.02), np.quantile(finite, 0.98)
    room = 0.15 * (high - low) or 1.0
    if finite.max() > high + 20 * room or finite.min() < low - 20 * room:
        axes.set_ylim(low - room, high + room)


def _kind(index: int | None, n: int) -> str:
    if index is None:
        return "undecided"
    return "local_minimum" if index == 0 else "local_maximum" if index == n else "strict_saddle"


def _fraction(text: str) -> float:
    from fractions import Fraction

    return float(Fraction(text))


def plane(found: Plane, *, vector: bool) -> Picture:
    """The rectangle of two parameters, each region in a colour of its own, what is not known in dark grey."""
    from matplotlib.colors import ListedColormap
    from matplotlib.patches import Patch

    from strictsaddle_reports.sweep_text import counts

    cells = np.array(found.cells)
    shades = ["#56B4E9", "#F0E442", "#009E73", "#E69F00", "#CC79A7", "#0072B2", "#D55E00", "#BBBBBB"]
    colours = ["#333333", *(shades[k % len(shades)] for k in range(len(found.regions)))]
    ends = [[_fraction(end) for end in pair] for pair in found.ranges]
    with rc_context(plots._STYLE):
        figure = Figure(figsize=(6.4, 5.2), layout="constrained")
        axes = figure.add_subplot()
        extent = (ends[0][0], ends[0][1], ends[1][0], ends[1][1])
        palette: dict[str, Any] = {"cmap": ListedColormap(colours), "vmin": -0.5, "vmax": len(colours) - 0.5}
        axes.imshow(cells.T, origin="lower", extent=extent, aspect="auto", interpolation="nearest", **palette)
        axes.set_xlabel(found.parameters[0])
        axes.set_ylabel(found.parameters[1])
        labels = [
            Patch(color=colours[k + 1], label=counts(region.counts)) for k, region in enumerate(found.regions[:7])
        ]
        labels.append(Patch(color=colours[0], label="not known: here something may change"))
        figure.legend(handles=labels, loc="outside lower center", ncols=2, frameon=False)
        return plots._saved(
            figure, vector, f"Regions of the parameters of {found.objective['name']} in which nothing changes."
        )
