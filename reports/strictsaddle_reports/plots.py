"""Pictures of an objective and its stationary points: a curve, a landscape, or the spectra of the Hessians.

The same verdict gives the same bytes. Colours are those of Okabe and Ito, which people with any common colour vision
tell apart; every kind has its own marker as well.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from strictsaddle.objective.objective import Objective
from strictsaddle.records.terms import Interval
from strictsaddle.records.verdict import StationaryPoint, Verdict
from strictsaddle_reports import prose, sampling

# colour, marker, size
MARKS = {
    "local_minimum": ("#0072B2", "o", 8.0),
    "strict_saddle": ("#E69F00", "X", 9.0),
    "local_maximum": ("#D55E00", "^", 9.0),
    "degenerate": ("#CC79A7", "s", 8.0),
    "degenerate_minimum": ("#CC79A7", "p", 9.5),
    "degenerate_saddle": ("#CC79A7", "D", 8.0),
    "undecided": ("#777777", "v", 8.0),
}
WITNESS = ("#FFFFFF", "*", 25.0)
_STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib
    "font.size": 9.5,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": "#666666",
    "svg.hashsalt": "strictsaddle",
    "svg.fonttype": "path",
}
_GRID = 241
_LEVELS = "Level lines (closer together at low values) of"
_PLOTTED = "with its stationary points, drawn in floating point: it illustrates and proves nothing."
MOST_SPECTRA = 400


@dataclass(frozen=True)
class Picture:
    """`data` in the format `mime` (image/png or image/svg+xml); `caption` describes it in words."""

    mime: str
    data: bytes
    caption: str

    def _repr_mimebundle_(self, include: object = None, exclude: object = None) -> dict[str, str]:
        """What a notebook shows."""
        shown = self.data.decode("utf-8") if self.suffix == ".svg" else base64.b64encode(self.data).decode("ascii")
        return {self.mime: shown, "text/plain": self.caption}

    @property
    def suffix(self) -> str:
        return ".png" if self.mime == "image/png" else ".svg"

    @property
    def uri(self) -> str:
        """The picture as an address that holds it."""
        return f"data:{self.mime};base64,{base64.b64encode(self.data).decode('ascii')}"


def picture(verdict: Verdict, objective: Objective | None = None, *, vector: bool = True) -> Picture | None:
    """The picture that suits the number of unknowns: 1 a curve, 2 a landscape, more the eigenvalues of each point.

    `objective` saves reading the record's expression, and is needed where that only describes. None where there is
    nothing to draw. Curves and spectra are SVG unless `vector` is false; landscapes are PNG.
    """
    unknowns = len(verdict.objective["variables"])
    with rc_context(_STYLE):
        if unknowns > 2:
            return spectra(verdict, vector)
        function = objective or sampling.from_record(verdict.objective)
        if function is None:
            return spectra(verdict, vector)
        return curve(verdict, function, vector) if unknowns == 1 else landscape(verdict, function)


def curve(verdict: Verdict, objective: Objective, vector: bool = True) -> Picture | None:
    """The graph of a function of one unknown with its stationary points."""
    ((low, high),) = _window(verdict)
    at = np.linspace(low, high, 801)
    height = sampling.values(objective, at[:, None])
    if height is None or not np.isfinite(height).any():
        return None
    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    axes = figure.add_subplot()
    axes.plot(at, np.where(np.isfinite(height), height, np.nan), color="#333333", linewidth=1.4)
    _cap(axes, height, [_middle(point.value) for point in verdict.stationary.isolated])
    for kind, points in _by_kind(verdict.stationary.isolated):
        _mark(axes, kind, [_middle(p.point[0]) for p in points], [_middle(p.value) for p in points])
    _mark_witness(axes, verdict, objective)
    name = str(verdict.objective["variables"][0])
    axes.set_xlabel(name)
    axes.set_ylabel(f"f({name})")
    _legend(axes)
    return _saved(figure, vector, f"The graph of {verdict.objective['name']} {_PLOTTED}")


def landscape(verdict: Verdict, objective: Objective) -> Picture | None:
    """Level lines of a function of two unknowns with its stationary points."""
    (left, right), (bottom, top) = _window(verdict)
    x, y = np.linspace(left, right, _GRID), np.linspace(bottom, top, _GRID)
    mesh_x, mesh_y = np.meshgrid(x, y)
    height = sampling.values(objective, np.column_stack([mesh_x.ravel(), mesh_y.ravel()]))
    if height is None or not np.isfinite(height).any() or np.nanmin(height) == np.nanmax(height):
        return None
    figure = Figure(figsize=(6.4, 5.2), layout="constrained")
    axes = figure.add_subplot()
    grid = np.ma.masked_invalid(height.reshape(mesh_x.shape))
    levels = _levels(grid.compressed(), [_middle(point.value) for point in verdict.stationary.isolated])
    # Ranks, not heights, get equal steps of colour: the levels are not equidistant.
    from matplotlib.colors import BoundaryNorm

    norm = BoundaryNorm(levels, 256, extend="max")
    filled = axes.contourf(x, y, grid, levels=levels, cmap="cividis", norm=norm, extend="max", alpha=0.8)
    axes.contour(x, y, grid, levels=levels, colors="#ffffff", linewidths=0.5, linestyles="solid", alpha=0.65)
    ticks = levels[:: max(1, len(levels) // 8)]
    bar = figure.colorbar(filled, ax=axes, shrink=0.9, pad=0.02)
    bar.set_ticks(list(ticks), labels=[_tick(level, float(ticks[-1] - ticks[0])) for level in ticks])
    bar.minorticks_off()
    bar.set_label("f")
    for kind, points in _by_kind(verdict.stationary.isolated):
        _mark(axes, kind, [_middle(p.point[0]) for p in points], [_middle(p.point[1]) for p in points])
    for item in verdict.stationary.continua:
        if len(item.point) == 2:
            _mark(
                axes,
                item.kind,
                [_middle(item.point[0])],
                [_middle(item.point[1])],
                "on a continuum: ",
                hollow=True,
            )
    _mark_witness(axes, verdict)
    axes.set(xlim=(left, right), ylim=(bottom, top))
    axes.set_xlabel(str(verdict.objective["variables"][0]))
    axes.set_ylabel(str(verdict.objective["variables"][1]))
    _legend(axes)
    return _saved(figure, False, f"{_LEVELS} {verdict.objective['name']} {_PLOTTED}")


def spectra(verdict: Verdict, vector: bool = True) -> Picture | None:
    """The eigenvalues of the Hessian at each stationary point, points in the order of the table."""
    isolated = verdict.stationary.isolated[:MOST_SPECTRA]
    finite = [_middle(value) for point in isolated for value in point.eigenvalues]
    if not finite:
        return None
    figure = Figure(figsize=(6.8, 4.0), layout="constrained")
    axes = figure.add_subplot()
    axes.axhline(0, color="#333333", linewidth=0.9, zorder=1)
    size = 1.0 if len(isolated) <= 40 else 0.6
    for kind, points in _by_kind(isolated):
        places = [number + 1 for number, point in enumerate(isolated) if point.kind == kind]
        for place, point in zip(places, points, strict=True):
            ends = [_middle(value) for value in point.eigenvalues]
            axes.plot(
                [place, place],
                [min(ends), max(ends)],
                color=MARKS[kind][0],
                linewidth=0.8,
                alpha=0.5,
                zorder=2,
            )
        flat = [(place, _middle(v)) for place, p in zip(places, points, strict=True) for v in p.eigenvalues]
        _mark(axes, kind, [a for a, _ in flat], [b for _, b in flat], size=size, clip=True)
    largest, smallest = max(map(abs, finite)), min((abs(value) for value in finite if value), default=1.0)
    if largest > 200 * smallest:
        threshold = 10.0 ** np.ceil(np.log10(max(smallest, largest * 1e-4)))
        axes.set_yscale("symlog", linthresh=threshold, linscale=1.0)
    axes.set_xlabel("stationary point, as numbered in the table")
    axes.set_ylabel("eigenvalues of the Hessian")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlim(0.3, len(isolated) + 0.7)
    axes.grid(axis="y", color="#dddddd", linewidth=0.6, zorder=0)
    _legend(axes)
    return _saved(
        figure, vector, f"Eigenvalues of the Hessian of {verdict.objective['name']} at its stationary points."
    )


def _window(verdict: Verdict) -> list[tuple[float, float]]:
    """For each of the first two unknowns, the range to draw: the box, or what holds all points with a margin."""
    domain, unknowns = verdict.objective["domain"], len(verdict.objective["variables"])
    places = [point.point for point in verdict.stationary.isolated]
    places += [item.point for item in verdict.stationary.continua if len(item.point) == unknowns]
    if verdict.definition_1.witness is not None:
        places.append(verdict.definition_1.witness.point)
    if domain["kind"] == "box":
        from fractions import Fraction

        sides = [(float(Fraction(low)), float(Fraction(high))) for low, high in domain["bounds"]]
        return [(low, high) if low < high else (low - 1, high + 1) for low, high in sides]
    spans = []
    for number in range(unknowns):
        middles = [_middle(place[number]) for place in places] or [0.0]
        spans.append((min(middles), max(middles)))
    widest = max(high - low for low, high in spans)
    spread = widest if widest > 0 else 2.0 + 0.5 * max(abs(end) for span in spans for end in span)
    window = []
    for low, high in spans:
        margin = max(0.45 * (high - low), 0.5 * (1.4 * spread - (high - low)))
        window.append((low - margin, high + margin))
    return window


def _levels(heights: Any, critical: Sequence[float]) -> Any:
    """Level lines that are dense where the stationary points' values are and ever sparser above."""
    lowest, highest = float(heights.min()), float(np.quantile(heights, 0.97))
    known = [value for value in critical if lowest <= value <= highest]
    scale = (max(known) - lowest) if known and max(known) > lowest else (highest - lowest) / 20
    scale = max(scale, (highest - lowest) * 1e-6, 1e-300)
    top = np.arcsinh(2 * (highest - lowest) / scale)
    levels = lowest + scale / 2 * np.sinh(np.linspace(0, top, 19))
    return np.unique(levels)


