"""Pictures of an escape: measured against predicted steps, steps against noise, and the index along paths (Dauphin et al. 2014)."""

from __future__ import annotations

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from strictsaddle.records.escape import NOISE_LADDER, Escape
from strictsaddle_reports import plots
from strictsaddle_reports.plots import Picture

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#000000", "#999999", "#7F3C8D")
MARKERS = "osD^vPX*<>"
KINDS = {"strict_saddle": "strict", "degenerate_saddle": "degenerate", "degenerate": "degenerate"}


def picture(found: Escape, *, vector: bool) -> Picture | None:
    """Four panels; None where nothing was measured."""
    if not found.table:
        return None
    with rc_context(plots._STYLE):
        figure = Figure(figsize=(9.6, 8.4), layout="constrained")
        (steps, noise), (index, slope) = figure.subplots(2, 2)
        _steps(steps, found)
        _noise(noise, found)
        _index(index, found)
        _slope(slope, found)
        measured = [name for name in found.optimisers if any(row.optimiser == name for row in found.table)]
        handles = [Line2D([], [], marker="o", linestyle="", color=colour(found, name), label=name) for name in measured]
        figure.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False)
        return plots._saved(
            figure,
            vector,
            f"What optimisers do at the saddles of {found.objective['name']}: measured in floating point, it proves nothing.",
        )


def colour(found: Escape, optimiser: str) -> str:
    return COLOURS[found.optimisers.index(optimiser) % len(COLOURS)]


def _steps(axes: Axes, found: Escape) -> None:
    """Measured means with their intervals against predicted ones."""
    ends: list[float] = []
    for row in found.table:
        if row.ratio is None or row.predicted is None or row.steps.mean is None or row.steps.ci is None:
            continue
        sides = [[max(0.0, row.steps.mean - row.steps.ci.low)], [max(0.0, row.steps.ci.high - row.steps.mean)]]
        axes.errorbar(row.predicted.mean, row.steps.mean, yerr=sides, fmt=MARKERS[row.saddle % len(MARKERS)],
                      color=colour(found, row.optimiser), markersize=5, capsize=2)  # fmt: skip
        ends += [row.predicted.mean, row.steps.mean]
    if ends:
        diagonal = [0.7 * min(ends), 1.4 * max(ends)]
        axes.plot(diagonal, diagonal, color="#999999", linewidth=0.8)
        axes.set_xscale("log")
        axes.set_yscale("log")
    else:
        axes.text(0.5, 0.5, "no law speaks of these optimisers", ha="center", transform=axes.transAxes)
    axes.set_xlabel("predicted mean number of steps")
    axes.set_ylabel("measured, with 95 % interval")


def _noise(axes: Axes, found: Escape) -> None:
    """Steps of noisy-sgd against its noise: a logarithm at strict saddles, a power at degenerate ones."""
    drawn = False
    for number, saddle in enumerate(found.saddles):
        rows = [
            r for r in found.table if r.saddle == number and r.optimiser == NOISE_LADDER and r.steps.mean is not None
        ]
        if len(rows) < 2:
            continue
        drawn = True
        shade = "#0072B2" if saddle.kind == "strict_saddle" else "#D55E00"
        eps = [r.eps or 0.0 for r in rows]
        axes.plot(
            eps,
            [r.steps.mean or 0.0 for r in rows],
            MARKERS[number % len(MARKERS)],
            color=shade,
            label=f"saddle {number + 1}, {KINDS[saddle.kind]}",
        )
        if all(r.predicted is not None for r in rows):
            axes.plot(eps, [r.predicted.mean for r in rows if r.predicted], "-", color=shade, linewidth=0.9)
    if drawn:
        axes.set_xscale("log")
        axes.set_yscale("log")
        axes.legend(frameon=False, fontsize=8)
    else:
        axes.text(0.5, 0.5, "noisy-sgd was not run", ha="center", transform=axes.transAxes)
    axes.set_xlabel("noise eps")
    axes.set_ylabel(f"steps of {NOISE_LADDER} to leave (lines: laws)")


def _index(axes: Axes, found: Escape) -> None:
    """Index against value along the paths; certified points that they pass near are ringed."""
    shift = {name: 0.05 * (k - len(found.optimisers) / 2) for k, name in enumerate(found.optimisers)}
    for track in found.tracks:
        shade = colour(found, track.optimiser)
        axes.plot(track.values, np.asarray(track.indices) + shift[track.optimiser], ".", markersize=2.5, color=shade)
    near = [n for n in found.near_critical if n.certified is not None and n.certified.index is not None]
    middles = [0.5 * (n.certified.value.low + n.certified.value.high) for n in near if n.certified]
    axes.plot(
        middles,
        [n.certified.index or 0 for n in near if n.certified],
        "o",
        fillstyle="none",
        color="#000000",
        markersize=9,
    )
    axes.set_xlabel("f along a path (rings: certified stationary points that it passes)")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_ylabel("index of the Hessian (optimisers side by side)")


def _slope(axes: Axes, found: Escape) -> None:
    """The gradient's norm along the same paths."""
    for track in found.tracks:
        axes.plot(track.steps, track.gradient_norms, color=colour(found, track.optimiser), linewidth=0.9)
    if found.tracks:
        axes.set_xscale("symlog", linthresh=1)
        axes.set_yscale("log")
    axes.set_xlabel("steps")
    axes.set_ylabel("|grad f|")