def _cap(axes: Any, height: Any, critical: Sequence[float]) -> None:
    """Leave out the far ends of a steep curve, so that what lies between the stationary points can be seen."""
    seen = height[np.isfinite(height)]
    lowest, highest = float(seen.min()), float(seen.max())
    if critical:
        span = max(critical) - min(critical) or (highest - lowest) / 10 or 1.0
        lowest, highest = max(lowest, min(critical) - 3 * span), min(highest, max(critical) + 3 * span)
    margin = 0.06 * (highest - lowest) or 1.0
    axes.set_ylim(lowest - margin, highest + margin)


def _by_kind(points: Iterable[StationaryPoint]) -> list[tuple[str, list[StationaryPoint]]]:
    listed = list(points)
    groups = [(kind, [point for point in listed if point.kind == kind]) for kind in MARKS]
    return [(kind, members) for kind, members in groups if members]


def _mark(axes: Any, kind: str, x: Sequence[float], y: Sequence[float], prefix: str = "", *, size: float = 1.0,
          hollow: bool = False, clip: bool = False) -> None:  # fmt: skip
    colour, marker, width = MARKS[kind]
    axes.plot(
        x, y, linestyle="none", marker=marker, markersize=width * size, label=prefix + prose.kind(kind),
        markerfacecolor="white" if hollow else colour, markeredgecolor=colour if hollow else "white",
        markeredgewidth=1.8 if hollow else 0.9 * size, zorder=4, clip_on=clip,
    )  # fmt: skip


def _mark_witness(axes: Any, verdict: Verdict, curve_of: Objective | None = None) -> None:
    witness = verdict.definition_1.witness
    if witness is None:
        return
    place = [_middle(interval) for interval in witness.point]
    if curve_of is not None:
        height = sampling.values(curve_of, np.array([place]))
        place.append(float(height[0]) if height is not None else 0.0)
    colour, marker, width = WITNESS
    axes.plot(
        place[:1], place[1:2], linestyle="none", marker=marker, markersize=width, label="witness",
        markerfacecolor=colour, markeredgecolor="black", markeredgewidth=1.0, zorder=3, clip_on=False,
    )  # fmt: skip


def _legend(axes: Any) -> None:
    handles, labels = axes.get_legend_handles_labels()
    if handles:
        axes.figure.legend(handles, labels, loc="outside upper center", ncols=4, frameon=False, markerscale=0.8)


def _tick(value: float, span: float) -> str:
    return "0" if abs(value) < 1e-6 * span else f"{value:.3g}".replace("-", "−")


def _middle(interval: Interval) -> float:
    return float((interval[0] + interval[1]) / 2)


def _saved(figure: Figure, vector: bool, caption: str) -> Picture:
    out = io.BytesIO()
    if vector:
        figure.savefig(out, format="svg", metadata={"Date": None, "Creator": None})
        return Picture("image/svg+xml", out.getvalue(), caption)
    figure.savefig(out, format="png", dpi=160, metadata={"Software": None})
    return Picture("image/png", out.getvalue(), caption)
